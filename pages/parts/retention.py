"""The part of the Compliance screen about retention: what is past its time, and orders to keep it."""

from __future__ import annotations

from typing import Any

from aurum_data.actions.core import Actor
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.queries import privacy as queries
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.figure_download import Download
from pages.parts.panel import panel


def retention_view(actor: Actor) -> None:
    """The part of the screen."""
    download = Download("Compliance", actor, Permission.COMPLIANCE_READ)
    note = "How long each kind of data is kept, and what is past its time now."
    with panel("Retention", note=note, download=download):
        frame = get_database().query(actor, queries.retention_figures, today=today())
        frame["name"] = frame["data_type"].map(lambda name: fmt.label(name).replace("Ai ", "AI "))
        frame["does"] = frame["action"].map(fmt.label)
        frame["past"] = [_capped(count) for count in frame["past_cutoff"]]
        frame["run"] = [_run(row) for row in frame.to_dict("records")]
        tbl.table(
            frame,
            {
                "name": tbl.text("Kind of data"),
                "retention_days": tbl.number("Kept, days"),
                "cutoff": tbl.day("Kept from", help="Rows before this day are past their time."),
                "does": tbl.text("Then"),
                "past": tbl.text("Past their time", help=f"Counted up to {fmt.number(queries.COUNT_CAP)}."),
                "holds": tbl.number("Legal holds", help="In force: what they cover is kept."),
                "run": tbl.text("Last run", width="large"),
                "legal_basis": tbl.text("Kept as"),
            },
            alt="Retention policies with what is past its time and the last run",
            height="content",
        )
    with panel("Legal holds", note="Orders to keep data that would otherwise be erased."):
        holds = get_database().query(actor, queries.legal_holds)
        holds["covers"] = [
            "One lead" if lead is not None else fmt.label(kind)
            for lead, kind in zip(holds["lead_ref"], holds["data_type"], strict=True)
        ]
        tbl.table(
            holds,
            {
                "matter": tbl.text("Matter"),
                "covers": tbl.text("Covers"),
                "reason": tbl.text("Reason", width="large"),
                "placed_at": tbl.instant("Since (ET)"),
                "placed_name": tbl.text("Placed by"),
            },
            alt="Legal holds in force",
            empty="No legal hold is in force.",
        )


def _run(policy: dict[str, Any]) -> str:
    """The last run of a policy in one line."""
    if not isinstance(policy["last_outcome"], str):
        return "Not run yet"
    done = f"{fmt.instant(policy['last_run_at'])}: {policy['last_outcome']}, {fmt.number(policy['rows_affected'])} rows"
    return done + (f", {fmt.number(policy['rows_held'])} held back" if policy["rows_held"] else "")


def _capped(count: float | None) -> str:
    if count is None or count != count:  # noqa: PLR0124 - NaN
        return "Not counted"
    return f"More than {fmt.number(queries.COUNT_CAP - 1)}" if count >= queries.COUNT_CAP else fmt.number(count)
