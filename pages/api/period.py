"""The days that a question is about."""

from __future__ import annotations

from datetime import date, timedelta

from aurum_data.clock import today
from aurum_data.errors import Invalid
from pages.api.messages import Period

USUAL_DAYS = 30
MOST_DAYS = 366


def days(asked: Period) -> tuple[date, date]:
    """First and last day; the last 30 where nothing is said. Raises Invalid for what is no period."""
    last = asked.last or today()
    first = asked.first or last - timedelta(days=USUAL_DAYS - 1)
    if last < first:
        raise Invalid("to: The last day lies before the first one.")
    if (last - first).days >= MOST_DAYS:
        raise Invalid(f"to: A period has at most {MOST_DAYS} days.")
    return first, last
