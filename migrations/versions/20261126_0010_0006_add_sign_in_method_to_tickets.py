"""A ticket says how its sign-in was made; a recovery code's hash says that it is salted.

Tickets live for a minute: the table is all but empty, and a constant default rewrites nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    method = sa.Column(
        "method", sa.Text(), server_default=sa.text("'password'"), nullable=False, comment="goes into the session"
    )
    op.add_column("sign_in_tickets", method)
    op.execute("COMMENT ON COLUMN user_recovery_codes.code_hash IS 'random salt and argon2id hash'")


def downgrade() -> None:
    """Take back."""
    op.execute("COMMENT ON COLUMN user_recovery_codes.code_hash IS 'keyed hash, for equality search'")
    op.drop_column("sign_in_tickets", "method")
