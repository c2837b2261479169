"""The SQL behind the rollups of scores and conversations; like rollup_statements.py, each takes `days`.

Definitions: a scoring counts on the day it was made, a conversation on the day it began, a message on the day it was
written, a delivery on the day it was made, under the score that the lead had at that moment. All of them are things
that happened: what became of the lead later does not take them away.
"""

from __future__ import annotations

from sqlalchemy import TextClause, text

from aurum_data.jobs.rollup_statements import DAYS

# `history` with an index look-up per delivery: the scoring that stood when the delivery was made.
_QUALITY = """
        SELECT d.day AS date, l.source_id AS source_ref, q.model_version, least(q.new_score / 10, 9) * 10 AS score_band,
               1 AS scorings, q.new_score AS score_sum, 0 AS accepted, 0 AS rejected
        FROM days d JOIN lead_quality_history q ON q.created_at >= d.starts AND q.created_at < d.ends
        JOIN leads l ON l.id = q.lead_id
        UNION ALL
        SELECT d.day, l.source_id, q.model_version, least(q.new_score / 10, 9) * 10, 0, 0,
               (e.status <> 'rejected')::int, (e.status = 'rejected')::int
        FROM days d JOIN lead_exports e ON e.created_at >= d.starts AND e.created_at < d.ends
        JOIN leads l ON l.id = e.lead_id
        CROSS JOIN LATERAL (
            SELECT h.model_version, h.new_score FROM lead_quality_history h
            WHERE h.lead_id = e.lead_id AND h.created_at <= e.created_at
            ORDER BY h.created_at DESC, h.id DESC LIMIT 1) q
        WHERE e.status IN ('accepted', 'returned', 'rejected')
"""
# A factor that the score before knew and this one does not counts as nothing now.
_FACTORS = """
        SELECT d.day AS date, q.model_version, f.factor, (q.factors ? f.factor)::int AS scorings, v.points,
               (v.points <> v.before)::int AS moved, greatest(v.points - v.before, 0) AS raised,
               greatest(v.before - v.points, 0) AS lowered
        FROM days d JOIN lead_quality_history q ON q.created_at >= d.starts AND q.created_at < d.ends
        LEFT JOIN LATERAL (
            SELECT h.factors FROM lead_quality_history h
            WHERE h.lead_id = q.lead_id AND (h.created_at, h.id) < (q.created_at, q.id)
            ORDER BY h.created_at DESC, h.id DESC LIMIT 1) p ON true
        CROSS JOIN LATERAL jsonb_object_keys(coalesce(p.factors, '{}') || q.factors) AS f (factor)
        CROSS JOIN LATERAL (
            SELECT coalesce((q.factors ->> f.factor)::numeric, 0) AS points,
                   CASE WHEN p.factors IS NULL THEN coalesce((q.factors ->> f.factor)::numeric, 0)
                        ELSE coalesce((p.factors ->> f.factor)::numeric, 0) END AS before) v
"""
_CONVERSATIONS = """
        SELECT d.day AS date, c.channel, c.outcome, c.drop_off_turn, 1 AS conversations, c.turn_count AS turns
        FROM days d JOIN ai_conversations c ON c.started_at >= d.starts AND c.started_at < d.ends
"""
_MESSAGES = """
        SELECT d.day AS date, m.sender, m.message_type, m.intent, m.sentiment, 1 AS messages,
               coalesce(m.sentiment_score, 0) AS sentiment_sum
        FROM days d JOIN lead_conversations m ON m.created_at >= d.starts AND m.created_at < d.ends
"""


def _summed(table: str, parts: str, keys: str, sums: str) -> TextClause:
    """The rows of a rollup: `parts` summed by its keys; rows that nothing stands behind any more go."""
    named, counted = keys.split(), sums.split()
    # As arrays, in which two NULLs are equal, keys can be hashed. IS NOT DISTINCT FROM would compare every row of the
    # history with every other.
    computed, stored = (", ".join(f"{alias}.{key}::text" for key in named) for alias in "cm")
    return text(f"""
        {DAYS}, parts AS ({parts}),
        computed AS (
            SELECT {", ".join(named)}, {", ".join(f"sum({name}) AS {name}" for name in counted)}
            FROM parts GROUP BY {", ".join(named)}),
        gone AS (
            DELETE FROM {table} m USING days d
            WHERE m.date = d.day AND NOT EXISTS (
                SELECT FROM computed c WHERE ARRAY[{computed}] = ARRAY[{stored}]))
        INSERT INTO {table} ({", ".join(named + counted)})
        SELECT {", ".join(named + counted)} FROM computed
        ON CONFLICT ({", ".join(named)}) DO UPDATE SET
            {", ".join(f"{name} = excluded.{name}" for name in counted)}, computed_at = now()
    """)  # noqa: S608 - names of our own


LEAD_QUALITY = _summed(
    "lead_quality_metrics", _QUALITY, "date source_ref model_version score_band", "scorings score_sum accepted rejected"
)
LEAD_FACTORS = _summed(
    "lead_factor_metrics", _FACTORS, "date model_version factor", "scorings points moved raised lowered"
)
CONVERSATIONS = _summed(
    "conversation_metrics", _CONVERSATIONS, "date channel outcome drop_off_turn", "conversations turns"
)
MESSAGES = _summed("message_metrics", _MESSAGES, "date sender message_type intent sentiment", "messages sentiment_sum")
