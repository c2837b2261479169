"""`make run`: the database pair, the worker and the dashboard, started, watched and stopped.

With AURUM_PRIMARY_URL set, the servers named there are used as they are: nothing local is started, nothing is
migrated and no sample data is written.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.database import get_database
from aurum_data.errors import AurumError, Unavailable, UserError
from aurum_data.operations.cluster import LocalPair, NodeName
from aurum_data.operations.local import adopt
from aurum_data.operations.migrations import current, heads, upgrade
from aurum_data.operations.node import port_is_free
from aurum_data.operations.processes import Children, end_of_log
from aurum_data.security.encryption import keys_problem, make_key_file
from aurum_data.settings import PROJECT_ROOT, Settings

WEB, WORKER = "dashboard", "worker"
READY_SECONDS = 60
WATCH_SECONDS = 2
RESTART_PAUSE_SECONDS = 10
RESTARTS, RESTART_WINDOW_SECONDS = 5, 600
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings) -> int:
    """Run everything until a signal or a failure; the exit code of the command."""
    supervisor = Supervisor(settings)
    with _signals_interrupt():
        try:
            supervisor.start()
            supervisor.watch()
        except KeyboardInterrupt:
            _say("Stopping.")
            return 0
        except AurumError as error:
            print(error.message, file=sys.stderr, flush=True)
            return 1
        finally:
            supervisor.stop()


@contextlib.contextmanager
def _signals_interrupt() -> Iterator[None]:
    """The first signal raises KeyboardInterrupt; further ones do not disturb the stopping."""

    def interrupt(_number: int, _frame: object) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Supervisor:
    """Starts, watches and stops the parts of one run."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.pair = LocalPair(settings.home, settings.pg_bin)
        self.children = Children(self.pair.state)
        shown = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
        self.address = (shown, settings.port)

    def start(self) -> None:
        """Everything up to the line `Ready:`. Raises UserError or Unavailable."""
        self.pair.acquire()
        for name in self.children.end_those_of_a_killed_run():
            _say(f"Ended the {name} that an earlier run had left behind.")
        if not port_is_free(self.settings.port):
            raise UserError(
                f"Port {self.settings.port} is in use by another program. "
                "Set AURUM_PORT to a free one, for example: AURUM_PORT=8502 make run"
            )
        serving = [("Starting the worker", self._start_worker), ("Starting the dashboard", self._start_web)]
        if self.settings.production:
            steps = [("Checking the version of the database", self._check_version), *serving]
        else:
            steps = [
                ("Starting PostgreSQL: a primary and its replica", self._start_pair),
                ("Migrating the database", self._migrate),
                ("Loading the NYC reference data", self._load_reference),
                ("Loading the sample data", self._load_sample),
                *serving,
            ]
        for number, (title, step) in enumerate(steps, start=1):
            _say(f"[{number}/{len(steps)}] {title}")
            step()
        if problem := keys_problem():
            _say(f"Attention: {problem}")
        get_database().dispose()
        _say(f"Ready: http://{self.address[0]}:{self.address[1]}")
        if not self.settings.production:
            self._tell_people()
        _say(f"Logs: {self.pair.state / 'logs'}. Ctrl-C stops everything.")

    def watch(self) -> NoReturn:
        """Stay until a signal or the dashboard's death (Unavailable) ends it; restart the rest."""
        watched = [Watched(WORKER, lambda: self.children.alive(WORKER), self._start_worker)]
        if not self.settings.production:
            watched += [self._watched_node("primary"), self._watched_node("replica")]
        while self.children.alive(WEB):
            time.sleep(WATCH_SECONDS)
            for part in watched:
                part.look()
        raise self._died(WEB)

    def stop(self) -> None:
        """Stop what runs, last started first."""
        for name in (WEB, WORKER):
            self.children.stop(name)
        self.pair.stop()

    def _watched_node(self, name: NodeName) -> Watched:
        return Watched(f"{name} database", lambda: self.pair.running(name), lambda: self.pair.start_node(name))

    def _start_pair(self) -> None:
        _say(f"      in {self.pair.state}")
        if self.pair.status().primary == "not created" and self.settings.keys is None:
            # Never later: fresh keys beside old rows would hide that the keys of those rows are lost.
            make_key_file(self.settings.key_file or self.pair.state / "keys.json")
        self.pair.start()
        self.settings = adopt(self.settings, self.pair)

    def _migrate(self) -> None:
        upgrade(self._owner_url())

    def _load_reference(self) -> None:
        from aurum_data.reference.load import load_reference  # noqa: PLC0415 (not in a production run)

        engine = create_engine(self._owner_url())
        with engine.begin() as connection:
            written = sum(load_reference(connection).values())
        engine.dispose()
        _say(f"      {written:,} rows written")

    def _load_sample(self) -> None:
        from aurum_data.jobs.consents import count_consents  # noqa: PLC0415
        from aurum_data.jobs.rollups import roll_up_all  # noqa: PLC0415
        from aurum_data.sample.generate import ensure_sample  # noqa: PLC0415

        ensure_sample(self.settings, _say)
        engine = create_engine(self._owner_url())
        try:
            with Session(engine) as session:
                # The worker would do this too, but the first visitor should find figures.
                if session.scalar(text("SELECT NOT EXISTS (SELECT FROM rollup_stamps)")):
                    _say("      rolling up the figures")
                    roll_up_all(session)
                    count_consents(session)
                    session.commit()
        finally:
            engine.dispose()

    def _owner_url(self) -> str:
        if self.settings.owner_url is None:
            raise RuntimeError("the local pair was not started")
        return self.settings.owner_url

    def _check_version(self) -> None:
        found, needed = current(str(self.settings.primary_url)), heads()
        if found != needed:
            raise UserError(
                f"The database is at schema version {found or 'none'}, this program needs {needed}. "
                "Run `python -m aurum_data migrate` with AURUM_OWNER_URL set."
            )

    def _start_worker(self) -> None:
        self.children.start(WORKER, [sys.executable, "-m", "aurum_data", "worker"], _environment("AURUM_OWNER_URL"))

    def _start_web(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", str(PROJECT_ROOT / "app.py")]
        command += ["--server.address", self.settings.host, "--server.port", str(self.settings.port)]
        command += ["--server.headless", "true"]
        self.children.start(WEB, command, _environment("AURUM_OWNER_URL", "AURUM_JOBS_URL", "AURUM_SMTP_URL"))
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if not self.children.alive(WEB):
                raise self._died(WEB)
            if time.monotonic() > deadline:
                raise Unavailable(f"The dashboard does not answer. {self._log_of(WEB)}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(*self.address, timeout=2)
        try:
            connection.request("GET", "/_stcore/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _died(self, name: str) -> Unavailable:
        code = self.children.running[name].returncode
        return Unavailable(f"The {name} has stopped (exit code {code}). {self._log_of(name)}")

    def _log_of(self, name: str) -> str:
        log = self.children.log(name)
        return f"The end of {log}:\n{end_of_log(log)}"

    def _tell_people(self) -> None:
        from aurum_data.sample.people import sample_people  # noqa: PLC0415

        _say("\nSign in as")
        for person in sample_people(self.settings):
            _say(f"  {person.username:<12} {person.role:<12} {person.password}")
        _say("One-time codes, where one is asked for: .venv/bin/python -m aurum_data people\n")


@dataclass
class Watched:
    """A part that is started again when it dies, after a pause, and not for ever.

    The pause keeps a part that dies at once from eating the machine; meanwhile the dashboard does without it.
    """

    name: str
    alive: Callable[[], bool]
    start: Callable[[], None]
    due: float | None = None
    restarts: list[float] = field(default_factory=list)
    given_up: bool = False

    def look(self) -> None:
        """Notice a death, and start the part again once its pause is over."""
        now = time.monotonic()
        if self.given_up or self.alive():
            self.due = None
        elif self.due is None:
            self.restarts = [at for at in self.restarts if now - at < RESTART_WINDOW_SECONDS]
            if len(self.restarts) >= RESTARTS:
                self.given_up = True
                _say(f"The {self.name} has stopped {RESTARTS} times: it stays stopped until the next run.")
            else:
                self.due = now + RESTART_PAUSE_SECONDS
                _say(f"The {self.name} has stopped. It is started again in {RESTART_PAUSE_SECONDS} seconds.")
        elif now >= self.due:
            self.due = None
            self.restarts.append(now)
            try:
                self.start()
            except Unavailable as error:
                _say(error.message)


def _environment(*without: str) -> dict[str, str]:
    """The environment of a child, less the secrets that it has no use for."""
    return {name: value for name, value in os.environ.items() if name not in without} | {"PYTHONUNBUFFERED": "1"}


def _say(text: str) -> None:
    print(text, flush=True)
