"""Filters that live in the address of the page: a link or a reload keeps them. Never personal data.

The widget's key is the name of the parameter; a filter set on one screen stays set on the next that has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from aurum_data.clock import today
from aurum_data.rules.geography import Borough
from aurum_data.rules.periods import NamedPeriod, days_of
from pages.parts import format as fmt

PRESETS = (*map(str, NamedPeriod), "Custom")
SPANS = ("Last 7 days", "Last 30 days", "Last 90 days", "Last 12 months")
COMPARISONS = ("Previous period", "Same days last year", "Nothing")


@dataclass(frozen=True)
class Period:
    """A run of New York days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def text(self) -> str:
        """The dates, for the screen: "Oct 24 – Nov 22, 2026"."""  # noqa: RUF002
        return fmt.day_span(self.first, self.last)

    def previous(self) -> Period:
        """As many days, ending the day before this begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def last_year(self) -> Period:
        """As many days, 52 weeks earlier, so that the days of the week match."""
        return Period(self.first - timedelta(weeks=52), self.last - timedelta(weeks=52))


def preset(name: str, day: date) -> Period:
    """The period that a preset names on a given day, which is part of it unless the name says otherwise."""
    return Period(*days_of(NamedPeriod(name), day))


def period_filter(default: str = "Last 30 days") -> tuple[Period, Period | None]:
    """Choose a period and what to compare it with; the dates that result are shown under the choice.

    Parameters `period`, `days` (custom) and `compare`. Gives the period and, if wanted, that compared with.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Period", PRESETS, index=PRESETS.index(default), key="period", bind="query-params", width=170
        )
        chosen = _custom_days() if name == "Custom" else preset(name, today())
        against = st.selectbox("Compared with", COMPARISONS, key="compare", bind="query-params", width=190)
    compared = {"Previous period": chosen.previous(), "Same days last year": chosen.last_year()}.get(against)
    st.caption(chosen.text + (f" · compared with {compared.text}" if compared else ""))
    return chosen, compared


def _custom_days() -> Period:
    end = today()
    picked = st.date_input(
        "Days",
        (end - timedelta(days=29), end),
        max_value=end,
        key="days",
        bind="query-params",
        format="MM/DD/YYYY",
        width=230,
    )
    days = picked or (end, end)  # empty when cleared, one day while the second click is still to come
    return Period(min(days), max(days))


def span_filter() -> Period:
    """Choose how far back to look (parameter `span`); the dates that result are shown under the choice."""
    name = st.selectbox("Period", SPANS, index=1, key="span", bind="query-params", width=170)
    chosen = preset(name, today())
    st.caption(chosen.text)
    return chosen


def borough_filter() -> list[str]:
    """Choose boroughs (parameter `borough`); an empty list means all of them."""
    return st.multiselect(
        "Borough", [str(b) for b in Borough], key="borough", bind="query-params", placeholder="All boroughs"
    )


def zip_filter(zip_codes: Sequence[str]) -> list[str]:
    """Choose ZIP codes (parameter `zip`); an empty list means all of them."""
    return st.multiselect("ZIP code", zip_codes, key="zip", bind="query-params", placeholder="All ZIP codes")


def platform_filter(platforms: Mapping[str, str]) -> list[str]:
    """Choose platforms by code (parameter `platform`; code -> name); an empty list means all of them."""
    return st.multiselect(
        "Platform",
        list(platforms),
        format_func=lambda code: platforms.get(code, code),
        key="platform",
        bind="query-params",
        placeholder="All platforms",
    )


def choice(label: str, options: Mapping[str, str], *, key: str, everything: str) -> str | None:
    """Choose one of some states (stored value -> label) or all (None); `key` is the parameter."""
    return st.selectbox(
        label,
        list(options),
        index=None,
        format_func=lambda value: options.get(value, value),
        key=key,
        bind="query-params",
        placeholder=everything,
    )
