"""What every change of somebody's rights checks first, and what it leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit
from aurum_data.actions.security_events import record_security_event
from aurum_data.clock import now
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import (
    FEWEST_ADMINISTRATORS,
    Grant,
    Permission,
    Role,
    UserStatus,
    mixes_limits,
    not_grantable,
    rights_of,
)
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.security.rights import grants_of
from aurum_data.security.sessions import end_sessions_of

_PERSON = text("SELECT id, full_name, status FROM users WHERE id = :user_id FOR UPDATE")
# The lock makes changes of administrators take turns, so that two cannot remove each other at once.
_LOCK_ADMIN = text("SELECT id FROM roles WHERE role_name = :admin FOR UPDATE")
_ADMINISTRATORS = text("""
    SELECT u.id, g.expires_at IS NULL AS stays
    FROM users u JOIN user_roles g ON g.user_id = u.id JOIN roles r ON r.id = g.role_id
    WHERE r.role_name = :admin AND u.status = 'active' AND (g.expires_at IS NULL OR g.expires_at > now())
    ORDER BY u.id
""")


def person_to_change(session: Session, actor: Actor, user_id: UUID) -> Row[Any]:
    """The person whose rights are to change, locked. Nobody changes their own. Raises NotAllowed, NotFound."""
    if user_id == actor.user_id:
        raise NotAllowed("Nobody changes their own roles and permissions: ask another administrator.")
    person = session.execute(_PERSON, {"user_id": user_id}).one_or_none()
    if person is None:
        raise NotFound("There is no such account.")
    return person


def refuse_for_leavers(person: Row[Any]) -> None:
    """Raise Conflict for an account that is disabled: it gets nothing new."""
    if person.status == UserStatus.DISABLED:
        raise Conflict(f"The account of {person.full_name} is disabled.")


def refuse_ungrantable(session: Session, actor: Actor, given: frozenset[Permission]) -> None:
    """Raise NotAllowed for rights that the actor does not hold and may not pass on either."""
    if actor.is_system or actor.user_id is None:
        return
    beyond = not_grantable(rights_of(grants_of(session, actor.user_id)).permissions, given)
    if beyond:
        raise NotAllowed(f"You cannot give what you do not hold: {', '.join(sorted(beyond))}.")


def refuse_past(until: datetime | None) -> None:
    """Raise Invalid for an end that lies in the past."""
    if until is not None and until <= now():
        raise Invalid("The end lies in the past.")


def refuse_mixed_limits(name: str, grants: list[Grant]) -> None:
    """Raise Conflict when some of a person's roles would be limited and others undo the limit."""
    if mixes_limits(grants):
        raise Conflict(
            f"{name} would hold one role with limits and another that opens the same things everywhere. "
            "Limit both, or end one of them first."
        )


def administrators(session: Session) -> list[UUID]:
    """Active administrators, while other changes of administrators wait."""
    session.execute(_LOCK_ADMIN, {"admin": Role.ADMIN})
    return [row.id for row in session.execute(_ADMINISTRATORS, {"admin": Role.ADMIN})]


def keep_two_administrators(session: Session, without: UUID) -> None:
    """Raise Conflict when fewer than two lasting administrators would remain without this person.

    For whatever takes somebody's administration away: the end of a role, an end date on it, a disabled account.
    """
    held = administrators(session)
    if without not in held:
        return
    lasting = session.execute(_ADMINISTRATORS, {"admin": Role.ADMIN})
    if sum(row.stays and row.id != without for row in lasting) < FEWEST_ADMINISTRATORS:
        raise Conflict("Two administrators must remain. Give the role to another person first.")


def rights_changed(
    session: Session, actor: Actor, user_id: UUID, event: str, *, reason: str | None = None, **details: Any
) -> None:
    """Write it down, tell the administrators, and end the person's sessions so that it acts at once."""
    end_sessions_of(session, user_id)
    audit(session, actor, event, "user", user_id, reason=reason, **details)
    record_security_event(
        session, SecurityEventKind.ROLE_CHANGED, user_id=user_id, address=actor.address,
        change=event, by=None if actor.user_id is None else str(actor.user_id),
    )  # fmt: skip


def written(instant: datetime | None) -> str | None:
    """An instant as the audit trail keeps it."""
    return None if instant is None else instant.astimezone(UTC).isoformat()
