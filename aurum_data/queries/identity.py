"""Reads of the Access screen: accounts, roles and what they open."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

_PEOPLE = text("""
    SELECT u.id AS user_id, u.username, u.full_name, u.status, u.totp_confirmed_at IS NOT NULL AS second_factor,
           u.last_sign_in_at, u.created_at,
           ARRAY(SELECT r.role_name FROM user_roles g JOIN roles r ON r.id = g.role_id
                 WHERE g.user_id = u.id AND (g.expires_at IS NULL OR g.expires_at > now())
                 ORDER BY r.role_name) AS roles
    FROM users u
    ORDER BY u.full_name, u.username
""")


@needs(Permission.USERS_READ)
def list_people(session: Session) -> pd.DataFrame:
    """Every account, by name.

    Columns: user_id (UUID), username, full_name, status (str), second_factor (bool), last_sign_in_at,
    created_at (datetime), roles (list of str, those that have not expired).
    """
    result = session.execute(_PEOPLE)
    return pd.DataFrame(result.all(), columns=list(result.keys()))
