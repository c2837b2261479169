"""Pairs of leads that may be the same person, to confirm or dismiss: a view of the Leads screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.duplicates import confirm_duplicate, dismiss_duplicate
from aurum_data.database import get_database
from aurum_data.queries.duplicates import PAGE_PAIRS, PAIRS_CAP, PairCursor, waiting_pairs, waiting_queue
from aurum_data.queries.lead_record import LeadRecord, get_lead
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.panel import explained, nothing

VIEW, NAME = "view", "duplicates"  # parameter of the address
SAID, BEHIND = "duplicates_said", "duplicates_behind"  # what was done; where the page of the queue begins


def duplicates_button(actor: Actor) -> None:
    """The way from the list to the queue, with the number of pairs that wait."""
    count = get_database().query(actor, waiting_queue).count
    more = "+" if count == PAIRS_CAP else ""
    st.button(f"Duplicates ({fmt.number(count)}{more})", icon=":material/join_inner:", on_click=_open)


def is_queue_asked() -> bool:
    """Whether the address names the queue."""
    return st.query_params.get(VIEW) == NAME


def duplicate_queue(actor: Actor) -> None:
    """The queue on the left, the chosen pair side by side on the right."""
    if st.button("All leads", icon=":material/arrow_back:", type="tertiary"):
        del st.query_params[VIEW]
        st.rerun()
    st.title("Duplicates", anchor=False)
    if said := st.session_state.pop(SAID, None):
        st.toast(said, icon=":material/check:")
    with explained("Duplicates"):
        queue = get_database().query(actor, waiting_queue)
        searched = f"Leads last looked through {fmt.instant(queue.as_of)}" if queue.as_of else "Not looked through yet"
        st.caption(f"{searched}; every night those that came or changed since.")
        after = st.session_state.get(BEHIND)
        pairs = get_database().query(actor, waiting_pairs, after=after, limit=PAGE_PAIRS + 1)
        if pairs.empty and after is None:
            nothing("No pair of leads waits for a decision.")
            return
        left, right = st.columns([5, 7], gap="medium")
        with left:
            pair = _chosen_pair(pairs.iloc[:PAGE_PAIRS])
            _turning(pairs)
        with right, st.container(border=True), explained("Pair"):
            if pair is not None:
                _compare(actor, pair)


def _open() -> None:
    guard(Permission.LEADS_READ)
    st.query_params[VIEW] = NAME
    st.session_state[BEHIND] = None


def _chosen_pair(pairs: pd.DataFrame) -> dict[str, Any] | None:
    """The list of pairs; the first is chosen until another one is. The key changes with the rows."""
    shown = pd.DataFrame(
        {
            "confidence": pairs["confidence"].astype("float64"),
            "who": [
                f"{older or 'No name'} / {younger or 'No name'}"
                for older, younger in zip(pairs["older_name"], pairs["younger_name"], strict=True)
            ],
            "why": [", ".join(label(reason).lower() for reason in reasons) for reasons in pairs["reasons"]],
        }
    )
    rows = tbl.pick_rows(
        shown,
        {
            "confidence": tbl.share_bar("Confidence", width=100, help="How sure it is that they are one person."),
            "who": tbl.text("Older / younger lead", width=190),
            "why": tbl.text("Why", width=150),
        },
        alt="Pairs that may be duplicates, the surest first",
        key=f"duplicate_pairs_{hash(tuple(pairs['id'])):x}",
        empty="No pair is left on this page.",
    )
    return None if pairs.empty else pairs.iloc[rows[0] if rows else 0].to_dict()


def _turning(pairs: pd.DataFrame) -> None:
    """To the pairs behind these, and back to the surest."""
    more = len(pairs) > PAGE_PAIRS
    if not more and st.session_state.get(BEHIND) is None:
        return
    last = pairs.iloc[PAGE_PAIRS - 1] if more else None
    with st.container(horizontal=True):
        st.button("Surest first", on_click=_turn, args=(None,), disabled=st.session_state.get(BEHIND) is None)
        place = None if last is None else PairCursor(last["confidence"], last["id"])
        st.button("More pairs", on_click=_turn, args=(place,), disabled=not more)


def _turn(place: PairCursor | None) -> None:
    guard(Permission.LEADS_READ)
    st.session_state[BEHIND] = place


def _compare(actor: Actor, pair: dict[str, Any]) -> None:
    """Both leads side by side with what differs marked, and the decision."""
    database = get_database()
    older = database.query(actor, get_lead, pair["older_id"])
    younger = database.query(actor, get_lead, pair["younger_id"])
    st.header(fmt.plain(f"{older.full_name or 'No name'} / {younger.full_name or 'No name'}"), anchor=False)
    with st.container(horizontal=True, gap="small"):
        st.badge(f"{fmt.percent(pair['confidence'], 0)} sure", color="blue")
        for reason in pair["reasons"]:
            st.badge(label(reason), color="gray")
    if actor.may(Permission.LEADS_WRITE):
        _decision(older, younger)
    st.table(_side_by_side(older, younger), hide_index=True)
    with st.container(horizontal=True, gap="small"):
        st.link_button("Older lead", f"?lead={older.id}", icon=":material/open_in_new:", type="tertiary")
        st.link_button("Younger lead", f"?lead={younger.id}", icon=":material/open_in_new:", type="tertiary")


def _decision(older: LeadRecord, younger: LeadRecord) -> None:
    keep = {"Older": (older, younger), "Younger": (younger, older)}
    stays = st.segmented_control(
        "Which lead stays?", list(keep), default="Older", required=True, key=f"stays_{older.id}_{younger.id}"
    )
    survivor, duplicate = keep[stays]
    with st.container(horizontal=True):
        st.button(
            "Same person",
            icon=":material/merge:",
            on_click=_confirm,
            args=(survivor, duplicate),
            shortcut="Alt+Y",
        )
        st.button(
            "Different people", icon=":material/call_split:", on_click=_dismiss, args=(older, younger), shortcut="Alt+X"
        )


def _confirm(survivor: LeadRecord, duplicate: LeadRecord) -> None:
    actor = guard(Permission.LEADS_WRITE)
    with explained("Same person"):
        with get_database().write(actor) as session:
            confirm_duplicate(
                session,
                actor,
                survivor_id=survivor.id,
                survivor_version=survivor.version,
                duplicate_id=duplicate.id,
                duplicate_version=duplicate.version,
            )
        st.session_state[SAID] = "Linked. On the duplicate's page it can be undone."


def _dismiss(older: LeadRecord, younger: LeadRecord) -> None:
    actor = guard(Permission.LEADS_WRITE)
    with explained("Different people"):
        with get_database().write(actor) as session:
            dismiss_duplicate(session, actor, lead_id=younger.id, other_id=older.id)
        st.session_state[SAID] = "These two are not proposed again."


_FACTS: dict[str, Callable[[LeadRecord], str | None]] = {
    "Name": lambda lead: lead.full_name,
    "Phone": lambda lead: lead.phone_masked,
    "Email": lambda lead: lead.email_masked,
    "Street": lambda lead: lead.property_address,
    "Unit": lambda lead: lead.unit,
    "ZIP code": lambda lead: f"{lead.zip_code}, {lead.borough}",
    "Property": lambda lead: label(lead.property_type),
    "Lives there as": lambda lead: label(lead.ownership),
    "Monthly bill": lambda lead: fmt.money(lead.monthly_bill_usd),
    "Language": lambda lead: label(lead.preferred_language),
    "Status": lambda lead: label(lead.status),
    "Score": lambda lead: fmt.number(lead.lead_score),
    "Consent": lambda lead: label(lead.consent_state),
    "May be called": lambda lead: "No, on request" if lead.do_not_call else "Yes",
    "May be sold": lambda lead: "Yes" if lead.sellable else "No",
    "Messages": lambda lead: fmt.number(lead.conversation_count),
    "Deliveries": lambda lead: fmt.number(lead.export_count),
    "Revenue": lambda lead: fmt.money(lead.total_revenue_earned),
    "Assigned to": lambda lead: lead.assigned_name or "Nobody",
    "Source": lambda lead: lead.source_name,
    "Created": lambda lead: fmt.instant(lead.created_at),
    "Last activity": lambda lead: fmt.instant(lead.last_activity_at),
}


def _side_by_side(older: LeadRecord, younger: LeadRecord) -> pd.DataFrame:
    """Columns: fact, older, younger, and whether they differ. Cells are Markdown; values are made harmless."""
    rows = []
    for fact, read in _FACTS.items():
        values = [read(lead) or fmt.MISSING for lead in (older, younger)]
        differs = values[0] != values[1]
        cells = [f":orange-background[{fmt.plain(one)}]" if differs else fmt.plain(one) for one in values]
        rows.append([fact, *cells, "Differs" if differs else "Same"])
    return pd.DataFrame(rows, columns=["Fact", "Older lead", "Younger lead", "Compared"])
