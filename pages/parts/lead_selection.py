"""Which leads the person has selected, over all pages of the list, each with its version at that moment."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from aurum_data.rules.identity import Permission
from pages.parts.guard import guard

_SELECTED, _ROUND = "leads_selected", "leads_selection_round"


def selected() -> dict[UUID, int]:
    """The selected leads with the versions that the person saw, in the order of their selection."""
    found: dict[UUID, int] = st.session_state.get(_SELECTED, {})
    return found


def selection_round() -> int:
    """Part of the key of the table: its checkboxes are set anew when the selection was changed from outside."""
    return int(st.session_state.get(_ROUND, 0))


def select_of_page(shown: dict[UUID, int], checked: set[UUID]) -> None:
    """Of the leads of a page, with their versions, select those checked and no other; other pages' stay as they are."""
    kept = {lead: version for lead, version in selected().items() if lead not in shown or lead in checked}
    st.session_state[_SELECTED] = kept | {lead: shown[lead] for lead in shown if lead in checked and lead not in kept}


def select_all(leads: dict[UUID, int]) -> None:
    """Select these besides what is selected."""
    st.session_state[_SELECTED] = leads | selected()
    st.session_state[_ROUND] = selection_round() + 1


def renew_selected(lead: UUID, version: int) -> None:
    """A selected lead that the person changed themselves stays selected, as they left it."""
    if lead in selected():
        st.session_state[_SELECTED] = selected() | {lead: version}


def clear_selection() -> None:
    """Select nothing (a callback too)."""
    guard(Permission.LEADS_READ)
    st.session_state[_SELECTED] = {}
    st.session_state[_ROUND] = selection_round() + 1
