"""AI: model versions, analyses of leads, score history, conversations with their messages, insights."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LEAD,
    LOCAL,
    REFERENCE,
    Base,
    Created,
    Day,
    Instant,
    Json,
    JsonList,
    Key,
    LeadKey,
    Rate,
    Score,
    Share,
    Usd,
    Word,
    Zero,
    in_range,
    one_of,
)
from aurum_data.rules.ai import (
    AnalysisType,
    Channel,
    ConversationOutcome,
    InsightStatus,
    InsightType,
    MessageType,
    ModelStatus,
    Sender,
    Sentiment,
)
from aurum_data.rules.leads import LeadQuality


class AiModel(Base):
    """A version of an AI model: its settings, limits, measured quality and cost."""

    __tablename__ = "ai_models"
    id: Mapped[Key]
    model_name: Mapped[Word]
    model_version: Mapped[Word]
    provider: Mapped[Word]
    purpose: Mapped[Word] = mapped_column(comment="lead_scoring, conversation, insight")
    status: Mapped[Word] = mapped_column(server_default=text("'testing'"))
    ab_group: Mapped[Word | None] = mapped_column(comment="name of the A/B test it takes part in")
    traffic_share: Mapped[Share] = mapped_column(server_default=text("0"), comment="of the purpose's requests")
    configuration: Mapped[Json]
    requests_per_minute: Mapped[int] = mapped_column(server_default=text("60"))
    requests_per_day: Mapped[int | None]
    input_usd_per_1k_tokens: Mapped[Rate]
    output_usd_per_1k_tokens: Mapped[Rate]
    accuracy: Mapped[Share | None] = mapped_column(comment="share of right calls on labelled leads")
    auc: Mapped[Share | None] = mapped_column(comment="area under the ROC curve, sold against not sold")
    calibration_error: Mapped[Share | None] = mapped_column(comment="expected calibration error")
    quality_checked_at: Mapped[Instant | None]
    released_at: Mapped[Instant]
    retired_at: Mapped[Instant | None]
    __table_args__ = (
        UniqueConstraint("model_name", "model_version"),
        one_of("status", ModelStatus),
        in_range("traffic_share", 0, 1),
        in_range("accuracy", 0, 1),
        in_range("auc", 0, 1),
        {"info": REFERENCE},
    )


class AiAnalysis(Base):
    """One analysis of a lead: score, confidence, insights and recommendations, and what it cost."""

    __tablename__ = "ai_analyses"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    created_at: Mapped[Created]
    analysis_type: Mapped[Word]
    ai_model_id: Mapped[UUID] = mapped_column(ForeignKey("ai_models.id"))
    model_version: Mapped[Word]
    score: Mapped[int | None]
    confidence: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    factors: Mapped[Json] = mapped_column(comment="points by factor")
    insights: Mapped[JsonList]
    recommendations: Mapped[JsonList] = mapped_column(comment="next steps, most useful first")
    input_tokens: Mapped[Zero]
    output_tokens: Mapped[Zero]
    cost_usd: Mapped[Rate]
    latency_ms: Mapped[int]
    __table_args__ = (
        one_of("analysis_type", AnalysisType),
        in_range("score", 0, 100),
        in_range("confidence", 0, 1),
        Index("idx_analysis_lead_type", "lead_id", "analysis_type", "created_at"),
        Index("idx_analysis_type_created", "analysis_type", "created_at"),
        Index("idx_analysis_model_created", "ai_model_id", "created_at"),
        {"info": LEAD},
    )


class AiInsight(Base):
    """A pattern, trend or recommendation found across leads, and what became of it."""

    __tablename__ = "ai_insights"
    id: Mapped[Key]
    created_at: Mapped[Created]
    insight_type: Mapped[Word]
    category: Mapped[Word] = mapped_column(comment="revenue, market, quality, platform")
    title: Mapped[Word]
    description: Mapped[Word]
    recommendation: Mapped[Word | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    confidence: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    expected_impact_usd: Mapped[Usd | None] = mapped_column(comment="per month, estimate")
    model_ref: Mapped[UUID | None] = mapped_column(Uuid, comment="ai_models.id")
    period_start: Mapped[Day]
    period_end: Mapped[Day]
    status: Mapped[Word] = mapped_column(server_default=text("'new'"))
    validated_by: Mapped[UUID | None] = mapped_column(Uuid)
    validated_at: Mapped[Instant | None]
    implemented_at: Mapped[Instant | None]
    outcome: Mapped[Word | None]
    __table_args__ = (
        one_of("insight_type", InsightType),
        one_of("status", InsightStatus),
        in_range("confidence", 0, 1),
        Index("idx_insight_status_created", "status", "created_at"),
        {"info": LOCAL},
    )


class AiConversation(Base):
    """One session of an AI agent with a lead."""

    __tablename__ = "ai_conversations"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    ai_model_id: Mapped[UUID] = mapped_column(ForeignKey("ai_models.id"))
    channel: Mapped[Word]
    language: Mapped[Word] = mapped_column(server_default=text("'en'"))
    started_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    turn_count: Mapped[Zero]
    drop_off_turn: Mapped[int | None] = mapped_column(comment="turn after which the lead fell silent")
    outcome: Mapped[Word | None]
    primary_intent: Mapped[Word | None]
    average_sentiment: Mapped[Decimal | None] = mapped_column(Numeric(4, 3), comment="-1 to 1")
    quality_score: Mapped[Score | None] = mapped_column(comment="0 to 100, how well the agent led it")
    satisfaction_score: Mapped[Decimal | None] = mapped_column(Numeric(3, 2), comment="1 to 5, asked at the end")
    summary: Mapped[Word | None]
    cost_usd: Mapped[Rate]
    __table_args__ = (
        one_of("channel", Channel),
        one_of("outcome", ConversationOutcome),
        in_range("average_sentiment", -1, 1),
        in_range("satisfaction_score", 1, 5),
        Index("idx_ai_conversation_started", "started_at", "outcome"),
        Index("idx_ai_conversation_model", "ai_model_id", "started_at"),
        {"info": LEAD},
    )


class LeadConversation(Base):
    """One message of a conversation. Phone numbers and emails typed into it are replaced at intake."""

    __tablename__ = "lead_conversations"
    lead_id: Mapped[LeadKey]
    id: Mapped[Key]
    session_id: Mapped[UUID] = mapped_column(Uuid, comment="ai_conversations.id")
    created_at: Mapped[Created]
    turn: Mapped[int]
    sender: Mapped[Word]
    message_type: Mapped[Word]
    content: Mapped[Word]
    intent: Mapped[Word | None]
    intent_confidence: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    sentiment: Mapped[Word | None]
    sentiment_score: Mapped[Decimal | None] = mapped_column(Numeric(4, 3), comment="-1 to 1")
    entities: Mapped[Json] = mapped_column(comment="what was recognised: bill, roof, timing")
    response_ms: Mapped[int | None]
    __table_args__ = (
        ForeignKeyConstraint(["lead_id", "session_id"], ["ai_conversations.lead_id", "ai_conversations.id"]),
        UniqueConstraint("lead_id", "session_id", "turn"),
        one_of("sender", Sender),
        one_of("message_type", MessageType),
        one_of("sentiment", Sentiment),
        in_range("sentiment_score", -1, 1),
        Index("idx_conversation_content_gin", text("to_tsvector('english', content)"), postgresql_using="gin"),
        Index("idx_conversation_type_created", "message_type", "created_at"),
        Index("idx_conversation_created", "created_at"),
        {"info": LEAD},
    )


class LeadQualityHistory(Base):
    """A change of a lead's score, with the factors and the model version that moved it."""

    __tablename__ = "lead_quality_history"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    created_at: Mapped[Created]
    previous_score: Mapped[int | None]
    new_score: Mapped[int]
    score_change: Mapped[int] = mapped_column(Computed("new_score - coalesce(previous_score, 0)", persisted=True))
    previous_quality: Mapped[Word | None]
    new_quality: Mapped[Word]
    factors: Mapped[Json] = mapped_column(comment="points by factor; they add up to the new score")
    reason: Mapped[Word]
    ai_model_id: Mapped[UUID | None] = mapped_column(ForeignKey("ai_models.id"))
    model_version: Mapped[Word | None]
    scoring_improvement: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 3),
        comment="points by which this version came nearer to the outcome (100 sold, 0 not) than the entry before it",
    )
    __table_args__ = (
        one_of("previous_quality", LeadQuality),
        one_of("new_quality", LeadQuality),
        in_range("new_score", 0, 100),
        Index("idx_quality_history_created", "created_at", "model_version"),
        Index("idx_quality_history_lead", "lead_id", "created_at"),
        {"info": LEAD},
    )
