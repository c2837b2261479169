"""Reads and writes when a server is away, comes back, lies behind, or when a person looks at what they just did."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

import pytest
from sqlalchemy import QueuePool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.database import PRODUCTION_POOL_CONFIG, Database
from aurum_data.errors import Invalid, ReadOnly, Renewed, TooSlow, Unavailable
from aurum_data.operations import migrations
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.settings import Settings


def actor() -> Actor:
    return Actor(uuid4(), "test", "Test Person")


def in_recovery(session: Session) -> bool:
    return bool(session.scalar(text("SELECT pg_is_in_recovery()")))


def write_flag(session: Session, flag: str) -> None:
    session.execute(text("INSERT INTO app_flags (flag) VALUES (:flag)"), {"flag": flag})


def has_flag(session: Session, flag: str) -> bool:
    return bool(session.scalar(text("SELECT EXISTS (SELECT FROM app_flags WHERE flag = :flag)"), {"flag": flag}))


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


class TestPools:
    def test_primary_has_exactly_the_specified_pool(self, shared_db: Database) -> None:
        assert {
            "poolclass": QueuePool, "pool_size": 20, "max_overflow": 30, "pool_pre_ping": True, "pool_recycle": 3600,
            "pool_timeout": 30,
        } == PRODUCTION_POOL_CONFIG  # fmt: skip
        pool = shared_db.primary.pool
        assert isinstance(pool, QueuePool)
        assert (pool.size(), pool._max_overflow, pool._recycle, pool._pre_ping, pool._timeout) == (
            20,
            30,
            3600,
            True,
            30,
        )

    def test_replica_pool_is_smaller(self, shared_db: Database) -> None:
        assert shared_db.replica is not None
        assert isinstance(shared_db.replica.pool, QueuePool)
        assert shared_db.replica.pool.size() < 20


class TestReads:
    def test_reads_go_to_the_replica_as_the_reader(self, shared_db: Database) -> None:
        user = shared_db.query(None, lambda session: session.scalar(text("SELECT current_user")))
        assert (user, shared_db.query(None, in_recovery)) == ("aurum_reader", True)

    def test_day_is_new_yorks(self, shared_db: Database) -> None:
        zone = shared_db.query(None, lambda session: session.scalar(text("SHOW timezone")))
        assert zone == "America/New_York"

    def test_slow_query_is_stopped_with_a_sentence(self, shared_urls: PairUrls) -> None:
        hasty = Database(
            Settings(primary_url=shared_urls.primary, replica_url=shared_urls.replica, statement_timeout_ms=100)
        )
        with pytest.raises(TooSlow, match="Narrow the filter"):
            hasty.query(None, lambda session: session.execute(text("SELECT pg_sleep(2)")))
        hasty.dispose()

    def test_reader_cannot_write_even_on_the_primary(self, shared_db: Database) -> None:
        with pytest.raises((ReadOnly, DBAPIError)), Session(shared_db.fallback) as session:
            write_flag(session, "x")

    @pytest.mark.parametrize("column", ["users.password_hash", "leads.phone_encrypted", "sign_in_sessions.token_hash"])
    def test_reader_sees_no_secrets(self, shared_db: Database, column: str) -> None:
        table, name = column.split(".")
        with pytest.raises(DBAPIError, match="permission denied"):
            shared_db.query(None, lambda session: session.execute(text(f"SELECT {name} FROM {table}")))


class TestReadsAtAStamp:
    """The stamp is a flag's moment; what it says is current, all flags together."""

    STAMP = text("SELECT max(changed_at) FROM app_flags")
    COUNT = text("SELECT count(*) FROM app_flags")

    def stamp(self, session: Session) -> object:
        return session.scalar(self.STAMP)

    def test_figures_of_the_stamp_asked_for_are_read(self, db: Database) -> None:
        person = actor()
        with db.write(person) as session:
            write_flag(session, "first")
        stamp = db.query(person, self.stamp)
        assert db.query_at(person, self.stamp, stamp, has_flag, "first")

    def test_figures_of_another_stamp_are_not(self, db: Database) -> None:
        person = actor()
        stamp = db.query(person, self.stamp)
        with db.write(person) as session:
            write_flag(session, "first")
        with pytest.raises(Renewed):
            db.query_at(person, self.stamp, stamp, has_flag, "first")

    def test_a_change_between_the_stamp_and_the_figures_is_not_seen(self, db: Database) -> None:
        person = actor()

        def changed_meanwhile(session: Session) -> tuple[object, object]:
            before = session.scalar(self.COUNT)
            with db.write(person) as other:
                write_flag(other, "meanwhile")
            assert eventually(lambda: db.query(person, has_flag, "meanwhile"))
            return before, session.scalar(self.COUNT)

        before, after = db.query_at(person, self.stamp, db.query(person, self.stamp), changed_meanwhile)
        assert before == after


class TestWrites:
    def test_person_sees_their_own_write_at_once(self, shared_db: Database) -> None:
        person = actor()
        for _ in range(40):
            flag = uuid4().hex
            with shared_db.write(person) as session:
                write_flag(session, flag)
            assert shared_db.query(person, has_flag, flag)

    def test_a_failed_action_changes_nothing(self, shared_db: Database) -> None:
        flag = uuid4().hex
        with pytest.raises(ZeroDivisionError), shared_db.write(actor()) as session:
            write_flag(session, flag)
            _ = 1 / 0
        with shared_db.read_primary() as session:
            assert not has_flag(session, flag)

    @pytest.mark.parametrize("table", ["audit_log", "b2b_revenue_transactions", "lead_consent_events"])
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
    def test_app_cannot_change_what_is_append_only(self, shared_db: Database, table: str, statement: str) -> None:
        with pytest.raises(DBAPIError, match="permission denied"), shared_db.write(actor()) as session:
            session.execute(text(statement.format(table)))


@pytest.fixture(scope="module")
def own_pair() -> Iterator[LocalPair]:
    """A pair whose servers may be killed."""
    own = LocalPair(Path(os.environ["AURUM_TEST_HOME"]) / f"killed-{os.getpid()}", durable=False)
    migrations.upgrade(own.start().owner)
    yield own
    own.stop()


@pytest.fixture
def own_db(own_pair: LocalPair) -> Iterator[Database]:
    urls = own_pair.urls()
    database = Database(Settings(primary_url=urls.primary, replica_url=urls.replica, replica_lag_seconds=2))
    assert eventually(lambda: database.status().source == "replica")
    yield database
    database.dispose()
    for node in ("primary", "replica"):
        if not own_pair.running(node):
            own_pair.start_node(node)


class Load:
    """Readers that keep asking while servers die; what they get is counted."""

    def __init__(self, db: Database) -> None:
        self.db, self.answers, self.failures = db, 0, []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(4)]

    def _ask(self) -> None:
        while not self._stop.is_set():
            try:
                self.db.query(None, in_recovery)
                self.answers += 1
            except Exception as error:
                self.failures.append(error)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


class TestReplicaDies:
    def test_reads_fall_to_the_primary_without_an_error_and_come_back(
        self, own_pair: LocalPair, own_db: Database
    ) -> None:
        with Load(own_db) as load:
            time.sleep(0.5)
            own_pair.kill("replica")
            assert eventually(lambda: own_db.status().source == "primary")
            before = load.answers
            time.sleep(1)
            assert load.answers > before
            assert "does not answer" in own_db.status().message
            own_pair.start_node("replica")
            assert eventually(lambda: own_db.status().source == "replica", 60)
            assert own_db.query(None, in_recovery)
        assert load.failures == []

    def test_replica_too_far_behind_is_not_read(self, own_pair: LocalPair, own_db: Database) -> None:
        import psycopg

        def on(url: str, statement: str) -> None:
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute(statement)

        admin = own_pair.urls().admin
        replica_port = own_pair.urls().replica.rsplit(":", 1)[1]
        admin_on_replica = admin.rsplit(":", 1)[0] + ":" + replica_port
        on(admin_on_replica, "SELECT pg_wal_replay_pause()")
        try:
            for _ in range(30):
                with own_db.write(actor()) as session:
                    write_flag(session, uuid4().hex)
                if own_db.status().source == "primary":
                    break
                time.sleep(0.5)
            assert "behind" in own_db.status().message
        finally:
            on(admin_on_replica, "SELECT pg_wal_replay_resume()")
        assert eventually(lambda: own_db.status().source == "replica")

    def test_own_write_is_seen_on_the_primary_while_replay_is_paused(
        self, own_pair: LocalPair, own_db: Database
    ) -> None:
        import psycopg

        urls = own_pair.urls()
        replica_port = urls.replica.rsplit(":", 1)[1]
        admin_on_replica = (urls.admin.rsplit(":", 1)[0] + ":" + replica_port).replace("+psycopg", "")
        person, flag = actor(), uuid4().hex
        with psycopg.connect(admin_on_replica, autocommit=True) as replica:
            replica.execute("SELECT pg_wal_replay_pause()")
            try:
                with own_db.write(person) as session:
                    write_flag(session, flag)
                started = time.monotonic()
                assert own_db.query(person, has_flag, flag)
                assert time.monotonic() - started < 1.5
                assert not own_db.query(actor(), has_flag, flag)
            finally:
                replica.execute("SELECT pg_wal_replay_resume()")


class TestPrimaryDies:
    def test_reads_go_on_and_writes_are_refused_whole(self, own_pair: LocalPair, own_db: Database) -> None:
        flag = uuid4().hex
        with Load(own_db) as load:
            time.sleep(0.3)
            own_pair.kill("primary")
            with pytest.raises(ReadOnly, match="nothing was saved"), own_db.write(actor()) as session:
                write_flag(session, flag)
            assert eventually(lambda: "changes are refused" in own_db.status().message)
            before = load.answers
            time.sleep(1)
            assert load.answers > before
        assert load.failures == []
        own_pair.start_node("primary")
        assert eventually(lambda: own_db.status().message == "", 60)
        with own_db.write(actor()) as session:
            assert not has_flag(session, flag)
            write_flag(session, flag)


def test_positions_are_kept_per_person(db: Database) -> None:
    first, second = actor(), actor()
    with db.write(first) as session:
        write_flag(session, uuid4().hex)
    assert set(db._positions) == {first.user_id}
    assert isinstance(first.user_id, UUID)
    assert db._has_own_writes(second)


def test_what_else_is_away_during_a_write_is_said_as_it_is(db: Database) -> None:
    with pytest.raises(Unavailable, match="The keys are away"), db.write(None) as session:
        session.execute(text("INSERT INTO app_flags (flag) VALUES ('of_a_test')"))
        raise Unavailable("The keys are away.")
    with db.read_primary() as session:
        assert not session.scalar(text("SELECT count(*) FROM app_flags WHERE flag = 'of_a_test'"))


@pytest.mark.parametrize(
    ("kind", "value"),
    [("text", "a\x00b"), ("integer", "99999999999"), ("date", "2026-99-99")],
)
def test_values_that_nothing_can_store_are_refused_in_words(db: Database, kind: str, value: str) -> None:
    with pytest.raises(Invalid), db.read() as session:
        session.execute(text(f"SELECT CAST(:value AS {kind})"), {"value": value})
