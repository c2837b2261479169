"""The leads of one person, on the page of any of them: who may belong to them, who does, and the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.duplicates import undo_duplicate
from aurum_data.database import get_database
from aurum_data.queries.duplicates import waiting_pairs_of
from aurum_data.queries.lead_family import family, together
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.duplicate_pair import SAID, compare_pair, say_what_was_done
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.lead_markup import facts
from pages.parts.panel import explained, nothing

_WITHIN = " within your boroughs"
_UNDO, _UNDO_ICON = "Not a duplicate after all", ":material/undo:"


def may_be_others(actor: Actor, lead: LeadRecord) -> str | None:
    """In a few words that a decision waits about this lead: "May be the same person as Ann Alder"."""
    pairs = get_database().query(actor, waiting_pairs_of, lead.id, limit=2)
    if pairs.empty:
        return None
    others = [_other(pair, lead) for pair in pairs.to_dict("records")]
    return f"May be the same person as {others[0] if len(others) == 1 else 'several others'}"


def lead_duplicates(actor: Actor, lead: LeadRecord) -> None:
    """Pairs that wait for a decision, then the family: what it comes to, its members, and the way out of it."""
    say_what_was_done()
    pairs = get_database().query(actor, waiting_pairs_of, lead.id)
    if not pairs.empty:
        _waiting(actor, lead, pairs)
    members = get_database().query(actor, family, lead.id)
    if len(members) > 1:
        _family(actor, lead, members)
    elif pairs.empty:
        nothing(f"No other lead{_WITHIN if actor.is_scoped else ''} is known to be the same person.")


def _waiting(actor: Actor, lead: LeadRecord, pairs: pd.DataFrame) -> None:
    """The pair to decide on; of several the one that is chosen."""
    waiting = pairs.to_dict("records")
    number = 0
    if len(waiting) > 1:
        number = st.selectbox(
            "May be the same person as",
            range(len(waiting)),
            format_func=lambda one: f"{_other(waiting[one], lead)}, {fmt.percent(waiting[one]['confidence'], 0)} sure",
            key=f"lead_pair_{lead.id}",
        )
    else:
        st.markdown(f"### May be the same person as {fmt.plain(_other(waiting[0], lead))}")
    with st.container(border=True), explained("Pair"):
        compare_pair(actor, waiting[number])


def _other(pair: dict[str, Any], lead: LeadRecord) -> str:
    """The name of the other lead of a pair."""
    name = pair["younger_name"] if pair["older_id"] == lead.id else pair["older_name"]
    return name if isinstance(name, str) else "a lead without a name"


def _family(actor: Actor, lead: LeadRecord, frame: pd.DataFrame) -> None:
    st.markdown("### Leads of the same person")
    st.caption("The survivor stands for all of them; nothing is moved or deleted.")
    if actor.is_scoped:
        st.caption(f"Listed and counted are leads{_WITHIN}. What one of the others refused counts here too.")
    sums = get_database().query(actor, together, lead.id)
    facts(
        [
            ("Leads", fmt.number(sums.leads)),
            ("Messages", fmt.number(sums.messages)),
            ("Deliveries", fmt.number(sums.deliveries)),
            ("Revenue", fmt.money(sums.revenue_usd)),
            ("May be called", "No, on request of one of them" if sums.do_not_call else "Yes"),
            ("Consent", "Withdrawn by one of them, which counts for all" if sums.refuses else "Nobody withdrew it"),
        ]
    )
    if actor.may(Permission.LEADS_WRITE):
        _undo_buttons(lead, frame[~frame["survivor"]])
    tbl.table(
        frame.assign(
            role=["Survivor" if survivor else "Duplicate" for survivor in frame["survivor"]],
            this=[row == lead.id for row in frame["id"]],
            status=[label(status) for status in frame["status"]],
            consent=[label(state) for state in frame["consent_state"]],
            link=[f"?lead={row}" for row in frame["id"]],
        ),
        {
            "role": tbl.text("Role"),
            "this": tbl.checkbox("This one"),
            "full_name": tbl.text("Name"),
            "property_address": tbl.text("Address"),
            "unit": tbl.text("Unit"),
            "phone_masked": tbl.text("Phone"),
            "email_masked": tbl.text("Email"),
            "status": tbl.text("Status"),
            "consent": tbl.text("Consent"),
            "lead_score": tbl.number("Score"),
            "total_revenue_earned": tbl.money("Revenue"),
            "source_name": tbl.text("Source"),
            "created_at": tbl.instant("Created (ET)"),
            "link": tbl.link("Page", display_text="Open"),
        },
        alt="This lead and its duplicates",
        key=f"lead_family_{lead.id}",
    )


def _undo_buttons(lead: LeadRecord, duplicates: pd.DataFrame) -> None:
    """The way out of the family: on a duplicate's page for itself, on the survivor's for any of them."""
    rows = duplicates.to_dict("records")
    if lead.duplicate_of is not None:
        rows = [row for row in rows if row["id"] == lead.id]
    if len(rows) == 1:
        st.button(_UNDO, icon=_UNDO_ICON, on_click=_undo, args=(rows[0]["id"], rows[0]["version"]))
        return
    chosen = st.menu_button(
        _UNDO,
        range(len(rows)),
        icon=_UNDO_ICON,
        format_func=lambda row: fmt.plain(_named(rows[row])),
    )
    if chosen is not None:
        _undo(rows[chosen]["id"], rows[chosen]["version"])
        if SAID in st.session_state:
            st.rerun()


def _named(row: dict[str, Any]) -> str:
    """Which of the duplicates: "Bea Birch, of Nov 26, 2026"."""
    name, came = row["full_name"], row["created_at"]
    return f"{name if isinstance(name, str) else 'No name'}, of {fmt.day(came)}"


def _undo(lead_id: UUID, version: int) -> None:
    actor = guard(Permission.LEADS_WRITE)
    with explained(_UNDO):
        with get_database().write(actor) as session:
            undo_duplicate(session, actor, lead_id=lead_id, version=version)
        st.session_state[SAID] = "The lead stands by itself again, and the two are not proposed again."
