"""Add what access needs: devices, one-time links, identities, requests of two people, limits, key rotation.

The tables that existed are small (sessions of a day, a handful of keys): adding columns with a constant default
rewrites nothing; their new constraints are validated by the next revision.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON access_requests, api_key_addresses, api_requests, key_rotations,
    one_time_links, rate_limits, user_devices, user_identities TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON access_requests, api_key_addresses, api_requests, key_rotations,
    one_time_links, rate_limits, user_devices, user_identities TO aurum_jobs;
GRANT SELECT ON access_requests, api_key_addresses, key_rotations, user_identities TO aurum_reader;
GRANT SELECT (id, purpose, user_ref, created_by, created_at, expires_at, used_at) ON one_time_links TO aurum_reader;
GRANT SELECT (id, user_ref, created_at, last_seen_at, address, user_agent) ON user_devices TO aurum_reader;
GRANT SELECT (last_used_address, replaces_ref, platform_ref) ON api_keys TO aurum_reader;
GRANT SELECT (idle_minutes, method, device_ref, confirmed_at, viewing_as) ON sign_in_sessions TO aurum_reader;
"""
CHECKS = {
    "ck_sign_in_sessions_method": "method IN ('password', 'sso')",
    "ck_sign_in_sessions_idle_minutes_range": "idle_minutes >= 1",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "access_requests",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_ref", sa.Uuid(), nullable=False, comment="whose access is to change"),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="what is to change: role, scope, expiry",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decision <> 'approved' OR decided_by <> requested_by", name="ck_access_requests_two_people"
        ),
        sa.CheckConstraint("decision IN ('approved', 'refused', 'withdrawn')", name="ck_access_requests_decision"),
        sa.CheckConstraint("kind IN ('second_factor_reset', 'role_grant')", name="ck_access_requests_kind"),
        sa.CheckConstraint(
            "num_nonnulls(decision, decided_by, decided_at) IN (0, 3)", name="ck_access_requests_decided_whole"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_access_requests"),
    )
    op.create_index(
        "ix_access_requests_open",
        "access_requests",
        ["requested_at"],
        unique=False,
        postgresql_where=sa.text("decision IS NULL"),
    )
    op.create_table(
        "api_key_addresses",
        sa.Column("key_ref", sa.Uuid(), nullable=False),
        sa.Column("address", postgresql.INET(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key_ref", "address", name="pk_api_key_addresses"),
    )
    op.create_table(
        "api_requests",
        sa.Column("key_ref", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column(
            "request_hash",
            postgresql.BYTEA(),
            nullable=False,
            comment="of method, path and body: another body is refused",
        ),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="ids and states; no contact data",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key_ref", "idempotency_key", name="pk_api_requests"),
    )
    op.create_index("ix_api_requests_created_at", "api_requests", ["created_at"], unique=False)
    op.create_table(
        "key_rotations",
        sa.Column("field", sa.Text(), nullable=False, comment="table.column"),
        sa.Column("key_version", sa.Integer(), nullable=False, comment="the version that values are sealed under"),
        sa.Column(
            "last_key",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="where a stopped rotation goes on: the last row's key",
        ),
        sa.Column("rows_done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("field", "key_version", name="pk_key_rotations"),
    )
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("token_hash", postgresql.BYTEA(), nullable=False, comment="keyed hash, for equality search"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('invitation', 'password_reset', 'first_administrator')", name="ck_one_time_links_purpose"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_links"),
        sa.UniqueConstraint("token_hash", name="uq_one_time_links_token_hash"),
    )
    op.create_index("ix_one_time_links_user", "one_time_links", ["user_ref", "created_at"], unique=False)
    op.create_table(
        "rate_limits",
        sa.Column("limiter", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="an address, a user's or a key's id, or 'all'"),
        sa.Column("window_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("limiter", "subject", name="pk_rate_limits"),
    )
    op.create_index("ix_rate_limits_window_ends_at", "rate_limits", ["window_ends_at"], unique=False)
    op.create_table(
        "user_devices",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.Column(
            "device_hash",
            postgresql.BYTEA(),
            nullable=False,
            comment="of the opaque token in the browser's device cookie",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("failed_attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True, comment="back-off after failed attempts"),
        sa.PrimaryKeyConstraint("id", name="pk_user_devices"),
        sa.UniqueConstraint("user_ref", "device_hash", name="uq_user_devices_user_ref_device_hash"),
    )
    op.create_index("ix_user_devices_last_seen_at", "user_devices", ["last_seen_at"], unique=False)
    op.create_table(
        "user_identities",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_user_identities_created_by"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_identities_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_user_identities"),
        sa.UniqueConstraint("issuer", "subject", name="uq_user_identities_issuer_subject"),
    )
    op.create_index("ix_user_identities_user_id", "user_identities", ["user_id"], unique=False)
    op.add_column("api_keys", sa.Column("last_used_address", postgresql.INET(), nullable=True))
    op.add_column(
        "api_keys",
        sa.Column(
            "replaces_ref",
            sa.Uuid(),
            nullable=True,
            comment="api_keys.id that this one follows; both are good until that one expires",
        ),
    )
    op.add_column(
        "api_keys",
        sa.Column(
            "platform_ref",
            sa.Uuid(),
            nullable=True,
            comment="b2b_platforms.id that answers with this key; null: not a platform's",
        ),
    )
    op.add_column(
        "sign_in_sessions",
        sa.Column(
            "idle_minutes",
            sa.Integer(),
            server_default=sa.text("60"),
            nullable=False,
            comment="ends when unused for so long",
        ),
    )
    op.add_column(
        "sign_in_sessions", sa.Column("method", sa.Text(), server_default=sa.text("'password'"), nullable=False)
    )
    op.add_column("sign_in_sessions", sa.Column("device_ref", sa.Uuid(), nullable=True, comment="user_devices.id"))
    op.add_column(
        "sign_in_sessions",
        sa.Column(
            "confirmed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="when the person last proved who they are",
        ),
    )
    op.add_column(
        "sign_in_sessions",
        sa.Column("viewing_as", sa.Text(), nullable=True, comment="role whose view an administrator tries, read-only"),
    )
    for name, condition in CHECKS.items():
        op.execute(f"ALTER TABLE sign_in_sessions ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
    op.execute(RIGHTS)


def downgrade() -> None:
    """Take back."""
    op.drop_column("sign_in_sessions", "viewing_as")
    op.drop_column("sign_in_sessions", "confirmed_at")
    op.drop_column("sign_in_sessions", "device_ref")
    op.drop_column("sign_in_sessions", "method")
    op.drop_column("sign_in_sessions", "idle_minutes")
    op.drop_column("api_keys", "platform_ref")
    op.drop_column("api_keys", "replaces_ref")
    op.drop_column("api_keys", "last_used_address")
    op.drop_index("ix_user_identities_user_id", table_name="user_identities")
    op.drop_table("user_identities")
    op.drop_index("ix_user_devices_last_seen_at", table_name="user_devices")
    op.drop_table("user_devices")
    op.drop_index("ix_rate_limits_window_ends_at", table_name="rate_limits")
    op.drop_table("rate_limits")
    op.drop_index("ix_one_time_links_user", table_name="one_time_links")
    op.drop_table("one_time_links")
    op.drop_table("key_rotations")
    op.drop_index("ix_api_requests_created_at", table_name="api_requests")
    op.drop_table("api_requests")
    op.drop_table("api_key_addresses")
    op.drop_index("ix_access_requests_open", table_name="access_requests", postgresql_where=sa.text("decision IS NULL"))
    op.drop_table("access_requests")
