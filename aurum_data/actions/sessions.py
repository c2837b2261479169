"""Ending sessions, at once and in every tab: one's own, one or all others; those of anybody, by an administrator."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require, require_self
from aurum_data.errors import NotFound
from aurum_data.rules.identity import Permission

_END = text("""
    UPDATE sign_in_sessions SET revoked_at = now(), revoked_reason = :reason
    WHERE user_ref = :user_id AND revoked_at IS NULL AND expires_at > now()
      AND (CAST(:only AS uuid) IS NULL OR id = :only)
      AND (CAST(:except_for AS uuid) IS NULL OR id <> :except_for)
    RETURNING id
""")


def end_own(session: Session, actor: Actor, *, session_id: UUID) -> None:
    """End one of one's own sessions. Raises NotFound when it has ended, or is somebody else's."""
    require_self(session, actor)
    _end(session, actor, actor.user_id, "ended by the person", only=session_id)


def end_others(session: Session, actor: Actor) -> int:
    """End all of one's own sessions but the one that asks; how many they were."""
    require_self(session, actor)
    return _end(session, actor, actor.user_id, "ended by the person", except_for=actor.session_id)


def end_of_person(session: Session, actor: Actor, *, user_id: UUID, session_id: UUID | None = None) -> int:
    """End a session of somebody, or all of them; how many they were. Raises NotFound for one that has ended."""
    require(session, actor, Permission.USERS_WRITE)
    return _end(session, actor, user_id, "ended by an administrator", only=session_id)


def _end(
    session: Session, actor: Actor, user_id: UUID | None, reason: str,
    *, only: UUID | None = None, except_for: UUID | None = None,
) -> int:  # fmt: skip
    parameters = {"user_id": user_id, "reason": reason, "only": only, "except_for": except_for}
    ended = len(session.execute(_END, parameters).all())
    if only is not None and not ended:
        raise NotFound("This session has ended already.")
    if ended:
        audit(session, actor, "identity:session:end", "user", user_id, sessions=ended, reason=reason)
    return ended
