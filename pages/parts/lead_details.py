"""Correcting a lead in place. The form keeps to the lead as it was when the person began, so that what somebody else
changed meanwhile is never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.lead_details import Detail, change_details
from aurum_data.database import get_database
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.rules.geography import Utility
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import Ownership, PropertyType, RoofType
from pages.parts.guard import guard
from pages.parts.lead_actions import DONE
from pages.parts.lead_labels import label
from pages.parts.lead_selection import renew_selected
from pages.parts.panel import explained

BEGUN = "lead_editing"  # the lead as it was when the person began to edit it
LANGUAGES = ("en", "es", "zh", "ru", "bn", "ko", "ht", "fr", "it", "pl", "ar", "yi", "ur")
_UNKNOWN = ""


def edit_button(actor: Actor, lead: LeadRecord) -> None:
    """The way into the form, for people who may change leads."""
    if actor.may(Permission.LEADS_WRITE) and lead.is_active and lead.erased_at is None:
        st.button("Edit details", icon=":material/edit:", on_click=_begin, args=(lead,), shortcut="Alt+I")


def is_edited(actor: Actor, lead: LeadRecord) -> bool:
    """Whether the person is at this lead's form."""
    begun = st.session_state.get(BEGUN)
    return actor.may(Permission.LEADS_WRITE) and begun is not None and begun.id == lead.id


def details_form(lead: LeadRecord) -> None:
    """The form, in place of the facts it changes."""
    begun: LeadRecord = st.session_state[BEGUN]
    with st.form(f"details_{begun.id}_{begun.version}"):
        typed = _person(begun) | _address(begun) | _home(begun)
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save details", type="primary")
            cancelled = st.form_submit_button("Cancel")
    if cancelled:
        del st.session_state[BEGUN]
        st.rerun()
    if saved:
        with explained("Edit details"):
            _save(begun, typed)
    if begun.version != lead.version:
        st.button("Begin again from what is saved", icon=":material/refresh:", on_click=_begin, args=(lead,))


def _begin(lead: LeadRecord) -> None:
    guard(Permission.LEADS_WRITE)
    st.session_state[BEGUN] = lead


def _save(begun: LeadRecord, typed: dict[Detail, str]) -> None:
    actor = guard(Permission.LEADS_WRITE)
    before = shown(begun)
    changed = {detail: value for detail, value in typed.items() if value.strip() != before[detail]}
    with get_database().write(actor) as session:
        version = change_details(session, actor, lead_id=begun.id, version=begun.version, typed=changed)
    renew_selected(begun.id, version)
    del st.session_state[BEGUN]
    st.session_state[DONE] = "Details saved." if changed else "Nothing was changed."
    st.rerun()


def shown(lead: LeadRecord) -> dict[Detail, str]:
    """The values of a lead as the form shows them."""
    return {detail: _text(getattr(lead, detail)) for detail in Detail}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value)


def _person(lead: LeadRecord) -> dict[Detail, str]:
    now = shown(lead)
    first, last, language = st.columns(3)
    typed = {
        Detail.FIRST_NAME: first.text_input("First name", now[Detail.FIRST_NAME], max_chars=100),
        Detail.LAST_NAME: last.text_input("Last name", now[Detail.LAST_NAME], max_chars=100),
    }
    with language:
        typed[Detail.LANGUAGE] = _chosen("Language", LANGUAGES, now[Detail.LANGUAGE], needed=True)
    stop = st.checkbox("Do not call", lead.do_not_call, help="Takes the lead off sale too.")
    return typed | {Detail.DO_NOT_CALL: _text(stop)}


def _address(lead: LeadRecord) -> dict[Detail, str]:
    now = shown(lead)
    street, unit, city, zip_code = st.columns([4, 2, 3, 2])
    return {
        Detail.STREET: street.text_input("Street", now[Detail.STREET], max_chars=200),
        Detail.UNIT: unit.text_input("Unit", now[Detail.UNIT], max_chars=20),
        Detail.CITY: city.text_input("City", now[Detail.CITY], max_chars=80),
        Detail.ZIP_CODE: zip_code.text_input("ZIP code", now[Detail.ZIP_CODE], max_chars=10),
    }


def _home(lead: LeadRecord) -> dict[Detail, str]:
    now = shown(lead)
    typed: dict[Detail, str] = {}
    kind, ownership, utility = st.columns(3)
    with kind:
        typed[Detail.PROPERTY_TYPE] = _chosen("Property type", tuple(PropertyType), now[Detail.PROPERTY_TYPE])
    with ownership:
        typed[Detail.OWNERSHIP] = _chosen("Lives there as", tuple(Ownership), now[Detail.OWNERSHIP])
    with utility:
        typed[Detail.UTILITY] = _chosen("Utility", tuple(Utility), now[Detail.UTILITY], needed=True)
    roof, age, bill = st.columns(3)
    with roof:
        typed[Detail.ROOF_TYPE] = _chosen("Roof type", tuple(RoofType), now[Detail.ROOF_TYPE])
    typed[Detail.ROOF_AGE] = age.text_input("Roof age (years)", now[Detail.ROOF_AGE], max_chars=20)
    typed[Detail.MONTHLY_BILL] = bill.text_input("Monthly bill (USD)", now[Detail.MONTHLY_BILL], max_chars=20)
    typed[Detail.TAGS] = st.text_input("Tags, separated by commas", now[Detail.TAGS], max_chars=800)
    return typed


def _chosen(name: str, values: Sequence[str], value: str, *, needed: bool = False) -> str:
    """One of the values; a stored one that is not among them is kept, and where none is needed it may be unknown."""
    options = [*([] if needed else [_UNKNOWN]), *map(str, values)]
    options += [value] if value not in options else []
    return st.selectbox(
        name, options, index=options.index(value), format_func=lambda one: label(one) if one else "Unknown"
    )
