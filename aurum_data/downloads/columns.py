"""The columns that a file of leads may have: their titles, kinds, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "decimal", "flag", "instant"]


@dataclass(frozen=True)
class Column:
    """One column. `name`: of queries.leads.list_leads, or phone and email in the clear."""

    name: str
    title: str
    kind: Kind


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("id", "Lead ID", "text"),
        Column("created_at", "Created (ET)", "instant"),
        Column("full_name", "Name", "text"),
        Column("phone_masked", "Phone", "text"),
        Column("email_masked", "Email", "text"),
        Column("property_address", "Address", "text"),
        Column("unit", "Unit", "text"),
        Column("zip_code", "ZIP code", "text"),
        Column("borough", "Borough", "text"),
        Column("utility", "Utility", "text"),
        Column("status", "Status", "text"),
        Column("lead_quality", "Quality", "text"),
        Column("lead_score", "Score", "number"),
        Column("monthly_bill_usd", "Monthly bill (USD)", "decimal"),
        Column("system_kw", "System size (kW)", "decimal"),
        Column("total_revenue_earned", "Revenue (USD)", "decimal"),
        Column("conversation_count", "Conversation messages", "number"),
        Column("export_count", "Deliveries", "number"),
        Column("has_export_error", "Latest delivery failed", "flag"),
        Column("duplicate_of", "Duplicate of lead", "text"),
        Column("consent_state", "Consent", "text"),
        Column("sellable", "Sellable", "flag"),
        Column("do_not_call", "Do not call", "flag"),
        Column("source_name", "Source", "text"),
        Column("assigned_name", "Assigned to", "text"),
        Column("next_callback_at", "Next callback (ET)", "instant"),
        Column("last_activity_at", "Last activity (ET)", "instant"),
        Column("is_active", "Active", "flag"),
    )
}
# What stands in the place of a masked column in a file with contact data in the clear.
CLEAR = {"phone_masked": "phone", "email_masked": "email"}
