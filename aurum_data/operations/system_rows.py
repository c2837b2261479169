"""Rows that follow the code: system roles with their permissions, retention policies, flags, coming partitions."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, text

from aurum_data.clock import today
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import ROLE_PERMISSIONS, Role
from aurum_data.rules.privacy import RETENTION_PERIODS, RetentionAction

ROLE_DESCRIPTIONS = {
    Role.ADMIN: "Runs the system and gives rights; sees no personal data unmasked",
    Role.MANAGER: "Reads revenue and leads, records payments, assigns work",
    Role.SALES: "Works leads: contacts people, changes status, makes notes",
    Role.OPS: "Brings leads in, delivers them, pauses and resumes platforms",
    Role.COMPLIANCE: "Answers privacy requests, keeps consent and retention in order",
    Role.ANALYST: "Reads figures and judges AI models; no personal data",
}
# data type: table, time column, what happens at the end, why so long
RETENTION_TABLES = {
    "leads": ("leads", "created_at", RetentionAction.ANONYMIZE, "business records"),
    "conversations": ("lead_conversations", "created_at", RetentionAction.HARD_DELETE, "conversation history"),
    "user_sessions": ("user_sessions", "started_at", RetentionAction.DROP_PARTITION, "session data"),
    "ai_analyses": ("ai_analyses", "created_at", RetentionAction.HARD_DELETE, "AI analysis data"),
    "revenue_transactions": ("b2b_revenue_transactions", "occurred_at", RetentionAction.HARD_DELETE, "accounts"),
    "platform_performance": ("platform_performance", "date", RetentionAction.HARD_DELETE, "performance data"),
    "user_activity_logs": ("user_activity_logs", "occurred_at", RetentionAction.DROP_PARTITION, "activity logs"),
    "error_logs": ("error_logs", "occurred_at", RetentionAction.DROP_PARTITION, "error logs"),
}
PARTITION_MONTHS_AHEAD = 3

_ROLE = text("""
    INSERT INTO roles (role_name, description, is_system) VALUES (:name, :description, true)
    ON CONFLICT (role_name) DO UPDATE SET description = excluded.description, is_system = true
""")
_PERMISSION = text("""
    INSERT INTO user_permissions (role_id, resource, action, is_system)
    SELECT id, :resource, :action, true FROM roles WHERE role_name = :name
    ON CONFLICT DO NOTHING
""")
_WITHDRAWN = text("""
    DELETE FROM user_permissions p USING roles r
    WHERE r.id = p.role_id AND r.role_name = :name AND p.is_system
      AND p.resource || ':' || p.action <> ALL (CAST(:held AS text[]))
""")
_RETENTION = text("""
    INSERT INTO retention_policies (data_type, table_name, time_column, retention_days, action, legal_basis)
    VALUES (:data_type, :table_name, :time_column, :days, :action, :legal_basis)
    ON CONFLICT (data_type) DO NOTHING
""")
_FLAG = text("INSERT INTO app_flags (flag) VALUES (:flag) ON CONFLICT DO NOTHING")
_PARTITIONS = text("SELECT aurum_make_partitions(:first, :last)")


def sync(connection: Connection) -> None:
    """Bring the rows to what the code says; run after every migration, as aurum_owner."""
    for role in Role:
        connection.execute(_ROLE, {"name": role, "description": ROLE_DESCRIPTIONS[role]})
        held = sorted(ROLE_PERMISSIONS[role])
        for permission in held:
            resource, action = permission.split(":")
            connection.execute(_PERMISSION, {"name": role, "resource": resource, "action": action})
        connection.execute(_WITHDRAWN, {"name": role, "held": held})
    for data_type, days in RETENTION_PERIODS.items():
        table_name, time_column, action, legal_basis = RETENTION_TABLES[data_type]
        connection.execute(
            _RETENTION,
            {"data_type": data_type, "table_name": table_name, "time_column": time_column, "days": days}
            | {"action": action, "legal_basis": legal_basis},
        )
    for flag in Freeze:
        connection.execute(_FLAG, {"flag": flag})
    connection.execute(_PARTITIONS, {"first": today().replace(day=1) - timedelta(days=1), "last": months_ahead()})


def months_ahead() -> str:
    """First day of the last month for which partitions should stand ready (ISO date)."""
    month = today().month - 1 + PARTITION_MONTHS_AHEAD
    return today().replace(year=today().year + month // 12, month=month % 12 + 1, day=1).isoformat()
