"""Who may do what: permissions as `resource:action`, the system roles, and what each role holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


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
    LEADS_DEACTIVATE = "leads:deactivate"
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
    USERS_GRANT_PII = "users:grant_pii"
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
            P.LEADS_DEACTIVATE,
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
        {P.LEADS_READ, P.LEADS_WRITE, P.LEADS_ASSIGN, P.LEADS_DEACTIVATE, P.LEADS_IMPORT, P.LEADS_EXPORT}
        | {P.PLATFORMS_READ, P.PLATFORMS_WRITE, P.MARKET_READ, P.MARKET_WRITE, P.AI_READ, P.REVENUE_READ}
    ),
    Role.COMPLIANCE: frozenset({P.LEADS_READ, P.LEADS_READ_PII, P.COMPLIANCE_READ, P.COMPLIANCE_WRITE, P.AUDIT_READ}),
    Role.ANALYST: frozenset({P.LEADS_READ, P.AI_READ, P.AI_WRITE, P.MARKET_READ, P.PLATFORMS_READ, P.REVENUE_READ}),
}
SECOND_FACTOR_ROLES = frozenset({Role.ADMIN, Role.COMPLIANCE})
# What changes access, erases or stops things: a role made in the database that holds one of these counts too.
SECOND_FACTOR_PERMISSIONS = frozenset({P.COMPLIANCE_WRITE, P.SYSTEM_WRITE, P.USERS_WRITE})

# What a machine's key may hold. Everything else, personal data above all, is for people.
KEY_SCOPES = frozenset({P.LEADS_IMPORT, P.LEADS_READ, P.PLATFORMS_ANSWER, P.PLATFORMS_READ, P.REVENUE_READ})
# A buyer's own key tells us its answers and reads nothing: the rest would show it the other buyers.
PLATFORM_KEY_SCOPES = frozenset({P.PLATFORMS_ANSWER})


def must_have_second_factor(roles: Collection[str], permissions: Collection[str]) -> bool:
    """Whether somebody with these roles and rights may not be without a second factor."""
    return bool(SECOND_FACTOR_ROLES.intersection(roles) or SECOND_FACTOR_PERMISSIONS.intersection(permissions))


# Administrators staff sales and compliance without reading personal data themselves: a right of its own says so.
GRANTED_BY: dict[Permission, Permission] = {P.LEADS_READ_PII: P.USERS_GRANT_PII}
# What makes an administrator comes with the role Admin and no other way: a second one must agree to that role.
ADMIN_ONLY = frozenset({P.USERS_WRITE, P.USERS_GRANT_PII})
FEWEST_ADMINISTRATORS = 2

# Rights over things that lie in a borough, or belong to a platform: the only ones that can be limited so.
BY_BOROUGH = frozenset(
    {P.LEADS_READ, P.LEADS_READ_PII, P.LEADS_WRITE, P.LEADS_ASSIGN, P.LEADS_DEACTIVATE, P.LEADS_EXPORT, P.MARKET_READ}
)
BY_PLATFORM = frozenset({P.PLATFORMS_READ, P.PLATFORMS_WRITE, P.REVENUE_READ, P.REVENUE_WRITE})


@dataclass(frozen=True)
class Grant:
    """A role that somebody holds, or (`role` None) permissions given to them one by one. Limits None: everywhere."""

    role: str | None
    permissions: frozenset[Permission]
    boroughs: frozenset[str] | None = None
    platforms: frozenset[UUID] | None = None

    @property
    def effective(self) -> frozenset[Permission]:
        """What the grant gives: limited to boroughs or platforms, only what can be limited so."""
        if self.boroughs is None and self.platforms is None:
            return self.permissions
        kept = BY_BOROUGH if self.boroughs is not None else frozenset()
        return self.permissions & (kept | (BY_PLATFORM if self.platforms is not None else frozenset()))


@dataclass(frozen=True)
class Rights:
    """What somebody may do, in which boroughs and for which platforms (None: all)."""

    permissions: frozenset[Permission] = frozenset()
    boroughs: frozenset[str] | None = None
    platforms: frozenset[UUID] | None = None


def roles_of(grants: Iterable[Grant]) -> frozenset[str]:
    """The names of the roles among somebody's grants."""
    return frozenset(grant.role for grant in grants if grant.role is not None)


def rights_of(grants: Iterable[Grant]) -> Rights:
    """What all grants of one person come to.

    Limits are the union over the roles that open things of that kind; one such role without a limit opens all.
    Permissions given one by one follow the limits of the roles. A limited person holds nothing that cannot be limited.
    """
    grants = list(grants)
    boroughs = _union([grant.boroughs for grant in _opening(grants, BY_BOROUGH)])
    platforms = _union([grant.platforms for grant in _opening(grants, BY_PLATFORM)])
    permissions = frozenset[Permission]().union(*(grant.effective for grant in grants))
    if boroughs is not None or platforms is not None:
        permissions &= BY_BOROUGH | BY_PLATFORM
    return Rights(permissions, boroughs, platforms)


def mixes_limits(grants: Iterable[Grant]) -> bool:
    """Whether some roles of a person are limited and others open the same things everywhere, which undoes the limit."""
    grants = list(grants)
    of_boroughs = {grant.boroughs is None for grant in _opening(grants, BY_BOROUGH)}
    of_platforms = {grant.platforms is None for grant in _opening(grants, BY_PLATFORM)}
    return len(of_boroughs) == 2 or len(of_platforms) == 2


def not_grantable(held: AbstractSet[Permission], given: Iterable[Permission]) -> frozenset[Permission]:
    """Those of `given` that somebody who holds `held` may not pass on."""
    return frozenset(p for p in given if p not in held and GRANTED_BY.get(p) not in held)


def may_grant(held: AbstractSet[Permission], given: Iterable[Permission]) -> bool:
    """Whether somebody who holds `held` may give `given` to another: nobody gives what they do not hold."""
    return P.USERS_WRITE in held and not not_grantable(held, given)


def _opening(grants: list[Grant], kind: frozenset[Permission]) -> list[Grant]:
    return [grant for grant in grants if grant.role is not None and grant.effective & kind]


def _union(limits: list[frozenset[T] | None]) -> frozenset[T] | None:
    return None if not limits or None in limits else frozenset().union(*filter(None, limits))
