"""What happened to one lead: timeline, deliveries, scores. Each read is by the lead's id.

The story of a survivor is that of its family: timeline and deliveries have those of its duplicates among them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.lead_family import told_with
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

TIMELINE_ROWS = 50

# Every source of the timeline in one shape. Changes of status, notes and calls have tables of their own: their audit
# entries would tell the same twice, and so would bulk changes of status.
_TIMELINE = text("""
    SELECT occurred_at, id, lead_id, kind, state, previous, body, actor, amount_usd, details FROM (
        SELECT created_at AS occurred_at, id, lead_id, 'status' AS kind, to_status AS state, from_status AS previous,
               reason AS body, actor_name AS actor, NULL::numeric AS amount_usd, '{}'::jsonb AS details
        FROM lead_status_history WHERE lead_id = ANY (:members)
        UNION ALL
        SELECT created_at, id, lead_id, 'quality', new_quality, previous_quality, reason, model_version, NULL,
               jsonb_build_object('score', new_score, 'previous_score', previous_score)
        FROM lead_quality_history WHERE lead_id = ANY (:members)
        UNION ALL
        SELECT created_at, id, lead_id, 'message', message_type, NULL, content, sender, NULL,
               jsonb_strip_nulls(jsonb_build_object('intent', intent, 'sentiment', sentiment,
                                                    'entities', nullif(entities, '{}')))
        FROM lead_conversations WHERE lead_id = ANY (:members)
        UNION ALL
        SELECT a.created_at, a.id, a.lead_id, 'analysis', a.analysis_type, NULL, a.recommendations ->> 0,
               m.model_name || ' ' || a.model_version, NULL,
               jsonb_strip_nulls(jsonb_build_object('score', a.score, 'confidence', a.confidence))
        FROM ai_analyses a JOIN ai_models m ON m.id = a.ai_model_id WHERE a.lead_id = ANY (:members)
        UNION ALL
        SELECT coalesce(e.answered_at, e.sent_at, e.created_at), e.id, e.lead_id, 'export', e.status, NULL,
               coalesce(e.rejection_reason, e.error_message), p.platform_name, e.price_usd,
               jsonb_strip_nulls(jsonb_build_object(
                   'attempts', e.attempt_count, 'channel', p.delivery_method, 'http_status', e.http_status,
                   'response_ms', e.response_ms, 'answer', e.response_excerpt, 'next', e.next_attempt_at))
        FROM lead_exports e JOIN b2b_platforms p ON p.id = e.platform_id WHERE e.lead_id = ANY (:members)
        UNION ALL
        SELECT t.occurred_at, t.id, t.lead_id, 'money', t.transaction_type, NULL, t.reason, p.platform_name,
               t.amount_usd, '{}'
        FROM b2b_revenue_transactions t JOIN b2b_platforms p ON p.id = t.platform_id
        WHERE t.lead_id = ANY (:members)
        UNION ALL
        SELECT occurred_at, id, lead_id, 'consent', consent_state, consent_kind, channel, recorded_by, NULL,
               jsonb_strip_nulls(jsonb_build_object('certificate', certificate_provider,
                                                    'wording', wording_version))
        FROM lead_consent_events WHERE lead_id = ANY (:members)
        UNION ALL
        SELECT created_at, id, lead_id, 'note', NULL, NULL, body, author_name, NULL, '{}'
        FROM lead_notes WHERE lead_id = ANY (:members)
        UNION ALL
        SELECT created_at, id, lead_id, 'call', disposition, NULL, note, caller_name, NULL,
               jsonb_strip_nulls(jsonb_build_object('callback', next_callback_at))
        FROM lead_calls WHERE lead_id = ANY (:members)
        UNION ALL
        SELECT occurred_at, id, CAST(entity_id AS uuid), 'edit', event, NULL, reason, actor_name, NULL, details
        FROM audit_log
        WHERE entity_type = 'lead' AND entity_id = ANY (:names) AND event <> ALL (:told_elsewhere)
        UNION ALL
        SELECT i.worked_at, i.operation_id, i.lead_id, 'edit',
               'leads:bulk:' || CASE WHEN o.undoes_ref IS NULL THEN o.kind ELSE 'undo' END, NULL, o.reason,
               u.full_name, NULL, o.arguments
        FROM bulk_operation_items i
        JOIN bulk_operations o ON o.id = i.operation_id JOIN users u ON u.id = o.user_ref
        WHERE i.lead_id = ANY (:members) AND i.outcome = 'done' AND o.kind <> 'status'
    ) happened
    WHERE (CAST(:all AS boolean) OR kind = ANY (:kinds))
      AND (CAST(:at AS timestamptz) IS NULL OR (occurred_at, id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
    ORDER BY occurred_at DESC, id DESC LIMIT :limit
""")
_TOLD_ELSEWHERE = ["leads:status:change", "leads:note:add", "leads:call:log"]

_EXPORTS = text("""
    SELECT e.id, e.lead_id, p.platform_name, p.delivery_method, e.created_at, e.answered_at, e.next_attempt_at,
           e.status, e.attempt_count, e.response_ms, e.http_status, e.response_excerpt, e.price_usd,
           e.commission_earned, e.exclusive, e.platform_lead_id, e.rejection_reason, e.error_code,
           e.error_message, m.status AS sale_status, m.return_reason,
           coalesce(m.revenue_usd, 0) AS revenue_usd,
           CASE WHEN l.consent_at <= e.created_at THEN extract(epoch FROM e.created_at - l.consent_at)::float8 END
               AS consent_age_seconds
    FROM lead_exports e JOIN b2b_platforms p ON p.id = e.platform_id JOIN leads l ON l.id = e.lead_id
    LEFT JOIN b2b_lead_mappings m ON m.lead_id = e.lead_id AND m.export_id = e.id
    WHERE e.lead_id = ANY (:members) ORDER BY e.created_at DESC, e.id DESC
""")
# Beside the state its proof: the newest event that said it was given or claimed, the text of the wording that it names,
# and how old the consent was at the newest delivery.
_CONSENTS = text("""
    SELECT c.lead_id, c.consent_kind, c.consent_state, c.given_at, c.expires_at, c.withdrawn_at,
           v.certificate_provider, v.certificate_url, v.certificate_claimed_until, v.wording_version, v.page_url,
           v.ip IS NOT NULL AS has_ip, w.wording, w.language, w.shown_from, w.shown_until,
           CASE WHEN c.given_at <= e.created_at THEN extract(epoch FROM e.created_at - c.given_at)::float8 END
               AS age_at_delivery_seconds
    FROM lead_consents c
    LEFT JOIN LATERAL (
        SELECT certificate_provider, certificate_url, certificate_claimed_until, wording_version, page_url, ip
        FROM lead_consent_events
        WHERE lead_id = c.lead_id AND consent_kind = c.consent_kind AND consent_state IN ('given', 'unproven')
        ORDER BY occurred_at DESC, id DESC LIMIT 1) v ON true
    LEFT JOIN consent_wordings w ON w.version = v.wording_version
    LEFT JOIN LATERAL (
        SELECT created_at FROM lead_exports WHERE lead_id = c.lead_id
        ORDER BY created_at DESC, id DESC LIMIT 1) e ON true
    WHERE c.lead_id = ANY (:members) ORDER BY c.lead_id <> :lead_id, c.lead_id, c.consent_kind
""")
_SCORES = text("""
    SELECT q.created_at, q.previous_score, q.new_score, q.score_change, q.new_quality, q.factors, q.reason,
           q.model_version, m.model_name
    FROM lead_quality_history q LEFT JOIN ai_models m ON m.id = q.ai_model_id
    WHERE q.lead_id = :lead_id ORDER BY q.created_at, q.id
""")
_ANALYSIS = text("""
    SELECT a.created_at, a.score, a.confidence, a.factors, a.insights, a.recommendations, a.model_version,
           m.model_name
    FROM ai_analyses a JOIN ai_models m ON m.id = a.ai_model_id
    WHERE a.lead_id = :lead_id AND a.analysis_type = 'lead_score'
    ORDER BY a.created_at DESC, a.id DESC LIMIT 1
""")


@dataclass(frozen=True)
class StoryCursor:
    """A place in a timeline: an event, behind which the next page begins."""

    occurred_at: datetime
    event_id: UUID


@needs(Permission.LEADS_READ)
def timeline(
    session: Session,
    lead_id: UUID,
    *,
    kinds: Collection[str] = (),
    after: StoryCursor | None = None,
    limit: int = TIMELINE_ROWS,
) -> pd.DataFrame:
    """What happened, newest first: a page of it, of some kinds (none named: all), behind a place.

    Columns: occurred_at (aware); id; lead_id (whose it is: the lead, or one of its duplicates); kind (status,
    quality, message, analysis, export, money, consent, note, call, edit); state and previous (stored state names; for
    consent `previous` is its kind, for edits `state` is the event); body (text); actor (person, model, platform);
    amount_usd (Decimal); details (dict). Absent values are None or NaN.
    """
    members = told_with(session, lead_id)
    asked = {"members": members, "names": [str(one) for one in members], "told_elsewhere": _TOLD_ELSEWHERE}
    place = {"at": after and after.occurred_at, "id": after and after.event_id}
    return frame(session, _TIMELINE, asked | place | {"all": not kinds, "kinds": list(kinds), "limit": limit})


@needs(Permission.LEADS_READ)
def exports_of(session: Session, lead_id: UUID) -> pd.DataFrame:
    """Deliveries to platforms, newest first, with answer, price, and what became of the sale; `lead_id` is whose.

    `attempt_count` is the number of the last attempt; `response_ms` (NaN: no answer) and `consent_age_seconds` (float,
    NaN: no consent was recorded before it) are of that delivery. Times are aware, money is Decimal.
    """
    numbers = dict.fromkeys(["response_ms", "http_status", "consent_age_seconds"], "float64")
    return frame(session, _EXPORTS, {"members": told_with(session, lead_id)}, numbers)


@needs(Permission.LEADS_READ)
def consents_of(session: Session, lead_id: UUID) -> pd.DataFrame:
    """The proof of each consent of a lead, and after them those of its duplicates; `lead_id` is whose.

    Columns: lead_id, consent_kind, consent_state (str), given_at, expires_at, withdrawn_at (aware, NaT), and of the
    newest event that gave it certificate_provider, certificate_url, wording_version, page_url (str or None), has_ip and
    certificate_claimed_until (aware, NaT); of the wording on file wording, language (str or None), shown_from and
    shown_until (days or None); age_at_delivery_seconds at the newest delivery (float, NaN: none since it was given).
    """
    asked = {"members": told_with(session, lead_id), "lead_id": lead_id}
    return frame(session, _CONSENTS, asked, {"age_at_delivery_seconds": "float64"})


@needs(Permission.LEADS_READ)
def score_history(session: Session, lead_id: UUID) -> pd.DataFrame:
    """Changes of the score, oldest first; `factors` (dict) are points by factor and add up to `new_score`."""
    return frame(session, _SCORES, {"lead_id": lead_id})


@needs(Permission.LEADS_READ)
def latest_scoring(session: Session, lead_id: UUID) -> dict[str, Any] | None:
    """The newest scoring by a model, or None: score, confidence (0 to 1), factors, insights and so on."""
    row = session.execute(_ANALYSIS, {"lead_id": lead_id}).one_or_none()
    return row._asdict() if row else None
