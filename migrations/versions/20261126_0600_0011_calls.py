"""Calls to leads, and the callbacks that people were reminded of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_calls, callback_reminders TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON lead_calls, callback_reminders TO aurum_jobs;
GRANT SELECT ON lead_calls, callback_reminders TO aurum_reader;
GRANT SELECT ON lead_calls TO aurum_scoped;
ALTER TABLE lead_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY scoped ON lead_calls FOR SELECT TO aurum_scoped USING (aurum_lead_in_scope(lead_id));
"""


def upgrade() -> None:
    """Apply."""
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
    op.execute(RIGHTS)


def downgrade() -> None:
    """Take back."""
    op.drop_table("callback_reminders")
    op.drop_table("lead_calls")
