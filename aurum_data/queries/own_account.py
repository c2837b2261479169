"""Reads of a person's own account page: their second factor, sessions and messages; sessions of all, for Access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs, of_oneself
from aurum_data.rules.identity import Permission
from aurum_data.security.rights import needs_second_factor

_OWN = text("""
    SELECT u.username, u.full_name, u.email_masked, u.password_hash IS NOT NULL AS has_password,
           u.password_changed_at, u.totp_confirmed_at, u.privacy_notice_version, u.privacy_notice_accepted_at,
           (SELECT count(*) FROM user_recovery_codes c WHERE c.user_id = u.id AND c.used_at IS NULL) AS codes_left
    FROM users u WHERE u.id = :user_id
""")
_LIVE = """
    SELECT s.id AS session_id, s.user_ref AS user_id, u.username, u.full_name, s.user_agent, host(s.address) AS address,
           s.created_at, s.last_seen_at, s.expires_at, s.method, s.second_factor
    FROM sign_in_sessions s JOIN users u ON u.id = s.user_ref
    WHERE s.revoked_at IS NULL AND s.expires_at > now() AND s.auth_epoch = u.auth_epoch AND u.status = 'active'
      AND s.last_seen_at > now() - make_interval(mins => s.idle_minutes)
"""
_SESSIONS = text(_LIVE + " AND s.user_ref = :user_id ORDER BY s.last_seen_at DESC, s.id")
_ALL_SESSIONS = text(_LIVE + " ORDER BY s.last_seen_at DESC, s.id LIMIT :limit")
_MESSAGES = text("""
    SELECT id AS message_id, created_at, kind, title, body, link, read_at FROM inbox_messages
    WHERE user_ref = :user_id ORDER BY created_at DESC, id DESC LIMIT :limit
""")
_IDENTITIES = text("""
    SELECT id AS identity_id, issuer, subject, created_at, last_used_at FROM user_identities
    WHERE user_id = :user_id ORDER BY created_at, id
""")
_UNREAD = text("SELECT count(*) FROM inbox_messages WHERE user_ref = :user_id AND read_at IS NULL")


@dataclass(frozen=True)
class OwnAccount:
    """What the account page says of the person. `must_have_factor`: they may replace it, not remove it."""

    username: str
    full_name: str
    email_masked: str | None
    has_password: bool
    password_changed_at: datetime | None
    totp_confirmed_at: datetime | None
    privacy_notice_version: str | None
    privacy_notice_accepted_at: datetime | None
    codes_left: int
    must_have_factor: bool


@of_oneself
def own_account(session: Session, user_id: UUID) -> OwnAccount:
    """The account of a person who is there. On the primary: the replica's reader sees no recovery codes."""
    row = session.execute(_OWN, {"user_id": user_id}).mappings().one()
    return OwnAccount(**row, must_have_factor=needs_second_factor(session, user_id))


@of_oneself
def live_sessions(session: Session, user_id: UUID) -> pd.DataFrame:
    """The sessions of one person that are not over, the last used first.

    Columns: session_id, user_id (UUID), username, full_name, user_agent, address (str or None), created_at,
    last_seen_at, expires_at (datetime), method ("password" or "sso"), second_factor (bool).
    """
    return frame(session, _SESSIONS, {"user_id": user_id})


@needs(Permission.USERS_READ)
def all_live_sessions(session: Session, *, limit: int = 500) -> pd.DataFrame:
    """The same of everybody."""
    return frame(session, _ALL_SESSIONS, {"limit": limit})


@of_oneself
def messages(session: Session, user_id: UUID, *, limit: int = 50) -> pd.DataFrame:
    """The latest messages to a person, newest first: message_id, created_at, kind, title, body, link, read_at."""
    return frame(session, _MESSAGES, {"user_id": user_id, "limit": limit})


@of_oneself
def identities(session: Session, user_id: UUID) -> pd.DataFrame:
    """Who a person is at identity providers: identity_id, issuer, subject, created_at, last_used_at."""
    return frame(session, _IDENTITIES, {"user_id": user_id})


@of_oneself
def unread_count(session: Session, user_id: UUID) -> int:
    """How many messages a person has not read."""
    return int(session.scalar(_UNREAD, {"user_id": user_id}) or 0)
