"""Saved views have versions; a change of many leads remembers that it took the lead to keep off sale."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

RIGHTS = "GRANT SELECT (version, changed_by) ON saved_views TO aurum_reader, aurum_scoped"
OFF_SALE = "ix_bulk_operations_off_sale"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "saved_views",
        sa.Column(
            "version",
            sa.Integer(),
            server_default=sa.text("1"),
            nullable=False,
            comment="changed only by whoever saw this one",
        ),
    )
    op.add_column(
        "saved_views", sa.Column("changed_by", sa.Uuid(), nullable=True, comment="users.id of the last change")
    )
    op.add_column(
        "bulk_operations",
        sa.Column(
            "took_off_sale",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="of duplicates: the lead to keep came off sale by it, and is still to be put back",
        ),
    )
    op.execute(RIGHTS)
    with op.get_context().autocommit_block():
        op.drop_index(OFF_SALE, table_name="bulk_operations", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            OFF_SALE,
            "bulk_operations",
            [sa.literal_column("(arguments ->> 'survivor')")],
            postgresql_where=sa.text("took_off_sale"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    """Take back."""
    with op.get_context().autocommit_block():
        op.drop_index(OFF_SALE, table_name="bulk_operations", if_exists=True, postgresql_concurrently=True)
    op.drop_column("bulk_operations", "took_off_sale")
    op.drop_column("saved_views", "changed_by")
    op.drop_column("saved_views", "version")
