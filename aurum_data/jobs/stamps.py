"""Up to when something computed is current: what pages show as 'as of'."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_STAMP = text("""
    INSERT INTO rollup_stamps (rollup, as_of, duration_ms) VALUES (:name, now(), :duration_ms)
    ON CONFLICT (rollup) DO UPDATE SET as_of = excluded.as_of, duration_ms = excluded.duration_ms
""")


def stamp(session: Session, name: str, seconds: float) -> None:
    """Note that `name` is current as of this transaction's beginning, and took so long; the caller commits."""
    session.execute(_STAMP, {"name": name, "duration_ms": round(seconds * 1000)})
