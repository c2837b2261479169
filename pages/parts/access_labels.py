"""What each permission means, in the words of the screens."""

from __future__ import annotations

from aurum_data.queries.rights import HeldGrant
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt

P = Permission
MEANINGS: dict[P, str] = {
    P.AI_READ: "See AI models, scores and insights",
    P.AI_WRITE: "Judge AI models and act on insights",
    P.AUDIT_READ: "Read the audit trail",
    P.COMPLIANCE_READ: "See privacy requests, consent and retention",
    P.COMPLIANCE_WRITE: "Answer privacy requests and withdraw consents",
    P.KEYS_READ: "See the keys of machines",
    P.KEYS_WRITE: "Make, replace and revoke keys of machines",
    P.LEADS_ASSIGN: "Give leads to people",
    P.LEADS_DEACTIVATE: "Deactivate leads and restore them",
    P.LEADS_EXPORT: "Take lists of leads out as files",
    P.LEADS_IMPORT: "Bring leads in from files",
    P.LEADS_READ: "See leads, contact data masked",
    P.LEADS_READ_PII: "Open phone numbers and emails, one at a time",
    P.LEADS_WRITE: "Work on leads: status, tags, duplicates and notes",
    P.MARKET_READ: "See the market by ZIP code",
    P.MARKET_WRITE: "Correct market figures and rates",
    P.PLATFORMS_ANSWER: "Say what a platform answered: accepted, rejected, returned",
    P.PLATFORMS_READ: "See platforms and deliveries",
    P.PLATFORMS_WRITE: "Pause and resume platforms",
    P.REVENUE_READ: "See revenue, statements and payments",
    P.REVENUE_WRITE: "Record payments",
    P.SYSTEM_READ: "See the state of servers and jobs",
    P.SYSTEM_WRITE: "Run maintenance and retry jobs",
    P.USERS_GRANT_PII: "Give others the right to open contact data",
    P.USERS_READ: "See accounts and rights",
    P.USERS_WRITE: "Give and take roles and permissions",
}


def meaning(permission: P) -> str:
    """A permission as a choice in a list: "Record payments (revenue:write)"."""
    return f"{MEANINGS[permission]} ({permission})"


def source(entry: HeldGrant) -> str:
    """Where a grant comes from: a role by name, or a permission given by itself."""
    if entry.grant.role is not None:
        return f"Role {fmt.label(entry.grant.role)}"
    return f"Given alone: {', '.join(sorted(entry.grant.permissions))}"


def limits(entry: HeldGrant) -> str:
    """Where a grant holds: boroughs and platforms by name, or everywhere."""
    boroughs = sorted(entry.grant.boroughs or ())
    return "; ".join(filter(None, [", ".join(boroughs), ", ".join(entry.platform_names)])) or "Everywhere"
