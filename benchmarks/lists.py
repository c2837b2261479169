"""Lead lists, searches and page turns: the time that the database takes over the declared mix."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from benchmarks import lead_lists
from benchmarks.ground import Ground
from benchmarks.result import Result, percentile
from benchmarks.statements import plan_of, recorded

TIMES = 5


def measure(ground: Ground) -> Iterator[Result]:
    """Median of each case after one run to warm it; then p95 and the slowest, with its plan."""
    engine = ground.database.replica or ground.database.primary
    with Session(engine) as session:
        facts = lead_lists.known(session)
    times = {case.name: _time(engine, case, facts) for case in lead_lists.CASES}
    slowest = max(times, key=lambda name: times[name])
    yield Result("lists: 50 combinations, p95", percentile(list(times.values()), 0.95), 50, "ms")
    yield Result("lists: 50 combinations, slowest", times[slowest], 500, "ms", note=slowest)
    case = next(case for case in lead_lists.CASES if case.name == slowest)
    with recorded(engine) as seen, Session(engine) as session:
        lead_lists.run(session, case, facts)
    for statement in seen:
        print("#   " + plan_of(engine, statement).replace("\n", "\n#   "))
    first = statistics.median(t for name, t in times.items() if name.startswith("everything, newest"))
    deep = [t for name, t in times.items() if "deep" in name]
    yield Result("lists: a deep page against page one", max(deep), max(2 * first, first + 10), "ms", floor=first)


def _time(engine: Engine, case: lead_lists.Case, facts: lead_lists.Known) -> float:
    def once() -> float:
        with _database_time(engine) as spent, Session(engine) as session:
            lead_lists.run(session, case, facts)
        return spent[0] * 1000

    once()
    return statistics.median(once() for _ in range(TIMES))


@contextmanager
def _database_time(engine: Engine) -> Iterator[list[float]]:
    """Seconds from handing statements to the driver until it has their answers."""
    spent, began = [0.0], [0.0]

    def before(*_: Any) -> None:
        began[0] = time.perf_counter()

    def after(*_: Any) -> None:
        spent[0] += time.perf_counter() - began[0]

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield spent
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
