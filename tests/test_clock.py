"""The business day is New York's, across both daylight-saving changes and the UTC midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.clock import business_day, day_range, day_start
from aurum_data.operations.cluster import PairUrls

INSTANTS = [
    ("2026-03-08T04:59:59Z", date(2026, 3, 7)),  # a second before New York's midnight, winter time
    ("2026-03-08T05:00:00Z", date(2026, 3, 8)),
    ("2026-03-08T07:00:00Z", date(2026, 3, 8)),  # 2:00 does not exist: it is 3:00
    ("2026-03-09T03:59:59Z", date(2026, 3, 8)),  # the day of 23 hours ends at 4:00 UTC
    ("2026-03-09T04:00:00Z", date(2026, 3, 9)),
    ("2026-11-01T03:59:59Z", date(2026, 10, 31)),
    ("2026-11-01T04:00:00Z", date(2026, 11, 1)),
    ("2026-11-01T06:30:00Z", date(2026, 11, 1)),  # 1:30 for the second time
    ("2026-11-02T04:59:59Z", date(2026, 11, 1)),  # the day of 25 hours ends at 5:00 UTC
    ("2026-11-02T05:00:00Z", date(2026, 11, 2)),
    ("2026-07-15T00:00:00Z", date(2026, 7, 14)),  # the UTC midnight is the evening before
]


@pytest.mark.parametrize(("instant", "day"), INSTANTS)
def test_business_day_in_python(instant: str, day: date) -> None:
    assert business_day(datetime.fromisoformat(instant)) == day


@pytest.mark.parametrize(("instant", "day"), INSTANTS)
@pytest.mark.parametrize(
    "expression", ["DATE(%s::timestamptz)", "(%s::timestamptz AT TIME ZONE 'America/New_York')::date"]
)
def test_business_day_in_the_database(shared_urls: PairUrls, expression: str, instant: str, day: date) -> None:
    with psycopg.connect(shared_urls.primary.replace("+psycopg", "")) as connection:
        row = connection.execute(f"SELECT {expression}", [instant]).fetchone()  # type: ignore[call-overload]
    assert row == (day,)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 7, 1), 24)])
def test_day_has_the_hours_it_has(day: date, hours: int) -> None:
    first, after = day_range(day, day)
    assert after - first == timedelta(hours=hours)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
def test_an_instant_lies_in_the_range_of_its_day(instant: datetime) -> None:
    day = business_day(instant)
    first, after = day_range(day, day)
    assert first <= instant < after
    assert first == day_start(day)


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        business_day(datetime(2026, 1, 1))


def test_backward_range_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        day_range(date(2026, 1, 2), date(2026, 1, 1))
