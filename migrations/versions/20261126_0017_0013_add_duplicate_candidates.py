"""Add the pairs of leads that may be the same person, with what people decided about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# To limited people a pair is there if both of its leads are.
RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_duplicate_candidates TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON lead_duplicate_candidates TO aurum_jobs;
GRANT SELECT ON lead_duplicate_candidates TO aurum_reader, aurum_scoped;
ALTER TABLE lead_duplicate_candidates ENABLE ROW LEVEL SECURITY;
CREATE POLICY scoped ON lead_duplicate_candidates FOR SELECT TO aurum_scoped
    USING (aurum_lead_in_scope(lead_id) AND aurum_lead_in_scope(older_ref));
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lead_duplicate_candidates",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the younger lead of the pair"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("older_ref", sa.Uuid(), nullable=False, comment="the older lead of the pair"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "reasons",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="what the two have in common, the strongest first (rules/duplicates.py)",
        ),
        sa.Column("confidence", sa.Numeric(5, 4), nullable=True, comment="that they are one person; null: not judged"),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True, comment="null: a process"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "before",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="of a confirmed pair: what an undo restores",
        ),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name="ck_lead_duplicate_candidates_confidence_range"),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'dismissed')", name="ck_lead_duplicate_candidates_state"),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name="ck_lead_duplicate_candidates_decided_whole"
        ),
        sa.CheckConstraint("lead_id <> older_ref", name="ck_lead_duplicate_candidates_two_leads"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_duplicate_candidates_lead_id"),
        sa.PrimaryKeyConstraint("lead_id", "id", name="pk_lead_duplicate_candidates"),
        sa.UniqueConstraint("lead_id", "older_ref", name="uq_lead_duplicate_candidates_lead_id_older_ref"),
    )
    op.create_index(
        "idx_duplicate_candidate_open",
        "lead_duplicate_candidates",
        ["confidence", "id"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("idx_duplicate_candidate_older", "lead_duplicate_candidates", ["older_ref"])
    op.execute(RIGHTS)


def downgrade() -> None:
    """Take back."""
    op.drop_table("lead_duplicate_candidates")
