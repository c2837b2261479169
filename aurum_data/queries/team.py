"""A team of sales at a glance: load, speed and outcomes of each person; the rules by which they are given leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.lead_figures import NAME_TOLD_APART
from aurum_data.queries.my_work import SPEED_DAYS
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import OPEN_STATUSES, LeadStatus

CAP = 2_000  # of each count
OUTCOME_DAYS = 30

# Each count of a person walks one index on leads, up to the cap. Who qualified lately is one walk for all.
_TEAM = text("""
    WITH outcomes AS MATERIALIZED (
        SELECT assigned_to, count(*) AS qualified, count(sold_at) AS sold FROM leads
        WHERE is_active = true AND qualified_at >= :outcomes_since AND assigned_to = ANY (:people)
        GROUP BY assigned_to)
    SELECT p.id AS user_id, o.open_leads, n.new_leads, c.overdue, s.*,
           coalesce(q.qualified, 0) AS qualified, coalesce(q.sold, 0) AS sold
    FROM unnest(CAST(:people AS uuid[])) WITH ORDINALITY AS p (id, place)
    CROSS JOIN LATERAL (
        SELECT count(*) AS open_leads FROM (
            SELECT FROM leads WHERE is_active = true AND assigned_to = p.id AND status = ANY (:open) LIMIT :cap) x) o
    CROSS JOIN LATERAL (
        SELECT count(*) AS new_leads FROM (
            SELECT FROM leads WHERE is_active = true AND assigned_to = p.id AND status = 'new' LIMIT :cap) x) n
    CROSS JOIN LATERAL (
        SELECT count(*) AS overdue FROM (
            SELECT FROM leads WHERE is_active = true AND assigned_to = p.id AND next_callback_at <= :at
                                AND status = ANY (:open) AND NOT do_not_call LIMIT :cap) x) c
    CROSS JOIN LATERAL (
        SELECT count(first_contacted_at) AS contacted,
               count(*) FILTER (WHERE first_contacted_at - created_at <= :target) AS in_time,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_contacted_at - created_at))
                   FILTER (WHERE first_contacted_at IS NOT NULL) AS median_seconds
        FROM (SELECT created_at, first_contacted_at FROM leads
              WHERE is_active = true AND assigned_to = p.id AND status = ANY (:statuses) AND created_at >= :speed_since
              LIMIT :cap) x) s
    LEFT JOIN outcomes q ON q.assigned_to = p.id
    ORDER BY p.place
""")
# Few people are not among those who work on leads, and each count walks one index.
_LEFT_BEHIND = text("""
    SELECT u.id AS user_id, u.full_name, o.open_leads, o.callbacks
    FROM users u
    CROSS JOIN LATERAL (
        SELECT count(*) AS open_leads, count(x.next_callback_at) FILTER (WHERE NOT x.do_not_call) AS callbacks FROM (
            SELECT next_callback_at, do_not_call FROM leads
            WHERE is_active = true AND assigned_to = u.id AND status = ANY (:open) LIMIT :cap) x) o
    WHERE u.id <> ALL (:people) AND o.open_leads > 0
    ORDER BY u.full_name, u.id
""")
_NAMES = text(f"""
    SELECT u.id, {NAME_TOLD_APART} FROM users u WHERE u.id = ANY (:people) ORDER BY u.full_name, u.id
""")  # noqa: S608 - a part of our own
_RULES = text("""
    SELECT id AS rule_id, rule_name, position, boroughs, languages, members, is_active FROM assignment_rules
    ORDER BY position, rule_name, id
""")
_WAITING = text("""
    SELECT count(*) FROM (
        SELECT FROM leads
        WHERE is_active = true AND status = 'new' AND assigned_to IS NULL AND created_at >= :since LIMIT :cap) x
""")


@needs(Permission.LEADS_ASSIGN)
def team_figures(session: Session, *, people: Sequence[UUID], at: datetime, target: timedelta) -> pd.DataFrame:
    """One row a person, in the order given; counts stop at `CAP`.

    Columns: user_id; open_leads, new_leads, overdue (callbacks); of leads that arrived in the last 7 days: contacted,
    in_time, median_seconds (NaN: nobody); of leads qualified in the last 30 days: qualified, and how many of those
    are sold by now.
    """
    values = {"people": list(people), "at": at, "target": target, "open": list(OPEN_STATUSES), "cap": CAP}
    since = {"speed_since": at - timedelta(days=SPEED_DAYS), "outcomes_since": at - timedelta(days=OUTCOME_DAYS)}
    return frame(session, _TEAM, values | since | {"statuses": list(LeadStatus)}, {"median_seconds": "float64"})


@needs(Permission.LEADS_ASSIGN)
def left_behind(session: Session, *, people: Sequence[UUID]) -> pd.DataFrame:
    """People who have open leads but are not among `people`, who work on leads: they left, or may not any more.

    Columns: user_id, full_name, open_leads, callbacks (planned ones, of these); counts stop at `CAP`.
    """
    return frame(session, _LEFT_BEHIND, {"people": list(people), "open": list(OPEN_STATUSES), "cap": CAP})


@needs(Permission.LEADS_ASSIGN)
def told_apart(session: Session, *, people: Sequence[UUID]) -> dict[UUID, str]:
    """The names of these people, each once: those of one name with their user names. Limited people read no user
    names, so for them it is asked without their limits.
    """
    return {row[0]: row[1] for row in session.execute(_NAMES, {"people": list(people)})}


@needs(Permission.LEADS_ASSIGN)
def assignment_rules(session: Session) -> pd.DataFrame:
    """The rules in their order: rule_id, rule_name, position, boroughs, languages, members (lists), is_active."""
    return frame(session, _RULES)


@needs(Permission.LEADS_ASSIGN)
def unassigned_new(session: Session, *, since: datetime) -> int:
    """New leads that came since and nobody has, up to `CAP`."""
    return int(session.scalar(_WAITING, {"since": since, "cap": CAP}) or 0)
