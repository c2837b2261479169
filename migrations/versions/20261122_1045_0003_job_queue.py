"""Create the job queue of procrastinate.

The library ships its schema; requirements.txt pins the version that this revision was written for, and an upgrade of
the library brings its own migration in a revision of ours.
"""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RIGHTS = """
DO $$
DECLARE
    item record;
BEGIN
    FOR item IN SELECT relname FROM pg_class WHERE relnamespace = 'public'\\:\\:regnamespace
                AND relkind = 'r' AND relname LIKE 'procrastinate\\_%' LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO aurum_app, aurum_jobs', item.relname);
        EXECUTE format('GRANT SELECT ON %I TO aurum_reader', item.relname);
    END LOOP;
    FOR item IN SELECT relname FROM pg_class WHERE relnamespace = 'public'\\:\\:regnamespace
                AND relkind = 'S' AND relname LIKE 'procrastinate\\_%' LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %I TO aurum_app, aurum_jobs', item.relname);
    END LOOP;
END $$;
"""

DROP = """
DO $$
DECLARE
    item record;
BEGIN
    FOR item IN SELECT relname FROM pg_class WHERE relnamespace = 'public'\\:\\:regnamespace
                AND relkind = 'r' AND relname LIKE 'procrastinate\\_%' LOOP
        EXECUTE format('DROP TABLE %I CASCADE', item.relname);
    END LOOP;
    FOR item IN SELECT oid\\:\\:regprocedure AS name FROM pg_proc
                WHERE pronamespace = 'public'\\:\\:regnamespace AND proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', item.name);
    END LOOP;
    FOR item IN SELECT typname FROM pg_type WHERE typnamespace = 'public'\\:\\:regnamespace
                AND typtype IN ('e', 'c') AND typname LIKE 'procrastinate\\_%' LOOP
        EXECUTE format('DROP TYPE %I CASCADE', item.typname);
    END LOOP;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.execute(SchemaManager.get_schema().replace(":", r"\:").replace("%", "%%").replace("%%", "%"))
    op.execute(RIGHTS)


def downgrade() -> None:
    """Take back."""
    op.execute(DROP)
