"""Giving a single permission to a person beside their roles, and taking it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, require
from aurum_data.actions.rights import (
    person_to_change,
    refuse_for_leavers,
    refuse_past,
    refuse_ungrantable,
    rights_changed,
    written,
)
from aurum_data.errors import Invalid, NotFound
from aurum_data.rules.identity import ADMIN_ONLY, Permission, rights_of
from aurum_data.security.rights import grants_of

_HELD = text("""
    SELECT expires_at FROM user_permissions
    WHERE user_id = :user_id AND resource = :resource AND action = :action FOR UPDATE
""")
_GIVE = text("""
    INSERT INTO user_permissions (user_id, resource, action, granted_by, expires_at)
    VALUES (:user_id, :resource, :action, :by, :until)
    ON CONFLICT (role_id, user_id, resource, action) DO UPDATE SET
        granted_by = excluded.granted_by, granted_at = excluded.granted_at, expires_at = excluded.expires_at
""")
_WITHDRAW = text("""
    DELETE FROM user_permissions WHERE user_id = :user_id AND resource = :resource AND action = :action
    RETURNING expires_at
""")


def give_permission(
    session: Session, actor: Actor, *, user_id: UUID, permission: Permission, until: datetime | None = None
) -> None:
    """Give a person one permission, for good or until an instant, or set its end anew. Their sessions end.

    It has no limits, so limited people cannot be given one. Raises NotAllowed, Invalid, Conflict, NotFound.
    """
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    person = person_to_change(session, actor, user_id)
    refuse_for_leavers(person)
    if permission in ADMIN_ONLY:
        raise Invalid(f"{permission}: this comes with the role Admin and no other way.")
    refuse_past(until)
    refuse_ungrantable(session, actor, frozenset({permission}))
    held = rights_of(grants_of(session, user_id))
    if held.boroughs is not None or held.platforms is not None:
        raise Invalid(f"{person.full_name} is limited to boroughs or platforms: give a role with limits instead.")
    which = _which(user_id, permission)
    before = session.execute(_HELD, which).one_or_none()
    session.execute(_GIVE, which | {"by": actor.user_id, "until": until})
    rights_changed(
        session, actor, user_id, "identity:permission:give", permission=permission,
        before=before and {"until": written(before.expires_at)},
        after={"until": written(until)},
    )  # fmt: skip


def withdraw_permission(session: Session, actor: Actor, *, user_id: UUID, permission: Permission) -> None:
    """Take back a permission that was given to the person alone. Raises NotAllowed, NotFound."""
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    person_to_change(session, actor, user_id)
    before = session.execute(_WITHDRAW, _which(user_id, permission)).one_or_none()
    if before is None:
        raise NotFound("This person was not given this permission by itself.")
    rights_changed(
        session, actor, user_id, "identity:permission:withdraw", permission=permission,
        before={"until": written(before.expires_at)}, after=None,
    )  # fmt: skip


def _which(user_id: UUID, permission: Permission) -> dict[str, object]:
    resource, action = permission.split(":")
    return {"user_id": user_id, "resource": resource, "action": action}
