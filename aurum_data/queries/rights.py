"""Who may do what, and why: roles with their permissions, everybody's grants, accounts that nobody uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Grant, Permission, rights_of
from aurum_data.security.rights import known

_ROLES = text("""
    SELECT r.id, r.role_name, r.description, r.is_system,
           ARRAY(SELECT p.resource || ':' || p.action FROM user_permissions p WHERE p.role_id = r.id) AS permissions,
           (SELECT count(*) FROM user_roles g JOIN users u ON u.id = g.user_id
            WHERE g.role_id = r.id AND u.status <> 'disabled' AND (g.expires_at IS NULL OR g.expires_at > now()))
               AS holders
    FROM roles r ORDER BY r.is_system DESC, r.role_name
""")
_HELD = text("""
    SELECT u.id AS user_id, u.full_name, g.role_name AS role, g.permissions, g.scope_boroughs, g.scope_platforms,
           ARRAY(SELECT b.platform_name FROM b2b_platforms b WHERE b.id = ANY (g.scope_platforms)
                 ORDER BY b.platform_name) AS platform_names,
           giver.full_name AS granted_by, g.granted_at, g.expires_at
    FROM (
        SELECT h.user_id, r.role_name, h.scope_boroughs, h.scope_platforms, h.granted_by, h.granted_at, h.expires_at,
               ARRAY(SELECT p.resource || ':' || p.action FROM user_permissions p WHERE p.role_id = r.id) AS permissions
        FROM user_roles h JOIN roles r ON r.id = h.role_id
        UNION ALL
        SELECT user_id, NULL, NULL, NULL, granted_by, granted_at, expires_at, ARRAY[resource || ':' || action]
        FROM user_permissions WHERE user_id IS NOT NULL
    ) g
    JOIN users u ON u.id = g.user_id LEFT JOIN users giver ON giver.id = g.granted_by
    WHERE u.status <> 'disabled' AND (g.expires_at IS NULL OR g.expires_at > now())
    ORDER BY u.full_name, u.id, g.role_name NULLS LAST, g.permissions
""")
_UNUSED = text("""
    SELECT u.id AS user_id, u.full_name, u.username, u.last_sign_in_at, u.created_at FROM users u
    WHERE u.status = 'active' AND coalesce(u.last_sign_in_at, u.created_at) < now() - make_interval(days => :days)
    ORDER BY coalesce(u.last_sign_in_at, u.created_at), u.id
""")


@dataclass(frozen=True)
class RoleEntry:
    """A role, what it opens, and how many people hold it now."""

    role_id: UUID
    name: str
    description: str
    is_system: bool
    permissions: frozenset[Permission]
    holders: int


@dataclass(frozen=True)
class HeldGrant:
    """A role, or a single permission, that a person holds now: what it gives, where, by whom, until when."""

    user_id: UUID
    full_name: str
    grant: Grant
    platform_names: list[str]
    granted_by: str | None
    granted_at: datetime
    expires_at: datetime | None


@needs(Permission.USERS_READ)
def list_roles(session: Session) -> list[RoleEntry]:
    """Every role: the system's own first, then by name."""
    return [
        RoleEntry(row.id, row.role_name, row.description, row.is_system, known(row.permissions), row.holders)
        for row in session.execute(_ROLES)
    ]


@needs(Permission.USERS_READ)
def held_grants(session: Session) -> list[HeldGrant]:
    """Every grant that counts now, of every account that is not disabled, by person."""
    return [
        HeldGrant(
            row.user_id,
            row.full_name,
            Grant(row.role, known(row.permissions), _limit(row.scope_boroughs), _limit(row.scope_platforms)),
            list(row.platform_names),
            row.granted_by,
            row.granted_at,
            row.expires_at,
        )
        for row in session.execute(_HELD)
        if row.role is not None or known(row.permissions)
    ]


@needs(Permission.USERS_READ)
def unused_accounts(session: Session, *, days: int = 60) -> pd.DataFrame:
    """Active accounts without a sign-in for so many days, the longest unused first.

    Columns: user_id (UUID), full_name, username (str), last_sign_in_at, created_at (datetime).
    """
    return frame(session, _UNUSED, {"days": days})


def why(held: Iterable[HeldGrant], user_id: UUID, permission: Permission) -> list[HeldGrant]:
    """The grants of a person that give a permission; none: they do not have it."""
    own = [entry for entry in held if entry.user_id == user_id]
    if permission not in rights_of([entry.grant for entry in own]).permissions:
        return []
    return [entry for entry in own if permission in entry.grant.effective]


def who(held: Iterable[HeldGrant], permission: Permission) -> list[HeldGrant]:
    """The grants that give people a permission, by person."""
    held = list(held)
    people = dict.fromkeys(entry.user_id for entry in held)
    return [entry for user_id in people for entry in why(held, user_id, permission)]


def _limit(values: list[Any] | None) -> frozenset[Any] | None:
    return None if values is None else frozenset(values)
