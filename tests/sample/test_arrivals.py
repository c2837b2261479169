"""When sample leads arrive."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from aurum_data.sample.arrivals import arrival_times, end_of_history, first_day
from aurum_data.sample.draws import at, day_ms, local_day

UNTIL = date(2026, 10, 28)


@pytest.fixture(scope="module")
def days() -> list[date]:
    end = end_of_history(UNTIL, datetime(2026, 11, 22, tzinfo=UTC))
    return [local_day(ms) for ms in arrival_times(20_000, UNTIL, end, np.random.default_rng(1)).tolist()]


def test_as_many_arrive_as_asked_for_in_time_order(days: list[date]) -> None:
    assert len(days) == 20_000
    assert days == sorted(days)
    assert first_day(UNTIL) <= days[0]
    assert days[-1] <= UNTIL


def test_business_grows(days: list[date]) -> None:
    assert sum(day.year == 2026 and day.month == 9 for day in days) > sum(
        day.year == 2024 and day.month == 9 for day in days
    )


def test_spring_brings_more_than_winter(days: list[date]) -> None:
    assert sum(day.month == 5 and day.year == 2025 for day in days) > sum(
        day.month == 1 and day.year == 2025 for day in days
    )


def test_week_days_bring_more_than_weekends(days: list[date]) -> None:
    assert sum(day.weekday() == 1 for day in days) > sum(day.weekday() == 6 for day in days)


def test_a_day_that_is_not_over_ends_with_its_last_full_hour() -> None:
    now = datetime(2026, 10, 28, 15, 40, tzinfo=UTC)
    end = end_of_history(UNTIL, now)
    assert at(end) == datetime(2026, 10, 28, 15, tzinfo=UTC)
    assert arrival_times(5_000, UNTIL, end, np.random.default_rng(1)).max() < end


def test_right_after_midnight_today_has_no_leads_yet() -> None:
    end = end_of_history(UNTIL, datetime(2026, 10, 28, 4, 10, tzinfo=UTC))
    assert end == day_ms(UNTIL)
    assert arrival_times(500, UNTIL, end, np.random.default_rng(1)).max() < end


@pytest.mark.parametrize("until", [date(2026, 3, 8), date(2025, 11, 2)])
def test_days_of_daylight_saving_changes_keep_their_leads(until: date) -> None:
    end = end_of_history(until, datetime(2026, 11, 22, tzinfo=UTC))
    times = arrival_times(20_000, until, end, np.random.default_rng(2))
    assert local_day(int(times.max())) == until
