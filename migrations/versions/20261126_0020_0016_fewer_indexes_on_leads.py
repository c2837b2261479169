"""Fewer indexes on leads: one for what several served, none for what nothing asks.

docs/decisions/0011 says of each that stays what it is for. The new ones are built before the old ones go. What is
left is vacuumed ten times as often: the replica passes over dead entries, at the head of lists most of all.
"""

from __future__ import annotations

from collections.abc import Iterable

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ACTIVE = "WHERE is_active = true"
NEW = {
    "idx_lead_score_covering": f"(lead_score, id) INCLUDE (status, lead_quality, zip_code, borough) {ACTIVE}",
    "idx_lead_source_campaign": f"(source_id, created_at, id, campaign_id) {ACTIVE}",
    "idx_lead_assigned": f"(assigned_to, status, created_at, next_callback_at) {ACTIVE} AND assigned_to IS NOT NULL",
    "idx_lead_search": "USING gin (full_name gin_trgm_ops, property_address gin_trgm_ops)",
    "idx_lead_exceptions": "(created_at, id) WHERE is_active = false OR has_export_error",
}
OLD = {
    "idx_lead_score_id": f"(lead_score, id) INCLUDE (status, lead_quality, zip_code) {ACTIVE}",
    "idx_lead_borough_created": f"(borough, created_at, id) {ACTIVE}",
    "idx_lead_quality_created": f"(lead_quality, created_at, id) {ACTIVE}",
    "idx_lead_source_created": f"(source_id, created_at, id) {ACTIVE}",
    "idx_lead_assigned_status": f"(assigned_to, status, created_at) {ACTIVE} AND assigned_to IS NOT NULL",
    "idx_lead_callback": f"(next_callback_at, assigned_to) {ACTIVE} AND next_callback_at IS NOT NULL",
    "idx_lead_name_trgm": "USING gin (full_name gin_trgm_ops)",
    "idx_lead_address_trgm": "USING gin (property_address gin_trgm_ops)",
    "idx_lead_tags_gin": "USING gin (tags)",
    "idx_lead_export_error": f"(created_at, id) {ACTIVE} AND has_export_error",
    "idx_lead_inactive": "(created_at, id) WHERE is_active = false",
}


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE leads SET (autovacuum_vacuum_scale_factor = 0.02)")
    with op.get_context().autocommit_block():
        _build(NEW)
        _drop(OLD)


def downgrade() -> None:
    """Take back."""
    with op.get_context().autocommit_block():
        _build(OLD)
        _drop(NEW)
    op.execute("ALTER TABLE leads RESET (autovacuum_vacuum_scale_factor)")


def _build(indexes: dict[str, str]) -> None:
    for name, definition in indexes.items():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # one that failed would be taken for done
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON leads {definition}")


def _drop(names: Iterable[str]) -> None:
    for name in names:
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
