"""Groups of conditions beside the filter bar ("Any of"): the dialog that edits them, and their words.

They stand in the address as JSON, like the other filters; they name no lead and no person outside the house.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

import streamlit as st

from aurum_data.clock import today
from aurum_data.errors import Invalid
from aurum_data.queries.lead_figures import Offered
from aurum_data.queries.lead_filter import MOST_GROUPS, Duplicates, Join, LeadConditions, LeadFilter
from aurum_data.queries.lead_filter_json import from_json, to_json
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadQuality, LeadStatus
from aurum_data.rules.periods import NamedPeriod
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState
from pages.parts import format as fmt
from pages.parts.filters import CUSTOM, RELATIVE
from pages.parts.guard import guard
from pages.parts.lead_labels import DUPLICATES, label
from pages.parts.panel import explained

PARAMETER = "groups"
GROUPS, DRAFT = "lead_groups", "lead_groups_draft"
_RULES = {
    Join.OR: "all conditions of any one group hold",
    Join.AND: "at least one condition of every group holds",
}
_TITLES = {
    "statuses": "Status",
    "qualities": "Quality",
    "score": "Score",
    "boroughs": "Borough",
    "zip_codes": "ZIP code",
    "created": "Created",
    "sources": "Source",
    "campaigns": "Campaign",
    "platforms": "Delivered to",
    "export_statuses": "Delivery",
    "assigned_to": "Assigned to",
    "utilities": "Utility",
    "consent_states": "Consent",
    "has_export_error": "Failed deliveries",
    "duplicates": "Duplicates",
}


@dataclass
class _Draft:
    """What the dialog edits: how the groups are joined, and each group as it was opened, by a name of its own."""

    joined: Join
    groups: dict[str, LeadConditions] = field(default_factory=dict)

    def add(self, group: LeadConditions) -> None:
        self.groups[uuid4().hex] = group


def groups_now() -> LeadFilter:
    """The groups of the list as a filter of their own."""
    kept: LeadFilter = st.session_state.get(GROUPS, LeadFilter())
    return kept


def show_groups(chosen: LeadFilter) -> None:
    """Take over the groups of a filter."""
    joined = chosen.groups_joined if chosen.groups else Join.OR
    st.session_state[GROUPS] = LeadFilter(groups=chosen.groups, groups_joined=joined)


def read_groups() -> None:
    """Take over the groups of the address. Raises Invalid for what is none."""
    asked = st.query_params.get(PARAMETER)
    if asked is None:
        return
    try:
        show_groups(from_json(json.loads(asked)))
    except ValueError:
        raise Invalid("The groups of conditions in this address could not be read.") from None


def write_groups() -> None:
    """Put the groups into the address. After all bound widgets: a write sends the parameters of the last run again."""
    chosen = groups_now()
    wanted = json.dumps(to_json(chosen), separators=(",", ":")) if chosen.groups else None
    if st.query_params.get(PARAMETER) == wanted:
        return
    if wanted is None:
        del st.query_params[PARAMETER]
    else:
        st.query_params[PARAMETER] = wanted


def groups_button(offered: Offered) -> None:
    """The button that opens the dialog."""
    if st.button("Any of", icon=":material/rule:", type="tertiary", help="Groups of conditions, joined by or"):
        chosen = groups_now()
        draft = _Draft(chosen.groups_joined)
        for group in chosen.groups or (LeadConditions(), LeadConditions()):
            draft.add(group)
        st.session_state[DRAFT] = draft
        _edit(offered)


def group_words(offered: Offered) -> list[str]:
    """Each group in words, for its chip."""
    chosen = groups_now()
    between = " and " if chosen.groups_joined is Join.OR else " or "
    name = "Any of" if chosen.groups_joined is Join.OR else "All of"
    return [f"{name}: {between.join(_words(group, offered))}" for group in chosen.groups]


def drop_group(number: int | None) -> None:
    """Remove one group from the list, or all of them."""
    chosen = groups_now()
    kept = () if number is None else chosen.groups[:number] + chosen.groups[number + 1 :]
    show_groups(LeadFilter(groups=kept, groups_joined=chosen.groups_joined))


@st.dialog("Groups of conditions", width="large")
def _edit(offered: Offered) -> None:
    guard(Permission.LEADS_READ)
    draft: _Draft = st.session_state[DRAFT]
    rules = list(_RULES)
    joined = st.radio("A lead is shown when", rules, rules.index(draft.joined), _RULES.__getitem__)
    chosen = []
    for number, (name, group) in enumerate(draft.groups.items(), 1):
        with st.container(border=True, key=f"group_{number}"):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**Group {number}**", width="content")
                st.button(
                    "Remove group",
                    key=f"drop_{name}",
                    icon=":material/close:",
                    type="tertiary",
                    on_click=_drop,
                    args=(name,),
                )
            chosen.append(_group(name, group, offered))
    with st.container(horizontal=True, gap="small"):
        applied = st.button("Apply", type="primary")
        st.button("Add a group", icon=":material/add:", disabled=len(chosen) == MOST_GROUPS, on_click=_add)
    if applied:
        with explained("Groups of conditions"):
            groups = tuple(LeadConditions(**parts) for parts in chosen)
            show_groups(LeadFilter(groups=groups, groups_joined=joined))
            st.rerun()


def _add() -> None:
    guard(Permission.LEADS_READ)
    st.session_state[DRAFT].add(LeadConditions())


def _drop(name: str) -> None:
    guard(Permission.LEADS_READ)
    del st.session_state[DRAFT].groups[name]


def _group(name: str, group: LeadConditions, offered: Offered) -> dict[str, Any]:
    """The widgets of one group: which conditions it has, and each of them; the parts they come to."""
    picked = st.multiselect(
        "Conditions",
        list(_TITLES),
        default=[part for part in _TITLES if _is_set(group, part)],
        format_func=_TITLES.__getitem__,
        key=f"conditions_{name}",
        placeholder="Choose what to ask for",
    )
    parts: dict[str, Any] = {}
    for part in picked:
        parts |= _condition(part, group, offered, f"{part}_{name}")
    return parts


def _condition(part: str, group: LeadConditions, offered: Offered, key: str) -> dict[str, Any]:
    """The widget of one condition, and the parts of a filter that it comes to; nothing is chosen: no condition."""
    title = _TITLES[part]
    if part == "score":
        ends = (group.lowest_score or 0, 100 if group.highest_score is None else group.highest_score)
        low, high = st.slider(title, 0, 100, ends, key=key)
        return {"lowest_score": low or None, "highest_score": high if high < 100 else None}
    if part == "created":
        return _created(group, key)
    if part == "has_export_error":
        st.caption("The latest delivery failed.")
        return {part: True}
    if part == "duplicates":
        names = list(DUPLICATES)
        shown = names.index(name) if (name := _duplicates(group.duplicates)) else 0
        return {part: DUPLICATES[st.selectbox(title, names, shown, key=key)]}
    if part == "assigned_to":
        people = _assignees(offered)
        at = list(people).index(group.assigned_to) if group.assigned_to in people else None
        return {part: st.selectbox(title, list(people), at, people.__getitem__, key=key)}
    options = _options(offered)[part]
    kept = [value for value in getattr(group, part) if value in options]
    picked = st.multiselect(title, list(options), kept, options.__getitem__, key=key)
    return {part: tuple(value for value in options if value in picked)}


def _created(group: LeadConditions, key: str) -> dict[str, Any]:
    custom = group.created_from is not None or group.created_to is not None
    names = (*RELATIVE, CUSTOM)
    shown = names.index(str(group.created) if group.created else CUSTOM) if group.created or custom else None
    chosen = st.selectbox("Created", names, shown, key=key, placeholder="Any time")
    if chosen is None:
        return {}
    if chosen != CUSTOM:
        return {"created": NamedPeriod(chosen)}
    days: tuple[date, ...] = st.date_input(
        "Days",
        (group.created_from or today(), group.created_to or today()),
        key=f"{key}_days",
        format="MM/DD/YYYY",
    )
    return {"created_from": days[0], "created_to": days[-1]} if days else {}


def _is_set(group: LeadConditions, part: str) -> bool:
    names = {
        "score": ("lowest_score", "highest_score"),
        "created": ("created", "created_from", "created_to"),
    }.get(part, (part,))
    return any(getattr(group, name) != getattr(LeadConditions(), name) for name in names)


def _options(offered: Offered) -> dict[str, Mapping[Any, str]]:
    """Value -> name of every condition of which several values may be chosen."""
    states: dict[str, type[Any]] = {
        "statuses": LeadStatus,
        "qualities": LeadQuality,
        "boroughs": Borough,
        "utilities": Utility,
        "export_statuses": ExportStatus,
        "consent_states": ConsentState,
    }
    words = {part: {one: str(one) if kind is Borough else label(one) for one in kind} for part, kind in states.items()}
    codes = {code: code for codes in offered.zip_codes.values() for code in codes}
    return words | {
        "zip_codes": codes,
        "sources": offered.sources,
        "campaigns": offered.campaigns,
        "platforms": offered.platforms,
    }


def _assignees(offered: Offered) -> dict[Any, str]:
    return {"me": "Me", "nobody": "Nobody", **offered.people}


def _duplicates(chosen: Duplicates) -> str | None:
    return next((name for name, one in DUPLICATES.items() if one is chosen), None)


def _words(group: LeadConditions, offered: Offered) -> list[str]:
    """The conditions of a group, each in words."""
    gone = "no longer offered"
    said = []
    for part, title in _TITLES.items():
        if not _is_set(group, part):
            continue
        if part == "score":
            high = 100 if group.highest_score is None else group.highest_score
            said.append(f"Score {group.lowest_score or 0} to {high}")
        elif part == "created":
            days = [fmt.day(one) for one in (group.created_from, group.created_to) if one]
            said.append(f"Created: {group.created or ' to '.join(days)}")
        elif part == "has_export_error":
            said.append(title)
        elif part == "duplicates":
            said.append(_duplicates(group.duplicates) or title)
        elif part == "assigned_to":
            said.append(f"{title}: {_assignees(offered).get(group.assigned_to, gone)}")
        else:
            options = _options(offered)[part]
            said.append(f"{title}: {', '.join(options.get(value, gone) for value in getattr(group, part))}")
    return said
