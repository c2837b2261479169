"""The leads of one person, on the page of any of them, and the way back when they are not the same after all."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.duplicates import undo_duplicate
from aurum_data.database import get_database
from aurum_data.queries.lead_family import family, together
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.lead_actions import DONE
from pages.parts.lead_labels import label
from pages.parts.lead_markup import facts
from pages.parts.panel import explained, nothing


def lead_duplicates(actor: Actor, lead: LeadRecord) -> None:
    """The family: what it comes to, its members, and for a duplicate the button that takes it out."""
    frame = get_database().query(actor, family, lead.id)
    if len(frame) == 1:
        nothing("No other lead is known to be the same person.")
        return
    st.caption("Leads of the same person. The survivor stands for all of them; nothing is moved or deleted.")
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
    frame["role"] = ["Survivor" if survivor else "Duplicate" for survivor in frame["survivor"]]
    frame["this"] = [row == lead.id for row in frame["id"]]
    frame["status"] = [label(status) for status in frame["status"]]
    frame["consent"] = [label(state) for state in frame["consent_state"]]
    frame["link"] = [f"?lead={row}" for row in frame["id"]]
    tbl.table(
        frame,
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
    if lead.duplicate_of is None:
        st.caption("To take one out, open its page.")
    elif actor.may(Permission.LEADS_WRITE):
        st.button("Not a duplicate after all", icon=":material/undo:", on_click=_undo, args=(lead,))


def _undo(lead: LeadRecord) -> None:
    actor = guard(Permission.LEADS_WRITE)
    with explained("Not a duplicate after all"):
        with get_database().write(actor) as session:
            undo_duplicate(session, actor, lead_id=lead.id, version=lead.version)
        st.session_state[DONE] = "This lead stands by itself again."
