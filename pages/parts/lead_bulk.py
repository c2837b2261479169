"""Changing the selected leads: the bar above the list, and the dialog that says what will happen and what did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions import lead_bulk as actions
from aurum_data.actions.core import Actor
from aurum_data.actions.reveals import LONGEST_REASON
from aurum_data.database import get_database
from aurum_data.errors import Invalid
from aurum_data.queries.bulk_changes import chosen_leads
from aurum_data.queries.lead_figures import offered
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.leads import count_matching, matching_versions
from aurum_data.rules.lead_changes import IN_BACKGROUND_FROM, LONGEST_TAG, MOST_LEADS, RIGHTS, BulkKind
from aurum_data.rules.leads import TRANSITIONS, LeadStatus
from pages.parts import format as fmt
from pages.parts.bulk_changes import show_change, shown_change, watched_change
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.lead_selection import clear_selection, select_all, selected
from pages.parts.panel import explained

Deed = Callable[[Any, Actor, list[actions.Seen]], UUID]  # of a session

SURVIVORS_OFFERED = 20
NAMES = {
    BulkKind.STATUS: "Change status",
    BulkKind.ASSIGN: "Assign",
    BulkKind.TAG: "Add a tag",
    BulkKind.UNTAG: "Take a tag off",
    BulkKind.DUPLICATE: "Mark as duplicates",
    BulkKind.DEACTIVATE: "Deactivate",
    BulkKind.RESTORE: "Restore",
}
_MEANINGS = {
    BulkKind.STATUS: "Leads from whose status this step is not allowed are left as they are.",
    BulkKind.ASSIGN: "Leads in boroughs where the person cannot work are left as they are.",
    BulkKind.TAG: "Leads that bear the tag are left as they are.",
    BulkKind.UNTAG: "Leads without the tag are left as they are.",
    BulkKind.DUPLICATE: "They point to the lead to keep and are not sold any more. Nothing is moved or deleted.",
    BulkKind.DEACTIVATE: "They leave lists and figures. Nothing is deleted, and they can be restored.",
    BulkKind.RESTORE: "They come back into lists and figures.",
}


def selection_bar(actor: Actor, chosen: LeadFilter, total_text: str, total: int) -> bool:
    """The bar above the list, when something is selected; whether this person may change leads at all."""
    allowed = [kind for kind in BulkKind if actor.may(RIGHTS[kind])]
    count = len(selected())
    if not allowed or not count:
        return bool(allowed)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="selection_bar"):
        away = count - get_database().query(actor, count_matching, chosen, list(selected()))
        not_here = f", {away:,} of them not in this list" if away else ""
        st.markdown(f":material/check_box: **{count:,} selected**{not_here}", width="content")
        # On the left: the table's own toolbar covers what is above its right end.
        kind = st.menu_button(
            "Change", allowed, format_func=NAMES.__getitem__, icon=":material/edit:", type="primary", key="bulk_menu"
        )
        asked = count < total and st.button(f"Select all {total_text} that match", type="tertiary", key="select_all")
        st.button("Clear", icon=":material/close:", type="tertiary", key="clear_selection", on_click=clear_selection)
    if asked:
        _select_matching(actor, chosen)
    if kind is not None:
        show_change(None)
        _change(kind)
    return True


def _select_matching(actor: Actor, chosen: LeadFilter) -> None:
    """Select all that match at this moment, each with its version: what comes or changes later is not among them."""
    found = get_database().query(actor, matching_versions, chosen, MOST_LEADS)
    if found is None:
        st.warning(f"More than {MOST_LEADS:,} leads match: narrow the filter.", icon=":material/info:")
        return
    select_all(found)
    st.rerun()


@st.dialog("Change selected leads", width="medium", on_dismiss="rerun")
def _change(kind: BulkKind) -> None:
    """What will happen to how many, then what happened."""
    actor = guard(RIGHTS[kind])
    with explained(NAMES[kind]):
        if shown_change() is not None:
            watched_change()
            if st.button("Close", key="bulk_close"):
                st.rerun()
            return
        leads = selected()
        st.markdown(f"**{NAMES[kind]}** · {_leads(len(leads))} selected")
        deed = _FORMS[kind](actor, leads)
        if deed is None:
            return
        with get_database().write(actor) as session:
            begun = deed(session, actor, list(leads.items()))
        show_change(begun)
        clear_selection()
        st.rerun(scope="fragment")


def _submit(kind: BulkKind, count: int) -> bool:
    """What the form does to how many, and its button."""
    st.caption(
        f"{_MEANINGS[kind]} Leads that somebody changed after you selected them are left as they are, and listed."
    )
    if count >= IN_BACKGROUND_FROM:
        st.caption(":material/schedule: So many are changed in the background. You can stop it, and undo it.")
    return st.form_submit_button(f"{NAMES[kind]}: {_leads(count)}", type="primary")


def _leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count:,} leads"


def _status(_: Actor, leads: dict[UUID, int]) -> Deed | None:
    reachable = [status for status in LeadStatus if any(status in steps for steps in TRANSITIONS.values())]
    with st.form("bulk_status", border=False):
        first = reachable.index(LeadStatus.CONTACTED)
        to = st.selectbox("New status", reachable, index=first, format_func=label)
        reason = st.text_input("Reason (optional)", max_chars=LONGEST_REASON)
        sent = _submit(BulkKind.STATUS, len(leads))
    return (lambda s, a, seen: actions.change_statuses(s, a, leads=seen, to=to, reason=reason)) if sent else None


def _assign(_: Actor, leads: dict[UUID, int]) -> Deed | None:
    # Names only, so without the limits of the actor; leads where the person cannot work are refused.
    people: dict[str, UUID | None] = {name: user for user, name in get_database().query(None, offered).people.items()}
    people["Nobody"] = None
    with st.form("bulk_assign", border=False):
        name = st.selectbox("Assigned to", list(people))
        sent = _submit(BulkKind.ASSIGN, len(leads))
    return (lambda s, a, seen: actions.assign_leads(s, a, leads=seen, user_id=people[name])) if sent else None


def _tag(_: Actor, leads: dict[UUID, int]) -> Deed | None:
    with st.form("bulk_tag", border=False):
        tag = st.text_input("Tag", max_chars=LONGEST_TAG)
        sent = _submit(BulkKind.TAG, len(leads))
    return (lambda s, a, seen: actions.tag_leads(s, a, leads=seen, tag=tag)) if sent else None


def _untag(_: Actor, leads: dict[UUID, int]) -> Deed | None:
    with st.form("bulk_untag", border=False):
        tag = st.text_input("Tag", max_chars=LONGEST_TAG)
        sent = _submit(BulkKind.UNTAG, len(leads))
    return (lambda s, a, seen: actions.untag_leads(s, a, leads=seen, tag=tag)) if sent else None


def _duplicate(actor: Actor, leads: dict[UUID, int]) -> Deed | None:
    """The lead to keep is one of the selected, which is then not changed, or any other by its id."""
    found = get_database().query(actor, chosen_leads, list(leads)[:SURVIVORS_OFFERED])
    names = survivors_by_name(found)
    kept = st.selectbox("Lead to keep: choose, or paste a lead ID", list(names), accept_new_options=True)
    survivor = names.get(kept) or _lead_id(kept)
    with st.form("bulk_duplicate", border=False):
        sent = _submit(BulkKind.DUPLICATE, len(leads) - (survivor in leads))
    if not sent:
        return None
    return lambda s, a, seen: actions.mark_duplicates(
        s, a, leads=[one for one in seen if one[0] != survivor], survivor=survivor
    )


def survivors_by_name(found: pd.DataFrame) -> dict[str, UUID]:
    """The leads of `queries.bulk_changes.chosen_leads` by what tells them apart, which for duplicates may be only when
    they came, and after an import only the id."""
    names: dict[str, UUID] = {}
    for lead in found.to_dict("records"):
        told = [lead["full_name"], lead["property_address"]]
        name = ", ".join(
            [*(one if isinstance(one, str) else fmt.MISSING for one in told), fmt.instant(lead["created_at"])]
        )
        names[f"{name} ({lead['id']})" if name in names else name] = lead["id"]
    return names


def _deactivate(_: Actor, leads: dict[UUID, int]) -> Deed | None:
    with st.form("bulk_deactivate", border=False):
        reason = st.text_input("Reason", max_chars=LONGEST_REASON)
        sent = _submit(BulkKind.DEACTIVATE, len(leads))
    return (lambda s, a, seen: actions.deactivate_leads(s, a, leads=seen, reason=reason)) if sent else None


def _restore(_: Actor, leads: dict[UUID, int]) -> Deed | None:
    with st.form("bulk_restore", border=False):
        sent = _submit(BulkKind.RESTORE, len(leads))
    return (lambda s, a, seen: actions.restore_leads(s, a, leads=seen)) if sent else None


_FORMS = {
    BulkKind.STATUS: _status,
    BulkKind.ASSIGN: _assign,
    BulkKind.TAG: _tag,
    BulkKind.UNTAG: _untag,
    BulkKind.DUPLICATE: _duplicate,
    BulkKind.DEACTIVATE: _deactivate,
    BulkKind.RESTORE: _restore,
}


def _lead_id(typed: str | None) -> UUID:
    try:
        return UUID(str(typed).strip())
    except ValueError:
        raise Invalid("This is not the ID of a lead.") from None
