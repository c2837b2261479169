"""A change reaches the chart in a minute, and costs by the days it touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import today
from aurum_data.jobs.rollups import process_changes
from benchmarks.ground import Ground
from benchmarks.result import Result, median_ms

EVERY_SECONDS = 20.0  # the worker looks so often


def measure(ground: Ground) -> Iterator[Result]:
    """One changed day, and ten."""
    one, ten = (_time(ground, days) for days in (1, 10))
    yield Result(
        "rollup: from a change to the chart",
        EVERY_SECONDS + one / 1000,
        60,
        "s",
        note=f"{one:,.0f} ms of work",
    )
    yield Result("rollup: ten changed days", ten, max(15 * one, 1000), "ms", floor=one, note="floor: one changed day")


def _time(ground: Ground, days: int) -> float:
    def work() -> None:
        with Session(ground.database.primary) as session:
            mark_changed(session, [today() - timedelta(days=30 + n) for n in range(days)])
            while process_changes(session):
                pass
            session.rollback()

    return median_ms(work, times=5)
