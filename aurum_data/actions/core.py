"""What every action shares: the actor, the check of a right, and the audit entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from aurum_data.errors import NotAllowed, ReadOnly
from aurum_data.rules.identity import Permission


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with the rights that the database gave them at the start of this run, or the system."""

    user_id: UUID | None
    username: str
    full_name: str
    session_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    address: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the actor held a right when this run began. Actions ask the database again."""
        return permission in self.permissions

    @property
    def is_system(self) -> bool:
        """True for jobs and commands, which act without a session."""
        return self.user_id is None


SYSTEM = Actor(None, "system", "System", permissions=frozenset(Permission))

_HELD = text("""
    SELECT u.status = 'active' AND EXISTS (
        SELECT FROM user_permissions p
        LEFT JOIN user_roles r ON r.role_id = p.role_id AND r.user_id = u.id
                              AND (r.expires_at IS NULL OR r.expires_at > now())
        WHERE p.resource = :resource AND p.action = :action
          AND (p.expires_at IS NULL OR p.expires_at > now())
          AND (p.user_id = u.id OR r.id IS NOT NULL))
       AND (CAST(:session_id AS uuid) IS NULL OR EXISTS (
        SELECT FROM sign_in_sessions s
        WHERE s.id = :session_id AND s.user_ref = u.id AND s.revoked_at IS NULL AND s.expires_at > now()
          AND s.auth_epoch = u.auth_epoch))
    FROM users u WHERE u.id = :user_id
""")
_READ_ONLY = text("SELECT is_on FROM app_flags WHERE flag = 'read_only'")
_AUDIT = text("""
    INSERT INTO audit_log (actor_user_id, actor_name, event, entity_type, entity_id, reason, details, address)
    VALUES (:user_id, :name, :event, :entity_type, :entity_id, :reason, :details, CAST(:address AS inet))
""").bindparams(bindparam("details", type_=JSONB))


def require(session: Session, actor: Actor, permission: Permission) -> None:
    """Refuse unless the actor holds the right now, as the database says, and writing is not switched off.

    Raises NotAllowed or ReadOnly.
    """
    if not actor.is_system:
        resource, action = permission.split(":")
        held = session.scalar(
            _HELD,
            {"user_id": actor.user_id, "session_id": actor.session_id, "resource": resource, "action": action},
        )
        if not held:
            raise NotAllowed("You do not have the right to do this, or your session has ended.")
    if session.scalar(_READ_ONLY):
        raise ReadOnly("An administrator has switched the application to read-only.")


def audit(
    session: Session,
    actor: Actor,
    event: str,
    entity_type: str,
    entity_id: UUID | str | None,
    *,
    reason: str | None = None,
    **details: Any,
) -> None:
    """Write the audit entry of a deed in its transaction. `event` reads source:subject:action; no contact data."""
    session.execute(
        _AUDIT,
        {
            "user_id": actor.user_id,
            "name": actor.username,
            "event": event,
            "entity_type": entity_type,
            "entity_id": None if entity_id is None else str(entity_id),
            "reason": reason,
            "details": details,
            "address": actor.address,
        },
    )
