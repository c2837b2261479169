"""Vocabularies of the AI agents: models, analyses, conversations and insights."""

from __future__ import annotations

from enum import StrEnum


class ModelStatus(StrEnum):
    """Life of an AI model version."""

    TESTING = "testing"
    ACTIVE = "active"
    RETIRED = "retired"


class AnalysisType(StrEnum):
    """What an analysis of a lead answers."""

    LEAD_SCORE = "lead_score"
    SOLAR_FIT = "solar_fit"
    INTENT = "intent"
    DUPLICATE_CHECK = "duplicate_check"


class MessageType(StrEnum):
    """Kind of a conversation message."""

    GREETING = "greeting"
    QUESTION = "question"
    ANSWER = "answer"
    OBJECTION = "objection"
    SCHEDULING = "scheduling"
    CONSENT = "consent"
    CLOSING = "closing"


class Sender(StrEnum):
    """Who wrote a message."""

    AGENT = "agent"
    LEAD = "lead"


class Channel(StrEnum):
    """Medium of a conversation."""

    WEB_CHAT = "web_chat"
    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"


class Sentiment(StrEnum):
    """Tone of a message: negative below -0.25, positive above 0.25."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class ConversationOutcome(StrEnum):
    """How a conversation ended."""

    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"
    CALLBACK = "callback"
    DROPPED = "dropped"
    OPTED_OUT = "opted_out"


class InsightType(StrEnum):
    """What kind of statement an insight makes."""

    PATTERN = "pattern"
    TREND = "trend"
    RECOMMENDATION = "recommendation"


class InsightStatus(StrEnum):
    """What people did with an insight."""

    NEW = "new"
    VALIDATED = "validated"
    REJECTED = "rejected"
    IMPLEMENTED = "implemented"
