"""One lead, whole: what its page shows. Contact data comes masked; a reveal is an action."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.errors import NotFound
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission


@dataclass(frozen=True, kw_only=True)
class LeadRecord:
    """The columns of a lead that a person may see, and the names of what it points to (the last part)."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    is_active: bool
    erased_at: datetime | None
    # Contact
    full_name: str | None
    first_name: str | None
    last_name: str | None
    phone_masked: str | None
    email_masked: str | None
    preferred_language: str
    do_not_call: bool
    # Property
    property_address: str | None
    unit: str | None
    city: str | None
    zip_code: str
    borough: str
    bbl: str | None
    property_type: str | None
    ownership: str | None
    roof_type: str | None
    roof_area_m2: Decimal | None
    roof_age_years: int | None
    # Energy
    utility: str
    rate_plan: str | None
    electric_rate_usd_kwh: Decimal | None
    monthly_bill_usd: Decimal | None
    annual_kwh: int | None
    # Solar potential
    system_kw: Decimal | None
    annual_production_kwh: int | None
    shading: str | None
    solar_score: Decimal | None
    incentives: list[str]
    # Funnel
    status: str
    lead_quality: str
    lead_score: int
    ai_analysis_id: UUID | None
    conversation_count: int
    export_count: int
    has_export_error: bool
    total_revenue_earned: Decimal
    duplicate_of: UUID | None
    assigned_to: UUID | None
    tags: list[str]
    next_callback_at: datetime | None
    first_contacted_at: datetime | None
    qualified_at: datetime | None
    sold_at: datetime | None
    last_activity_at: datetime
    # Consent
    consent_state: str
    sellable: bool
    consent_certificate_provider: str | None
    consent_certificate_url: str | None
    consent_wording_version: str | None
    consent_page_url: str | None
    consent_at: datetime | None
    # Attribution
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    first_utm_source: str | None
    first_utm_medium: str | None
    first_utm_campaign: str | None
    # Names
    source_name: str | None
    campaign_name: str | None
    assigned_name: str | None
    neighborhood: str | None
    incentive_names: list[str] | None


_NAMES = {
    "source_name": "s.source_name",
    "campaign_name": "c.campaign_name",
    "assigned_name": "u.full_name AS assigned_name",
    "neighborhood": "z.neighborhood",
    "incentive_names": """(SELECT array_agg(DISTINCT i.incentive_name ORDER BY i.incentive_name)
                           FROM nyc_incentives i WHERE i.incentive_code = ANY (l.incentives)) AS incentive_names""",
}
_FIELDS = ", ".join(_NAMES.get(part.name, f"l.{part.name}") for part in fields(LeadRecord))
_JOINED = """
    FROM leads l LEFT JOIN lead_sources s ON s.id = l.source_id LEFT JOIN campaigns c ON c.id = l.campaign_id
    LEFT JOIN users u ON u.id = l.assigned_to LEFT JOIN nyc_zip_codes z ON z.zip_code = l.zip_code
    WHERE l.id = :lead_id
"""
_LEAD = text(" ".join(["SELECT", _FIELDS, _JOINED]))


@needs(Permission.LEADS_READ)
def get_lead(session: Session, lead_id: UUID) -> LeadRecord:
    """One lead, deactivated or not. Raises NotFound."""
    row = session.execute(_LEAD, {"lead_id": lead_id}).one_or_none()
    if row is None:
        raise NotFound("There is no lead with this id.")
    return LeadRecord(**row._asdict())
