"""Revenue and platform charts: no plan reads a base table whole, and ten times the days cost no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import today
from aurum_data.queries import platforms, revenue
from benchmarks.ground import Ground
from benchmarks.result import Result, median_ms
from benchmarks.statements import recorded, run_on, scanned_tables

PERIOD = timedelta(days=29)


def measure(ground: Ground) -> Iterator[Result]:
    """Plans and times of every chart query over thirty days."""
    engine = ground.database.replica or ground.database.primary
    last = today()
    first = last - PERIOD
    charts: dict[str, Callable[[Session], object]] = {
        "summary": lambda s: revenue.revenue_summary(s, first=first, last=last),
        "daily revenue": lambda s: revenue.daily_revenue(s, first=first, last=last, compare_first=first - PERIOD),
        "by platform": lambda s: revenue.revenue_by_platform(s, first=first, last=last, compare_first=first - PERIOD),
        "funnel": lambda s: revenue.funnel(s, first=first, last=last),
        "platform health": lambda s: platforms.platform_health(s, first=first, last=last, today=last),
    }
    whole: set[str] = set()
    times: dict[str, float] = {}
    for name, chart in charts.items():
        call = run_on(engine, chart)
        with recorded(engine) as seen:
            call()
        for statement in seen:
            whole |= scanned_tables(engine, statement)
        times[name] = median_ms(call)
    slowest = max(times, key=lambda name: times[name])
    yield Result("charts: base tables read whole", len(whole), 0, "", note=", ".join(sorted(whole)))
    yield Result("charts: slowest query", times[slowest], 250, "ms", note=slowest)
    yield _growth(ground, charts, first, last)


def _growth(ground: Ground, charts: dict[str, Callable[[Session], object]], first: date, last: date) -> Result:
    """Time of all charts with ten times the rollup rows (copies of old days), against today's."""
    with Session(ground.database.primary) as session:
        before = median_ms(lambda: [chart(session) for chart in charts.values()])
        session.execute(
            text("""
            INSERT INTO revenue_metrics (date, period_type, platform_ref, total_leads, sales_usd, total_revenue)
            SELECT date - shift * 1000, period_type, platform_ref, total_leads, sales_usd, total_revenue
            FROM revenue_metrics, generate_series(1, 9) AS shift WHERE period_type = 'daily'
        """)
        )
        session.execute(
            text("""
            INSERT INTO platform_performance (platform_ref, date, total_exports, total_revenue)
            SELECT platform_ref, date - shift * 1000, total_exports, total_revenue
            FROM platform_performance, generate_series(1, 9) AS shift
        """)
        )
        session.execute(text("ANALYZE revenue_metrics, platform_performance"))
        after = median_ms(lambda: [chart(session) for chart in charts.values()])
        session.rollback()
    return Result(
        "charts: with ten times the days of rollups",
        after,
        before * 1.5 + 2,
        "ms",
        floor=before,
        note=f"{first} to {last}",
    )
