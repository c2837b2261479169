"""Periods."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from aurum_data.clock import today
from aurum_data.rules.periods import NamedPeriod, month_of, quarter_of
from pages.parts import format as fmt
from pages.parts.figures import change
from pages.parts.filters import RELATIVE, Period, days_text, preset

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Today", TODAY, TODAY),
        ("Yesterday", date(2026, 11, 21), date(2026, 11, 21)),
        ("Last 7 days", date(2026, 11, 16), TODAY),
        ("Last 30 days", date(2026, 10, 24), TODAY),
        ("This week", date(2026, 11, 16), TODAY),
        ("Last week", date(2026, 11, 9), date(2026, 11, 15)),
        ("This month", date(2026, 11, 1), TODAY),
        ("Last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("This quarter", date(2026, 10, 1), TODAY),
        ("Last quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("This year", date(2026, 1, 1), TODAY),
        ("Last 12 months", date(2025, 11, 23), TODAY),
    ],
)
def test_presets(name: str, first: date, last: date):
    assert preset(name, TODAY) == Period(first, last)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2024, 2, 29), date(2026, 12, 31)])
def test_every_preset_works_on_every_day(day: date):
    for name in RELATIVE:
        assert preset(name, day).days >= 1


def test_the_previous_period_is_as_long_and_ends_the_day_before():
    assert preset("Last 30 days", TODAY).previous() == Period(date(2026, 9, 24), date(2026, 10, 23))


def test_last_year_keeps_the_days_of_the_week():
    before = Period(TODAY, TODAY).last_year()
    assert before.first == date(2025, 11, 23)
    assert before.first.weekday() == TODAY.weekday()


def test_change_is_relative_and_unknown_without_a_base():
    assert change(110, 100) == pytest.approx(0.1)
    assert change(-50, -100) == pytest.approx(0.5)
    assert [change(1, 0), change(None, 1), change(1, None), change(float("nan"), 1)] == [None] * 4


@pytest.mark.parametrize(
    ("day", "month_ends", "quarter"),
    [
        (date(2024, 2, 29), date(2024, 2, 29), (date(2024, 1, 1), date(2024, 3, 31))),
        (date(2026, 12, 31), date(2026, 12, 31), (date(2026, 10, 1), date(2026, 12, 31))),
        (date(2026, 4, 30), date(2026, 4, 30), (date(2026, 4, 1), date(2026, 6, 30))),
    ],
)
def test_months_and_quarters_are_whole(day: date, month_ends: date, quarter: tuple[date, date]):
    assert month_of(day) == (day.replace(day=1), month_ends)
    assert quarter_of(day) == quarter


def test_a_choice_says_which_days_result():
    week = Period(today() - timedelta(days=6), today())
    assert days_text(NamedPeriod.LAST_7_DAYS) == f"Last 7 days: {week.text}"
    assert days_text(Period(TODAY, TODAY)) == "Nov 22, 2026"


def chooser() -> None:
    import streamlit as st

    from pages.parts.filters import period_filter

    period, compared = period_filter("Last 7 days")
    st.text(f"{period.first} {period.last} {compared is None}")


def shown(**chosen: object) -> AppTest:
    app = AppTest.from_function(chooser)
    for key, value in chosen.items():
        app.session_state[key] = value
    return app.run()


def test_one_day_a_month_and_a_quarter_can_be_chosen():
    first = today().replace(day=1)
    before = first - timedelta(days=1)
    for chosen, days in (
        ({"period": "One day", "period_day": TODAY}, (TODAY, TODAY)),
        ({"period": "Month", "period_month": f"{before:%B %Y}"}, (before.replace(day=1), before)),
        ({"period": "Month"}, (first, today())),
        ({"period": "Quarter"}, (quarter_of(today())[0], today())),
    ):
        app = shown(**chosen)
        assert not app.exception
        assert app.text[0].value == f"{days[0]} {days[1]} False"
        assert app.caption[0].value.startswith(fmt.day_span(*days))


def test_only_what_differs_from_the_default_offers_a_reset():
    assert not shown().button
    assert [one.label for one in shown(period="Today").button] == ["Reset"]
    assert [one.label for one in shown(compare="Nothing").button] == ["Reset"]
