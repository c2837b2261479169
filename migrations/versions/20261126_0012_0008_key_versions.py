"""Key versions and their fingerprints, counts of sealed values, and a request's hashes under older keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COMMENTS = {
    "field": ("table.column", "sort of key and table, such as encryption:leads"),
    "key_version": ("the version that values are sealed under", "the version that values are made with"),
}
RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON encryption_keys, sealed_counts TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON encryption_keys, sealed_counts TO aurum_jobs;
GRANT SELECT ON encryption_keys, sealed_counts TO aurum_reader;
GRANT SELECT (other_hashes) ON privacy_requests TO aurum_reader;
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "encryption_keys",
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "fingerprint",
            postgresql.BYTEA(),
            nullable=False,
            comment="keyed hash of a constant, to know the key again by",
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "used_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when new values began to be made with it",
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True, comment="no value was left under it"),
        sa.CheckConstraint("sort IN ('encryption', 'hashing')", name="ck_encryption_keys_sort"),
        sa.CheckConstraint("version >= 1 AND version <= 65535", name="ck_encryption_keys_version_range"),
        sa.PrimaryKeyConstraint("sort", "version", name="pk_encryption_keys"),
    )
    op.create_table(
        "sealed_counts",
        sa.Column("field", sa.Text(), nullable=False, comment="table.column"),
        sa.Column("key_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("field", "key_version", name="pk_sealed_counts"),
    )
    for column, (_, comment) in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN key_rotations.{column} IS '{comment}'")
    op.add_column(
        "privacy_requests",
        sa.Column(
            "other_hashes",
            postgresql.ARRAY(postgresql.BYTEA()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="both under the other hash keys, while there are any",
        ),
    )
    op.execute(RIGHTS)


def downgrade() -> None:
    """Take back."""
    op.drop_column("privacy_requests", "other_hashes")
    for column, (comment, _) in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN key_rotations.{column} IS '{comment}'")
    op.drop_table("sealed_counts")
    op.drop_table("encryption_keys")
