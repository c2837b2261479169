"""The view Security events of the Access screen: who was refused, who failed to sign in, what looks like an attack."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.queries import security_events as queries
from aurum_data.queries.audit import audit_actors
from aurum_data.rules.security_events import SENTENCES, SecurityEventKind, Severity
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.figures import Figure, figure_row
from pages.parts.filters import choice, preset

SPANS = ("Last 7 days", "Last 30 days", "Last 90 days", "Last 12 months")
PLACE_KEY = "_security_events_place"  # the filters, and the pages turned since they were set


def events_view(actor: Actor) -> None:
    """Figures of the last day, filters, and the events, newest first."""
    database = get_database()
    day = database.query(actor, queries.security_events_of_the_last_day)
    figure_row(
        [
            Figure("Failed sign-ins, 24 h", fmt.number(day.failed), help="Wrong password, code or unknown name"),
            Figure("Guessing, 24 h", fmt.number(day.guessing), help="Bursts of failures, after which sign-in pauses"),
            Figure("Refused, 24 h", fmt.number(day.denied), help="People who asked for what they may not do"),
            Figure("Critical, 24 h", fmt.number(day.critical), help="Events that need somebody to look now"),
        ]
    )
    people = {str(user): name for user, name in database.query(actor, audit_actors).items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = {str(kind): SENTENCES[kind] for kind in SecurityEventKind}
        kind = choice("Event", kinds, key="security_event", everything="All events")
        severities = {str(severity): fmt.label(severity) for severity in Severity}
        grave = choice("Severity", severities, key="severity", everything="All severities")
        # Not in the address: there it would stand as the person's name.
        person = st.selectbox("Person", list(people), None, people.__getitem__, placeholder="Everybody")
        name = st.selectbox("Recorded in", SPANS, 1, key="recorded_in", bind="query-params", width=170)
        period = preset(name, today())
    asked = (period, kind, grave, person)
    if st.session_state.get(PLACE_KEY, (None, ()))[0] != asked:
        st.session_state[PLACE_KEY] = (asked, ())
    path: tuple[queries.EventCursor, ...] = st.session_state[PLACE_KEY][1]
    found = database.query(
        actor,
        queries.security_event_search,
        first=period.first,
        last=period.last,
        kind=SecurityEventKind(kind) if kind else None,
        severity=Severity(grave) if grave else None,
        person_id=UUID(person) if person else None,
        before=path[-1] if path else None,
    )
    _events(found.frame)
    with st.container(horizontal=True):
        if path and st.button("Newer", icon=":material/chevron_left:"):
            st.session_state[PLACE_KEY] = (asked, path[:-1])
            st.rerun()
        if found.older and st.button("Older", icon=":material/chevron_right:"):
            st.session_state[PLACE_KEY] = (asked, (*path, found.older))
            st.rerun()


def _events(frame: pd.DataFrame) -> None:
    known = {str(kind): sentence for kind, sentence in SENTENCES.items()}
    tbl.table(
        frame.assign(
            what=frame["event"].map(lambda event: known.get(event, fmt.label(event))),
            grave=frame["severity"].map(fmt.label),
            more=frame["details"].map(_details),
        ),
        {
            "occurred_at": tbl.instant("When (ET)"),
            "grave": tbl.text("Severity", width="small"),
            "what": tbl.text("What happened", width="large"),
            "person": tbl.text("Person"),
            "address": tbl.text("Address"),
            "more": tbl.text("Details", width="large"),
        },
        alt="Security events, newest first",
        height="content",
        empty="Nothing was recorded with these filters.",
    )


def _details(details: dict[str, Any]) -> str:
    """What was noted beside: ids, counts and names of things, in one line."""
    return "; ".join(f"{fmt.label(name)}: {value}" for name, value in details.items()) or fmt.MISSING
