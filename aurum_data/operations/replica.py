"""Keeps the local replica a true copy: clones it, and says when it must be cloned again."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import psycopg

from aurum_data.errors import Unavailable
from aurum_data.operations.account import Account
from aurum_data.operations.node import Node
from aurum_data.operations.programs import Programs

SLOT = "replica1"
CLONE_SECONDS = 3600
STALL_SECONDS = 15

Connection = psycopg.Connection[tuple[object, ...]]


def replica_settings(primary_port: int, password_file: Path) -> str:
    """The lines of the replica's configuration that make it follow the primary."""
    conninfo = _quoted(_conninfo(primary_port, password_file), escaped_quote="''")
    return f"primary_conninfo = {conninfo}\nprimary_slot_name = '{SLOT}'\n"


def _conninfo(primary_port: int, password_file: Path) -> str:
    passfile = _quoted(str(password_file), escaped_quote="\\'")
    source = f"host=127.0.0.1 port={primary_port} user=aurum_replication"
    return f"{source} application_name={SLOT} passfile={passfile}"


def _quoted(text: str, *, escaped_quote: str) -> str:
    # Connection strings and postgresql.conf both double a backslash, but differ in how they write a quote.
    escaped = text.replace("\\", "\\\\").replace("'", escaped_quote)
    return f"'{escaped}'"


def may_follow(replica: Node, primary_connection: Connection) -> bool:
    """Whether the replica's folder can go on from where it is: a standby whose slot still keeps its place.

    A promoted node has lost `standby.signal`; started, it would be a second primary.
    """
    if not (replica.data / "standby.signal").is_file() or not (replica.data / "PG_VERSION").is_file():
        return False
    slot = primary_connection.execute(
        "select wal_status from pg_replication_slots where slot_name = %s", (SLOT,)
    ).fetchone()
    return slot is not None and slot[0] != "lost"


def clone(
    replica: Node,
    primary: Node,
    primary_connection: Connection,
    programs: Programs,
    account: Account,
    password_file: Path,
) -> None:
    """Make the stopped replica's folder anew, as a copy of the running primary, with a new slot.

    Raises Unavailable with what pg_basebackup said.
    """
    _renew_slot(primary_connection)
    unfinished = replica.data.with_name(f"{replica.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [
        programs.path("pg_basebackup"),
        "-D",
        str(unfinished),
        "-d",
        _conninfo(primary.port, password_file),
    ]
    command += ["-S", SLOT, "-X", "stream", "-c", "fast"]
    result = account.run(command, timeout=CLONE_SECONDS)
    if result.returncode != 0:
        raise Unavailable(f"The replica could not be copied from the primary: {result.stdout.strip()[-500:]}")
    account.own(_touch(unfinished / "standby.signal"))
    shutil.rmtree(replica.data, ignore_errors=True)
    unfinished.rename(replica.data)


def _touch(path: Path) -> Path:
    path.touch(mode=0o600)
    return path


def _renew_slot(connection: Connection) -> None:
    connection.execute(
        "select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = %s",
        (SLOT,),
    )
    connection.execute(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = %s", (SLOT,)
    )
    connection.execute("select pg_create_physical_replication_slot(%s, true)", (SLOT,))


def wait_until_streaming(standby: Connection, primary: Connection) -> None:
    """Return once the replica streams from the primary.

    Raises Unavailable when it is no standby, or neither streams nor replays anything new for some seconds: it
    has diverged, or belongs to another primary.
    """
    last_replayed: object = None
    deadline = time.monotonic() + STALL_SECONDS
    while time.monotonic() < deadline:
        row = standby.execute("select pg_is_in_recovery(), pg_last_wal_replay_lsn()::text").fetchone()
        if row is None or not row[0]:
            break
        if is_streaming(primary):
            return
        if row[1] != last_replayed:
            last_replayed, deadline = row[1], time.monotonic() + STALL_SECONDS
        time.sleep(0.05)
    raise Unavailable("The replica does not follow the primary.")


def is_streaming(primary_connection: Connection) -> bool:
    """Whether the replica receives the primary's changes as they happen."""
    statement = "select from pg_stat_replication where application_name = %s and state = 'streaming'"
    return primary_connection.execute(statement, (SLOT,)).rowcount == 1
