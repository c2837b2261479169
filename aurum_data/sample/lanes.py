"""Leads with their stories, made by two processes side by side and written by this one.

Each process makes every second lead, from draws of its own: the leads depend on the order alone, not on how fast
either process is. What they share is split before: each lets a platform take half of its daily cap, and duplicates
repeat leads of the same process.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import zip_longest
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import psycopg

from aurum_data.errors import Unavailable
from aurum_data.sample import arrivals, duplicates, funnel, leads, privacy, sessions, statements
from aurum_data.sample.draws import Draws, day_ms, usd, uuid7
from aurum_data.sample.leads import LEADS, Story
from aurum_data.sample.world import Erasure, ImportedFile, Order, World, make_world
from aurum_data.sample.write import Batch, Copier, Packed, Packer, table

LANES = 2
BATCH = 2_500  # leads of a lane that are written at a time
USAGE_DAYS = 365  # of use of incentives that is counted
USAGE = table("nyc_incentive_usage", "id incentive_code zip_code date lead_count estimated_value_usd")
IDEMPOTENCY = table("lead_idempotency_keys", "idempotency_key lead_ref created_at")


@dataclass(slots=True)
class Outcome:
    """What is known once leads are made: some recent ones, and what is summed up over them."""

    recent: list[Story] = field(default_factory=list)
    erasures: list[Erasure] = field(default_factory=list)
    imports: list[tuple[date, ImportedFile]] = field(default_factory=list)
    usage: dict[tuple[str, str, date], tuple[int, int]] = field(default_factory=dict)

    def add(self, other: Outcome) -> None:
        """Take in another lane's."""
        self.recent += other.recent
        self.erasures += other.erasures
        self.imports += other.imports
        for key, (count, cents) in other.usage.items():
            before = self.usage.get(key, (0, 0))
            self.usage[key] = (before[0] + count, before[1] + cents)


@contextmanager
def making(order: Order) -> Iterator[list[Connection]]:
    """Processes that make the leads for as long as the block lasts, and the pipes they send through.

    They are started afresh, since a fork would copy locks of other threads.
    """
    context = multiprocessing.get_context("spawn")
    plain = replace(order, keyring=replace(order.keyring))  # a keyring in use holds ciphers, which cannot travel
    pipes, processes = [], []
    try:
        for lane in range(LANES):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_run, args=(plain, lane, there), name=f"lane {lane}", daemon=True)
            process.start()
            there.close()
            pipes.append(here)
            processes.append(process)
        yield pipes
    finally:
        for process in processes:
            process.terminate()
            process.join()


def write_leads(order: Order, lanes: list[Connection], copier: Copier, progress: Callable[[str], None]) -> Outcome:
    """Write all leads and everything that belongs to one lead. Raises what goes wrong in a lane."""
    whole, done = Outcome(), 0
    for messages in zip_longest(*map(_received, lanes)):
        for message in messages:
            if isinstance(message, Outcome):
                whole.add(message)
            for packed in message if isinstance(message, list) else ():
                copier.send(packed)
        if copier.written[LEADS.name] > done:
            done = copier.written[LEADS.name]
            progress(f"      {done:,} of {order.leads:,} leads")
    return whole


def write_usage(world: World, outcome: Outcome, copier: Copier) -> None:
    """How often each incentive applied, by ZIP code and day."""
    copier.copy(
        USAGE,
        (
            (uuid7(world.rng, day_ms(day)), code, zip_code, day, count, usd(cents))
            for (code, zip_code, day), (count, cents) in outcome.usage.items()
        ),
    )


def _received(pipe: Connection) -> Iterator[list[Packed] | Outcome]:
    """What a lane sends, up to its outcome."""
    while True:
        try:
            message: Any = pipe.recv()
        except (EOFError, OSError):  # between two messages, or within one
            raise Unavailable("A process that makes sample data was ended before its work was done.") from None
        if isinstance(message, Exception):
            raise message
        yield message
        if isinstance(message, Outcome):
            return


def _run(order: Order, lane: int, pipe: Connection) -> None:
    """The main function of a lane's process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that writes hears it, and ends this one
    gc.disable()  # the stories hold no cycles, and the search for some takes a third of the time
    try:
        with psycopg.connect(order.url, autocommit=True) as connection:
            for message in _make(connection, order, lane):
                pipe.send(message)
    except BrokenPipeError:
        return  # nobody is there to write any more
    except Exception as error:  # noqa: BLE001 - raised again where the rows are written
        error.add_note(traceback.format_exc())
        pipe.send(error)


def _make(connection: psycopg.Connection[Any], order: Order, lane: int) -> Iterator[list[Packed] | Outcome]:
    """A lane's leads, batch by batch, and its outcome."""
    world = make_world(connection, order, Batch())
    world.rng = Draws(f"{order.seed} {lane}")
    world.corrections = statements.plan_corrections(world.platforms, order.until)
    for platform in world.platforms:
        if platform.daily_cap is not None:
            platform.daily_cap = (platform.daily_cap + lane) // LANES
    times = arrivals.arrival_times(order.leads, order.until, order.end, np.random.default_rng(order.seed))
    mine = list(enumerate(times.tolist()))[lane::LANES]
    packer, visits = Packer(connection), sessions.Visits(world)
    recent: list[Story] = []
    usage: dict[tuple[str, str, date], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for start in range(0, len(mine), BATCH):
        batch = Batch()
        for index, created in mine[start : start + BATCH]:
            story = leads.arrive(world, index, created, recent)
            funnel.live(world, story, batch)
            privacy.consents(world, story, batch)
            visits.of_lead(story, batch)
            batch.add(LEADS, story.row())
            duplicates.propose(world, story, batch)
            _of_import(world, story, batch)
            leads.remember(world.rng, recent, story)
            _count(usage, story, world.until - timedelta(days=USAGE_DAYS))
        yield [packer.pack(into, rows) for into, rows in batch.items()]
    yield Outcome(recent, world.erasures, list(world.imports.items()), dict(usage))


def _count(usage: dict[tuple[str, str, date], tuple[int, int]], story: Story, since: date) -> None:
    if story.day < since:
        return
    for code, cents in story.incentive_cents.items():
        key = (code, story.lead.zip_code, story.day)
        count, total = usage[key]
        usage[key] = (count + 1, total + cents)


def _of_import(world: World, story: Story, batch: Batch) -> None:
    """Count an imported lead on its file, and keep its row's key."""
    lead = story.lead
    if lead.import_batch_id is None:
        return
    file = world.imports[story.day]
    file.duplicates += lead.duplicate_of is not None
    file.unsellable += not lead.sellable
    batch.add(IDEMPOTENCY, (f"import:{file.id}:{lead.id}", lead.id, lead.created_at))
