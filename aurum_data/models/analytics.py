"""Rollups and visitor sessions. Rollups are kept by jobs/rollups.py; the day is New York's."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from sqlalchemy import DateTime, Index, Numeric, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LOCAL,
    Base,
    Created,
    Day,
    Instant,
    Key,
    No,
    Rate,
    Score,
    Share,
    Word,
    Zero,
    ZeroUsd,
    in_range,
    monthly,
    one_of,
)
from aurum_data.rules.revenue import PeriodType

ZeroPoints = Annotated[Decimal, mapped_column(Numeric(14, 2), server_default=text("0"))]


class RevenueMetric(Base):
    """Funnel and money of one period, of all platforms (platform_ref null) or of one.

    Leads are counted on the day they arrived, exports and money on the day they happened.
    """

    __tablename__ = "revenue_metrics"
    id: Mapped[Key]
    date: Mapped[Day] = mapped_column(comment="first day of the period")
    period_type: Mapped[Word]
    platform_ref: Mapped[UUID | None] = mapped_column(Uuid, comment="b2b_platforms.id; null: all platforms")
    total_leads: Mapped[Zero]
    qualified_leads: Mapped[Zero] = mapped_column(comment="leads that became qualified on these days")
    exported_leads: Mapped[Zero] = mapped_column(comment="deliveries made")
    sold_leads: Mapped[Zero] = mapped_column(comment="sales in the ledger")
    returned_leads: Mapped[Zero]
    sales_usd: Mapped[ZeroUsd]
    returns_usd: Mapped[ZeroUsd]
    adjustments_usd: Mapped[ZeroUsd]
    total_revenue: Mapped[ZeroUsd] = mapped_column(comment="sales + returns + adjustments, USD")
    acquisition_cost_usd: Mapped[ZeroUsd] = mapped_column(comment="campaign cost of these days; all platforms only")
    average_price_usd: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    conversion_rate: Mapped[Share | None] = mapped_column(comment="sold / total leads")
    growth_rate: Mapped[Rate | None] = mapped_column(comment="revenue against the period before, 0.1 = +10 %")
    computed_at: Mapped[Created]
    __table_args__ = (
        one_of("period_type", PeriodType),
        UniqueConstraint("period_type", "date", "platform_ref", postgresql_nulls_not_distinct=True),
        Index("idx_revenue_date_period", "date", "period_type"),
        Index("idx_revenue_qualified_sold", "qualified_leads", "sold_leads"),
        {"info": LOCAL},
    )


class PlatformPerformance(Base):
    """A platform's New York day: deliveries, answers, speed, money, satisfaction."""

    __tablename__ = "platform_performance"
    id: Mapped[Key]
    platform_ref: Mapped[UUID] = mapped_column(Uuid, comment="b2b_platforms.id")
    date: Mapped[Day]
    total_exports: Mapped[Zero]
    accepted_exports: Mapped[Zero] = mapped_column(comment="accepted when delivered, returned later or not")
    rejected_exports: Mapped[Zero]
    failed_exports: Mapped[Zero] = mapped_column(comment="errors and timeouts")
    returned_leads: Mapped[Zero] = mapped_column(comment="returns that happened on this day")
    acceptance_rate: Mapped[Share | None] = mapped_column(comment="accepted / (accepted + rejected)")
    error_rate: Mapped[Share | None] = mapped_column(comment="failed / all deliveries")
    average_response_ms: Mapped[Decimal | None] = mapped_column(Numeric(10, 1))
    p95_response_ms: Mapped[Decimal | None] = mapped_column(Numeric(10, 1))
    uptime_share: Mapped[Share | None] = mapped_column(comment="health checks that succeeded")
    total_revenue: Mapped[ZeroUsd] = mapped_column(comment="ledger sum of the day, USD")
    customer_satisfaction: Mapped[Decimal | None] = mapped_column(
        Numeric(3, 2), comment="1 to 5, mean of what leads sold to it answered"
    )
    computed_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint("platform_ref", "date"),
        in_range("acceptance_rate", 0, 1),
        in_range("error_rate", 0, 1),
        in_range("uptime_share", 0, 1),
        in_range("customer_satisfaction", 1, 5),
        Index("idx_platform_acceptance_revenue", "acceptance_rate", "total_revenue"),
        Index("idx_platform_performance_date", "date", "platform_ref"),
        {"info": LOCAL},
    )


class NycMarketIntelligence(Base):
    """A ZIP code's New York day: our leads and money there, beside the market figures as they stood."""

    __tablename__ = "nyc_market_intelligence"
    id: Mapped[Key]
    zip_code: Mapped[Word]
    borough: Mapped[Word]
    date: Mapped[Day]
    total_leads: Mapped[Zero]
    qualified_leads: Mapped[Zero]
    sold_leads: Mapped[Zero] = mapped_column(comment="sales in the ledger")
    total_revenue: Mapped[ZeroUsd] = mapped_column(comment="ledger sum of the day, USD")
    average_lead_score: Mapped[Score | None]
    average_monthly_bill_usd: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    solar_adoption_rate: Mapped[Share | None] = mapped_column(comment="installations / owner households, estimate")
    market_penetration: Mapped[Share | None] = mapped_column(comment="our leads so far / owner households")
    competition_intensity: Mapped[Score | None] = mapped_column(comment="0 to 100, estimate")
    market_maturity: Mapped[Word | None]
    computed_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint("zip_code", "date"),
        Index("idx_nyc_zip_date", "zip_code", "date"),
        Index("idx_nyc_adoption_revenue", "solar_adoption_rate", "total_revenue"),
        Index("idx_nyc_intelligence_date", "date", "borough"),
        {"info": LOCAL},
    )


class LeadQualityMetric(Base):
    """Scores given, and deliveries answered, on a New York day, by source, model version and band of the score.

    A scoring counts on its day; a delivery on the day it was made, under the score that the lead had then.
    """

    __tablename__ = "lead_quality_metrics"
    id: Mapped[Key]
    date: Mapped[Day]
    source_ref: Mapped[UUID | None] = mapped_column(Uuid, comment="lead_sources.id")
    model_version: Mapped[Word | None] = mapped_column(comment="that gave the score; null: a person")
    score_band: Mapped[int] = mapped_column(comment="lowest score of the band: 0, 10 ... 90; the last holds 100 too")
    scorings: Mapped[Zero]
    score_sum: Mapped[Zero] = mapped_column(comment="of these scorings")
    accepted: Mapped[Zero] = mapped_column(comment="deliveries that were accepted, returned later or not")
    rejected: Mapped[Zero]
    computed_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint(
            "date",
            "source_ref",
            "model_version",
            "score_band",
            name="uq_lead_quality_metrics_key",
            postgresql_nulls_not_distinct=True,
        ),
        in_range("score_band", 0, 90),
        {"info": LOCAL},
    )


class LeadFactorMetric(Base):
    """What each factor gave to the scores of a New York day, and how far it moved them against the score before."""

    __tablename__ = "lead_factor_metrics"
    id: Mapped[Key]
    date: Mapped[Day]
    model_version: Mapped[Word | None]
    factor: Mapped[Word]
    scorings: Mapped[Zero]
    points: Mapped[ZeroPoints] = mapped_column(comment="sum over these scorings")
    moved: Mapped[Zero] = mapped_column(comment="scorings in which it changed against the one before")
    raised: Mapped[ZeroPoints] = mapped_column(comment="points by which it raised scores")
    lowered: Mapped[ZeroPoints] = mapped_column(comment="points by which it lowered scores")
    computed_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint(
            "date", "model_version", "factor", name="uq_lead_factor_metrics_key", postgresql_nulls_not_distinct=True
        ),
        {"info": LOCAL},
    )


class ConversationMetric(Base):
    """Conversations that began on a New York day, by channel, outcome and the turn after which the lead fell silent."""

    __tablename__ = "conversation_metrics"
    id: Mapped[Key]
    date: Mapped[Day]
    channel: Mapped[Word]
    outcome: Mapped[Word | None] = mapped_column(comment="null: still going on")
    drop_off_turn: Mapped[int | None]
    conversations: Mapped[Zero]
    turns: Mapped[Zero]
    computed_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint(
            "date",
            "channel",
            "outcome",
            "drop_off_turn",
            name="uq_conversation_metrics_key",
            postgresql_nulls_not_distinct=True,
        ),
        {"info": LOCAL},
    )


class MessageMetric(Base):
    """Messages of a New York day, by who wrote them, type, intent and tone."""

    __tablename__ = "message_metrics"
    id: Mapped[Key]
    date: Mapped[Day]
    sender: Mapped[Word]
    message_type: Mapped[Word]
    intent: Mapped[Word | None]
    sentiment: Mapped[Word | None]
    messages: Mapped[Zero]
    sentiment_sum: Mapped[Rate] = mapped_column(server_default=text("0"), comment="of scores from -1 to 1")
    computed_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint(
            "date",
            "sender",
            "message_type",
            "intent",
            "sentiment",
            name="uq_message_metrics_key",
            postgresql_nulls_not_distinct=True,
        ),
        {"info": LOCAL},
    )


class RollupChange(Base):
    """A New York day whose figures changed and wait to be rolled up again."""

    __tablename__ = "rollup_changes"
    rollup: Mapped[Word] = mapped_column(primary_key=True)
    date: Mapped[Day] = mapped_column(primary_key=True)
    changed_at: Mapped[Created]
    __table_args__ = ({"info": LOCAL},)


class RollupStamp(Base):
    """Up to when a rollup or materialized view is current: the 'as of' of pages, and a part of cache keys."""

    __tablename__ = "rollup_stamps"
    rollup: Mapped[Word] = mapped_column(primary_key=True)
    as_of: Mapped[Instant]
    duration_ms: Mapped[Zero]
    __table_args__ = ({"info": LOCAL},)


class UserSession(Base):
    """A visit to Aurum's web site: engagement, device, geography, attribution, how far it got."""

    __tablename__ = "user_sessions"
    id: Mapped[Key]
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    ended_at: Mapped[Instant | None]
    visitor_ref: Mapped[UUID] = mapped_column(Uuid, comment="pseudonymous visitor id of the web site")
    lead_ref: Mapped[UUID | None] = mapped_column(Uuid, comment="leads.id when the visit became a lead")
    funnel_step: Mapped[Word] = mapped_column(comment="visit, calculator, form_start, form_submit")
    converted: Mapped[No]
    pages_viewed: Mapped[Zero]
    engaged_seconds: Mapped[Zero]
    landing_page: Mapped[Word | None]
    referrer_domain: Mapped[Word | None]
    utm_source: Mapped[Word | None]
    utm_medium: Mapped[Word | None]
    utm_campaign: Mapped[Word | None]
    utm_term: Mapped[Word | None]
    utm_content: Mapped[Word | None]
    device_type: Mapped[Word] = mapped_column(comment="mobile, desktop, tablet")
    browser: Mapped[Word | None]
    operating_system: Mapped[Word | None]
    country: Mapped[Word | None]
    region: Mapped[Word | None]
    city: Mapped[Word | None]
    zip_code: Mapped[Word | None] = mapped_column(comment="from the form or the network address, coarse")
    __table_args__ = (
        one_of("funnel_step", ["visit", "calculator", "form_start", "form_submit"]),
        one_of("device_type", ["mobile", "desktop", "tablet"]),
        Index("ix_user_sessions_started", "started_at", "utm_source"),
        Index("ix_user_sessions_lead", "lead_ref"),
        {"info": LOCAL, **monthly("started_at")},
    )
