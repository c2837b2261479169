"""When leads arrive: growth, seasons, week days and hours of a marketplace's first thirty months."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from aurum_data.clock import day_start
from aurum_data.sample.draws import DAY, HOUR, day_ms, ms_of

MONTHS_OF_HISTORY = 30
GROWTH = 2.4  # arrivals of the last day against the first, season aside

# January to December: people think of roofs when the sun comes back.
_SEASON = (0.74, 0.80, 0.98, 1.14, 1.24, 1.22, 1.14, 1.10, 1.05, 0.94, 0.82, 0.70)
_WEEK = (1.10, 1.12, 1.10, 1.05, 0.95, 0.84, 0.84)  # Monday to Sunday
# New York hours 0 to 23: lunch and the evening on the sofa.
_HOURS = (6, 3, 2, 1, 1, 3, 10, 22, 38, 50, 56, 60, 66, 60, 54, 52, 54, 60, 68, 78, 80, 64, 38, 16)
# The federal credit for owners was ended by law on July 4, 2025 for systems completed after that year.
_RUSH = (date(2025, 7, 5), date(2025, 11, 15), 1.30)
_HANGOVER = (date(2025, 12, 15), date(2026, 3, 1), 0.80)


def first_day(until: date) -> date:
    """The first day of the history that ends with `until`: the first of a month."""
    months = until.year * 12 + until.month - 1 - MONTHS_OF_HISTORY
    return date(months // 12, months % 12 + 1, 1)


def end_of_history(until: date, now: datetime) -> int:
    """The instant (ms) at which the history ends: the end of `until`, or the last full hour when that is today."""
    return min(day_ms(until + timedelta(days=1)), ms_of(now) // HOUR * HOUR)


def daily_weights(days: list[date], generator: np.random.Generator) -> np.ndarray:
    """Expected share of all arrivals per day; floats of the days' length that add up to 1."""
    weights = np.empty(len(days))
    for number, day in enumerate(days):
        weight = GROWTH ** (number / len(days)) * _SEASON[day.month - 1] * _WEEK[day.weekday()]
        for start, end, factor in (_RUSH, _HANGOVER):
            if start <= day <= end:
                weight *= factor
        weights[number] = weight
    weights *= generator.gamma(30, 1 / 30, len(days))
    shares: np.ndarray = weights / weights.sum()
    return shares


def arrival_times(leads: int, until: date, end: int, generator: np.random.Generator) -> np.ndarray:
    """Instants (ms, int64, ascending) at which `leads` leads arrive, all before `end`."""
    first = first_day(until)
    days = [first + timedelta(days=n) for n in range((until - first).days + 1)]
    days = [day for day in days if day_ms(day) < end]
    weights = daily_weights(days, generator)
    hours = np.array(_HOURS, dtype=float) / sum(_HOURS)
    elapsed = (end - day_ms(days[-1])) // HOUR
    if elapsed < 24:  # a day that is not over has had only some of its arrivals
        weights[-1] *= hours[:elapsed].sum()
        weights /= weights.sum()
    counts = generator.multinomial(leads, weights)
    times = []
    for day, count in zip(days, counts, strict=True):
        start, length = day_ms(day), (day_start(day + timedelta(days=1)) - day_start(day)) / timedelta(milliseconds=1)
        open_hours = hours.copy()
        if day == days[-1] and elapsed < 24:
            open_hours[elapsed:] = 0
            if not open_hours.any():
                open_hours[0] = 1
        hour = generator.choice(24, count, p=open_hours / open_hours.sum())
        offset = (hour * HOUR + generator.integers(0, HOUR, count)) * (length / DAY)  # days of 23 or 25 hours
        times.append(np.minimum(start + offset.astype(np.int64), end - 1))
    return np.sort(np.concatenate(times))
