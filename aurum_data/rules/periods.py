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
    THIS_MONTH = "This month"
    LAST_MONTH = "Last month"
    THIS_QUARTER = "This quarter"
    THIS_YEAR = "This year"
    LAST_12_MONTHS = "Last 12 months"


def days_of(name: NamedPeriod, day: date) -> tuple[date, date]:
    """First and last day of a period on a given day, which is part of it unless the name says otherwise."""
    month, yesterday = day.replace(day=1), day - timedelta(days=1)
    last_month = month - timedelta(days=1)
    return {
        NamedPeriod.TODAY: (day, day),
        NamedPeriod.YESTERDAY: (yesterday, yesterday),
        NamedPeriod.LAST_7_DAYS: (day - timedelta(days=6), day),
        NamedPeriod.LAST_30_DAYS: (day - timedelta(days=29), day),
        NamedPeriod.LAST_90_DAYS: (day - timedelta(days=89), day),
        NamedPeriod.THIS_MONTH: (month, day),
        NamedPeriod.LAST_MONTH: (last_month.replace(day=1), last_month),
        NamedPeriod.THIS_QUARTER: (day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1), day),
        NamedPeriod.THIS_YEAR: (day.replace(month=1, day=1), day),
        NamedPeriod.LAST_12_MONTHS: (day - timedelta(days=364), day),
    }[name]
