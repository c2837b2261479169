"""Conversations over time: tone, intent, how sessions ended, where leads fell silent, kinds of messages."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.queries import lead_quality
from aurum_data.rules.ai import Sentiment
from pages.parts import theme
from pages.parts.figures import as_of
from pages.parts.filters import Period, period_filter
from pages.parts.kept import Counted, kept
from pages.parts.lead_labels import label
from pages.parts.panel import explained, nothing, panel
from pages.parts.quality_scores import quality_download, quality_figures, step_note, step_of

_COLOURS = {Sentiment.POSITIVE: theme.GOOD, Sentiment.NEUTRAL: theme.MUTED, Sentiment.NEGATIVE: theme.BAD}
MOOD = "Messages of leads on the New York day they were written; positive above 0.25, negative below -0.25."
BEGAN = "Conversations on the New York day they began."


def conversations_view(actor: Actor) -> None:
    """The view."""
    period, compared = period_filter("Last 90 days")
    counted = Counted.now(actor, lead_quality.quality_as_of)
    as_of(counted.stamp, "days are New York's, today is not over yet")
    download = quality_download(counted, period, compared)
    with explained("Figures of conversations"):
        quality_figures(counted, period, compared, ("Conversations", "Dropped", "Mood"))
    left, right = st.columns(2)
    with left, panel("Sentiment", note=f"Shares of messages. {MOOD} {step_note(period)}", download=download):
        _moods(counted, period)
    note = f"What leads wanted: the most common ones. {step_note(period)}"
    with right, panel("Intent", note=note, download=download):
        _intents(counted, period)
    left, right = st.columns(2)
    with left, panel("How conversations ended", note=f"{BEGAN} {step_note(period)}", download=download):
        _sessions(counted, period)
    note = "Conversations by the turn after which no answer came."
    with right, panel("Where leads fell silent", note=note, download=download):
        _drop_offs(counted, period)
    with panel("Kinds of messages", note="Messages of the period, by who wrote them.", download=download):
        _types(counted, period)


def _wide(frame: pd.DataFrame, column: str, values: str) -> pd.DataFrame:
    """One row a step, one column a name, the most common first."""
    wide = frame.pivot_table(index="date", columns=column, values=values, aggfunc="sum", fill_value=0)
    wide = wide.astype("float64")
    return wide[wide.sum().sort_values(ascending=False, kind="stable").index]


@kept
def _moods(counted: Counted, period: Period) -> None:
    frame = counted.read(lead_quality.moods, first=period.first, last=period.last, step=step_of(period))
    if frame.empty:
        nothing("No messages of leads in this period.")
        return
    counts = _wide(frame, "sentiment", "messages").reindex(columns=[str(one) for one in Sentiment], fill_value=0.0)
    shares = counts.div(counts.sum(axis=1), axis=0)
    drawn = theme.figure("percent")
    for sentiment, colour in _COLOURS.items():
        drawn.add(
            "bar", x=list(shares.index), y=shares[sentiment], name=label(sentiment), marker={"color": colour},
            hovertemplate="%{y:.1%}",
        )  # fmt: skip
    theme.show(drawn.update_layout(barmode="stack"), alt="Share of positive, neutral and negative messages of leads")


@kept
def _intents(counted: Counted, period: Period) -> None:
    frame = counted.read(lead_quality.intents, first=period.first, last=period.last, step=step_of(period))
    if frame.empty:
        nothing("No messages of leads in this period.")
        return
    counts = _wide(frame, "intent", "messages")
    chart = theme.lines(list(counts.index), {label(str(name)): counts[name] for name in counts})
    theme.show(chart, alt="Messages of leads by intent, over the period")


@kept
def _sessions(counted: Counted, period: Period) -> None:
    frame = counted.read(lead_quality.sessions_by_outcome, first=period.first, last=period.last, step=step_of(period))
    if frame.empty:
        nothing("No conversations began in this period.")
        return
    counts = _wide(frame, "outcome", "conversations")
    chart = theme.bars(list(counts.index), {label(str(name)): counts[name] for name in counts}, stacked=True)
    theme.show(chart, alt="Conversations by how they ended, over the period")


@kept
def _drop_offs(counted: Counted, period: Period) -> None:
    frame = counted.read(lead_quality.drop_offs, first=period.first, last=period.last)
    if frame.empty:
        nothing("No lead fell silent in this period.")
        return
    chart = theme.bars(
        [f"Turn {turn}" for turn in frame["turn"]], {"Conversations": frame["conversations"].astype("float64")}
    )
    theme.show(chart.headed("Turn"), alt="Conversations by the turn after which the lead fell silent")


@kept
def _types(counted: Counted, period: Period) -> None:
    frame = counted.read(lead_quality.message_types, first=period.first, last=period.last)
    if frame.empty:
        nothing("No messages in this period.")
        return
    series = {"Leads": frame["of_leads"].astype("float64"), "Agents": frame["of_agents"].astype("float64")}
    chart = theme.bars([label(kind) for kind in frame["message_type"]], series)
    theme.show(chart.headed("Kind"), alt="Messages by kind, of leads and of agents")
