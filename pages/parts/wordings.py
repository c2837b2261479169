"""The texts that people were shown when they agreed: on file or missing, and the forms that record one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from aurum_data.actions import wordings as actions
from aurum_data.actions.core import Actor
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.queries.wordings import ConsentWordings, consent_wordings
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.lead_details import LANGUAGES
from pages.parts.lead_labels import label
from pages.parts.panel import explained, nothing, panel
from pages.parts.privacy_request import SAID_KEY

NOTE = "What people were shown when they agreed. A recorded text is never changed: another text is another version."


def wordings_view(actor: Actor) -> None:
    """The part of the Compliance screen."""
    with panel("Consent wordings", note=NOTE):
        told = get_database().query(actor, consent_wordings)
        may = actor.may(Permission.COMPLIANCE_WRITE)
        _missing(told)
        if may and st.button("Record a wording", icon=":material/add:"):
            _record(list(told.missing["version"]))
        if told.on_file.empty and told.missing.empty:
            nothing("No wording is on file, and no lead names one.")
            return
        _list(told)
        if not told.on_file.empty:
            _one(told.on_file, may=may)


def wording_text(row: Mapping[str, Any]) -> None:
    """A text as people saw it, under its language and days: wording, language, shown_from, shown_until."""
    last = row["shown_until"]
    days = f"{fmt.day(row['shown_from'])} to {fmt.day(last)}" if isinstance(last, date) else None
    st.caption(f"{label(row['language'])}, shown {days or 'since ' + fmt.day(row['shown_from'])}")
    with st.container(border=True):
        st.text(row["wording"])


def _missing(told: ConsentWordings) -> None:
    count = len(told.missing)
    if count:
        what = "a version whose text is" if count == 1 else f"{count} versions whose texts are"
        st.warning(f"Leads name {what} not on file. Record what people saw.", icon=":material/help:")


def _list(told: ConsentWordings) -> None:
    """All versions, the missing ones on top."""
    tbl.table(
        pd.concat(
            [
                told.missing.assign(state="Text missing"),
                told.on_file.assign(state="On file", language=[label(code) for code in told.on_file["language"]]),
            ]
        ).reindex(columns=[*told.on_file, "state"]),
        {
            "version": tbl.text("Version"),
            "state": tbl.text("Text"),
            "consents": tbl.number(
                "Consents", help="On record, of whatever state, that name the version. A person may have given several."
            ),
            "language": tbl.text("Language"),
            "shown_from": tbl.day("Shown from"),
            "shown_until": tbl.day("Shown until", help="The last day. Empty: still shown."),
            "recorded_name": tbl.text("Recorded by"),
            "recorded_at": tbl.instant("Recorded (ET)"),
        },
        alt="Versions of the consent wording, with their consents and whether the text is on file",
        height="content" if len(told.missing) + len(told.on_file) <= 10 else 400,
    )
    when = f"counted {fmt.instant(told.as_of)}" if told.as_of else "not counted yet"
    st.caption(f"Consents {when}.")


def _one(on_file: pd.DataFrame, *, may: bool) -> None:
    """The text of one version, and what may be done about it."""
    rows = {row["version"]: row for row in on_file.to_dict("records")}
    chosen = st.selectbox("Text of version", list(rows), key="wording_shown", width=240)
    row = rows[chosen]
    wording_text(row)
    if not may:
        return
    with st.container(horizontal=True):
        if st.button("Set the last day", icon=":material/event_busy:"):
            _end(row)
        if not row["consents"] and st.button("Withdraw", icon=":material/undo:"):
            _withdraw(chosen)


@st.dialog("Record a wording", width="medium")
def _record(missing: list[str]) -> None:
    actor = guard(Permission.COMPLIANCE_WRITE)
    st.caption("Give the text exactly as people saw it. It cannot be changed afterwards.")
    with st.form("record_wording", border=False):
        left, right = st.columns(2)
        version = left.selectbox(
            "Version", missing, index=None, accept_new_options=True, placeholder="Choose or type",
            help="As leads name it. Those without a text on file are offered.",
        )  # fmt: skip
        language = right.selectbox("Language", LANGUAGES, format_func=label)
        first = left.date_input("Shown from", None, format="MM/DD/YYYY")
        last = right.date_input("Shown until", None, format="MM/DD/YYYY", help="The last day. Empty: still shown.")
        wording = st.text_area("Text", max_chars=actions.LONGEST_WORDING, height=240)
        sent = st.form_submit_button("Record", type="primary")
    if not sent:
        return
    if first is None:
        st.warning("Give the day from which it was shown.", icon=":material/info:")
        return
    with explained("Record a wording"):
        with get_database().write(actor) as session:
            new = actions.record_wording(
                session, actor, version=version or "", wording=wording, language=language,
                shown_from=first, shown_until=last,
            )  # fmt: skip
        _done(f"The text of version {fmt.plain(version or '')} is on file{'' if new else ' already'}.")


@st.dialog("Set the last day")
def _end(row: Mapping[str, Any]) -> None:
    actor = guard(Permission.COMPLIANCE_WRITE)
    with st.form("end_wording", border=False):
        last = st.date_input(f"Last day on which {fmt.plain(row['version'])} was shown", today(), format="MM/DD/YYYY")
        sent = st.form_submit_button("Save", type="primary")
    if sent and last:
        with explained("Set the last day"):
            with get_database().write(actor) as session:
                actions.end_wording(session, actor, version=row["version"], shown_until=last)
            _done(f"Version {fmt.plain(row['version'])} was shown until {fmt.day(last)}.")


@st.dialog("Withdraw a wording")
def _withdraw(version: str) -> None:
    actor = guard(Permission.COMPLIANCE_WRITE)
    st.caption("For a text that was recorded by mistake. As soon as a lead names its version it stays on file.")
    if st.button(f"Withdraw {fmt.plain(version)}", type="primary"):
        with explained("Withdraw a wording"):
            with get_database().write(actor) as session:
                actions.withdraw_wording(session, actor, version=version)
            _done(f"The text of version {fmt.plain(version)} is withdrawn.")


def _done(message: str) -> None:
    """Close the dialog, and say what was done when the screen is drawn again."""
    st.session_state[SAID_KEY] = message
    st.rerun()
