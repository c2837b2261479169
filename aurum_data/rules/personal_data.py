"""Where data of a lead's person lie, and what an erasure of that person does there.

A new table or column is put down here before it is made: a test walks the catalog of the database and names whatever is
missing, and docs/data-dictionary.md tells whoever carries an erasure out. What our people's own accounts hold is not
meant: that ends with the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Erasure:
    """What becomes of the rows of one person in a table.

    `deletes`: the rows go. Else `empties` names the columns that lose their value, and `keeps` those with free text,
    JSON or bytes that stay, with the reason.
    """

    deletes: bool = False
    empties: tuple[str, ...] = ()
    keeps: Mapping[str, str] = field(default_factory=dict)


_DELETED = Erasure(deletes=True)
_MODEL = "names a model of ours"
_STAFF = "names one of our people"
_WORD = "a word of ours, not of the person"
_THEIRS = "the buyer's number for the lead: without it the ledger cannot be settled"

# Tables with rows of a lead, which are found by its id.
OF_A_LEAD: dict[str, Erasure] = {
    "leads": Erasure(
        empties=(
            "first_name",
            "last_name",
            "full_name",
            "phone_encrypted",
            "phone_hash",
            "phone_masked",
            "email_encrypted",
            "email_hash",
            "email_masked",
            "property_address",
            "house_number",
            "street_name",
            "unit",
            "address_key",
            "bbl",
            "tags",
            "consent_certificate_url",
            "consent_page_url",
            "consent_ip",
            "consent_user_agent",
            "utm_term",
            "utm_content",
            "first_utm_term",
            "first_utm_content",
            "gclid",
            "fbclid",
            "msclkid",
            "ttclid",
        ),
        keeps={
            "preferred_language": "one of a dozen: figures of a borough are counted by it",
            "city": "New York",
            "state": "New York",
            "zip_code": "an area of thousands: the market's figures are counted by it",
            "rate_plan": "a tariff of the utility",
            "incentives": "codes of public programs",
            "consent_certificate_provider": "a company",
            "consent_wording_version": _WORD,
            "utm_source": "a channel",
            "utm_medium": "a channel",
            "utm_campaign": "a campaign of ours",
            "first_utm_source": "a channel",
            "first_utm_medium": "a channel",
            "first_utm_campaign": "a campaign of ours",
        },
    ),
    "lead_notes": _DELETED,
    "lead_calls": Erasure(
        empties=("note",),
        keeps={"caller_name": _STAFF},  # that a call was made must be provable
    ),
    "lead_conversations": _DELETED,
    "lead_status_history": Erasure(empties=("reason",), keeps={"actor_name": _STAFF}),
    "lead_quality_history": Erasure(empties=("factors",), keeps={"reason": _WORD, "model_version": _MODEL}),
    "lead_consents": Erasure(),
    "lead_consent_events": Erasure(
        empties=("certificate_url", "page_url", "ip", "user_agent"),
        keeps={"certificate_provider": "a company", "wording_version": _WORD, "recorded_by": _STAFF},
    ),
    "lead_exports": Erasure(
        empties=("payload", "response_excerpt", "error_message"),
        keeps={"platform_lead_id": _THEIRS, "error_code": _WORD},
    ),
    "lead_duplicate_candidates": _DELETED,
    "lead_platform_ids": Erasure(keeps={"platform_lead_id": _THEIRS}),
    "lead_idempotency_keys": _DELETED,
    "b2b_lead_mappings": Erasure(keeps={"platform_lead_id": _THEIRS}),
    "b2b_revenue_transactions": Erasure(keeps={"reason": "a word of the ledger, which is never changed"}),
    "b2b_statement_lines": Erasure(),
    "ai_analyses": _DELETED,
    "ai_conversations": _DELETED,
    "bulk_operation_items": Erasure(empties=("before",)),  # tags; the change cannot be undone for this lead any more
    "callback_reminders": _DELETED,
    "user_sessions": _DELETED,
    "legal_holds": Erasure(
        keeps=dict.fromkeys(("matter", "reason", "data_type"), "why nothing was erased while it stood")
    ),
}

# Every other table with free text, JSON or bytes: why nothing of a lead's person is left there.
_OWN = "of our people's accounts, which end with them"
_FIGURES = "figures without a person"
_CONFIGURED = "what we set up, in our words"
_PUBLIC = "public reference data"
ELSEWHERE: dict[str, str] = {
    "access_requests": _OWN, "api_key_addresses": "of machines", "api_keys": "of machines",
    "ai_insights": _FIGURES, "ai_models": _CONFIGURED, "alert_rules": _CONFIGURED, "alerts": _FIGURES,
    "api_requests": "answers to machines name leads by their ids only; forgotten after 30 days",
    "app_flags": _CONFIGURED, "assignment_rules": _CONFIGURED,
    "audit_log": "names leads by their ids; names, addresses and contact data are never written there",
    "b2b_disputes": "about statements of buyers", "b2b_payments": "payments of buyers",
    "b2b_platforms": _CONFIGURED, "b2b_statements": "statements of buyers",
    "bulk_operations": "ids, states and the tag of a change: a word for many leads, not for one person",
    "campaigns": _CONFIGURED, "conversation_metrics": _FIGURES, "encryption_keys": "of keys",
    "error_logs": "errors are logged without the values they came from",
    "health_samples": _FIGURES, "import_batches": "facts of a file",
    "import_rejected_rows": "refused rows of files, sealed; their people are no leads; forgotten in time",
    "inbox_messages": "names leads by their ids", "key_rotations": "of keys",
    "lead_factor_metrics": _FIGURES, "lead_quality_metrics": _FIGURES, "lead_sources": _CONFIGURED,
    "list_downloads": "what was searched is sealed; forgotten after 30 days",
    "list_links": "what was searched is sealed; forgotten after 90 days",
    "list_settings": _OWN, "message_metrics": _FIGURES,
    "nyc_demographics": _PUBLIC, "nyc_electric_rates": _PUBLIC, "nyc_figure_sources": _PUBLIC,
    "nyc_incentive_usage": _PUBLIC, "nyc_incentives": _PUBLIC, "nyc_market_intelligence": _FIGURES,
    "nyc_zip_codes": _PUBLIC, "one_time_links": _OWN, "platform_health_checks": _FIGURES,
    "privacy_requests": "the request itself: the proof that it was answered, purged in its time",
    "privacy_request_events": "the request's own history, purged with it",
    "rate_limits": "of sign-ins and machines; forgotten at the end of their window",
    "retention_policies": _CONFIGURED, "retention_runs": _FIGURES, "roles": _CONFIGURED,
    "rollup_changes": _FIGURES, "rollup_stamps": _FIGURES, "sealed_counts": _FIGURES,
    "saved_views": "holds filters and never what was searched (docs/decisions/0008)",
    "security_events": _OWN, "sign_in_attempts": _OWN, "sign_in_sessions": _OWN, "sign_in_tickets": _OWN,
    "suppression_list": "keyed hashes, kept so that the person is not taken in again",
    "user_activity_logs": _OWN, "user_devices": _OWN, "user_identities": _OWN, "user_permissions": _OWN,
    "user_recovery_codes": _OWN, "user_roles": _OWN, "users": _OWN,
    "consent_summary": _FIGURES, "consent_wording_summary": _FIGURES,
    "consent_wordings": "texts that everybody was shown",
}  # fmt: skip
