"""Filling an empty database with invented leads and all that belongs to them, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import create_engine, make_url

from aurum_data.actions.rollups import ROLLUPS
from aurum_data.clock import now, today
from aurum_data.errors import Conflict, UserError
from aurum_data.sample import (
    arrivals,
    bulk,
    conversations,
    duplicates,
    exports,
    funnel,
    logs,
    office,
    privacy,
    requests,
    scoring,
    statements,
)
from aurum_data.sample.acquisition import write_costs
from aurum_data.sample.bare import bare
from aurum_data.sample.lanes import Outcome, making, write_leads, write_usage
from aurum_data.sample.leads import LEADS
from aurum_data.sample.people import ensure_people
from aurum_data.sample.world import Order, World, make_world
from aurum_data.sample.write import Batch, Copier
from aurum_data.security.encryption import Keyring, get_keyring
from aurum_data.settings import Settings

VIEWS = ("mv_daily_revenue_summary", "mv_platform_performance_summary")
# Tables with many rows per lead; all empty before, since they belong to leads.
LARGE = [
    into.name
    for into in (
        LEADS, conversations.SESSIONS, conversations.MESSAGES, scoring.ANALYSES, scoring.HISTORY, funnel.STATUSES,
        funnel.NOTES, funnel.CALLS, exports.EXPORTS, exports.MAPPINGS, exports.PLATFORM_IDS, exports.LEDGER,
        privacy.CONSENTS, privacy.EVENTS, statements.LINES, duplicates.CANDIDATES,
    )
]  # fmt: skip

Progress = Callable[[str], None]


def ensure_sample(settings: Settings, progress: Callable[[str], None] = print) -> None:
    """What `make run` calls: people, and leads once. Does nothing on data that are there."""
    if settings.production:
        return
    _people(settings)
    with psycopg.connect(_plain(_owner_url(settings))) as connection:
        filled = _has_leads(connection)
    if not filled and settings.leads:
        generate(_owner_url(settings), leads=settings.leads, seed=1, keyring=get_keyring(), progress=progress)


def fill(settings: Settings, *, leads: int, seed: int, progress: Callable[[str], None] = print) -> dict[str, int]:
    """The command `sample`. Raises UserError on a production pair, Conflict when there are leads already."""
    if settings.production:
        raise UserError(
            "Sample data are never written to a production pair. Unset AURUM_PRIMARY_URL to use the local one."
        )
    _people(settings)
    return generate(_owner_url(settings), leads=leads, seed=seed, keyring=get_keyring(), progress=progress)


def generate(
    url: str, *, leads: int, seed: int, keyring: Keyring, progress: Progress, until: date | None = None
) -> dict[str, int]:
    """Write `leads` leads and everything that belongs to them; rows written, by table.

    `url` is the owner's. The same (leads, seed, until) give the same rows, but for nonces, hashes and the ids of the
    people. `until` is the last New York day, today by default; the history ends with it, or with the last full
    hour when it is today. All in one transaction: stopped half-way, nothing stays. The rollups are marked as out of
    date and left to the worker. Raises UserError and Conflict.
    """
    until = until or today()
    if leads < 1:
        raise UserError("The number of sample leads must be at least 1.")
    order = Order(_plain(url), leads, seed, until, arrivals.end_of_history(until, now()), keyring)
    started = time.monotonic()
    with psycopg.connect(order.url) as connection:
        if _has_leads(connection):
            raise Conflict("There are leads in this database already: sample data are only written to an empty one.")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # a machine may be slow, or sleep
        copier = Copier(connection, fresh=LARGE)
        batch = Batch()
        world = make_world(connection, order, batch)
        with making(order) as lanes:
            connection.execute("SELECT aurum_make_partitions(%s, %s)", [arrivals.first_day(until), until])
            copier.write(batch)
            with bare(connection, LARGE):
                outcome = write_leads(order, lanes, copier, progress)
                progress(f"      what belongs to no single lead, after {time.monotonic() - started:.0f} s")
                _afterwards(connection, copier, world, outcome)
                progress(f"      indexes and foreign keys, after {time.monotonic() - started:.0f} s")
        connection.commit()
        for view in VIEWS:
            connection.execute(f"REFRESH MATERIALIZED VIEW {view}")
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")
    total = sum(copier.written.values())
    progress(f"      {total:,} rows in {time.monotonic() - started:.0f} s")
    return dict(sorted(copier.written.items()))


def _afterwards(connection: psycopg.Connection[Any], copier: Copier, world: World, outcome: Outcome) -> None:
    """Rows that sum up or surround the leads."""
    batch = Batch({requests.REQUESTS: []})
    requests.write_requests(world, outcome, copier.written["leads"], batch)
    requests.write_holds_and_runs(world, outcome.recent, batch)
    logs.write_logs(world, batch)
    office.write_office(world, outcome.imports, batch)
    bulk.write_bulk(world, outcome.recent, batch)
    copier.write(batch)
    write_usage(world, outcome, copier)
    maya: UUID = world.people["maya"]
    write_costs(connection, copier, world.rng, world.sources, world.first, world.until)
    statements.write_statements(connection, copier, world.rng, world.keyring, world.platforms, world.end, maya)
    wordings = Batch()
    privacy.write_wordings(world, wordings)
    copier.write(wordings)
    connection.execute(
        """
        UPDATE b2b_platforms p SET last_success_at = e.good, last_error_at = e.bad
        FROM (SELECT platform_id, max(answered_at) AS good, max(sent_at) FILTER (WHERE error_code IS NOT NULL) AS bad
              FROM lead_exports GROUP BY platform_id) e
        WHERE e.platform_id = p.id
        """
    )
    connection.execute(
        """
        INSERT INTO rollup_changes (rollup, date)
        SELECT rollup, day::date FROM unnest(%s::text[]) AS rollup, generate_series(%s::date, %s::date, '1 day') AS day
        ON CONFLICT DO NOTHING
        """,
        [list(ROLLUPS), world.first, world.until],
    )


def _people(settings: Settings) -> None:
    engine = create_engine(_owner_url(settings))
    try:
        with engine.begin() as connection:
            ensure_people(connection, settings.home)
    finally:
        engine.dispose()


def _owner_url(settings: Settings) -> str:
    if settings.owner_url is None:
        raise UserError("Set AURUM_OWNER_URL: sample data are written as the owner of the tables.")
    return settings.owner_url


def _plain(url: str) -> str:
    """The URL as psycopg itself takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _has_leads(connection: psycopg.Connection[Any]) -> bool:
    found = connection.execute("SELECT EXISTS (SELECT FROM leads)").fetchone()
    return bool(found and found[0])
