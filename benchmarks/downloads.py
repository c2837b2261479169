"""A list of every lead as a file: what it costs in memory, and rows per second against reading them alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

import psutil

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.list_downloads import ListDownload
from aurum_data.downloads.columns import COLUMNS
from aurum_data.downloads.leads import PAGE_LIMIT_MS, PAGE_ROWS, lead_file
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.leads import list_leads
from aurum_data.rules.downloads import LARGEST_XLSX, FileFormat
from benchmarks.ground import Ground
from benchmarks.result import Result

MIB = 1024**2
MOST_MIB = 100
_NOBODY = UUID(int=0)


def measure(ground: Ground) -> Iterator[Result]:
    """CSV and Parquet of all leads; a workbook where one may hold them."""
    read = ground.leads / _seconds_of_reading(ground)
    for kind in FileFormat:
        if kind is FileFormat.XLSX and ground.leads > LARGEST_XLSX:
            continue
        seconds, grown = _written(ground, kind)
        yield Result(f"download: {kind}, memory grown", grown, MOST_MIB, "MiB", note=f"{ground.leads:,} leads")
        rate = ground.leads / seconds
        yield Result(f"download: {kind}, rows per second", rate, 0.05 * read, "row/s", floor=read, at_least=True)


def _seconds_of_reading(ground: Ground) -> float:
    started, after = time.perf_counter(), None
    while True:
        page = ground.database.query(
            SYSTEM, list_leads, filter=LeadFilter(), after=after, limit=PAGE_ROWS, longest_ms=PAGE_LIMIT_MS
        )
        after = page.next
        if after is None:
            return time.perf_counter() - started


def _written(ground: Ground, kind: FileFormat) -> tuple[float, float]:
    """Seconds, and the most MiB that the process held more than before."""
    asked = ListDownload(_NOBODY, kind, {}, "created", True, tuple(COLUMNS), in_clear=False)
    process = psutil.Process()
    before = most = process.memory_info().rss
    started = time.perf_counter()
    for _ in lead_file(ground.database, SYSTEM, asked):
        most = max(most, process.memory_info().rss)
    return time.perf_counter() - started, (most - before) / MIB
