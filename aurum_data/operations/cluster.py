"""The local pair: a PostgreSQL primary and a streaming replica of it, made, started, mended and stopped here.

State folder (see `account.state_dir`):

    lock              held by the process that runs the pair
    passwords.json    made at first start, mode 0600
    ports.json        the ports in use, kept from run to run while they are free
    postgresql-X.Y/   programs
    pair/             belongs to the servers' account: primary/ and replica/ (data), their logs, pgpass
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import sql

from aurum_data.errors import Unavailable, UserError
from aurum_data.operations.account import make_state_dir, server_account, state_dir
from aurum_data.operations.node import Node, PortTaken, free_port, port_is_free
from aurum_data.operations.programs import find_programs
from aurum_data.operations.replica import (
    clone,
    is_streaming,
    may_follow,
    replica_settings,
    wait_until_streaming,
)

DATABASE = "aurum"
ADMIN = "aurum_admin"
ROLES = ("aurum_owner", "aurum_app", "aurum_jobs", "aurum_reader", "aurum_replication")
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
INITDB_SECONDS = 300

Connection = psycopg.Connection[tuple[object, ...]]
NodeName = Literal["primary", "replica"]


@dataclass(frozen=True)
class PairUrls:
    """SQLAlchemy URLs of one database of the pair. They hold passwords: not for logs."""

    primary: str  # aurum_app
    replica: str  # aurum_reader
    owner: str  # aurum_owner, on the primary
    jobs: str  # aurum_jobs, on the primary
    admin: str  # superuser, on the primary


@dataclass(frozen=True)
class PairStatus:
    """What `LocalPair.status` found: one word per server, and the folder that holds their state."""

    state: Path
    primary: Literal["not created", "stopped", "running"]
    replica: Literal["not created", "stopped", "not streaming", "streaming"]


class LocalPair:
    """The pair of one home folder.

    One process runs it: `start` takes a lock on the folder. Any other may ask `status` and `urls`, and create
    databases.
    `durable=False` trades safety after a power cut for speed: for tests.
    """

    def __init__(self, home: Path, pg_bin: Path | None = None, *, durable: bool = True) -> None:
        self.home = home
        self.state = state_dir(home)
        self.durable = durable
        self._pg_bin = pg_bin
        self._lock: int | None = None
        self._nodes: dict[NodeName, Node] = {}

    # Running it

    def acquire(self) -> None:
        """Take the folder for this process until it ends or calls `stop`; UserError if another has it."""
        if self._lock is not None:
            return
        self.state = make_state_dir(self.home)
        lock = os.open(self.state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode() or "unknown"
            os.close(lock)
            raise UserError(
                f"Aurum Solar Ops is already running on {self.home} (process {holder}). "
                "Stop it first, or set AURUM_HOME to another folder."
            ) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        self._lock = lock

    def start(self) -> PairUrls:
        """Bring both servers to a known good state, whatever an earlier run left. The URLs of `aurum`.

        Creates what is missing, recovers what crashed, copies the replica anew when it cannot follow. Raises
        UserError with what a person can do, or Unavailable with the end of a server's log; nothing runs then.
        """
        self.acquire()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self.urls()

    def _start(self) -> None:
        self._make_nodes()
        self._start_primary()
        with self._connect("postgres") as connection:
            self._set_up_roles(connection)
            exists = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
        if not exists:
            self.create_database(DATABASE)
        self._start_replica()

    def stop(self) -> None:
        """Stop both servers, the replica first, and let go of the folder, if this process holds it."""
        if self._lock is None:
            return
        for name in ("replica", "primary"):
            if name in self._nodes:
                self._nodes[name].stop()
        os.close(self._lock)
        self._lock = None

    def start_node(self, name: NodeName) -> None:
        """Start one server again, on its port; the replica is copied anew when it cannot follow."""
        if name == "primary":
            self._nodes[name].start()
        else:
            self._start_replica()

    def stop_node(self, name: NodeName) -> None:
        """Stop one server of the running pair."""
        self._nodes[name].stop()

    def kill(self, name: NodeName) -> None:
        """End one server as a crash would (SIGKILL to all its processes)."""
        self._nodes[name].kill()

    def running(self, name: NodeName) -> bool:
        """Whether the server's main process lives."""
        return self._nodes[name].running()

    # Asking about it, from any process

    def urls(self, database: str = DATABASE) -> PairUrls:
        """The URLs of one database. Raises Unavailable before the first start."""
        passwords, ports = self._passwords(), self._ports()

        def url(role: str, node: NodeName) -> str:
            return f"postgresql+psycopg://{role}:{passwords[role]}@127.0.0.1:{ports[node]}/{database}"

        return PairUrls(
            primary=url("aurum_app", "primary"),
            replica=url("aurum_reader", "replica"),
            owner=url("aurum_owner", "primary"),
            jobs=url("aurum_jobs", "primary"),
            admin=url(ADMIN, "primary"),
        )

    def status(self) -> PairStatus:
        """How the two servers are, as their answers show."""
        if not (self.state / "ports.json").exists():
            return PairStatus(self.state, "not created", "not created")
        try:
            with self._connect("postgres") as connection:
                streaming = is_streaming(connection)
        except psycopg.OperationalError:
            return PairStatus(self.state, "stopped", "not streaming" if self._replica_answers() else "stopped")
        if streaming:
            return PairStatus(self.state, "running", "streaming")
        return PairStatus(self.state, "running", "not streaming" if self._replica_answers() else "stopped")

    def _replica_answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self._connect("postgres", "replica"):
            return True
        return False

    # Databases

    def create_database(self, name: str, template: str | None = None) -> PairUrls:
        """Create a database (a copy of `template`) owned by aurum_owner, with the settings all have.

        Nobody may be connected to the template. Raises psycopg.errors.DuplicateDatabase if the name is taken.
        """
        statement = sql.SQL("create database {} owner aurum_owner template {}")
        with self._connect("postgres") as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        with self._connect(name) as connection:
            connection.execute(_script("database.sql"))
        return self.urls(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected to it; nothing if there is none."""
        with self._connect("postgres") as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    # Inside

    def _make_nodes(self) -> None:
        account = server_account()
        programs = find_programs(self.state, self._pg_bin, account)
        self._account, self._programs = account, programs
        folder = self.state / "pair"
        folder.mkdir(mode=0o700, exist_ok=True)
        account.own(folder)
        self._nodes = {
            "primary": Node("primary", folder, programs, account),
            "replica": Node("replica", folder, programs, account),
        }
        self._password_file = folder / "pgpass"

    def _start_primary(self) -> None:
        primary, replica = self._nodes["primary"], self._nodes["replica"]
        primary.stop()  # of an earlier run that was killed; its port is then free for us again
        replica.stop()
        if not (self.state / "passwords.json").exists():
            if primary.data.exists():
                raise UserError(f"{self.state / 'passwords.json'} is missing: put it back, or move {self.state} away.")
            passwords = {role: secrets.token_urlsafe(24) for role in (ADMIN, *ROLES)}
            write_private(self.state / "passwords.json", json.dumps(passwords))
        if not primary.data.exists():
            if replica.data.exists():
                raise UserError(f"{primary.data} is gone, but its copy {replica.data} is there: save it, then move it.")
            self._initialise(primary)
        self._check_data_version(primary)
        write_private(
            self._password_file, f"127.0.0.1:*:*:aurum_replication:{self._passwords()['aurum_replication']}\n"
        )
        self._account.own(self._password_file)
        for _ in range(5):
            ports = self._choose_ports()
            primary.configure(ports["primary"], "", durable=self.durable)
            with contextlib.suppress(PortTaken):
                return primary.start()
        raise Unavailable("Five times in a row another program took the port that was free for the database.")

    def _initialise(self, primary: Node) -> None:
        """Make the primary's data folder: complete, or not at all."""
        unfinished = primary.data.with_name("primary.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        password = self._account.own(write_private(primary.data.with_name("admin.password"), self._passwords()[ADMIN]))
        command = [self._programs.path("initdb"), "-D", str(unfinished), "-U", ADMIN, "--auth=scram-sha-256"]
        command += [f"--pwfile={password}", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--data-checksums"]
        command += [] if self.durable else ["--no-sync"]
        result = self._account.run(command, timeout=INITDB_SECONDS)
        password.unlink()
        if result.returncode != 0:
            raise Unavailable(f"The database could not be created: {result.stdout.strip()[-800:]}")
        unfinished.rename(primary.data)

    def _check_data_version(self, primary: Node) -> None:
        data_version = int((primary.data / "PG_VERSION").read_text(encoding="ascii"))
        if data_version != self._programs.major:
            raise UserError(
                f"The data in {primary.data} is of PostgreSQL {data_version}, "
                f"the programs in {self._programs.folder} are of {self._programs.major}. "
                "Set AURUM_PG_BIN to matching programs, or AURUM_HOME to another folder."
            )

    def _choose_ports(self) -> dict[NodeName, int]:
        """The ports of the last run where they are still free, new ones otherwise."""
        file = self.state / "ports.json"
        ports = self._ports() if file.exists() else {}
        names: tuple[NodeName, ...] = ("primary", "replica")
        for name in names:
            if name not in ports or not port_is_free(ports[name]):
                ports[name] = free_port()
        write_private(file, json.dumps(ports))
        return ports

    def _set_up_roles(self, connection: Connection) -> None:
        connection.execute(_script("roles.sql"))
        passwords = self._passwords()
        for role in ROLES:
            hashed = connection.pgconn.encrypt_password(passwords[role].encode(), role.encode(), b"scram-sha-256")
            statement = sql.SQL("alter role {} password {}")
            connection.execute(statement.format(sql.Identifier(role), sql.Literal(hashed.decode())))

    def _start_replica(self) -> None:
        replica = self._nodes["replica"]
        with self._connect("postgres") as connection:
            usable = may_follow(replica, connection)
        for attempt in ("as it is", "cloned") if usable else ("cloned",):
            if attempt == "cloned":
                self._clone()
            try:
                self._follow()
            except Unavailable:
                replica.stop()
                if attempt == "cloned":
                    raise
            else:
                return

    def _clone(self) -> None:
        primary, replica = self._nodes["primary"], self._nodes["replica"]
        replica.stop()
        with self._connect("postgres") as connection:
            clone(replica, primary, connection, self._programs, self._account, self._password_file)

    def _follow(self) -> None:
        replica = self._nodes["replica"]
        ports = self._ports()
        settings = replica_settings(ports["primary"], self._password_file)
        replica.configure(ports["replica"], settings, durable=self.durable)
        replica.start()
        try:
            with self._connect("postgres", "replica") as standby, self._connect("postgres") as source:
                wait_until_streaming(standby, source)
        except psycopg.OperationalError as error:
            raise Unavailable("The replica does not answer.") from error

    def _connect(self, database: str, node: NodeName = "primary") -> Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self._ports()[node],
            dbname=database,
            user=ADMIN,
            password=self._passwords()[ADMIN],
            connect_timeout=10,
            autocommit=True,
        )

    def _passwords(self) -> dict[str, str]:
        passwords: dict[str, str] = self._read("passwords.json")
        return passwords

    def _ports(self) -> dict[NodeName, int]:
        ports: dict[NodeName, int] = self._read("ports.json")
        return ports

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self.state / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise Unavailable(f"The local database has not been started yet in {self.state}: run `make run`.") from None
        except PermissionError:
            raise UserError(f"The state folder {self.state} belongs to another account.") from None


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner may read: whole, or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
    return path


def _script(name: str) -> bytes:
    return (DEPLOY / name).read_bytes()
