"""Reads about the switches that freeze the application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.rules.freeze import Freeze

_SWITCHES = text("""
    SELECT f.flag, f.is_on, f.reason, coalesce(u.full_name, 'the command line') AS changed_by, f.changed_at
    FROM app_flags f LEFT JOIN users u ON u.id = f.changed_by
    WHERE f.flag = ANY (:flags) ORDER BY array_position(:flags, f.flag)
""")


@dataclass(frozen=True)
class Switch:
    """A switch as it stands, and who changed it last."""

    switch: Freeze
    is_on: bool
    reason: str | None
    changed_by: str
    changed_at: datetime


def switches(session: Session) -> list[Switch]:
    """Every switch, the widest first."""
    rows = session.execute(_SWITCHES, {"flags": [str(switch) for switch in Freeze]})
    return [Switch(Freeze(row.flag), row.is_on, row.reason, row.changed_by, row.changed_at) for row in rows]
