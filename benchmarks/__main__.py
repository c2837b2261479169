"""`make bench`: one line per promise of the design, and an exit code that says whether all hold."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator

from sqlalchemy import text

from benchmarks import charts, downloads, intake, lists, pages, rollups, start, workbench
from benchmarks.ground import Ground, ground
from benchmarks.result import Result, median_ms

PARTS = {
    "lists": lists,
    "workbench": workbench,
    "charts": charts,
    "import": intake,
    "rollups": rollups,
    "downloads": downloads,
    "pages": pages,
    "start": start,
}


def machine(ground: Ground) -> Iterator[str]:
    """What the machine gives today, so that a slow day is seen as one."""
    with ground.database.primary.connect() as connection:
        trip = median_ms(lambda: connection.execute(text("SELECT 1")).all(), times=51)
    yield f"# machine: select 1 in {trip:.2f} ms, load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"


def main() -> int:
    """Measure the parts asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--leads", type=int, default=20_000, help="sample leads to measure on (default %(default)s)")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="parts to measure (default all)")
    chosen = parser.parse_args()
    results: list[Result] = []
    started = time.monotonic()
    with ground(chosen.leads) as base:
        print(f"# ready after {time.monotonic() - started:.0f} s", flush=True)
        for line in machine(base):
            print(line, flush=True)
        for part in chosen.parts or PARTS:
            for result in PARTS[part].measure(base):
                print(result.line(), flush=True)
                results.append(result)
    short = [result.name for result in results if not result.holds]
    print(f"# {len(results) - len(short)} of {len(results)} hold" + (f"; short: {', '.join(short)}" if short else ""))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
