"""Scores over time: their distribution, sources, model versions, whether buyers agree, what moved them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.queries import lead_quality
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.lead_quality import QualityTotals, Step
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadQuality, quality_of
from pages.parts import format as fmt
from pages.parts import leads_behind, theme
from pages.parts import table as tbl
from pages.parts.figure_download import Download
from pages.parts.figures import Figure, as_of, change, figure_row
from pages.parts.filters import Period, period_filter
from pages.parts.kept import Counted, kept
from pages.parts.lead_drill import NOTE, band_name, leads_menu, show_with_leads
from pages.parts.lead_labels import label
from pages.parts.panel import explained, nothing, panel

LONGEST_DAILY = 31
SCORED = "Each time a model or a person scored a lead, on the New York day of it; a lead may be scored several times."
ANSWERED = (
    "Accepted / (accepted + rejected), of deliveries by the New York day they were made, under the score that the lead "
    "had then. If a tier's line falls while its scores stay, buyers no longer agree with the score."
)
OPENS = f"{NOTE} A lead that was scored twice is in it once."
MOVED = "Against the score before, of the same lead. First scores move nothing. Points up and down are summed apart."


def step_of(period: Period) -> Step:
    """Days for a month or less, else weeks."""
    return "day" if period.days <= LONGEST_DAILY else "week"


def step_note(period: Period) -> str:
    """What a point of a chart stands for."""
    return "By day." if step_of(period) == "day" else "By week, from Monday; the first and last may be cut."


def scores_view(actor: Actor) -> None:
    """The view."""
    period, compared = period_filter("Last 90 days")
    counted = Counted.now(actor, lead_quality.quality_as_of)
    as_of(counted.stamp, "days are New York's, today is not over yet")
    download = quality_download(counted, period, compared)
    with explained("Figures of quality"):
        quality_figures(counted, period, compared, _SHOWN)
    left, right = st.columns(2)
    with left, panel("Scores by tier", note=f"{SCORED} {step_note(period)} {OPENS}", download=download):
        _tiers(counted, period)
    with right, panel("Acceptance by tier", note=f"{ANSWERED} {step_note(period)}", download=download):
        _acceptance(counted, period)
    with panel("Distribution", note=f"Shares of all scorings. {SCORED} {OPENS}", download=download):
        _distribution(counted, period, compared)
    with panel("By source", note="Scorings of the period, by where the lead came from.", download=download):
        _sources(counted, period)
    with panel("By model version", note=f"Average score. {step_note(period)}", download=download):
        _versions(counted, period)
    with panel("What moved scores", note=MOVED, download=download):
        _factors(counted, period)


def quality_download(counted: Counted, period: Period, compared: Period | None) -> Download:
    """What files of a view of this screen say of themselves."""
    days = {"Days": period.text, "Compared with": compared.text if compared else "Nothing"}
    return Download("Lead quality", counted.actor, Permission.AI_READ, counted.stamp, days)


def _totals(counted: Counted, period: Period | None) -> QualityTotals | None:
    if period is None:
        return None
    return counted.read(lead_quality.quality_totals, first=period.first, last=period.last)


@kept
def quality_figures(counted: Counted, period: Period, compared: Period | None, names: tuple[str, ...]) -> None:
    """The named cards on top of a view."""
    now, before = _totals(counted, period), _totals(counted, compared)
    cards = []
    for name in names:
        field, show, explanation, rising = _CARDS[name]
        value, earlier = getattr(now, field), getattr(before, field, None)
        since = f"from {show(earlier)}" if earlier is not None else None
        moved = (
            change(value, earlier) if rising is not None else None
        )  # a ratio of moods, which have signs, says nothing
        cards.append(Figure(name, show(value), moved, since, help=explanation, rising=rising or "neither"))
    figure_row(cards)


Rising = Literal["good", "bad", "neither"]
_CARDS: dict[str, tuple[str, Callable[[fmt.Numeric | None], str], str, Rising | None]] = {
    "Scorings": ("scorings", fmt.number, SCORED, "neither"),
    "Average score": ("average_score", lambda value: fmt.number(value, 1), "Of these scorings, 0 to 100.", "good"),
    "Deliveries answered": ("answered", fmt.number, "Accepted or rejected, by the day they were made.", "neither"),
    "Accepted": ("acceptance_rate", fmt.percent, "Accepted / (accepted + rejected) deliveries.", "good"),
    "Conversations": ("conversations", fmt.number, "That an agent began in the period.", "neither"),
    "Dropped": ("dropped_share", fmt.percent, "Conversations in which the lead fell silent.", "bad"),
    "Mood": ("average_mood", lambda value: fmt.number(value, 2), "Mean tone of leads' messages, -1 to 1.", None),
}
_SHOWN = ("Scorings", "Average score", "Deliveries answered", "Accepted")


@kept
def _bands(counted: Counted, period: Period) -> pd.DataFrame:
    """The bands with their tier; tiers begin at whole bands."""
    frame = counted.read(lead_quality.score_bands, first=period.first, last=period.last, step=step_of(period))
    return frame.assign(tier=[str(quality_of(band)) for band in frame["score_band"]])


def _by_tier(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row a step, one column a tier, the best first."""
    summed = frame.pivot_table(index="date", columns="tier", values=column, aggfunc="sum", fill_value=0)
    return summed.reindex(columns=[str(tier) for tier in LeadQuality], fill_value=0)


def _tiers(counted: Counted, period: Period) -> None:
    frame = _bands(counted, period)
    if not frame["scorings"].sum():
        nothing("No lead was scored in this period.")
        return
    counts = _by_tier(frame, "scorings").astype("float64")
    series = {label(tier): counts[tier] for tier in counts}
    steps, tiers = list(counts.index), [LeadQuality(tier) for tier in counts]
    length = 1 if step_of(period) == "day" else 7

    def behind(curve: int, point: int) -> LeadFilter:
        within = leads_behind.step_within(period, steps[point], length)
        return leads_behind.scored(within, leads_behind.bands_of(tiers[curve]))

    named = {label(tier): leads_behind.scored(period, leads_behind.bands_of(tier)) for tier in tiers}
    drawn = theme.bars(steps, series, stacked=True)
    alt = "Scorings by tier of the score, over the period"
    show_with_leads(counted.actor, drawn, behind, named, alt=alt, key="quality_tiers")


@kept
def _acceptance(counted: Counted, period: Period) -> None:
    frame = _bands(counted, period)
    accepted, rejected = (_by_tier(frame, column).astype("float64") for column in ("accepted", "rejected"))
    answered = accepted + rejected
    if not len(answered) or not answered.to_numpy().sum():
        nothing("No delivery was answered in this period.")
        return
    rates = accepted / answered.where(answered > 0)
    shown = {label(tier): rates[tier] for tier in rates if answered[tier].sum()}
    theme.show(
        theme.lines(list(rates.index), shown, "percent"), alt="Share of deliveries accepted, by tier, over the period"
    )


def _distribution(counted: Counted, period: Period, compared: Period | None) -> None:
    shares = {
        period.text: _shares(counted, period),
        **({compared.text: _shares(counted, compared)} if compared else {}),
    }
    shares = {name: values for name, values in shares.items() if values is not None}
    if period.text not in shares:
        nothing("No lead was scored in this period.")
        return
    bands = list(range(0, 100, 10))
    shown = [one for one in (period, compared) if one and one.text in shares]
    named = {band_name(band): leads_behind.scored(period, [band]) for band in bands}
    show_with_leads(
        counted.actor,
        theme.bars(list(named), shares, "percent").headed("Score"),
        lambda curve, point: leads_behind.scored(shown[curve], [bands[point]]),
        named,
        alt="Share of scorings in each band of ten points",
        key="quality_distribution",
    )


def _shares(counted: Counted, period: Period) -> list[float] | None:
    by_band = _bands(counted, period).groupby("score_band")["scorings"].sum()
    total = float(by_band.sum())
    return [float(by_band.get(band, 0)) / total for band in range(0, 100, 10)] if total else None


_COLUMNS = {
    "scorings": tbl.number("Scorings"),
    "average_score": tbl.number("Average score", decimals=1),
    "premium_share": tbl.percent("Premium", help="Scorings of 80 and more."),
    "answered": tbl.number("Answered", help="Deliveries accepted or rejected."),
    "acceptance_rate": tbl.percent("Accepted", help="Accepted / (accepted + rejected)."),
}


@kept
def _source_frame(counted: Counted, period: Period) -> pd.DataFrame:
    return counted.read(lead_quality.quality_by_source, first=period.first, last=period.last)


def _sources(counted: Counted, period: Period) -> None:
    frame = _source_frame(counted, period)
    known = frame[frame["source_id"].notna()]
    leads = {
        name: leads_behind.scored(period, sources=[source])
        for name, source in zip(known["source_name"], known["source_id"], strict=True)
    }
    leads_menu(counted.actor, leads, key="quality_sources_leads")
    tbl.table(frame, {"source_name": tbl.text("Source"), **_COLUMNS}, alt="Scores and acceptance, one source per row")


@kept
def _versions(counted: Counted, period: Period) -> None:
    steps = counted.read(lead_quality.version_scores, first=period.first, last=period.last, step=step_of(period))
    if steps.empty:
        nothing("No lead was scored in this period.")
        return
    lines = steps.pivot_table(index="date", columns="model_version", values="average_score")
    chart = theme.lines(list(lines.index), {str(name): lines[name] for name in lines})
    theme.show(chart, alt="Average score that each model version gave, over the period")
    tbl.table(
        counted.read(lead_quality.quality_by_version, first=period.first, last=period.last),
        {
            "model_version": tbl.text("Version"),
            "first_day": tbl.day("From"),
            "last_day": tbl.day("To"),
            **_COLUMNS,
        },
        alt="Scores and acceptance, one model version per row",
    )


@kept
def _factors(counted: Counted, period: Period) -> None:
    frame = counted.read(lead_quality.factor_moves, first=period.first, last=period.last)
    if frame.empty:
        nothing("No lead was scored in this period.")
        return
    names = [label(factor) for factor in frame["factor"]]
    chart = theme.bars(names, {"Raised": frame["raised"], "Lowered": -frame["lowered"]})
    theme.show(
        chart.headed("Factor").update_layout(barmode="relative"),
        alt="Points by which each factor raised and lowered scores",
    )
    tbl.table(
        frame.assign(name=names, net=frame["raised"] - frame["lowered"]),
        {
            "name": tbl.text("Factor"),
            "average_points": tbl.number("Average points", decimals=1, help="That it gave to a score."),
            "moved": tbl.number("Times moved", help="Scorings in which it changed against the one before."),
            "raised": tbl.number("Raised by"),
            "lowered": tbl.number("Lowered by"),
            "net": tbl.number("Net"),
        },
        alt="Points by factor, one factor per row",
    )
