"""Reads of the view Machine keys: which machine may do what, from where, and when it last did."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

_KEYS = text("""
    SELECT k.id AS key_id, k.key_name, k.key_prefix, k.scopes, p.platform_name, k.allowed_addresses,
           k.rate_limit_per_minute, k.created_at, u.full_name AS created_by, k.expires_at, k.last_used_at,
           host(k.last_used_address) AS last_used_address,
           CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
                WHEN k.expires_at <= now() THEN 'expired'
                WHEN n.id IS NOT NULL THEN 'replaced'
                WHEN k.expires_at <= now() + interval '30 days' THEN 'ends_soon'
                ELSE 'live' END AS state
    FROM api_keys k
    LEFT JOIN users u ON u.id = k.created_by
    LEFT JOIN b2b_platforms p ON p.id = k.platform_ref
    LEFT JOIN LATERAL (SELECT id FROM api_keys n WHERE n.replaces_ref = k.id AND n.revoked_at IS NULL LIMIT 1) n ON true
    ORDER BY k.revoked_at IS NOT NULL OR k.expires_at <= now(), lower(k.key_name), k.created_at DESC, k.id
""")


@needs(Permission.KEYS_READ)
def list_keys(session: Session) -> pd.DataFrame:
    """Every key there ever was: those that work first, by name, the newest of a name on top.

    Columns: key_id (UUID), key_name, key_prefix (str), scopes, allowed_addresses (list of str; empty: any),
    platform_name, created_by, last_used_address (str or None), rate_limit_per_minute (int),
    created_at, expires_at, last_used_at (datetime or NaT), state: live, ends_soon (within 30 days), replaced (a newer
    one works beside it), expired or revoked.
    """
    return frame(session, _KEYS)
