"""What one of a family refused counts for all, so people limited to boroughs are told of it beyond their limits too.

The function says that it was refused, and nothing else of the lead that did.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Asked of a lead within the limits only. Settings that are absent or empty open nothing: whoever has no limit reads
# the rows themselves. The application asks with every family, so its reader may call it as well.
FUNCTION = """
CREATE FUNCTION aurum_family_refusals(lead uuid, OUT refuses boolean, OUT do_not_call boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    root uuid;
BEGIN
    SELECT coalesce(l.duplicate_of, l.id) INTO root FROM leads l
    WHERE l.id = lead AND l.borough = ANY (string_to_array(nullif(current_setting('app.boroughs', true), ''), ','));
    SELECT coalesce(bool_or(l.consent_state = 'withdrawn' OR l.status = 'suppressed'), false),
           coalesce(bool_or(l.do_not_call), false)
    INTO refuses, do_not_call FROM leads l WHERE l.id = root OR l.duplicate_of = root;
END $$;
REVOKE ALL ON FUNCTION aurum_family_refusals(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION aurum_family_refusals(uuid) TO aurum_scoped, aurum_reader, aurum_app;
"""


def upgrade() -> None:
    """Apply."""
    op.execute(FUNCTION)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION aurum_family_refusals(uuid)")
