"""Open leads of people who left, or may not work on leads any more; handing them over to others."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.assignment import hand_over
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.team import CAP, assignment_rules
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.panel import explained

TITLE, HANDED_OVER = "Left behind", "team_handed_over"
NOTE = (
    "Open leads of people who left, or who may not work on leads any more. Nobody calls them until somebody takes them "
    f"over, with the callbacks planned. Counts stop at {CAP:,}."
)


def leavers(actor: Actor, left: pd.DataFrame, people: dict[UUID, str]) -> None:
    """Who left how many leads behind (`left`: of queries.team.left_behind), and the form that hands them over."""
    tbl.table(
        left,
        {
            "full_name": tbl.text("Person", width="medium"),
            "open_leads": tbl.number("Open leads", help="Assigned to them and not yet sold or closed."),
            "callbacks": tbl.number("Callbacks", help="Planned for these leads, past or to come."),
        },
        alt="People who left open leads behind",
    )
    names = dict(zip(left["user_id"], left["full_name"], strict=True))
    takers: dict[str, list[UUID]] = {name: [user_id] for user_id, name in people.items()}
    if not actor.is_scoped:  # rules reach over all boroughs
        rules = get_database().query(actor, assignment_rules)
        takers = {f"In turn, as {rule.rule_name}": list(rule.members) for rule in rules.itertuples()} | takers
    with st.form("hand_over", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            leaver = st.selectbox("Leads of", list(names), format_func=names.__getitem__)
            taker = st.selectbox("Go to", list(takers), None, placeholder="A person or a rule")
            sent = st.form_submit_button("Hand over", type="primary", icon=":material/move_down:")
        st.caption("Leads in boroughs where who takes over may not work stay where they are.")
    if sent:
        _hand_over(leaver, names[leaver], takers.get(taker or "", []))


def _hand_over(user_id: UUID, name: str, members: Sequence[UUID]) -> None:
    actor = guard(Permission.LEADS_ASSIGN)
    with explained("Hand over"):
        with get_database().write(actor) as session:
            done = hand_over(session, actor, user_id=user_id, members=members)
        leads = "1 lead" if done.given == 1 else f"{fmt.number(done.given)} leads"
        stayed = f" {fmt.number(done.left)} found nobody who may work there." if done.left else ""
        st.session_state[HANDED_OVER] = (
            f"{leads} of {fmt.plain(name)} handed over.{stayed} Bulk changes shows them, and takes them back."
        )
        st.rerun()
