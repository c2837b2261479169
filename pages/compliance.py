"""Compliance: requests on their legal clocks, consent, retention, and the audit trail."""

from __future__ import annotations

import json
import zlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions import consent as consent_actions
from aurum_data.actions import privacy as actions
from aurum_data.actions.core import Actor
from aurum_data.clock import now, today
from aurum_data.database import get_database
from aurum_data.queries import audit as audit_queries
from aurum_data.queries import privacy as queries
from aurum_data.rules.identity import Permission
from aurum_data.rules.privacy import (
    ANSWER_DAYS,
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
from pages.parts import theme
from pages.parts.figures import Figure, as_of, figure_row
from pages.parts.filters import choice, preset
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing, panel

VIEWS = ("Requests", "Consent", "Retention", "Audit trail")
SPANS = ("Last 7 days", "Last 30 days", "Last 90 days", "Last 12 months")
LIST_KEY, SAID_KEY, TRAIL_KEY = "compliance_list", "compliance_said", "compliance_trail"

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
        "Acknowledge", actions.acknowledge, "Puts on record that the person was told today that we have the request.", None,
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


def page() -> None:
    """Lay the screen out: figures on top, one of four views below."""
    actor = guard(Permission.COMPLIANCE_READ)
    _say_it()
    head, tools = st.columns([3, 1], vertical_alignment="bottom")
    head.title("Compliance", anchor=False)
    if actor.may(Permission.COMPLIANCE_WRITE) and tools.button(
        "Register a request", type="primary", icon=":material/add:", width="stretch"
    ):
        _register()
    with explained("Compliance figures"):
        _figures(actor)
    views = VIEWS if actor.may(Permission.AUDIT_READ) else VIEWS[:3]
    view = st.segmented_control(
        "View", views, default=VIEWS[0], required=True, key="view", bind="query-params", label_visibility="collapsed"
    )
    match view:
        case "Consent":
            _consent(actor)
        case "Retention":
            _retention(actor)
        case "Audit trail":
            _audit(actor)
        case _:
            _requests(actor)


def _figures(actor: Actor) -> None:
    database, day = get_database(), today()
    counts = database.query(actor, queries.request_counts, today=day)
    withdrawn = database.query(actor, queries.withdrawal_count, first=day - timedelta(days=29), last=day)
    barred = database.query(actor, queries.suppression_count)
    late = f"Past the day to answer: {counts.answer_overdue}. Past the day to acknowledge: {counts.acknowledge_overdue}."
    figure_row(
        [
            Figure("Open requests", fmt.number(counts.open), help="Not yet answered, denied, canceled or merged."),
            Figure("Due within 7 days", fmt.number(counts.due_soon), help="Open, to be answered today or in the next 7 days."),
            Figure("Overdue", fmt.number(counts.overdue), help=f"Open and past one of the two clocks. {late}"),
            Figure(
                "Median days to answer", fmt.number(counts.median_days, 1),
                help="From receipt to completion or denial, over requests closed in the last 365 days.",
            ),
            Figure("Withdrawals, 30 days", fmt.number(withdrawn), help="Consents withdrawn, of every kind and by every channel."),
            Figure(
                "Suppressed contacts", fmt.number(barred.total),
                help=f"{fmt.number(barred.phones)} phone numbers and {fmt.number(barred.emails)} email addresses that may not "
                "be contacted, sold or taken in again. Kept as keyed hashes only.",
            ),
        ]
    )  # fmt: skip
    as_of(now(), "counted just now")


# Requests


def _requests(actor: Actor) -> None:
    with panel("Requests", note="Due first. Each has two clocks: acknowledge in 10 business days, answer in 30 days."):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = choice("Type", {t: fmt.label(t) for t in RequestType}, key="type", everything="All types")
            status = choice("Status", {s: n for s, n in STATUS_NAMES.items()}, key="status", everything="All open")
            overdue = st.toggle("Overdue only", key="overdue", bind="query-params")
            mine = st.toggle("Assigned to me", key="mine", bind="query-params")
        frame = get_database().query(
            actor,
            queries.open_requests,
            today=today(),
            request_type=RequestType(kind) if kind else None,
            status=RequestStatus(status) if status else None,
            overdue=overdue,
            assigned_to=actor.user_id if mine else None,
        )
        _list(frame, filtered=bool(kind or status or overdue or mine))
    number = st.query_params.get("request")
    if number:
        with st.container(border=True), explained("Privacy request"):
            _one(actor, number)
    elif not frame.empty:
        nothing("Choose a request to see its clocks, its history and the leads it concerns.")


def _list(frame: pd.DataFrame, *, filtered: bool) -> None:
    """The list; a chosen row's number goes into the address. A list of other rows is another widget: no row stays
    chosen by its place alone."""
    frame["type"] = frame["request_type"].map(fmt.label)
    frame["state"] = frame["status"].map(STATUS_NAMES)
    frame["assigned"] = frame["assigned_name"].fillna("Nobody")
    frame["clock"] = [_chips(row) for row in frame.to_dict("records")]
    frame["left"] = [row.days_to_answer if row.status in OPEN_REQUESTS else None for row in frame.itertuples()]
    rows = zlib.crc32("".join(frame["request_number"]).encode())
    picked = tbl.pick_rows(
        frame,
        {
            "request_number": tbl.text("Request", width=130),
            "type": tbl.text("Type", width=120),
            "subject_name": tbl.text("Person"),
            "state": tbl.text("State"),
            "clock": st.column_config.MultiselectColumn(
                "Clock", options=list(_CLOCKS), color=list(_CLOCKS.values()), width="medium",
                help="Overdue: past the day to answer. Due soon: within 7 days.",
            ),
            "left": st.column_config.ProgressColumn(
                "Days left to answer", min_value=0, max_value=ANSWER_DAYS, format="%d days", color="auto",
                help="Days until the answer is due. Below zero: days late.",
            ),
            "due_on": tbl.day("Answer due"),
            "assigned": tbl.text("Assigned to"),
        },
        alt="Privacy requests with their state, the days left to answer and who works on them",
        key=f"requests_{st.session_state.get(LIST_KEY, 0)}_{rows}",
        height=min(420, 38 + 36 * len(frame)),
        empty="No request matches these filters." if filtered else "No open requests. New ones are registered above.",
    )  # fmt: skip
    if picked:
        st.query_params["request"] = frame["request_number"].iloc[picked[0]]


_CLOCKS = {
    "Overdue": "red",
    "Due soon": "orange",
    "On time": "green",
    "Acknowledgment late": "red",
    "To acknowledge": "violet",
    "Closed": "gray",
}


def _chips(row: dict[str, Any]) -> list[str]:
    """The state of a request's clocks in words: colour only repeats them."""
    if row["status"] not in OPEN_REQUESTS:
        return ["Closed"]
    days = row["days_to_answer"]
    chips = ["Overdue" if days < 0 else "Due soon" if days <= queries.DUE_SOON_DAYS else "On time"]
    if row["acknowledged_on"] is None:
        chips.append("Acknowledgment late" if row["days_to_acknowledge"] < 0 else "To acknowledge")
    return chips


def _one(actor: Actor, number: str) -> None:
    request = get_database().query(actor, queries.one_request, number)
    if request is None:
        nothing("There is no request with this number.")
        return
    standing = request.standing
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{request.request_number} · {fmt.label(standing.request_type)}", anchor=False, width="content")
        st.badge(STATUS_NAMES[standing.status], color="gray" if standing.status not in OPEN_REQUESTS else "blue")
    who = [request.subject_name and fmt.plain(request.subject_name), request.contact_masked and fmt.plain(request.contact_masked)]
    st.caption(
        " · ".join(filter(None, who))
        + f" · received {fmt.day(standing.received_on)} by {fmt.label(request.source).lower()}, "
        + f"registered by {fmt.plain(request.submitted_name)} · assigned to {fmt.plain(request.assigned_name or 'nobody')}"
    )
    _notices(request)
    _clocks(request)
    if actor.may(Permission.COMPLIANCE_WRITE):
        _steps(actor, request)
    left, right = st.columns([3, 2])
    with left:
        _leads(actor, request)
    with right:
        _history(request)


def _notices(request: queries.Request) -> None:
    held = 0 if request.leads.empty else int((request.leads["holds"] > 0).sum())
    if held:
        st.warning(f"{held} of the leads below are under a legal hold: their data must be kept.", icon=":material/lock:")
    if request.same_person:
        st.info(f"The same person has other open requests: {', '.join(request.same_person)}.", icon=":material/group:")
    if request.denial_reason:
        st.info(f"Denied: {fmt.plain(request.denial_reason)}", icon=":material/block:")
    if request.extended_on:
        reason = fmt.plain(request.extension_reason or "")
        st.info(f"Extended on {fmt.day(request.extended_on)}: {reason}", icon=":material/more_time:")
    if request.standing.request_type is RequestType.ERASURE and request.standing.status is RequestStatus.IN_PROGRESS:
        st.info("An erasure is closed by carrying it out, not by hand.", icon=":material/info:")


def _clocks(request: queries.Request) -> None:
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
        if request.contact_masked and actor.may(Permission.LEADS_READ_PII) and st.button(
            "Show contact", icon=":material/visibility:"
        ):
            _contact(request)
        others = [s for s in steps if s not in MAIN_STEPS]
        chosen = st.menu_button("More", others, format_func=lambda s: STEPS[s][0], key="more") if others else None
        if chosen:
            _take(request, chosen)


def _leads(actor: Actor, request: queries.Request) -> None:
    st.markdown("**Leads of this person**", help="Leads with the phone number or email of the request; contact data masked.")
    leads = request.leads
    leads["state"] = leads["status"].map(fmt.label)
    leads["consent"] = leads["consent_state"].map(fmt.label)
    leads["contact"] = [", ".join(filter(None, pair)) for pair in zip(leads["phone_masked"], leads["email_masked"], strict=True)]
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
    if actor.may(Permission.COMPLIANCE_WRITE) and any(map(len, leads["withdrawable"])):
        if st.button("Withdraw a consent", icon=":material/do_not_disturb_on:"):
            _withdraw(leads)


def _history(request: queries.Request) -> None:
    st.markdown("**History**")
    events = request.events
    events["what"] = events["event"].map(lambda event: STEPS[event][0] if event in STEPS else fmt.label(event))
    tbl.table(
        events,
        {
            "occurred_at": tbl.instant("When (ET)"),
            "what": tbl.text("Step"),
            "actor_name": tbl.text("By"),
            "note": tbl.text("Note"),
        },
        alt="What was done about this request, latest first",
        empty="Nothing was recorded yet.",
    )


# Dialogs


@st.dialog("Register a privacy request", width="medium")
def _register() -> None:
    actor = guard(Permission.COMPLIANCE_WRITE)
    with st.form("register", border=False):
        left, right = st.columns(2)
        kind = left.selectbox("Type", list(RequestType), index=None, format_func=fmt.label, placeholder="Choose")
        source = right.selectbox("How it came", list(RequestSource), index=None, format_func=fmt.label, placeholder="Choose")
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
    chosen = st.selectbox("Assign to", list(people), index=current, format_func=lambda user: people.get(user, fmt.MISSING))
    if st.button("Save", type="primary"):
        with explained("Assign the request"):
            with get_database().write(actor) as session:
                actions.assign(session, actor, request_id=request.request_id, user_id=chosen)
            _done(f"{request.request_number} is assigned to {people[chosen].lower() if chosen is None else people[chosen]}.",
                  request.request_number)  # fmt: skip


@st.dialog("Contact of the person")
def _contact(request: queries.Request) -> None:
    actor = guard(Permission.LEADS_READ_PII)
    st.caption("Showing contact data is written to the audit trail.")
    if st.button("Show", type="primary"):
        with explained("Show contact"):
            with get_database().write(actor) as session:
                contact = actions.reveal_contact(session, actor, request_id=request.request_id)
            for value in contact:
                st.code(value, language=None)


@st.dialog("Withdraw a consent")
def _withdraw(leads: pd.DataFrame) -> None:
    actor = guard(Permission.COMPLIANCE_WRITE)
    rows = {row.lead_id: row for row in leads.itertuples() if row.withdrawable}
    st.caption("The lead comes off sale and its contact is suppressed. This cannot be undone here.")
    lead_id = st.selectbox(
        "Lead", list(rows), format_func=lambda i: f"{rows[i].full_name or 'No name'} · came in {fmt.day(rows[i].created_at)}"
    )
    kind = st.selectbox("Consent", rows[lead_id].withdrawable, format_func=lambda k: KIND_NAMES[k])
    channel = st.selectbox(
        "How the person said so", list(WithdrawalChannel), index=None, format_func=lambda c: CHANNEL_NAMES[c], placeholder="Choose"
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


def _say_it() -> None:
    message = st.session_state.pop(SAID_KEY, None)
    if message:
        st.toast(message, icon=":material/check_circle:", duration="long")
