"""How often something may be done in a while: one table and one statement for every such limit."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

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
_GIVE_BACK = text("""
    UPDATE rate_limits SET hits = greatest(hits - 1, 0) WHERE limiter = :limiter AND subject = :subject
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
    first_refused: bool  # the try that met the limit: worth an event, which the thousand after it are not


def take(session: Session, limit: Limit, subject: str) -> Taken:
    """Count one more for a subject (an address, a user's or a key's id, or "all"). The caller commits."""
    row = session.execute(_TAKE, {"limiter": limit.name, "subject": subject, "seconds": limit.seconds}).one()
    return Taken(row.hits <= limit.times, row.hits, float(row.left_seconds), row.hits == limit.times + 1)


def give_back(session: Session, limit: Limit, subject: str) -> None:
    """Take back one count: it turned out to be nothing to limit."""
    session.execute(_GIVE_BACK, {"limiter": limit.name, "subject": subject})


def forget(session: Session, limit: Limit, subject: str) -> None:
    """Begin anew for a subject."""
    session.execute(_FORGET, {"limiter": limit.name, "subject": subject})


def network_of(address: str) -> str:
    """Whom an address stands for as a subject: itself, or the /64 network of an IPv6 address, which is one customer's.

    An IPv4 address inside an IPv6 one counts as the IPv4 address.
    """
    ip = ip_address(address.partition("%")[0])
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return f"{IPv6Address(int(ip) >> 64 << 64)}/64"
