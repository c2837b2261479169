"""Validate the checks that the last revision put on sessions."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE sign_in_sessions VALIDATE CONSTRAINT ck_sign_in_sessions_method")
    op.execute("ALTER TABLE sign_in_sessions VALIDATE CONSTRAINT ck_sign_in_sessions_idle_minutes_range")


def downgrade() -> None:
    """Nothing to take back: a validated check is only known to hold."""
