"""Who may do what: permissions as `resource:action`, the system roles, and what each role holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from enum import StrEnum


class Permission(StrEnum):
    """Every right there is. Pages, queries and actions name these and nothing else."""

    AI_READ = "ai:read"
    AI_WRITE = "ai:write"
    AUDIT_READ = "audit:read"
    COMPLIANCE_READ = "compliance:read"
    COMPLIANCE_WRITE = "compliance:write"
    LEADS_ASSIGN = "leads:assign"
    LEADS_EXPORT = "leads:export"
    LEADS_IMPORT = "leads:import"
    LEADS_READ = "leads:read"
    LEADS_READ_PII = "leads:read_pii"
    LEADS_WRITE = "leads:write"
    MARKET_READ = "market:read"
    MARKET_WRITE = "market:write"
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


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name
    FIRST_ADMINISTRATOR = "first_administrator"


LINK_HOURS = {LinkPurpose.INVITATION: 72, LinkPurpose.PASSWORD_RESET: 1, LinkPurpose.FIRST_ADMINISTRATOR: 24}
USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")

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
# What changes access, erases or stops things: a role made in the database that holds one of these counts too.
SECOND_FACTOR_PERMISSIONS = frozenset({P.COMPLIANCE_WRITE, P.SYSTEM_WRITE, P.USERS_WRITE})


def must_have_second_factor(roles: Collection[str], permissions: Collection[str]) -> bool:
    """Whether somebody with these roles and rights may not be without a second factor."""
    return bool(SECOND_FACTOR_ROLES.intersection(roles) or SECOND_FACTOR_PERMISSIONS.intersection(permissions))


# What the holders of a right may grant without holding it. Administrators do not see contact data, and yet bring in
# the people who do; they cannot give it to themselves, for nobody changes their own roles.
ENTRUSTED: dict[Permission, frozenset[Permission]] = {P.USERS_WRITE: frozenset({P.LEADS_READ_PII})}


def may_grant(held: AbstractSet[Permission], granted: AbstractSet[Permission]) -> bool:
    """Whether somebody who holds `held` may give another person the permissions `granted`.

    They must hold the right to change accounts, and everything that they give or that is entrusted to them.
    """
    entrusted = {permission for key in held for permission in ENTRUSTED.get(key, ())}
    return P.USERS_WRITE in held and granted <= held | entrusted
