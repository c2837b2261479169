"""Reads of the Compliance screen: requests on their clocks, consent, suppression, retention and holds.

Contact data are masked. Days are New York's. `audit_search` is in queries/audit.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import day_range, day_start
from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.ai import AnalysisType
from aurum_data.rules.identity import Permission
from aurum_data.rules.privacy import (
    ANSWERED_REQUESTS,
    OPEN_REQUESTS,
    RETENTION_PERIODS,
    ConsentKind,
    ConsentState,
    RequestStatus,
    RequestType,
    Standing,
)

LIST_LIMIT = 500
LEADS_LIMIT = 50
COUNT_CAP = 10_000
DUE_SOON_DAYS = 7
MEDIAN_DAYS = 365

_LIST = text("""
    SELECT r.id AS request_id, r.request_number, r.request_type, r.source, r.status, r.subject_name, r.contact_masked,
           r.received_on, r.acknowledged_on, r.acknowledge_due, r.due_on, r.hard_stop_on,
           CASE WHEN r.acknowledged_on IS NULL THEN r.acknowledge_due - CAST(:today AS date) END AS days_to_acknowledge,
           r.due_on - CAST(:today AS date) AS days_to_answer,
           r.status = ANY (:open) AND (r.due_on < :today OR (r.acknowledged_on IS NULL AND r.acknowledge_due < :today))
               AS overdue,
           u.full_name AS assigned_name
    FROM privacy_requests r LEFT JOIN users u ON u.id = r.assigned_to
    WHERE r.status = ANY (:statuses)
      AND (CAST(:request_type AS text) IS NULL OR r.request_type = :request_type)
      AND (CAST(:assigned_to AS uuid) IS NULL OR r.assigned_to = :assigned_to)
      AND (NOT :overdue OR r.due_on < :today OR (r.acknowledged_on IS NULL AND r.acknowledge_due < :today))
    ORDER BY r.completed_at DESC NULLS FIRST, r.due_on, r.request_number
    LIMIT :limit
""")
_COUNTS = text("""
    SELECT count(*) AS open,
           count(*) FILTER (WHERE due_on BETWEEN :today AND :soon) AS due_soon,
           count(*) FILTER (WHERE due_on < :today) AS answer_overdue,
           count(*) FILTER (WHERE acknowledged_on IS NULL AND acknowledge_due < :today) AS acknowledge_overdue,
           count(*) FILTER (WHERE due_on < :today OR (acknowledged_on IS NULL AND acknowledge_due < :today)) AS overdue,
           (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY completed_at::date - received_on)
            FROM privacy_requests WHERE status = ANY (:answered) AND completed_at::date > :since) AS median_days
    FROM privacy_requests WHERE status = ANY (:open)
""")
_ONE = text("""
    SELECT r.id AS request_id, r.request_number, r.request_type, r.source, r.status, r.subject_name, r.contact_masked,
           r.received_on, r.acknowledge_due, r.acknowledged_on, r.due_on, r.hard_stop_on, r.extended_on,
           r.extension_reason, r.completed_at, r.denial_reason, r.identity_verified_at, r.assigned_to,
           array_remove(ARRAY[r.phone_hash, r.email_hash], NULL) || r.other_hashes AS hashes,
           verifier.full_name AS verified_name, handler.full_name AS assigned_name,
           coalesce(submitter.full_name, 'System') AS submitted_name
    FROM privacy_requests r
    LEFT JOIN users verifier ON verifier.id = r.identity_verified_by
    LEFT JOIN users handler ON handler.id = r.assigned_to
    LEFT JOIN users submitter ON submitter.id = r.submitted_by
    WHERE r.request_number = :number
""")
_EVENTS = text("""
    SELECT occurred_at, event, actor_name, note FROM privacy_request_events
    WHERE request_id = :request_id ORDER BY occurred_at DESC, id DESC
""")
_SAME_PERSON = text("""
    SELECT request_number FROM privacy_requests
    WHERE status = ANY (:open) AND id <> :request_id
      AND (phone_hash = ANY (:hashes) OR email_hash = ANY (:hashes))
    ORDER BY received_on, request_number
""")
_LEADS = text("""
    SELECT l.id AS lead_id, l.created_at, l.full_name, l.phone_masked, l.email_masked, l.zip_code, l.borough,
           l.status, l.consent_state, l.sellable, l.erased_at IS NOT NULL AS erased,
           ARRAY(SELECT c.consent_kind FROM lead_consents c
                 WHERE c.lead_id = l.id AND c.consent_state <> 'withdrawn' ORDER BY c.consent_kind) AS withdrawable,
           (SELECT string_agg(DISTINCT p.platform_name, ', ' ORDER BY p.platform_name)
            FROM lead_exports e JOIN b2b_platforms p ON p.id = e.platform_id
            WHERE e.lead_id = l.id AND e.status IN ('accepted', 'returned')) AS buyers,
           (SELECT count(*) FROM legal_holds h WHERE h.lead_ref = l.id AND h.released_at IS NULL) AS holds
    FROM leads l
    WHERE l.id IN (SELECT id FROM leads WHERE phone_hash = ANY (:hashes)
                   UNION SELECT id FROM leads WHERE email_hash = ANY (:hashes))
    ORDER BY l.created_at DESC, l.id DESC LIMIT :limit
""")
_HANDLERS = text("""
    SELECT u.id, u.full_name FROM users u
    WHERE u.status = 'active' AND EXISTS (
        SELECT FROM user_permissions p
        LEFT JOIN user_roles r ON r.role_id = p.role_id AND r.user_id = u.id
                              AND (r.expires_at IS NULL OR r.expires_at > now())
        WHERE p.resource = 'compliance' AND p.action = 'write' AND (p.expires_at IS NULL OR p.expires_at > now())
          AND (p.user_id = u.id OR r.id IS NOT NULL))
    ORDER BY u.full_name, u.id
""")
# As the worker last counted them (jobs/consents.py): live, the count takes up to a second at a million leads.
_STATES = text("""
    SELECT state AS consent_state, coalesce(c.lead_count, 0) AS leads
    FROM unnest(CAST(:states AS text[])) WITH ORDINALITY AS s (state, place)
    LEFT JOIN consent_summary c ON c.consent_state = state AND c.consent_kind = :kind
    ORDER BY place
""")
_COUNTED = text("SELECT as_of FROM rollup_stamps WHERE rollup = 'consent_summary'")
_WITHDRAWALS = text("""
    SELECT (occurred_at AT TIME ZONE 'America/New_York')::date AS date, coalesce(channel, 'not_recorded') AS channel,
           count(*) AS withdrawals
    FROM lead_consent_events
    WHERE occurred_at >= :begins AND occurred_at < :ends AND consent_state = 'withdrawn'
    GROUP BY 1, 2 ORDER BY 1, 2
""")
_WITHDRAWN = text("""
    SELECT count(*) FROM lead_consent_events
    WHERE occurred_at >= :begins AND occurred_at < :ends AND consent_state = 'withdrawn'
""")
_SUPPRESSED = text("""
    SELECT count(*) AS total, count(*) FILTER (WHERE contact_kind = 'phone') AS phones,
           count(*) FILTER (WHERE contact_kind = 'email') AS emails
    FROM suppression_list
""")
_HOLDS = text("""
    SELECT h.id AS hold_id, h.matter, h.reason, h.data_type, h.lead_ref, h.placed_at,
           coalesce(u.full_name, 'System') AS placed_name
    FROM legal_holds h LEFT JOIN users u ON u.id = h.placed_by
    WHERE h.released_at IS NULL ORDER BY h.placed_at DESC, h.id DESC LIMIT :limit
""")
_POLICIES = text("""
    SELECT p.data_type, p.retention_days, p.action, p.legal_basis, p.is_enabled,
           r.started_at AS last_run_at, r.outcome AS last_outcome, r.rows_affected, r.rows_held,
           (SELECT count(*) FROM legal_holds h
            WHERE h.released_at IS NULL
              AND (h.data_type = p.data_type OR (p.data_type = 'leads' AND h.lead_ref IS NOT NULL)))
               AS holds
    FROM retention_policies p
    LEFT JOIN LATERAL (
        SELECT started_at, outcome, rows_affected, rows_held FROM retention_runs
        WHERE data_type = p.data_type ORDER BY started_at DESC, id DESC LIMIT 1) r ON true
    ORDER BY p.retention_days DESC, p.data_type
""")
# Rows past their time, counted along an index (of a log: the old partitions), and no further than a cap.
_PAST = text("""
    SELECT (SELECT count(*) FROM (SELECT FROM leads WHERE is_active = true AND created_at < :leads
                                  AND erased_at IS NULL LIMIT :cap) t) AS leads,
           (SELECT count(*) FROM (SELECT FROM lead_conversations WHERE created_at < :conversations LIMIT :cap) t)
               AS conversations,
           (SELECT count(*) FROM (SELECT FROM user_sessions WHERE started_at < :user_sessions LIMIT :cap) t)
               AS user_sessions,
           (SELECT count(*) FROM (SELECT FROM ai_analyses WHERE analysis_type = ANY (:analysis_types)
                                  AND created_at < :ai_analyses LIMIT :cap) t) AS ai_analyses,
           (SELECT count(*) FROM (SELECT FROM b2b_revenue_transactions WHERE occurred_at < :revenue_transactions
                                  LIMIT :cap) t) AS revenue_transactions,
           (SELECT count(*) FROM (SELECT FROM platform_performance
                                  WHERE date < (CAST(:platform_performance AS timestamptz)
                                                AT TIME ZONE 'America/New_York')::date LIMIT :cap) t)
               AS platform_performance,
           (SELECT count(*) FROM (SELECT FROM user_activity_logs WHERE occurred_at < :user_activity_logs LIMIT :cap) t)
               AS user_activity_logs,
           (SELECT count(*) FROM (SELECT FROM error_logs WHERE occurred_at < :error_logs LIMIT :cap) t) AS error_logs
""")


@dataclass(frozen=True)
class RequestCounts:
    """Open requests now; `overdue` ones missed either clock. `median_days`: receipt to answer, of the last year."""

    open: int
    due_soon: int
    answer_overdue: int
    acknowledge_overdue: int
    overdue: int
    median_days: float | None


@dataclass(frozen=True)
class Request:
    """One request with its story. Days are whole New York days; contact data are masked.

    events       occurred_at, event, actor_name, note; newest first
    leads        lead_id, created_at, full_name, phone_masked, email_masked, zip_code, borough, status, consent_state,
                 sellable, erased, withdrawable (consent kinds), buyers (names), holds; newest first, at most 50
    same_person  numbers of the person's other open requests
    """

    request_id: UUID
    request_number: str
    source: str
    subject_name: str | None
    contact_masked: str | None
    standing: Standing
    acknowledge_due: date
    acknowledged_on: date | None
    due_on: date
    extended_on: date | None
    extension_reason: str | None
    closed_at: datetime | None
    denial_reason: str | None
    verified_at: datetime | None
    verified_name: str | None
    assigned_to: UUID | None
    assigned_name: str | None
    submitted_name: str
    same_person: list[str]
    events: pd.DataFrame
    leads: pd.DataFrame


@dataclass(frozen=True)
class ConsentFigures:
    """states: consent_state, leads (every state, for one kind), as counted at `as_of` (None: not yet).

    withdrawals: date, channel, withdrawals (all kinds).
    """

    states: pd.DataFrame
    withdrawals: pd.DataFrame
    as_of: datetime | None


@dataclass(frozen=True)
class Suppressed:
    """Contacts on the suppression list."""

    total: int
    phones: int
    emails: int


@needs(Permission.COMPLIANCE_READ)
def open_requests(
    session: Session,
    *,
    today: date,
    request_type: RequestType | None = None,
    status: RequestStatus | None = None,
    overdue: bool = False,
    assigned_to: UUID | None = None,
    limit: int = LIST_LIMIT,
) -> pd.DataFrame:
    """Open requests, the one due first on top; with a status, those of that status (closed ones: latest first).

    request_id, request_number, request_type, source, status, subject_name, contact_masked, received_on,
    acknowledged_on, acknowledge_due, due_on, hard_stop_on, days_to_acknowledge (None once acknowledged) and
    days_to_answer (negative: late), overdue (either clock), assigned_name.
    """
    values = {"today": today, "request_type": request_type, "overdue": overdue, "assigned_to": assigned_to}
    statuses = sorted(OPEN_REQUESTS) if status is None else [status]
    lists = {"statuses": statuses, "open": sorted(OPEN_REQUESTS), "limit": limit}
    return frame(session, _LIST, values | lists)


@needs(Permission.COMPLIANCE_READ)
def request_counts(session: Session, *, today: date) -> RequestCounts:
    """How many requests are open, due within 7 days, overdue; how long answers took."""
    row = session.execute(
        _COUNTS,
        {"today": today, "soon": today + timedelta(days=DUE_SOON_DAYS), "open": sorted(OPEN_REQUESTS)}
        | {"answered": sorted(ANSWERED_REQUESTS), "since": today - timedelta(days=MEDIAN_DAYS)},
    ).one()
    return RequestCounts(*row)


@needs(Permission.COMPLIANCE_READ)
def one_request(session: Session, number: str) -> Request | None:
    """A request by its number, with its events and the leads that have its phone number or email."""
    row = session.execute(_ONE, {"number": number}).one_or_none()
    if row is None:
        return None
    found = {"request_id": row.request_id, "hashes": row.hashes}
    return Request(
        request_id=row.request_id,
        request_number=row.request_number,
        source=row.source,
        subject_name=row.subject_name,
        contact_masked=row.contact_masked,
        standing=Standing(
            request_type=RequestType(row.request_type),
            status=RequestStatus(row.status),
            received_on=row.received_on,
            hard_stop_on=row.hard_stop_on,
            acknowledged=row.acknowledged_on is not None,
            verified=row.identity_verified_at is not None,
            extended=row.extended_on is not None,
        ),
        acknowledge_due=row.acknowledge_due,
        acknowledged_on=row.acknowledged_on,
        due_on=row.due_on,
        extended_on=row.extended_on,
        extension_reason=row.extension_reason,
        closed_at=row.completed_at,
        denial_reason=row.denial_reason,
        verified_at=row.identity_verified_at,
        verified_name=row.verified_name,
        assigned_to=row.assigned_to,
        assigned_name=row.assigned_name,
        submitted_name=row.submitted_name,
        same_person=list(session.scalars(_SAME_PERSON, found | {"open": sorted(OPEN_REQUESTS)})),
        events=frame(session, _EVENTS, found),
        leads=frame(session, _LEADS, found | {"limit": LEADS_LIMIT}),
    )


@needs(Permission.COMPLIANCE_READ)
def handlers(session: Session) -> dict[UUID, str]:
    """Who may work on requests: id and name, by name."""
    return {row.id: row.full_name for row in session.execute(_HANDLERS)}


@needs(Permission.COMPLIANCE_READ)
def consent_figures(
    session: Session, *, first: date, last: date, kind: ConsentKind = ConsentKind.TCPA_EXPRESS_WRITTEN
) -> ConsentFigures:
    """Consents of one kind by state as last counted, and withdrawals of all kinds by day and channel."""
    begins, ends = day_range(first, last)
    states = frame(session, _STATES, {"kind": kind, "states": list(ConsentState)})
    withdrawals = frame(session, _WITHDRAWALS, {"begins": begins, "ends": ends})
    return ConsentFigures(states, withdrawals, session.scalar(_COUNTED))


@needs(Permission.COMPLIANCE_READ)
def withdrawal_count(session: Session, *, first: date, last: date) -> int:
    """Withdrawals of any consent on the days `first` to `last`."""
    begins, ends = day_range(first, last)
    count: int = session.scalars(_WITHDRAWN, {"begins": begins, "ends": ends}).one()
    return count


@needs(Permission.COMPLIANCE_READ)
def suppression_count(session: Session) -> Suppressed:
    """How many phone numbers and email addresses may not be contacted, sold or taken in."""
    return Suppressed(*session.execute(_SUPPRESSED).one())


@needs(Permission.COMPLIANCE_READ)
def legal_holds(session: Session, *, limit: int = LIST_LIMIT) -> pd.DataFrame:
    """Holds in force, the latest first: hold_id, matter, reason, data_type, lead_ref, placed_at, placed_name."""
    return frame(session, _HOLDS, {"limit": limit})


@needs(Permission.COMPLIANCE_READ)
def retention_figures(session: Session, *, today: date) -> pd.DataFrame:
    """One row per retention policy, the longest period first.

    data_type, retention_days, action, legal_basis, is_enabled, cutoff (rows before this day are past their time),
    past_cutoff (counted up to COUNT_CAP; None for a kind of data that is not counted), last_run_at, last_outcome,
    rows_affected, rows_held, holds (in force).
    """
    policies = frame(session, _POLICIES)
    policies["cutoff"] = [today - timedelta(days=int(days)) for days in policies["retention_days"]]
    beginnings: dict[str, Any] = dict.fromkeys(RETENTION_PERIODS)
    beginnings |= {name: day_start(day) for name, day in zip(policies["data_type"], policies["cutoff"], strict=True)}
    values = {"cap": COUNT_CAP, "analysis_types": list(AnalysisType)}
    past = session.execute(_PAST, beginnings | values).mappings().one()
    policies["past_cutoff"] = [past.get(name) for name in policies["data_type"]]
    return policies
