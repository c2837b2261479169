"""Lists that people take out as files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Ciphertext is the application's alone.
RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON list_downloads TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON list_downloads TO aurum_jobs;
GRANT SELECT (id, user_ref, created_at, file_format, filter, sort_by, descending, columns, in_clear, reason,
    started_at, finished_at, row_count, is_complete) ON list_downloads TO aurum_reader;
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "list_downloads",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column(
            "filter",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="without what was searched",
        ),
        sa.Column(
            "search_encrypted",
            postgresql.BYTEA(),
            nullable=True,
            comment="what was searched: a name, a phone, an email",
        ),
        sa.Column("sort_by", sa.Text(), nullable=False),
        sa.Column("descending", sa.Boolean(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "in_clear",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="with phone numbers and emails",
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True, comment="when it was fetched: once"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("is_complete", sa.Boolean(), nullable=True, comment="false: broken off on the way"),
        sa.CheckConstraint("file_format IN ('csv', 'xlsx', 'parquet')", name="ck_list_downloads_file_format"),
        sa.PrimaryKeyConstraint("id", name="pk_list_downloads"),
    )
    op.create_index("ix_list_downloads_user", "list_downloads", ["user_ref", "created_at"])
    op.execute(RIGHTS)


def downgrade() -> None:
    """Take back."""
    op.drop_table("list_downloads")
