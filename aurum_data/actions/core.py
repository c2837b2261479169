"""What every action shares: the actor, the check of a right, and the audit entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from aurum_data.errors import ConfirmationNeeded, NotAllowed, ReadOnly
from aurum_data.rules.freeze import REFUSALS, Freeze
from aurum_data.rules.identity import Permission, rights_of
from aurum_data.security.rights import read_grants, with_grants

FRESH_MINUTES = 10  # so long a confirmation holds for what asks for one


@dataclass(frozen=True)
class Actor:
    """Who acts: a person or a machine with the rights that the database gave at the start, or the system."""

    user_id: UUID | None
    username: str
    full_name: str
    session_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    address: str | None = None
    key_id: UUID | None = None  # a machine that acts with an API key
    scope_boroughs: frozenset[str] | None = None  # whose leads and market figures they may see; None: of all
    scope_platforms: frozenset[UUID] | None = None  # whose deliveries and money they may see; None: of all
    viewing_as: str | None = None  # the role whose view an administrator tries

    def may(self, permission: Permission) -> bool:
        """Whether the actor held a right when this run began. Actions ask the database again."""
        return permission in self.permissions

    @property
    def is_scoped(self) -> bool:
        """Whether the person is limited to some boroughs or platforms."""
        return self.scope_boroughs is not None or self.scope_platforms is not None

    def reaches(self, *, borough: str | None = None, platform_id: UUID | None = None) -> bool:
        """Whether a thing of this borough or platform lies within the actor's limits."""
        near = self.scope_boroughs is None or borough is None or borough in self.scope_boroughs
        return near and (self.scope_platforms is None or platform_id is None or platform_id in self.scope_platforms)

    @property
    def is_system(self) -> bool:
        """True for jobs and commands, which act without a session."""
        return self.user_id is None and self.key_id is None


SYSTEM = Actor(None, "system", "System", permissions=frozenset(Permission))

# One row: is the account active and the session live, what does it hold, was it confirmed lately.
_STANDING = text(
    with_grants("""
    SELECT <grants> AS grants,
           u.status = 'active' AND (CAST(:session_id AS uuid) IS NULL OR s.id IS NOT NULL) AS live,
           s.viewing_as, s.confirmed_at > now() - make_interval(mins => :fresh_minutes) AS fresh
    FROM users u
    LEFT JOIN sign_in_sessions s ON s.id = :session_id AND s.user_ref = u.id AND s.revoked_at IS NULL
                                AND s.expires_at > now() AND s.auth_epoch = u.auth_epoch
    WHERE u.id = :user_id
""")
)
_KEY_HELD = text("""
    SELECT :permission = ANY (scopes) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    FROM api_keys WHERE id = :key_id
""")
_FROZEN = text("SELECT flag FROM app_flags WHERE is_on AND flag = ANY (:flags) ORDER BY flag")
_AUDIT = text("""
    INSERT INTO audit_log (actor_user_id, actor_name, event, entity_type, entity_id, reason, details, address)
    VALUES (:user_id, :name, :event, :entity_type, :entity_id, :reason, :details, CAST(:address AS inet))
""").bindparams(bindparam("details", type_=JSONB))


def require(
    session: Session,
    actor: Actor,
    permission: Permission,
    *,
    fresh: bool = False,
    stopped_by: Freeze | None = None,
    while_frozen: bool = False,
) -> None:
    """Refuse unless the actor holds the right now, as the database says, and nothing is frozen that it needs.

    `fresh`: the person must have proved who they are within the last minutes. `stopped_by`: a switch that stops
    this deed besides the one for everything. `while_frozen`: no switch stops it, for the release of the switches.
    Raises NotAllowed, ConfirmationNeeded or ReadOnly.
    """
    if actor.key_id is not None:
        if fresh or not session.scalar(_KEY_HELD, {"key_id": actor.key_id, "permission": permission}):
            raise NotAllowed("This key does not have the right to do this, or has ended.")
    elif not actor.is_system:
        _require_person(session, actor, permission, fresh=fresh)
    if not while_frozen:
        refuse_when_frozen(session, stopped_by)


def require_self(session: Session, actor: Actor, *, fresh: bool = False, while_frozen: bool = False) -> None:
    """Refuse unless the actor is a signed-in person, for what everybody may do with their own account.

    `while_frozen`: also while the application is read-only. Raises NotAllowed, ConfirmationNeeded or ReadOnly.
    """
    _require_person(session, actor, None, fresh=fresh)
    if not while_frozen:
        refuse_when_frozen(session)


def _require_person(session: Session, actor: Actor, permission: Permission | None, *, fresh: bool) -> None:
    row = session.execute(
        _STANDING,
        {"user_id": actor.user_id, "session_id": actor.session_id, "fresh_minutes": FRESH_MINUTES},
    ).one_or_none()
    held = rights_of(read_grants(row.grants)).permissions if row is not None else frozenset()
    if row is None or not row.live or (permission and permission not in held):
        raise NotAllowed("You do not have the right to do this, or your session has ended.")
    if row.viewing_as:
        raise NotAllowed("You are trying another role's view, which changes nothing. Leave it first.")
    if fresh and not row.fresh:
        raise ConfirmationNeeded("Confirm that it is you, then do this again.")


def refuse_when_frozen(session: Session, stopped_by: Freeze | None = None) -> None:
    """Refuse while the application is read-only, or `stopped_by` is set: for jobs that change business data, and
    for what shows only halfway that a switch is meant for it. Raises ReadOnly."""
    flags = [Freeze.READ_ONLY, *([stopped_by] if stopped_by else [])]
    frozen = session.scalars(_FROZEN, {"flags": [str(flag) for flag in flags]}).first()
    if frozen:
        raise ReadOnly(REFUSALS[Freeze(frozen)])


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
