"""The filter bar of leads: chosen in widgets bound to the page's address, shown again as chips.

The search text is not in the address: people type names and phone numbers into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import streamlit as st

from aurum_data.clock import today
from aurum_data.errors import Invalid
from aurum_data.queries.lead_figures import Offered
from aurum_data.queries.lead_filter import Duplicates, LeadFilter, LeadSort, SortKey
from aurum_data.queries.lead_search import recognise
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadQuality, LeadStatus
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState
from pages.parts import format as fmt
from pages.parts.filters import CUSTOM, Period, borough_filter, days_filter, days_text, zip_filter
from pages.parts.guard import guard
from pages.parts.lead_drill import PARAMETER as HAPPENED
from pages.parts.lead_drill import happened_now, happened_words, show_happened
from pages.parts.lead_groups import PARAMETER, drop_group, group_words, groups_now, show_groups
from pages.parts.lead_labels import DUPLICATES, label

T = TypeVar("T", bound=StrEnum)
SEARCH, DAYS, SET = "lead_search", "created_days", "lead_filters_set"
SORTS = {
    "Newest first": LeadSort(SortKey.CREATED),
    "Oldest first": LeadSort(SortKey.CREATED, descending=False),
    "Highest score": LeadSort(SortKey.SCORE),
    "Lowest score": LeadSort(SortKey.SCORE, descending=False),
    "Most revenue": LeadSort(SortKey.REVENUE),
    "Latest activity": LeadSort(SortKey.ACTIVITY),
    "Longest idle": LeadSort(SortKey.ACTIVITY, descending=False),
}
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


_IN_THE_BAR = frozenset({"status", "quality", "borough", "zip", "created"})  # the others are in the popover
# Widgets whose values stand in the address as they are shown.
_NAMED_BY_LABEL = frozenset({"status", "quality", "utility", "delivery", "consent"})
# Every parameter of the address that the list reads, besides the view.
PARAMETERS = frozenset({*_PARTS, DAYS, "created_day", "created_month", "created_quarter", "sort", PARAMETER, HAPPENED})


@dataclass(frozen=True)
class Chip:
    """An active filter: the widget that holds it, and its words."""

    key: str
    text: str


def search_and_sort() -> tuple[str, LeadSort]:
    """The search box and the order of the list, for a row that has room for both."""
    typed = st.text_input(
        "Search leads",
        key=SEARCH,
        persist_state="session",
        placeholder="Name, street, phone, email, lead ID or a platform's ID",
        icon=":material/search:",
    )
    chosen = st.selectbox("Order", list(SORTS), key="sort", bind="query-params", width=180)
    return typed, SORTS[chosen]


def search_note(typed: str) -> None:
    """What the search left out of what was typed, if anything."""
    if sentence := recognise(typed).sentence:
        st.caption(f":material/info: {sentence}")


def filter_bar(offered: Offered, typed: str) -> LeadFilter:
    """All filters, the rarer ones in a popover; with the groups of conditions that are set. It is not settled.

    Raises Invalid for a range that ends before it begins.
    """
    _set_again()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        statuses = _several("Status", LeadStatus, "status", "Any status")
        qualities = _several("Quality", LeadQuality, "quality", "Any quality")
        boroughs = borough_filter()
        zips = _zip_codes(offered, boroughs)
        created = _created()
        with st.popover("More filters", icon=":material/tune:", key="more_filters", on_change="rerun") as popover:
            more = _more(offered)
        if popover.open:
            st.session_state[SET] = {}
    return replace(
        groups_now(),
        search=typed,
        statuses=_in_order(LeadStatus, statuses),
        qualities=_in_order(LeadQuality, qualities),
        boroughs=_in_order(Borough, boroughs),
        zip_codes=tuple(sorted(zips)),
        happened=happened_now(),
        **created,
        **more,
    )


def show_filter(chosen: LeadFilter, sort: LeadSort, offered: Offered, *, arriving: bool) -> bool:
    """Set the widgets to a filter and an order, search text included. Streamlit allows it before they are drawn.

    `arriving`: they were never drawn in this session. False: the filter names something that is not offered any
    more, which was left out.
    """
    asked: dict[str, tuple[tuple[Any, ...], Mapping[Any, str]]] = {
        "source": (chosen.sources, offered.sources),
        "campaign": (chosen.campaigns, offered.campaigns),
        "buyer": (chosen.platforms, offered.platforms),
        "zip": (chosen.zip_codes, {code: code for codes in offered.zip_codes.values() for code in codes}),
    }
    people: dict[Any, str] = {"me": _ME, "nobody": _NOBODY, **offered.people}
    named = {key: [of[one] for one in ids if one in of] for key, (ids, of) in asked.items()}
    somebody = people.get(chosen.assigned_to)
    custom = chosen.created_from or chosen.created_to
    values: dict[str, Any] = {
        "sort": next((name for name, one in SORTS.items() if one == sort), next(iter(SORTS))),
        "status": list(map(str, chosen.statuses)),
        "quality": list(map(str, chosen.qualities)),
        "borough": list(map(str, chosen.boroughs)),
        "created": CUSTOM if custom else chosen.created and str(chosen.created),
        "score": (chosen.lowest_score or 0, 100 if chosen.highest_score is None else chosen.highest_score),
        "utility": list(map(str, chosen.utilities)),
        "delivery": list(map(str, chosen.export_statuses)),
        "assigned": somebody,
        "consent": list(map(str, chosen.consent_states)),
        "errors": chosen.has_export_error,
        "duplicates": next((name for name, one in DUPLICATES.items() if one is chosen.duplicates), None),
        "deactivated": chosen.include_inactive,
    } | named
    _set(values | {SEARCH: chosen.search})
    if arriving:
        _into_address(values)
    if custom:
        first, last = chosen.created_from or custom, chosen.created_to or custom
        st.session_state[DAYS] = (first, last)
    show_groups(chosen)
    show_happened(chosen.happened)
    complete = all(len(named[key]) == len(ids) for key, (ids, _) in asked.items())
    return complete and (somebody is not None or chosen.assigned_to is None)


def _into_address(values: Mapping[str, Any]) -> None:
    """Say in the address what widgets were set to that were never drawn: Streamlit does so only for the others."""
    for key, value in values.items():
        if value == _PARTS.get(key) or value == next(iter(SORTS)):
            continue
        one_by_one = value if isinstance(value, list | tuple) else [value]
        words = label if key in _NAMED_BY_LABEL else str
        st.query_params[key] = ["true" if one is True else words(one) for one in one_by_one]


def read_days() -> None:
    """Take the days of a custom period over from the address. Raises Invalid for what are none.

    The widget of the days is not always there, and Streamlit puts into the address only what was set while it was.
    """
    asked = st.query_params.get_all(DAYS)
    try:
        days = tuple(map(date.fromisoformat, asked[:2]))
    except ValueError:
        raise Invalid("The days in this address could not be read.") from None
    if days:
        st.session_state[DAYS] = (days[0], days[-1])


def write_days() -> None:
    """Put the days of a custom period into the address."""
    picked = st.session_state.get(DAYS) if st.session_state.get("created") == CUSTOM else None
    wanted = [day.isoformat() for day in picked or ()]
    if st.query_params.get_all(DAYS) == wanted:
        return
    if wanted:
        st.query_params[DAYS] = wanted
    else:
        del st.query_params[DAYS]


def chips(offered: Offered, shown: LeadFilter) -> None:
    """The active filters, each with its own button to take it away, and one for all of them; `shown` not settled."""
    active = [Chip(key, _words(key)) for key, nothing in _PARTS.items() if _value(key, nothing) != nothing]
    active = [Chip(one.key, f"Created: {_created_words(shown)}") if one.key == "created" else one for one in active]
    if happened := happened_words():
        active.append(Chip(HAPPENED, happened))
    groups = group_words(offered)
    if not active and not groups:
        return
    with st.container(horizontal=True, gap="small"):
        for chip in active:
            _chip(chip.text, f"drop_{chip.key}", [chip.key], ())
        for number, words in enumerate(groups):
            _chip(words, f"drop_group_{number}", [], (number,))
        if len(active) + len(groups) > 1:
            everything = [*_PARTS, HAPPENED]
            st.button("Clear all filters", key="drop_all", type="tertiary", on_click=_clear, args=(everything, (None,)))


def _chip(words: str, key: str, parts: list[str], groups: tuple[int, ...]) -> None:
    st.button(
        fmt.plain(words),
        key=key,
        icon=":material/close:",
        on_click=_clear,
        args=(parts, groups),
        help="Remove this filter",
    )


def _clear(keys: list[str], groups: tuple[int | None, ...]) -> None:
    guard(Permission.LEADS_READ)
    for number in groups:
        drop_group(number)
    _set({key: list(_PARTS[key]) if isinstance(_PARTS[key], list) else _PARTS[key] for key in keys if key in _PARTS})
    if HAPPENED in keys:
        show_happened(None)


def _set(values: Mapping[str, Any]) -> None:
    """Set widgets. Those of the popover are not there while it is closed, and the page would go on sending what they
    held when it was open; that is kept, for `_set_again` to know it by.
    """
    state = st.session_state
    held = {key: state[key] for key in values if key in state and key in _PARTS and key not in _IN_THE_BAR}
    earlier = state.get(SET, {})
    state[SET] = earlier | {key: (earlier.get(key, (value,))[0], values[key]) for key, value in held.items()}
    state.update(values)


def _set_again() -> None:
    """Set widgets once more that sent what they held before they were set, until the popover opens and they know it."""
    for key, (before, wanted) in st.session_state.get(SET, {}).items():
        if st.session_state.get(key) == before:
            st.session_state[key] = wanted


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
        words = label if key in _NAMED_BY_LABEL else str
        shown = ", ".join(words(one) for one in value[:3])
        return f"{title}: {shown}" + (f" and {len(value) - 3} more" if len(value) > 3 else "")
    return str(value) if key == "duplicates" else f"{title}: {value}"


def _more(offered: Offered) -> dict[str, Any]:
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
            list(DUPLICATES),
            index=None,
            key="duplicates",
            bind="query-params",
            placeholder="Shown with the others",
        )
        errors = st.toggle("Only failed deliveries", key="errors", bind="query-params")
    somebody: UUID | str | None = None
    if assigned is not None:
        somebody = {_ME: "me", _NOBODY: "nobody"}.get(assigned, people.get(assigned))
    return {
        "lowest_score": low or None,
        "highest_score": high if high < 100 else None,
        "utilities": _in_order(Utility, utilities),
        "sources": sources,
        "campaigns": campaigns,
        "platforms": platforms,
        "export_statuses": _in_order(ExportStatus, answers),
        "assigned_to": somebody,
        "consent_states": _in_order(ConsentState, consents),
        "has_export_error": errors,
        "duplicates": DUPLICATES[duplicates] if duplicates else Duplicates.SHOWN,
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
    return tuple(one for name, one in by_name.items() if name in picked)


def _in_order(kind: type[T], chosen: list[str]) -> tuple[T, ...]:
    """Chosen values in the order of their enumeration: the same choice is the same filter, however it was made."""
    return tuple(one for one in kind if one in chosen)


def _zip_codes(offered: Offered, boroughs: list[str]) -> list[str]:
    """ZIP codes of the chosen boroughs; those of a borough no longer chosen fall away."""
    options = [code for borough in boroughs or offered.zip_codes for code in offered.zip_codes.get(borough, [])]
    kept = st.session_state.get("zip")
    if kept and not set(kept) <= set(options):
        st.session_state["zip"] = [code for code in kept if code in options]
    return zip_filter(options)


def _created() -> dict[str, Any]:
    """When the lead came: a named period, or first and last day; nothing for any time. Parts of a filter."""
    chosen = days_filter("Created", key="created", default=None, custom=_custom_days)
    if isinstance(chosen, Period):
        return {"created_from": chosen.first, "created_to": chosen.last}
    return {"created": chosen} if chosen else {}


def _custom_days() -> Period | None:
    picked = st.date_input(
        "Days",
        (today() - timedelta(days=29), today()),
        key=DAYS,
        persist_state="session",
        format="MM/DD/YYYY",
        width=230,
    )
    return Period(picked[0], picked[-1]) if picked else None


def _created_words(shown: LeadFilter) -> str:
    """The days in which the leads came: "Last 7 days: Nov 20 – Nov 26, 2026"."""  # noqa: RUF002
    if shown.created:
        return days_text(shown.created)
    first, last = shown.created_from, shown.created_to
    return days_text(Period(first, last)) if first and last else "Any time"
