"""Keys of machines: what one looks like, and whether the one that was sent is good here and now.

A key is `aso_`, eight hexadecimal digits that stay visible, and 256 random bits. The database holds its hash. Keys
that follow one another by rotation are one line: they share a rate limit, what addresses they are known from, and
what they have been answered.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.actions.security_events import record_security_event
from aurum_data.rules.identity import KEY_SCOPES, Permission
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.security.limits import Limit, take
from aurum_data.security.tokens import digest, new_token

PREFIX_LENGTH = 12
_SHAPE = re.compile(r"aso_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", re.ASCII)
_TOLD = Limit("api_key_refused", 1, 86_400)  # an integration that was forgotten is one piece of news a day

# Counting and marking a key as used need not wait for the disk: what a crash loses of it harms nobody.
_FIND = text("""
    WITH RECURSIVE line AS (
        SELECT id, replaces_ref FROM api_keys WHERE key_hash = :key_hash
        UNION SELECT k.id, k.replaces_ref FROM api_keys k JOIN line ON k.id = line.replaces_ref),
    first AS (SELECT id FROM line WHERE replaces_ref IS NULL)
    SELECT k.id, k.key_name, k.key_prefix, k.scopes, k.allowed_addresses, k.rate_limit_per_minute, k.platform_ref,
           first.id AS line_id, k.revoked_at IS NULL AND k.expires_at > now() AS is_live,
           k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS is_stale,
           EXISTS (SELECT FROM api_key_addresses WHERE key_ref = first.id AND address = CAST(:address AS inet))
               AS is_known_address,
           EXISTS (SELECT FROM api_key_addresses WHERE key_ref = first.id) AS has_addresses,
           set_config('synchronous_commit', 'off', true)
    FROM api_keys k CROSS JOIN first WHERE k.key_hash = :key_hash
""")
_TOUCH = text("""
    UPDATE api_keys SET last_used_at = now(), last_used_address = CAST(:address AS inet)
    WHERE id = :id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
""")
_REMEMBER = text("""
    INSERT INTO api_key_addresses (key_ref, address) VALUES (:line_id, CAST(:address AS inet))
    ON CONFLICT DO NOTHING RETURNING key_ref
""")


class Refusal(StrEnum):
    """Why a machine is not let in."""

    NO_KEY = "no_key"
    ADDRESS = "address"
    TOO_MANY = "too_many"
    SCOPE = "scope"


@dataclass(frozen=True)
class Machine:
    """A machine that was let in. `line_id` is the first of the keys that this one follows, or itself."""

    actor: Actor
    line_id: UUID
    platform_id: UUID | None


@dataclass(frozen=True)
class Refused:
    """A machine that was not let in; `seconds` until it may try again, where waiting helps."""

    why: Refusal
    seconds: float = 0


def new_key() -> tuple[str, str]:
    """A key nobody can guess, and its visible beginning."""
    key = f"aso_{secrets.token_hex(4)}_{new_token()}"
    return key, key[:PREFIX_LENGTH]


def admit(session: Session, key: str, *, address: str | None, needs: Permission | None) -> Machine | Refused:
    """Let the machine in that sent this key from this address, or say why not. The caller commits.

    On the primary, as aurum_app. Every try of a live key counts for its limit. A key that has ended, a foreign
    address, a missing scope and the first use from a new address are security events. The very first address of a
    line is none: it is where the key was set up, and the list of keys shows it.
    """
    sender = plain_address(address)
    row = None
    if _SHAPE.fullmatch(key):
        row = session.execute(_FIND, {"key_hash": digest(key), "address": sender}).one_or_none()
    if row is None:
        return Refused(Refusal.NO_KEY)
    if not row.is_live:
        return _refuse(session, row, sender, Refusal.NO_KEY)
    if row.allowed_addresses and not _lies_in(sender, row.allowed_addresses):
        return _refuse(session, row, sender, Refusal.ADDRESS)
    taken = take(session, Limit("api_key", row.rate_limit_per_minute, 60), str(row.line_id))
    if not taken.allowed:
        return Refused(Refusal.TOO_MANY, taken.left_seconds)
    _mark_used(session, row, sender)
    if needs is not None and needs not in row.scopes:
        return _refuse(session, row, sender, Refusal.SCOPE)
    return Machine(_actor(row, sender), row.line_id, row.platform_ref)


def plain_address(address: str | None) -> str | None:
    """A client's address without the wrapping of IPv4 in IPv6; None for what is none (a socket in a file)."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or ip_address(parsed.packed))  # by way of bytes: without the name of a network card


def _lies_in(sender: str | None, networks: Sequence[str]) -> bool:
    return sender is not None and any(ip_address(sender) in ip_network(network) for network in networks)


def _mark_used(session: Session, row: Row[Any], sender: str | None) -> None:
    """Once a minute note the use; once per address remember it, and tell of one that comes after the first."""
    if row.is_stale:
        session.execute(_TOUCH, {"id": row.id, "address": sender})
    if sender is None or row.is_known_address:
        return
    is_new = session.scalar(_REMEMBER, {"line_id": row.line_id, "address": sender}) is not None
    if is_new and row.has_addresses:
        record_security_event(session, SecurityEventKind.KEY_NEW_ADDRESS, address=sender, machine=_name(row))


def _refuse(session: Session, row: Row[Any], sender: str | None, why: Refusal) -> Refused:
    kind = SecurityEventKind.PERMISSION_DENIED if why is Refusal.SCOPE else SecurityEventKind.KEY_REFUSED
    if take(session, _TOLD, f"{row.id} {why}").allowed:
        record_security_event(session, kind, address=sender, machine=_name(row), why=str(why))
    return Refused(why)


def _name(row: Row[Any]) -> str:
    return f"{row.key_name} ({row.key_prefix})"


def _actor(row: Row[Any], sender: str | None) -> Actor:
    scopes = frozenset(scope for scope in KEY_SCOPES if scope in row.scopes)
    return Actor(None, _name(row), row.key_name, permissions=scopes, address=sender, key_id=row.id)
