"""From one lead to the next in the list that one came from, beside the list and on the lead's own page."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.lead_filter import SORT_COLUMNS, Cursor
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.queries.leads import list_leads
from aurum_data.rules.identity import Permission
from pages.parts.guard import guard
from pages.parts.lead_list import OPEN, PLACE, SHOWN, Place, show_beside

LEAD = "lead"  # parameter of a lead's own page


def neighbour_buttons(actor: Actor, lead: LeadRecord) -> None:
    """The buttons to both neighbours; none for a lead that was opened by its address."""
    place: Place | None = st.session_state.get(PLACE)
    if place is None:
        return
    above, below = _neighbours(actor, place, lead)
    here = _here(place, lead)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Lead above",
            icon=":material/keyboard_arrow_up:",
            type="tertiary",
            disabled=above is None,
            on_click=_go,
            args=(above, Place(place.chosen, place.sort, None, here, max(1, place.number - 1))),
            shortcut="Alt+K",
        )
        st.button(
            "Lead below",
            icon=":material/keyboard_arrow_down:",
            type="tertiary",
            disabled=below is None,
            on_click=_go,
            args=(below, Place(place.chosen, place.sort, here, None, place.number + 1)),
            shortcut="Alt+J",
        )


def open_own_page(lead_id: UUID) -> None:
    """Show a lead over the whole width, at its own address (a callback)."""
    guard(Permission.LEADS_READ)
    st.query_params[LEAD] = str(lead_id)


def _neighbours(actor: Actor, place: Place, lead: LeadRecord) -> tuple[UUID | None, UUID | None]:
    """The leads above and below: on the page of the list where it is there, else of the list as it is now."""
    ids: list[UUID] = list(st.session_state.get(SHOWN, ()))
    at = ids.index(lead.id) if lead.id in ids else -1
    above = ids[at - 1] if at > 0 else _beyond(actor, place, lead, backward=True)
    below = ids[at + 1] if 0 <= at < len(ids) - 1 else _beyond(actor, place, lead, backward=False)
    return above, below


def _beyond(actor: Actor, place: Place, lead: LeadRecord, *, backward: bool) -> UUID | None:
    here = _here(place, lead)
    way = {"before": here} if backward else {"after": here}
    page = get_database().query(actor, list_leads, filter=place.chosen, sort=place.sort, limit=1, **way)
    if page.frame.empty:
        return None
    found = page.frame.iloc[-1]
    # Where nothing comes before, the list begins anew, with this lead or one behind it.
    there = (found[SORT_COLUMNS[place.sort.by][0]], found["id"])
    if backward and (there <= (here.value, lead.id) if place.sort.descending else there >= (here.value, lead.id)):
        return None
    lead_id: UUID = found["id"]
    return lead_id


def _here(place: Place, lead: LeadRecord) -> Cursor:
    """The lead as a place in the list."""
    return Cursor(getattr(lead, SORT_COLUMNS[place.sort.by][0]), lead.id)


def _go(to: UUID, beyond: Place) -> None:
    """Open a neighbour; the list turns its page when the neighbour is on the one before or behind it."""
    guard(Permission.LEADS_READ)
    if to not in st.session_state.get(SHOWN, []) and st.session_state.get(OPEN) in st.session_state.get(SHOWN, []):
        st.session_state[PLACE] = beyond
    show_beside(to)
    if LEAD in st.query_params:
        st.query_params[LEAD] = str(to)
