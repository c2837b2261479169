"""Periods that are named from today: which New York days each of them covers."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class NamedPeriod(StrEnum):
    """A run of days that moves on with the calendar, by the words that people choose it by."""

    TODAY = "Today"
    YESTERDAY = "Yesterday"
    LAST_7_DAYS = "Last 7 days"
    LAST_30_DAYS = "Last 30 days"
    LAST_90_DAYS = "Last 90 days"
    THIS_WEEK = "This week"
    LAST_WEEK = "Last week"
    THIS_MONTH = "This month"
    LAST_MONTH = "Last month"
    THIS_QUARTER = "This quarter"
    LAST_QUARTER = "Last quarter"
    THIS_YEAR = "This year"
    LAST_12_MONTHS = "Last 12 months"


def days_of(name: NamedPeriod, day: date) -> tuple[date, date]:
    """First and last day of a period on a given day, which is part of it unless the name says otherwise.

    Weeks begin on Monday.
    """
    month, yesterday = day.replace(day=1), day - timedelta(days=1)
    week, quarter = day - timedelta(days=day.weekday()), quarter_of(day)[0]
    last_month = month - timedelta(days=1)
    return {
        NamedPeriod.TODAY: (day, day),
        NamedPeriod.YESTERDAY: (yesterday, yesterday),
        NamedPeriod.LAST_7_DAYS: (day - timedelta(days=6), day),
        NamedPeriod.LAST_30_DAYS: (day - timedelta(days=29), day),
        NamedPeriod.LAST_90_DAYS: (day - timedelta(days=89), day),
        NamedPeriod.THIS_WEEK: (week, day),
        NamedPeriod.LAST_WEEK: (week - timedelta(days=7), week - timedelta(days=1)),
        NamedPeriod.THIS_MONTH: (month, day),
        NamedPeriod.LAST_MONTH: (last_month.replace(day=1), last_month),
        NamedPeriod.THIS_QUARTER: (quarter, day),
        NamedPeriod.LAST_QUARTER: quarter_of(quarter - timedelta(days=1)),
        NamedPeriod.THIS_YEAR: (day.replace(month=1, day=1), day),
        NamedPeriod.LAST_12_MONTHS: (day - timedelta(days=364), day),
    }[name]


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month that holds a day."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the quarter that holds a day."""
    first = day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return first, month_of(first + timedelta(days=62))[1]
