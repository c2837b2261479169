"""Reads of the Access screen: accounts, roles and what they open."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

_PEOPLE = text("""
    SELECT u.id AS user_id, u.username, u.full_name, u.email_masked, u.status,
           u.totp_confirmed_at IS NOT NULL AS second_factor, u.last_sign_in_at, u.created_at,
           ARRAY(SELECT r.role_name FROM user_roles g JOIN roles r ON r.id = g.role_id
                 WHERE g.user_id = u.id AND (g.expires_at IS NULL OR g.expires_at > now())
                 ORDER BY r.role_name) AS roles
    FROM users u
    ORDER BY u.full_name, u.username
""")
_ROLES = text("""
    SELECT r.role_name, r.description,
           ARRAY(SELECT p.resource || ':' || p.action FROM user_permissions p WHERE p.role_id = r.id) AS permissions
    FROM roles r ORDER BY r.role_name
""")


class GrantedRole(NamedTuple):
    """A role, what it is for, and what it opens."""

    role_name: str
    description: str
    permissions: frozenset[Permission]


@needs(Permission.USERS_READ)
def list_people(session: Session) -> pd.DataFrame:
    """Every account, by name.

    Columns: user_id (UUID), username, full_name, email_masked, status (str), second_factor (bool), last_sign_in_at,
    created_at (datetime), roles (list of str, those that have not expired).
    """
    return frame(session, _PEOPLE)


@needs(Permission.USERS_READ)
def list_roles(session: Session) -> list[GrantedRole]:
    """Every role there is, by name. Permissions that this version does not know are left out."""
    known = frozenset(Permission)
    return [
        GrantedRole(row.role_name, row.description, frozenset(Permission(p) for p in row.permissions if p in known))
        for row in session.execute(_ROLES)
    ]
