"""Roles of the house's own, beside those that the code defines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.rights import refuse_mixed_limits, refuse_ungrantable, rights_changed
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import ADMIN_ONLY, Permission
from aurum_data.security.rights import grants_of, known

LONGEST_NAME, LONGEST_DESCRIPTION = 40, 200
_NAME = re.compile(r"[a-z][a-z0-9]*(?: [a-z0-9]+)*")

_MAKE = text("""
    INSERT INTO roles (role_name, description) VALUES (:name, :description)
    ON CONFLICT (role_name) DO NOTHING RETURNING id
""")
_ROLE = text("""
    SELECT r.id, r.role_name, r.description, r.is_system,
           ARRAY(SELECT p.resource || ':' || p.action FROM user_permissions p WHERE p.role_id = r.id) AS permissions
    FROM roles r WHERE r.id = :role_id FOR UPDATE
""")
_NAME_TAKEN = text("SELECT EXISTS (SELECT FROM roles WHERE role_name = :name AND id <> :role_id)")
_CHANGE = text("UPDATE roles SET role_name = :name, description = :description WHERE id = :role_id")
_REMOVE = text("DELETE FROM roles WHERE id = :role_id")
_OPEN = text("""
    INSERT INTO user_permissions (role_id, resource, action, granted_by) VALUES (:role_id, :resource, :action, :by)
""")
_CLOSE = text("DELETE FROM user_permissions WHERE role_id = :role_id AND resource = :resource AND action = :action")
_HOLDERS = text("""
    SELECT u.id, u.full_name FROM user_roles g JOIN users u ON u.id = g.user_id WHERE g.role_id = :role_id
    ORDER BY u.full_name, u.id
""")


def make_role(
    session: Session, actor: Actor, *, name: str, description: str, permissions: Iterable[Permission]
) -> UUID:
    """Define a role and give its id. Raises NotAllowed, Invalid, Conflict for a name that is taken."""
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    name, description = _named(name, description)
    wanted = _openable(session, actor, permissions)
    role_id: UUID | None = session.scalar(_MAKE, {"name": name, "description": description})
    if role_id is None:
        raise Conflict("A role of this name exists already.")
    _open(session, actor, role_id, wanted)
    audit(
        session, actor, "identity:custom_role:make", "role", role_id,
        name=name, description=description, permissions=sorted(wanted),
    )  # fmt: skip
    return role_id


def change_role(
    session: Session,
    actor: Actor,
    *,
    role_id: UUID,
    name: str,
    description: str,
    permissions: Iterable[Permission],
) -> None:
    """Give a role another name, description or other permissions; the sessions of all who hold it end.

    Raises NotAllowed for a role that the actor holds and for rights they may not give, Invalid, Conflict for a
    system role and a name that is taken, NotFound.
    """
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    role = _own_role(session, role_id)
    name, description = _named(name, description)
    if session.scalar(_NAME_TAKEN, {"name": name, "role_id": role_id}):
        raise Conflict("A role of this name exists already.")
    before, after = known(role.permissions), frozenset(permissions)
    added = _openable(session, actor, after - before)
    holders = session.execute(_HOLDERS, {"role_id": role_id}).all()
    if any(holder.id == actor.user_id for holder in holders):
        raise NotAllowed("Nobody changes a role that they hold themselves: ask another administrator.")
    _open(session, actor, role_id, added)
    for permission in before - after:
        session.execute(_CLOSE, {"role_id": role_id, **_parts(permission)})
    session.execute(_CHANGE, {"role_id": role_id, "name": name, "description": description})
    audit(
        session, actor, "identity:custom_role:change", "role", role_id,
        before={"name": role.role_name, "description": role.description, "permissions": sorted(before)},
        after={"name": name, "description": description, "permissions": sorted(after)},
    )  # fmt: skip
    if (name, after) != (role.role_name, before):
        for holder in holders:
            refuse_mixed_limits(holder.full_name, grants_of(session, holder.id))
            rights_changed(session, actor, holder.id, "identity:role:change", role=name)


def remove_role(session: Session, actor: Actor, *, role_id: UUID) -> None:
    """Remove a role that nobody holds. Raises NotAllowed, Conflict, NotFound."""
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    role = _own_role(session, role_id)
    holders = session.execute(_HOLDERS, {"role_id": role_id}).all()
    if holders:
        raise Conflict(f"{', '.join(holder.full_name for holder in holders)} hold this role: end that first.")
    session.execute(_REMOVE, {"role_id": role_id})
    audit(
        session, actor, "identity:custom_role:remove", "role", role_id,
        before={"name": role.role_name, "description": role.description, "permissions": sorted(role.permissions)},
    )  # fmt: skip


def _own_role(session: Session, role_id: UUID) -> Row[Any]:
    """A role that the code does not define, locked."""
    role = session.execute(_ROLE, {"role_id": role_id}).one_or_none()
    if role is None:
        raise NotFound("There is no such role any more.")
    if role.is_system:
        raise Conflict("The permissions of the system's own roles cannot be changed. Make a role of your own.")
    return role


def _named(name: str, description: str) -> tuple[str, str]:
    name, description = " ".join(name.lower().split()), description.replace("\x00", "").strip()
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Invalid(f"Name the role with letters, digits and single spaces, at most {LONGEST_NAME}.")
    if not description or len(description) > LONGEST_DESCRIPTION:
        raise Invalid(f"Describe what the role is for, in at most {LONGEST_DESCRIPTION} characters.")
    return name, description


def _openable(session: Session, actor: Actor, permissions: Iterable[Permission]) -> frozenset[Permission]:
    """The permissions, if the actor may put them into a role."""
    wanted = frozenset(permissions)
    if wanted & ADMIN_ONLY:
        raise Invalid(f"{', '.join(sorted(wanted & ADMIN_ONLY))}: this comes with the role Admin and no other way.")
    refuse_ungrantable(session, actor, wanted)
    return wanted


def _open(session: Session, actor: Actor, role_id: UUID, permissions: frozenset[Permission]) -> None:
    for permission in sorted(permissions):
        session.execute(_OPEN, {"role_id": role_id, "by": actor.user_id, **_parts(permission)})


def _parts(permission: Permission) -> dict[str, str]:
    resource, action = permission.split(":")
    return {"resource": resource, "action": action}
