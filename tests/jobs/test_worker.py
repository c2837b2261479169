"""The worker as a process: it works, stops cleanly, and what a killed one left is taken up by the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from aurum_data.actions.rollups import ROLLUPS, mark_changed
from aurum_data.clock import business_day, today
from aurum_data.database import Database
from aurum_data.jobs.queue import ANALYZE_TABLE, defer
from aurum_data.operations.cluster import PairUrls
from aurum_data.settings import PROJECT_ROOT
from tests.factories import make_lead

WAITS_FOR_A_TABLE = """
    SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
Start = Callable[[], subprocess.Popen[str]]
Owner = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def start_worker(urls: PairUrls) -> Iterator[Start]:
    """Starts workers on the test's database; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []
    environment = os.environ | {
        "AURUM_PRIMARY_URL": urls.primary,
        "AURUM_REPLICA_URL": urls.replica,
        "AURUM_JOBS_URL": urls.jobs,
    }

    def start() -> subprocess.Popen[str]:
        program = "from aurum_data.settings import get_settings; from aurum_data.jobs.worker import run_worker; "
        command = [sys.executable, "-c", program + "run_worker(get_settings())"]
        process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(owner: Owner, query: str, seconds: float = 90) -> Any:
    """The first column of a query's row, once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        row = owner.execute(query).fetchone()
        if row is not None and row[0]:
            return row[0]
        time.sleep(0.1)
    pytest.fail(f"not within {seconds} s: {query}")


@pytest.mark.slow
def test_a_change_reaches_the_rollup_within_a_minute(db: Database, owner: Owner, start_worker: Start) -> None:
    start_worker()
    until(owner, "SELECT count(*) FROM procrastinate_workers")
    with db.write(None) as session:
        lead = make_lead(session)
        mark_changed(session, [business_day(lead.created_at)])
    began = time.monotonic()
    until(owner, "SELECT total_leads FROM revenue_metrics WHERE period_type = 'daily' AND platform_ref IS NULL")
    assert time.monotonic() - began < 45
    assert until(owner, "SELECT count(*) FROM health_samples WHERE node = 'replica'", seconds=70)


@pytest.mark.slow
def test_a_worker_told_to_stop_signs_off_and_ends_well(owner: Owner, start_worker: Start) -> None:
    process = start_worker()
    until(owner, "SELECT count(*) FROM procrastinate_workers")
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert owner.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (0,)


@pytest.mark.slow
def test_what_a_killed_worker_was_doing_is_done_by_the_next(
    db: Database, owner: Owner, urls: PairUrls, start_worker: Start
) -> None:
    with db.write(None) as session:
        make_lead(session)
        job_id = defer(session, ANALYZE_TABLE, "analyze:leads", table="leads")
    url = urls.owner.replace("+psycopg", "")
    with psycopg.connect(url) as blocker:  # holds the job half-way
        blocker.execute("LOCK TABLE leads IN SHARE UPDATE EXCLUSIVE MODE")
        first = start_worker()
        until(owner, WAITS_FOR_A_TABLE)
        first.kill()
        first.wait()
        assert owner.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job_id]).fetchone() == (
            "doing",
        )
    start_worker()
    until(owner, f"SELECT status = 'succeeded' FROM procrastinate_jobs WHERE id = {job_id}")
    assert owner.execute("SELECT attempts > 1 FROM procrastinate_jobs WHERE id = %s", [job_id]).fetchone() == (True,)
    assert until(owner, "SELECT last_analyze IS NOT NULL FROM pg_stat_user_tables WHERE relname = 'leads'")


@pytest.mark.slow
def test_a_rollup_killed_half_way_is_done_again_and_right(
    db: Database, owner: Owner, urls: PairUrls, start_worker: Start
) -> None:
    with db.write(None) as session:
        for _ in range(3):
            make_lead(session)
        mark_changed(session, [today()])
    with psycopg.connect(urls.owner.replace("+psycopg", "")) as blocker:
        blocker.execute("LOCK TABLE nyc_market_intelligence IN EXCLUSIVE MODE")
        first = start_worker()
        until(owner, WAITS_FOR_A_TABLE)
        first.kill()
        first.wait()
        assert owner.execute("SELECT count(*) FROM rollup_changes").fetchone() == (len(ROLLUPS),)
        assert owner.execute("SELECT count(*) FROM revenue_metrics").fetchone() == (0,)
    start_worker()
    until(owner, "SELECT count(*) = 0 FROM rollup_changes")
    row = owner.execute(
        "SELECT total_leads FROM revenue_metrics WHERE period_type = 'daily' AND platform_ref IS NULL"
    ).fetchone()
    assert row == (3,)
    assert owner.execute("SELECT sum(total_leads) FROM nyc_market_intelligence").fetchone() == (3,)
