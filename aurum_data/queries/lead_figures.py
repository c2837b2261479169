"""Figures above the list of leads, and what its filters offer. Arrivals and sales come from the rollup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import OPEN_STATUSES

WAITING_CAP = 10_000

_DAYS = text("""
    SELECT d::date AS date, coalesce(m.total_leads, 0) AS total_leads,
           coalesce(m.qualified_leads, 0) AS qualified_leads, coalesce(m.sold_leads, 0) AS sold_leads
    FROM generate_series(CAST(:first AS timestamp), CAST(:last AS timestamp), '1 day') d
    LEFT JOIN revenue_metrics m ON m.date = d::date AND m.period_type = 'daily' AND m.platform_ref IS NULL
    ORDER BY d
""")
# Each count stops at the cap and walks one index.
_WAITING = text("""
    WITH active AS NOT MATERIALIZED (
        SELECT status, created_at, assigned_to, next_callback_at, has_export_error
        FROM leads WHERE is_active = true)
    SELECT (SELECT count(*) FROM (SELECT FROM active WHERE status = 'new' LIMIT :cap) n) AS new,
           (SELECT min(created_at) FROM active WHERE status = 'new') AS oldest_new,
           (SELECT count(*) FROM (SELECT FROM active WHERE assigned_to = :user_id AND status = ANY (:open)
                                  LIMIT :cap) m) AS mine,
           (SELECT count(*) FROM (SELECT FROM active WHERE assigned_to = :user_id AND status = ANY (:open)
                                  AND next_callback_at < :until LIMIT :cap) c) AS callbacks,
           (SELECT count(*) FROM (SELECT FROM active WHERE has_export_error LIMIT :cap) e) AS errors
""")
_SOURCES = text("SELECT id, source_name FROM lead_sources ORDER BY source_name, id")
_CAMPAIGNS = text("""
    SELECT c.id, s.source_name || ': ' || c.campaign_name
    FROM campaigns c JOIN lead_sources s ON s.id = c.source_id ORDER BY 2, c.id
""")
_PLATFORMS = text("SELECT id, platform_name FROM b2b_platforms ORDER BY platform_name, id")
_ZIPS = text("SELECT borough, zip_code FROM nyc_zip_codes ORDER BY borough, zip_code")
# People are chosen by name, so two of one name are told apart. Of `users u`.
NAME_TOLD_APART = """
    CASE WHEN count(*) OVER (PARTITION BY u.full_name) = 1 THEN u.full_name
         ELSE u.full_name || ' (' || u.username || ')' END
"""
# Leads are given to people who work on them.
_PEOPLE = text(f"""
    SELECT u.id, {NAME_TOLD_APART}
    FROM users u
    WHERE u.status = 'active' AND EXISTS (
        SELECT FROM user_permissions p
        LEFT JOIN user_roles r ON r.role_id = p.role_id AND r.user_id = u.id
                              AND (r.expires_at IS NULL OR r.expires_at > now())
        WHERE p.resource = 'leads' AND p.action = 'write' AND (p.expires_at IS NULL OR p.expires_at > now())
          AND (p.user_id = u.id OR r.id IS NOT NULL))
    ORDER BY u.full_name, u.id
""")  # noqa: S608 - a part of our own


@dataclass(frozen=True)
class Waiting:
    """Work that waits, each count capped at `WAITING_CAP`."""

    new: int
    oldest_new: datetime | None
    mine: int
    callbacks: int
    errors: int


@dataclass(frozen=True)
class Offered:
    """What the filters of the list offer: id -> name, each once; ZIP codes by borough; people who work on leads."""

    sources: dict[UUID, str]
    campaigns: dict[UUID, str]
    platforms: dict[UUID, str]
    people: dict[UUID, str]
    zip_codes: dict[str, list[str]]


@needs(Permission.LEADS_READ)
def funnel_days(session: Session, *, last: date, days: int) -> pd.DataFrame:
    """Leads that came, qualified and were sold per New York day up to `last`; `revenue_as_of` says as of when.

    Columns: date (date), total_leads, qualified_leads, sold_leads (int); one row a day, none left out.
    """
    return frame(session, _DAYS, {"first": last - timedelta(days=days - 1), "last": last})


@needs(Permission.LEADS_READ)
def work_waiting(session: Session, *, user_id: UUID | None, until: datetime) -> Waiting:
    """New leads, a person's open leads, their callbacks due before `until`, and leads with failed exports."""
    row = session.execute(
        _WAITING, {"user_id": user_id, "until": until, "open": list(OPEN_STATUSES), "cap": WAITING_CAP}
    ).one()
    return Waiting(*row)


@needs(Permission.LEADS_READ)
def offered(session: Session) -> Offered:
    """Everything that can be chosen in the filters."""
    zip_codes: dict[str, list[str]] = {}
    for borough, zip_code in session.execute(_ZIPS):
        zip_codes.setdefault(borough, []).append(zip_code)
    sources, campaigns, platforms, people = (
        {row[0]: row[1] for row in session.execute(names)} for names in (_SOURCES, _CAMPAIGNS, _PLATFORMS, _PEOPLE)
    )
    return Offered(sources, campaigns, platforms, people, zip_codes)
