"""Calls to leads, callbacks that people were reminded of, rules of assignment, rollups of scores and conversations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NEW = (
    "lead_calls, callback_reminders, assignment_rules, lead_quality_metrics, lead_factor_metrics, conversation_metrics,"
    " message_metrics"
)
RIGHTS = f"""
GRANT SELECT, INSERT, UPDATE, DELETE ON {NEW} TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON {NEW} TO aurum_jobs;
GRANT SELECT ON {NEW} TO aurum_reader;
GRANT SELECT ON lead_calls TO aurum_scoped;
ALTER TABLE lead_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY scoped ON lead_calls FOR SELECT TO aurum_scoped USING (aurum_lead_in_scope(lead_id));
"""


def _text(name: str, *, nullable: bool = False, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, comment=comment)


def _sum(name: str, kind: sa.types.TypeEngine[Any] | None = None, comment: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Integer(), server_default=sa.text("0"), nullable=False, comment=comment)


ROLLUPS = ("lead_quality_metrics", "lead_factor_metrics", "conversation_metrics", "message_metrics")
POINTS = sa.Numeric(14, 2)


def _columns() -> dict[str, tuple[list[sa.Column[Any]], list[str]]]:
    """Columns of each rollup, and those of its key after the date."""
    return {
        "lead_quality_metrics": (
            [
                sa.Column("source_ref", sa.Uuid(), nullable=True, comment="lead_sources.id"),
                _text("model_version", nullable=True, comment="that gave the score; null: a person"),
                sa.Column(
                    "score_band",
                    sa.Integer(),
                    nullable=False,
                    comment="lowest score of the band: 0, 10 ... 90; the last holds 100 too",
                ),
                _sum("scorings"),
                _sum("score_sum", comment="of these scorings"),
                _sum("accepted", comment="deliveries that were accepted, returned later or not"),
                _sum("rejected"),
            ],
            ["source_ref", "model_version", "score_band"],
        ),
        "lead_factor_metrics": (
            [
                _text("model_version", nullable=True),
                _text("factor"),
                _sum("scorings"),
                _sum("points", POINTS, "sum over these scorings"),
                _sum("moved", comment="scorings in which it changed against the one before"),
                _sum("raised", POINTS, "points by which it raised scores"),
                _sum("lowered", POINTS, "points by which it lowered scores"),
            ],
            ["model_version", "factor"],
        ),
        "conversation_metrics": (
            [
                _text("channel"),
                _text("outcome", nullable=True, comment="null: still going on"),
                sa.Column("drop_off_turn", sa.Integer(), nullable=True),
                _sum("conversations"),
                _sum("turns"),
            ],
            ["channel", "outcome", "drop_off_turn"],
        ),
        "message_metrics": (
            [
                _text("sender"),
                _text("message_type"),
                _text("intent", nullable=True),
                _text("sentiment", nullable=True),
                _sum("messages"),
                _sum("sentiment_sum", sa.Numeric(14, 6), "of scores from -1 to 1"),
            ],
            ["sender", "message_type", "intent", "sentiment"],
        ),
    }


def upgrade() -> None:
    """Apply."""
    _calls()
    _assignment()
    _rollups()
    op.execute(RIGHTS)


def _calls() -> None:
    op.create_table(
        "lead_calls",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("caller_user_id", sa.Uuid(), nullable=False),
        sa.Column("caller_name", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("next_callback_at", sa.DateTime(timezone=True), nullable=True, comment="as arranged in this call"),
        sa.CheckConstraint(
            "disposition IN ('reached', 'no_answer', 'voicemail', 'wrong_number', 'not_interested', 'do_not_call')",
            name=op.f("ck_lead_calls_disposition"),
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_calls_lead_id"),
        sa.PrimaryKeyConstraint("lead_id", "id", name="pk_lead_calls"),
    )
    op.create_index("idx_lead_call_lead", "lead_calls", ["lead_id", "created_at"])
    op.create_table(
        "callback_reminders",
        sa.Column("callback_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_ref", sa.Uuid(), nullable=False),
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("callback_at", "lead_ref", name="pk_callback_reminders"),
    )


def _assignment() -> None:
    op.create_table(
        "assignment_rules",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("rule_name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="the first rule that fits a lead decides"),
        sa.Column("kind", sa.Text(), server_default=sa.text("'round_robin'"), nullable=False),
        sa.Column(
            "boroughs",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="of the lead; empty: all five",
        ),
        sa.Column(
            "languages",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="that the lead prefers, ISO 639-1; empty: any",
        ),
        sa.Column(
            "members", postgresql.ARRAY(sa.Uuid()), nullable=False, comment="users.id in turn, as far as they may work"
        ),
        sa.Column(
            "last_member", sa.Uuid(), nullable=True, comment="who was given the last lead: the next one is after them"
        ),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("kind IN ('round_robin')", name=op.f("ck_assignment_rules_kind")),
        sa.PrimaryKeyConstraint("id", name="pk_assignment_rules"),
        sa.UniqueConstraint("rule_name", name="uq_assignment_rules_rule_name"),
    )


def _rollups() -> None:
    for table, (columns, key) in _columns().items():
        op.create_table(
            table,
            sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
            sa.Column("date", sa.Date(), nullable=False),
            *columns,
            sa.Column("computed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint("date", *key, name=f"uq_{table}_key", postgresql_nulls_not_distinct=True),
        )
    op.create_check_constraint(
        op.f("ck_lead_quality_metrics_score_band_range"), "lead_quality_metrics", "score_band >= 0 AND score_band <= 90"
    )


def downgrade() -> None:
    """Take back."""
    for table in ROLLUPS:
        op.execute(f"DELETE FROM rollup_changes WHERE rollup = '{table}'")
        op.execute(f"DELETE FROM rollup_stamps WHERE rollup = '{table}'")
        op.drop_table(table)
    op.drop_table("assignment_rules")
    op.drop_table("callback_reminders")
    op.drop_table("lead_calls")
