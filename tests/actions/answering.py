"""Deliveries, and the answers of platforms to them, in few words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.platform_answers import Answered, record_accepted, record_rejected, record_returned
from aurum_data.clock import now
from aurum_data.models.leads import Lead
from aurum_data.models.platforms import B2bPlatform, LeadExport
from aurum_data.rules.platforms import RejectionReason, ReturnReason
from tests.factories import make_export

YESTERDAY = timedelta(days=1)


def send(session: Session, lead: Lead, platform: B2bPlatform, **values: Any) -> LeadExport:
    at = now() - YESTERDAY
    unanswered = {"status": "sending", "commission_earned": 0, "response_ms": None, "created_at": at, "sent_at": at}
    return make_export(session, lead, platform, **{"price_usd": Decimal("81.50"), **unanswered, **values})


def accept(session: Session, export: LeadExport, their_id: str = "SUN-1", **values: Any) -> Answered:
    return record_accepted(
        session,
        **{"actor": SYSTEM, "platform_id": export.platform_id, "export_id": export.id, "platform_lead_id": their_id}
        | values,
    )


def reject(session: Session, export: LeadExport, reason: RejectionReason = RejectionReason.DUPLICATE) -> Answered:
    return record_rejected(session, SYSTEM, platform_id=export.platform_id, export_id=export.id, reason=reason)


def give_back(session: Session, export: LeadExport, **values: Any) -> Answered:
    values = {"export_id": export.id, "reason": ReturnReason.WRONG_NUMBER} | values
    return record_returned(session, SYSTEM, platform_id=export.platform_id, **values)


def sold(
    session: Session, lead: Lead, platform: B2bPlatform, *, hours_ago: int = 1, their_id: str = "SUN-9", **values: Any
) -> LeadExport:
    """A delivery that the platform took some hours ago for $80.00, of which Aurum keeps 35 %."""
    at = values.pop("at", None) or now() - timedelta(hours=hours_ago)
    export = send(
        session, lead, platform, status="accepted", price_usd=Decimal(80), commission_earned=Decimal(28),
        sent_at=at, created_at=at, answered_at=at, platform_lead_id=their_id, **values,
    )  # fmt: skip
    row = {"lead_id": lead.id, "platform_id": platform.id, "export_id": export.id, "their_id": their_id, "at": at}
    for statement in (
        """INSERT INTO b2b_lead_mappings (lead_id, platform_id, export_id, platform_lead_id, created_at, lead_quality,
                                          exclusive, price_usd, revenue_usd)
           SELECT :lead_id, :platform_id, :export_id, :their_id, :at, 'standard', exclusive, 80, 28
           FROM lead_exports WHERE id = :export_id""",
        "INSERT INTO lead_platform_ids VALUES (:platform_id, :their_id, :lead_id)",
        """INSERT INTO b2b_revenue_transactions (lead_id, platform_id, export_id, transaction_type, occurred_at,
                                                 gross_usd, commission_rate, amount_usd)
           VALUES (:lead_id, :platform_id, :export_id, 'sale', :at, 80, 0.35, 28)""",
        """INSERT INTO lead_status_history (lead_id, from_status, to_status, actor_name, created_at)
           SELECT id, status, 'sold', 'system', :at FROM leads WHERE id = :lead_id AND status <> 'sold'""",
        """UPDATE leads SET status = 'sold', sold_at = least(sold_at, :at),
                            total_revenue_earned = total_revenue_earned + 28 WHERE id = :lead_id""",
    ):
        session.execute(text(statement), row)
    return export


def one(session: Session, statement: str, **values: Any) -> tuple[Any, ...]:
    return tuple(session.execute(text(statement), values).one())


def state(session: Session, lead: Lead) -> tuple[Any, ...]:
    return one(session, "SELECT status, total_revenue_earned FROM leads WHERE id = :id", id=lead.id)
