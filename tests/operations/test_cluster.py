"""The local pair, with real servers: it comes up from whatever an earlier run left behind."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from aurum_data.errors import Unavailable, UserError
from aurum_data.operations import account, programs
from aurum_data.operations.cluster import LocalPair
from aurum_data.operations.node import port_is_free
from aurum_data.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def value(url: str, statement: str) -> object:
    with connect(url) as connection:
        return connection.execute(statement).fetchone()[0]


def eventually(url: str, statement: str, expected: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while (found := value(url, statement)) != expected:
        assert time.monotonic() < deadline, f"{found!r} is not {expected!r}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def pair(open_folder: Path) -> Iterator[LocalPair]:
    """A running pair."""
    pair = LocalPair(open_folder / "home", durable=False)
    pair.start()
    yield pair
    pair.stop()


@pytest.fixture
def started(pair: LocalPair) -> LocalPair:
    """The pair, brought back to a good state if the test before left it otherwise."""
    status = pair.status()
    if (status.primary, status.replica) != ("running", "streaming"):
        pair.start()
    return pair


class TestFirstStart:
    def test_every_role_gets_its_own_session(self, pair: LocalPair) -> None:
        urls = pair.urls()
        found = [value(url, "select current_user::text") for url in (urls.primary, urls.replica, urls.owner, urls.jobs)]
        assert found == ["aurum_app", "aurum_reader", "aurum_owner", "aurum_jobs"]

    def test_the_business_day_is_new_yorks(self, pair: LocalPair) -> None:
        assert value(pair.urls().primary, "show timezone") == "America/New_York"

    def test_a_write_on_the_primary_reaches_the_replica(self, pair: LocalPair) -> None:
        urls = pair.urls()
        with connect(urls.admin) as connection:
            connection.execute("create table if not exists streamed as select 41 + 1 as answer")
            connection.execute("grant select on streamed to aurum_reader")
        eventually(urls.replica, "select count(*) from pg_class where relname = 'streamed'", 1)
        assert value(urls.replica, "select answer from streamed") == 42

    def test_the_replica_takes_no_writes(self, pair: LocalPair) -> None:
        with connect(pair.urls().replica) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("create table refused ()")

    def test_only_the_owner_may_create_tables(self, pair: LocalPair) -> None:
        with connect(pair.urls().primary) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table refused ()")

    def test_a_wrong_password_is_refused(self, pair: LocalPair) -> None:
        wrong = pair.urls().admin.replace("aurum_admin:", "aurum_admin:x")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(wrong)

    def test_secrets_and_data_are_closed_to_others(self, pair: LocalPair) -> None:
        private = [pair.state / "passwords.json", pair.state / "pair", pair.state / "pair" / "pgpass"]
        assert [stat.S_IMODE(path.stat().st_mode) & 0o077 for path in private] == [0, 0, 0]

    def test_status_tells_that_the_replica_streams(self, pair: LocalPair) -> None:
        status = LocalPair(pair.home).status()
        assert (status.primary, status.replica) == ("running", "streaming")

    def test_only_this_machine_is_listened_to(self, pair: LocalPair) -> None:
        assert value(pair.urls().admin, "show listen_addresses") == "127.0.0.1"


class TestDatabases:
    def test_a_copy_of_a_template_keeps_the_time_zone(self, pair: LocalPair) -> None:
        template = pair.create_database("template_of_test")
        with connect(template.owner) as connection:
            connection.execute("create extension pg_trgm")
            connection.execute("create table copied as select 7 as answer")
        copy = pair.create_database("copy_of_test", template="template_of_test")
        try:
            assert value(copy.owner, "show timezone") == "America/New_York"
            assert value(copy.owner, "select answer from copied") == 7
        finally:
            pair.drop_database("copy_of_test")
            pair.drop_database("template_of_test")

    def test_a_database_is_closed_to_roles_that_were_not_named(self, pair: LocalPair) -> None:
        granted = "select has_database_privilege('aurum_replication', 'aurum', 'connect')"
        assert value(pair.urls().admin, granted) is False


class TestTwoAtOnce:
    def test_a_second_process_is_refused_with_the_number_of_the_first(self, pair: LocalPair) -> None:
        program = textwrap.dedent(
            """
            import sys
            from pathlib import Path
            from aurum_data.errors import UserError
            from aurum_data.operations.cluster import LocalPair
            try:
                LocalPair(Path(sys.argv[1])).start()
            except UserError as error:
                print(error.message)
            """
        )
        command = [sys.executable, "-c", program, str(pair.home)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=PROJECT_ROOT)
        assert "already running" in answer.stdout
        assert f"process {os.getpid()}" in answer.stdout
        assert pair.status().replica == "streaming"


class TestRecovery:
    def test_committed_rows_survive_the_death_of_both_servers(self, started: LocalPair) -> None:
        urls = started.urls()
        with connect(urls.admin) as connection:
            connection.execute("drop table if exists kept")
            connection.execute("create table kept as select generate_series(1, 1000) as n")
        started.kill("primary")
        started.kill("replica")
        assert (started.running("primary"), started.running("replica")) == (False, False)
        started.start()
        assert value(started.urls().admin, "select count(*) from kept") == 1000
        assert started.status().replica == "streaming"

    def test_servers_of_a_killed_run_are_taken_over(self, started: LocalPair) -> None:
        before = value(started.urls().admin, "select pg_postmaster_start_time()")
        started.start()
        assert value(started.urls().admin, "select pg_postmaster_start_time()") > before

    def test_a_lock_file_that_names_a_stranger_does_not_stop_the_start(self, started: LocalPair) -> None:
        started.kill("primary")
        lock_file = started.state / "pair" / "primary" / "postmaster.pid"
        lines = lock_file.read_text().splitlines()
        lock_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        started.start_node("primary")
        assert started.running("primary")

    def test_a_killed_replica_catches_up(self, started: LocalPair) -> None:
        started.kill("replica")
        with connect(started.urls().admin) as connection:
            connection.execute("drop table if exists missed")
            connection.execute("create table missed as select 5 as answer")
        assert started.status().replica == "stopped"
        started.start_node("replica")
        eventually(started.urls().replica, "select count(*) from pg_class where relname = 'missed'", 1)

    def test_a_promoted_replica_is_cloned_again(self, started: LocalPair) -> None:
        ports = json.loads((started.state / "ports.json").read_text())
        on_replica = started.urls().admin.replace(f":{ports['primary']}/", f":{ports['replica']}/")
        assert value(on_replica, "select pg_promote()") is True
        started.start()
        assert value(started.urls().replica, "select pg_is_in_recovery()") is True
        assert started.status().replica == "streaming"

    def test_a_replica_whose_slot_was_dropped_is_cloned_again(self, started: LocalPair) -> None:
        started.stop_node("replica")
        with connect(started.urls().admin) as connection:
            connection.execute("select pg_drop_replication_slot('replica1')")
        started.start_node("replica")
        assert started.status().replica == "streaming"

    def test_a_replica_with_broken_files_is_cloned_again(self, started: LocalPair) -> None:
        started.stop_node("replica")
        shutil.rmtree(started.state / "pair" / "replica" / "global")
        started.start_node("replica")
        assert started.status().replica == "streaming"

    def test_a_port_that_was_taken_meanwhile_is_replaced(self, pair: LocalPair) -> None:
        pair.start()
        ports = json.loads((pair.state / "ports.json").read_text())
        pair.stop_node("replica")
        pair.stop_node("primary")
        with socket.create_server(("127.0.0.1", ports["primary"])):
            urls = pair.start()
        assert f":{ports['primary']}/" not in urls.primary
        assert value(urls.primary, "select 1") == 1
        assert pair.status().replica == "streaming"


class TestRefusals:
    def test_urls_before_the_first_start_name_the_command(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="make run"):
            LocalPair(tmp_path / "nothing").urls()

    def test_status_before_the_first_start(self, tmp_path: Path) -> None:
        assert LocalPair(tmp_path / "nothing").status().primary == "not created"

    def test_lost_passwords_are_named(self, started: LocalPair) -> None:
        passwords = started.state / "passwords.json"
        aside = passwords.rename(passwords.with_suffix(".aside"))
        try:
            with pytest.raises(UserError, match=r"passwords\.json is missing"):
                started.start()
        finally:
            aside.rename(passwords)

    def test_a_folder_without_programs_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"AURUM_PG_BIN .* lacks the PostgreSQL programs initdb"):
            programs.find_programs(tmp_path, tmp_path, account.server_account())

    def test_an_old_version_is_refused(self, open_folder: Path) -> None:
        old = open_folder / "old"
        old.mkdir(mode=0o755)
        for name in programs.NEEDED:
            (old / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 16.4'\n")
            (old / name).chmod(0o755)
        with pytest.raises(UserError, match=r"is PostgreSQL 16; version 18 or newer is needed"):
            programs.find_programs(open_folder, old, account.server_account())

    def test_a_machine_without_a_wheel_is_told_of_aurum_pg_bin(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(UserError, match="AURUM_PG_BIN"):
            programs.find_programs(tmp_path, None, account.server_account())


class TestStateFolder:
    @pytest.mark.skipif(os.geteuid() != 0, reason="only root switches to another account")
    def test_root_below_a_closed_folder_keeps_its_state_elsewhere(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        found = account.state_dir(closed / "checkout" / ".aurum")
        assert found.parent == account.SYSTEM_STATE
        assert found.name.startswith("checkout-")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may be sent elsewhere")
    def test_a_plain_users_state_stays_at_home(self, tmp_path: Path) -> None:
        assert account.state_dir(tmp_path / "home") == tmp_path / "home"


def test_a_port_is_taken_while_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not port_is_free(port)
    assert port_is_free(port)
