"""Random draws, and the units in which the sample counts: milliseconds since 1970 and whole cents."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID, SafeUUID

from aurum_data.clock import NEW_YORK, day_start

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_LOW_62_BITS = (1 << 62) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_CALL, _LAST_CALL = 9, 20  # New York hours between which people are called or texted

T = TypeVar("T")


class Draws(Random):
    """Random, with the draws that are made most often at a third of their price (good for ranges up to 2**50)."""

    def randrange(self, start: int, stop: int | None = None) -> int:  # type: ignore[override]
        """A whole number from `start` (0 if it is the only bound) up to, not including, `stop`."""
        if stop is None:
            return int(self.random() * start)
        return start + int(self.random() * (stop - start))

    def choice(self, seq: Sequence[T]) -> T:  # type: ignore[override]
        """One element."""
        return seq[int(self.random() * len(seq))]


class Weighted(Generic[T]):
    """Values drawn in proportion to their weights."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.values = list(weights)
        self.bounds = list(accumulate(weights.values()))
        self.total = self.bounds.pop()

    def draw(self, rng: Random) -> T:
        """One value."""
        return self.values[bisect(self.bounds, rng.random() * self.total)]


@lru_cache(maxsize=10_000)
def at(ms: int) -> datetime:
    """The aware instant (UTC) of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def ms_of(instant: datetime) -> int:
    """Milliseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


@lru_cache(maxsize=2_000)
def day_ms(day: date) -> int:
    """The first millisecond of a New York day."""
    return ms_of(day_start(day))


@lru_cache(maxsize=50_000)
def _local(hour: int) -> tuple[date, int]:
    """New York day and hour of a full hour since 1970: its clocks are whole hours from UTC."""
    local = at(hour * HOUR).astimezone(NEW_YORK)
    return local.date(), local.hour


def local_day(ms: int) -> date:
    """The New York day of an instant."""
    return _local(ms // HOUR)[0]


def waking_hours(rng: Random, ms: int) -> int:
    """The instant itself, or the following morning when it lies outside the hours for calls and texts."""
    day, hour = _local(ms // HOUR)
    if _FIRST_CALL <= hour < _LAST_CALL:
        return ms
    day += timedelta(days=hour >= _LAST_CALL)
    morning = datetime.combine(day, time(_FIRST_CALL), NEW_YORK)  # a clock time: days may have 23 or 25 hours
    return ms_of(morning.astimezone(UTC)) + rng.randrange(100 * MINUTE)


def uuid7(rng: Random, ms: int) -> UUID:
    """A version 7 UUID of an instant (RFC 9562): in time order, as `uuidv7()` of the database makes them."""
    bits = rng.getrandbits(74)
    made = object.__new__(UUID)  # its constructor checks what is right here, at three times the price
    object.__setattr__(made, "int", ms << 80 | 7 << 76 | bits >> 62 << 64 | 2 << 62 | bits & _LOW_62_BITS)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


def delay(rng: Random, median_ms: float, sigma: float) -> int:
    """A log-normal waiting time, milliseconds."""
    return int(median_ms * rng.lognormvariate(0, sigma))


@lru_cache(maxsize=200_000)
def usd(cents: int) -> Decimal:
    """Dollars of whole cents."""
    return Decimal(cents).scaleb(-2)


def clamp(value: float, low: float, high: float) -> float:
    """The nearest value between two bounds."""
    return low if value < low else min(value, high)
