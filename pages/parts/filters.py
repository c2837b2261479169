"""Filters that live in the address of the page: a link or a reload keeps them. Never personal data.

The widget's key is the name of the parameter; a filter set on one screen stays set on the next that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from aurum_data.clock import today
from aurum_data.rules.geography import Borough
from aurum_data.rules.periods import NamedPeriod, days_of, month_of, quarter_of
from pages.parts import format as fmt
from pages.parts.guard import guard_person

ONE_DAY, MONTH, QUARTER, CUSTOM = "One day", "Month", "Quarter", "Custom"
RELATIVE = tuple(map(str, NamedPeriod))
PRESETS = (*RELATIVE, ONE_DAY, MONTH, QUARTER, CUSTOM)
MONTHS_BACK = 36  # that are offered by name; `CUSTOM` reaches further
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


def days_filter(
    title: str, *, key: str, default: str | None, custom: Callable[[], Period | None]
) -> NamedPeriod | Period | None:
    """Choose days: by a name that moves on with the calendar, or one day, a month, a quarter, or `custom`; None: any.

    Parameters `<key>`, and as chosen `<key>_day`, `<key>_month`, `<key>_quarter`. Days after today are left out.
    """
    index = None if default is None else PRESETS.index(default)
    name = st.selectbox(title, PRESETS, index=index, key=key, bind="query-params", placeholder="Any time", width=170)
    if name is None:
        return None
    if name == ONE_DAY:
        return _one_day(f"{key}_day")
    if name == MONTH:
        return _named(MONTH, _months(), f"{key}_month")
    if name == QUARTER:
        return _named(QUARTER, _quarters(), f"{key}_quarter")
    return custom() if name == CUSTOM else NamedPeriod(name)


def _one_day(key: str) -> Period:
    day = st.date_input(
        "Day", today(), max_value=today(), key=key, bind="query-params", format="MM/DD/YYYY", width=150
    )  # fmt: skip
    return Period(day, day)


def _named(title: str, periods: Mapping[str, Period], key: str) -> Period:
    return periods[st.selectbox(title, list(periods), key=key, bind="query-params", width=170)]


def _months() -> dict[str, Period]:
    """By name, the newest first: "November 2026"."""
    first, named = today().replace(day=1), {}
    for _ in range(MONTHS_BACK):
        named[f"{first:%B %Y}"] = _until_today(*month_of(first))
        first = (first - timedelta(days=1)).replace(day=1)
    return named


def _quarters() -> dict[str, Period]:
    """By name, the newest first: "Q4 2026"."""
    first, named = quarter_of(today())[0], {}
    for _ in range(MONTHS_BACK // 3):
        named[f"Q{(first.month + 2) // 3} {first.year}"] = _until_today(*quarter_of(first))
        first = quarter_of(first - timedelta(days=1))[0]
    return named


def _until_today(first: date, last: date) -> Period:
    return Period(first, min(last, today()))


def days_text(chosen: NamedPeriod | Period) -> str:
    """What was chosen, with the days that result: "Last 7 days: Nov 20 – Nov 26, 2026"."""  # noqa: RUF002
    if isinstance(chosen, Period):
        return chosen.text
    return f"{chosen}: {preset(chosen, today()).text}"


def period_filter(default: str = "Last 30 days") -> tuple[Period, Period | None]:
    """Choose a period and what to compare it with; the dates that result are shown under the choice.

    Parameters `period`, `days` (custom) and `compare`. Gives the period and, if wanted, that compared with.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = days_filter("Period", key="period", default=default, custom=_custom_days) or NamedPeriod(default)
        against = st.selectbox("Compared with", COMPARISONS, key="compare", bind="query-params", width=190)
        if (st.session_state["period"], against) != (default, COMPARISONS[0]):
            st.button("Reset", icon=":material/restart_alt:", type="tertiary", on_click=_reset_period, args=(default,))
    period = chosen if isinstance(chosen, Period) else preset(chosen, today())
    compared = {"Previous period": period.previous(), "Same days last year": period.last_year()}.get(against)
    st.caption(days_text(chosen) + (f" · compared with {compared.text}" if compared else ""))
    return period, compared


def _reset_period(default: str) -> None:
    """Back to the period that the screen begins with (a callback; nothing is read)."""
    guard_person()
    st.session_state["period"], st.session_state["compare"] = default, COMPARISONS[0]


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
