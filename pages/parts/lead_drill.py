"""From a chart to the leads behind it: what was clicked becomes a filter of the list, with all filters of the screen.

The screen asks (`show_with_leads`), the frame goes to the list (`go_to_asked`), the list shows it (`asked_for`).
What happened to the leads is a filter that only charts set: it stands in the address as JSON and above the list as a
chip, like any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.errors import Invalid
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.lead_filter_json import from_json, to_json
from aurum_data.queries.lead_happened import Happened
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadEvent
from pages.parts import format as fmt
from pages.parts import theme
from pages.parts.guard import guard
from pages.parts.lead_labels import label

PARAMETER = "happened"
HAPPENED, ASKED = "lead_happened", "leads_asked"
NOTE = "Click a bar to open its leads."

Behind = Callable[[int, int], LeadFilter | None]  # of the trace and the point in it, both from 0


def show_with_leads(
    actor: Actor, drawn: theme.Chart, behind: Behind, named: Mapping[str, LeadFilter], *, alt: str, key: str
) -> None:
    """A chart whose points open the leads that they count, for who may see leads; outside of what is kept.

    `named`: the same by the names of a menu, for the keyboard and for whole series.
    """
    if not actor.may(Permission.LEADS_READ):
        theme.show(drawn, alt=alt, key=key)
        return
    drawn.update_layout(clickmode="event+select", dragmode=False)
    theme.show(drawn, alt=alt, key=key, on_pick=lambda: _picked(key, behind))
    leads_menu(actor, named, key=f"{key}_leads")


def leads_menu(actor: Actor, named: Mapping[str, LeadFilter], *, key: str) -> None:
    """A menu that opens the leads behind a name, for who may see leads."""
    if named and actor.may(Permission.LEADS_READ):
        st.menu_button(
            "Open leads", list(named), key=key, icon=":material/list_alt:", type="tertiary", on_click=_chosen,
            args=(key, named),
        )  # fmt: skip


def _picked(key: str, behind: Behind) -> None:
    guard(Permission.LEADS_READ)
    points = st.session_state[key]["selection"]["points"]
    if points:
        _ask(behind(points[0]["curve_number"], points[0]["point_index"]))


def _chosen(key: str, named: Mapping[str, LeadFilter]) -> None:
    guard(Permission.LEADS_READ)
    _ask(named.get(st.session_state[key]))


def _ask(chosen: LeadFilter | None) -> None:
    if chosen is not None:
        st.session_state[ASKED] = chosen


def go_to_asked(leads: st.Page | None, here: st.Page) -> None:
    """Go to the list if a chart asked for leads; `here` is the page that would be drawn."""
    if leads is not None and ASKED in st.session_state and here.url_path != leads.url_path:
        st.switch_page(leads, query_params={})


def asked_for() -> LeadFilter | None:
    """What a chart asked for, once."""
    return st.session_state.pop(ASKED, None)


def happened_now() -> Happened | None:
    """What must have happened to the leads of the list."""
    return st.session_state.get(HAPPENED)


def show_happened(happened: Happened | None) -> None:
    """Take it over into the list; None: nothing in particular."""
    st.session_state[HAPPENED] = happened


def read_happened() -> None:
    """Take it over from the address. Raises Invalid for what is none."""
    asked = st.query_params.get(PARAMETER)
    if asked is None:
        return
    try:
        show_happened(from_json({"happened": json.loads(asked)}).happened)
    except ValueError:
        raise Invalid("What happened to the leads of this address could not be read.") from None


def write_happened() -> None:
    """Put it into the address, after all bound widgets."""
    happened = happened_now()
    wanted = json.dumps(to_json(LeadFilter(happened=happened))["happened"], separators=(",", ":")) if happened else None
    if st.query_params.get(PARAMETER) == wanted:
        return
    if wanted is None:
        del st.query_params[PARAMETER]
    else:
        st.query_params[PARAMETER] = wanted


def happened_words() -> str | None:
    """For its chip: "Delivered Nov 1 – Nov 26, 2026: Duplicate"."""  # noqa: RUF002
    happened = happened_now()
    if happened is None:
        return None
    bands = happened.event is LeadEvent.SCORED
    details = [band_name(int(one)) if bands else label(one) for one in happened.details]
    days = fmt.day_span(happened.first, happened.last)
    return f"{label(happened.event)} {days}" + (f": {', '.join(details)}" if details else "")


def band_name(band: int) -> str:
    """A band of scores: "80 to 89", "90 to 100"."""
    return f"{band} to {band + 9 if band < 90 else 100}"
