"""Two leads that may be the same person: what differs, side by side, and the decision about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.duplicates import confirm_duplicate, dismiss_duplicate
from aurum_data.database import get_database
from aurum_data.queries.lead_record import LeadRecord, get_lead
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.panel import explained

SAID = "duplicates_said"  # what was done


def say_what_was_done() -> None:
    """Say once what the last decision did."""
    if said := st.session_state.pop(SAID, None):
        st.toast(said, icon=":material/check:")


def pair_name(older: str | None, younger: str | None) -> str:
    """Two leads by name, the older first; once if it is the same: "Ann Alder / Bea Birch", "Ann Alder"."""
    names = [name if isinstance(name, str) and name else "No name" for name in (older, younger)]
    return " / ".join(dict.fromkeys(names))


def compare_pair(actor: Actor, pair: Mapping[str, Any]) -> None:
    """Both leads of a row of `queries.duplicates` with what differs marked, and for who may decide the decision."""
    database = get_database()
    older = database.query(actor, get_lead, pair["older_id"])
    younger = database.query(actor, get_lead, pair["younger_id"])
    st.header(fmt.plain(pair_name(older.full_name, younger.full_name)), anchor=False)
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
        st.session_state[SAID] = "Linked. On the page of either lead it can be undone."


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
