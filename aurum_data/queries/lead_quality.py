"""Scores and conversations over time. All of it reads rollups by day, kept by jobs/rollups.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

Step = Literal["day", "week"]  # weeks begin on Monday
KEPT = ["lead_quality_metrics", "lead_factor_metrics", "conversation_metrics", "message_metrics"]
MOST_INTENTS = 6

_AS_OF = text("""
    SELECT CASE WHEN count(*) = cardinality(CAST(:kept AS text[])) THEN min(as_of) END
    FROM rollup_stamps WHERE rollup = ANY (:kept)
""")
_TOTALS = text("""
    SELECT q.*, c.*, m.mood FROM (
        SELECT coalesce(sum(scorings), 0) AS scorings,
               sum(score_sum)::float / nullif(sum(scorings), 0) AS average_score,
               sum(accepted)::float / nullif(sum(accepted + rejected), 0) AS acceptance_rate,
               coalesce(sum(accepted + rejected), 0) AS answered
        FROM lead_quality_metrics WHERE date BETWEEN :first AND :last) q,
    (SELECT coalesce(sum(conversations), 0) AS conversations,
            sum(conversations) FILTER (WHERE outcome = 'dropped')::float / nullif(sum(conversations), 0) AS dropped
     FROM conversation_metrics WHERE date BETWEEN :first AND :last) c,
    (SELECT (sum(sentiment_sum) / nullif(sum(messages), 0))::float AS mood
     FROM message_metrics WHERE date BETWEEN :first AND :last AND sentiment IS NOT NULL) m
""")
_BANDS = text("""
    SELECT date_trunc(:step, date::timestamp)::date AS date, score_band, sum(scorings) AS scorings,
           sum(accepted) AS accepted, sum(rejected) AS rejected
    FROM lead_quality_metrics WHERE date BETWEEN :first AND :last
    GROUP BY 1, 2 ORDER BY 1, 2
""")
_FIGURES = """
    coalesce(sum(m.scorings), 0) AS scorings, sum(m.score_sum)::float / nullif(sum(m.scorings), 0) AS average_score,
    sum(m.scorings) FILTER (WHERE m.score_band >= 80)::float / nullif(sum(m.scorings), 0) AS premium_share,
    coalesce(sum(m.accepted + m.rejected), 0) AS answered,
    sum(m.accepted)::float / nullif(sum(m.accepted + m.rejected), 0) AS acceptance_rate
"""
_SOURCES = text(f"""
    SELECT m.source_ref AS source_id, coalesce(s.source_name, 'Unknown') AS source_name, {_FIGURES}
    FROM lead_quality_metrics m LEFT JOIN lead_sources s ON s.id = m.source_ref
    WHERE m.date BETWEEN :first AND :last
    GROUP BY 1, 2 ORDER BY scorings DESC, 2, 1
""")  # noqa: S608 - parts of our own
_VERSIONS = text(f"""
    SELECT coalesce(m.model_version, 'By hand') AS model_version, {_FIGURES}, min(m.date) AS first_day,
           max(m.date) AS last_day
    FROM lead_quality_metrics m WHERE m.date BETWEEN :first AND :last
    GROUP BY 1 ORDER BY last_day DESC, 1
""")  # noqa: S608 - parts of our own
_VERSION_STEPS = text("""
    SELECT date_trunc(:step, date::timestamp)::date AS date, coalesce(model_version, 'By hand') AS model_version,
           sum(score_sum)::float / nullif(sum(scorings), 0) AS average_score
    FROM lead_quality_metrics WHERE date BETWEEN :first AND :last
    GROUP BY 1, 2 HAVING sum(scorings) > 0 ORDER BY 1, 2
""")
_FACTORS = text("""
    SELECT factor, (sum(points) / nullif(sum(scorings), 0))::float AS average_points, sum(moved) AS moved,
           sum(raised)::float AS raised, sum(lowered)::float AS lowered
    FROM lead_factor_metrics WHERE date BETWEEN :first AND :last
    GROUP BY factor ORDER BY sum(raised + lowered) DESC, factor
""")
_MOODS = text("""
    SELECT date_trunc(:step, date::timestamp)::date AS date, sentiment, sum(messages) AS messages
    FROM message_metrics WHERE date BETWEEN :first AND :last AND sentiment IS NOT NULL
    GROUP BY 1, 2 ORDER BY 1, 2
""")
_INTENTS = text("""
    WITH common AS (
        SELECT intent FROM message_metrics WHERE date BETWEEN :first AND :last AND intent IS NOT NULL
        GROUP BY intent ORDER BY sum(messages) DESC, intent LIMIT :most)
    SELECT date_trunc(:step, date::timestamp)::date AS date, intent, sum(messages) AS messages
    FROM message_metrics JOIN common USING (intent) WHERE date BETWEEN :first AND :last
    GROUP BY 1, 2 ORDER BY 1, 2
""")
_SESSIONS = text("""
    SELECT date_trunc(:step, date::timestamp)::date AS date, coalesce(outcome, 'open') AS outcome,
           sum(conversations) AS conversations
    FROM conversation_metrics WHERE date BETWEEN :first AND :last
    GROUP BY 1, 2 ORDER BY 1, 2
""")
_DROP_OFFS = text("""
    SELECT drop_off_turn AS turn, sum(conversations) AS conversations
    FROM conversation_metrics WHERE date BETWEEN :first AND :last AND drop_off_turn IS NOT NULL
    GROUP BY 1 ORDER BY 1
""")
_TYPES = text("""
    SELECT message_type, sum(messages) FILTER (WHERE sender = 'lead') AS of_leads,
           sum(messages) FILTER (WHERE sender = 'agent') AS of_agents
    FROM message_metrics WHERE date BETWEEN :first AND :last
    GROUP BY 1 ORDER BY sum(messages) DESC, 1
""")


@dataclass(frozen=True)
class QualityTotals:
    """Figures of a period. Shares of one; `average_mood` from -1 to 1, of the leads' messages. None: nothing there."""

    scorings: int
    average_score: float | None
    acceptance_rate: float | None
    answered: int
    conversations: int
    dropped_share: float | None
    average_mood: float | None


@needs(Permission.AI_READ)
def quality_as_of(session: Session) -> datetime | None:
    """Up to when all rollups of scores and conversations are current; None before the first time."""
    stamp: datetime | None = session.scalar(_AS_OF, {"kept": KEPT})
    return stamp


@needs(Permission.AI_READ)
def quality_totals(session: Session, *, first: date, last: date) -> QualityTotals:
    """The figures of the days `first` to `last`. To compare, ask twice."""
    return QualityTotals(*session.execute(_TOTALS, {"first": first, "last": last}).one())


@needs(Permission.AI_READ)
def score_bands(session: Session, *, first: date, last: date, step: Step) -> pd.DataFrame:
    """Scorings and answered deliveries by step and band of ten points.

    Columns: date (first day of the step), score_band (0, 10 ... 90), scorings, accepted, rejected (int).
    """
    return frame(session, _BANDS, {"first": first, "last": last, "step": step})


@needs(Permission.AI_READ)
def quality_by_source(session: Session, *, first: date, last: date) -> pd.DataFrame:
    """One row a source, the busiest first.

    Columns: source_id (UUID or None: unknown), source_name, scorings, average_score, premium_share, answered,
    acceptance_rate (shares of one; NaN: nothing there).
    """
    return frame(session, _SOURCES, {"first": first, "last": last})


@needs(Permission.AI_READ)
def quality_by_version(session: Session, *, first: date, last: date) -> pd.DataFrame:
    """One row a model version, the latest first: model_version, first_day, last_day and the columns of
    `quality_by_source`."""
    return frame(session, _VERSIONS, {"first": first, "last": last})


@needs(Permission.AI_READ)
def version_scores(session: Session, *, first: date, last: date, step: Step) -> pd.DataFrame:
    """The average score that each model version gave: date, model_version, average_score (float)."""
    return frame(session, _VERSION_STEPS, {"first": first, "last": last, "step": step})


@needs(Permission.AI_READ)
def factor_moves(session: Session, *, first: date, last: date) -> pd.DataFrame:
    """What moved scores, most first: factor, average_points, moved (scorings in which it changed against the score
    before), raised and lowered (points, both positive)."""
    return frame(session, _FACTORS, {"first": first, "last": last})


@needs(Permission.AI_READ)
def moods(session: Session, *, first: date, last: date, step: Step) -> pd.DataFrame:
    """Messages of leads by tone: date, sentiment, messages."""
    return frame(session, _MOODS, {"first": first, "last": last, "step": step})


@needs(Permission.AI_READ)
def intents(session: Session, *, first: date, last: date, step: Step) -> pd.DataFrame:
    """Messages of leads by intent, of the most common ones: date, intent, messages."""
    return frame(session, _INTENTS, {"first": first, "last": last, "step": step, "most": MOST_INTENTS})


@needs(Permission.AI_READ)
def sessions_by_outcome(session: Session, *, first: date, last: date, step: Step) -> pd.DataFrame:
    """Conversations by the step in which they began: date, outcome ("open": still going on), conversations."""
    return frame(session, _SESSIONS, {"first": first, "last": last, "step": step})


@needs(Permission.AI_READ)
def drop_offs(session: Session, *, first: date, last: date) -> pd.DataFrame:
    """After which turn leads fell silent: turn, conversations."""
    return frame(session, _DROP_OFFS, {"first": first, "last": last})


@needs(Permission.AI_READ)
def message_types(session: Session, *, first: date, last: date) -> pd.DataFrame:
    """Messages by type, the most common first: message_type, of_leads, of_agents."""
    return frame(session, _TYPES, {"first": first, "last": last})
