"""The view Requests of the Access screen: changes of access that wait for a second administrator."""

from __future__ import annotations

from typing import Any

import streamlit as st

from aurum_data.actions.access_requests import refuse
from aurum_data.actions.core import Actor
from aurum_data.actions.roles import decide_role_grant
from aurum_data.actions.second_factor import RESET, approve_reset
from aurum_data.database import get_database
from aurum_data.queries.access_requests import decided_requests, open_requests
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.confirm import confirmed
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing, panel

KINDS = {RESET: "Remove the second factor of", "role_grant": "Give a role to"}


def requests_view(actor: Actor) -> None:
    """What waits, with the buttons of those who may decide; below it what was decided."""
    database = get_database()
    with panel("Waiting for a second administrator", note="Whoever asked cannot approve. A request ends after a day."):
        waiting = database.query(actor, open_requests)
        if waiting.empty:
            nothing("No request is waiting.")
        for row in waiting.itertuples():
            _line(actor, row)
    with panel("Decided"):
        over = database.query(actor, decided_requests)
        tbl.table(
            over.assign(kind=over["kind"].map(KINDS), decision=over["decision"].map(fmt.label)),
            {
                "requested_at": tbl.instant("Asked (ET)"),
                "kind": tbl.text("What"),
                "full_name": tbl.text("Whom"),
                "requested_name": tbl.text("Asked by"),
                "reason": tbl.text("Reason"),
                "decision": tbl.text("Decision"),
                "decided_name": tbl.text("Decided by"),
                "decided_at": tbl.instant("Decided (ET)"),
            },
            alt="Requests that were approved, refused, withdrawn or have ended, latest first",
            empty="No request was decided yet.",
        )


def _title(row: Any) -> str:
    role = f": {fmt.label(row.details['role'])}" if "role" in row.details else ""
    return f"{KINDS[row.kind]} {row.full_name} ({row.username}){role}"


def _line(actor: Actor, row: Any) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = f"Asked by {row.requested_name} on {fmt.instant(row.requested_at)} · ends {fmt.instant(row.expires_at)}"
        st.markdown(
            f"**{fmt.plain(_title(row))}**  \n{fmt.plain(row.reason)}  \n:small[:gray[{fmt.plain(asked)}]]",
            width="stretch",
        )
        if not actor.may(Permission.USERS_WRITE):
            return
        own = row.requested_by == actor.user_id
        may_approve = not own and row.user_id != actor.user_id
        if may_approve and st.button("Approve", key=f"approve_{row.request_id}", type="primary"):
            _decide(row, approve=True)
        if st.button("Withdraw" if own else "Refuse", key=f"refuse_{row.request_id}"):
            _decide(row, approve=False)


@st.dialog("Decide the request")
def _decide(row: Any, *, approve: bool) -> None:
    actor = guard(Permission.USERS_WRITE)
    with explained("Decide the request"):
        st.markdown(f"**{fmt.plain(_title(row))}**  \n{fmt.plain(row.reason)}")
        if not confirmed(actor):
            return
        verb = "Approve" if approve else "Withdraw" if row.requested_by == actor.user_id else "Refuse"
        if approve:
            st.caption("Ask the person yourself first: by phone or in person, not by mail.")
        if st.button(verb, type="primary", key="decide_now"):
            with get_database().write(actor) as session:
                if row.kind == RESET and approve:
                    approve_reset(session, actor, request_id=row.request_id)
                elif row.kind == RESET:
                    refuse(session, actor, request_id=row.request_id)
                else:
                    decide_role_grant(session, actor, request_id=row.request_id, approve=approve)
            st.rerun()
