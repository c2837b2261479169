"""The one timeline of a lead: all that happened, filtered by kind, turned by page."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.lead_family import family
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.queries.lead_story import TIMELINE_ROWS, StoryCursor, timeline
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.guard import guard
from pages.parts.lead_events import KINDS, timeline_events
from pages.parts.lead_markup import events
from pages.parts.panel import nothing

PLACE = "lead_story_place"  # what the pages so far were of, and where each of them after the first began


def lead_timeline(actor: Actor, lead: LeadRecord) -> None:
    """A page of the timeline; a survivor's has that of its duplicates in it, each marked."""
    picked = st.pills("Show", list(KINDS), format_func=KINDS.__getitem__, selection_mode="multi", key="lead_kinds")
    shown = (lead.id, tuple(picked))
    of, turned = st.session_state.get(PLACE, (shown, ()))
    turned = turned if of == shown else ()
    database = get_database()
    after = turned[-1] if turned else None
    happened = database.query(actor, timeline, lead.id, kinds=picked, after=after, limit=TIMELINE_ROWS + 1)
    if happened.empty:
        nothing("Nothing of this kind has happened yet." if picked else "Nothing has happened yet.")
        return
    more, happened = len(happened) > TIMELINE_ROWS, happened.iloc[:TIMELINE_ROWS]
    others = _others(actor, lead) if (happened["lead_id"] != lead.id).any() else {}
    events([event.shown for event in timeline_events(happened, others)])
    if not turned and not more:
        return
    last = StoryCursor(happened["occurred_at"].iloc[-1], happened["id"].iloc[-1])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Newer", disabled=not turned, on_click=_turn, args=(shown, turned[:-1]), icon=":material/arrow_upward:"
        )
        st.button("Older", disabled=not more, on_click=_turn, args=(shown, (*turned, last)), icon=":material/history:")
        st.caption(f"Page {len(turned) + 1}, {TIMELINE_ROWS} events each")


def _others(actor: Actor, lead: LeadRecord) -> dict[UUID, str]:
    """How each duplicate is named in the timeline."""
    members = get_database().query(actor, family, lead.id)
    return {
        row: f"Duplicate of {fmt.day(came)}"
        for row, came in zip(members["id"], members["created_at"], strict=True)
        if row != lead.id
    }


def _turn(shown: tuple[UUID, tuple[str, ...]], turned: tuple[StoryCursor, ...]) -> None:
    guard(Permission.LEADS_READ)
    st.session_state[PLACE] = (shown, turned)
