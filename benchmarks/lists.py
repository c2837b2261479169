"""Lead lists, searches and page turns: the time that the database takes over the declared mix."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.errors import TooSlow
from aurum_data.queries.lead_filter import within
from aurum_data.queries.leads import LIST_LIMIT_MS
from aurum_data.rules.identity import BY_BOROUGH
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
    yield from _limited(ground, engine, facts)


def _limited(ground: Ground, engine: Engine, facts: lead_lists.Known) -> Iterator[Result]:
    """The mix for a person limited to one borough, through row-level security; floor: the same filter without it."""
    boroughs = frozenset({"Queens"})
    person = Actor(uuid4(), "limited", "Limited", permissions=BY_BOROUGH, scope_boroughs=boroughs)
    times, floors = {}, {}
    for case in lead_lists.CASES:
        near = lead_lists.Case(case.name, lambda known, c=case: within(c.filter(known), boroughs), case.sort, case.page)
        floors[case.name] = _time(engine, near, facts)
        times[case.name] = _time(engine, near, facts, lambda: ground.database.read(person))
    slowest = max(times, key=lambda name: times[name])
    yield Result("lists: 50 combinations, limited person, p95", percentile(list(times.values()), 0.95), 50, "ms",
                 floor=percentile(list(floors.values()), 0.95))  # fmt: skip
    yield Result("lists: the slowest of them", times[slowest], 500, "ms", floor=floors[slowest], note=slowest)
    searches = [name for name in times if name.startswith("search:")]
    one, other = sum(times[name] for name in searches), sum(floors[name] for name in searches)
    yield Result("lists: searches of a limited person", one, 1.5 * other + 10, "ms", floor=other)


def _time(
    engine: Engine,
    case: lead_lists.Case,
    facts: lead_lists.Known,
    reading: Callable[[], AbstractContextManager[Session]] | None = None,
) -> float:
    def once() -> float:
        try:
            with _database_time(engine) as spent, reading() if reading else Session(engine) as session:
                lead_lists.run(session, case, facts)
        except (TooSlow, OperationalError):
            return LIST_LIMIT_MS + 1  # stopped there
        return spent[0] * 1000

    once()  # rows that nobody has read yet come from the disk
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
