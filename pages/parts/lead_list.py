"""The list of leads: one page of it, turned by key in both directions, and which lead is open beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.lead_filter import Cursor, LeadFilter, LeadSort
from aurum_data.queries.leads import Count, LeadPage, count_leads, list_leads
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.lead_bulk import selection_bar
from pages.parts.lead_labels import label
from pages.parts.lead_selection import select_of_page, selected, selection_round
from pages.parts.panel import nothing

PLACE, OPEN, SHOWN, GRID = "lead_place", "lead_open", "leads_shown", "leads_grid"
VERSIONS, CELLS = "leads_versions", "leads_cells"  # of the leads shown; the chosen cell that was last acted on


@dataclass(frozen=True)
class Place:
    """Which page of which list: the list's filter and order, where the page begins, its number."""

    chosen: LeadFilter
    sort: LeadSort
    after: Cursor | None = None
    before: Cursor | None = None
    number: int = 1


def lead_list(actor: Actor, chosen: LeadFilter, sort: LeadSort, *, narrow: bool) -> None:
    """The page of the list that the person is at; choosing a row opens its lead. `narrow`: one is open."""
    place = st.session_state.get(PLACE)
    if place is None or (place.chosen, place.sort) != (chosen, sort):
        place = Place(chosen, sort)
    database = get_database()
    page = database.query(actor, list_leads, filter=chosen, sort=sort, after=place.after, before=place.before)
    if page.previous is None and place.number != 1:
        place = Place(chosen, sort)
    st.session_state[PLACE] = place
    total = database.query(actor, count_leads, chosen)
    _turning(place, page, total)
    if page.frame.empty:
        nothing("No leads match. Remove a filter, or search for something else.")
        return
    may_change = selection_bar(actor, chosen, total_text(total), total.value)
    _grid(page.frame, narrow=narrow, selectable=may_change)


def open_lead() -> UUID | None:
    """The lead that is open beside the list."""
    return st.session_state.get(OPEN)


def close_lead() -> None:
    """Close the lead beside the list (a callback)."""
    guard(Permission.LEADS_READ)
    st.session_state[OPEN] = None


def total_text(total: Count) -> str:
    """How many leads match: "1 lead", "3,214 leads", "about 496,000 leads"."""
    if not total.exact:
        digits = max(0, len(str(total.value)) - 3)
        return f"about {round(total.value, -digits):,} leads"
    return "1 lead" if total.value == 1 else f"{total.value:,} leads"


def _turning(place: Place, page: LeadPage, total: Count) -> None:
    """How many there are, and the buttons to the neighbouring pages."""
    text = total_text(total)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{text[:1].upper()}{text[1:]}** · page {place.number:,}")
        st.space("stretch")
        st.button(
            "Previous",
            icon=":material/chevron_left:",
            disabled=page.previous is None,
            on_click=_turn,
            args=(place, None, page.previous),
            shortcut="Alt+P",
        )
        st.button(
            "Next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=page.next is None,
            on_click=_turn,
            args=(place, page.next, None),
            shortcut="Alt+N",
        )
    if page.exact:
        names = "The first lead is" if page.exact == 1 else f"The first {page.exact} leads are"
        st.caption(f"{names} what you typed, exactly.")


def _turn(place: Place, after: Cursor | None, before: Cursor | None) -> None:
    guard(Permission.LEADS_READ)
    number = place.number + (1 if after else -1)
    st.session_state[PLACE] = Place(place.chosen, place.sort, after, before, number)


def _grid(frame: pd.DataFrame, *, narrow: bool, selectable: bool) -> None:
    """The rows. The key changes with the rows, so that a selection never stays on another lead's row.

    A click on a cell opens the lead; the checkbox before a row selects it, over all pages.
    """
    ids = list(frame["id"])
    st.session_state[SHOWN] = ids
    st.session_state[VERSIONS] = dict(zip(ids, map(int, frame["version"]), strict=True))
    columns = _NARROW if narrow else _WIDE
    grid = f"{GRID}_{hash(tuple(ids)):x}_{narrow:d}_{selection_round()}"
    opened = open_lead()
    cells = [[ids.index(opened), columns[0]]] if opened in ids else []
    rows = [row for row, lead in enumerate(ids) if lead in selected()]
    if grid not in st.session_state:
        st.session_state[CELLS] = cells
    st.dataframe(
        _cells(frame),
        key=grid,
        hide_index=True,
        height=620,
        column_config=_columns(),
        column_order=columns,
        on_select=lambda: _choose(grid),
        selection_mode=["multi-row", "single-cell"] if selectable else ["single-cell"],
        selection_default={"selection": {"cells": cells} | ({"rows": rows} if selectable else {})},
        alt="Leads that match the filters, one per row",
    )


def _choose(grid: str) -> None:
    """Open the lead of a newly chosen cell; select those whose rows are checked, and of this page no other."""
    guard(Permission.LEADS_READ)
    selection, ids = st.session_state[grid]["selection"], st.session_state[SHOWN]
    select_of_page(st.session_state[VERSIONS], {ids[row] for row in selection["rows"] if row < len(ids)})
    cells = [list(cell) for cell in selection["cells"]]
    # A cell stays chosen while rows are checked, and while other ways lead to another lead.
    if cells and cells != st.session_state[CELLS] and cells[0][0] < len(ids):
        st.session_state[OPEN] = ids[cells[0][0]]
    st.session_state[CELLS] = cells


_WIDE = (
    "name", "status", "quality", "lead_score", "address", "zip_code", "borough", "phone_masked",
    "monthly_bill_usd", "total_revenue_earned", "source_name", "assigned_name", "created_at",
    "last_activity_at", "notes",
)  # fmt: skip
_NARROW = ("name", "status", "lead_score", "address", "created_at", "assigned_name", "notes")


def _columns() -> dict[str, tbl.Column]:
    return {
        "name": tbl.text("Lead", width="medium"),
        "status": tbl.text("Status", width=100),
        "quality": tbl.text("Quality", width=95),
        "lead_score": st.column_config.ProgressColumn("Score", min_value=0, max_value=100, format="%d", width=95),
        "address": tbl.text("Address", width="medium"),
        "zip_code": tbl.text("ZIP code", width=80),
        "borough": tbl.text("Borough", width=110),
        "phone_masked": tbl.text("Phone", width=120),
        "monthly_bill_usd": tbl.money("Monthly bill", width=110),
        "total_revenue_earned": tbl.money("Revenue", width=100),
        "source_name": tbl.text("Source", width=130),
        "assigned_name": tbl.text("Assigned to", width=130),
        "created_at": tbl.instant("Created (ET)", width=170),
        "last_activity_at": tbl.instant("Last activity (ET)", width=170),
        "notes": tbl.text("Attention", width=150),
    }


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    """What the table shows: words for states, nothing but the columns named above."""
    leads = frame.to_dict("list")
    shown = ("lead_score", "zip_code", "borough", "phone_masked", "source_name", "assigned_name")
    return pd.DataFrame(
        {name: leads[name] for name in shown}
        | {name: frame[name] for name in ("created_at", "last_activity_at")}
        | {name: frame[name].astype("float64") for name in ("monthly_bill_usd", "total_revenue_earned")}
        | {
            "name": frame["full_name"].fillna("No name"),
            "status": [label(status) for status in leads["status"]],
            "quality": [label(quality) for quality in leads["lead_quality"]],
            "address": [
                " ".join(part for part in parts if isinstance(part, str)) or fmt.MISSING
                for parts in zip(leads["property_address"], leads["unit"], strict=True)
            ],
            "notes": [_attention(*signs) for signs in zip(*(leads[name] for name in _SIGNS), strict=True)],
        }
    )


_SIGNS = ("is_active", "do_not_call", "duplicate_of", "has_export_error", "sellable")


def _attention(*signs: Any) -> str:
    """What a person should know before acting on the lead, in few words; the signs as named above."""
    active, do_not_call, duplicate_of, failed, sellable = signs
    said = {
        "Deactivated": not active,
        "Do not call": do_not_call,
        "Duplicate": pd.notna(duplicate_of),
        "Delivery failed": failed,
        "Not sellable": not sellable,
    }
    return ", ".join(sign for sign, on in said.items() if on)
