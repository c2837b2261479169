"""B2B platforms that buy leads: configuration, price tiers, sold leads, health checks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Numeric, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LEAD,
    LOCAL,
    REFERENCE,
    Base,
    Created,
    Instant,
    Json,
    Key,
    LeadKey,
    No,
    Score,
    Sealed,
    Share,
    Usd,
    Word,
    Zero,
    ZeroUsd,
    in_range,
    monthly,
    one_of,
)
from aurum_data.rules.geography import Borough
from aurum_data.rules.leads import LeadQuality
from aurum_data.rules.platforms import (
    DeliveryMethod,
    ExportStatus,
    MappingStatus,
    PlatformHealth,
    PlatformStatus,
    RejectionReason,
    ReturnReason,
)


class B2bPlatform(Base):
    """A platform that buys leads: how to reach it, what it takes, what it pays, how it is doing."""

    __tablename__ = "b2b_platforms"
    id: Mapped[Key]
    platform_name: Mapped[Word] = mapped_column(unique=True)
    created_at: Mapped[Created]
    updated_at: Mapped[Created]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    # State
    status: Mapped[Word] = mapped_column(server_default=text("'active'"))
    status_reason: Mapped[Word | None]
    status_changed_at: Mapped[Created]
    health: Mapped[Word] = mapped_column(server_default=text("'unknown'"))
    last_success_at: Mapped[Instant | None]
    last_error_at: Mapped[Instant | None]
    consecutive_errors: Mapped[Zero]
    # API configuration
    delivery_method: Mapped[Word]
    api_base_url: Mapped[Word | None]
    api_version: Mapped[Word | None]
    credentials_encrypted: Mapped[Sealed | None]
    credentials_masked: Mapped[Word | None]
    timeout_ms: Mapped[int] = mapped_column(server_default=text("5000"))
    rate_limit_per_minute: Mapped[int] = mapped_column(server_default=text("60"))
    max_attempts: Mapped[int] = mapped_column(server_default=text("4"))
    # What it takes
    exclusive: Mapped[No] = mapped_column(comment="buys leads that nobody else gets")
    max_buyers: Mapped[int] = mapped_column(server_default=text("4"), comment="of a shared lead")
    daily_cap: Mapped[int | None] = mapped_column(comment="leads per New York day; none: unlimited")
    monthly_cap: Mapped[int | None]
    accepted_boroughs: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="none: all five")
    minimum_score: Mapped[Zero]
    minimum_monthly_bill_usd: Mapped[Usd | None]
    # Terms
    commission_rate: Mapped[Share] = mapped_column(
        server_default=text("1"), comment="share of the price that Aurum keeps"
    )
    return_window_hours: Mapped[int] = mapped_column(server_default=text("72"))
    return_cap_share: Mapped[Share] = mapped_column(server_default=text("0.10"), comment="of a month's accepted leads")
    payment_terms_days: Mapped[int] = mapped_column(server_default=text("30"))
    __table_args__ = (
        one_of("status", PlatformStatus),
        one_of("health", PlatformHealth),
        one_of("delivery_method", DeliveryMethod),
        in_range("commission_rate", 0, 1),
        in_range("return_cap_share", 0, 1),
        in_range("daily_cap", 0),
        {"info": REFERENCE},
    )


class B2bPriceTier(Base):
    """What a platform pays for a lead of a quality tier, over a period; periods of one tier do not overlap."""

    __tablename__ = "b2b_price_tiers"
    id: Mapped[Key]
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_platforms.id"))
    lead_quality: Mapped[Word]
    borough: Mapped[Word | None] = mapped_column(comment="none: all five")
    price_usd: Mapped[Usd]
    effective: Mapped[Range[date]] = mapped_column(DATERANGE)
    created_at: Mapped[Created]
    __table_args__ = (
        one_of("lead_quality", LeadQuality),
        one_of("borough", Borough),
        in_range("price_usd", 0),
        ExcludeConstraint(
            ("platform_id", "="),
            ("lead_quality", "="),
            (text("coalesce(borough, '')"), "="),
            ("effective", "&&"),
            name="ex_b2b_price_tiers_no_overlap",
            using="gist",
        ),
        {"info": REFERENCE},
    )


class B2bLeadMapping(Base):
    """A lead at a platform that took it."""

    __tablename__ = "b2b_lead_mappings"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_platforms.id"))
    export_id: Mapped[UUID] = mapped_column(Uuid, comment="lead_exports.id of the accepted delivery")
    platform_lead_id: Mapped[Word] = mapped_column(comment="the platform's own id")
    created_at: Mapped[Created] = mapped_column(comment="accepted")
    status: Mapped[Word] = mapped_column(server_default=text("'accepted'"))
    lead_quality: Mapped[Word] = mapped_column(comment="tier at the time of sale")
    platform_quality_score: Mapped[Score | None] = mapped_column(comment="0 to 100, as the platform judged it")
    exclusive: Mapped[No]
    price_usd: Mapped[Usd]
    revenue_usd: Mapped[ZeroUsd] = mapped_column(comment="ledger sum of this lead at this platform")
    return_requested_at: Mapped[Instant | None]
    return_decided_at: Mapped[Instant | None]
    return_reason: Mapped[Word | None]
    __table_args__ = (
        ForeignKeyConstraint(["lead_id", "export_id"], ["lead_exports.lead_id", "lead_exports.id"]),
        UniqueConstraint("lead_id", "platform_id"),
        one_of("status", MappingStatus),
        one_of("lead_quality", LeadQuality),
        one_of("return_reason", ReturnReason),
        in_range("platform_quality_score", 0, 100),
        Index(
            "idx_mapping_lead_platform",
            "lead_id",
            "platform_id",
            postgresql_include=["status", "revenue_usd"],
        ),
        Index("idx_mapping_platform_status_created", "platform_id", "status", "created_at"),
        {"info": LEAD},
    )


class LeadExport(Base):
    """One delivery of a lead to a platform, with its answer."""

    __tablename__ = "lead_exports"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_platforms.id"))
    created_at: Mapped[Created]
    status: Mapped[Word] = mapped_column(server_default=text("'queued'"))
    attempt_count: Mapped[Zero]
    next_attempt_at: Mapped[Instant | None]
    sent_at: Mapped[Instant | None]
    answered_at: Mapped[Instant | None]
    response_ms: Mapped[int | None]
    http_status: Mapped[int | None]
    exclusive: Mapped[No]
    price_usd: Mapped[Usd | None] = mapped_column(comment="what the platform pays for the lead")
    commission_earned: Mapped[ZeroUsd] = mapped_column(comment="what Aurum keeps of the price; 0 until accepted")
    platform_lead_id: Mapped[Word | None] = mapped_column(comment="the platform's own id, from its answer")
    rejection_reason: Mapped[Word | None]
    error_code: Mapped[Word | None]
    error_message: Mapped[Word | None]
    payload: Mapped[Json] = mapped_column(comment="platform-specific fields sent; no contact data")
    response_excerpt: Mapped[Word | None]
    __table_args__ = (
        one_of("status", ExportStatus),
        one_of("rejection_reason", RejectionReason),
        in_range("price_usd", 0),
        in_range("commission_earned", 0),
        Index("idx_export_platform_status_created", "platform_id", "status", "created_at"),
        Index("idx_export_created_platform", "created_at", "platform_id"),
        Index("idx_export_status_created", "status", "created_at"),
        Index("idx_export_id", "id"),
        Index("idx_export_due", "next_attempt_at", postgresql_where=text("next_attempt_at IS NOT NULL")),
        {"info": LEAD},
    )


class PlatformHealthCheck(Base):
    """One probe of a platform, or of its deliveries in the last minutes."""

    __tablename__ = "platform_health_checks"
    id: Mapped[Key]
    checked_at: Mapped[Instant] = mapped_column(primary_key=True)
    platform_ref: Mapped[UUID] = mapped_column(Uuid)
    ok: Mapped[bool]
    response_ms: Mapped[Decimal | None] = mapped_column(Numeric(10, 1))
    http_status: Mapped[int | None]
    error_code: Mapped[Word | None]
    __table_args__ = (
        Index("ix_platform_health_checks_platform", "platform_ref", "checked_at"),
        {"info": LOCAL, **monthly("checked_at")},
    )
