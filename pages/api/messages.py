"""Bodies, parameters and answers of the API. The OpenAPI document is made from these."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, RootModel, StringConstraints

from aurum_data.intake import columns
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import LeadQuality, LeadStatus
from aurum_data.rules.platforms import ExportStatus, PlatformHealth, PlatformStatus, RejectionReason, ReturnReason
from aurum_data.rules.privacy import ConsentState
from pages.api.problems import FieldProblem


def _plain_day(value: Any) -> Any:
    """Days as 2026-11-22 and in no other way."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("not a day")
    return value


Text = Annotated[str, StringConstraints(max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=500)]
Zip = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
Day = Annotated[date, BeforeValidator(_plain_day), Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
TheirId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Money = Annotated[Decimal, Field(description="US dollars, to the cent")]


class _Given(BaseModel):
    """What a client sends: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class LeadDelivery(_Given):
    """A household that wants solar. A phone number or an email address, and a ZIP code (or a street line that ends
    with one) are needed. Everything else is welcome, in the words the person used: what cannot be read is left empty
    and named in the answer."""

    full_name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    phone: Text = ""
    email: Annotated[str, StringConstraints(max_length=254)] = ""
    street: Text = Field("", description="Street line; may end with unit, city and ZIP code")
    unit: Text = ""
    city: Text = ""
    zip_code: Text = ""
    ownership: Text = Field("", description="owner, renter or other, in any usual words")
    property_type: Text = ""
    roof_type: Text = ""
    roof_age: Text = Field("", description="Years")
    shading: Text = ""
    monthly_bill: Text = Field("", description="Electric bill in US dollars: 185.50 or $2,200 a year")
    language: Text = ""
    created_at: AwareDatetime | None = Field(None, description="When the person asked; now if left out")
    source: Text = Field("", description="A source of leads that is known here; else the key's own name is taken")
    campaign: Text = ""
    utm_source: Text = ""
    utm_medium: Text = ""
    utm_campaign: Text = ""
    utm_term: Text = ""
    utm_content: Text = ""
    gclid: Text = ""
    fbclid: Text = ""
    msclkid: Text = ""
    ttclid: Text = ""
    consent: bool | None = Field(None, description="Did the person agree to be called?")
    opt_out: bool | None = None
    do_not_call: bool | None = None
    certificate_url: LongText = Field("", description="TrustedForm certificate")
    certificate_claimed_until: AwareDatetime | None = Field(None, description="The provider keeps it for us until then")
    leadid_token: Text = Field("", description="Jornaya LeadiD token")
    wording_version: Text = Field("", description="Version of the consent wording that was shown")
    page_url: LongText = Field("", description="Page on which the consent was given")
    ip_address: Text = Field("", description="Address from which it was given")
    user_agent: LongText = ""
    consent_at: AwareDatetime | None = None

    def cells(self) -> dict[columns.Field, str]:
        """What was given, as the cells of a file's row."""
        words = {True: "yes", False: "no"}
        return {
            columns.Field(name): words[value] if isinstance(value, bool) else str(value)
            for name, value in self
            if value not in (None, "")
        }


class LeadTaken(BaseModel):
    """A lead that was taken in. A duplicate of a person known before is kept, and not sold."""

    lead_id: UUID
    duplicate: bool
    consent_state: ConsentState
    sellable: bool
    unread: list[FieldProblem] = Field(description="Values that could not be read and were left empty")


class LeadsAsked(_Given):
    """Which leads: every part that is given must hold; of repeated parameters one."""

    status: list[LeadStatus] = Field([], max_length=20)
    quality: list[LeadQuality] = Field([], max_length=10)
    borough: list[Borough] = Field([], max_length=10)
    zip_code: list[Zip] = Field([], max_length=50)
    created_from: Day | None = Field(None, description="New York day, included")
    created_to: Day | None = Field(None, description="New York day, included")
    limit: int = Field(50, ge=1, le=200)
    cursor: Annotated[str, StringConstraints(max_length=200)] = Field("", description="`next` of the page before")


class LeadSummary(BaseModel):
    """A lead without personal data."""

    id: UUID
    created_at: datetime
    status: LeadStatus
    lead_quality: LeadQuality
    lead_score: int
    borough: Borough
    zip_code: str
    utility: Utility
    monthly_bill_usd: Money | None
    system_kw: Decimal | None
    source_name: str | None
    consent_state: ConsentState
    sellable: bool
    do_not_call: bool
    duplicate_of: UUID | None
    export_count: int
    has_export_error: bool
    total_revenue_earned: Money
    last_activity_at: datetime


class LeadPage(BaseModel):
    """A page of leads, newest first. Without `next` it is the last one."""

    leads: list[LeadSummary]
    next: str | None


class LeadDetail(BaseModel):
    """A lead without personal data, in more depth."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    is_active: bool
    erased_at: datetime | None
    status: LeadStatus
    lead_quality: LeadQuality
    lead_score: int
    borough: Borough
    zip_code: str
    utility: Utility
    rate_plan: str | None
    property_type: str | None
    ownership: str | None
    roof_type: str | None
    roof_area_m2: Decimal | None
    roof_age_years: int | None
    shading: str | None
    monthly_bill_usd: Money | None
    annual_kwh: int | None
    system_kw: Decimal | None
    annual_production_kwh: int | None
    solar_score: Decimal | None
    incentives: list[str]
    source_name: str | None
    campaign_name: str | None
    consent_state: ConsentState
    consent_at: datetime | None
    sellable: bool
    do_not_call: bool
    duplicate_of: UUID | None
    conversation_count: int
    export_count: int
    has_export_error: bool
    total_revenue_earned: Money
    first_contacted_at: datetime | None
    qualified_at: datetime | None
    sold_at: datetime | None
    last_activity_at: datetime


class Accepted(_Given):
    """The platform took the lead."""

    event: Literal["accepted"]
    export_id: UUID = Field(description="Our id of the delivery, as sent with the lead")
    platform_lead_id: TheirId = Field(description="The platform's own id of the lead")
    price_usd: Decimal | None = Field(
        None, ge=0, max_digits=12, decimal_places=2, description="If told, it must be the price agreed on"
    )
    quality_score: Decimal | None = Field(
        None, ge=0, le=100, decimal_places=2, description="The platform's own verdict"
    )


class Rejected(_Given):
    """The platform refused the lead."""

    event: Literal["rejected"]
    export_id: UUID
    reason: RejectionReason


class Returned(_Given):
    """The platform hands a lead back within its return window. One of the two ids names it."""

    event: Literal["returned"]
    export_id: UUID | None = None
    platform_lead_id: TheirId | None = None
    reason: ReturnReason


class PlatformAnswer(RootModel[Annotated[Accepted | Rejected | Returned, Field(discriminator="event")]]):
    """What a platform says about a lead that was sent to it."""


class DeliveryState(BaseModel):
    """Where the delivery stands. `repeated`: this was told before, and nothing was changed."""

    export_id: UUID
    status: ExportStatus
    repeated: bool


class Period(_Given):
    """New York days, both included; at most 366. Without them, the last 30."""

    first: Day | None = Field(None, alias="from")
    last: Day | None = Field(None, alias="to")


class RevenueTotal(BaseModel):
    """Figures of all platforms; null without any covered day. Leads count on the day they arrived."""

    total_leads: int | None
    qualified_leads: int | None
    exported_leads: int | None
    sold_leads: int | None
    returned_leads: int | None
    sales_usd: Money | None
    returns_usd: Money | None
    adjustments_usd: Money | None
    total_revenue: Money | None
    acquisition_cost_usd: Money | None


class PlatformRevenue(BaseModel):
    """Figures of one platform."""

    platform_id: UUID
    platform_name: str
    exported_leads: int
    sold_leads: int
    returned_leads: int
    sales_usd: Money
    returns_usd: Money
    adjustments_usd: Money
    total_revenue: Money


class Revenue(BaseModel):
    """What a period brought, from the same rollup as the Revenue screen. Of its days `covered_days` have figures."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    as_of: datetime | None
    covered_days: int
    total: RevenueTotal
    platforms: list[PlatformRevenue]


class PlatformState(BaseModel):
    """A platform: its state now, its rates in the period, the use of its caps."""

    platform_id: UUID
    platform_name: str
    status: PlatformStatus
    health: PlatformHealth
    last_success_at: datetime | None
    last_error_at: datetime | None
    deliveries: int | None
    acceptance_rate: float | None
    error_rate: float | None
    p95_response_ms: float | None
    uptime_share: float | None
    return_rate: float | None = Field(description="Returned / accepted, of this month")
    daily_cap: int | None
    accepted_today: int
    monthly_cap: int | None
    accepted_this_month: int
    waiting: int = Field(description="Deliveries queued or to be tried again")


class Platforms(BaseModel):
    """Every platform, by name."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    as_of: datetime | None
    platforms: list[PlatformState]


class OpenApi(RootModel[dict[str, Any]]):
    """This description."""
