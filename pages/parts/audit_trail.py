"""The part of the Compliance screen that shows the audit trail: who did what, page by page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.database import get_database
from aurum_data.queries import audit as audit_queries
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.filters import choice, span_filter
from pages.parts.guard import guard
from pages.parts.panel import panel

TRAIL_KEY = "compliance_trail"


def audit_view() -> None:
    """The part of the screen."""
    actor = guard(Permission.AUDIT_READ)
    database = get_database()
    with panel("Audit trail", note="Who did what. Entries are written with the deed and never changed."):
        events = database.query(actor, audit_queries.audit_events)
        people = {str(user): name for user, name in database.query(actor, audit_queries.audit_actors).items()}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            event = choice("Event", {e: _event(e) for e in events}, key="event", everything="All events")
            # Not in the address: there it would stand as the person's name.
            person = st.selectbox("Person", list(people), None, people.__getitem__, placeholder="Everybody")
            thing = st.text_input("About (id)", placeholder="Id of a lead, request, user", width=300).strip() or None
            span = span_filter()
        asked = (event, person, thing, span)
        if st.session_state.get(TRAIL_KEY, (None, ()))[0] != asked:
            st.session_state[TRAIL_KEY] = (asked, ())
        path: tuple[audit_queries.AuditCursor, ...] = st.session_state[TRAIL_KEY][1]
        found = database.query(
            actor, audit_queries.audit_search, first=span.first, last=span.last, event=event,
            actor_id=UUID(person) if person else None, entity_id=thing, before=path[-1] if path else None,
        )  # fmt: skip
        _entries(found.frame)
        with st.container(horizontal=True):
            if path and st.button("Newer", icon=":material/chevron_left:"):
                st.session_state[TRAIL_KEY] = (asked, path[:-1])
                st.rerun()
            if found.older and st.button("Older", icon=":material/chevron_right:"):
                st.session_state[TRAIL_KEY] = (asked, (*path, found.older))
                st.rerun()


def _entries(frame: pd.DataFrame) -> None:
    frame["deed"] = frame["event"].map(_event)
    frame["about"] = frame["entity_type"].map(fmt.label)
    frame["said"] = [_details(row) for row in frame.to_dict("records")]
    tbl.table(
        frame,
        {
            "occurred_at": tbl.instant("When (ET)"),
            "actor": tbl.text("Who"),
            "deed": tbl.text("What"),
            "about": tbl.text("About"),
            "said": tbl.text("Details", width="large"),
            "entity_id": tbl.text("Id"),
        },
        alt="Entries of the audit trail, latest first",
        height="content",
        empty="Nothing was recorded with these filters.",
    )


def _event(event: str) -> str:
    """An event as people read it: "privacy:request:register" gives "Privacy: request register"."""
    source, _, rest = event.partition(":")
    return f"{fmt.label(source)}: {rest.replace(':', ' ').replace('_', ' ')}"


def _details(entry: dict[str, Any]) -> str:
    """The reason and what else was noted, in one line."""
    noted = {name: entry["details"].get(name) for name in ("before", "after")} | entry["details"]
    noted = {"reason": entry["reason"], **noted}
    told = [f"{fmt.label(name)}: {_plain(value)}" for name, value in noted.items() if value not in (None, "", [])]
    return "; ".join(told) or fmt.MISSING


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or fmt.MISSING
    return fmt.MISSING if value is None else str(value).replace("_", " ")
