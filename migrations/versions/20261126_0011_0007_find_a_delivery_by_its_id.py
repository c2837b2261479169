"""Find a delivery by its id alone: platforms answer with it, and do not know the lead's."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.get_context().autocommit_block():
        # A build that failed leaves an index that is not valid, and that IF NOT EXISTS would take for done.
        op.drop_index("idx_export_id", table_name="lead_exports", if_exists=True, postgresql_concurrently=True)
        op.create_index("idx_export_id", "lead_exports", ["id"], unique=False, postgresql_concurrently=True)


def downgrade() -> None:
    """Take back."""
    with op.get_context().autocommit_block():
        op.drop_index("idx_export_id", table_name="lead_exports", if_exists=True, postgresql_concurrently=True)
