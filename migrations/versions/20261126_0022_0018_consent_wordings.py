"""The texts behind the versions that consents name, and until when a provider keeps a certificate for us."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# A recorded text cannot be changed by the application, only its last day. The scoped see it on their leads.
RIGHTS = """
GRANT SELECT, INSERT, DELETE, UPDATE (shown_until) ON consent_wordings TO aurum_app;
GRANT SELECT ON consent_wordings TO aurum_jobs, aurum_reader, aurum_scoped;
GRANT SELECT, INSERT, UPDATE, DELETE ON consent_wording_summary TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON consent_wording_summary TO aurum_jobs;
GRANT SELECT ON consent_wording_summary TO aurum_reader;
GRANT SELECT (certificate_claimed_until) ON lead_consent_events TO aurum_reader, aurum_scoped;
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "consent_wordings",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("version", sa.Text(), nullable=False, comment="as consents name it in wording_version"),
        sa.Column("wording", sa.Text(), nullable=False, comment="the text, as the person saw it"),
        sa.Column("language", sa.Text(), nullable=False, comment="ISO 639-1"),
        sa.Column("shown_from", sa.Date(), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=True, comment="the last day; null: still shown"),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("shown_until >= shown_from", name=op.f("ck_consent_wordings_shown_days")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_consent_wordings_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_wordings")),
        sa.UniqueConstraint("version", name=op.f("uq_consent_wordings_version")),
    )
    op.create_table(
        "consent_wording_summary",
        sa.Column("wording_version", sa.Text(), nullable=False),
        sa.Column("consent_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("wording_version", name=op.f("pk_consent_wording_summary")),
    )
    op.add_column(
        "lead_consent_events",
        sa.Column(
            "certificate_claimed_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the provider keeps the certificate for us until then; null: not claimed, or not known",
        ),
    )
    op.execute(RIGHTS)


def downgrade() -> None:
    """Take back."""
    op.drop_column("lead_consent_events", "certificate_claimed_until")
    op.drop_table("consent_wording_summary")
    op.drop_table("consent_wordings")
