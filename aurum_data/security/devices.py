"""Browsers that finished a sign-in before ("device cookies", after OWASP).

Such a browser holds an opaque random token in a cookie that scripts cannot read; the table keeps its hash, one row for
each person who signed in there. The row has a counter of its own for wrong tries, so that strangers who keep an account
paused do not keep its owner out. It proves nothing else: password and second factor are asked for as always.

Every finished sign-in gives the browser a fresh token, and the rows of the old one follow it: a copy of the cookie that
somebody took, or planted, is worth nothing from then on.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.security.tokens import digest, new_token

DEVICE_COOKIE = "aurum_device"
DEVICE_DAYS = 365  # a browser that has not been seen for so long is forgotten

_RENEW = text("UPDATE user_devices SET device_hash = :new WHERE device_hash = :old")
# A row that was just inserted has no xmax.
_REMEMBER = text("""
    INSERT INTO user_devices AS d (user_ref, device_hash, address, user_agent)
    VALUES (:user_id, :device_hash, CAST(:address AS inet), :user_agent)
    ON CONFLICT (user_ref, device_hash) DO UPDATE
    SET last_seen_at = now(), address = excluded.address, user_agent = excluded.user_agent,
        failed_attempts = 0, blocked_until = NULL
    RETURNING d.id, d.xmax = 0 AS is_new
""")


class Device(NamedTuple):
    """A remembered browser of a person, and whether it is the first time there."""

    id: UUID
    is_new: bool


def renew_device(session: Session, token: str | None) -> str:
    """A fresh token for the browser with this one; the rows of everybody who signed in there go with it."""
    fresh = new_token()
    if token:
        session.execute(_RENEW, {"old": digest(token), "new": digest(fresh)})
    return fresh


def remember_device(
    session: Session, *, user_id: UUID, token: str, address: str | None, user_agent: str | None
) -> Device:
    """Know the browser with this token as one of the person's; its wrong tries are forgotten."""
    values = {"user_id": user_id, "device_hash": digest(token), "address": address}
    row = session.execute(_REMEMBER, {**values, "user_agent": user_agent and user_agent[:300]}).one()
    return Device(row.id, row.is_new)
