"""A lead in two boroughs and two platforms, with rows in every table that limits to them concern."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, audit
from aurum_data.clock import today
from aurum_data.models.analytics import NycMarketIntelligence
from aurum_data.models.duplicates import LeadDuplicateCandidate
from aurum_data.rules.geography import Borough
from tests.factories import (
    make_lead,
    make_metric,
    make_performance,
    make_platform,
    make_sale,
    make_statement,
    make_zip,
)


@dataclass(frozen=True)
class World:
    """A lead in Queens and one in Brooklyn, each sold to both Harbor and Summit."""

    queens: UUID
    brooklyn: UUID
    harbor: UUID
    summit: UUID


# What the factories do not make; run for each lead, and for each platform.
OF_LEAD = """
    INSERT INTO lead_notes (lead_id, author_user_id, author_name, body)
        VALUES (:lead, uuidv7(), 'Sam', 'Call back');
    INSERT INTO bulk_operation_items (lead_id, operation_id, position, version_seen, outcome)
        SELECT :lead, id, 1, 1, 'done' FROM bulk_operations;
    INSERT INTO lead_calls (lead_id, caller_user_id, caller_name, disposition)
        VALUES (:lead, uuidv7(), 'Sam', 'no_answer');
    INSERT INTO lead_status_history (lead_id, to_status, actor_name)
        VALUES (:lead, 'contacted', 'Sam');
    WITH c AS (INSERT INTO ai_conversations (lead_id, ai_model_id, channel, started_at, cost_usd)
        SELECT :lead, id, 'sms', now(), 0 FROM ai_models RETURNING id)
        INSERT INTO lead_conversations (lead_id, session_id, turn, sender, message_type, content)
        SELECT :lead, id, 1, 'lead', 'question', 'How much?' FROM c;
    INSERT INTO lead_quality_history (lead_id, new_score, new_quality, reason)
        VALUES (:lead, 50, 'basic', 'First');
    INSERT INTO lead_consents (lead_id, consent_kind, consent_state)
        VALUES (:lead, 'email_marketing', 'given');
    INSERT INTO lead_consent_events (lead_id, occurred_at, consent_kind, consent_state)
        VALUES (:lead, now(), 'email_marketing', 'given');
    INSERT INTO ai_analyses (lead_id, analysis_type, ai_model_id, model_version, confidence, cost_usd, latency_ms)
        SELECT :lead, 'lead_score', id, '1', 0.9, 0, 5 FROM ai_models;
    INSERT INTO b2b_lead_mappings (lead_id, platform_id, export_id, platform_lead_id, lead_quality, price_usd)
        SELECT lead_id, platform_id, id, 'X', 'basic', 80 FROM lead_exports WHERE lead_id = :lead;
    INSERT INTO lead_platform_ids (platform_ref, platform_lead_id, lead_ref)
        SELECT platform_id, lead_id::text, lead_id FROM lead_exports WHERE lead_id = :lead
"""
OF_PLATFORM = """
    INSERT INTO b2b_price_tiers (platform_id, lead_quality, price_usd, effective)
        VALUES (:platform, 'basic', 80, '[2026-01-01,)');
    INSERT INTO b2b_payments (platform_id, statement_id, amount_usd, method, received_on, idempotency_key)
        SELECT platform_id, id, 10, 'ach', current_date, id::text FROM b2b_statements WHERE platform_id = :platform;
    INSERT INTO b2b_disputes (platform_id, statement_id, opened_at, amount_usd, reason)
        SELECT platform_id, id, now(), 5, 'Duplicate' FROM b2b_statements WHERE platform_id = :platform
"""


def fill(session: Session, phone_hash: bytes, user_id: UUID) -> World:
    """Write them; `user_id` is who changed both leads in one go."""
    session.execute(
        text(
            "INSERT INTO ai_models (model_name, model_version, provider, purpose, input_usd_per_1k_tokens,"
            " output_usd_per_1k_tokens, released_at) VALUES ('Scorer', '1', 'own', 'lead_scoring', 0, 0, now())"
        )
    )
    harbor, summit = (make_platform(session, platform_name=name) for name in ("Harbor", "Summit"))
    begun = text("INSERT INTO bulk_operations (user_ref, kind, lead_count) VALUES (:user, 'restore', 2)")
    session.execute(begun, {"user": user_id})
    leads = []
    for zip_code, borough in (("11375", Borough.QUEENS), ("11215", Borough.BROOKLYN)):
        make_zip(session, zip_code, borough=borough)
        home = {"zip_code": zip_code, "borough": borough, "property_address": "9 Elm Street"}
        lead = make_lead(session, first_name="Rosa", last_name=borough, phone_hash=phone_hash, **home)
        leads.append(lead)
        for platform in (harbor, summit):
            make_sale(session, lead, platform)
        session.add(NycMarketIntelligence(date=today(), zip_code=zip_code, borough=borough, total_leads=1))
        audit(session, SYSTEM, "leads:contact:reveal", "lead", lead.id)
        session.flush()
        for statement in OF_LEAD.split(";"):
            session.execute(text(statement), {"lead": lead.id})
    session.add(LeadDuplicateCandidate(older_ref=leads[0].id, lead_id=leads[1].id, confidence=Decimal("0.9")))
    for platform in (harbor, summit):
        make_performance(session, today(), platform, total_exports=2, accepted_exports=2)
        make_metric(session, today(), platform, sales_usd=160)
        make_statement(session, platform, today().replace(day=1))
        for statement in OF_PLATFORM.split(";"):
            session.execute(text(statement), {"platform": platform.id})
    make_metric(session, today(), sales_usd=320)
    audit(session, SYSTEM, "system:table:analyze", "table", "leads")
    return World(leads[0].id, leads[1].id, harbor.id, summit.id)
