"""Any run of changes of many leads and undos of them: an undo puts back exactly what its change took."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import lead_bulk as bulk
from aurum_data.errors import Conflict
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import LeadStatus
from tests.actions.test_lead_bulk import outcomes, suppress
from tests.factories import make_actor, make_lead

Row = dict[str, Any]
SUPPRESSED = b"s" * 32
LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)
# Two that may be sold, two whose person said no once, one that came off sale before, one that is deactivated.
LEADS: list[dict[str, Any]] = [
    {"consent_state": "given", "sellable": True, "tags": ["b", "a"], "phone_hash": b"1" * 32},
    {"consent_state": "given", "sellable": True, "status": "contacted"},
    {"consent_state": "withdrawn", "status": "suppressed"},
    {"consent_state": "given", "phone_hash": SUPPRESSED},
    {"consent_state": "unproven", "status": "qualified", "tags": ["a"]},
    {"consent_state": "given", "sellable": True, "is_active": False},
]
# Each deed, and the name of what it is told.
DEEDS: dict[str, tuple[Callable[..., UUID], str]] = {
    "status": (bulk.change_statuses, "to"),
    "assign": (bulk.assign_leads, "user_id"),
    "tag": (bulk.tag_leads, "tag"),
    "untag": (bulk.untag_leads, "tag"),
    "duplicate": (bulk.mark_duplicates, "survivor"),
    "deactivate": (bulk.deactivate_leads, "reason"),
    "restore": (bulk.restore_leads, ""),
}
SOME = st.sets(st.integers(0, len(LEADS) - 1), min_size=1).map(sorted)
ONE = st.integers(0, len(LEADS) - 1)
CHANGE = st.one_of(
    st.tuples(st.just("status"), SOME, st.sampled_from(sorted(LeadStatus))),
    st.tuples(st.just("assign"), SOME, st.sampled_from(["sam", "olga", None])),
    st.tuples(st.just("tag"), SOME, st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("untag"), SOME, st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("duplicate"), SOME, ONE),
    st.tuples(st.just("deactivate"), SOME, st.just("Test entries")),
    st.tuples(st.just("restore"), SOME, st.none()),
)
DUPLICATES = st.tuples(st.just("duplicate"), SOME, ONE)
UNDO = st.integers(0, 9)  # of the operation with this number, if there is one
STEPS = st.lists(st.one_of(CHANGE, DUPLICATES, UNDO), min_size=2, max_size=12)


class World:
    """Six leads, and the operations on them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ops = make_actor(session, Role.OPS)
        self.people = {"sam": make_actor(session, Role.SALES).user_id, "olga": self.ops.user_id, None: None}
        suppress(session, SUPPRESSED)
        self.ids: list[UUID] = [make_lead(session, last_activity_at=LONG_AGO, **values).id for values in LEADS]
        self.done: list[tuple[UUID, dict[UUID, Row]]] = []  # operations, with the leads before them

    def rows(self) -> dict[UUID, Row]:
        """The leads in full, without what even an undo moves on."""
        found = self.session.execute(text("SELECT * FROM leads WHERE id = ANY (:ids)"), {"ids": self.ids})
        moved = {"version", "updated_at"}
        return {row.id: {k: v for k, v in row._mapping.items() if k not in moved} for row in found}

    def change(self, kind: str, which: Sequence[int], argument: Any) -> UUID | None:
        """A change of these leads as they are now; None: it was refused as a whole."""
        before = self.rows()
        found = self.session.execute(
            text("SELECT id, version FROM leads WHERE id = ANY (:ids)"), {"ids": [self.ids[n] for n in which]}
        )
        try:
            operation = self._begin(kind, [(row.id, row.version) for row in found], argument)
        except Conflict:  # a survivor that is deactivated
            return None
        self.done.append((operation, before))
        return operation

    def _begin(self, kind: str, leads: list[bulk.Seen], argument: Any) -> UUID:
        deed, name = DEEDS[kind]
        if name == "user_id":
            argument = self.people[argument]
        elif name == "survivor":
            argument = self.ids[argument]
        return deed(self.session, self.ops, leads=leads, **({name: argument} if name else {}))

    def undo(self, operation: UUID) -> UUID | None:
        """The undo; None: there was nothing (more) to undo."""
        try:
            return bulk.undo(self.session, self.ops, operation_id=operation)
        except Conflict:
            return None


def check_sale(rows: dict[UUID, Row], world: World) -> None:
    """On sale is who was at first, is no duplicate, and has nobody in the family who said no."""
    refusing = {world.ids[2], world.ids[3]}
    for (lead_id, row), values in zip(sorted(rows.items(), key=lambda r: world.ids.index(r[0])), LEADS, strict=True):
        family = {other for other, its in rows.items() if its["duplicate_of"] == lead_id} | {lead_id}
        expected = bool(values.get("sellable")) and row["duplicate_of"] is None and not family & refusing
        assert row["sellable"] == expected, values


example = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def a_world(session: Session) -> Iterator[World]:
    """A world of one example, gone at its end."""
    savepoint = session.begin_nested()
    try:
        yield World(session)
    finally:
        savepoint.rollback()


@example
@given(steps=STEPS, last=st.one_of(CHANGE, DUPLICATES))
def test_a_change_and_its_undo_leave_everything_as_it_was(session: Session, steps: list[Any], last: Any) -> None:
    with a_world(session) as world:
        for step in steps:
            play(world, step)
        before = world.rows()
        operation = world.change(*last)
        if operation is not None:
            world.undo(operation)
        assert world.rows() == before


@example
@given(steps=STEPS)
def test_an_undo_gives_back_what_its_change_took_and_nothing_else(session: Session, steps: list[Any]) -> None:
    with a_world(session) as world:
        for step in steps:
            played = play(world, step)
            rows = world.rows()
            check_sale(rows, world)
            if played is None:
                continue
            undoing, at_change, at_undo = played
            done = {lead_id for lead_id, outcome in outcomes(session, undoing).items() if outcome == "done"}
            for lead_id, row in rows.items():
                then = at_change[lead_id] if lead_id in done else at_undo[lead_id]
                assert {**row, "sellable": None} == {**then, "sellable": None}


def play(world: World, step: Any) -> tuple[UUID, dict[UUID, Row], dict[UUID, Row]] | None:
    """One step. Of an undo: its operation, the leads before the change, and before the undo."""
    if not isinstance(step, int):
        world.change(*step)
        return None
    if step >= len(world.done):
        return None
    operation, at_change = world.done[step]
    at_undo = world.rows()
    undoing = world.undo(operation)
    return undoing and (undoing, at_change, at_undo)
