"""Sign-in sessions. A browser holds an opaque token; it is good only while this table says so.

A session lives until it is ended, reaches its absolute or idle limit (rules/sessions.py), or the person's
`auth_epoch` is raised (change of password, role, factor or status). Those who must have a second factor have no
session without it.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.rules.identity import must_have_second_factor, rights_of, roles_of
from aurum_data.rules.sessions import SessionLimits, session_limits
from aurum_data.security.rights import grants_of, known, read_grants, with_grants
from aurum_data.security.tokens import digest, new_token
from aurum_data.settings import get_settings

Method = Literal["password", "sso"]  # how somebody proved who they are, beside the second factor

SESSION_COOKIE = "aurum_session"
NONCE_COOKIE = "aurum_browser"

_SELECT_LIVE = with_grants("""
    SELECT <grants> AS grants, s.id, s.user_ref, s.second_factor, u.username, u.full_name,
           s.last_seen_at < now() - interval '1 minute' AS is_stale,
           s.viewing_as,
           ARRAY(SELECT p.resource || ':' || p.action FROM user_permissions p JOIN roles r ON r.id = p.role_id
                 WHERE r.role_name = s.viewing_as
                   AND (p.expires_at IS NULL OR p.expires_at > now())) AS viewed_permissions
    FROM sign_in_sessions s JOIN users u ON u.id = s.user_ref
    WHERE s.revoked_at IS NULL AND s.expires_at > now()
      AND s.last_seen_at > now() - make_interval(mins => least(s.idle_minutes, :idle_minutes))
      AND s.auth_epoch = u.auth_epoch AND u.status = 'active'
      AND (s.second_factor OR u.totp_confirmed_at IS NULL)
""")
_BY_TOKEN = text(_SELECT_LIVE + " AND s.token_hash = :token_hash")
_BY_ID = text(_SELECT_LIVE + " AND s.id = :session_id")
_TOUCH = text("UPDATE sign_in_sessions SET last_seen_at = now() WHERE id = :session_id")
_OPEN = text("""
    INSERT INTO sign_in_sessions
        (token_hash, user_ref, auth_epoch, second_factor, idle_minutes, expires_at,
         address, user_agent, method, device_ref)
    SELECT :token_hash, id, auth_epoch, :second_factor, :idle_minutes, now() + make_interval(hours => :hours),
           CAST(:address AS inet), :user_agent, :method, :device_id
    FROM users WHERE id = :user_id AND status = 'active'
    RETURNING id
""")
_END = text("""
    UPDATE sign_in_sessions SET revoked_at = now(), revoked_reason = :reason
    WHERE token_hash = :token_hash AND revoked_at IS NULL
    RETURNING id, user_ref
""")
_END_ALL = text("UPDATE users SET auth_epoch = auth_epoch + 1, updated_at = now() WHERE id = :user_id")


def find_actor(session: Session, token: str, *, address: str | None = None, in_use: bool = True) -> Actor | None:
    """Whoever holds this token, with the rights of this moment; None when the session has ended.

    One indexed query on the primary; once a minute the session is marked as used, unless only a timer of the
    page asks (`in_use` False): an unattended tab must reach its idle limit.
    """
    row = session.execute(_BY_TOKEN, {"token_hash": digest(token), **_ceiling()}).one_or_none()
    if row is not None and row.is_stale and in_use:
        session.execute(_TOUCH, {"session_id": row.id})
    return _actor(row, address)


def find_actor_by_session(session: Session, session_id: UUID, *, address: str | None = None) -> Actor | None:
    """The same by the session's key, for the replica, where token hashes cannot be read."""
    return _actor(session.execute(_BY_ID, {"session_id": session_id, **_ceiling()}).one_or_none(), address)


def open_session(
    session: Session,
    *,
    user_id: UUID,
    second_factor: bool,
    address: str | None,
    user_agent: str | None,
    method: Method = "password",
    device_id: UUID | None = None,
) -> str | None:
    """Start a session with the limits of the person's roles; the token for the browser.

    None when the account is not active (any more).
    """
    settings, grants = get_settings(), grants_of(session, user_id)
    ceiling = SessionLimits(settings.session_idle_minutes, settings.session_hours)
    limits = session_limits(roles_of(grants), rights_of(grants).permissions, ceiling)
    token = new_token()
    opened = session.scalar(
        _OPEN,
        {
            "token_hash": digest(token),
            "user_id": user_id,
            "second_factor": second_factor,
            "idle_minutes": limits.idle_minutes,
            "hours": limits.hours,
            "address": address,
            "user_agent": user_agent and user_agent[:300],
            "method": method,
            "device_id": device_id,
        },
    )
    return token if opened else None


def end_session(session: Session, token: str, reason: str) -> UUID | None:
    """End the session of a token at once, in every tab; whose it was, or None if it had ended before."""
    row = session.execute(_END, {"token_hash": digest(token), "reason": reason}).one_or_none()
    return None if row is None else row.user_ref


def end_sessions_of(session: Session, user_id: UUID) -> None:
    """End every session of a person at once: after a change of password, role, factor or status."""
    session.execute(_END_ALL, {"user_id": user_id})


def _ceiling() -> dict[str, int]:
    return {"idle_minutes": get_settings().session_idle_minutes}


def _actor(row: Row[Any] | None, address: str | None) -> Actor | None:
    """The actor of a live session; None for those who must have a second factor and have not set one up.

    Who tries the view of a role has that role's rights, as far as they hold them themselves.
    """
    if row is None:
        return None
    grants = read_grants(row.grants)
    roles, held = roles_of(grants), rights_of(grants)
    if not row.second_factor and must_have_second_factor(roles, held.permissions):
        return None
    return Actor(
        user_id=row.user_ref,
        username=row.username,
        full_name=row.full_name,
        session_id=row.id,
        roles=roles,
        permissions=held.permissions & known(row.viewed_permissions) if row.viewing_as else held.permissions,
        address=address,
        scope_boroughs=held.boroughs,
        scope_platforms=held.platforms,
        viewing_as=row.viewing_as,
    )
