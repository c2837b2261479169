"""What a person holds, as the database says at this moment. Sessions and actions read it in the same words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.rules.identity import Grant, Permission, must_have_second_factor, rights_of, roles_of

# For a query on `users u`: every role and every permission given one by one, as far as they have not expired.
_GRANTS = """
    (SELECT coalesce(jsonb_agg(held), '[]') FROM (
        SELECT jsonb_build_object(
                   'role', r.role_name, 'boroughs', g.scope_boroughs, 'platforms', g.scope_platforms,
                   'permissions', ARRAY(SELECT p.resource || ':' || p.action FROM user_permissions p
                                        WHERE p.role_id = r.id AND (p.expires_at IS NULL OR p.expires_at > now())))
        FROM user_roles g JOIN roles r ON r.id = g.role_id
        WHERE g.user_id = u.id AND (g.expires_at IS NULL OR g.expires_at > now())
        UNION ALL
        SELECT jsonb_build_object('role', NULL, 'permissions', array_agg(p.resource || ':' || p.action))
        FROM user_permissions p
        WHERE p.user_id = u.id AND (p.expires_at IS NULL OR p.expires_at > now()) HAVING count(*) > 0
    ) AS of_the_person (held))
"""
_KNOWN = frozenset(Permission)


def with_grants(sql: str) -> str:
    """A query on `users u` with the column <grants> filled in, for `read_grants`."""
    return sql.replace("<grants>", _GRANTS)


_OF_USER = text(with_grants("SELECT <grants> FROM users u WHERE u.id = :user_id"))


def read_grants(column: list[dict[str, Any]]) -> list[Grant]:
    """The grants that the column <grants> holds."""
    return [
        Grant(
            row["role"], known(row["permissions"]), _limit(row.get("boroughs"), str), _limit(row.get("platforms"), UUID)
        )
        for row in column
    ]


def grants_of(session: Session, user_id: UUID) -> list[Grant]:
    """Everything that a person holds now; nothing for a person who is not there."""
    return read_grants(session.scalar(_OF_USER, {"user_id": user_id}) or [])


def needs_second_factor(session: Session, user_id: UUID) -> bool:
    """Whether what this person holds at this moment may not be used without a second factor."""
    grants = grants_of(session, user_id)
    return must_have_second_factor(roles_of(grants), rights_of(grants).permissions)


def known(permissions: list[str]) -> frozenset[Permission]:
    """Stored rights; those that a later version wrote, and this one does not know, open nothing."""
    return frozenset(Permission(p) for p in permissions if p in _KNOWN)


def _limit(values: list[str] | None, kind: Any) -> frozenset[Any] | None:
    return None if values is None else frozenset(map(kind, values))
