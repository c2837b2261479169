"""The lead that is to be called next: who it is, whether now is the time, and what came of the call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import streamlit as st

from aurum_data.actions.calls import Logged, log_call
from aurum_data.actions.core import Actor
from aurum_data.actions.leads import LONGEST_NOTE
from aurum_data.clock import NEW_YORK, now
from aurum_data.database import get_database
from aurum_data.queries.lead_record import LeadRecord, get_lead
from aurum_data.queries.my_work import calls_of
from aurum_data.rules.calls import CALL_HOURS, CallDisposition, may_call_at, next_call_time, usual_callbacks
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.guard import guard
from pages.parts.lead_actions import reveal_buttons
from pages.parts.lead_labels import colour, label
from pages.parts.lead_markup import facts
from pages.parts.panel import explained

# What can be pressed at once, and its keys; "do not call" asks once more.
_BUTTONS = {
    CallDisposition.REACHED: ("Alt+A", ":material/call:"),
    CallDisposition.NO_ANSWER: ("Alt+U", ":material/phone_missed:"),
    CallDisposition.VOICEMAIL: ("Alt+V", ":material/voicemail:"),
    CallDisposition.WRONG_NUMBER: ("Alt+W", ":material/phone_disabled:"),
    CallDisposition.NOT_INTERESTED: ("Alt+I", ":material/thumb_down:"),
}
_NONE = "No callback"
CALL_ID = "call_id_"
_SHOWN_CALLS = 3
_SENT = "call_sent"  # the lead whose call is sent in this run


def call_hours() -> None:
    """Whether people may be called now."""
    at = now()
    if may_call_at(at):
        st.badge(f"Calls allowed now · {CALL_HOURS}", color="green", icon=":material/call:")
    else:
        again = fmt.instant(next_call_time(at))
        st.badge(f"No calls now · again from {again}", color="red", icon=":material/phone_disabled:")


def call_card(actor: Actor, lead_id: UUID, on_logged: Callable[[str], None]) -> None:
    """The lead with its facts and the form; `on_logged` is given a sentence once a call is on record."""
    lead = get_database().query(actor, get_lead, lead_id)
    _head(lead)
    reveal_buttons(actor, lead)
    calls = get_database().query(actor, calls_of, lead_id, limit=_SHOWN_CALLS)
    said = [
        f"{fmt.instant(call.created_at)}: **{label(call.disposition)}** by {fmt.plain(call.caller_name)}"
        + (f". {fmt.plain(' '.join(call.note.split()))}" if call.note else "")
        for call in calls.itertuples()
    ]
    st.caption("  \n".join(said) if said else "No calls yet.")
    _form(lead, on_logged)
    with st.popover("Do not call", icon=":material/block:"):
        _do_not_call(lead, on_logged)


def sent_call() -> UUID | None:
    """The lead of the call that the person sent in this run: it is to be drawn once more for the call to be logged."""
    sent: UUID | None = st.session_state.pop(_SENT, None)
    return sent


def _send(lead_id: UUID) -> None:
    guard(Permission.LEADS_WRITE)
    st.session_state[_SENT] = lead_id


def _head(lead: LeadRecord) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(fmt.plain(lead.full_name or "No name"), anchor=False, width="content")
        st.link_button("Open lead", f"/leads?lead={lead.id}", icon=":material/open_in_new:", type="tertiary")
    with st.container(horizontal=True, gap="small"):
        st.badge(label(lead.status), color=colour(lead.status))
        st.badge(f"{label(lead.lead_quality)} · score {lead.lead_score}", color=colour(lead.lead_quality))
        if lead.do_not_call:
            st.badge("Do not call", color="red", icon=":material/block:")
    place = lead.neighborhood or lead.borough
    facts(
        [
            ("Callback", fmt.instant(lead.next_callback_at)),
            ("Phone", lead.phone_masked),
            ("Language", label(lead.preferred_language)),
            ("Home", f"{lead.property_address or 'Address unknown'}, {place}, NY {lead.zip_code}"),
            ("Monthly bill", fmt.money(lead.monthly_bill_usd)),
            ("System", None if lead.system_kw is None else f"{lead.system_kw:.1f} kW"),
            ("Came", fmt.instant(lead.created_at)),
        ]
    )


def _form(lead: LeadRecord, on_logged: Callable[[str], None]) -> None:
    """A note and a callback if there are any, and one button for each thing that may have come of the call."""
    usual = usual_callbacks(now())
    with st.form(f"call_{_call_id(lead)}", border=False, enter_to_submit=False):
        note = st.text_area("Note (optional)", max_chars=LONGEST_NOTE, height=80)
        left, right = st.columns(2)
        named = left.selectbox("Call back", [_NONE, *usual])
        exact = right.datetime_input("Or exactly at (ET)", value=None, help=f"People may be called {CALL_HOURS}.")
        with st.container(horizontal=True, gap="small"):
            pressed = [
                disposition
                for disposition, (keys, icon) in _BUTTONS.items()
                if st.form_submit_button(
                    label(disposition),
                    icon=icon,
                    shortcut=keys,
                    on_click=_send,
                    args=(lead.id,),
                )
            ]
    if pressed:
        callback = exact.replace(tzinfo=NEW_YORK) if exact else usual.get(named)
        _log(lead, pressed[0], note, callback, on_logged)


def _do_not_call(lead: LeadRecord, on_logged: Callable[[str], None]) -> None:
    st.write(
        "The person asked not to be called. The consent to calls is withdrawn, the number goes on the suppression "
        "list, and the lead comes off sale. This cannot be taken back here."
    )
    with st.form(f"stop_{_call_id(lead)}", border=False):
        note = st.text_input("What was said (optional)", max_chars=LONGEST_NOTE)
        stopped = st.form_submit_button("Never call again", type="primary", on_click=_send, args=(lead.id,))
    if stopped:
        _log(lead, CallDisposition.DO_NOT_CALL, note, None, on_logged)


def _call_id(lead: LeadRecord) -> UUID:
    """The call that the form is about: until it is on record it is the same call, however often it is sent, and the
    form keeps what was typed, whatever others do to the lead during the call."""
    call_id: UUID = st.session_state.setdefault(f"{CALL_ID}{lead.id}", uuid4())
    return call_id


def _log(
    lead: LeadRecord,
    disposition: CallDisposition,
    note: str,
    callback: datetime | None,
    on_logged: Callable[[str], None],
) -> None:
    actor = guard(Permission.LEADS_WRITE)
    call_id = _call_id(lead)
    with explained("Log a call"):
        with get_database().write(actor) as session:
            logged = log_call(
                session, actor, lead_id=lead.id, call_id=call_id, disposition=disposition, note=note or "",
                next_callback_at=callback,
            )  # fmt: skip
        del st.session_state[f"{CALL_ID}{lead.id}"]
        on_logged(_said(lead, disposition, logged, callback))


def _said(lead: LeadRecord, disposition: CallDisposition, logged: Logged, callback: datetime | None) -> str:
    """What was put on record, in a sentence or two."""
    parts = [f"{label(disposition)} is on record for {fmt.plain(lead.full_name or 'the lead')}."]
    if logged.status != lead.status:
        parts.append(f"The lead is {label(logged.status).lower()} now.")
    if callback is not None:
        parts.append(f"Next call: {fmt.instant(callback)}.")
    if logged.other_leads:
        parts.append(f"Other leads of this number that were stopped too: {logged.other_leads}.")
    return " ".join(parts)
