"""Write docs/data-dictionary.md from the models: every table, column, index, and what each index of leads is for."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from aurum_data.models import Base  # noqa: E402
from aurum_data.rules.personal_data import OF_A_LEAD  # noqa: E402

PREAMBLE = (
    "Made from the models by `python scripts/data_dictionary.py`; a test fails when it is out of date. "
    "Times are `timestamptz`; the business day is America/New_York; money is USD, `numeric(12,2)`."
)
TARGET = ROOT / "docs" / "data-dictionary.md"
DISTRIBUTION = {
    "lead": "owned by a lead: distributes by its id",
    "reference": "reference: copied to every node",
    "local": "local: no foreign keys",
}
# The query that each index of leads serves, by the name it has in aurum_data.
LEAD_INDEX_QUERIES = {
    "idx_lead_created_status": "mv_daily_revenue_summary and figures of the Leads page: arrivals of a period by status",
    "idx_lead_quality_score": "queries.leads.list_leads: a quality tier sorted by score",
    "idx_lead_zip_quality": "queries.market: leads of a ZIP code by tier; list_leads filtered by ZIP",
    "idx_lead_address_gin": "queries.leads.list_leads: search by whole words of the street",
    "idx_lead_created_id": "queries.leads.list_leads: newest first, page turns by key",
    "idx_lead_status_created": "queries.leads.list_leads: one status, newest first; actions.assignment: new leads",
    "idx_lead_borough_created": "queries.leads.list_leads: one borough, newest first",
    "idx_lead_quality_created": "queries.leads.list_leads: one tier, newest first",
    "idx_lead_source_created": "queries.leads.list_leads: one source, newest first; jobs.rollups acquisition",
    "idx_lead_score_id": "queries.leads.list_leads: sorted by score; covers status, tier and ZIP",
    "idx_lead_revenue_id": "queries.leads.list_leads: sorted by revenue",
    "idx_lead_activity_id": "queries.leads.list_leads: sorted by last activity",
    "idx_lead_assigned_status": "queries.leads.list_leads: a person's leads by status; my_work and team",
    "idx_lead_callback": "queries.my_work: callbacks due, by person; jobs.callbacks: reminders",
    "idx_lead_phone_hash": "queries.leads.list_leads: search by phone; intake.load: duplicates by phone",
    "idx_lead_email_hash": "queries.leads.list_leads: search by email; intake.load: duplicates by email",
    "idx_lead_address_key": "intake.load: duplicates by normalised address and unit",
    "idx_lead_name_trgm": "queries.leads.list_leads: search by part of a name",
    "idx_lead_address_trgm": "queries.leads.list_leads: search by part of a street",
    "idx_lead_tags_gin": "queries.leads.list_leads: leads that bear a tag",
    "idx_lead_duplicates": "queries.leads: the family of a lead; duplicates only",
    "idx_lead_export_error": "queries.leads.list_leads: leads whose latest export failed",
    "idx_lead_import_batch": "intake.load: the leads of one import",
    "idx_lead_inactive": "queries.leads.list_leads: deactivated leads, newest first",
    "idx_lead_qualified_zip": "jobs.rollups: leads by the day they were qualified; queries.team: outcomes",
}


def text() -> str:
    """The whole document."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    parts = [
        "# Data dictionary",
        PREAMBLE,
        "## What each index of `leads` is for",
        "\n".join(["| Index | Serves |", "|---|---|"] + [f"| `{k}` | {v} |" for k, v in LEAD_INDEX_QUERIES.items()]),
        *(_table(table) for table in tables),
    ]
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    doc = next(m.class_.__doc__ for m in Base.registry.mappers if m.local_table is table) or ""
    rows = [
        f"| `{column.name}` | {column.type.compile(postgresql.dialect()).lower()} | {'' if column.nullable else 'yes'} "
        f"| {(column.comment or '').replace('|', '/')} |"
        for column in table.columns
    ]
    indexes = [
        "- `" + str(CreateIndex(index).compile(dialect=postgresql.dialect())).removeprefix("CREATE ") + "`"
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    lines = [f"## {table.name}", "", " ".join(doc.split()), "", f"*{DISTRIBUTION[table.info['distribution']]}*", ""]
    lines += ["| Column | Type | Required | Meaning |", "|---|---|---|---|", *rows]
    erased = ["", f"Erasure of a person: {_erasure(table.name)}"] if table.name in OF_A_LEAD else []
    return "\n".join([*lines, *(["", *indexes] if indexes else []), *erased])


def _erasure(table: str) -> str:
    """What an erasure does to a person's rows, in words."""
    erasure = OF_A_LEAD[table]
    if erasure.deletes:
        return "the rows are deleted."
    emptied = ", ".join(f"`{column}`" for column in erasure.empties)
    return f"emptied {emptied}." if emptied else "nothing to erase."


if __name__ == "__main__":
    TARGET.write_text(text())
