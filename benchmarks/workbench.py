"""What sales and ops do beside the list: their work, the team, duplicates, conversations, quality, one lead, many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.actions.lead_batches import work_batch
from aurum_data.actions.lead_bulk import assign_leads
from aurum_data.actions.saved_views import make_link
from aurum_data.clock import day_start, now, today
from aurum_data.jobs.duplicates import BATCH_LEADS, BEFORE_ALL, propose_pairs, walk
from aurum_data.queries import lead_family, lead_quality, lead_record, lead_story, my_work, team
from aurum_data.queries.conversation_search import search_messages
from aurum_data.queries.duplicates import PairCursor, waiting_pairs, waiting_queue
from aurum_data.queries.lead_figures import offered, work_waiting
from aurum_data.queries.lead_filter import settled
from aurum_data.queries.leads import count_leads, list_leads
from aurum_data.queries.saved_views import LeadView, my_views, open_link, read_view, write_view
from benchmarks.ground import Ground, vacuum_leads
from benchmarks.result import Result, median_ms, milliseconds
from benchmarks.statements import floor_ms, recorded, run_on

HOUR = timedelta(hours=1)
MANY = 10_000
# A look at a list, a lead or a queue; figures over many days, as a chart; a search through what was said.
LOOK_MS, FIGURES_MS, SEARCH_MS = 50, 250, 500
LEADS_PER_S = 500  # the most that may be changed at once are then done in less than two minutes

Call = Callable[[Session], object]

BUSIEST = text("""
    SELECT u.id, u.username, u.full_name FROM leads l JOIN users u ON u.id = l.assigned_to
    WHERE l.is_active = true GROUP BY u.id ORDER BY count(*) DESC, u.id LIMIT 1
""")
FULLEST = text("SELECT id FROM leads ORDER BY conversation_count + export_count DESC, id LIMIT 1")
_OTHERS = text("""
    SELECT id, version FROM leads WHERE is_active = true AND assigned_to IS DISTINCT FROM :user_id
    ORDER BY created_at DESC, id DESC LIMIT :many
""")
_BARE = text("""
    UPDATE leads SET assigned_to = :user_id, version = version + 1, updated_at = now() WHERE id = ANY (:ids)
""")
_LATEST = text("SELECT id FROM leads ORDER BY id DESC LIMIT :limit")
_CHANGED = text("SELECT count(*) FROM leads WHERE updated_at >= :since AND is_active AND erased_at IS NULL")


def measure(ground: Ground) -> Iterator[Result]:
    """Every screen of the workbench as the person with most leads asks it; then the work done in the background."""
    engine = ground.database.replica or ground.database.primary
    with Session(engine) as session:
        person = Actor(*session.execute(BUSIEST).one())
        fullest = session.scalars(FULLEST).one()
    assert person.user_id is not None
    for name, limit, call in (*_looks(person.user_id, fullest), *_figures()):
        yield _look(engine, name, limit, call)
    yield _link(ground.database.primary, person)
    yield from _duplicates(ground)
    yield _bulk(ground.database.primary, person)
    vacuum_leads(ground.urls.owner)


def _looks(me: UUID, fullest: UUID) -> list[tuple[str, float, Call]]:
    """What a screen asks, by name, with the time that it may take."""
    at, tonight = now(), day_start(today() + timedelta(days=1))

    def people(session: Session) -> None:
        team.team_figures(session, people=list(offered(session).people), at=at, target=HOUR)
        team.unassigned_new(session, since=at - timedelta(days=30))

    def queue(session: Session) -> None:
        waiting_queue(session)
        page = waiting_pairs(session)
        if len(page):
            waiting_pairs(session, after=PairCursor(page["confidence"].iloc[-1], page["id"].iloc[-1]))

    def lead(session: Session) -> None:
        lead_record.get_lead(session, fullest)
        lead_family.together(session, fullest)
        lead_family.family(session, fullest)
        lead_story.timeline(session, fullest)
        lead_story.exports_of(session, fullest)
        lead_story.score_history(session, fullest)
        lead_story.latest_scoring(session, fullest)

    def view(session: Session) -> None:
        for saved in my_views(session, user_id=me).views[:1]:
            _opened(session, read_view(saved.definition), me)

    return [
        ("my work: callbacks", LOOK_MS, lambda s: my_work.callbacks_due(s, user_id=me, until=tonight)),
        ("my work: new", LOOK_MS, lambda s: my_work.new_by_score(s, user_id=me)),
        ("my work: going cold", LOOK_MS, lambda s: my_work.going_cold(s, user_id=me, before=at - timedelta(days=7))),
        ("my work: speed", LOOK_MS, lambda s: my_work.contact_speed(s, user_id=me, at=at, target=HOUR)),
        ("leads: what waits", LOOK_MS, lambda s: work_waiting(s, user_id=me, until=tonight)),
        ("team: everybody's figures", FIGURES_MS, people),
        ("duplicates: the queue and its next page", LOOK_MS, queue),
        ("one lead: the one with most to tell", LOOK_MS, lead),
        ("saved view: opened", LOOK_MS, view),
        ("said: a word that many said", SEARCH_MS, lambda s: search_messages(s, question="roof")),
        ("said: two words that few said together", SEARCH_MS, lambda s: search_messages(s, question="battery lease")),
        ("said: what nobody said", SEARCH_MS, lambda s: search_messages(s, question="zeppelin")),
    ]


def _figures() -> list[tuple[str, float, Call]]:
    """The same of the two views of Lead quality, which read rollups."""
    last = today()
    days = {"first": last - timedelta(days=89), "last": last}

    def scores(session: Session) -> None:
        lead_quality.quality_totals(session, **days)
        lead_quality.score_bands(session, **days, step="week")
        lead_quality.quality_by_source(session, **days)
        lead_quality.quality_by_version(session, **days)
        lead_quality.version_scores(session, **days, step="week")
        lead_quality.factor_moves(session, **days)

    def conversations(session: Session) -> None:
        lead_quality.moods(session, **days, step="week")
        lead_quality.intents(session, **days, step="week")
        lead_quality.sessions_by_outcome(session, **days, step="week")
        lead_quality.drop_offs(session, **days)
        lead_quality.message_types(session, **days)

    return [
        ("quality: scores of 90 days", FIGURES_MS, scores),
        ("quality: conversations of 90 days", FIGURES_MS, conversations),
    ]


def _opened(session: Session, view: LeadView, me: UUID) -> None:
    chosen = settled(view.filter, me=me, day=today())
    list_leads(session, filter=chosen, sort=view.sort)
    count_leads(session, chosen)


def _look(engine: Engine, name: str, limit: float, call: Call) -> Result:
    """The time of a call, frames and dataclasses included; the floor is its statements alone."""
    again = run_on(engine, call)
    with recorded(engine) as seen:
        again()
    value, floor = median_ms(again), floor_ms(engine, seen)
    return Result(f"workbench: {name}", value, limit, "ms", floor=floor)


def _link(primary: Engine, person: Actor) -> Result:
    """A copied link, opened on the primary with its page; nothing of it stays."""
    with Session(primary) as session:
        link = make_link(session, person, definition=write_view(LeadView()), search="")
        value = median_ms(lambda: _opened(session, open_link(session, link), person.user_id))  # type: ignore[arg-type]
        session.rollback()
    return Result("workbench: copied link, opened", value, LOOK_MS, "ms")


def _duplicates(ground: Ground) -> Iterator[Result]:
    """The nightly search: the walk over all leads against one read of them, and what a changed lead adds."""
    since = datetime.now(UTC)
    with Session(ground.database.primary) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        floor = median_ms(lambda: session.execute(_CHANGED, {"since": since}).all(), times=3) / 1000
        started = time.perf_counter()
        after: UUID | None = BEFORE_ALL
        while after is not None:
            after, _ = walk(session, since, after)
        walked = time.perf_counter() - started
        changed = list(session.scalars(_LATEST, {"limit": BATCH_LEADS}))
        spent = milliseconds(lambda: propose_pairs(session, changed)) / len(changed)
        session.rollback()
    yield Result("workbench: nightly search, no lead changed", walked, 1 + 15e-6 * ground.leads, "s", floor=floor)
    yield Result("workbench: nightly search, a changed lead", spent, 2, "ms", note=f"{len(changed):,} in a batch")


def _bulk(primary: Engine, person: Actor) -> Result:
    """Ten thousand leads given to a person in batches, against one bare UPDATE of them; nothing of it stays."""
    with Session(primary) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        seen = [(row.id, row.version) for row in session.execute(_OTHERS, {"user_id": person.user_id, "many": MANY})]
        values = {"user_id": person.user_id, "ids": [lead for lead, _ in seen]}
        for _ in range(2):  # once to bring the rows and indexes into memory
            with session.begin_nested() as bare:
                floor = len(seen) / (milliseconds(lambda: session.execute(_BARE, values)) / 1000)
                bare.rollback()
        started = time.perf_counter()
        operation = assign_leads(session, person, leads=seen, user_id=person.user_id)
        while work_batch(session, operation):
            pass
        rate = len(seen) / (time.perf_counter() - started)
        session.rollback()
    return Result(
        "workbench: bulk change, leads per second", rate, LEADS_PER_S, "row/s", floor=floor, at_least=True,
        note=f"{len(seen):,} leads; floor: one bare UPDATE",
    )  # fmt: skip
