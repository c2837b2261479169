"""Row-level security for people who are limited to some boroughs or platforms.

Their reads run as aurum_scoped (deploy/roles.sql), which sees only what is opened to it here: a table that a later
revision adds is closed to them until that revision opens it. The other roles bypass row-level security, so nothing
changes for their plans and their COPY. docs/decisions/0006 says why each table is as it is.

Each ALTER TABLE takes its lock for a moment and rewrites nothing; the busiest tables come last.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Settings of the transaction: boroughs by name, platforms by id or '*' for all. Empty or absent opens nothing.
BOROUGHS = "string_to_array(nullif(current_setting('app.boroughs', true), ''), ',')"
FUNCTIONS = f"""
CREATE FUNCTION aurum_platform_in_scope(platform uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT current_setting('app.platforms', true) = '*'
        OR platform::text = ANY (string_to_array(nullif(current_setting('app.platforms', true), ''), ','))
$$;

-- Children of a lead carry no borough. The function reads it as the owner: a policy may hold no subquery.
CREATE FUNCTION aurum_lead_in_scope(lead uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN EXISTS (SELECT FROM leads WHERE id = lead AND borough = ANY ({BOROUGHS}));
END $$;

-- What lies between a lead and a platform: within both limits. Who opens only one kind of thing has no limit on the
-- other; all five boroughs are no limit either.
CREATE FUNCTION aurum_delivery_in_scope(lead uuid, platform uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    boroughs CONSTANT text[] := {BOROUGHS};
    platforms CONSTANT text := nullif(current_setting('app.platforms', true), '');
BEGIN
    IF boroughs IS NULL AND platforms IS NULL THEN RETURN false; END IF;
    IF platforms <> '*' AND platform::text <> ALL (string_to_array(platforms, ',')) THEN RETURN false; END IF;
    IF boroughs IS NULL OR cardinality(boroughs) = 5 THEN RETURN true; END IF;
    RETURN EXISTS (SELECT FROM leads WHERE id = lead AND borough = ANY (boroughs));
END $$;
REVOKE ALL ON FUNCTION aurum_platform_in_scope(uuid), aurum_lead_in_scope(uuid), aurum_delivery_in_scope(uuid, uuid)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION aurum_platform_in_scope(uuid), aurum_lead_in_scope(uuid), aurum_delivery_in_scope(uuid, uuid)
    TO aurum_scoped;
"""

IN_BOROUGH = f"borough = ANY ({BOROUGHS})"
OF_LEAD = "aurum_lead_in_scope(lead_id)"
OF_PLATFORM = "aurum_platform_in_scope(platform_id)"
BETWEEN = "aurum_delivery_in_scope(lead_id, platform_id)"
POLICIES = {
    "nyc_zip_codes": IN_BOROUGH,
    "nyc_market_intelligence": IN_BOROUGH,
    # Names on a lead's deliveries: whoever opens leads, but no figures of platforms, may see them all.
    "b2b_platforms": "aurum_platform_in_scope(id) OR (nullif(current_setting('app.platforms', true), '') IS NULL"
    " AND nullif(current_setting('app.boroughs', true), '') IS NOT NULL)",
    "b2b_price_tiers": OF_PLATFORM,
    "b2b_statements": OF_PLATFORM,
    "b2b_payments": OF_PLATFORM,
    "b2b_disputes": OF_PLATFORM,
    "platform_performance": "aurum_platform_in_scope(platform_ref)",
    "revenue_metrics": "aurum_platform_in_scope(platform_ref)",  # the sum of all platforms (null): only without limit
    "ai_analyses": OF_LEAD,
    "lead_consents": OF_LEAD,
    "lead_consent_events": OF_LEAD,
    "lead_conversations": OF_LEAD,
    "lead_notes": OF_LEAD,
    "lead_quality_history": OF_LEAD,
    "lead_status_history": OF_LEAD,
    "lead_platform_ids": "aurum_delivery_in_scope(lead_ref, platform_ref)",
    "audit_log": "CASE WHEN entity_type = 'lead' THEN aurum_lead_in_scope(entity_id::uuid) ELSE false END",
    "b2b_lead_mappings": BETWEEN,
    "b2b_revenue_transactions": BETWEEN,
    "lead_exports": BETWEEN,
    # In this form the planner takes it for nearly always true. Lists name the boroughs themselves (within, in
    # queries/lead_filter.py), so counting the same condition twice would spoil their plans and totals.
    "leads": f"nullif({IN_BOROUGH}, false) IS NOT NULL",
}
# Of no borough and no platform, and no secret: names, public figures, when a rollup was made.
OPEN = (
    "ai_models", "campaigns", "lead_sources", "nyc_demographics", "nyc_electric_rates", "nyc_figure_sources",
    "nyc_incentives", "rollup_stamps",
)  # fmt: skip
# The same columns as the reader has; of accounts only the names.
RIGHTS = f"""
DO $$
DECLARE
    item text;
    columns text;
BEGIN
    FOREACH item IN ARRAY ARRAY{[*POLICIES, *OPEN]} LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute
        WHERE attrelid = item::regclass AND attnum > 0 AND NOT attisdropped
          AND has_column_privilege('aurum_reader', attrelid, attnum, 'SELECT');
        EXECUTE format('GRANT SELECT (%s) ON %I TO aurum_scoped', columns, item);
    END LOOP;
    GRANT SELECT (id, full_name) ON users TO aurum_scoped;
    GRANT USAGE ON SCHEMA public TO aurum_scoped;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.execute(FUNCTIONS.replace(":", r"\:"))
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY scoped ON {table} FOR SELECT TO aurum_scoped USING ({condition})".replace(":", r"\:")
        )
    op.execute(RIGHTS.replace(":", r"\:"))


def downgrade() -> None:
    """Take back."""
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM aurum_scoped")
    op.execute("REVOKE ALL ON SCHEMA public FROM aurum_scoped")
    for table in POLICIES:
        op.execute(f"DROP POLICY scoped ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION aurum_delivery_in_scope(uuid, uuid)")
    op.execute("DROP FUNCTION aurum_lead_in_scope(uuid)")
    op.execute("DROP FUNCTION aurum_platform_in_scope(uuid)")
