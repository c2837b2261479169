"""The worker's tasks and when they run.

Each task is one transaction or several small ones, and may be killed at any point and run again to the same effect.
A task has one lock: it neither piles up in the queue while the worker is busy, nor runs beside itself.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aurum_data.actions.assignment import run_rules
from aurum_data.actions.core import SYSTEM, refuse_when_frozen
from aurum_data.actions.error_log import log_error
from aurum_data.errors import ReadOnly, Unavailable
from aurum_data.jobs import (
    bulk,
    callbacks,
    consents,
    duplicates,
    health,
    links,
    maintenance,
    queue,
    rollups,
    sealed,
    views,
)
from aurum_data.rules.identity import LinkPurpose
from aurum_data.settings import Settings

LOGGER = logging.getLogger("aurum.jobs")
HEARTBEAT_SECONDS = 3.0
SILENT_SECONDS = 12.0  # a worker silent for so long is dead: its jobs are taken up again


@dataclass(frozen=True)
class Servers:
    """What the tasks work on: the primary as aurum_jobs, and the replica as the reader (None: there is none)."""

    primary: Engine
    replica: Engine | None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction on the primary, committed at the end."""
        with Session(self.primary) as session, session.begin():
            yield session


def process_changes(servers: Servers, _at: datetime) -> None:
    """Roll up the days that changed, batch by batch until none is left."""
    done = 1
    while done:
        with servers.transaction() as session:
            done = rollups.process_changes(session)


def refresh_views(servers: Servers, _at: datetime) -> None:
    """Refresh the materialized views, each in its own transaction."""
    for view in views.VIEWS:
        with servers.transaction() as session:
            views.refresh_view(session, view)


def count_consents(servers: Servers, _at: datetime) -> None:
    """Count the consents of every kind and state, and those of every wording."""
    with servers.transaction() as session:
        consents.count_consents(session)


def count_sealed(servers: Servers, _at: datetime) -> None:
    """Count the encrypted values under each key version."""
    with servers.transaction() as session:
        sealed.count_sealed(session)


def make_partitions(servers: Servers, _at: datetime) -> None:
    """Make the partitions of the coming months."""
    with servers.transaction() as session:
        maintenance.make_partitions(session)


def drop_security_events(servers: Servers, _at: datetime) -> None:
    """Forget security events that are past their time."""
    with servers.transaction() as session:
        maintenance.drop_security_events(session)


def sample_servers(servers: Servers, at: datetime) -> None:
    """Sample both servers; a replica that does not answer leaves a gap."""
    with servers.transaction() as session:
        health.store_samples(session, "primary", at, health.measure(session))
    if servers.replica is None:
        return
    try:
        with Session(servers.replica) as session:
            measurements = health.measure(session)
    except DBAPIError:
        LOGGER.warning("the replica does not answer: no sample of it")
        return
    with servers.transaction() as session:
        health.store_samples(session, "replica", at, measurements)


def check_platforms(servers: Servers, at: datetime) -> None:
    """Check the platforms by their latest deliveries, which changes how they stand: not while all is read-only."""
    with suppress(ReadOnly), servers.transaction() as session:
        refuse_when_frozen(session)
        health.check_platforms(session, at)


def remind_of_callbacks(servers: Servers, at: datetime) -> None:
    """Tell people of callbacks that came due, batch by batch."""
    told = callbacks.BATCH
    while told == callbacks.BATCH:
        with servers.transaction() as session:
            told = callbacks.remind_of_callbacks(session, at)


def assign_new_leads(servers: Servers, _at: datetime) -> None:
    """Give new leads to people as the rules say, batch by batch: not while all is read-only."""
    given = 1
    with suppress(ReadOnly):
        while given:
            with servers.transaction() as session:
                given = run_rules(session, SYSTEM)


def forget_expired(servers: Servers, _at: datetime) -> None:
    """Delete limits, links, tickets, known browsers, refused rows and the like that have run out."""
    with servers.transaction() as session:
        links.forget_expired(session)


def find_duplicates(servers: Servers, _at: datetime) -> None:
    """Look for leads that may be the same person; not while all is read-only, which the next night makes good."""
    with suppress(ReadOnly):
        duplicates.find_duplicates(servers)


# Five fields of cron, in UTC, and a sixth for seconds. A change must reach its chart within a minute.
SCHEDULE: dict[str, tuple[str, Callable[[Servers, datetime], None]]] = {
    "process_changes": ("* * * * * */20", process_changes),
    "sample_servers": ("* * * * *", sample_servers),
    "remind_of_callbacks": ("* * * * *", remind_of_callbacks),
    "assign_new_leads": ("* * * * *", assign_new_leads),
    "check_platforms": ("*/5 * * * *", check_platforms),
    "refresh_views": ("*/10 * * * *", refresh_views),
    "count_consents": ("5-59/10 * * * *", count_consents),
    "count_sealed": ("25 * * * *", count_sealed),
    "find_duplicates": ("35 6 * * *", find_duplicates),
    "make_partitions": ("15 7 * * *", make_partitions),
    "forget_expired": ("25 7 * * *", forget_expired),
    "drop_security_events": ("25 7 * * *", drop_security_events),
}
RETRY_STALLED, DELETE_OLD = "retry_stalled_jobs", "delete_old_jobs"
HOUSEKEEPING = {RETRY_STALLED: "* * * * * */15", DELETE_OLD: "40 * * * *"}


def make_app(settings: Settings) -> App:
    """The application with all tasks, working as aurum_jobs. Raises Unavailable when AURUM_JOBS_URL is not set."""
    if settings.jobs_url is None:
        raise Unavailable("The worker needs AURUM_JOBS_URL: the primary, as aurum_jobs.")
    arguments = {"prepare_threshold": None, "connect_timeout": 3, "application_name": "aurum-worker"}
    url = make_url(settings.jobs_url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url, kwargs=arguments, min_size=1, max_size=6, timeout=10))
    servers = Servers(
        create_engine(settings.jobs_url, connect_args=arguments, pool_pre_ping=True),
        create_engine(settings.replica_url, connect_args=arguments, pool_pre_ping=True)
        if settings.replica_url
        else None,
    )
    for name, (cron, run) in SCHEDULE.items():
        _schedule(app, servers, name, cron, run)
    _add_housekeeping(app)

    @app.task(name=queue.ANALYZE_TABLE, retry=RetryStrategy(max_attempts=3, wait=10))
    def analyze_table(table: str) -> None:
        with _logged(servers, queue.ANALYZE_TABLE), servers.transaction() as session:
            maintenance.analyze_table(session, table)

    # A mail server may be away for an hour; each try waits a minute longer than the one before.
    later = RetryStrategy(max_attempts=12, wait=30, linear_wait=60, retry_exceptions={Unavailable})

    @app.task(name=queue.SEND_LINK, retry=later)
    def send_link(user_id: str, purpose: str) -> None:
        with _logged(servers, queue.SEND_LINK):
            links.send_link(servers, settings, UUID(user_id), LinkPurpose(purpose))

    # While everything is frozen, or the primary is away, it waits: for a night if need be.
    patiently = RetryStrategy(max_attempts=2000, wait=30, retry_exceptions=set(bulk.PASSING))

    @app.task(name=queue.RUN_BULK_OPERATION, retry=patiently)
    def run_bulk_operation(operation_id: str) -> None:
        with _logged(servers, queue.RUN_BULK_OPERATION):
            bulk.run_operation(servers, UUID(operation_id))

    return app


def _schedule(app: App, servers: Servers, name: str, cron: str, run: Callable[[Servers, datetime], None]) -> None:
    @app.periodic(cron=cron)
    @app.task(name=name, lock=name, queueing_lock=name)
    def task(timestamp: int) -> None:
        with _logged(servers, name):
            run(servers, datetime.fromtimestamp(timestamp, UTC))


def _add_housekeeping(app: App) -> None:
    # No lock: a killed one must not keep the next one from taking it up.
    @app.periodic(cron=HOUSEKEEPING[RETRY_STALLED])
    @app.task(name=RETRY_STALLED, queueing_lock=RETRY_STALLED)
    async def retry_stalled_jobs(timestamp: int) -> None:  # noqa: ARG001 - given to every periodic task
        await maintenance.retry_stalled_jobs(app, SILENT_SECONDS)

    @app.periodic(cron=HOUSEKEEPING[DELETE_OLD])
    @app.task(name=DELETE_OLD, queueing_lock=DELETE_OLD)
    async def delete_old_jobs(timestamp: int) -> None:  # noqa: ARG001
        await maintenance.delete_old_jobs(app)


@contextmanager
def _logged(servers: Servers, task: str) -> Iterator[None]:
    """Write an error of a task to the error log, without the values it worked on, and let it go on its way."""
    try:
        yield
    except ReadOnly:
        raise  # a switch was set: no error of ours
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        location = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
        try:
            with servers.transaction() as session:
                error_id = secrets.token_hex(4)
                log_error(session, error_id=error_id, component=f"job {task}", error=error, location=location)
        except DBAPIError:
            LOGGER.warning("the error of %s could not be written to the error log", task)
        raise
