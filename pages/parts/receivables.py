"""The part of the Revenue screen about money owed: statements by age, payments, and recording one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast, get_args
from uuid import UUID, uuid4

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.revenue import RecordedPayment, record_payment
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.queries import receivables
from aurum_data.queries.receivables import Standing
from aurum_data.rules.identity import Permission
from aurum_data.rules.revenue import PaymentMethod
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts import theme
from pages.parts.figure_download import Download
from pages.parts.figures import Figure, figure_row
from pages.parts.filters import Period, choice
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing, panel

METHODS = {"ach": "ACH transfer", "wire": "Wire", "card": "Card", "check": "Check"}
# The form's key: what makes a second click on it the same payment. The sentence to say once it is recorded.
FORM_KEY, SAID = "payment_form", "payment_recorded"


@st.fragment
def receivables_panels(period: Period, platforms: Sequence[UUID], filters: Mapping[str, str]) -> None:
    """Statements; under them the payments of the period and what is owed by age. `filters`: in words, for files."""
    actor = guard(Permission.REVENUE_READ)
    if said := st.session_state.pop(SAID, None):
        st.toast(said, icon=":material/check_circle:")
    with explained("Money owed"):
        buckets = get_database().query(actor, receivables.ageing, today=today(), platform_ids=platforms)
        download = Download("Revenue", actor, Permission.REVENUE_READ, filters={"Platforms": filters["Platforms"]})
        _statements(actor, buckets, platforms, download)
        left, right = st.columns([2, 1])
        with left:
            _payments(actor, period, platforms, download.also(Days=period.text))
        with right:
            _ageing(buckets, download)


def _ageing(buckets: pd.DataFrame, download: Download) -> None:
    note = "Open balances by days past their due date. Disputed: argued about."
    with panel("Owed by age", note=note, download=download):
        if not buckets["statements"].sum():
            nothing("Nothing is owed.")
            return
        disputed = buckets["disputed_usd"].astype("float64")
        drawn = theme.ranking(buckets["bucket"], buckets["balance_usd"].astype("float64") - disputed, "money")
        drawn.headed("Days past due").update_traces(name="Undisputed", marker={"color": theme.SERIES[0]})
        drawn.add(
            "bar",
            x=disputed,
            y=buckets["bucket"],
            name="Disputed",
            orientation="h",
            marker={"color": theme.WARNING},
            hovertemplate="%{x:$,.2f}<extra>%{y}</extra>",
        )
        drawn.update_layout(barmode="stack", showlegend=True, legend={"traceorder": "normal"}, margin={"t": 48})
        theme.show(drawn, alt="Balances owed by days past due, disputed and not", key="ageing")


def _statements(actor: Actor, buckets: pd.DataFrame, platforms: Sequence[UUID], download: Download) -> None:
    standings = {standing: fmt.label(standing) for standing in get_args(Standing)}
    download = download.also(Standing=standings.get(st.session_state.get("standing"), "All"))
    note = "One per platform and month: what its ledger entries of the month add up to."
    with panel("Statements", note=note, download=download):
        owed, disputed = buckets["balance_usd"].sum(), buckets["disputed_usd"].sum()
        late = buckets["balance_usd"].iloc[1:].sum()
        figure_row(
            [
                Figure("Owed", fmt.money(owed), help="Open balances of all statements sent."),
                Figure("Overdue", fmt.money(late), help="The part past its due date."),
                Figure("Disputed", fmt.money(disputed), help="The part argued about."),
            ]
        )
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            standing = choice("Standing", standings, key="standing", everything="All statements")
            button = st.container(width="content")
        frame = get_database().query(
            actor,
            receivables.statements,
            today=today(),
            standing=cast("Standing | None", standing),
            platform_ids=platforms,
        )
        rows = tbl.pick_rows(
            frame.assign(standing=frame["standing"].map(standings)),
            {
                "statement_number": tbl.text("Statement"),
                "platform_name": tbl.text("Platform"),
                "standing": tbl.text("Standing"),
                "due_on": tbl.day("Due"),
                "days_overdue": tbl.number("Days late"),
                "total_usd": tbl.money("Total"),
                "paid_usd": tbl.money("Paid"),
                "balance_usd": tbl.money("Owed"),
            },
            alt="Statements with what is owed on each, the most pressing first",
            key="statements",
            height=330,
            empty="No statements of this standing.",
        )
        _record_button(actor, button, frame.iloc[rows[0]].to_dict() if rows else None)


def _record_button(actor: Actor, place: Any, statement: dict[str, Any] | None) -> None:
    """The button that opens the form. Without a statement that owes something, it says how to get one."""
    if not actor.may(Permission.REVENUE_WRITE):
        return
    payable = statement is not None and statement["standing"] not in {"draft", "paid"}
    why = None if payable else "Choose a statement that is owed first: the box at the left of its row."
    if place.button("Record a payment", type="primary", icon=":material/add_card:", disabled=not payable, help=why):
        st.session_state[FORM_KEY] = uuid4().hex
        _payment_form(statement)


@st.dialog("Record a payment")
def _payment_form(statement: dict[str, Any]) -> None:
    actor = guard(Permission.REVENUE_WRITE)
    number, balance = statement["statement_number"], statement["balance_usd"]
    st.markdown(
        f"**{fmt.plain(statement['platform_name'])}** · {fmt.plain(number)}  \n"
        f"{fmt.plain(fmt.money(balance))} owed of {fmt.plain(fmt.money(statement['total_usd']))}"
    )
    with st.form("payment", border=False):
        amount = st.number_input("Amount, USD", value=float(balance), step=0.01, format="%.2f")
        method = st.selectbox("Paid by", list(PaymentMethod), format_func=METHODS.__getitem__)
        received_on = st.date_input("Received on", today(), format="MM/DD/YYYY")
        reference = st.text_input(
            "Reference", max_chars=80, help="Check or wire number. Stored encrypted; its end stays readable."
        )
        sent = st.form_submit_button("Record payment", type="primary")
    if not sent:
        return
    with explained("Record a payment"):
        with get_database().write(actor) as session:
            paid = record_payment(
                session,
                actor,
                statement_id=statement["statement_id"],
                amount_usd=Decimal(f"{amount:.2f}"),
                method=method,
                reference=reference,
                received_on=received_on,
                idempotency_key=st.session_state[FORM_KEY],
            )
        st.session_state[SAID] = _sentence(paid)
        st.rerun()


def _sentence(paid: RecordedPayment) -> str:
    left = f"{fmt.money(paid.balance_usd)} still owed" if paid.balance_usd else "settled"
    verb = "was recorded before" if paid.already_recorded else "recorded"
    return fmt.plain(f"{fmt.money(paid.amount_usd)} {verb} for {paid.statement_number}: {left}.")


def _payments(actor: Actor, period: Period, platforms: Sequence[UUID], download: Download) -> None:
    """Payments received in the period."""
    note = "By the day the money arrived, whatever month it is for."
    with panel("Payments received", note=note, download=download):
        frame = get_database().query(
            actor, receivables.payments, first=period.first, last=period.last, platform_ids=platforms
        )
        tbl.table(
            frame.assign(method=frame["method"].map(METHODS)),
            {
                "received_on": tbl.day("Received"),
                "platform_name": tbl.text("Platform"),
                "statement_number": tbl.text("Statement"),
                "amount_usd": tbl.money("Amount"),
                "method": tbl.text("Paid by"),
                "reference_masked": tbl.text("Reference", help="Its last four characters."),
                "recorded_by": tbl.text("Recorded by"),
            },
            alt="Payments received in the period, newest first",
            key="payments",
            empty="No payments were received on these days.",
        )
