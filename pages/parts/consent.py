"""The part of the Compliance screen about consent: its state now, and what was withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries import privacy as queries
from aurum_data.rules.identity import Permission
from aurum_data.rules.privacy import ConsentKind
from pages.parts import format as fmt
from pages.parts import theme
from pages.parts.figure_download import Download
from pages.parts.filters import Period, span_filter
from pages.parts.panel import explained, nothing, panel
from pages.parts.privacy_request import CHANNEL_NAMES, KIND_NAMES

STATES_NOTE = "Leads by the state of this consent. Unproven: claimed, without evidence."
WITHDRAWALS_NOTE = "Consents withdrawn, of every kind, by the way the person said so."
WEEKLY_FROM_DAYS = 92  # bars of days get too thin beyond a quarter


def consent_view(actor: Actor) -> None:
    """The part of the screen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = ConsentKind(
            st.selectbox(
                "Consent", [str(k) for k in ConsentKind], format_func=lambda k: KIND_NAMES[ConsentKind(k)],
                key="consent", bind="query-params", width=240,
            )
        )  # fmt: skip
        span = span_filter()
    left, right = st.columns([2, 3])
    with explained("Consent"):
        figures = get_database().query(actor, queries.consent_figures, first=span.first, last=span.last, kind=kind)
    download = Download("Compliance", actor, Permission.COMPLIANCE_READ)
    kept = replace(download, as_of=figures.as_of, filters={"Consent": KIND_NAMES[kind]})
    with left, panel("Consent now", note=STATES_NOTE, download=kept):
        _states(figures.states, figures.as_of)
    with right, panel("Withdrawals", note=WITHDRAWALS_NOTE, download=download.also(Days=span.text)):
        _withdrawals(figures.withdrawals, span)


def _states(states: pd.DataFrame, counted: datetime | None) -> None:
    total = int(states["leads"].sum())
    if not total:
        nothing("No lead has a record of this consent yet.")
        return
    names = [
        f"{fmt.label(s)}, {fmt.percent(n / total)}"
        for s, n in zip(states["consent_state"], states["leads"], strict=True)
    ]
    drawn = theme.ranking(names, states["leads"].tolist()).headed("State", "Leads")
    drawn.update_traces(text=[fmt.number(n) for n in states["leads"]], textposition="auto")
    told = ", ".join(f"{name}: {fmt.number(n)}" for name, n in zip(names, states["leads"], strict=True))
    theme.show(drawn.update_layout(height=theme.HEIGHT), alt=f"Leads by state of consent. {told}.")
    when = f" Counted {fmt.instant(counted)}." if counted else ""
    st.caption(f"{fmt.number(total)} leads have a record of this consent.{when}")


def _withdrawals(rows: pd.DataFrame, span: Period) -> None:
    if rows.empty:
        nothing("No consent was withdrawn in this period.")
        return
    days = pd.date_range(span.first, span.last, name="date")
    wide = rows.assign(date=pd.to_datetime(rows["date"])).pivot_table(
        index="date", columns="channel", values="withdrawals", aggfunc="sum", fill_value=0
    )
    wide = wide.reindex(days, fill_value=0)
    step = "week" if span.days > WEEKLY_FROM_DAYS else "day"
    if step == "week":
        wide = wide.resample("W-MON", label="left", closed="left").sum()
    wide = wide[wide.sum().sort_values(ascending=False).index]
    series = {CHANNEL_NAMES.get(name, fmt.label(name)): wide[name].to_numpy() for name in wide}
    drawn = theme.bars(wide.index.to_numpy(), series, stacked=True)
    if wide.sum(axis="columns").max() < 5:  # there is no half a withdrawal
        drawn.update_layout(yaxis={"dtick": 1})
    theme.show(
        drawn,
        alt=f"Withdrawals per {step} by channel, {fmt.number(rows['withdrawals'].sum())} in all.",
    )
    st.caption(f"{fmt.number(rows['withdrawals'].sum())} withdrawals, by {step}.")
