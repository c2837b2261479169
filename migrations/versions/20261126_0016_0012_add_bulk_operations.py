"""Add changes of many leads at once, with what became of each lead.

New tables only. The items belong to their leads, so that a batch is joined to its leads on one node.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REFUSALS = (
    "not_found", "changed_since", "deactivated", "already_so", "step_not_allowed", "cannot_work_here",
    "too_many_tags", "is_the_survivor", "has_duplicates", "is_a_duplicate", "survivor_gone", "erased", "right_lost",
)  # fmt: skip
# People limited to some boroughs see what became of the leads of their boroughs; an operation names no lead.
RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_operations, bulk_operation_items TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON bulk_operations, bulk_operation_items TO aurum_jobs;
GRANT SELECT ON bulk_operations, bulk_operation_items TO aurum_reader, aurum_scoped;
ALTER TABLE bulk_operation_items ENABLE ROW LEVEL SECURITY;
CREATE POLICY scoped ON bulk_operation_items FOR SELECT TO aurum_scoped USING (aurum_lead_in_scope(lead_id));
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "bulk_operations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "user_ref",
            sa.Uuid(),
            nullable=False,
            comment="who began it; their rights are asked for again per batch",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "arguments",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="status, person, tag or survivor; ids and words, no contact data",
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("undoes_ref", sa.Uuid(), nullable=True, comment="bulk_operations.id that this one takes back"),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("lead_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("refused_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('status', 'assign', 'tag', 'untag', 'duplicate', 'deactivate', 'restore')",
            name="ck_bulk_operations_kind",
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'finished', 'stopped', 'failed')", name="ck_bulk_operations_state"
        ),
        sa.CheckConstraint("lead_count >= 1", name="ck_bulk_operations_lead_count_range"),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_operations"),
    )
    op.create_index("ix_bulk_operations_user", "bulk_operations", ["user_ref", "created_at"])
    op.create_index(
        "ix_bulk_operations_undoes",
        "bulk_operations",
        ["undoes_ref"],
        postgresql_where=sa.text("undoes_ref IS NOT NULL"),
    )
    op.create_table(
        "bulk_operation_items",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="the order in which the leads are worked, from 1"),
        sa.Column("version_seen", sa.Integer(), nullable=False, comment="changed only if the lead still has it"),
        sa.Column("outcome", sa.Text(), nullable=True, comment="null: not reached"),
        sa.Column("refusal", sa.Text(), nullable=True, comment="why it was left as it is: rules/lead_changes.py"),
        sa.Column(
            "before",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="the columns that changed, for the undo",
        ),
        sa.Column("version_after", sa.Integer(), nullable=True),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('done', 'refused')", name="ck_bulk_operation_items_outcome"),
        sa.CheckConstraint(
            f"refusal IN ({', '.join(repr(refusal) for refusal in REFUSALS)})",
            name="ck_bulk_operation_items_refusal",
        ),
        sa.PrimaryKeyConstraint("lead_id", "operation_id", name="pk_bulk_operation_items"),
    )
    op.create_index("idx_bulk_item_operation", "bulk_operation_items", ["operation_id", "position"])
    op.execute(RIGHTS)


def downgrade() -> None:
    """Take back."""
    op.drop_table("bulk_operation_items")
    op.drop_table("bulk_operations")
