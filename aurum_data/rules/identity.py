"""Who may do what: permissions as `resource:action`, the system roles, and what each role holds."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """Every right there is. Pages, queries and actions name these and nothing else."""

    AI_READ = "ai:read"
    AI_WRITE = "ai:write"
    AUDIT_READ = "audit:read"
    COMPLIANCE_READ = "compliance:read"
    COMPLIANCE_WRITE = "compliance:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    LEADS_ASSIGN = "leads:assign"
    LEADS_EXPORT = "leads:export"
    LEADS_IMPORT = "leads:import"
    LEADS_READ = "leads:read"
    LEADS_READ_PII = "leads:read_pii"
    LEADS_WRITE = "leads:write"
    MARKET_READ = "market:read"
    MARKET_WRITE = "market:write"
    PLATFORMS_ANSWER = "platforms:answer"
    PLATFORMS_READ = "platforms:read"
    PLATFORMS_WRITE = "platforms:write"
    REVENUE_READ = "revenue:read"
    REVENUE_WRITE = "revenue:write"
    SYSTEM_READ = "system:read"
    SYSTEM_WRITE = "system:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"


class Role(StrEnum):
    """The system roles; further roles may be added in the database."""

    ADMIN = "admin"
    MANAGER = "manager"
    SALES = "sales"
    OPS = "ops"
    COMPLIANCE = "compliance"
    ANALYST = "analyst"


class UserStatus(StrEnum):
    """State of an account."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


P = Permission
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission) - {P.LEADS_READ_PII},
    Role.MANAGER: frozenset(
        {
            P.LEADS_READ,
            P.LEADS_ASSIGN,
            P.REVENUE_READ,
            P.REVENUE_WRITE,
            P.PLATFORMS_READ,
            P.MARKET_READ,
            P.AI_READ,
        }
    ),
    Role.SALES: frozenset(
        {P.LEADS_READ, P.LEADS_READ_PII, P.LEADS_WRITE, P.LEADS_ASSIGN, P.MARKET_READ, P.PLATFORMS_READ}
    ),
    Role.OPS: frozenset(
        {P.LEADS_READ, P.LEADS_WRITE, P.LEADS_ASSIGN, P.LEADS_IMPORT, P.LEADS_EXPORT, P.PLATFORMS_READ}
        | {P.PLATFORMS_WRITE, P.MARKET_READ, P.MARKET_WRITE, P.AI_READ, P.REVENUE_READ}
    ),
    Role.COMPLIANCE: frozenset({P.LEADS_READ, P.LEADS_READ_PII, P.COMPLIANCE_READ, P.COMPLIANCE_WRITE, P.AUDIT_READ}),
    Role.ANALYST: frozenset({P.LEADS_READ, P.AI_READ, P.AI_WRITE, P.MARKET_READ, P.PLATFORMS_READ, P.REVENUE_READ}),
}
SECOND_FACTOR_ROLES = frozenset({Role.ADMIN, Role.COMPLIANCE})

# What a machine's key may hold. Everything else, personal data above all, is for people.
KEY_SCOPES = frozenset({P.LEADS_IMPORT, P.LEADS_READ, P.PLATFORMS_ANSWER, P.PLATFORMS_READ, P.REVENUE_READ})
# A buyer's own key tells us its answers and reads nothing: the rest would show it the other buyers.
PLATFORM_KEY_SCOPES = frozenset({P.PLATFORMS_ANSWER})
