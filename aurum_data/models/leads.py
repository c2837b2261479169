"""Leads and everything a lead owns: conversations, quality history, exports, notes, status history, look-ups."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Computed,
    ForeignKey,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LEAD,
    LOCAL,
    REFERENCE,
    Address,
    Base,
    Created,
    Day,
    Digest,
    Instant,
    Key,
    LeadKey,
    No,
    Rate,
    Score,
    Sealed,
    Usd,
    Word,
    Words,
    Yes,
    Zero,
    ZeroUsd,
    in_range,
    one_of,
)
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import LeadQuality, LeadStatus, Ownership, PropertyType, RoofType, Shading
from aurum_data.rules.privacy import ConsentState

ACTIVE = text("is_active = true")


class LeadSource(Base):
    """Where leads come from, with what a lead costs there."""

    __tablename__ = "lead_sources"
    id: Mapped[Key]
    source_name: Mapped[Word] = mapped_column(unique=True)
    channel: Mapped[Word] = mapped_column(comment="paid_search, paid_social, organic, referral, partner, import")
    cost_per_lead_usd: Mapped[ZeroUsd]
    is_active: Mapped[Yes]
    created_at: Mapped[Created]
    __table_args__ = (in_range("cost_per_lead_usd", 0), {"info": REFERENCE})


class Campaign(Base):
    """An advertising campaign of a source."""

    __tablename__ = "campaigns"
    id: Mapped[Key]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("lead_sources.id"), index=True)
    campaign_name: Mapped[Word]
    external_id: Mapped[Word | None] = mapped_column(comment="the advertising platform's id")
    starts_on: Mapped[Day]
    ends_on: Mapped[Day | None]
    created_at: Mapped[Created]
    __table_args__ = (UniqueConstraint("source_id", "campaign_name"), {"info": REFERENCE})


class CampaignCost(Base):
    """What a campaign cost on one New York day."""

    __tablename__ = "campaign_costs"
    id: Mapped[Key]
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    date: Mapped[Day]
    cost_usd: Mapped[Usd]
    impressions: Mapped[Zero]
    clicks: Mapped[Zero]
    __table_args__ = (
        UniqueConstraint("campaign_id", "date"),
        Index("ix_campaign_costs_date", "date"),
        in_range("cost_usd", 0),
        {"info": REFERENCE},
    )


class Lead(Base):
    """A household that wants solar. Contact data is encrypted; masked forms stand beside it for the screen."""

    __tablename__ = "leads"
    id: Mapped[Key]
    created_at: Mapped[Created]
    updated_at: Mapped[Created]
    version: Mapped[int] = mapped_column(server_default=text("1"), comment="counts changes; guards against overwriting")
    is_active: Mapped[Yes] = mapped_column(comment="false: soft-deleted")
    deleted_at: Mapped[Instant | None]
    erased_at: Mapped[Instant | None] = mapped_column(comment="personal data removed on request")
    # Contact
    first_name: Mapped[Word | None]
    last_name: Mapped[Word | None]
    full_name: Mapped[str | None] = mapped_column(
        Text,
        Computed("nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')", persisted=True),
    )
    phone_encrypted: Mapped[Sealed | None]
    phone_hash: Mapped[Digest | None]
    phone_masked: Mapped[Word | None] = mapped_column(comment="last four digits")
    email_encrypted: Mapped[Sealed | None]
    email_hash: Mapped[Digest | None]
    email_masked: Mapped[Word | None] = mapped_column(comment="first letter and domain")
    preferred_language: Mapped[Word] = mapped_column(server_default=text("'en'"), comment="ISO 639-1")
    do_not_call: Mapped[No]
    # Property
    property_address: Mapped[Word | None] = mapped_column(comment="street line as given, e.g. 123 Main Street")
    house_number: Mapped[Word | None]
    street_name: Mapped[Word | None]
    unit: Mapped[Word | None]
    city: Mapped[Word | None]
    state: Mapped[Word] = mapped_column(server_default=text("'NY'"))
    zip_code: Mapped[Word]
    borough: Mapped[Word]
    address_key: Mapped[Word | None] = mapped_column(comment="normalised street line, unit and ZIP: finds duplicates")
    bbl: Mapped[Word | None] = mapped_column(comment="borough, block and lot: ten digits")
    property_type: Mapped[Word | None]
    ownership: Mapped[Word | None]
    roof_type: Mapped[Word | None]
    roof_area_m2: Mapped[Decimal | None] = mapped_column(Numeric(8, 1))
    roof_age_years: Mapped[int | None]
    # Energy
    utility: Mapped[Word]
    rate_plan: Mapped[Word | None]
    electric_rate_usd_kwh: Mapped[Rate | None]
    monthly_bill_usd: Mapped[Usd | None]
    annual_kwh: Mapped[int | None]
    # Solar potential
    system_kw: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    annual_production_kwh: Mapped[int | None]
    shading: Mapped[Word | None]
    solar_score: Mapped[Score | None]
    incentives: Mapped[Words] = mapped_column(comment="codes of nyc_incentives that applied when last computed")
    # Funnel
    status: Mapped[Word] = mapped_column(server_default=text("'new'"))
    lead_quality: Mapped[Word] = mapped_column(server_default=text("'unqualified'"))
    lead_score: Mapped[Zero]
    ai_analysis_id: Mapped[UUID | None] = mapped_column(
        Uuid, comment="the analysis that set the score: ai_analyses(lead_id, id)"
    )
    conversation_count: Mapped[Zero] = mapped_column(comment="rows of lead_conversations")
    export_count: Mapped[Zero] = mapped_column(comment="rows of lead_exports")
    has_export_error: Mapped[No] = mapped_column(comment="its latest export failed or timed out")
    total_revenue_earned: Mapped[ZeroUsd] = mapped_column(comment="sum of its ledger entries")
    duplicate_of: Mapped[UUID | None] = mapped_column(Uuid, comment="the surviving lead")
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    tags: Mapped[Words]
    next_callback_at: Mapped[Instant | None]
    first_contacted_at: Mapped[Instant | None]
    qualified_at: Mapped[Instant | None]
    sold_at: Mapped[Instant | None]
    last_activity_at: Mapped[Created]
    # Consent as it stands now, with its evidence; the events are in lead_consent_events
    consent_state: Mapped[Word] = mapped_column(server_default=text("'unproven'"))
    sellable: Mapped[No] = mapped_column(comment="valid consent, not suppressed, not a duplicate")
    consent_certificate_provider: Mapped[Word | None]
    consent_certificate_url: Mapped[Word | None]
    consent_wording_version: Mapped[Word | None]
    consent_page_url: Mapped[Word | None]
    consent_ip: Mapped[Address | None]
    consent_user_agent: Mapped[Word | None]
    consent_at: Mapped[Instant | None]
    # Attribution
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead_sources.id"))
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey("campaigns.id"))
    import_batch_id: Mapped[UUID | None] = mapped_column(Uuid, comment="import_batches.id")
    utm_source: Mapped[Word | None] = mapped_column(comment="last touch, as the other utm_ columns")
    utm_medium: Mapped[Word | None]
    utm_campaign: Mapped[Word | None]
    utm_term: Mapped[Word | None]
    utm_content: Mapped[Word | None]
    last_touch_at: Mapped[Instant | None]
    first_utm_source: Mapped[Word | None] = mapped_column(comment="first touch, as the other first_ columns")
    first_utm_medium: Mapped[Word | None]
    first_utm_campaign: Mapped[Word | None]
    first_utm_term: Mapped[Word | None]
    first_utm_content: Mapped[Word | None]
    first_touch_at: Mapped[Instant | None]
    gclid: Mapped[Word | None] = mapped_column(comment="click id of Google Ads")
    fbclid: Mapped[Word | None] = mapped_column(comment="click id of Meta")
    msclkid: Mapped[Word | None] = mapped_column(comment="click id of Microsoft Advertising")
    ttclid: Mapped[Word | None] = mapped_column(comment="click id of TikTok")

    __table_args__ = (
        one_of("borough", Borough),
        one_of("utility", Utility),
        one_of("property_type", PropertyType),
        one_of("ownership", Ownership),
        one_of("roof_type", RoofType),
        one_of("shading", Shading),
        one_of("status", LeadStatus),
        one_of("lead_quality", LeadQuality),
        one_of("consent_state", ConsentState),
        in_range("lead_score", 0, 100),
        in_range("solar_score", 0, 100),
        in_range("monthly_bill_usd", 0),
        in_range("annual_kwh", 0),
        in_range("system_kw", 0),
        in_range("roof_area_m2", 0),
        # The specification's own
        Index("idx_lead_created_status", "created_at", "status", postgresql_where=ACTIVE),
        Index("idx_lead_quality_score", "lead_quality", "lead_score", postgresql_where=ACTIVE),
        Index("idx_lead_zip_quality", "zip_code", "lead_quality", postgresql_where=ACTIVE),
        Index("idx_lead_address_gin", text("to_tsvector('english', property_address)"), postgresql_using="gin"),
        # Lists in the orders that are offered, paged by key. Score also counts what is narrowed by place or state.
        Index("idx_lead_created_id", "created_at", "id", postgresql_where=ACTIVE),
        Index(
            "idx_lead_score_covering",
            "lead_score",
            "id",
            postgresql_where=ACTIVE,
            postgresql_include=["status", "lead_quality", "zip_code", "borough"],
        ),
        Index("idx_lead_revenue_id", "total_revenue_earned", "id", postgresql_where=ACTIVE),
        Index("idx_lead_activity_id", "last_activity_at", "id", postgresql_where=ACTIVE),
        # What comes and goes with time, and so cannot be found by a walk from the newest on
        Index("idx_lead_status_created", "status", "created_at", "id", postgresql_where=ACTIVE),
        Index("idx_lead_source_campaign", "source_id", "created_at", "id", "campaign_id", postgresql_where=ACTIVE),
        # A person's work by state and age; callbacks are found among the open leads without a look at them
        Index(
            "idx_lead_assigned",
            "assigned_to",
            "status",
            "created_at",
            "next_callback_at",
            postgresql_where=text("is_active = true AND assigned_to IS NOT NULL"),
        ),
        # Search, and whether a lead is known already
        Index(
            "idx_lead_search",
            "full_name",
            "property_address",
            postgresql_using="gin",
            postgresql_ops={"full_name": "gin_trgm_ops", "property_address": "gin_trgm_ops"},
        ),
        Index("idx_lead_phone_hash", "phone_hash", postgresql_where=text("phone_hash IS NOT NULL")),
        Index("idx_lead_email_hash", "email_hash", postgresql_where=text("email_hash IS NOT NULL")),
        Index("idx_lead_address_key", "address_key", postgresql_where=text("address_key IS NOT NULL")),
        # Selections with few rows
        Index("idx_lead_duplicates", "duplicate_of", postgresql_where=text("duplicate_of IS NOT NULL")),
        Index(
            "idx_lead_exceptions",
            "created_at",
            "id",
            postgresql_where=text("is_active = false OR has_export_error"),
        ),
        Index(
            "idx_lead_qualified_zip",
            "qualified_at",
            "zip_code",
            postgresql_where=text("is_active = true AND qualified_at IS NOT NULL"),
        ),
        Index("idx_lead_import_batch", "import_batch_id", postgresql_where=text("import_batch_id IS NOT NULL")),
        # The replica passes over dead entries of an index until they are vacuumed, at the head of lists most of all.
        {"info": LEAD, "postgresql_with": {"autovacuum_vacuum_scale_factor": 0.02}},
    )


class LeadIdempotencyKey(Base):
    """Delivery of a lead into the system, once per key. Stands apart since it must be unique across all leads."""

    __tablename__ = "lead_idempotency_keys"
    idempotency_key: Mapped[Word] = mapped_column(primary_key=True)
    lead_ref: Mapped[UUID] = mapped_column(Uuid)
    created_at: Mapped[Created]
    __table_args__ = {"info": LOCAL}  # noqa: RUF012 - SQLAlchemy reads it as it stands


class LeadPlatformId(Base):
    """A platform's own id of a lead, unique per platform across all leads; search by it starts here."""

    __tablename__ = "lead_platform_ids"
    platform_ref: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    platform_lead_id: Mapped[Word] = mapped_column(primary_key=True)
    lead_ref: Mapped[UUID] = mapped_column(Uuid)
    __table_args__ = (Index("ix_lead_platform_ids_platform_lead_id", "platform_lead_id"), {"info": LOCAL})


class LeadStatusHistory(Base):
    """A change of a lead's status."""

    __tablename__ = "lead_status_history"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    created_at: Mapped[Created]
    from_status: Mapped[Word | None]
    to_status: Mapped[Word]
    actor_name: Mapped[Word] = mapped_column(comment="who, as named then; system for processes")
    actor_user_id: Mapped[UUID | None] = mapped_column(Uuid)
    reason: Mapped[Word | None]
    __table_args__ = (
        one_of("from_status", LeadStatus),
        one_of("to_status", LeadStatus),
        Index("idx_status_history_lead", "lead_id", "created_at"),
        {"info": LEAD},
    )


class LeadNote(Base):
    """A note that a person wrote on a lead."""

    __tablename__ = "lead_notes"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    created_at: Mapped[Created]
    author_user_id: Mapped[UUID] = mapped_column(Uuid)
    author_name: Mapped[Word]
    body: Mapped[Word]
    __table_args__ = (Index("idx_lead_note_lead", "lead_id", "created_at"), {"info": LEAD})
