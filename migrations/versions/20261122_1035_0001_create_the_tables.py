"""Create the tables.

The first revision creates the schema plainly, on an empty database; every later one expands, migrates, contracts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist")


def upgrade() -> None:
    """Apply."""
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.create_table(
        "ai_insights",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("insight_type", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False, comment="revenue, market, quality, platform"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("confidence", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column(
            "expected_impact_usd", sa.Numeric(precision=12, scale=2), nullable=True, comment="per month, estimate"
        ),
        sa.Column("model_ref", sa.Uuid(), nullable=True, comment="ai_models.id"),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("validated_by", sa.Uuid(), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("implemented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "insight_type IN ('pattern', 'trend', 'recommendation')", name=op.f("ck_ai_insights_insight_type")
        ),
        sa.CheckConstraint(
            "status IN ('new', 'validated', 'rejected', 'implemented')", name=op.f("ck_ai_insights_status")
        ),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_ai_insights_confidence_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_insights")),
        info={"distribution": "local"},
    )
    op.create_index("idx_insight_status_created", "ai_insights", ["status", "created_at"], unique=False)
    op.create_table(
        "ai_models",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False, comment="lead_scoring, conversation, insight"),
        sa.Column("status", sa.Text(), server_default=sa.text("'testing'"), nullable=False),
        sa.Column("ab_group", sa.Text(), nullable=True, comment="name of the A/B test it takes part in"),
        sa.Column(
            "traffic_share",
            sa.Numeric(precision=7, scale=6),
            server_default=sa.text("0"),
            nullable=False,
            comment="of the purpose's requests",
        ),
        sa.Column(
            "configuration", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("requests_per_minute", sa.Integer(), server_default=sa.text("60"), nullable=False),
        sa.Column("requests_per_day", sa.Integer(), nullable=True),
        sa.Column("input_usd_per_1k_tokens", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("output_usd_per_1k_tokens", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column(
            "accuracy",
            sa.Numeric(precision=7, scale=6),
            nullable=True,
            comment="share of right calls on labelled leads",
        ),
        sa.Column(
            "auc",
            sa.Numeric(precision=7, scale=6),
            nullable=True,
            comment="area under the ROC curve, sold against not sold",
        ),
        sa.Column(
            "calibration_error", sa.Numeric(precision=7, scale=6), nullable=True, comment="expected calibration error"
        ),
        sa.Column("quality_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('testing', 'active', 'retired')", name=op.f("ck_ai_models_status")),
        sa.CheckConstraint("accuracy >= 0 AND accuracy <= 1", name=op.f("ck_ai_models_accuracy_range")),
        sa.CheckConstraint("auc >= 0 AND auc <= 1", name=op.f("ck_ai_models_auc_range")),
        sa.CheckConstraint("traffic_share >= 0 AND traffic_share <= 1", name=op.f("ck_ai_models_traffic_share_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_models")),
        sa.UniqueConstraint("model_name", "model_version", name=op.f("uq_ai_models_model_name_model_version")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("rule_name", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("comparison", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("notify_roles", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("minimum_interval_minutes", sa.Integer(), server_default=sa.text("60"), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("comparison IN ('above', 'below')", name=op.f("ck_alert_rules_comparison")),
        sa.CheckConstraint("severity IN ('info', 'warning', 'critical')", name=op.f("ck_alert_rules_severity")),
        sa.CheckConstraint("minimum_interval_minutes >= 1", name=op.f("ck_alert_rules_minimum_interval_minutes_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rules")),
        sa.UniqueConstraint("rule_name", name=op.f("uq_alert_rules_rule_name")),
        info={"distribution": "local"},
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("rule_ref", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("observed", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        info={"distribution": "local"},
    )
    op.create_index("ix_alerts_opened", "alerts", ["opened_at"], unique=False)
    op.create_index("ix_alerts_rule", "alerts", ["rule_ref", "opened_at"], unique=False)
    op.create_table(
        "app_flags",
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("flag", name=op.f("pk_app_flags")),
        info={"distribution": "local"},
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_user_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False, comment="source:subject:action"),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="ids, counts, old and new states; no contact data",
        ),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.PrimaryKeyConstraint("id", "occurred_at", name=op.f("pk_audit_log")),
        info={"distribution": "local"},
        postgresql_partition_by="RANGE (occurred_at)",
    )
    op.create_index("ix_audit_log_actor", "audit_log", ["actor_user_id", "occurred_at"], unique=False)
    op.create_index("ix_audit_log_entity", "audit_log", ["entity_type", "entity_id", "occurred_at"], unique=False)
    op.create_index("ix_audit_log_event", "audit_log", ["event", "occurred_at"], unique=False)
    op.create_index("ix_audit_log_occurred", "audit_log", ["occurred_at"], unique=False)
    op.create_table(
        "b2b_platforms",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("health", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consecutive_errors", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("delivery_method", sa.Text(), nullable=False),
        sa.Column("api_base_url", sa.Text(), nullable=True),
        sa.Column("api_version", sa.Text(), nullable=True),
        sa.Column(
            "credentials_encrypted",
            postgresql.BYTEA(),
            nullable=True,
            comment="AES-256-GCM, bound to this row and column",
        ),
        sa.Column("credentials_masked", sa.Text(), nullable=True),
        sa.Column("timeout_ms", sa.Integer(), server_default=sa.text("5000"), nullable=False),
        sa.Column("rate_limit_per_minute", sa.Integer(), server_default=sa.text("60"), nullable=False),
        sa.Column("max_attempts", sa.Integer(), server_default=sa.text("4"), nullable=False),
        sa.Column(
            "exclusive",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="buys leads that nobody else gets",
        ),
        sa.Column("max_buyers", sa.Integer(), server_default=sa.text("4"), nullable=False, comment="of a shared lead"),
        sa.Column("daily_cap", sa.Integer(), nullable=True, comment="leads per New York day; none: unlimited"),
        sa.Column("monthly_cap", sa.Integer(), nullable=True),
        sa.Column("accepted_boroughs", postgresql.ARRAY(sa.Text()), nullable=True, comment="none: all five"),
        sa.Column("minimum_score", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("minimum_monthly_bill_usd", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column(
            "commission_rate",
            sa.Numeric(precision=7, scale=6),
            server_default=sa.text("1"),
            nullable=False,
            comment="share of the price that Aurum keeps",
        ),
        sa.Column("return_window_hours", sa.Integer(), server_default=sa.text("72"), nullable=False),
        sa.Column(
            "return_cap_share",
            sa.Numeric(precision=7, scale=6),
            server_default=sa.text("0.10"),
            nullable=False,
            comment="of a month's accepted leads",
        ),
        sa.Column("payment_terms_days", sa.Integer(), server_default=sa.text("30"), nullable=False),
        sa.CheckConstraint(
            "delivery_method IN ('api_post', 'ping_post', 'email', 'csv_batch')",
            name=op.f("ck_b2b_platforms_delivery_method"),
        ),
        sa.CheckConstraint(
            "health IN ('healthy', 'degraded', 'down', 'unknown')", name=op.f("ck_b2b_platforms_health")
        ),
        sa.CheckConstraint("status IN ('active', 'paused', 'stopped')", name=op.f("ck_b2b_platforms_status")),
        sa.CheckConstraint(
            "commission_rate >= 0 AND commission_rate <= 1", name=op.f("ck_b2b_platforms_commission_rate_range")
        ),
        sa.CheckConstraint("daily_cap >= 0", name=op.f("ck_b2b_platforms_daily_cap_range")),
        sa.CheckConstraint(
            "return_cap_share >= 0 AND return_cap_share <= 1", name=op.f("ck_b2b_platforms_return_cap_share_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_b2b_platforms")),
        sa.UniqueConstraint("platform_name", name=op.f("uq_b2b_platforms_platform_name")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "error_logs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("error_id", sa.Text(), nullable=False, comment="short id shown on the screen"),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("error_type", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="without values or contact data"),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("user_ref", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", "occurred_at", name=op.f("pk_error_logs")),
        info={"distribution": "local"},
        postgresql_partition_by="RANGE (occurred_at)",
    )
    op.create_index("ix_error_logs_error_id", "error_logs", ["error_id"], unique=False)
    op.create_index("ix_error_logs_occurred", "error_logs", ["occurred_at"], unique=False)
    op.create_table(
        "health_samples",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("sampled_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("node", sa.Text(), nullable=False, comment="primary or replica"),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.CheckConstraint("node IN ('primary', 'replica')", name=op.f("ck_health_samples_node")),
        sa.PrimaryKeyConstraint("id", "sampled_at", name=op.f("pk_health_samples")),
        info={"distribution": "local"},
        postgresql_partition_by="RANGE (sampled_at)",
    )
    op.create_index("ix_health_samples_metric", "health_samples", ["metric", "node", "sampled_at"], unique=False)
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column(
            "source_system", sa.Text(), nullable=True, comment="facebook, google, hubspot, salesforce, typeform, other"
        ),
        sa.Column(
            "column_mapping", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("status", sa.Text(), server_default=sa.text("'loading'"), nullable=False),
        sa.Column("row_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("landed_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duplicate_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejected_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unsellable_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "next_line",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="where a killed import goes on",
        ),
        sa.Column("imported_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('loading', 'completed', 'failed', 'undone')", name=op.f("ck_import_batches_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("file_sha256", name=op.f("uq_import_batches_file_sha256")),
        info={"distribution": "local"},
    )
    op.create_index("ix_import_batches_started", "import_batches", ["started_at"], unique=False)
    op.create_table(
        "import_rejected_rows",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("batch_ref", sa.Uuid(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "row_encrypted", postgresql.BYTEA(), nullable=False, comment="AES-256-GCM, bound to this row and column"
        ),
        sa.Column("delete_after", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rejected_rows")),
        sa.UniqueConstraint("batch_ref", "line_number", name=op.f("uq_import_rejected_rows_batch_ref_line_number")),
        info={"distribution": "local"},
    )
    op.create_index("ix_import_rejected_rows_delete_after", "import_rejected_rows", ["delete_after"], unique=False)
    op.create_table(
        "inbox_messages",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="alert, reminder, job, security"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True, comment="page inside the application"),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_messages")),
        info={"distribution": "local"},
    )
    op.create_index("ix_inbox_messages_user", "inbox_messages", ["user_ref", "created_at"], unique=False)
    op.create_table(
        "lead_idempotency_keys",
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("lead_ref", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("idempotency_key", name=op.f("pk_lead_idempotency_keys")),
        info={"distribution": "local"},
    )
    op.create_table(
        "lead_platform_ids",
        sa.Column("platform_ref", sa.Uuid(), nullable=False),
        sa.Column("platform_lead_id", sa.Text(), nullable=False),
        sa.Column("lead_ref", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("platform_ref", "platform_lead_id", name=op.f("pk_lead_platform_ids")),
        info={"distribution": "local"},
    )
    op.create_index("ix_lead_platform_ids_platform_lead_id", "lead_platform_ids", ["platform_lead_id"], unique=False)
    op.create_table(
        "lead_sources",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column(
            "channel", sa.Text(), nullable=False, comment="paid_search, paid_social, organic, referral, partner, import"
        ),
        sa.Column("cost_per_lead_usd", sa.Numeric(precision=12, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cost_per_lead_usd >= 0", name=op.f("ck_lead_sources_cost_per_lead_usd_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_sources")),
        sa.UniqueConstraint("source_name", name=op.f("uq_lead_sources_source_name")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "nyc_figure_sources",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False, comment="column of nyc_zip_codes or nyc_demographics"),
        sa.Column("zip_code", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False, comment="measured or estimated"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.CheckConstraint("basis IN ('measured', 'estimated')", name=op.f("ck_nyc_figure_sources_basis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nyc_figure_sources")),
        sa.UniqueConstraint(
            "figure", "zip_code", name=op.f("uq_nyc_figure_sources_figure_zip_code"), postgresql_nulls_not_distinct=True
        ),
        info={"distribution": "reference"},
    )
    op.create_table(
        "nyc_incentive_usage",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("incentive_code", sa.Text(), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("lead_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "estimated_value_usd",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="sum over those leads: estimate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nyc_incentive_usage")),
        sa.UniqueConstraint(
            "incentive_code", "zip_code", "date", name=op.f("uq_nyc_incentive_usage_incentive_code_zip_code_date")
        ),
        info={"distribution": "reference"},
    )
    op.create_table(
        "nyc_incentives",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("incentive_code", sa.Text(), nullable=False),
        sa.Column("incentive_name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("utility", sa.Text(), nullable=True, comment="null: both"),
        sa.Column("zip_code", sa.Text(), nullable=True, comment="null: the whole city"),
        sa.Column(
            "basis",
            sa.Text(),
            nullable=False,
            comment="pct_cost, pct_cost_per_year, usd_per_watt, tax_exempt, assessment_exempt",
        ),
        sa.Column("amount", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("years", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "cap_usd", sa.Numeric(precision=12, scale=2), nullable=True, comment="per year where the basis is per year"
        ),
        sa.Column("eligibility", sa.Text(), nullable=False),
        sa.Column(
            "requirements",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="machine-readable: ownership, income, size limit, tax class",
        ),
        sa.Column("effective", postgresql.DATERANGE(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_grade", sa.Text(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("incentive_code"), "="),
            (sa.text("coalesce(zip_code, '')"), "="),
            (sa.column("effective"), "&&"),
            using="gist",
            name="ex_nyc_incentives_no_overlap",
        ),
        sa.CheckConstraint(
            "basis IN ('pct_cost', 'pct_cost_per_year', 'usd_per_watt', 'tax_exempt', 'assessment_exempt')",
            name=op.f("ck_nyc_incentives_basis"),
        ),
        sa.CheckConstraint("level IN ('federal', 'state', 'local', 'utility')", name=op.f("ck_nyc_incentives_level")),
        sa.CheckConstraint("utility IN ('CON_EDISON', 'PSEG_LI')", name=op.f("ck_nyc_incentives_utility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nyc_incentives")),
        info={"distribution": "reference"},
    )
    op.create_index("idx_incentive_zip_level", "nyc_incentives", ["zip_code", "level"], unique=False)
    op.create_table(
        "nyc_market_intelligence",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=False),
        sa.Column("borough", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("total_leads", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("qualified_leads", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "sold_leads", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="sales in the ledger"
        ),
        sa.Column(
            "total_revenue",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="ledger sum of the day, USD",
        ),
        sa.Column("average_lead_score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("average_monthly_bill_usd", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column(
            "solar_adoption_rate",
            sa.Numeric(precision=7, scale=6),
            nullable=True,
            comment="installations / owner households, estimate",
        ),
        sa.Column(
            "market_penetration",
            sa.Numeric(precision=7, scale=6),
            nullable=True,
            comment="our leads so far / owner households",
        ),
        sa.Column(
            "competition_intensity", sa.Numeric(precision=5, scale=2), nullable=True, comment="0 to 100, estimate"
        ),
        sa.Column("market_maturity", sa.Text(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nyc_market_intelligence")),
        sa.UniqueConstraint("zip_code", "date", name=op.f("uq_nyc_market_intelligence_zip_code_date")),
        info={"distribution": "local"},
    )
    op.create_index(
        "idx_nyc_adoption_revenue", "nyc_market_intelligence", ["solar_adoption_rate", "total_revenue"], unique=False
    )
    op.create_index("idx_nyc_intelligence_date", "nyc_market_intelligence", ["date", "borough"], unique=False)
    op.create_index("idx_nyc_zip_date", "nyc_market_intelligence", ["zip_code", "date"], unique=False)
    op.create_table(
        "nyc_zip_codes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=False),
        sa.Column("borough", sa.Text(), nullable=False),
        sa.Column("county_fips", sa.Text(), nullable=False),
        sa.Column("neighborhood", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="standard, po_box, unique"),
        sa.Column("is_residential", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("modzcta", sa.Text(), nullable=True, comment="the modified ZCTA whose census figures it shares"),
        sa.Column(
            "is_modzcta_primary",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="the one ZIP of its MODZCTA whose counts may be summed",
        ),
        sa.Column("latitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("median_age", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column(
            "median_household_income_usd", sa.Integer(), nullable=True, comment="interpolated from bands: estimate"
        ),
        sa.Column(
            "owner_share", sa.Numeric(precision=7, scale=6), nullable=True, comment="1 - renting / households: estimate"
        ),
        sa.Column(
            "low_rise_share",
            sa.Numeric(precision=7, scale=6),
            nullable=True,
            comment="share of homes on lots of one to four homes",
        ),
        sa.Column("median_home_value_usd", sa.Integer(), nullable=True, comment="empty until a source gives it"),
        sa.Column("utility", sa.Text(), nullable=False),
        sa.Column(
            "utility_needs_review",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="the utility depends on the address",
        ),
        sa.Column("average_electric_rate_usd_kwh", sa.Numeric(precision=14, scale=6), nullable=True),
        sa.Column(
            "peak_demand_kw", sa.Numeric(precision=10, scale=1), nullable=True, comment="empty until a source gives it"
        ),
        sa.Column("solar_installations", sa.Integer(), nullable=True, comment="estimate until measured"),
        sa.Column(
            "solar_adoption_rate",
            sa.Numeric(precision=7, scale=6),
            nullable=True,
            comment="installations / owner households",
        ),
        sa.Column("average_installation_cost_usd_per_watt", sa.Numeric(precision=14, scale=6), nullable=True),
        sa.Column(
            "average_annual_savings_usd",
            sa.Numeric(precision=12, scale=2),
            nullable=True,
            comment="of a typical home: estimate",
        ),
        sa.Column("installer_count", sa.Integer(), nullable=True),
        sa.Column("competition_intensity", sa.Numeric(precision=5, scale=2), nullable=True, comment="0 to 100"),
        sa.Column("market_saturation", sa.Numeric(precision=7, scale=6), nullable=True),
        sa.Column("market_maturity", sa.Text(), nullable=True, comment="emerging, growing, mature, saturated"),
        sa.Column(
            "solar_potential_score",
            sa.Numeric(precision=5, scale=2),
            nullable=True,
            comment="0 to 100, rules/market.py",
        ),
        sa.Column("is_high_value", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "borough IN ('Manhattan', 'Bronx', 'Brooklyn', 'Queens', 'Staten Island')",
            name=op.f("ck_nyc_zip_codes_borough"),
        ),
        sa.CheckConstraint("kind IN ('standard', 'po_box', 'unique')", name=op.f("ck_nyc_zip_codes_kind")),
        sa.CheckConstraint(
            "market_maturity IN ('emerging', 'growing', 'mature', 'saturated')",
            name=op.f("ck_nyc_zip_codes_market_maturity"),
        ),
        sa.CheckConstraint("utility IN ('CON_EDISON', 'PSEG_LI')", name=op.f("ck_nyc_zip_codes_utility")),
        sa.CheckConstraint("zip_code ~ '^[0-9]{5}$'", name=op.f("ck_nyc_zip_codes_zip_code_format")),
        sa.CheckConstraint("owner_share >= 0 AND owner_share <= 1", name=op.f("ck_nyc_zip_codes_owner_share_range")),
        sa.CheckConstraint(
            "solar_adoption_rate >= 0 AND solar_adoption_rate <= 1",
            name=op.f("ck_nyc_zip_codes_solar_adoption_rate_range"),
        ),
        sa.CheckConstraint(
            "solar_potential_score >= 0 AND solar_potential_score <= 100",
            name=op.f("ck_nyc_zip_codes_solar_potential_score_range"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nyc_zip_codes")),
        sa.UniqueConstraint("zip_code", name=op.f("uq_nyc_zip_codes_zip_code")),
        info={"distribution": "reference"},
    )
    op.create_index("idx_zip_borough_income", "nyc_zip_codes", ["borough", "median_household_income_usd"], unique=False)
    op.create_index("idx_zip_income", "nyc_zip_codes", ["median_household_income_usd"], unique=False)
    op.create_index("idx_zip_solar_potential", "nyc_zip_codes", ["solar_potential_score", "borough"], unique=False)
    op.create_table(
        "platform_health_checks",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform_ref", sa.Uuid(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("response_ms", sa.Numeric(precision=10, scale=1), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", "checked_at", name=op.f("pk_platform_health_checks")),
        info={"distribution": "local"},
        postgresql_partition_by="RANGE (checked_at)",
    )
    op.create_index(
        "ix_platform_health_checks_platform", "platform_health_checks", ["platform_ref", "checked_at"], unique=False
    )
    op.create_table(
        "platform_performance",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_ref", sa.Uuid(), nullable=False, comment="b2b_platforms.id"),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("total_exports", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "accepted_exports",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="accepted when delivered, returned later or not",
        ),
        sa.Column("rejected_exports", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "failed_exports", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="errors and timeouts"
        ),
        sa.Column(
            "returned_leads",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="returns that happened on this day",
        ),
        sa.Column(
            "acceptance_rate",
            sa.Numeric(precision=7, scale=6),
            nullable=True,
            comment="accepted / (accepted + rejected)",
        ),
        sa.Column("error_rate", sa.Numeric(precision=7, scale=6), nullable=True, comment="failed / all deliveries"),
        sa.Column("average_response_ms", sa.Numeric(precision=10, scale=1), nullable=True),
        sa.Column("p95_response_ms", sa.Numeric(precision=10, scale=1), nullable=True),
        sa.Column(
            "uptime_share", sa.Numeric(precision=7, scale=6), nullable=True, comment="health checks that succeeded"
        ),
        sa.Column(
            "total_revenue",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="ledger sum of the day, USD",
        ),
        sa.Column(
            "customer_satisfaction",
            sa.Numeric(precision=3, scale=2),
            nullable=True,
            comment="1 to 5, mean of what leads sold to it answered",
        ),
        sa.Column("computed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "acceptance_rate >= 0 AND acceptance_rate <= 1", name=op.f("ck_platform_performance_acceptance_rate_range")
        ),
        sa.CheckConstraint(
            "customer_satisfaction >= 1 AND customer_satisfaction <= 5",
            name=op.f("ck_platform_performance_customer_satisfaction_range"),
        ),
        sa.CheckConstraint(
            "error_rate >= 0 AND error_rate <= 1", name=op.f("ck_platform_performance_error_rate_range")
        ),
        sa.CheckConstraint(
            "uptime_share >= 0 AND uptime_share <= 1", name=op.f("ck_platform_performance_uptime_share_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_performance")),
        sa.UniqueConstraint("platform_ref", "date", name=op.f("uq_platform_performance_platform_ref_date")),
        info={"distribution": "local"},
    )
    op.create_index(
        "idx_platform_acceptance_revenue", "platform_performance", ["acceptance_rate", "total_revenue"], unique=False
    )
    op.create_index("idx_platform_performance_date", "platform_performance", ["date", "platform_ref"], unique=False)
    op.create_table(
        "retention_policies",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("data_type", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("time_column", sa.Text(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "action IN ('anonymize', 'soft_delete', 'hard_delete', 'drop_partition')",
            name=op.f("ck_retention_policies_action"),
        ),
        sa.CheckConstraint("retention_days > 0", name=op.f("ck_retention_policies_retention_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_policies")),
        sa.UniqueConstraint("data_type", name=op.f("uq_retention_policies_data_type")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("data_type", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cutoff", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows_affected", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "rows_held", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="kept by a legal hold"
        ),
        sa.Column("outcome", sa.Text(), server_default=sa.text("'running'"), nullable=False),
        sa.CheckConstraint("outcome IN ('running', 'completed', 'failed')", name=op.f("ck_retention_runs_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
        info={"distribution": "local"},
    )
    op.create_index("ix_retention_runs_type", "retention_runs", ["data_type", "started_at"], unique=False)
    op.create_table(
        "revenue_metrics",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("date", sa.Date(), nullable=False, comment="first day of the period"),
        sa.Column("period_type", sa.Text(), nullable=False),
        sa.Column("platform_ref", sa.Uuid(), nullable=True, comment="b2b_platforms.id; null: all platforms"),
        sa.Column("total_leads", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "qualified_leads",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="leads that became qualified on these days",
        ),
        sa.Column(
            "exported_leads", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="deliveries made"
        ),
        sa.Column(
            "sold_leads", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="sales in the ledger"
        ),
        sa.Column("returned_leads", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sales_usd", sa.Numeric(precision=12, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("returns_usd", sa.Numeric(precision=12, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("adjustments_usd", sa.Numeric(precision=12, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "total_revenue",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="sales + returns + adjustments, USD",
        ),
        sa.Column(
            "acquisition_cost_usd",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="campaign cost of these days; all platforms only",
        ),
        sa.Column("average_price_usd", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("conversion_rate", sa.Numeric(precision=7, scale=6), nullable=True, comment="sold / total leads"),
        sa.Column(
            "growth_rate",
            sa.Numeric(precision=14, scale=6),
            nullable=True,
            comment="revenue against the period before, 0.1 = +10 %",
        ),
        sa.Column("computed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "period_type IN ('daily', 'weekly', 'monthly')", name=op.f("ck_revenue_metrics_period_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revenue_metrics")),
        sa.UniqueConstraint(
            "period_type",
            "date",
            "platform_ref",
            name=op.f("uq_revenue_metrics_period_type_date_platform_ref"),
            postgresql_nulls_not_distinct=True,
        ),
        info={"distribution": "local"},
    )
    op.create_index("idx_revenue_date_period", "revenue_metrics", ["date", "period_type"], unique=False)
    op.create_index("idx_revenue_qualified_sold", "revenue_metrics", ["qualified_leads", "sold_leads"], unique=False)
    op.create_table(
        "roles",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("role_name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_system", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("role_name", name=op.f("uq_roles_role_name")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "rollup_changes",
        sa.Column("rollup", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("rollup", "date", name=op.f("pk_rollup_changes")),
        info={"distribution": "local"},
    )
    op.create_table(
        "consent_summary",
        sa.Column("consent_kind", sa.Text(), nullable=False),
        sa.Column("consent_state", sa.Text(), nullable=False),
        sa.Column("lead_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "consent_kind IN ('tcpa_express_written', 'email_marketing', 'sms_marketing', 'data_sharing_named_sellers')",
            name=op.f("ck_consent_summary_consent_kind"),
        ),
        sa.CheckConstraint(
            "consent_state IN ('given', 'withdrawn', 'expired', 'unproven')",
            name=op.f("ck_consent_summary_consent_state"),
        ),
        sa.PrimaryKeyConstraint("consent_kind", "consent_state", name=op.f("pk_consent_summary")),
    )
    op.create_table(
        "rollup_stamps",
        sa.Column("rollup", sa.Text(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("rollup", name=op.f("pk_rollup_stamps")),
        info={"distribution": "local"},
    )
    op.create_table(
        "security_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("user_ref", sa.Uuid(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("severity IN ('info', 'warning', 'critical')", name=op.f("ck_security_events_severity")),
        sa.PrimaryKeyConstraint("id", "occurred_at", name=op.f("pk_security_events")),
        info={"distribution": "local"},
        postgresql_partition_by="RANGE (occurred_at)",
    )
    op.create_index("ix_security_events_occurred", "security_events", ["occurred_at", "severity"], unique=False)
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("username", sa.Text(), nullable=False, comment="as typed, cut at 80 characters"),
        sa.Column("user_ref", sa.Uuid(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column(
            "outcome", sa.Text(), nullable=False, comment="success, wrong_password, unknown_user, wrong_code, blocked"
        ),
        sa.CheckConstraint(
            "outcome IN ('success', 'wrong_password', 'unknown_user', 'wrong_code', 'blocked')",
            name=op.f("ck_sign_in_attempts_outcome"),
        ),
        sa.PrimaryKeyConstraint("id", "attempted_at", name=op.f("pk_sign_in_attempts")),
        info={"distribution": "local"},
        postgresql_partition_by="RANGE (attempted_at)",
    )
    op.create_index("ix_sign_in_attempts_address", "sign_in_attempts", ["address", "attempted_at"], unique=False)
    op.create_index("ix_sign_in_attempts_username", "sign_in_attempts", ["username", "attempted_at"], unique=False)
    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("token_hash", postgresql.BYTEA(), nullable=False, comment="keyed hash, for equality search"),
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.Column("auth_epoch", sa.Integer(), nullable=False, comment="must equal the user's"),
        sa.Column("second_factor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_sessions_token_hash")),
        info={"distribution": "local"},
    )
    op.create_index("ix_sign_in_sessions_expires_at", "sign_in_sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sign_in_sessions_user_ref"), "sign_in_sessions", ["user_ref"], unique=False)
    op.create_table(
        "sign_in_tickets",
        sa.Column("ticket_hash", postgresql.BYTEA(), nullable=False, comment="keyed hash, for equality search"),
        sa.Column("nonce_hash", postgresql.BYTEA(), nullable=False, comment="keyed hash, for equality search"),
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_hash", name=op.f("pk_sign_in_tickets")),
        info={"distribution": "local"},
    )
    op.create_table(
        "suppression_list",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("contact_kind", sa.Text(), nullable=False),
        sa.Column("contact_hash", postgresql.BYTEA(), nullable=False, comment="keyed hash, for equality search"),
        sa.Column(
            "key_version", sa.Integer(), nullable=False, comment="of the hash key; old versions are kept for matching"
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="erasure, opt_out, do_not_call, litigator"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("contact_kind IN ('phone', 'email')", name=op.f("ck_suppression_list_contact_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression_list")),
        sa.UniqueConstraint("contact_kind", "contact_hash", name=op.f("uq_suppression_list_contact_kind_contact_hash")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "user_activity_logs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", "occurred_at", name=op.f("pk_user_activity_logs")),
        info={"distribution": "local"},
        postgresql_partition_by="RANGE (occurred_at)",
    )
    op.create_index("ix_user_activity_logs_user", "user_activity_logs", ["user_ref", "occurred_at"], unique=False)
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visitor_ref", sa.Uuid(), nullable=False, comment="pseudonymous visitor id of the web site"),
        sa.Column("lead_ref", sa.Uuid(), nullable=True, comment="leads.id when the visit became a lead"),
        sa.Column("funnel_step", sa.Text(), nullable=False, comment="visit, calculator, form_start, form_submit"),
        sa.Column("converted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("pages_viewed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("engaged_seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("landing_page", sa.Text(), nullable=True),
        sa.Column("referrer_domain", sa.Text(), nullable=True),
        sa.Column("utm_source", sa.Text(), nullable=True),
        sa.Column("utm_medium", sa.Text(), nullable=True),
        sa.Column("utm_campaign", sa.Text(), nullable=True),
        sa.Column("utm_term", sa.Text(), nullable=True),
        sa.Column("utm_content", sa.Text(), nullable=True),
        sa.Column("device_type", sa.Text(), nullable=False, comment="mobile, desktop, tablet"),
        sa.Column("browser", sa.Text(), nullable=True),
        sa.Column("operating_system", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("zip_code", sa.Text(), nullable=True, comment="from the form or the network address, coarse"),
        sa.CheckConstraint("device_type IN ('mobile', 'desktop', 'tablet')", name=op.f("ck_user_sessions_device_type")),
        sa.CheckConstraint(
            "funnel_step IN ('visit', 'calculator', 'form_start', 'form_submit')",
            name=op.f("ck_user_sessions_funnel_step"),
        ),
        sa.PrimaryKeyConstraint("id", "started_at", name=op.f("pk_user_sessions")),
        info={"distribution": "local"},
        postgresql_partition_by="RANGE (started_at)",
    )
    op.create_index("ix_user_sessions_lead", "user_sessions", ["lead_ref"], unique=False)
    op.create_index("ix_user_sessions_started", "user_sessions", ["started_at", "utm_source"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("username", sa.Text(), nullable=False, comment="lower case"),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column(
            "email_encrypted", postgresql.BYTEA(), nullable=True, comment="AES-256-GCM, bound to this row and column"
        ),
        sa.Column("email_hash", postgresql.BYTEA(), nullable=True, comment="keyed hash, for equality search"),
        sa.Column("email_masked", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column(
            "is_sample",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="invented person of the local sample data",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="argon2id"),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "auth_epoch",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="raised to end all sessions: password, role, factor or status change",
        ),
        sa.Column(
            "totp_secret_encrypted",
            postgresql.BYTEA(),
            nullable=True,
            comment="AES-256-GCM, bound to this row and column",
        ),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "totp_last_step", sa.BigInteger(), nullable=True, comment="last used 30 s step: each code is good once"
        ),
        sa.Column("failed_attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True, comment="back-off after failed attempts"),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("privacy_notice_version", sa.Text(), nullable=True),
        sa.Column("privacy_notice_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True, comment="last working day; retention counts from here"),
        sa.Column("retain_until", sa.Date(), nullable=True, comment="personal data is removed after this day"),
        sa.Column("anonymized_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('invited', 'active', 'disabled')", name=op.f("ck_users_status")),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_users_username_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("key_name", sa.Text(), nullable=False),
        sa.Column("key_prefix", sa.Text(), nullable=False, comment="visible part"),
        sa.Column("key_hash", postgresql.BYTEA(), nullable=False, comment="keyed hash, for equality search"),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("allowed_addresses", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("rate_limit_per_minute", sa.Integer(), server_default=sa.text("60"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_api_keys_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        sa.UniqueConstraint("key_prefix", name=op.f("uq_api_keys_key_prefix")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "b2b_price_tiers",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("lead_quality", sa.Text(), nullable=False),
        sa.Column("borough", sa.Text(), nullable=True, comment="none: all five"),
        sa.Column("price_usd", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("effective", postgresql.DATERANGE(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("platform_id"), "="),
            (sa.column("lead_quality"), "="),
            (sa.text("coalesce(borough, '')"), "="),
            (sa.column("effective"), "&&"),
            using="gist",
            name="ex_b2b_price_tiers_no_overlap",
        ),
        sa.CheckConstraint(
            "borough IN ('Manhattan', 'Bronx', 'Brooklyn', 'Queens', 'Staten Island')",
            name=op.f("ck_b2b_price_tiers_borough"),
        ),
        sa.CheckConstraint(
            "lead_quality IN ('premium', 'standard', 'basic', 'unqualified')",
            name=op.f("ck_b2b_price_tiers_lead_quality"),
        ),
        sa.CheckConstraint("price_usd >= 0", name=op.f("ck_b2b_price_tiers_price_usd_range")),
        sa.ForeignKeyConstraint(["platform_id"], ["b2b_platforms.id"], name=op.f("fk_b2b_price_tiers_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_b2b_price_tiers")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "b2b_statements",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False, comment="last day, included"),
        sa.Column("statement_number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("sales_usd", sa.Numeric(precision=12, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("returns_usd", sa.Numeric(precision=12, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column("adjustments_usd", sa.Numeric(precision=12, scale=2), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "total_usd",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="sales + returns + adjustments of the period's ledger",
        ),
        sa.Column(
            "paid_usd",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="sum of its payments",
        ),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'sent', 'partly_paid', 'paid', 'disputed')", name=op.f("ck_b2b_statements_status")
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_b2b_statements_period")),
        sa.CheckConstraint(
            "total_usd = sales_usd + returns_usd + adjustments_usd", name=op.f("ck_b2b_statements_total")
        ),
        sa.ForeignKeyConstraint(["platform_id"], ["b2b_platforms.id"], name=op.f("fk_b2b_statements_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_b2b_statements")),
        sa.UniqueConstraint("platform_id", "period_start", name=op.f("uq_b2b_statements_platform_id_period_start")),
        sa.UniqueConstraint("statement_number", name=op.f("uq_b2b_statements_statement_number")),
        info={"distribution": "reference"},
    )
    op.create_index("idx_statement_status_due", "b2b_statements", ["status", "due_on"], unique=False)
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True, comment="the advertising platform's id"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["lead_sources.id"], name=op.f("fk_campaigns_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("source_id", "campaign_name", name=op.f("uq_campaigns_source_id_campaign_name")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_campaigns_source_id"), "campaigns", ["source_id"], unique=False)
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lead_ref", sa.Uuid(), nullable=True, comment="one lead; null: everything of the data type"),
        sa.Column("data_type", sa.Text(), nullable=True),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["placed_by"], ["users.id"], name=op.f("fk_legal_holds_placed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
        info={"distribution": "reference"},
    )
    op.create_index("ix_legal_holds_lead", "legal_holds", ["lead_ref"], unique=False)
    op.create_table(
        "nyc_demographics",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=False),
        sa.Column("acs_year", sa.Integer(), nullable=False, comment="last year of the five"),
        sa.Column("modzcta", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_margin", sa.Integer(), nullable=True, comment="90 % margin of error"),
        sa.Column("age_under_18", sa.Integer(), nullable=True),
        sa.Column("age_18_34", sa.Integer(), nullable=True),
        sa.Column("age_35_54", sa.Integer(), nullable=True),
        sa.Column("age_55_64", sa.Integer(), nullable=True),
        sa.Column("age_65_plus", sa.Integer(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("households_margin", sa.Integer(), nullable=True),
        sa.Column("income_under_25k", sa.Integer(), nullable=True),
        sa.Column("income_25k_50k", sa.Integer(), nullable=True),
        sa.Column("income_50k_75k", sa.Integer(), nullable=True),
        sa.Column("income_75k_100k", sa.Integer(), nullable=True),
        sa.Column("income_100k_150k", sa.Integer(), nullable=True),
        sa.Column("income_150k_200k", sa.Integer(), nullable=True),
        sa.Column("income_200k_plus", sa.Integer(), nullable=True),
        sa.Column(
            "median_household_income_usd", sa.Integer(), nullable=True, comment="interpolated from bands: estimate"
        ),
        sa.Column("education_population", sa.Integer(), nullable=True, comment="people of 25 years and more"),
        sa.Column("education_high_school", sa.Integer(), nullable=True),
        sa.Column("education_bachelor", sa.Integer(), nullable=True),
        sa.Column("education_graduate", sa.Integer(), nullable=True),
        sa.Column("renting_households", sa.Integer(), nullable=True),
        sa.Column("mortgaged_households", sa.Integer(), nullable=True),
        sa.Column("heating_gas", sa.Integer(), nullable=True),
        sa.Column("heating_electric", sa.Integer(), nullable=True),
        sa.Column("heating_oil", sa.Integer(), nullable=True),
        sa.Column("heating_solar", sa.Integer(), nullable=True),
        sa.Column("heating_other", sa.Integer(), nullable=True),
        sa.Column("vehicles_none", sa.Integer(), nullable=True, comment="households without a vehicle"),
        sa.Column("vehicles_one", sa.Integer(), nullable=True),
        sa.Column("vehicles_two_plus", sa.Integer(), nullable=True),
        sa.Column("computer_households", sa.Integer(), nullable=True),
        sa.Column("broadband_households", sa.Integer(), nullable=True),
        sa.Column("language_english_only", sa.Integer(), nullable=True),
        sa.Column("language_spanish", sa.Integer(), nullable=True),
        sa.Column("language_other", sa.Integer(), nullable=True),
        sa.Column(
            "environmental_consciousness_score",
            sa.Numeric(precision=5, scale=2),
            nullable=True,
            comment="0 to 100, rules/market.py",
        ),
        sa.Column(
            "technology_adoption_score",
            sa.Numeric(precision=5, scale=2),
            nullable=True,
            comment="0 to 100, rules/market.py",
        ),
        sa.CheckConstraint(
            "environmental_consciousness_score >= 0 AND environmental_consciousness_score <= 100",
            name=op.f("ck_nyc_demographics_environmental_consciousness_score_range"),
        ),
        sa.CheckConstraint(
            "technology_adoption_score >= 0 AND technology_adoption_score <= 100",
            name=op.f("ck_nyc_demographics_technology_adoption_score_range"),
        ),
        sa.ForeignKeyConstraint(["zip_code"], ["nyc_zip_codes.zip_code"], name=op.f("fk_nyc_demographics_zip_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nyc_demographics")),
        sa.UniqueConstraint("zip_code", "acs_year", name=op.f("uq_nyc_demographics_zip_code_acs_year")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "nyc_electric_rates",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("utility", sa.Text(), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=True, comment="null: the utility's whole territory"),
        sa.Column("rate_plan", sa.Text(), nullable=False, comment="CE_SC1_R1, CE_SC1_R3_TOU, LI_194 ..."),
        sa.Column(
            "component",
            sa.Text(),
            nullable=False,
            comment="customer_charge, delivery, supply, demand, solar_charge, all_in_average",
        ),
        sa.Column(
            "season",
            sa.Text(),
            server_default=sa.text("'all'"),
            nullable=False,
            comment="all, summer, winter, or a month 01 to 12",
        ),
        sa.Column(
            "time_of_use",
            sa.Text(),
            server_default=sa.text("'all'"),
            nullable=False,
            comment="all, peak, off_peak, super_peak ...",
        ),
        sa.Column(
            "tier_from_kwh",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="monthly use from which it applies",
        ),
        sa.Column(
            "unit",
            sa.Text(),
            nullable=False,
            comment="usd_per_kwh, usd_per_month, usd_per_day, usd_per_kw, usd_per_kw_month",
        ),
        sa.Column("rate", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("effective", postgresql.DATERANGE(), nullable=False),
        sa.Column("is_solar_specific", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "source_grade", sa.Text(), nullable=False, comment="A official, B secondary, C single source, D derived"
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("utility"), "="),
            (sa.text("coalesce(zip_code, '')"), "="),
            (sa.column("rate_plan"), "="),
            (sa.column("component"), "="),
            (sa.column("season"), "="),
            (sa.column("time_of_use"), "="),
            (sa.column("tier_from_kwh"), "="),
            (sa.column("effective"), "&&"),
            using="gist",
            name="ex_nyc_electric_rates_no_overlap",
        ),
        sa.CheckConstraint(
            "source_grade IN ('A', 'B', 'C', 'D', 'GK')", name=op.f("ck_nyc_electric_rates_source_grade")
        ),
        sa.CheckConstraint("utility IN ('CON_EDISON', 'PSEG_LI')", name=op.f("ck_nyc_electric_rates_utility")),
        sa.ForeignKeyConstraint(["corrected_by"], ["users.id"], name=op.f("fk_nyc_electric_rates_corrected_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nyc_electric_rates")),
        info={"distribution": "reference"},
    )
    op.create_index("idx_rate_utility_plan", "nyc_electric_rates", ["utility", "rate_plan", "component"], unique=False)
    op.create_table(
        "privacy_requests",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("request_number", sa.Text(), nullable=False),
        sa.Column("request_type", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'identity_unverified'"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("acknowledge_due", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "hard_stop_on", sa.Date(), nullable=False, comment="last lawful day, with the extension if there is one"
        ),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("denial_reason", sa.Text(), nullable=True, comment="the person will read it"),
        sa.Column("subject_name", sa.Text(), nullable=True),
        sa.Column(
            "contact_encrypted", postgresql.BYTEA(), nullable=True, comment="phone or email the person gave, encrypted"
        ),
        sa.Column("contact_masked", sa.Text(), nullable=True),
        sa.Column("phone_hash", postgresql.BYTEA(), nullable=True, comment="keyed hash, for equality search"),
        sa.Column("email_hash", postgresql.BYTEA(), nullable=True, comment="keyed hash, for equality search"),
        sa.Column("identity_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identity_verified_by", sa.Uuid(), nullable=True),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "request_type IN ('access', 'erasure', 'portability', 'correction', 'consent_withdrawal')",
            name=op.f("ck_privacy_requests_request_type"),
        ),
        sa.CheckConstraint(
            "source IN ('web_form', 'email', 'phone', 'post', 'agent')", name=op.f("ck_privacy_requests_source")
        ),
        sa.CheckConstraint(
            "status <> 'denied' OR denial_reason IS NOT NULL", name=op.f("ck_privacy_requests_denial_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('identity_unverified', 'received', 'in_progress', 'on_hold', 'completed', 'denied', 'duplicate', 'cancelled')",
            name=op.f("ck_privacy_requests_status"),
        ),
        sa.ForeignKeyConstraint(["assigned_to"], ["users.id"], name=op.f("fk_privacy_requests_assigned_to")),
        sa.ForeignKeyConstraint(
            ["identity_verified_by"], ["users.id"], name=op.f("fk_privacy_requests_identity_verified_by")
        ),
        sa.ForeignKeyConstraint(["submitted_by"], ["users.id"], name=op.f("fk_privacy_requests_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_requests")),
        sa.UniqueConstraint("request_number", name=op.f("uq_privacy_requests_request_number")),
        info={"distribution": "reference"},
    )
    op.create_index("idx_request_received", "privacy_requests", ["received_on"], unique=False)
    op.create_index("idx_request_status_due", "privacy_requests", ["status", "due_on"], unique=False)
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("view_name", sa.Text(), nullable=False),
        sa.Column(
            "definition", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("default_for_role", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("owner_id", "page", "view_name", name=op.f("uq_saved_views_owner_id_page_view_name")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "user_permissions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("is_system", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("num_nonnulls(role_id, user_id) = 1", name=op.f("ck_user_permissions_one_holder")),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name=op.f("fk_user_permissions_granted_by")),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_user_permissions_role_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_permissions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_permissions")),
        sa.UniqueConstraint(
            "role_id",
            "user_id",
            "resource",
            "action",
            name=op.f("uq_user_permissions_role_id_user_id_resource_action"),
            postgresql_nulls_not_distinct=True,
        ),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_user_permissions_user_id"), "user_permissions", ["user_id"], unique=False)
    op.create_table(
        "user_recovery_codes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", postgresql.BYTEA(), nullable=False, comment="keyed hash, for equality search"),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_recovery_codes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_recovery_codes")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_user_recovery_codes_user_id"), "user_recovery_codes", ["user_id"], unique=False)
    op.create_table(
        "user_roles",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scope_boroughs", postgresql.ARRAY(sa.Text()), nullable=True, comment="null: all"),
        sa.Column("scope_platforms", postgresql.ARRAY(sa.Uuid()), nullable=True, comment="null: all"),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name=op.f("fk_user_roles_granted_by")),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_user_roles_role_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_roles_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_roles")),
        sa.UniqueConstraint("user_id", "role_id", name=op.f("uq_user_roles_user_id_role_id")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_user_roles_role_id"), "user_roles", ["role_id"], unique=False)
    op.create_table(
        "b2b_disputes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("amount_usd", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.CheckConstraint("status IN ('open', 'accepted', 'refused')", name=op.f("ck_b2b_disputes_status")),
        sa.CheckConstraint("amount_usd >= 0", name=op.f("ck_b2b_disputes_amount_usd_range")),
        sa.ForeignKeyConstraint(["platform_id"], ["b2b_platforms.id"], name=op.f("fk_b2b_disputes_platform_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["b2b_statements.id"], name=op.f("fk_b2b_disputes_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_b2b_disputes")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_b2b_disputes_statement_id"), "b2b_disputes", ["statement_id"], unique=False)
    op.create_table(
        "b2b_payments",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("amount_usd", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column(
            "reference_encrypted",
            postgresql.BYTEA(),
            nullable=True,
            comment="AES-256-GCM, bound to this row and column",
        ),
        sa.Column("reference_masked", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.CheckConstraint("method IN ('ach', 'wire', 'card', 'check')", name=op.f("ck_b2b_payments_method")),
        sa.CheckConstraint("amount_usd > 0", name=op.f("ck_b2b_payments_amount")),
        sa.ForeignKeyConstraint(["platform_id"], ["b2b_platforms.id"], name=op.f("fk_b2b_payments_platform_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_b2b_payments_recorded_by")),
        sa.ForeignKeyConstraint(["statement_id"], ["b2b_statements.id"], name=op.f("fk_b2b_payments_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_b2b_payments")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_b2b_payments_idempotency_key")),
        info={"distribution": "reference"},
    )
    op.create_index("idx_payment_received", "b2b_payments", ["received_on", "platform_id"], unique=False)
    op.create_index(op.f("ix_b2b_payments_statement_id"), "b2b_payments", ["statement_id"], unique=False)
    op.create_table(
        "campaign_costs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("cost_usd", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("impressions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("clicks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("cost_usd >= 0", name=op.f("ck_campaign_costs_cost_usd_range")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_costs_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_costs")),
        sa.UniqueConstraint("campaign_id", "date", name=op.f("uq_campaign_costs_campaign_id_date")),
        info={"distribution": "reference"},
    )
    op.create_index("ix_campaign_costs_date", "campaign_costs", ["date"], unique=False)
    op.create_table(
        "leads",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "version",
            sa.Integer(),
            server_default=sa.text("1"),
            nullable=False,
            comment="counts changes; guards against overwriting",
        ),
        sa.Column(
            "is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False, comment="false: soft-deleted"
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True, comment="personal data removed on request"),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column(
            "full_name",
            sa.Text(),
            sa.Computed("nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "phone_encrypted", postgresql.BYTEA(), nullable=True, comment="AES-256-GCM, bound to this row and column"
        ),
        sa.Column("phone_hash", postgresql.BYTEA(), nullable=True, comment="keyed hash, for equality search"),
        sa.Column("phone_masked", sa.Text(), nullable=True, comment="last four digits"),
        sa.Column(
            "email_encrypted", postgresql.BYTEA(), nullable=True, comment="AES-256-GCM, bound to this row and column"
        ),
        sa.Column("email_hash", postgresql.BYTEA(), nullable=True, comment="keyed hash, for equality search"),
        sa.Column("email_masked", sa.Text(), nullable=True, comment="first letter and domain"),
        sa.Column("preferred_language", sa.Text(), server_default=sa.text("'en'"), nullable=False, comment="ISO 639-1"),
        sa.Column("do_not_call", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("property_address", sa.Text(), nullable=True, comment="street line as given, e.g. 123 Main Street"),
        sa.Column("house_number", sa.Text(), nullable=True),
        sa.Column("street_name", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'NY'"), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=False),
        sa.Column("borough", sa.Text(), nullable=False),
        sa.Column(
            "address_key", sa.Text(), nullable=True, comment="normalised street line, unit and ZIP: finds duplicates"
        ),
        sa.Column("bbl", sa.Text(), nullable=True, comment="borough, block and lot: ten digits"),
        sa.Column("property_type", sa.Text(), nullable=True),
        sa.Column("ownership", sa.Text(), nullable=True),
        sa.Column("roof_type", sa.Text(), nullable=True),
        sa.Column("roof_area_m2", sa.Numeric(precision=8, scale=1), nullable=True),
        sa.Column("roof_age_years", sa.Integer(), nullable=True),
        sa.Column("utility", sa.Text(), nullable=False),
        sa.Column("rate_plan", sa.Text(), nullable=True),
        sa.Column("electric_rate_usd_kwh", sa.Numeric(precision=14, scale=6), nullable=True),
        sa.Column("monthly_bill_usd", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("annual_kwh", sa.Integer(), nullable=True),
        sa.Column("system_kw", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.Column("annual_production_kwh", sa.Integer(), nullable=True),
        sa.Column("shading", sa.Text(), nullable=True),
        sa.Column("solar_score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column(
            "incentives",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="codes of nyc_incentives that applied when last computed",
        ),
        sa.Column("status", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("lead_quality", sa.Text(), server_default=sa.text("'unqualified'"), nullable=False),
        sa.Column("lead_score", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "ai_analysis_id",
            sa.Uuid(),
            nullable=True,
            comment="the analysis that set the score: ai_analyses(lead_id, id)",
        ),
        sa.Column(
            "conversation_count",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="rows of lead_conversations",
        ),
        sa.Column(
            "export_count", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="rows of lead_exports"
        ),
        sa.Column(
            "has_export_error",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="its latest export failed or timed out",
        ),
        sa.Column(
            "total_revenue_earned",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="sum of its ledger entries",
        ),
        sa.Column("duplicate_of", sa.Uuid(), nullable=True, comment="the surviving lead"),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("next_callback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("qualified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sold_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("consent_state", sa.Text(), server_default=sa.text("'unproven'"), nullable=False),
        sa.Column(
            "sellable",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="valid consent, not suppressed, not a duplicate",
        ),
        sa.Column("consent_certificate_provider", sa.Text(), nullable=True),
        sa.Column("consent_certificate_url", sa.Text(), nullable=True),
        sa.Column("consent_wording_version", sa.Text(), nullable=True),
        sa.Column("consent_page_url", sa.Text(), nullable=True),
        sa.Column("consent_ip", postgresql.INET(), nullable=True),
        sa.Column("consent_user_agent", sa.Text(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("import_batch_id", sa.Uuid(), nullable=True, comment="import_batches.id"),
        sa.Column("utm_source", sa.Text(), nullable=True, comment="last touch, as the other utm_ columns"),
        sa.Column("utm_medium", sa.Text(), nullable=True),
        sa.Column("utm_campaign", sa.Text(), nullable=True),
        sa.Column("utm_term", sa.Text(), nullable=True),
        sa.Column("utm_content", sa.Text(), nullable=True),
        sa.Column("last_touch_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_utm_source", sa.Text(), nullable=True, comment="first touch, as the other first_ columns"),
        sa.Column("first_utm_medium", sa.Text(), nullable=True),
        sa.Column("first_utm_campaign", sa.Text(), nullable=True),
        sa.Column("first_utm_term", sa.Text(), nullable=True),
        sa.Column("first_utm_content", sa.Text(), nullable=True),
        sa.Column("first_touch_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gclid", sa.Text(), nullable=True, comment="click id of Google Ads"),
        sa.Column("fbclid", sa.Text(), nullable=True, comment="click id of Meta"),
        sa.Column("msclkid", sa.Text(), nullable=True, comment="click id of Microsoft Advertising"),
        sa.Column("ttclid", sa.Text(), nullable=True, comment="click id of TikTok"),
        sa.CheckConstraint(
            "borough IN ('Manhattan', 'Bronx', 'Brooklyn', 'Queens', 'Staten Island')", name=op.f("ck_leads_borough")
        ),
        sa.CheckConstraint(
            "consent_state IN ('given', 'withdrawn', 'expired', 'unproven')", name=op.f("ck_leads_consent_state")
        ),
        sa.CheckConstraint(
            "lead_quality IN ('premium', 'standard', 'basic', 'unqualified')", name=op.f("ck_leads_lead_quality")
        ),
        sa.CheckConstraint("ownership IN ('owner', 'renter', 'other')", name=op.f("ck_leads_ownership")),
        sa.CheckConstraint(
            "property_type IN ('single_family', 'two_family', 'three_four_family', 'coop_condo', 'rental', 'commercial')",
            name=op.f("ck_leads_property_type"),
        ),
        sa.CheckConstraint(
            "roof_type IN ('pitched_shingle', 'flat_tilt_rack', 'flat_canopy', 'flat_flush_ballasted', 'other')",
            name=op.f("ck_leads_roof_type"),
        ),
        sa.CheckConstraint("shading IN ('none', 'light', 'moderate', 'heavy')", name=op.f("ck_leads_shading")),
        sa.CheckConstraint(
            "status IN ('new', 'contacted', 'qualified', 'unqualified', 'offered', 'sold', 'returned', 'expired', 'invalid', 'suppressed', 'erased')",
            name=op.f("ck_leads_status"),
        ),
        sa.CheckConstraint("utility IN ('CON_EDISON', 'PSEG_LI')", name=op.f("ck_leads_utility")),
        sa.CheckConstraint("annual_kwh >= 0", name=op.f("ck_leads_annual_kwh_range")),
        sa.CheckConstraint("lead_score >= 0 AND lead_score <= 100", name=op.f("ck_leads_lead_score_range")),
        sa.CheckConstraint("monthly_bill_usd >= 0", name=op.f("ck_leads_monthly_bill_usd_range")),
        sa.CheckConstraint("roof_area_m2 >= 0", name=op.f("ck_leads_roof_area_m2_range")),
        sa.CheckConstraint("solar_score >= 0 AND solar_score <= 100", name=op.f("ck_leads_solar_score_range")),
        sa.CheckConstraint("system_kw >= 0", name=op.f("ck_leads_system_kw_range")),
        sa.ForeignKeyConstraint(["assigned_to"], ["users.id"], name=op.f("fk_leads_assigned_to")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_leads_campaign_id")),
        sa.ForeignKeyConstraint(["source_id"], ["lead_sources.id"], name=op.f("fk_leads_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        info={"distribution": "lead"},
    )
    op.create_index(
        "idx_lead_activity_id",
        "leads",
        ["last_activity_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_index(
        "idx_lead_address_gin",
        "leads",
        [sa.literal_column("to_tsvector('english', property_address)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "idx_lead_address_key",
        "leads",
        ["address_key"],
        unique=False,
        postgresql_where=sa.text("address_key IS NOT NULL"),
    )
    op.create_index(
        "idx_lead_address_trgm",
        "leads",
        ["property_address"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"property_address": "gin_trgm_ops"},
    )
    op.create_index(
        "idx_lead_assigned_status",
        "leads",
        ["assigned_to", "status", "created_at"],
        unique=False,
        postgresql_where=sa.text("is_active = true AND assigned_to IS NOT NULL"),
    )
    op.create_index(
        "idx_lead_borough_created",
        "leads",
        ["borough", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_index(
        "idx_lead_callback",
        "leads",
        ["next_callback_at", "assigned_to"],
        unique=False,
        postgresql_where=sa.text("is_active = true AND next_callback_at IS NOT NULL"),
    )
    op.create_index(
        "idx_lead_created_id", "leads", ["created_at", "id"], unique=False, postgresql_where=sa.text("is_active = true")
    )
    op.create_index(
        "idx_lead_created_status",
        "leads",
        ["created_at", "status"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_index(
        "idx_lead_duplicates",
        "leads",
        ["duplicate_of"],
        unique=False,
        postgresql_where=sa.text("duplicate_of IS NOT NULL"),
    )
    op.create_index(
        "idx_lead_email_hash", "leads", ["email_hash"], unique=False, postgresql_where=sa.text("email_hash IS NOT NULL")
    )
    op.create_index(
        "idx_lead_export_error",
        "leads",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_active = true AND has_export_error"),
    )
    op.create_index(
        "idx_lead_import_batch",
        "leads",
        ["import_batch_id"],
        unique=False,
        postgresql_where=sa.text("import_batch_id IS NOT NULL"),
    )
    op.create_index(
        "idx_lead_name_trgm",
        "leads",
        ["full_name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"full_name": "gin_trgm_ops"},
    )
    op.create_index(
        "idx_lead_inactive", "leads", ["created_at", "id"], unique=False, postgresql_where=sa.text("is_active = false")
    )
    op.create_index(
        "idx_lead_qualified_zip",
        "leads",
        ["qualified_at", "zip_code"],
        unique=False,
        postgresql_where=sa.text("is_active = true AND qualified_at IS NOT NULL"),
    )
    op.create_index(
        "idx_lead_phone_hash", "leads", ["phone_hash"], unique=False, postgresql_where=sa.text("phone_hash IS NOT NULL")
    )
    op.create_index(
        "idx_lead_quality_created",
        "leads",
        ["lead_quality", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_index(
        "idx_lead_quality_score",
        "leads",
        ["lead_quality", "lead_score"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_index(
        "idx_lead_revenue_id",
        "leads",
        ["total_revenue_earned", "id"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_index(
        "idx_lead_score_id",
        "leads",
        ["lead_score", "id"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
        postgresql_include=["status", "lead_quality", "zip_code"],
    )
    op.create_index(
        "idx_lead_source_created",
        "leads",
        ["source_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_index(
        "idx_lead_status_created",
        "leads",
        ["status", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_index("idx_lead_tags_gin", "leads", ["tags"], unique=False, postgresql_using="gin")
    op.create_index(
        "idx_lead_zip_quality",
        "leads",
        ["zip_code", "lead_quality"],
        unique=False,
        postgresql_where=sa.text("is_active = true"),
    )
    op.create_table(
        "privacy_request_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["privacy_requests.id"], name=op.f("fk_privacy_request_events_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request_events")),
        info={"distribution": "reference"},
    )
    op.create_index(
        op.f("ix_privacy_request_events_request_id"), "privacy_request_events", ["request_id"], unique=False
    )
    op.create_table(
        "ai_analyses",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("analysis_type", sa.Text(), nullable=False),
        sa.Column("ai_model_id", sa.Uuid(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column(
            "factors",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="points by factor",
        ),
        sa.Column("insights", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column(
            "recommendations",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="next steps, most useful first",
        ),
        sa.Column("input_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("output_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost_usd", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("latency_ms", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "analysis_type IN ('lead_score', 'solar_fit', 'intent', 'duplicate_check')",
            name=op.f("ck_ai_analyses_analysis_type"),
        ),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_ai_analyses_confidence_range")),
        sa.CheckConstraint("score >= 0 AND score <= 100", name=op.f("ck_ai_analyses_score_range")),
        sa.ForeignKeyConstraint(["ai_model_id"], ["ai_models.id"], name=op.f("fk_ai_analyses_ai_model_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_ai_analyses_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_ai_analyses")),
        info={"distribution": "lead"},
    )
    op.create_index("idx_analysis_lead_type", "ai_analyses", ["lead_id", "analysis_type", "created_at"], unique=False)
    op.create_index("idx_analysis_model_created", "ai_analyses", ["ai_model_id", "created_at"], unique=False)
    op.create_index("idx_analysis_type_created", "ai_analyses", ["analysis_type", "created_at"], unique=False)
    op.create_table(
        "ai_conversations",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("ai_model_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default=sa.text("'en'"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("drop_off_turn", sa.Integer(), nullable=True, comment="turn after which the lead fell silent"),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("primary_intent", sa.Text(), nullable=True),
        sa.Column("average_sentiment", sa.Numeric(precision=4, scale=3), nullable=True, comment="-1 to 1"),
        sa.Column(
            "quality_score",
            sa.Numeric(precision=5, scale=2),
            nullable=True,
            comment="0 to 100, how well the agent led it",
        ),
        sa.Column(
            "satisfaction_score", sa.Numeric(precision=3, scale=2), nullable=True, comment="1 to 5, asked at the end"
        ),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("cost_usd", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.CheckConstraint(
            "channel IN ('web_chat', 'sms', 'voice', 'email')", name=op.f("ck_ai_conversations_channel")
        ),
        sa.CheckConstraint(
            "outcome IN ('qualified', 'unqualified', 'callback', 'dropped', 'opted_out')",
            name=op.f("ck_ai_conversations_outcome"),
        ),
        sa.CheckConstraint(
            "average_sentiment >= -1 AND average_sentiment <= 1",
            name=op.f("ck_ai_conversations_average_sentiment_range"),
        ),
        sa.CheckConstraint(
            "satisfaction_score >= 1 AND satisfaction_score <= 5",
            name=op.f("ck_ai_conversations_satisfaction_score_range"),
        ),
        sa.ForeignKeyConstraint(["ai_model_id"], ["ai_models.id"], name=op.f("fk_ai_conversations_ai_model_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_ai_conversations_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_ai_conversations")),
        info={"distribution": "lead"},
    )
    op.create_index("idx_ai_conversation_model", "ai_conversations", ["ai_model_id", "started_at"], unique=False)
    op.create_index("idx_ai_conversation_started", "ai_conversations", ["started_at", "outcome"], unique=False)
    op.create_table(
        "lead_consent_events",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_kind", sa.Text(), nullable=False),
        sa.Column("consent_state", sa.Text(), nullable=False, comment="state that the event led to"),
        sa.Column("channel", sa.Text(), nullable=True, comment="of a withdrawal"),
        sa.Column("certificate_provider", sa.Text(), nullable=True),
        sa.Column("certificate_url", sa.Text(), nullable=True),
        sa.Column("wording_version", sa.Text(), nullable=True),
        sa.Column("page_url", sa.Text(), nullable=True),
        sa.Column("ip", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), server_default=sa.text("'system'"), nullable=False),
        sa.CheckConstraint(
            "channel IN ('sms_stop', 'email_unsubscribe', 'phone', 'web_form', 'postal', 'third_party')",
            name=op.f("ck_lead_consent_events_channel"),
        ),
        sa.CheckConstraint(
            "consent_kind IN ('tcpa_express_written', 'email_marketing', 'sms_marketing', 'data_sharing_named_sellers')",
            name=op.f("ck_lead_consent_events_consent_kind"),
        ),
        sa.CheckConstraint(
            "consent_state IN ('given', 'withdrawn', 'expired', 'unproven')",
            name=op.f("ck_lead_consent_events_consent_state"),
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_consent_events_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_lead_consent_events")),
        info={"distribution": "lead"},
    )
    op.create_index("idx_consent_event_lead", "lead_consent_events", ["lead_id", "occurred_at"], unique=False)
    op.create_index(
        "idx_consent_event_withdrawn",
        "lead_consent_events",
        ["occurred_at"],
        unique=False,
        postgresql_where=sa.text("consent_state = 'withdrawn'"),
        postgresql_include=["channel"],
    )
    op.create_index("idx_consent_event_occurred", "lead_consent_events", ["occurred_at", "consent_state"], unique=False)
    op.create_table(
        "lead_consents",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("consent_kind", sa.Text(), nullable=False),
        sa.Column("consent_state", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "consent_kind IN ('tcpa_express_written', 'email_marketing', 'sms_marketing', 'data_sharing_named_sellers')",
            name=op.f("ck_lead_consents_consent_kind"),
        ),
        sa.CheckConstraint(
            "consent_state IN ('given', 'withdrawn', 'expired', 'unproven')",
            name=op.f("ck_lead_consents_consent_state"),
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_consents_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_lead_consents")),
        sa.UniqueConstraint("lead_id", "consent_kind", name=op.f("uq_lead_consents_lead_id_consent_kind")),
        info={"distribution": "lead"},
    )
    op.create_index("idx_consent_state_kind", "lead_consents", ["consent_state", "consent_kind"], unique=False)
    op.create_table(
        "lead_exports",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_ms", sa.Integer(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("exclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "price_usd", sa.Numeric(precision=12, scale=2), nullable=True, comment="what the platform pays for the lead"
        ),
        sa.Column(
            "commission_earned",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="what Aurum keeps of the price; 0 until accepted",
        ),
        sa.Column("platform_lead_id", sa.Text(), nullable=True, comment="the platform's own id, from its answer"),
        sa.Column("rejection_reason", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column(
            "payload",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="platform-specific fields sent; no contact data",
        ),
        sa.Column("response_excerpt", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "rejection_reason IN ('duplicate', 'cap_reached', 'outside_territory', 'wrong_utility', 'below_bill_minimum', 'not_homeowner', 'bad_roof_or_shade', 'price_too_low', 'missing_field', 'no_consent_proof', 'dnc', 'buyer_error')",
            name=op.f("ck_lead_exports_rejection_reason"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'sending', 'accepted', 'rejected', 'failed_retryable', 'failed_permanent', 'timed_out', 'returned', 'cancelled')",
            name=op.f("ck_lead_exports_status"),
        ),
        sa.CheckConstraint("commission_earned >= 0", name=op.f("ck_lead_exports_commission_earned_range")),
        sa.CheckConstraint("price_usd >= 0", name=op.f("ck_lead_exports_price_usd_range")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_exports_lead_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["b2b_platforms.id"], name=op.f("fk_lead_exports_platform_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_lead_exports")),
        info={"distribution": "lead"},
    )
    op.create_index("idx_export_created_platform", "lead_exports", ["created_at", "platform_id"], unique=False)
    op.create_index(
        "idx_export_due",
        "lead_exports",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.create_index(
        "idx_export_platform_status_created", "lead_exports", ["platform_id", "status", "created_at"], unique=False
    )
    op.create_index("idx_export_status_created", "lead_exports", ["status", "created_at"], unique=False)
    op.create_table(
        "lead_notes",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("author_user_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_notes_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_lead_notes")),
        info={"distribution": "lead"},
    )
    op.create_index("idx_lead_note_lead", "lead_notes", ["lead_id", "created_at"], unique=False)
    op.create_table(
        "lead_quality_history",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("previous_score", sa.Integer(), nullable=True),
        sa.Column("new_score", sa.Integer(), nullable=False),
        sa.Column(
            "score_change",
            sa.Integer(),
            sa.Computed("new_score - coalesce(previous_score, 0)", persisted=True),
            nullable=False,
        ),
        sa.Column("previous_quality", sa.Text(), nullable=True),
        sa.Column("new_quality", sa.Text(), nullable=False),
        sa.Column(
            "factors",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="points by factor; they add up to the new score",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ai_model_id", sa.Uuid(), nullable=True),
        sa.Column("model_version", sa.Text(), nullable=True),
        sa.Column(
            "scoring_improvement",
            sa.Numeric(precision=6, scale=3),
            nullable=True,
            comment="points by which this version came nearer to the outcome (100 sold, 0 not) than the entry before it",
        ),
        sa.CheckConstraint(
            "new_quality IN ('premium', 'standard', 'basic', 'unqualified')",
            name=op.f("ck_lead_quality_history_new_quality"),
        ),
        sa.CheckConstraint(
            "previous_quality IN ('premium', 'standard', 'basic', 'unqualified')",
            name=op.f("ck_lead_quality_history_previous_quality"),
        ),
        sa.CheckConstraint("new_score >= 0 AND new_score <= 100", name=op.f("ck_lead_quality_history_new_score_range")),
        sa.ForeignKeyConstraint(["ai_model_id"], ["ai_models.id"], name=op.f("fk_lead_quality_history_ai_model_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_quality_history_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_lead_quality_history")),
        info={"distribution": "lead"},
    )
    op.create_index(
        "idx_quality_history_created", "lead_quality_history", ["created_at", "model_version"], unique=False
    )
    op.create_index("idx_quality_history_lead", "lead_quality_history", ["lead_id", "created_at"], unique=False)
    op.create_table(
        "lead_status_history",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False, comment="who, as named then; system for processes"),
        sa.Column("actor_user_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_status IN ('new', 'contacted', 'qualified', 'unqualified', 'offered', 'sold', 'returned', 'expired', 'invalid', 'suppressed', 'erased')",
            name=op.f("ck_lead_status_history_from_status"),
        ),
        sa.CheckConstraint(
            "to_status IN ('new', 'contacted', 'qualified', 'unqualified', 'offered', 'sold', 'returned', 'expired', 'invalid', 'suppressed', 'erased')",
            name=op.f("ck_lead_status_history_to_status"),
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_status_history_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_lead_status_history")),
        info={"distribution": "lead"},
    )
    op.create_index("idx_status_history_lead", "lead_status_history", ["lead_id", "created_at"], unique=False)
    op.create_table(
        "b2b_lead_mappings",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False, comment="lead_exports.id of the accepted delivery"),
        sa.Column("platform_lead_id", sa.Text(), nullable=False, comment="the platform's own id"),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="accepted",
        ),
        sa.Column("status", sa.Text(), server_default=sa.text("'accepted'"), nullable=False),
        sa.Column("lead_quality", sa.Text(), nullable=False, comment="tier at the time of sale"),
        sa.Column(
            "platform_quality_score",
            sa.Numeric(precision=5, scale=2),
            nullable=True,
            comment="0 to 100, as the platform judged it",
        ),
        sa.Column("exclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("price_usd", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column(
            "revenue_usd",
            sa.Numeric(precision=12, scale=2),
            server_default=sa.text("0"),
            nullable=False,
            comment="ledger sum of this lead at this platform",
        ),
        sa.Column("return_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "lead_quality IN ('premium', 'standard', 'basic', 'unqualified')",
            name=op.f("ck_b2b_lead_mappings_lead_quality"),
        ),
        sa.CheckConstraint(
            "return_reason IN ('phone_disconnected', 'wrong_number', 'wrong_person', 'denies_request', 'not_homeowner', 'outside_territory', 'wrong_utility', 'already_solar', 'bill_too_low', 'bad_address', 'duplicate')",
            name=op.f("ck_b2b_lead_mappings_return_reason"),
        ),
        sa.CheckConstraint(
            "status IN ('accepted', 'return_requested', 'returned', 'return_refused')",
            name=op.f("ck_b2b_lead_mappings_status"),
        ),
        sa.CheckConstraint(
            "platform_quality_score >= 0 AND platform_quality_score <= 100",
            name=op.f("ck_b2b_lead_mappings_platform_quality_score_range"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_id", "export_id"],
            ["lead_exports.lead_id", "lead_exports.id"],
            name=op.f("fk_b2b_lead_mappings_lead_id_export_id"),
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_b2b_lead_mappings_lead_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["b2b_platforms.id"], name=op.f("fk_b2b_lead_mappings_platform_id")),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_b2b_lead_mappings")),
        sa.UniqueConstraint("lead_id", "platform_id", name=op.f("uq_b2b_lead_mappings_lead_id_platform_id")),
        info={"distribution": "lead"},
    )
    op.create_index(
        "idx_mapping_lead_platform",
        "b2b_lead_mappings",
        ["lead_id", "platform_id"],
        unique=False,
        postgresql_include=["status", "revenue_usd"],
    )
    op.create_index(
        "idx_mapping_platform_status_created",
        "b2b_lead_mappings",
        ["platform_id", "status", "created_at"],
        unique=False,
    )
    op.create_table(
        "b2b_revenue_transactions",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False, comment="lead_exports.id of the sale"),
        sa.Column("offsets_id", sa.Uuid(), nullable=True, comment="the entry that a return or adjustment offsets"),
        sa.Column("transaction_type", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "gross_usd",
            sa.Numeric(precision=12, scale=2),
            nullable=False,
            comment="signed price between the platform and the marketplace",
        ),
        sa.Column(
            "commission_rate",
            sa.Numeric(precision=7, scale=6),
            nullable=False,
            comment="share of the gross that is Aurum's",
        ),
        sa.Column(
            "amount_usd",
            sa.Numeric(precision=12, scale=2),
            nullable=False,
            comment="signed, what Aurum earns: gross x commission rate, to the cent",
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(transaction_type = 'sale' AND amount_usd >= 0) OR (transaction_type = 'return' AND amount_usd <= 0) OR transaction_type = 'adjustment'",
            name=op.f("ck_b2b_revenue_transactions_sign"),
        ),
        sa.CheckConstraint(
            "transaction_type IN ('sale', 'return', 'adjustment')",
            name=op.f("ck_b2b_revenue_transactions_transaction_type"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_id", "export_id"],
            ["lead_exports.lead_id", "lead_exports.id"],
            name=op.f("fk_b2b_revenue_transactions_lead_id_export_id"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_id", "offsets_id"],
            ["b2b_revenue_transactions.lead_id", "b2b_revenue_transactions.id"],
            name=op.f("fk_b2b_revenue_transactions_lead_id_offsets_id"),
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_b2b_revenue_transactions_lead_id")),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["b2b_platforms.id"], name=op.f("fk_b2b_revenue_transactions_platform_id")
        ),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_b2b_revenue_transactions")),
        info={"distribution": "lead"},
    )
    op.create_index(
        "idx_transaction_occurred_platform",
        "b2b_revenue_transactions",
        ["occurred_at", "platform_id"],
        unique=False,
        postgresql_include=["amount_usd", "transaction_type"],
    )
    op.create_index(
        "idx_transaction_platform_occurred", "b2b_revenue_transactions", ["platform_id", "occurred_at"], unique=False
    )
    op.create_table(
        "lead_conversations",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False, comment="ai_conversations.id"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("message_type", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=True),
        sa.Column("intent_confidence", sa.Numeric(precision=4, scale=3), nullable=True),
        sa.Column("sentiment", sa.Text(), nullable=True),
        sa.Column("sentiment_score", sa.Numeric(precision=4, scale=3), nullable=True, comment="-1 to 1"),
        sa.Column(
            "entities",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="what was recognised: bill, roof, timing",
        ),
        sa.Column("response_ms", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "message_type IN ('greeting', 'question', 'answer', 'objection', 'scheduling', 'consent', 'closing')",
            name=op.f("ck_lead_conversations_message_type"),
        ),
        sa.CheckConstraint("sender IN ('agent', 'lead')", name=op.f("ck_lead_conversations_sender")),
        sa.CheckConstraint(
            "sentiment IN ('negative', 'neutral', 'positive')", name=op.f("ck_lead_conversations_sentiment")
        ),
        sa.CheckConstraint(
            "sentiment_score >= -1 AND sentiment_score <= 1", name=op.f("ck_lead_conversations_sentiment_score_range")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id", "session_id"],
            ["ai_conversations.lead_id", "ai_conversations.id"],
            name=op.f("fk_lead_conversations_lead_id_session_id"),
        ),
        sa.PrimaryKeyConstraint("lead_id", "id", name=op.f("pk_lead_conversations")),
        sa.UniqueConstraint(
            "lead_id", "session_id", "turn", name=op.f("uq_lead_conversations_lead_id_session_id_turn")
        ),
        info={"distribution": "lead"},
    )
    op.create_index(
        "idx_conversation_content_gin",
        "lead_conversations",
        [sa.literal_column("to_tsvector('english', content)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("idx_conversation_created", "lead_conversations", ["created_at"], unique=False)
    op.create_index("idx_conversation_type_created", "lead_conversations", ["message_type", "created_at"], unique=False)
    op.create_table(
        "b2b_statement_lines",
        sa.Column("lead_id", sa.Uuid(), nullable=False, comment="the lead; part of every key"),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_id", "transaction_id"],
            ["b2b_revenue_transactions.lead_id", "b2b_revenue_transactions.id"],
            name=op.f("fk_b2b_statement_lines_lead_id_transaction_id"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["b2b_statements.id"], name=op.f("fk_b2b_statement_lines_statement_id")
        ),
        sa.PrimaryKeyConstraint("lead_id", "transaction_id", name=op.f("pk_b2b_statement_lines")),
        info={"distribution": "lead"},
    )
    op.create_index(op.f("ix_b2b_statement_lines_statement_id"), "b2b_statement_lines", ["statement_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_b2b_statement_lines_statement_id"), table_name="b2b_statement_lines")
    op.drop_table("b2b_statement_lines")
    op.drop_index("idx_conversation_type_created", table_name="lead_conversations")
    op.drop_index("idx_conversation_created", table_name="lead_conversations")
    op.drop_index("idx_conversation_content_gin", table_name="lead_conversations", postgresql_using="gin")
    op.drop_table("lead_conversations")
    op.drop_index("idx_transaction_platform_occurred", table_name="b2b_revenue_transactions")
    op.drop_index(
        "idx_transaction_occurred_platform",
        table_name="b2b_revenue_transactions",
        postgresql_include=["amount_usd", "transaction_type"],
    )
    op.drop_table("b2b_revenue_transactions")
    op.drop_index("idx_mapping_platform_status_created", table_name="b2b_lead_mappings")
    op.drop_index(
        "idx_mapping_lead_platform", table_name="b2b_lead_mappings", postgresql_include=["status", "revenue_usd"]
    )
    op.drop_table("b2b_lead_mappings")
    op.drop_index("idx_status_history_lead", table_name="lead_status_history")
    op.drop_table("lead_status_history")
    op.drop_index("idx_quality_history_lead", table_name="lead_quality_history")
    op.drop_index("idx_quality_history_created", table_name="lead_quality_history")
    op.drop_table("lead_quality_history")
    op.drop_index("idx_lead_note_lead", table_name="lead_notes")
    op.drop_table("lead_notes")
    op.drop_index("idx_export_status_created", table_name="lead_exports")
    op.drop_index("idx_export_platform_status_created", table_name="lead_exports")
    op.drop_index("idx_export_due", table_name="lead_exports", postgresql_where=sa.text("next_attempt_at IS NOT NULL"))
    op.drop_index("idx_export_created_platform", table_name="lead_exports")
    op.drop_table("lead_exports")
    op.drop_index("idx_consent_state_kind", table_name="lead_consents")
    op.drop_table("lead_consents")
    op.drop_index("idx_consent_event_occurred", table_name="lead_consent_events")
    op.drop_index("idx_consent_event_lead", table_name="lead_consent_events")
    op.drop_table("lead_consent_events")
    op.drop_index("idx_ai_conversation_started", table_name="ai_conversations")
    op.drop_index("idx_ai_conversation_model", table_name="ai_conversations")
    op.drop_table("ai_conversations")
    op.drop_index("idx_analysis_type_created", table_name="ai_analyses")
    op.drop_index("idx_analysis_model_created", table_name="ai_analyses")
    op.drop_index("idx_analysis_lead_type", table_name="ai_analyses")
    op.drop_table("ai_analyses")
    op.drop_index(op.f("ix_privacy_request_events_request_id"), table_name="privacy_request_events")
    op.drop_table("privacy_request_events")
    op.drop_index("idx_lead_zip_quality", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index("idx_lead_tags_gin", table_name="leads", postgresql_using="gin")
    op.drop_index("idx_lead_status_created", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index("idx_lead_source_created", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index(
        "idx_lead_score_id",
        table_name="leads",
        postgresql_where=sa.text("is_active = true"),
        postgresql_include=["status", "lead_quality", "zip_code"],
    )
    op.drop_index("idx_lead_revenue_id", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index("idx_lead_quality_score", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index("idx_lead_quality_created", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index("idx_lead_phone_hash", table_name="leads", postgresql_where=sa.text("phone_hash IS NOT NULL"))
    op.drop_index("idx_lead_name_trgm", table_name="leads", postgresql_using="gin")
    op.drop_index("idx_lead_import_batch", table_name="leads", postgresql_where=sa.text("import_batch_id IS NOT NULL"))
    op.drop_index(
        "idx_lead_export_error", table_name="leads", postgresql_where=sa.text("is_active = true AND has_export_error")
    )
    op.drop_index("idx_lead_email_hash", table_name="leads", postgresql_where=sa.text("email_hash IS NOT NULL"))
    op.drop_index("idx_lead_duplicates", table_name="leads", postgresql_where=sa.text("duplicate_of IS NOT NULL"))
    op.drop_index("idx_lead_created_status", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index("idx_lead_created_id", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index(
        "idx_lead_callback",
        table_name="leads",
        postgresql_where=sa.text("is_active = true AND next_callback_at IS NOT NULL"),
    )
    op.drop_index("idx_lead_borough_created", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_index(
        "idx_lead_assigned_status",
        table_name="leads",
        postgresql_where=sa.text("is_active = true AND assigned_to IS NOT NULL"),
    )
    op.drop_index("idx_lead_address_trgm", table_name="leads", postgresql_using="gin")
    op.drop_index("idx_lead_address_key", table_name="leads", postgresql_where=sa.text("address_key IS NOT NULL"))
    op.drop_index("idx_lead_address_gin", table_name="leads", postgresql_using="gin")
    op.drop_index("idx_lead_activity_id", table_name="leads", postgresql_where=sa.text("is_active = true"))
    op.drop_table("leads")
    op.drop_index("ix_campaign_costs_date", table_name="campaign_costs")
    op.drop_table("campaign_costs")
    op.drop_index(op.f("ix_b2b_payments_statement_id"), table_name="b2b_payments")
    op.drop_index("idx_payment_received", table_name="b2b_payments")
    op.drop_table("b2b_payments")
    op.drop_index(op.f("ix_b2b_disputes_statement_id"), table_name="b2b_disputes")
    op.drop_table("b2b_disputes")
    op.drop_index(op.f("ix_user_roles_role_id"), table_name="user_roles")
    op.drop_table("user_roles")
    op.drop_index(op.f("ix_user_recovery_codes_user_id"), table_name="user_recovery_codes")
    op.drop_table("user_recovery_codes")
    op.drop_index(op.f("ix_user_permissions_user_id"), table_name="user_permissions")
    op.drop_table("user_permissions")
    op.drop_table("saved_views")
    op.drop_index("idx_request_status_due", table_name="privacy_requests")
    op.drop_index("idx_request_received", table_name="privacy_requests")
    op.drop_table("privacy_requests")
    op.drop_index("idx_rate_utility_plan", table_name="nyc_electric_rates")
    op.drop_table("nyc_electric_rates")
    op.drop_table("nyc_demographics")
    op.drop_index("ix_legal_holds_lead", table_name="legal_holds")
    op.drop_table("legal_holds")
    op.drop_index(op.f("ix_campaigns_source_id"), table_name="campaigns")
    op.drop_table("campaigns")
    op.drop_index("idx_statement_status_due", table_name="b2b_statements")
    op.drop_table("b2b_statements")
    op.drop_table("b2b_price_tiers")
    op.drop_table("api_keys")
    op.drop_table("users")
    op.drop_index("ix_user_sessions_started", table_name="user_sessions")
    op.drop_index("ix_user_sessions_lead", table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_index("ix_user_activity_logs_user", table_name="user_activity_logs")
    op.drop_table("user_activity_logs")
    op.drop_table("suppression_list")
    op.drop_table("sign_in_tickets")
    op.drop_index(op.f("ix_sign_in_sessions_user_ref"), table_name="sign_in_sessions")
    op.drop_index("ix_sign_in_sessions_expires_at", table_name="sign_in_sessions")
    op.drop_table("sign_in_sessions")
    op.drop_index("ix_sign_in_attempts_username", table_name="sign_in_attempts")
    op.drop_index("ix_sign_in_attempts_address", table_name="sign_in_attempts")
    op.drop_table("sign_in_attempts")
    op.drop_index("ix_security_events_occurred", table_name="security_events")
    op.drop_table("security_events")
    op.drop_table("rollup_stamps")
    op.drop_table("consent_summary")
    op.drop_table("rollup_changes")
    op.drop_table("roles")
    op.drop_index("idx_revenue_qualified_sold", table_name="revenue_metrics")
    op.drop_index("idx_revenue_date_period", table_name="revenue_metrics")
    op.drop_table("revenue_metrics")
    op.drop_index("ix_retention_runs_type", table_name="retention_runs")
    op.drop_table("retention_runs")
    op.drop_table("retention_policies")
    op.drop_index("idx_platform_performance_date", table_name="platform_performance")
    op.drop_index("idx_platform_acceptance_revenue", table_name="platform_performance")
    op.drop_table("platform_performance")
    op.drop_index("ix_platform_health_checks_platform", table_name="platform_health_checks")
    op.drop_table("platform_health_checks")
    op.drop_index("idx_zip_solar_potential", table_name="nyc_zip_codes")
    op.drop_index("idx_zip_income", table_name="nyc_zip_codes")
    op.drop_index("idx_zip_borough_income", table_name="nyc_zip_codes")
    op.drop_table("nyc_zip_codes")
    op.drop_index("idx_nyc_zip_date", table_name="nyc_market_intelligence")
    op.drop_index("idx_nyc_intelligence_date", table_name="nyc_market_intelligence")
    op.drop_index("idx_nyc_adoption_revenue", table_name="nyc_market_intelligence")
    op.drop_table("nyc_market_intelligence")
    op.drop_index("idx_incentive_zip_level", table_name="nyc_incentives")
    op.drop_table("nyc_incentives")
    op.drop_table("nyc_incentive_usage")
    op.drop_table("nyc_figure_sources")
    op.drop_table("lead_sources")
    op.drop_index("ix_lead_platform_ids_platform_lead_id", table_name="lead_platform_ids")
    op.drop_table("lead_platform_ids")
    op.drop_table("lead_idempotency_keys")
    op.drop_index("ix_inbox_messages_user", table_name="inbox_messages")
    op.drop_table("inbox_messages")
    op.drop_index("ix_import_rejected_rows_delete_after", table_name="import_rejected_rows")
    op.drop_table("import_rejected_rows")
    op.drop_index("ix_import_batches_started", table_name="import_batches")
    op.drop_table("import_batches")
    op.drop_index("ix_health_samples_metric", table_name="health_samples")
    op.drop_table("health_samples")
    op.drop_index("ix_error_logs_occurred", table_name="error_logs")
    op.drop_index("ix_error_logs_error_id", table_name="error_logs")
    op.drop_table("error_logs")
    op.drop_table("b2b_platforms")
    op.drop_index("ix_audit_log_occurred", table_name="audit_log")
    op.drop_index("ix_audit_log_event", table_name="audit_log")
    op.drop_index("ix_audit_log_entity", table_name="audit_log")
    op.drop_index("ix_audit_log_actor", table_name="audit_log")
    op.drop_table("audit_log")
    op.drop_table("app_flags")
    op.drop_index("ix_alerts_rule", table_name="alerts")
    op.drop_index("ix_alerts_opened", table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("alert_rules")
    op.drop_table("ai_models")
    op.drop_index("idx_insight_status_created", table_name="ai_insights")
    op.drop_table("ai_insights")
    for extension in reversed(EXTENSIONS):
        op.execute(f"DROP EXTENSION IF EXISTS {extension}")
