"""Audit entries of what the sample people did."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from aurum_data.sample.draws import at, uuid7
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

AUDIT = table("audit_log", "id occurred_at actor_user_id actor_name event entity_type entity_id reason details address")
OFFICE = tuple(IPv4Address(f"198.51.100.{host}") for host in (17, 18, 23, 42))  # reserved for documentation


def audit(
    world: World, batch: Batch, ms: int, username: str, event: str, entity_type: str, entity_id: object,
    reason: str | None = None, **details: Any,
) -> None:  # fmt: skip
    """Add the entry of a deed; `event` reads as in aurum_data/actions."""
    rng = world.rng
    batch.add(
        AUDIT,
        (
            uuid7(rng, ms), at(ms), world.people[username], username, event, entity_type,
            None if entity_id is None else str(entity_id), reason, details, rng.choice(OFFICE),
        ),
    )  # fmt: skip
