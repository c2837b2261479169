"""The sample data agree with themselves: each rule is a query for rows that break it."""

from __future__ import annotations

import psycopg
import pytest

DAY = "AT TIME ZONE 'America/New_York')::date"

BROKEN = {
    "the wording that a consent names is on file, and was shown on its day": f"""
        SELECT FROM lead_consent_events e LEFT JOIN consent_wordings w ON w.version = e.wording_version
        WHERE e.wording_version IS NOT NULL AND (w.id IS NULL
            OR NOT ((e.occurred_at {DAY} BETWEEN w.shown_from AND coalesce(w.shown_until, 'infinity')))""",
    "a certificate that is claimed is there, and was claimed for the time after the consent": """
        SELECT FROM lead_consent_events
        WHERE certificate_claimed_until <= occurred_at
            OR (certificate_claimed_until IS NOT NULL AND certificate_url IS NULL)""",
    "revenue of a lead is the sum of its ledger": """
        SELECT FROM leads l LEFT JOIN (SELECT lead_id, sum(amount_usd) AS total
            FROM b2b_revenue_transactions GROUP BY 1) t
        ON t.lead_id = l.id WHERE l.total_revenue_earned <> coalesce(t.total, 0)""",
    "conversation count of a lead is its messages": """
        SELECT FROM leads l LEFT JOIN (SELECT lead_id, count(*) AS n FROM lead_conversations GROUP BY 1) c
        ON c.lead_id = l.id WHERE l.conversation_count <> coalesce(c.n, 0)""",
    "turns of a conversation are its messages": """
        SELECT FROM ai_conversations s LEFT JOIN (
            SELECT lead_id, session_id, count(*) AS n, max(turn) AS last, max(created_at) AS ended
            FROM lead_conversations GROUP BY 1, 2) c ON (c.lead_id, c.session_id) = (s.lead_id, s.id)
        WHERE (s.turn_count, s.turn_count, s.ended_at) IS DISTINCT FROM (c.n, c.last, c.ended)""",
    "export count of a lead is its exports": """
        SELECT FROM leads l LEFT JOIN (SELECT lead_id, count(*) AS n FROM lead_exports GROUP BY 1) e
        ON e.lead_id = l.id WHERE l.export_count <> coalesce(e.n, 0)""",
    "export error of a lead is that of its latest export": """
        SELECT FROM leads l JOIN (
            SELECT DISTINCT ON (lead_id) lead_id, status, error_code
                FROM lead_exports ORDER BY lead_id, created_at DESC) e
        ON e.lead_id = l.id WHERE l.has_export_error <> (e.error_code IS NOT NULL)""",
    "commission of an export is its sale in the ledger": """
        SELECT FROM lead_exports e LEFT JOIN b2b_revenue_transactions t
        ON (t.lead_id, t.export_id, t.transaction_type) = (e.lead_id, e.id, 'sale')
        WHERE e.commission_earned <> coalesce(t.amount_usd, 0)
            OR (e.status IN ('accepted', 'returned')) <> (t.id IS NOT NULL)""",
    "a sale is at the price of the export": """
        SELECT FROM lead_exports e JOIN b2b_revenue_transactions t
        ON (t.lead_id, t.export_id, t.transaction_type) = (e.lead_id, e.id, 'sale')
            WHERE e.price_usd <> t.gross_usd""",
    "an amount is the gross times the commission rate": """
        SELECT FROM b2b_revenue_transactions WHERE amount_usd <> round(gross_usd * commission_rate, 2)""",
    "a return takes back its whole sale, later": """
        SELECT FROM b2b_revenue_transactions r LEFT JOIN b2b_revenue_transactions s
        ON (s.lead_id, s.id) = (r.lead_id, r.offsets_id) AND s.transaction_type = 'sale'
        WHERE r.transaction_type = 'return' AND (s.id IS NULL OR s.amount_usd <> -r.amount_usd
              OR s.occurred_at >= r.occurred_at OR s.export_id <> r.export_id)""",
    "a lead at a platform earns its ledger": """
        SELECT FROM b2b_lead_mappings m LEFT JOIN (
            SELECT lead_id, platform_id, sum(amount_usd) AS total FROM b2b_revenue_transactions GROUP BY 1, 2) t
        USING (lead_id, platform_id) WHERE m.revenue_usd IS DISTINCT FROM t.total""",
    "a lead at a platform came by an accepted export": """
        SELECT FROM b2b_lead_mappings m FULL JOIN (SELECT * FROM lead_exports
            WHERE status IN ('accepted', 'returned')) e
        ON (e.lead_id, e.id) = (m.lead_id, m.export_id)
        WHERE m.id IS NULL OR e.id IS NULL OR m.platform_lead_id <> e.platform_lead_id
            OR m.created_at <> e.answered_at
           OR (m.status = 'returned') <> (e.status = 'returned')""",
    "a platform's id leads to its lead": """
        SELECT FROM b2b_lead_mappings m LEFT JOIN lead_platform_ids i
        ON (i.platform_ref, i.platform_lead_id) = (m.platform_id, m.platform_lead_id)
        WHERE i.lead_ref IS DISTINCT FROM m.lead_id""",
    "a sold lead has a sale that stands": """
        SELECT FROM leads l WHERE status = 'sold' AND NOT EXISTS (
            SELECT FROM b2b_lead_mappings m WHERE m.lead_id = l.id AND m.status <> 'returned')""",
    "a returned lead has no sale that stands": """
        SELECT FROM leads l WHERE status = 'returned' AND (NOT EXISTS (
            SELECT FROM b2b_lead_mappings m WHERE m.lead_id = l.id) OR EXISTS (
            SELECT FROM b2b_lead_mappings m WHERE m.lead_id = l.id AND m.status <> 'returned'))""",
    "a lead that sold says so": """
        SELECT FROM leads l WHERE status NOT IN ('sold', 'returned', 'erased') AND EXISTS (
            SELECT FROM b2b_lead_mappings m WHERE m.lead_id = l.id)""",
    "sold_at is the first sale": """
        SELECT FROM leads l LEFT JOIN (SELECT lead_id, min(created_at) AS first FROM b2b_lead_mappings GROUP BY 1) m
        ON m.lead_id = l.id WHERE l.sold_at IS DISTINCT FROM m.first""",
    "a statement sums its period's ledger": f"""
        SELECT FROM b2b_statements s WHERE s.total_usd <> (
            SELECT coalesce(sum(amount_usd), 0) FROM b2b_revenue_transactions t WHERE t.platform_id = s.platform_id
            AND (t.occurred_at {DAY} BETWEEN s.period_start AND s.period_end)""",
    "a statement sums its lines": """
        SELECT FROM b2b_statements s CROSS JOIN LATERAL (
            SELECT coalesce(sum(t.amount_usd) FILTER (WHERE t.transaction_type = 'sale'), 0) AS sales,
                   coalesce(sum(t.amount_usd) FILTER (WHERE t.transaction_type = 'return'), 0) AS returns,
                   coalesce(sum(t.amount_usd) FILTER (WHERE t.transaction_type = 'adjustment'), 0) AS adjustments
            FROM b2b_statement_lines i JOIN b2b_revenue_transactions t
                ON (t.lead_id, t.id) = (i.lead_id, i.transaction_id)
            WHERE i.statement_id = s.id) t
        WHERE (s.sales_usd, s.returns_usd, s.adjustments_usd) IS DISTINCT FROM (t.sales, t.returns, t.adjustments)""",
    "what was paid is the sum of the payments": """
        SELECT FROM b2b_statements s WHERE s.paid_usd <> (
            SELECT coalesce(sum(amount_usd), 0) FROM b2b_payments p WHERE p.statement_id = s.id)""",
    "the state of a statement fits its payments": """
        SELECT FROM b2b_statements WHERE (status = 'paid') <> (paid_usd >= total_usd
            AND status NOT IN ('draft', 'disputed'))
           OR (status = 'partly_paid') <> (paid_usd > 0 AND paid_usd < total_usd)
           OR (status IN ('draft', 'sent') AND paid_usd <> 0) OR (status = 'draft') <> (issued_on IS NULL)""",
    "a dispute that was accepted is what the ledger corrected": """
        SELECT FROM b2b_disputes d JOIN b2b_statements s ON s.id = d.statement_id WHERE d.status = 'accepted'
        AND d.amount_usd <> (SELECT -sum(a.amount_usd) FROM b2b_revenue_transactions a
            JOIN b2b_revenue_transactions t ON (t.lead_id, t.id) = (a.lead_id, a.offsets_id)
            JOIN b2b_statement_lines i ON (i.lead_id, i.transaction_id) = (t.lead_id, t.id)
            WHERE a.transaction_type = 'adjustment' AND i.statement_id = s.id)""",
    "a disputed statement has an open dispute": """
        SELECT FROM b2b_statements s WHERE (s.status = 'disputed') <> EXISTS (
            SELECT FROM b2b_disputes d WHERE d.statement_id = s.id AND d.status = 'open')""",
    "the score of a lead is the latest of its history and of its analysis": """
        SELECT FROM leads l LEFT JOIN ai_analyses a ON (a.lead_id, a.id) = (l.id, l.ai_analysis_id)
        LEFT JOIN LATERAL (SELECT * FROM lead_quality_history h
            WHERE h.lead_id = l.id ORDER BY created_at DESC LIMIT 1) h ON true
        WHERE (l.lead_score, l.lead_score, l.lead_quality) IS DISTINCT FROM (a.score, h.new_score, h.new_quality)""",
    "factors add up to the score": """
        SELECT FROM (SELECT new_score AS score, factors FROM lead_quality_history UNION ALL
                     SELECT score, factors FROM ai_analyses WHERE analysis_type = 'lead_score') s
        WHERE score <> (SELECT sum(value::int) FROM jsonb_each_text(factors))""",
    "each score follows the one before": """
        SELECT FROM (SELECT previous_score, previous_quality, lag(new_score) OVER w AS score,
            lag(new_quality) OVER w AS quality
                     FROM lead_quality_history WINDOW w AS (PARTITION BY lead_id ORDER BY created_at)) h
        WHERE (previous_score, previous_quality) IS DISTINCT FROM (score, quality)""",
    "the tier of a lead fits its score": """
        SELECT FROM leads WHERE lead_quality <> CASE WHEN lead_score >= 80
            THEN 'premium' WHEN lead_score >= 60 THEN 'standard'
            WHEN lead_score >= 40 THEN 'basic' ELSE 'unqualified' END""",
    "only leads with valid consent that are no duplicates are for sale": """
        SELECT FROM leads WHERE sellable <> (consent_state = 'given' AND duplicate_of IS NULL)""",
    "the consent of a lead is its consent to be called, and its latest event": """
        SELECT FROM leads l LEFT JOIN lead_consents c ON c.lead_id = l.id AND c.consent_kind = 'tcpa_express_written'
        LEFT JOIN LATERAL (SELECT consent_state FROM lead_consent_events e WHERE e.lead_id = l.id
            AND e.consent_kind = c.consent_kind ORDER BY occurred_at DESC LIMIT 1) e ON true
        WHERE (l.consent_state, l.consent_state) IS DISTINCT FROM (c.consent_state, e.consent_state)""",
    "who withdrew is suppressed": """
        SELECT FROM leads l WHERE consent_state = 'withdrawn' AND phone_hash IS NOT NULL AND NOT EXISTS (
            SELECT FROM suppression_list s WHERE s.contact_kind = 'phone' AND s.contact_hash = l.phone_hash)""",
    "nothing is sent once consent is withdrawn": """
        SELECT FROM lead_exports e JOIN lead_consents c ON c.lead_id = e.lead_id
            AND c.consent_kind = 'tcpa_express_written'
        WHERE e.sent_at IS NOT NULL AND e.created_at >= c.withdrawn_at""",
    "only leads with proven consent are offered": """
        SELECT FROM leads WHERE export_count > 0 AND (consent_state = 'unproven' OR duplicate_of IS NOT NULL)""",
    "the status history ends with the status": """
        SELECT FROM leads l LEFT JOIN LATERAL (SELECT to_status FROM lead_status_history h WHERE h.lead_id = l.id
            ORDER BY created_at DESC, id DESC LIMIT 1) h ON true WHERE l.status <> coalesce(h.to_status, 'new')""",
    "each status follows the one before": """
        SELECT FROM (SELECT from_status, lag(to_status, 1, 'new') OVER (PARTITION BY lead_id ORDER BY created_at,
            id) AS before
                     FROM lead_status_history) h WHERE from_status <> before""",
    "a qualified_at is when the history says qualified": """
        SELECT FROM leads l LEFT JOIN lead_status_history h ON h.lead_id = l.id AND h.to_status = 'qualified'
        WHERE l.qualified_at IS DISTINCT FROM h.created_at""",
    "a duplicate repeats the phone of an earlier lead that is none": """
        SELECT FROM leads d LEFT JOIN leads o ON o.id = d.duplicate_of WHERE d.duplicate_of IS NOT NULL
        AND (o.id IS NULL OR o.duplicate_of IS NOT NULL OR o.phone_hash <> d.phone_hash
            OR o.created_at >= d.created_at)""",
    "a phone number has one lead that is no duplicate": """
        SELECT FROM leads WHERE duplicate_of IS NULL AND phone_hash IS NOT NULL
            GROUP BY phone_hash HAVING count(*) > 1""",
    "erased leads hold no personal data": """
        SELECT FROM leads WHERE status = 'erased'
            AND num_nonnulls(first_name, last_name, phone_hash, phone_encrypted, email_hash,
            email_encrypted, property_address, unit, address_key, bbl, consent_ip, gclid, fbclid) > 0""",
    "messages of erased leads are gone": """
        SELECT FROM lead_conversations c JOIN leads l ON l.id = c.lead_id
        WHERE l.status = 'erased' AND (c.content <> '[erased]' OR c.entities <> '{}')""",
    "a platform gets only leads within its terms": """
        SELECT FROM lead_exports e JOIN b2b_platforms p ON p.id = e.platform_id JOIN leads l ON l.id = e.lead_id
        WHERE l.borough <> ALL (p.accepted_boroughs) OR l.monthly_bill_usd < p.minimum_monthly_bill_usd
           OR (e.payload ->> 'score')::int < p.minimum_score OR (p.status = 'paused'
               AND e.created_at > p.status_changed_at)""",
    "the daily cap of a platform holds": f"""
        SELECT FROM lead_exports e JOIN b2b_platforms p ON p.id = e.platform_id
            WHERE e.status IN ('accepted', 'returned')
        GROUP BY p.id, (e.answered_at {DAY} HAVING count(*) > p.daily_cap""",
    "the price is that of a tier": f"""
        SELECT FROM lead_exports e JOIN leads l ON l.id = e.lead_id WHERE NOT EXISTS (
            SELECT FROM b2b_price_tiers t WHERE t.platform_id = e.platform_id AND t.price_usd = e.price_usd
            AND t.effective @> (e.created_at {DAY} AND coalesce(t.borough, l.borough) = l.borough)""",
    "an exclusive lead has one buyer": """
        SELECT FROM b2b_lead_mappings WHERE exclusive AND (SELECT count(*) FROM b2b_lead_mappings o
            WHERE o.lead_id = b2b_lead_mappings.lead_id) > 1""",
    "returns are asked for within the window": """
        SELECT FROM b2b_lead_mappings m JOIN b2b_platforms p ON p.id = m.platform_id
        WHERE m.return_requested_at > m.created_at + make_interval(hours => p.return_window_hours)
           OR m.return_decided_at < m.return_requested_at
               OR (m.status <> 'accepted') <> (m.return_reason IS NOT NULL)""",
    "the campaign of a lead ran on its day and is its source's": f"""
        SELECT FROM leads l JOIN campaigns c ON c.id = l.campaign_id
        WHERE c.source_id <> l.source_id OR NOT (l.created_at {DAY} BETWEEN c.starts_on
            AND coalesce(c.ends_on, 'infinity')""",
    "an import counts its rows": """
        SELECT FROM import_batches b WHERE b.landed_count <> (SELECT count(*) FROM leads l
            WHERE l.import_batch_id = b.id)
        OR b.duplicate_count <> (SELECT count(*) FROM leads l WHERE l.import_batch_id = b.id
            AND duplicate_of IS NOT NULL)
        OR b.row_count <> b.landed_count + b.rejected_count OR b.started_at > b.finished_at
        OR b.started_at > (SELECT min(created_at) FROM leads l WHERE l.import_batch_id = b.id)""",
    "a visit that became a lead came just before it": """
        SELECT FROM user_sessions v LEFT JOIN leads l ON l.id = v.lead_ref
        WHERE v.lead_ref IS NOT NULL AND (l.id IS NULL OR v.started_at > l.created_at OR NOT v.converted)""",
    "incentives are counted as leads have them": f"""
        SELECT FROM nyc_incentive_usage u LEFT JOIN (
            SELECT code, zip_code, (created_at {DAY} AS date, count(*) AS n
                FROM leads, unnest(incentives) AS code GROUP BY 1, 2, 3) l
        ON (l.code, l.zip_code, l.date) = (u.incentive_code, u.zip_code, u.date) WHERE l.n IS DISTINCT
            FROM u.lead_count""",
    "a lead's incentives were open on its day": f"""
        SELECT FROM leads l, unnest(l.incentives) AS code WHERE NOT EXISTS (
            SELECT FROM nyc_incentives i WHERE i.incentive_code = code
            AND i.effective && daterange((l.created_at {DAY}, (l.created_at {DAY} + 120))""",
    "messages come in turn": """
        SELECT FROM (SELECT created_at, lag(created_at) OVER (PARTITION BY lead_id,
            session_id ORDER BY turn) AS before
                     FROM lead_conversations) m WHERE created_at < before""",
    "an export is answered after it is sent": """
        SELECT FROM lead_exports WHERE NOT (created_at <= coalesce(sent_at, created_at)
            AND coalesce(sent_at, created_at) <= coalesce(answered_at, sent_at, created_at))
            OR (status IN ('accepted', 'rejected', 'returned')) <> (answered_at IS NOT NULL)""",
    "a lead's moments are in order": """
        SELECT FROM leads WHERE NOT (created_at <= coalesce(first_contacted_at, created_at)
            AND coalesce(first_contacted_at, created_at) <= coalesce(qualified_at, last_activity_at)
            AND coalesce(qualified_at, created_at) <= coalesce(sold_at, last_activity_at)
            AND first_touch_at <= last_touch_at AND last_touch_at <= created_at
                AND updated_at >= last_activity_at)""",
    "requests run on the legal clock": """
        SELECT FROM privacy_requests WHERE due_on <> received_on + CASE WHEN extended_on IS NULL THEN 30 ELSE 75 END
        OR hard_stop_on <> received_on + CASE WHEN extended_on IS NULL THEN 45 ELSE 90 END
        OR (status IN ('completed', 'denied', 'duplicate', 'cancelled')) <> (completed_at IS NOT NULL)""",
    "an acknowledged or verified request came first": """
        SELECT FROM privacy_requests WHERE acknowledged_on < received_on OR identity_verified_at < created_at
        OR completed_at < identity_verified_at OR updated_at < created_at""",
    "an erasure that was carried out has its lead": """
        SELECT FROM leads l WHERE status = 'erased' AND NOT EXISTS (SELECT FROM privacy_requests r
            WHERE r.request_type = 'erasure' AND r.status = 'completed' AND r.completed_at = l.erased_at)""",
}  # fmt: skip


@pytest.mark.parametrize("query", [pytest.param(query, id=rule) for rule, query in BROKEN.items()])
def test_no_row_breaks_the_rule(filled: psycopg.Connection, query: str) -> None:
    broken = filled.execute(f"SELECT count(*) FROM ({query}) AS broken").fetchone()
    assert broken == (0,)
