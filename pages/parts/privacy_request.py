"""One privacy request on the screen: its clocks, its story, the leads it concerns, and every step staff may take."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions import consent as consent_actions
from aurum_data.actions import privacy as actions
from aurum_data.actions.core import Actor
from aurum_data.actions.reveals import LONGEST_REASON
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.queries import privacy as queries
from aurum_data.rules.identity import Permission
from aurum_data.rules.privacy import (
    OPEN_REQUESTS,
    ConsentKind,
    RequestSource,
    RequestStatus,
    RequestStep,
    RequestType,
    WithdrawalChannel,
    open_steps,
)
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.confirm import confirmed
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing

LIST_KEY, SAID_KEY = "compliance_list", "compliance_said"

STATUS_NAMES = {
    RequestStatus.IDENTITY_UNVERIFIED: "Identity to verify",
    RequestStatus.RECEIVED: "Ready to start",
    RequestStatus.IN_PROGRESS: "In progress",
    RequestStatus.ON_HOLD: "On hold",
    RequestStatus.COMPLETED: "Completed",
    RequestStatus.DENIED: "Denied",
    RequestStatus.DUPLICATE: "Duplicate",
    RequestStatus.CANCELLED: "Canceled",
}
KIND_NAMES = {
    ConsentKind.TCPA_EXPRESS_WRITTEN: "Calls and texts (TCPA)",
    ConsentKind.EMAIL_MARKETING: "Marketing by email",
    ConsentKind.SMS_MARKETING: "Marketing by text",
    ConsentKind.DATA_SHARING_NAMED_SELLERS: "Sharing with named sellers",
}
CHANNEL_NAMES = {channel: fmt.label(channel) for channel in WithdrawalChannel} | {
    WithdrawalChannel.SMS_STOP: "Text: STOP",
    WithdrawalChannel.EMAIL_UNSUBSCRIBE: "Unsubscribed by email",
}
# What a step is called on its button, what it does, and what has to be typed in for it (None: nothing need be).
STEPS: dict[RequestStep, tuple[str, Any, str, str | None]] = {
    RequestStep.ACKNOWLEDGE: (
        "Acknowledge", actions.acknowledge,
        "Puts on record that the person was told today: we have the request.", None,
    ),
    RequestStep.VERIFY_IDENTITY: (
        "Verify identity", actions.verify_identity, "Stays on record with your name and the time. It cannot be undone.",
        "How was the identity verified?",
    ),
    RequestStep.START: ("Start work", actions.start, "Marks the request as in progress.", None),
    RequestStep.HOLD: (
        "Put on hold", actions.place_on_hold, "Work stops until it is resumed. The legal clock runs on.", "Reason",
    ),
    RequestStep.RESUME: ("Resume", actions.resume, "Work goes on.", None),
    RequestStep.EXTEND: (
        "Extend", actions.extend_once, "Adds 45 days, once. The person must be told, with this reason.",
        "Reason (the person will read it)",
    ),
    RequestStep.COMPLETE: (
        "Complete", actions.complete, "Closes the request as answered.", "What was done?",
    ),
    RequestStep.DENY: (
        "Deny", actions.deny, "Closes the request as refused.", "Reason (the person will read it)",
    ),
    RequestStep.MARK_DUPLICATE: (
        "Mark as duplicate", actions.mark_duplicate, "Closes the request: the other one covers it.",
        "Number of the other request",
    ),
    RequestStep.CANCEL: ("Cancel", actions.cancel, "Closes a request that the person took back.", "Reason"),
}  # fmt: skip
MAIN_STEPS = (RequestStep.ACKNOWLEDGE, RequestStep.VERIFY_IDENTITY, RequestStep.START, RequestStep.RESUME,
              RequestStep.COMPLETE)  # fmt: skip


def show_request(actor: Actor, number: str) -> None:
    """Everything about one request, by its number."""
    request = get_database().query(actor, queries.one_request, number)
    if request is None:
        nothing("There is no request with this number.")
        return
    standing = request.standing
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{request.request_number} · {fmt.label(standing.request_type)}", anchor=False, width="content")
        st.badge(STATUS_NAMES[standing.status], color="gray" if standing.status not in OPEN_REQUESTS else "blue")
    told = [
        request.subject_name or "Name not given",
        request.contact_masked,
        f"received {fmt.day(standing.received_on)} by {fmt.label(request.source).lower()}",
        f"registered by {request.submitted_name}",
        f"assigned to {request.assigned_name or 'nobody'}",
    ]
    st.caption(" · ".join(fmt.plain(fact) for fact in told if fact))
    _notices(request)
    _clock_row(request)
    if actor.may(Permission.COMPLIANCE_WRITE):
        _steps(actor, request)
    _leads(actor, request)
    _history(request)


def _notices(request: queries.Request) -> None:
    held = 0 if request.leads.empty else int((request.leads["holds"] > 0).sum())
    if held:
        st.warning(
            f"{held} of the leads below are under a legal hold: their data must be kept.", icon=":material/lock:"
        )
    if request.same_person:
        st.info(f"The same person has other open requests: {', '.join(request.same_person)}.", icon=":material/group:")
    if request.denial_reason:
        st.info(f"Denied: {fmt.plain(request.denial_reason)}", icon=":material/block:")
    if request.extended_on:
        reason = fmt.plain(request.extension_reason or "")
        st.info(f"Extended on {fmt.day(request.extended_on)}: {reason}", icon=":material/more_time:")
    if request.standing.request_type is RequestType.ERASURE and request.standing.status is RequestStatus.IN_PROGRESS:
        st.info("An erasure is closed by carrying it out, not by hand.", icon=":material/info:")


def _clock_row(request: queries.Request) -> None:
    standing, day = request.standing, today()
    verified = f"{fmt.day(request.verified_at)} by {request.verified_name}" if request.verified_at else None
    facts = [
        ("Acknowledge", request.acknowledge_due, request.acknowledged_on, "10 business days after receipt."),
        ("Answer", request.due_on, request.closed_at, "30 days after receipt, our promise; 75 if extended."),
        ("Last lawful day", standing.hard_stop_on, request.closed_at, "45 days after receipt; 90 if extended."),
    ]
    with st.grid(4, min_column_width=170):
        for name, due, done, meaning in facts:
            with st.container():
                st.markdown(f"**{name}**", help=meaning)
                st.markdown(f"{fmt.day(due)}  \n{_left(due, done, day)}")
        with st.container():
            st.markdown("**Identity**", help="Nothing is shown or erased before it is verified.")
            st.markdown(f"Verified  \n:green[:material/verified: {fmt.plain(verified)}]" if verified
                        else "Not verified  \n:orange[:material/pending: to be verified]")  # fmt: skip


def _left(due: date, done: date | None, day: date) -> str:
    if done is not None:
        return f":green[:material/check: done {fmt.day(done)}]"
    days = (due - day).days
    if days < 0:
        return f":red[:material/error: {_days(-days)} late]"
    words = "due today" if days == 0 else f"{_days(days)} left"
    colour, icon = ("orange", "schedule") if days <= queries.DUE_SOON_DAYS else ("green", "schedule")
    return f":{colour}[:material/{icon}: {words}]"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _steps(actor: Actor, request: queries.Request) -> None:
    steps = open_steps(request.standing, today())
    with st.container(horizontal=True):
        for place, step in enumerate(s for s in steps if s in MAIN_STEPS):
            if st.button(STEPS[step][0], key=f"step_{step}", type="primary" if place == 0 else "secondary"):
                _take(request, step)
        if steps and st.button("Assign", icon=":material/person_add:"):
            _assign(request)
        if (
            request.contact_masked
            and actor.may(Permission.LEADS_READ_PII)
            and st.button("Show contact", icon=":material/visibility:")
        ):
            _contact(request)
        others = [s for s in steps if s not in MAIN_STEPS]
        chosen = st.menu_button("More", others, format_func=lambda s: STEPS[s][0], key="more") if others else None
        if chosen:
            _take(request, chosen)


def _leads(actor: Actor, request: queries.Request) -> None:
    st.markdown(
        "**Leads of this person**", help="Leads with the phone number or email of the request; contact data masked."
    )
    leads = request.leads
    leads["state"] = leads["status"].map(fmt.label)
    leads["buyers"] = leads["buyers"].fillna("Nobody")
    leads["consent"] = leads["consent_state"].map(fmt.label)
    leads["contact"] = [
        ", ".join(filter(None, pair)) for pair in zip(leads["phone_masked"], leads["email_masked"], strict=True)
    ]
    tbl.table(
        leads,
        {
            "created_at": tbl.day("Came in"),
            "full_name": tbl.text("Name"),
            "contact": tbl.text("Contact"),
            "zip_code": tbl.text("ZIP", width=70),
            "state": tbl.text("State"),
            "consent": tbl.text("Consent"),
            "buyers": tbl.text("Bought by", help="Platforms that accepted the lead: they must be told of an erasure."),
        },
        alt="Leads that have the phone number or email of this request",
        empty="No lead has this phone number or email.",
    )
    may_withdraw = actor.may(Permission.COMPLIANCE_WRITE) and any(map(len, leads["withdrawable"]))
    if may_withdraw and st.button("Withdraw a consent", icon=":material/do_not_disturb_on:"):
        _withdraw(leads)


def _history(request: queries.Request) -> None:
    st.markdown("**History**")
    events = request.events
    events["note"] = events["note"].fillna(fmt.MISSING)
    events["what"] = events["event"].map(lambda event: STEPS[event][0] if event in STEPS else fmt.label(event))
    tbl.table(
        events,
        {
            "occurred_at": tbl.instant("When (ET)"),
            "what": tbl.text("Step"),
            "actor_name": tbl.text("By"),
            "note": tbl.text("Note", width="large"),
        },
        alt="What was done about this request, latest first",
        empty="Nothing was recorded yet.",
    )


# Dialogs


@st.dialog("Register a privacy request", width="medium")
def register() -> None:
    """The form that takes a new request in."""
    actor = guard(Permission.COMPLIANCE_WRITE)
    with st.form("register", border=False):
        left, right = st.columns(2)
        kind = left.selectbox("Type", list(RequestType), index=None, format_func=fmt.label, placeholder="Choose")
        source = right.selectbox(
            "How it came", list(RequestSource), index=None, format_func=fmt.label, placeholder="Choose"
        )
        name = left.text_input("Name", max_chars=100)
        received = right.date_input("Received on", today(), max_value=today(), format="MM/DD/YYYY",
                                    help="The legal clock starts on this day.")  # fmt: skip
        phone = left.text_input("Phone", max_chars=60)
        email = right.text_input("Email", max_chars=254)
        note = st.text_area("Note", max_chars=actions.LONGEST_NOTE, height=80, placeholder="What the person asked for")
        st.caption("Give a phone number, an email address, or both: the person's leads are found by them.")
        sent = st.form_submit_button("Register", type="primary")
    if not sent:
        return
    if kind is None or source is None:
        st.warning("Choose the type and how the request came.", icon=":material/info:")
        return
    with explained("Register a request"):
        with get_database().write(actor) as session:
            made = actions.register_request(
                session, actor, request_type=kind, source=source, subject_name=name, phone=phone, email=email,
                received_on=received or today(), note=note,
            )  # fmt: skip
        again = f" The same person has {', '.join(made.same_person)} open." if made.same_person else ""
        _done(f"{made.request_number} is registered.{again}", made.request_number)


@st.dialog("Next step")
def _take(request: queries.Request, step: RequestStep) -> None:
    actor = guard(Permission.COMPLIANCE_WRITE)
    name, action, meaning, asks = STEPS[step]
    st.markdown(f"**{name}** · {request.request_number}")
    st.caption(meaning)
    if step is RequestStep.START and request.standing.request_type is RequestType.ERASURE and not confirmed(actor):
        return
    with st.form("step", border=False):
        note = st.text_area(asks or "Note (optional)", max_chars=actions.LONGEST_NOTE, height=100)
        sent = st.form_submit_button(name, type="primary")
    if sent:
        with explained(name):
            with get_database().write(actor) as session:
                action(session, actor, request_id=request.request_id, note=note)
            _done(f"{request.request_number}: {name.lower()} is on record.", request.request_number)


@st.dialog("Assign the request")
def _assign(request: queries.Request) -> None:
    actor = guard(Permission.COMPLIANCE_WRITE)
    people: dict[UUID | None, str] = {None: "Nobody", **get_database().query(actor, queries.handlers)}
    current = list(people).index(request.assigned_to) if request.assigned_to in people else 0
    chosen = st.selectbox(
        "Assign to", list(people), index=current, format_func=lambda user: people.get(user, fmt.MISSING)
    )
    if st.button("Save", type="primary"):
        with explained("Assign the request"):
            with get_database().write(actor) as session:
                actions.assign(session, actor, request_id=request.request_id, user_id=chosen)
            name = people[chosen] if chosen else "nobody"
            _done(f"{request.request_number} is assigned to {name}.", request.request_number)


@st.dialog("Contact of the person")
def _contact(request: queries.Request) -> None:
    actor = guard(Permission.LEADS_READ_PII)
    st.caption("Who looked, when and why is recorded.")
    with st.form("reveal_request", border=False):
        field = st.radio("What", ("phone", "email"), format_func=fmt.label, horizontal=True)
        reason = st.text_input("Why do you need it?", max_chars=LONGEST_REASON)
        asked = st.form_submit_button("Show", type="primary")
    if asked:
        with explained("Show contact"):
            with get_database().write(actor) as session:
                value = actions.reveal_contact(
                    session, actor, request_id=request.request_id, field=field, reason=reason
                )
            st.code(value, language=None)


@st.dialog("Withdraw a consent")
def _withdraw(leads: pd.DataFrame) -> None:
    actor = guard(Permission.COMPLIANCE_WRITE)
    rows = {row.lead_id: row for row in leads.itertuples() if row.withdrawable}
    st.caption("The lead comes off sale and its contact is suppressed. This cannot be undone here.")
    names = {i: f"{row.full_name or 'No name'} · came in {fmt.day(row.created_at)}" for i, row in rows.items()}
    lead_id = st.selectbox("Lead", list(rows), format_func=names.__getitem__)
    kind = st.selectbox("Consent", rows[lead_id].withdrawable, format_func=lambda k: KIND_NAMES[k])
    channel = st.selectbox(
        "How the person said so",
        list(WithdrawalChannel),
        index=None,
        format_func=lambda c: CHANNEL_NAMES[c],
        placeholder="Choose",
    )
    if st.button("Withdraw", type="primary", disabled=channel is None):
        with explained("Withdraw a consent"):
            with get_database().write(actor) as session:
                done = consent_actions.withdraw_consent(
                    session, actor, lead_id=lead_id, kind=ConsentKind(kind), channel=WithdrawalChannel(channel)
                )
            more = f" Other leads taken off sale: {done.other_leads}." if done.other_leads else ""
            _done(f"The consent is withdrawn and the contact suppressed.{more}", None)


def _done(message: str, number: str | None) -> None:
    """Close the dialog, show the request concerned in a fresh list, and say what happened."""
    st.session_state[SAID_KEY] = message
    st.session_state[LIST_KEY] = st.session_state.get(LIST_KEY, 0) + 1
    if number:
        st.query_params["request"] = number
    st.rerun()


def say_what_was_done() -> None:
    """Say what the last dialog did, once, after the screen was drawn again."""
    message = st.session_state.pop(SAID_KEY, None)
    if message:
        st.toast(message, icon=":material/check_circle:", duration="long")
