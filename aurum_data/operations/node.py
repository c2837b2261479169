"""One PostgreSQL server of the local pair: its configuration, its process, its recovery after a crash."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import time
from pathlib import Path

import psutil

from aurum_data.errors import Unavailable
from aurum_data.operations.account import Account
from aurum_data.operations.processes import end_of_log, roll_log
from aurum_data.operations.programs import Programs

START_SECONDS = 600  # crash recovery replays up to max_wal_size of log before it answers
STOP_SECONDS = 60
ORPHAN_SECONDS = 30
KILL_SECONDS = 10

# Tuned for a developer's machine of 2 cores and 8 GB or more. Why, where it is not the usual advice:
CONFIGURATION = """\
# Written at every start of the local pair; changes made here are lost. ALTER SYSTEM is kept.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''        # socket paths are limited to 100 bytes and their folder needs guarding
max_connections = 150
shared_preload_libraries = 'pg_stat_statements'
shared_buffers = 512MB
effective_cache_size = 4GB
work_mem = 32MB
maintenance_work_mem = 256MB
max_parallel_workers = 2
max_parallel_maintenance_workers = 2
random_page_cost = 1.1
jit = off                           # compiling costs more than our short queries take
io_method = worker
track_io_timing = on
track_activity_query_size = 4096
pg_stat_statements.max = 5000
wal_level = replica
wal_compression = pglz
max_wal_size = 2GB                  # also bounds the time of crash recovery
checkpoint_timeout = 10min
max_slot_wal_keep_size = 4GB        # a dead replica must not fill the disk; it is cloned again
summarize_wal = on                  # for incremental backups
hot_standby_feedback = on
max_standby_streaming_delay = 30s
idle_in_transaction_session_timeout = 10min
password_encryption = scram-sha-256
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d/%a '
log_min_duration_statement = 1s
log_lock_waits = on
log_temp_files = 32MB
# The log must not hold anybody's name or phone number: no parameters, no row contents (DETAIL, CONTEXT).
log_parameter_max_length = 0
log_error_verbosity = terse
"""

FAST_AND_LOSABLE = """\
fsync = off
full_page_writes = off
wal_compression = off
"""

HOST_BASED_ACCESS = """\
# Written at every start of the local pair. Passwords only, from this machine only.
host all all 127.0.0.1/32 scram-sha-256
host replication aurum_replication 127.0.0.1/32 scram-sha-256
"""


class PortTaken(Unavailable):
    """Another program took the port between choosing and using it."""


class Node:
    """One server. Its data folder is `folder/name`, owned by `account`."""

    def __init__(self, name: str, folder: Path, programs: Programs, account: Account) -> None:
        self.name = name
        self.data = folder / name
        self.log = folder / f"{name}.log"
        self.cluster_name = f"aurum {name} {hashlib.sha256(os.fsencode(self.data)).hexdigest()[:8]}"
        self.port = 0
        self._programs = programs
        self._account = account

    def configure(self, port: int, settings: str, *, durable: bool) -> None:
        """Write the server's configuration files. `settings` are lines for this node only."""
        self.port = port
        lines = [CONFIGURATION, "" if durable else FAST_AND_LOSABLE, f"port = {port}\n"]
        lines.append(f"cluster_name = '{self.cluster_name}'\n{settings}")
        self._write("postgresql.conf", "".join(lines))
        self._write("pg_hba.conf", HOST_BASED_ACCESS)

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        self._account.own(path)

    def start(self) -> None:
        """Start the server and wait until it answers. A server of an earlier run is stopped first.

        Raises PortTaken, or Unavailable with the end of the server's log.
        """
        self.stop()
        self._forget_dead_server()
        roll_log(self.log)
        options = ["-w", "-t", str(START_SECONDS), "-l", str(self.log)]
        result = self._control("start", *options, timeout=START_SECONDS + 30)
        if result != 0:
            if not port_is_free(self.port):
                raise PortTaken(f"Port {self.port} is in use by another program.")
            raise Unavailable(f"The {self.name} server did not start. The end of {self.log}:\n{end_of_log(self.log)}")

    def stop(self) -> None:
        """Stop the server, its clients disconnected; nothing if it does not run."""
        if self.running() and self._control("stop", "-m", "fast", "-w", "-t", str(STOP_SECONDS)) != 0:
            self._control("stop", "-m", "immediate", "-w", "-t", str(STOP_SECONDS))
        if self.running():
            self.kill()

    def kill(self) -> None:
        """SIGKILL every process of this server at once, as a crash would."""
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._wait_until_gone(KILL_SECONDS)

    def running(self) -> bool:
        """Whether this server's main process lives."""
        return any(self._is_main(process.info["cmdline"]) for process in self._processes())

    def _control(self, action: str, *options: str, timeout: float = STOP_SECONDS + 30) -> int:
        command = [self._programs.path("pg_ctl"), action, "-D", str(self.data), *options]
        return self._account.run(command, timeout=timeout).returncode

    def _processes(self) -> list[psutil.Process]:
        """Living processes of this server: the main one names its data folder, the others `cluster_name`.

        Command lines can be read for any process; working folders cannot, by root in most containers.
        """
        title = f"postgres: {self.cluster_name}:"
        return [
            process
            for process in psutil.process_iter(["cmdline", "status"])
            if (command := process.info["cmdline"])
            and process.info["status"] != psutil.STATUS_ZOMBIE
            and (self._is_main(command) or " ".join(command).startswith(title))
        ]

    def _is_main(self, command: list[str]) -> bool:
        return Path(command[0]).name == "postgres" and str(self.data) in command

    def _wait_until_gone(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._processes() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _forget_dead_server(self) -> None:
        """Clear what a server that was killed leaves behind.

        PostgreSQL refuses to start while the process id in its lock file exists, though that may be a zombie
        that nobody collects, or another program by now. The file may go once no process of the server is
        left: its children notice that their parent died, a busy one only after its statement.
        """
        self._wait_until_gone(ORPHAN_SECONDS)
        self.kill()
        (self.data / "postmaster.pid").unlink(missing_ok=True)


def free_port() -> int:
    """A port on 127.0.0.1 that the operating system says is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False  # some systems let a second program bind beside a listener on all addresses
    with socket.socket() as probe:
        # As servers do: connections of an earlier run that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
