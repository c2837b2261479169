"""Create the materialized views, the partition functions and the rights of the roles.

The roles come from deploy/roles.sql. Rights are granted table by table from lists here, so that a table that a
later revision adds is closed until that revision opens it.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

VIEWS = """
CREATE MATERIALIZED VIEW mv_daily_revenue_summary AS
SELECT
    DATE(created_at) as date,
    COUNT(*) as total_leads,
    COUNT(*) FILTER (WHERE status = 'qualified') as qualified_leads,
    SUM(total_revenue_earned) as total_revenue,
    AVG(lead_score) as avg_lead_score
FROM leads
WHERE is_active = true
GROUP BY DATE(created_at);
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX ux_mv_daily_revenue_summary ON mv_daily_revenue_summary (date);

CREATE MATERIALIZED VIEW mv_platform_performance_summary AS
SELECT
    p.platform_name,
    DATE(le.created_at) as date,
    COUNT(*) as total_exports,
    AVG(le.commission_earned) as avg_commission
FROM lead_exports le
JOIN b2b_platforms p ON le.platform_id = p.id
GROUP BY p.platform_name, DATE(le.created_at);
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX ux_mv_platform_performance_summary ON mv_platform_performance_summary (platform_name, date);
"""

# One partition a month, bounded by New York months. The worker calls it as aurum_jobs, which owns nothing.
MAKE_PARTITIONS = """
CREATE FUNCTION aurum_make_partitions(first_month date, last_month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    parent regclass;
    month date;
    child text;
    made integer := 0;
BEGIN
    FOR parent IN
        SELECT t.partrelid::regclass FROM pg_partitioned_table t JOIN pg_class c ON c.oid = t.partrelid
        WHERE c.relnamespace = 'public'::regnamespace ORDER BY c.relname
    LOOP
        FOR month IN SELECT generate_series(date_trunc('month', first_month), date_trunc('month', last_month), '1 month')
        LOOP
            child := parent::text || '_p' || to_char(month, 'YYYYMM');
            CONTINUE WHEN to_regclass('public.' || quote_ident(child)) IS NOT NULL;
            EXECUTE format('CREATE TABLE public.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', child, parent,
                month::timestamp AT TIME ZONE 'America/New_York',
                (month + interval '1 month')::timestamp AT TIME ZONE 'America/New_York');
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION aurum_make_partitions(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION aurum_make_partitions(date, date) TO aurum_jobs;

CREATE FUNCTION aurum_drop_partitions(parent text, before_month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    child text;
    dropped integer := 0;
BEGIN
    FOR child IN
        SELECT c.relname FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
        WHERE p.relnamespace = 'public'::regnamespace AND p.relname = parent AND p.relkind = 'p'
          AND right(c.relname, 6) < to_char(before_month, 'YYYYMM') AND c.relname ~ '_p[0-9]{6}$'
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE public.%I', child);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION aurum_drop_partitions(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION aurum_drop_partitions(text, date) TO aurum_jobs;
"""

# Nobody but the owner changes these once written.
APPEND_ONLY = ("audit_log", "b2b_revenue_transactions", "lead_consent_events", "security_events")
# Columns and tables that the reader of the replica never sees.
HIDDEN_COLUMNS = ("password_hash", "token_hash", "ticket_hash", "nonce_hash", "key_hash", "code_hash")
HIDDEN_TABLES = ("sign_in_tickets", "user_recovery_codes")

RIGHTS = f"""
DO $$
DECLARE
    item record;
    columns text;
BEGIN
    FOR item IN
        SELECT relname AS name, relkind AS kind FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm') AND NOT relispartition
        ORDER BY relname
    LOOP
        IF item.kind = 'm' THEN
            EXECUTE format('GRANT SELECT ON %I TO aurum_app, aurum_reader', item.name);
            EXECUTE format('GRANT SELECT, MAINTAIN ON %I TO aurum_jobs', item.name);
            CONTINUE;
        END IF;
        IF item.name = 'alembic_version' THEN
            EXECUTE 'GRANT SELECT ON alembic_version TO aurum_app, aurum_jobs, aurum_reader';
            CONTINUE;
        END IF;
        EXECUTE format('GRANT SELECT, INSERT ON %I TO aurum_app', item.name);
        EXECUTE format('GRANT SELECT, INSERT, MAINTAIN ON %I TO aurum_jobs', item.name);
        IF item.name <> ALL (ARRAY{list(APPEND_ONLY)}) THEN
            EXECUTE format('GRANT UPDATE, DELETE ON %I TO aurum_app, aurum_jobs', item.name);
        END IF;
        SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO columns
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = item.name
          AND column_name NOT LIKE '%\\_encrypted' AND column_name <> ALL (ARRAY{list(HIDDEN_COLUMNS)});
        IF item.name <> ALL (ARRAY{list(HIDDEN_TABLES)}) THEN
            EXECUTE format('GRANT SELECT (%s) ON %I TO aurum_reader', columns, item.name);
        END IF;
    END LOOP;
END $$;
"""

BUSINESS_DAY = """
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'America/New_York'); END $$;
"""


def upgrade() -> None:
    """Apply."""
    for part in (VIEWS, MAKE_PARTITIONS, RIGHTS, BUSINESS_DAY):
        op.execute(part.replace(":", r"\:"))


def downgrade() -> None:
    """Take back."""
    for parent in ("aurum_app", "aurum_jobs", "aurum_reader"):
        op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {parent}")
    op.execute("DROP FUNCTION aurum_drop_partitions(text, date)")
    op.execute("DROP FUNCTION aurum_make_partitions(date, date)")
    op.execute("DROP MATERIALIZED VIEW mv_platform_performance_summary")
    op.execute("DROP MATERIALIZED VIEW mv_daily_revenue_summary")
