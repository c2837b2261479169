"""The list of leads: one page of it, turned by key in both directions, and which lead is open beside it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.lead_filter import Cursor, LeadFilter, LeadSort
from aurum_data.queries.leads import Count, LeadPage, count_leads, list_leads
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.guard import guard
from pages.parts.lead_bulk import selection_bar
from pages.parts.lead_columns import beside_a_lead, cells, column_config
from pages.parts.lead_selection import select_of_page, selected, selection_round
from pages.parts.panel import nothing

PLACE, OPEN, SHOWN, GRID = "lead_place", "lead_open", "leads_shown", "leads_grid"
VERSIONS, CELLS = "leads_versions", "leads_cells"  # of the leads shown; the chosen cell that was last acted on
CLOSED = "leads_closed"  # how many were closed


@dataclass(frozen=True)
class Place:
    """Which page of which list: the list's filter and order, where the page begins, its number."""

    chosen: LeadFilter
    sort: LeadSort
    after: Cursor | None = None
    before: Cursor | None = None
    number: int = 1


def lead_list(actor: Actor, chosen: LeadFilter, sort: LeadSort, columns: tuple[str, ...], *, narrow: bool) -> None:
    """The page of the list that the person is at; choosing a row opens its lead. `narrow`: one is open."""
    place = st.session_state.get(PLACE)
    if place is None or (place.chosen, place.sort) != (chosen, sort):
        place = Place(chosen, sort)
    database = get_database()
    page = database.query(actor, list_leads, filter=chosen, sort=sort, after=place.after, before=place.before)
    if page.frame.empty and place.after is not None:  # its leads match no more: the page before is the last one now
        place = Place(chosen, sort, before=place.after, number=place.number - 1)
        page = database.query(actor, list_leads, filter=chosen, sort=sort, before=place.before)
    if page.previous is None and place.number != 1:
        place = Place(chosen, sort)
    st.session_state[PLACE] = place
    if page.previous is None and page.next is None:
        total = Count(len(page.frame), exact=True)
    else:
        beyond = (page.previous is not None) + (page.next is not None)
        total = database.query(actor, count_leads, chosen, seen=len(page.frame) + beyond)
    _turning(place, page, total)
    may_change = selection_bar(actor, chosen, total_text(total), total.value)
    if page.frame.empty:
        hidden = chosen.search and not chosen.include_inactive
        left_out = " Deactivated leads are left out: 'More filters' shows them." if hidden else ""
        nothing(f"No leads match. Remove a filter, or search for something else.{left_out}")
        return
    _grid(page.frame, beside_a_lead(columns) if narrow else columns, selectable=may_change)


def open_lead() -> UUID | None:
    """The lead that is open beside the list."""
    return st.session_state.get(OPEN)


def close_lead() -> None:
    """Close the lead beside the list (a callback); the table is drawn anew, so that the same cell opens it again."""
    guard(Permission.LEADS_READ)
    st.session_state[OPEN] = None
    st.session_state[CLOSED] = st.session_state.get(CLOSED, 0) + 1


def total_text(total: Count) -> str:
    """How many leads match: "1 lead", "3,214 leads", "about 496,000 leads"."""
    if not total.exact:
        digits = max(0, len(str(total.value)) - 3)
        return f"about {round(total.value, -digits):,} leads"
    return "1 lead" if total.value == 1 else f"{total.value:,} leads"


def _turning(place: Place, page: LeadPage, total: Count) -> None:
    """How many there are, and the buttons to the neighbouring pages.

    They stay to the left: the table's own tools appear over the right end of this line.
    """
    text = total_text(total)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{text[:1].upper()}{text[1:]}** · page {place.number:,}")
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


def _grid(frame: pd.DataFrame, columns: tuple[str, ...], *, selectable: bool) -> None:
    """The rows. The key changes with the rows, so that a selection never stays on another lead's row.

    A click on a cell opens the lead; the checkbox before a row selects it, over all pages. The cell of the open lead
    is marked, however it was opened, without drawing the table anew: the keyboard would leave it.
    """
    ids = list(frame["id"])
    st.session_state[SHOWN] = ids
    st.session_state[VERSIONS] = dict(zip(ids, map(int, frame["version"]), strict=True))
    closed = st.session_state.get(CLOSED, 0)
    grid = f"{GRID}_{hash(tuple(ids)):x}_{selection_round()}_{closed}"
    opened = open_lead()
    rows = [row for row, lead in enumerate(ids) if lead in selected()]
    marked = [list(cell) for cell in st.session_state[grid]["selection"]["cells"]] if grid in st.session_state else None
    column = marked[0][1] if marked else columns[0]
    chosen = [[ids.index(opened), column]] if opened in ids else []
    if marked is None:
        st.session_state[CELLS] = chosen
    elif chosen and [row for row, _ in marked] != [row for row, _ in chosen]:  # opened by other ways
        st.session_state[grid] = {"selection": {"rows": rows, "cells": chosen}}
        st.session_state[CELLS] = chosen
    st.dataframe(
        cells(frame),
        key=grid,
        hide_index=True,
        height=620,
        column_config=column_config(),
        column_order=columns,
        on_select=lambda: _choose(grid),
        selection_mode=["multi-row", "single-cell"] if selectable else ["single-cell"],
        selection_default={"selection": {"cells": chosen} | ({"rows": rows} if selectable else {})},
        alt="Leads that match the filters, one per row",
        placeholder=fmt.MISSING,
    )


def _choose(grid: str) -> None:
    """Open the lead of a newly chosen cell, close it when none is chosen any more (Escape in the table); select those
    whose rows are checked, and of this page no other.
    """
    guard(Permission.LEADS_READ)
    selection, ids = st.session_state[grid]["selection"], st.session_state[SHOWN]
    select_of_page(st.session_state[VERSIONS], {ids[row] for row in selection["rows"] if row < len(ids)})
    chosen = [list(cell) for cell in selection["cells"]]
    # A cell stays chosen while rows are checked.
    if chosen != st.session_state[CELLS]:
        st.session_state[OPEN] = ids[chosen[0][0]] if chosen and chosen[0][0] < len(ids) else None
    st.session_state[CELLS] = chosen
