"""Keys for machines: made, followed by a new one while the old still works, and ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.rules.identity import KEY_SCOPES, PLATFORM_KEY_SCOPES, Permission
from aurum_data.security.api_keys import new_key
from aurum_data.security.tokens import digest

USUAL_DAYS = 365
LONGEST_DAYS = 730
LONGEST_OVERLAP_DAYS = 30
LONGEST_NAME = 80
LONGEST_REASON = 300
MOST_ADDRESSES = 20
MOST_PER_MINUTE = 6_000

_NAME_TAKEN = text("""
    SELECT FROM api_keys WHERE lower(key_name) = lower(:name) AND revoked_at IS NULL AND expires_at > now()
""")
_PLATFORM = text("SELECT platform_name FROM b2b_platforms WHERE id = :id")
_INSERT = text("""
    INSERT INTO api_keys (key_name, key_prefix, key_hash, scopes, allowed_addresses, rate_limit_per_minute,
                          created_by, expires_at, replaces_ref, platform_ref)
    VALUES (:name, :prefix, :hash, :scopes, :addresses, :per_minute, :user_id, now() + make_interval(days => :days),
            :replaces_id, :platform_id)
    RETURNING id, expires_at
""")
_KEY = text("""
    SELECT k.id, k.key_name, k.key_prefix, k.scopes, k.allowed_addresses, k.rate_limit_per_minute, k.platform_ref,
           k.revoked_at, k.revoked_at IS NULL AND k.expires_at > now() AS is_live,
           EXISTS (SELECT FROM api_keys n WHERE n.replaces_ref = k.id AND n.revoked_at IS NULL) AS is_followed
    FROM api_keys k WHERE k.id = :id FOR UPDATE
""")
_END_AFTER = text("""
    UPDATE api_keys SET expires_at = least(expires_at, now() + make_interval(days => :days)) WHERE id = :id
""")
_REVOKE = text("UPDATE api_keys SET revoked_at = now() WHERE id = :id")


@dataclass(frozen=True)
class NewKey:
    """A key that was just made. `secret` is seen this once."""

    key_id: UUID
    prefix: str
    expires_at: datetime
    secret: str = field(repr=False)


def create_key(
    session: Session,
    actor: Actor,
    *,
    name: str,
    scopes: Collection[Permission],
    addresses: Collection[str] = (),
    per_minute: int = 60,
    days: int = USUAL_DAYS,
    platform_id: UUID | None = None,
) -> NewKey:
    """Make a key for a machine. `addresses` are networks it may come from (none: any); `days` is how long it lives.

    A key for a buyer's platform reports that platform's answers and nothing else.
    Raises Invalid, NotFound for an unknown platform, Conflict when a live key has the name, NotAllowed for a scope
    that the actor does not hold, ConfirmationNeeded.
    """
    require(session, actor, Permission.KEYS_WRITE, fresh=True)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"Give the key a name of at most {LONGEST_NAME} characters: which program uses it?")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise Invalid(f"The limit has to be from 1 to {MOST_PER_MINUTE:,} calls a minute.")
    _check_days(days)
    networks = _networks(addresses)
    _check_scopes(session, actor, scopes, platform_id)
    if platform_id is not None and session.scalar(_PLATFORM, {"id": platform_id}) is None:
        raise NotFound("This platform does not exist any more.")
    if session.execute(_NAME_TAKEN, {"name": name}).first() is not None:
        raise Conflict(f"There is a live key named {name} already: choose another name, or rotate that one.")
    made = _insert(
        session, actor, name=name, scopes=sorted(scopes), addresses=networks, per_minute=per_minute, days=days,
        platform_id=platform_id, replaces_id=None,
    )  # fmt: skip
    audit(
        session, actor, "identity:key:create", "api_key", made.key_id, name=name, prefix=made.prefix,
        scopes=sorted(scopes), addresses=networks, expires_at=made.expires_at.isoformat(),
        platform=platform_id and str(platform_id),
    )  # fmt: skip
    return made


def rotate_key(
    session: Session, actor: Actor, *, key_id: UUID, overlap_days: int = 7, days: int = USUAL_DAYS
) -> NewKey:
    """Make the key that follows a live one, with the same rights; the old one ends after the overlap.

    Raises Conflict when the key has ended or is followed already; Invalid, NotFound, NotAllowed, ConfirmationNeeded.
    """
    require(session, actor, Permission.KEYS_WRITE, fresh=True)
    _check_days(days)
    if not 0 <= overlap_days <= LONGEST_OVERLAP_DAYS:
        raise Invalid(f"The old key may go on for 0 to {LONGEST_OVERLAP_DAYS} days.")
    old = _locked(session, key_id)
    if not old.is_live:
        raise Conflict(f"The key {old.key_prefix} has ended: make a new one.")
    if old.is_followed:
        raise Conflict(f"The key {old.key_prefix} is followed by a new one already.")
    _check_scopes(session, actor, [Permission(scope) for scope in old.scopes], old.platform_ref)
    made = _insert(
        session, actor, name=old.key_name, scopes=old.scopes, addresses=old.allowed_addresses,
        per_minute=old.rate_limit_per_minute, days=days, platform_id=old.platform_ref, replaces_id=old.id,
    )  # fmt: skip
    session.execute(_END_AFTER, {"id": old.id, "days": overlap_days})
    audit(
        session, actor, "identity:key:rotate", "api_key", old.id, prefix=old.key_prefix, followed_by=str(made.key_id),
        overlap_days=overlap_days, expires_at=made.expires_at.isoformat(),
    )  # fmt: skip
    return made


def revoke_key(session: Session, actor: Actor, *, key_id: UUID, reason: str) -> None:
    """End a key at once. No fresh confirmation is asked for: stopping a stolen key must not wait.

    Raises Conflict when it was revoked before; Invalid without a reason; NotFound, NotAllowed.
    """
    require(session, actor, Permission.KEYS_WRITE)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(f"Give a reason of at most {LONGEST_REASON} characters.")
    key = _locked(session, key_id)
    if key.revoked_at is not None:
        raise Conflict(f"The key {key.key_prefix} was revoked already.")
    session.execute(_REVOKE, {"id": key_id})
    audit(session, actor, "identity:key:revoke", "api_key", key_id, reason=reason, prefix=key.key_prefix)


def _check_days(days: int) -> None:
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"A key lives for 1 to {LONGEST_DAYS} days.")


def _check_scopes(session: Session, actor: Actor, scopes: Collection[Permission], platform_id: UUID | None) -> None:
    """Only what machines may hold and the actor holds too; answers only for a platform's own key."""
    if not scopes or not KEY_SCOPES.issuperset(scopes):
        raise Invalid("Choose at least one of the rights that a machine may have.")
    if platform_id is not None and not PLATFORM_KEY_SCOPES.issuperset(scopes):
        raise Invalid("A platform's own key reports its answers and may do nothing else.")
    if platform_id is None and not PLATFORM_KEY_SCOPES.isdisjoint(scopes):
        raise Invalid("Say which platform's answers this key reports.")
    for scope in sorted(scopes):
        require(session, actor, scope)


def _networks(addresses: Collection[str]) -> list[str]:
    """Addresses and networks in one notation, each once. Raises Invalid."""
    if len(addresses) > MOST_ADDRESSES:
        raise Invalid(f"At most {MOST_ADDRESSES} addresses or networks can be given.")
    try:
        return list(dict.fromkeys(str(ip_network(address.strip(), strict=False)) for address in addresses))
    except ValueError:
        raise Invalid("Write addresses as 203.0.113.7 and networks as 203.0.113.0/24.") from None


def _locked(session: Session, key_id: UUID) -> Row[Any]:
    key = session.execute(_KEY, {"id": key_id}).one_or_none()
    if key is None:
        raise NotFound("There is no such key.")
    return key


def _insert(session: Session, actor: Actor, **values: Any) -> NewKey:
    secret, prefix = new_key()
    row = session.execute(_INSERT, {**values, "prefix": prefix, "hash": digest(secret), "user_id": actor.user_id}).one()
    return NewKey(row.id, prefix, row.expires_at, secret)
