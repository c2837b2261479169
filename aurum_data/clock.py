"""Time: instants are aware and in UTC; the business day is New York's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def business_day(instant: datetime) -> date:
    """The New York calendar day that holds an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("a naive time has no business day")
    return instant.astimezone(NEW_YORK).date()


def today() -> date:
    """Today's New York business day."""
    return business_day(now())


def day_start(day: date) -> datetime:
    """The first instant (UTC) of a New York day; days of daylight-saving changes last 23 or 25 hours."""
    return datetime.combine(day, time(), NEW_YORK).astimezone(UTC)


def day_range(first: date, last: date) -> tuple[datetime, datetime]:
    """Half-open range of instants covering the New York days `first` to `last`, both included."""
    if last < first:
        raise ValueError("the range ends before it begins")
    return day_start(first), day_start(last + timedelta(days=1))
