"""The filter bar of leads: chosen in widgets bound to the page's address, shown again as chips.

The search text is not in the address: people type names and phone numbers into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import today
from aurum_data.queries.lead_figures import Offered
from aurum_data.queries.lead_filter import Duplicates, LeadFilter, LeadSort, SortKey
from aurum_data.queries.lead_search import recognise
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadQuality, LeadStatus
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState
from pages.parts import format as fmt
from pages.parts.filters import PRESETS, borough_filter, preset, zip_filter
from pages.parts.guard import guard
from pages.parts.lead_labels import label

SEARCH = "lead_search"
SORTS = {
    "Newest first": LeadSort(SortKey.CREATED),
    "Oldest first": LeadSort(SortKey.CREATED, descending=False),
    "Highest score": LeadSort(SortKey.SCORE),
    "Lowest score": LeadSort(SortKey.SCORE, descending=False),
    "Most revenue": LeadSort(SortKey.REVENUE),
    "Latest activity": LeadSort(SortKey.ACTIVITY),
    "Longest idle": LeadSort(SortKey.ACTIVITY, descending=False),
}
_DUPLICATES = {"Hide duplicates": Duplicates.HIDDEN, "Only duplicates": Duplicates.ONLY}
_ME, _NOBODY = "Me", "Nobody"
# Widget key (and parameter) -> the value that filters nothing.
_PARTS: dict[str, Any] = {
    "status": [],
    "quality": [],
    "borough": [],
    "zip": [],
    "created": None,
    "score": (0, 100),
    "utility": [],
    "source": [],
    "campaign": [],
    "buyer": [],
    "delivery": [],
    "assigned": None,
    "consent": [],
    "errors": False,
    "duplicates": None,
    "deactivated": False,
}


@dataclass(frozen=True)
class Chip:
    """An active filter: the widget that holds it, and its words."""

    key: str
    text: str


def search_and_sort() -> tuple[str, LeadSort]:
    """The search box and the order of the list."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(
            "Search leads",
            key=SEARCH,
            persist_state="session",
            placeholder="Name, street, phone, email, lead ID or a platform's ID",
            icon=":material/search:",
        )
        chosen = st.selectbox("Order", list(SORTS), key="sort", bind="query-params", width=180)
    if sentence := recognise(typed).sentence:
        st.caption(f":material/info: {sentence}")
    return typed, SORTS[chosen]


def filter_bar(actor: Actor, offered: Offered, typed: str) -> LeadFilter:
    """All filters, the rarer ones in a popover. Raises Invalid for a range that ends before it begins."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        statuses = _several("Status", LeadStatus, "status", "Any status")
        qualities = _several("Quality", LeadQuality, "quality", "Any quality")
        boroughs = borough_filter()
        zips = _zip_codes(offered, boroughs)
        first, last = _created()
        with st.popover("More filters", icon=":material/tune:"):
            more = _more(actor, offered)
    return LeadFilter(
        search=typed,
        statuses=tuple(map(LeadStatus, statuses)),
        qualities=tuple(map(LeadQuality, qualities)),
        boroughs=tuple(map(Borough, boroughs)),
        zip_codes=tuple(zips),
        created_from=first,
        created_to=last,
        **more,
    )


def chips() -> None:
    """The active filters, each with its own button to take it away, and one for all of them."""
    active = [Chip(key, _words(key)) for key, nothing in _PARTS.items() if _value(key, nothing) != nothing]
    if not active:
        return
    with st.container(horizontal=True, gap="small"):
        for chip in active:
            st.button(
                fmt.plain(chip.text),
                key=f"drop_{chip.key}",
                icon=":material/close:",
                on_click=_clear,
                args=([chip.key],),
                help="Remove this filter",
            )
        if len(active) > 1:
            st.button("Clear all filters", key="drop_all", type="tertiary", on_click=_clear, args=(list(_PARTS),))


def _clear(keys: list[str]) -> None:
    guard(Permission.LEADS_READ)
    for key in keys:
        nothing = _PARTS[key]
        st.session_state[key] = list(nothing) if isinstance(nothing, list) else nothing


def _value(key: str, nothing: Any) -> Any:
    value = st.session_state.get(key, nothing)
    return tuple(value) if isinstance(nothing, tuple) else value


def _words(key: str) -> str:
    """A filter in words: its title and what was chosen."""
    value = st.session_state[key]
    titles = {"zip": "ZIP code", "buyer": "Platform", "delivery": "Delivery", "assigned": "Assigned to"}
    title = titles.get(key, fmt.label(key))
    if value is True:
        return {"errors": "Failed deliveries", "deactivated": "With deactivated leads"}[key]
    if key == "score":
        return f"Score: {value[0]} to {value[1]}"
    if isinstance(value, list):
        shown = ", ".join(label(one) for one in value[:3])
        return f"{title}: {shown}" + (f" and {len(value) - 3} more" if len(value) > 3 else "")
    return str(value) if key == "duplicates" else f"{title}: {value}"


def _more(actor: Actor, offered: Offered) -> dict[str, Any]:
    """The filters of the popover, as fields of LeadFilter."""
    left, right = st.columns(2, gap="medium")
    people = {name: user for user, name in offered.people.items()}
    with left:
        low, high = st.slider("Score", 0, 100, (0, 100), key="score", bind="query-params")
        assigned = st.selectbox(
            "Assigned to",
            [_ME, _NOBODY, *people],
            index=None,
            key="assigned",
            bind="query-params",
            placeholder="Anybody or nobody",
        )
        sources = _names("Source", offered.sources, "source", "Any source")
        campaigns = _names("Campaign", offered.campaigns, "campaign", "Any campaign")
        inactive = st.toggle("Also deactivated leads", key="deactivated", bind="query-params")
    with right:
        platforms = _names("Delivered to", offered.platforms, "buyer", "Any platform")
        answers = _several("Delivery", ExportStatus, "delivery", "Any state of a delivery")
        utilities = _several("Utility", Utility, "utility", "Any utility")
        consents = _several("Consent", ConsentState, "consent", "Any consent")
        duplicates = st.selectbox(
            "Duplicates",
            list(_DUPLICATES),
            index=None,
            key="duplicates",
            bind="query-params",
            placeholder="Shown with the others",
        )
        errors = st.toggle("Only failed deliveries", key="errors", bind="query-params")
    mine: UUID | str | None = None
    if assigned is not None:
        mine = {_ME: actor.user_id, _NOBODY: "nobody"}.get(assigned, people.get(assigned))
    return {
        "lowest_score": low or None,
        "highest_score": high if high < 100 else None,
        "utilities": tuple(map(Utility, utilities)),
        "sources": sources,
        "campaigns": campaigns,
        "platforms": platforms,
        "export_statuses": tuple(map(ExportStatus, answers)),
        "assigned_to": mine,
        "consent_states": tuple(map(ConsentState, consents)),
        "has_export_error": errors,
        "duplicates": _DUPLICATES[duplicates] if duplicates else Duplicates.SHOWN,
        "include_inactive": inactive,
    }


def _several(title: str, states: type[Any], key: str, everything: str) -> list[str]:
    return st.multiselect(
        title,
        [str(one) for one in states],
        key=key,
        format_func=label,
        bind="query-params",
        placeholder=everything,
    )


def _names(title: str, names: Mapping[UUID, str], key: str, everything: str) -> tuple[UUID, ...]:
    """Choose by name, so that the address of the page can be read; names are unique."""
    by_name = {name: one for one, name in names.items()}
    picked = st.multiselect(title, list(by_name), key=key, bind="query-params", placeholder=everything)
    return tuple(by_name[name] for name in picked if name in by_name)


def _zip_codes(offered: Offered, boroughs: list[str]) -> list[str]:
    """ZIP codes of the chosen boroughs; those of a borough no longer chosen fall away."""
    options = [code for borough in boroughs or offered.zip_codes for code in offered.zip_codes.get(borough, [])]
    kept = st.session_state.get("zip")
    if kept and not set(kept) <= set(options):
        st.session_state["zip"] = [code for code in kept if code in options]
    return zip_filter(options)


def _created() -> tuple[date | None, date | None]:
    """First and last day of arrival, or (None, None) for any time."""
    name = st.selectbox(
        "Created", PRESETS, index=None, key="created", bind="query-params", placeholder="Any time", width=170
    )
    if name is None:
        return None, None
    if name != "Custom":
        chosen = preset(name, today())
        return chosen.first, chosen.last
    picked = st.date_input(
        "Days",
        (today() - timedelta(days=29), today()),
        key="created_days",
        bind="query-params",
        format="MM/DD/YYYY",
        width=230,
    )
    return (picked[0], picked[-1]) if picked else (None, None)
