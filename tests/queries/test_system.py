"""What the System screen shows is what the servers and the queue say."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.errors import Unavailable
from aurum_data.jobs import health
from aurum_data.operations.cluster import PairUrls
from aurum_data.operations.health import node_session, on_node, pools, verdicts
from aurum_data.operations.migrations import heads
from aurum_data.queries import database_health, health_checks, system
from aurum_data.rules.health import CHECKS, Check, State, Unit, judge
from aurum_data.settings import Settings
from tests.factories import make_export, make_lead, make_platform


class TestServers:
    @pytest.mark.parametrize("node", ["primary", "replica"])
    def test_each_server_tells_of_itself(self, shared_db: Database, node: str) -> None:
        server = on_node(shared_db, node, database_health.server)
        assert server is not None
        assert (server.node, server.version.split(".")[0]) == (node, "18")
        assert 0 < server.connections <= server.connection_limit
        assert (server.replay_lag_bytes is None) == (node == "replica")
        assert (server.lag_seconds is None) == (node == "primary")

    @pytest.mark.parametrize("node", ["primary", "replica"])
    def test_every_table_of_the_screen_can_be_read_by_the_reader_on_both_servers(
        self, shared_db: Database, node: str
    ) -> None:
        asked = [
            database_health.slots,
            database_health.connections,
            database_health.top_statements,
            database_health.indexes,
            database_health.tables,
            system.tasks,
            system.troubled_jobs,
            system.rollups,
            system.partitions,
            system.open_alerts,
        ]
        with node_session(shared_db, node) as session:
            for function in asked:
                assert isinstance(function(session), pd.DataFrame)
            assert system.schema_version(session) == heads()

    def test_a_server_that_is_away_is_told_apart_from_one_that_is_there(self, shared_urls: PairUrls) -> None:
        nowhere = make_url(shared_urls.replica).set(port=1).render_as_string(hide_password=False)
        database = Database(Settings(primary_url=shared_urls.primary, replica_url=nowhere))
        with pytest.raises(Unavailable), node_session(database, "replica") as session:
            database_health.server(session)
        found = {v.check.name: v.state for v in verdicts(database)}
        database.dispose()
        assert (found["lag_seconds"], found["schema_behind"]) == (State.UNKNOWN, State.OK)

    def test_the_pools_of_the_process_are_counted(self, shared_db: Database) -> None:
        with shared_db.read_primary() as session:
            session.execute(text("SELECT 1"))
            state = {pool.pool: pool for pool in pools(shared_db)}
        assert state["Primary"].in_use == 1
        assert state["Primary"].limit == 50


class TestStatements:
    def test_statements_show_no_values_and_no_passwords(self, session: Session, shared_urls: PairUrls) -> None:
        session.execute(text("SELECT count(*) FROM leads WHERE first_name = 'Zebedee'"))
        with psycopg.connect(shared_urls.admin.replace("+psycopg", ""), autocommit=True) as admin:
            admin.execute("SET application_name = 'Zebedee'")
            admin.execute("ALTER ROLE aurum_reader CONNECTION LIMIT -1")
        found = database_health.top_statements(session, limit=500)["statement"]
        assert found.str.contains("first_name = \\$1").any()
        assert not found.str.contains("Zebedee").any()
        assert not found.str.contains("ROLE").any()

    def test_shares_of_all_statements_add_up_to_one(self, session: Session) -> None:
        found = database_health.top_statements(session, limit=10_000)
        assert found["time_share"].sum() == pytest.approx(1)
        assert found["total_seconds"].is_monotonic_decreasing


class TestIndexes:
    def frame(self, **scans: int) -> pd.DataFrame:
        rows = [(name, count, 200_000, name.startswith("key")) for name, count in scans.items()]
        return pd.DataFrame(rows, columns=["index_name", "scans", "index_bytes", "is_constraint"])

    def test_an_index_that_only_the_replica_uses_is_used(self) -> None:
        primary, replica = self.frame(a=0, b=0, c=5, key=0), self.frame(a=0, b=7, c=0, key=0)
        assert list(database_health.unused_indexes(primary, replica)["index_name"]) == ["a"]

    def test_without_a_replica_the_primary_alone_decides(self) -> None:
        assert list(database_health.unused_indexes(self.frame(a=0, b=1), None)["index_name"]) == ["a"]


class TestTables:
    def test_a_partitioned_table_is_one_row(self, session: Session) -> None:
        found = database_health.tables(session)
        assert not found["table_name"].str.contains(r"_p\d{6}$").any()
        [kind] = found.loc[found["table_name"] == "audit_log", "kind"]
        assert kind == "partitioned"
        assert found["total_bytes"].is_monotonic_decreasing


class TestChecks:
    def test_every_check_has_a_figure(self) -> None:
        assert {check.name for check in CHECKS} == set(health_checks.FIGURES) | {"schema_behind"}

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
    def test_every_check_can_be_made_by_the_reader(self, shared_db: Database, check: Check) -> None:
        found = {v.check.name: v for v in verdicts(shared_db)}[check.name]
        assert found.state is not State.UNKNOWN or "right is missing" not in found.reason
        assert found.reason or found.observed is not None

    def test_a_missing_right_is_unknown_and_named(self, urls: PairUrls, owner: psycopg.Connection) -> None:
        owner.execute("REVOKE SELECT ON rollup_changes FROM aurum_app")
        engine = create_engine(urls.primary)
        with Session(engine) as session:
            found = health_checks.verdicts(session, node="primary", head=heads())
        engine.dispose()
        verdict = {v.check.name: v for v in found}["rollup_delay_seconds"]
        assert verdict.state is State.UNKNOWN
        assert "SELECT on rollup_changes" in verdict.reason
        assert len(found) == sum(check.node == "primary" for check in CHECKS)

    def test_an_old_schema_is_critical(self, session: Session) -> None:
        found = health_checks.verdicts(session, node="primary", head="9999")
        assert {v.check.name: v.state for v in found}["schema_behind"] is State.CRITICAL

    def test_an_invalid_index_is_found(self, urls: PairUrls, owner: psycopg.Connection, db: Database) -> None:
        owner.execute("CREATE TABLE twice AS SELECT 1 AS n FROM generate_series(1, 2)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("CREATE UNIQUE INDEX CONCURRENTLY ON twice (n)")
        with node_session(db, "primary") as session:
            found = health_checks.verdicts(session, node="primary", head=heads())
        assert {v.check.name: v.state for v in found}["invalid_indexes"] is State.WARNING

    def test_a_server_that_is_away_leaves_its_checks_unknown(self) -> None:
        assert {v.state for v in health_checks.unreachable("replica")} == {State.UNKNOWN}

    @pytest.mark.parametrize(
        ("observed", "below", "state"),
        [
            (None, False, State.UNKNOWN),
            (1, False, State.OK),
            (2, False, State.WARNING),
            (5, False, State.CRITICAL),
            (5, True, State.OK),
            (2, True, State.CRITICAL),
        ],
    )
    def test_a_threshold_belongs_to_the_worse_side(self, observed: float | None, below: bool, state: State) -> None:
        critical = 5 if not below else 2
        check = Check("n", "t", "q", "primary", Unit.COUNT, 2 if not below else 3, critical, "f", below=below)
        assert judge(check, observed).state is state


class TestSamples:
    def test_a_counter_is_shown_as_a_rate_and_a_reset_as_a_gap(self, session: Session) -> None:
        at = now().replace(microsecond=0) - timedelta(minutes=5)
        for minute, value in enumerate([100, 160, 10, 130]):
            health.store_samples(session, "primary", at + timedelta(minutes=minute), {"transactions": value})
        found = system.samples(session, metric="transactions", hours=1)
        assert found["per_second"].round(2).tolist()[1] == 1
        assert found["per_second"].isna().tolist() == [True, False, True, False]

    def test_the_same_minute_is_stored_once(self, session: Session) -> None:
        at = now()
        for _ in range(2):
            health.store_samples(session, "primary", at, {"connections": 5})
        assert len(system.samples(session, metric="connections", hours=1)) == 1


class TestPlatformHealth:
    def test_a_platform_is_judged_by_its_latest_deliveries(self, session: Session) -> None:
        at, lead = now(), make_lead(session)
        states = {"good": ["accepted"] * 9 + ["rejected"], "poor": ["accepted"] * 8 + ["timed_out"] * 2}
        states |= {"gone": ["failed_retryable"] * 3, "idle": []}
        for name, answers in states.items():
            platform = make_platform(session, platform_name=name)
            for answer in answers:
                make_export(session, lead, platform, status=answer, created_at=at - timedelta(minutes=1))
        health.check_platforms(session, at)
        found = dict(session.execute(text("SELECT platform_name, health FROM b2b_platforms")).all())
        assert found == {"good": "healthy", "poor": "degraded", "gone": "down", "idle": "unknown"}

    def test_minutes_with_deliveries_leave_one_check_and_a_note_for_the_rollup(self, session: Session) -> None:
        at, platform = now(), make_platform(session)
        make_export(session, make_lead(session), platform, created_at=at - timedelta(minutes=1), status="timed_out")
        for _ in range(2):
            health.check_platforms(session, at)
        rows = session.execute(text("SELECT platform_ref, ok, response_ms FROM platform_health_checks")).all()
        assert [tuple(row) for row in rows] == [(platform.id, False, 400)]
        assert session.scalar(text("SELECT count(*) FROM rollup_changes WHERE rollup = 'platform_performance'")) == 1
