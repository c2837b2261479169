"""What an administrator may do about the system: with the right, once, with an audit entry."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import system
from aurum_data.database import Database
from aurum_data.errors import Conflict, NotAllowed, NotFound
from aurum_data.jobs.queue import defer
from aurum_data.rules.identity import Role
from tests.factories import make_actor


def jobs(session: Session) -> list[dict[str, Any]]:
    """The jobs in the queue."""
    found = session.execute(
        text("SELECT id, task_name, queueing_lock, args, status::text FROM procrastinate_jobs ORDER BY id")
    )
    return [dict(row) for row in found.mappings()]


def last_audit(session: Session) -> tuple[Any, ...]:
    """The latest audit entry: event, entity, who."""
    row = session.execute(text("SELECT event, entity_id, actor_name FROM audit_log ORDER BY id DESC LIMIT 1")).one()
    return tuple(row)


def fail(session: Session, job_id: int) -> None:
    """Let a job fail, as the worker would say it."""
    session.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :id"), {"id": job_id})
    session.execute(text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)"), {"id": job_id})


class TestAnalyzeTable:
    def test_queues_the_job_and_writes_the_audit(self, session: Session) -> None:
        admin = make_actor(session, Role.ADMIN)
        job_id = system.analyze_table(session, admin, table="leads")
        [job] = jobs(session)
        assert (job["id"], job["task_name"], job["args"]) == (job_id, "analyze_table", {"table": "leads"})
        assert last_audit(session) == ("system:table:analyze", "leads", admin.username)

    def test_asked_for_twice_while_it_waits_is_queued_once(self, session: Session) -> None:
        admin = make_actor(session, Role.ADMIN)
        first = system.analyze_table(session, admin, table="leads")
        assert system.analyze_table(session, admin, table="leads") == first
        assert len(jobs(session)) == 1

    @pytest.mark.parametrize(
        "table", ["nothing", "leads; DROP TABLE leads", "pg_class", "procrastinate_jobs", "alembic_version", "LEADS"]
    )
    def test_refuses_what_is_not_a_table_of_ours(self, session: Session, table: str) -> None:
        with pytest.raises(NotFound):
            system.analyze_table(session, make_actor(session, Role.ADMIN), table=table)
        assert jobs(session) == []

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
    def test_refuses_everybody_but_an_administrator(self, session: Session, role: Role) -> None:
        with pytest.raises(NotAllowed):
            system.analyze_table(session, make_actor(session, role), table="leads")
        assert jobs(session) == []


class TestDefer:
    def test_a_job_of_a_transaction_that_fails_is_never_queued(self, db: Database) -> None:
        def defer_and_fail() -> None:
            with db.write(None) as session:
                defer(session, "analyze_table", "analyze:leads", table="leads")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            defer_and_fail()
        with db.read_primary() as session:
            assert jobs(session) == []


class TestRetryJob:
    def test_puts_a_failed_job_back_into_the_queue(self, session: Session) -> None:
        admin = make_actor(session, Role.ADMIN)
        job_id = defer(session, "analyze_table", "analyze:leads", table="leads")
        fail(session, job_id)
        system.retry_job(session, admin, job_id=job_id)
        assert [job["status"] for job in jobs(session)] == ["todo"]
        assert last_audit(session) == ("system:job:retry", str(job_id), admin.username)

    def test_refuses_a_job_that_has_not_failed(self, session: Session) -> None:
        job_id = defer(session, "analyze_table", "analyze:leads", table="leads")
        with pytest.raises(Conflict):
            system.retry_job(session, make_actor(session, Role.ADMIN), job_id=job_id)

    def test_refuses_while_the_next_run_waits(self, session: Session) -> None:
        job_id = defer(session, "analyze_table", "analyze:leads", table="leads")
        fail(session, job_id)
        defer(session, "analyze_table", "analyze:leads", table="leads")
        with pytest.raises(Conflict):
            system.retry_job(session, make_actor(session, Role.ADMIN), job_id=job_id)

    def test_refuses_a_job_that_is_gone(self, session: Session) -> None:
        with pytest.raises(NotFound):
            system.retry_job(session, make_actor(session, Role.ADMIN), job_id=-1)


class TestAcknowledgeAlert:
    @pytest.fixture
    def alert(self, session: Session) -> UUID:
        rule = session.scalar(
            text("""
                INSERT INTO alert_rules (rule_name, metric, comparison, threshold, severity)
                VALUES ('Replica lag', 'lag_seconds', 'above', 60, 'critical') RETURNING id
            """)
        )
        found = session.scalar(
            text("INSERT INTO alerts (rule_ref, observed, message) VALUES (:rule, 75, 'Behind') RETURNING id"),
            {"rule": rule},
        )
        assert isinstance(found, UUID)
        return found

    def test_notes_who_looks_after_it(self, session: Session, alert: UUID) -> None:
        admin = make_actor(session, Role.ADMIN)
        system.acknowledge_alert(session, admin, alert_id=alert)
        noted = session.execute(text("SELECT acknowledged_by, acknowledged_at IS NOT NULL FROM alerts")).one()
        assert tuple(noted) == (admin.user_id, True)

    def test_keeps_the_first_person_when_a_second_does_the_same(self, session: Session, alert: UUID) -> None:
        first, second = make_actor(session, Role.ADMIN), make_actor(session, Role.ADMIN)
        for admin in (first, second):
            system.acknowledge_alert(session, admin, alert_id=alert)
        assert session.scalar(text("SELECT acknowledged_by FROM alerts")) == first.user_id

    def test_refuses_one_that_is_closed_or_gone(self, session: Session, alert: UUID) -> None:
        admin = make_actor(session, Role.ADMIN)
        session.execute(text("UPDATE alerts SET closed_at = now()"))
        with pytest.raises(Conflict):
            system.acknowledge_alert(session, admin, alert_id=alert)
        with pytest.raises(NotFound):
            system.acknowledge_alert(session, admin, alert_id=uuid4())
