"""${message}.

Expand, migrate, contract: an index is made CONCURRENTLY in a revision of its own, a constraint NOT VALID and
validated in the next one, data are filled in batches outside of migrations. Every downgrade works.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take back."""
    ${downgrades if downgrades else "pass"}
