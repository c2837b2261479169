"""Periods."""

from __future__ import annotations

from datetime import date

import pytest

from pages.parts.figures import change
from pages.parts.filters import PRESETS, Period, preset

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Today", TODAY, TODAY),
        ("Yesterday", date(2026, 11, 21), date(2026, 11, 21)),
        ("Last 7 days", date(2026, 11, 16), TODAY),
        ("Last 30 days", date(2026, 10, 24), TODAY),
        ("This month", date(2026, 11, 1), TODAY),
        ("Last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("This quarter", date(2026, 10, 1), TODAY),
        ("This year", date(2026, 1, 1), TODAY),
        ("Last 12 months", date(2025, 11, 23), TODAY),
    ],
)
def test_presets(name: str, first: date, last: date):
    assert preset(name, TODAY) == Period(first, last)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2024, 2, 29), date(2026, 12, 31)])
def test_every_preset_works_on_every_day(day: date):
    for name in PRESETS:
        if name != "Custom":
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
