"""A change of many leads in the background: killed half-way it goes on, and no lead is changed twice."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from aurum_data.actions import lead_bulk as bulk
from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.freeze import freeze, unfreeze
from aurum_data.database import Database
from aurum_data.operations.cluster import PairUrls
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Role
from aurum_data.rules.lead_changes import BATCH_LEADS
from aurum_data.rules.leads import LeadStatus
from tests.factories import make_actor
from tests.jobs.test_worker import Owner, Start, start_worker, until  # noqa: F401 - a fixture
from tests.one_worker import work

LEADS = 3 * BATCH_LEADS


@pytest.fixture
def leads(owner: Owner) -> list[UUID]:
    """In the order in which they are worked."""
    made = owner.execute(
        "INSERT INTO leads (zip_code, borough, utility)"
        f" SELECT '11215', 'Brooklyn', 'CON_EDISON' FROM generate_series(1, {LEADS}) RETURNING id"
    )
    return [row[0] for row in made.fetchall()]


@pytest.fixture
def started(db: Database, leads: list[UUID]) -> UUID:
    """All of them are to be qualified."""
    with db.write(None) as session:
        ops: Actor = make_actor(session, Role.OPS)
        seen = [(lead, 1) for lead in leads]
        return bulk.change_statuses(session, ops, leads=seen, to=LeadStatus.QUALIFIED)


def state(owner: Owner, operation: UUID) -> tuple[object, ...] | None:
    return owner.execute(
        "SELECT state, done_count, refused_count FROM bulk_operations WHERE id = %s", [operation]
    ).fetchone()


def test_the_worker_does_it(owner: Owner, urls: PairUrls, started: UUID) -> None:
    work(urls)
    assert state(owner, started) == ("finished", LEADS, 0)


@pytest.mark.slow
def test_killed_half_way_it_goes_on_and_does_no_lead_twice(
    owner: Owner,
    urls: PairUrls,
    leads: list[UUID],
    started: UUID,
    start_worker: Start,  # noqa: F811
) -> None:
    with psycopg.connect(urls.owner.replace("+psycopg", "")) as blocker:  # in the midst of the second batch
        blocker.execute("SELECT FROM leads WHERE id = %s FOR UPDATE", [leads[BATCH_LEADS + 50]])
        first = start_worker()
        until(owner, "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        first.kill()
        first.wait()
        assert state(owner, started) == ("running", BATCH_LEADS, 0)
    start_worker()
    until(owner, "SELECT state = 'finished' FROM bulk_operations")
    assert state(owner, started) == ("finished", LEADS, 0)
    versions = owner.execute("SELECT count(*), min(version), max(version) FROM leads WHERE status = 'qualified'")
    assert versions.fetchone() == (LEADS, 2, 2)
    steps = owner.execute("SELECT count(*), count(DISTINCT lead_id) FROM lead_status_history")
    assert steps.fetchone() == (LEADS, LEADS)


def test_while_everything_is_frozen_it_waits_and_logs_no_error(
    db: Database, owner: Owner, urls: PairUrls, started: UUID
) -> None:
    with db.write(None) as session:
        freeze(session, SYSTEM, switch=Freeze.READ_ONLY, reason="Drill")
    work(urls)
    assert state(owner, started) == ("waiting", 0, 0)
    waits = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'run_bulk_operation'"
    assert owner.execute(waits).fetchone() == ("todo",)
    assert owner.execute("SELECT count(*) FROM error_logs").fetchone() == (0,)
    with db.write(None) as session:
        unfreeze(session, SYSTEM, switch=Freeze.READ_ONLY)
    owner.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'run_bulk_operation'")
    work(urls)
    assert state(owner, started) == ("finished", LEADS, 0)


def test_a_fault_of_ours_ends_it_as_failed(db: Database, owner: Owner, urls: PairUrls, started: UUID) -> None:
    owner.execute("UPDATE bulk_operations SET arguments = '{}'")
    work(urls)
    assert state(owner, started) == ("failed", 0, 0)
    assert owner.execute("SELECT component, error_type FROM error_logs").fetchone() == (
        "job run_bulk_operation",
        "KeyError",
    )
