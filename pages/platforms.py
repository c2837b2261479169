"""Platforms: which buyer accepts, rejects, errs, is slow, is at its cap; pause and resume."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from aurum_data.clock import today
from aurum_data.queries import platforms
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import leads_behind, theme
from pages.parts import table as tbl
from pages.parts.figure_download import Download
from pages.parts.figures import Figure, as_of, change, figure_row
from pages.parts.filters import Period, period_filter
from pages.parts.guard import guard
from pages.parts.kept import Counted, kept
from pages.parts.lead_drill import NOTE, show_with_leads
from pages.parts.panel import explained, nothing, panel
from pages.parts.platform_detail import SEGMENTS, platform_detail

# What a row says about a platform, in order of urgency, and its colour.
STATES = {
    "Down": "red",
    "Degraded": "orange",
    "Paused": "yellow",
    "Not checked": "gray",
    "Healthy": "green",
    "Stopped": "gray",
}
OUTCOMES = ["platform_id", "platform_name", "deliveries", "accepted", "rejected", "failed", "acceptance_rate"]
HEALTH_NOTE = "The most urgent first. Rates are of the period chosen above."
OUTCOMES_NOTE = f"In the period, as shares of a platform's deliveries. {NOTE}"
CAPS_NOTE = "Leads accepted since midnight in New York, and the most a platform takes."


def page() -> None:
    """The screen."""
    actor = guard(Permission.PLATFORMS_READ)
    st.title("Platforms", anchor=False)
    period, compared = period_filter("Last 30 days")
    with explained("Platforms"):
        counted = Counted.now(actor, platforms.platforms_as_of)
        as_of(counted.stamp, "caps, queues and deliveries are of this minute")
        frame = counted.read(platforms.platform_health, first=period.first, last=period.last, today=today())
        if frame.empty:
            nothing("There are no platforms yet.")
            return
        frame = _with_state(frame)
        _figures(counted, frame[["state", "waiting", "waiting_usd"]], period, compared)
        days = {"Days": period.text, "Compared with": compared.text if compared else "Nothing"}
        download = Download("Platforms", actor, Permission.PLATFORMS_READ, counted.stamp, days)
        with panel("Health", note=HEALTH_NOTE, download=download):
            _overview(counted, frame)
        left, right = st.columns(2)
        with left, panel("What became of deliveries", note=OUTCOMES_NOTE, download=download):
            _acceptance(counted, frame[OUTCOMES], period)
        with right, panel("Caps today", note=CAPS_NOTE, download=replace(download, as_of=None, filters={})):
            _caps(counted, frame[["platform_name", "daily_cap", "accepted_today"]])
        name = st.pills(
            "Look at one platform",
            list(frame["platform_name"]),
            default=frame["platform_name"].iloc[0],
            required=True,
            key="buyer",
            bind="query-params",
        )
        platform_detail(counted, frame[frame["platform_name"] == name].iloc[0].to_dict(), period, download)


def _with_state(frame: pd.DataFrame) -> pd.DataFrame:
    """Adds `state`, one word for status and health, and sorts the urgent ones to the top."""
    said = {"down": "Down", "degraded": "Degraded", "healthy": "Healthy", "unknown": "Not checked"}
    said |= {"paused": "Paused", "stopped": "Stopped"}
    states = [said.get(status) or said[health] for status, health in zip(frame["status"], frame["health"], strict=True)]
    order = sorted(range(len(frame)), key=lambda row: (list(STATES).index(states[row]), row))  # by name as they come
    return frame.assign(state=states).iloc[order]


@kept
def _figures(counted: Counted, frame: pd.DataFrame, period: Period, compared: Period | None) -> None:
    """The cards: of the period from the rollup; `frame` says how the platforms are now."""
    now = counted.read(platforms.delivery_totals, first=period.first, last=period.last)
    before = counted.read(platforms.delivery_totals, first=compared.first, last=compared.last) if compared else None

    def card(label: str, field: str, show: fmt.Formatter, **more: Any) -> Figure:
        value, earlier = getattr(now, field), getattr(before, field, None)
        since = f"from {show(earlier)}" if earlier is not None else None
        return Figure(label, show(value), change(value, earlier), since, **more)

    held = frame[frame["state"].isin(["Down", "Paused", "Stopped"])]
    delivering = len(frame) - len(held)
    figure_row(
        [
            Figure("Delivering", f"{delivering} of {len(frame)}", help="Platforms active and not down."),
            card("Deliveries", "deliveries", fmt.number, help="Leads sent, answered or not."),
            card("Accepted", "acceptance_rate", fmt.percent, help="Accepted / (accepted + rejected)."),
            card("Errors", "error_rate", fmt.percent, rising="bad", help="Errors and timeouts / deliveries."),
            Figure(
                "Money at risk",
                fmt.money(held["waiting_usd"].sum()),
                help=f"What Aurum would earn from the {fmt.number(held['waiting'].sum())} leads waiting for "
                "platforms that are down, paused or stopped.",
            ),
        ]
    )


@kept
def _overview(counted: Counted, frame: pd.DataFrame) -> None:  # noqa: ARG001 - part of the key
    shown = frame.assign(
        chip=[[state] for state in frame["state"]],
        answer_seconds=frame["p95_response_ms"] / 1000,
        cap_use=frame["accepted_today"] / frame["daily_cap"].where(frame["daily_cap"] > 0),
        returns=[
            f"{fmt.percent(row.return_rate)} of {fmt.percent(row.return_cap_share, 0)}" for row in frame.itertuples()
        ],
    )
    tbl.table(
        shown,
        {
            "platform_name": tbl.text("Platform"),
            "chip": st.column_config.MultiselectColumn(
                "State", options=list(STATES), color=list(STATES.values()), width=120
            ),
            "revenue_usd": tbl.money("Revenue"),
            "acceptance_rate": tbl.percent("Accepted", help="Accepted / (accepted + rejected)."),
            "acceptance_trend": tbl.trend("By day", width=110, help="Share accepted, day by day.", y_min=0, y_max=1),
            "error_rate": tbl.percent("Errors", help="Errors and timeouts / deliveries."),
            "answer_seconds": tbl.number(
                "Answer, s", decimals=2, help="95 of 100 answers came within: a usual day of the period."
            ),
            "cap_use": tbl.share_bar("Cap today", width=110, help="Accepted today / daily cap."),
            "returns": tbl.text("Returned", help="Of this month's accepted leads, and how much is allowed."),
            "customer_satisfaction": tbl.number("Rating", decimals=1, help="1 to 5, as leads sold to it answered."),
            "last_success_at": tbl.instant("Last accepted (ET)"),
        },
        alt="Platforms with health, acceptance, errors, answer time, caps, returns and revenue",
        key="platform_health",
        height="content",
    )


def _acceptance(counted: Counted, frame: pd.DataFrame, period: Period) -> None:
    known = frame[frame["deliveries"] > 0].sort_values("acceptance_rate", ascending=False)
    if known.empty:
        nothing("No deliveries on these days.")
        return
    drawn = theme.figure("percent", height=_height(known)).headed("Platform")
    for label, column, colour, _ in SEGMENTS:
        drawn.add(
            "bar",
            x=known[column] / known["deliveries"],
            y=known["platform_name"],
            orientation="h",
            name=label,
            marker={"color": colour},
            hovertemplate=f"{label} %{{x:.1%}}<extra>%{{y}}</extra>",
        )
    _lying(drawn, range=[0, 1], tickformat=".0%")
    keys = list(known["platform_id"])
    show_with_leads(
        counted.actor,
        drawn.update_layout(barmode="stack"),
        lambda curve, point: leads_behind.delivered(period, [keys[point]], SEGMENTS[curve][3]),
        {f"{label}, all platforms": leads_behind.delivered(period, keys, statuses) for label, *_, statuses in SEGMENTS},
        alt="Share of deliveries accepted, rejected and failed",
        key="outcomes",
    )


@kept
def _caps(counted: Counted, frame: pd.DataFrame) -> None:  # noqa: ARG001 - part of the key
    capped = frame[frame["daily_cap"] > 0].sort_values("platform_name")
    if capped.empty:
        nothing("No platform has a daily cap.")
        return
    drawn = theme.figure("number", height=_height(capped)).headed("Platform")
    left = (capped["daily_cap"] - capped["accepted_today"]).clip(lower=0)
    for label, values, colour in (
        ("Accepted today", capped["accepted_today"], theme.SERIES[0]),
        ("Left", left, "rgba(126,137,148,0.25)"),
    ):
        drawn.add(
            "bar",
            x=values,
            y=capped["platform_name"],
            orientation="h",
            name=label,
            marker={"color": colour},
            hovertemplate=f"{label} %{{x:,.0f}}<extra>%{{y}}</extra>",
        )
    _lying(drawn)
    theme.show(
        drawn.update_layout(barmode="stack"),
        alt="Leads accepted today against each daily cap",
        key="caps",
    )


def _lying(drawn: theme.Chart, **axis: Any) -> None:
    """Bars that lie: names at the side, the first on top."""
    drawn.update_layout(
        hovermode="closest",
        legend={"traceorder": "normal"},
        xaxis={"showgrid": True, **axis},
        yaxis={"autorange": "reversed", "ticksuffix": "  ", "tickformat": "", "type": "category"},
    )


def _height(frame: pd.DataFrame) -> int:
    return max(160, 30 * len(frame) + 80)
