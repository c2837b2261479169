"""One measured promise: its value, the floor it is measured against, and whether it holds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """A line of `make bench`. `limit` bounds the value; `ratio` is value to floor and only shown."""

    name: str
    value: float
    limit: float
    unit: str
    floor: float | None = None
    note: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        """Name, value, floor, ratio, verdict."""
        floor = "-" if self.floor is None else f"{self.floor:,.2f} {self.unit}"
        ratio = "-" if not self.floor else f"{self.value / self.floor:.2f}"
        bound = f"{'>=' if self.at_least else '<='} {self.limit:,.2f}"
        verdict = "hold" if self.holds else "SHORT"
        return (
            f"{self.name:<58} {self.value:>12,.2f} {self.unit:<5} floor {floor:<16} ratio {ratio:<7} "
            f"{bound:<14} {verdict:<5} {self.note}"
        ).rstrip()


def milliseconds(function: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    function()
    return (time.perf_counter() - started) * 1000


def median_ms(function: Callable[[], object], times: int = 7) -> float:
    """The median of several calls, after one that is not counted."""
    function()
    return statistics.median(milliseconds(function) for _ in range(times))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
