"""Find a browser by its token: a sign-in moves all of its rows to the next one."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_user_devices_device_hash",
            "user_devices",
            ["device_hash"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back."""
    with op.get_context().autocommit_block():
        op.drop_index("ix_user_devices_device_hash", "user_devices", postgresql_concurrently=True, if_exists=True)
