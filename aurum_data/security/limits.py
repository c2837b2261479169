"""How often something may be done in a while: one table and one statement for every such limit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

# The row is locked while it is counted, so parallel callers cannot outrun the limit.
_TAKE = text("""
    INSERT INTO rate_limits AS l (limiter, subject, window_ends_at, hits)
    VALUES (:limiter, :subject, now() + make_interval(secs => :seconds), 1)
    ON CONFLICT (limiter, subject) DO UPDATE SET
        hits = CASE WHEN l.window_ends_at <= now() THEN 1 ELSE l.hits + 1 END,
        window_ends_at = CASE WHEN l.window_ends_at <= now() THEN excluded.window_ends_at
                              ELSE l.window_ends_at END
    RETURNING hits, extract(epoch FROM window_ends_at - now()) AS left_seconds
""")
_FORGET = text("DELETE FROM rate_limits WHERE limiter = :limiter AND subject = :subject")


@dataclass(frozen=True)
class Limit:
    """At most `times` within `seconds`, counted from the first."""

    name: str
    times: int
    seconds: int


@dataclass(frozen=True)
class Taken:
    """What became of one more try: whether it is within the limit, the count so far, seconds until it starts anew."""

    allowed: bool
    hits: int
    left_seconds: float


def take(session: Session, limit: Limit, subject: str) -> Taken:
    """Count one more for a subject (an address, a user's or a key's id, or "all"). The caller commits."""
    row = session.execute(_TAKE, {"limiter": limit.name, "subject": subject, "seconds": limit.seconds}).one()
    return Taken(row.hits <= limit.times, row.hits, float(row.left_seconds))


def forget(session: Session, limit: Limit, subject: str) -> None:
    """Begin anew for a subject."""
    session.execute(_FORGET, {"limiter": limit.name, "subject": subject})
