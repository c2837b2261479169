"""The screens of the application, in the order of the menu. A new screen is one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aurum_data.rules.identity import Permission, Role
from pages import access, compliance, imports, lead_quality, leads, market, my_work, platforms, revenue, system, team


@dataclass(frozen=True)
class Screen:
    """A screen, and the right that opens it; `first_for`: the role that begins its day there."""

    title: str
    icon: str
    path: str
    page: Callable[[], None]
    permission: Permission
    first_for: Role | None = None


SCREENS = [
    Screen("Leads", ":material/contacts:", "leads", leads.page, Permission.LEADS_READ),
    Screen("My work", ":material/call:", "my-work", my_work.page, Permission.LEADS_WRITE, first_for=Role.SALES),
    Screen("Team", ":material/groups:", "team", team.page, Permission.LEADS_ASSIGN),
    Screen("Imports", ":material/upload_file:", "imports", imports.page, Permission.LEADS_IMPORT),
    Screen("Revenue", ":material/payments:", "revenue", revenue.page, Permission.REVENUE_READ),
    Screen("Platforms", ":material/hub:", "platforms", platforms.page, Permission.PLATFORMS_READ),
    Screen("Market", ":material/map:", "market", market.page, Permission.MARKET_READ),
    Screen("Lead quality", ":material/monitoring:", "lead-quality", lead_quality.page, Permission.AI_READ),
    Screen("Compliance", ":material/gavel:", "compliance", compliance.page, Permission.COMPLIANCE_READ),
    Screen("Access", ":material/admin_panel_settings:", "access", access.page, Permission.USERS_READ),
    Screen("System", ":material/monitor_heart:", "system", system.page, Permission.SYSTEM_READ),
]
