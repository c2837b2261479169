"""Many leads in the background: batch by batch, each with the rights of its moment, stopped and waited for."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from aurum_data.actions import lead_bulk as bulk
from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.freeze import freeze
from aurum_data.actions.lead_batches import work_batch
from aurum_data.errors import Conflict, NotFound, ReadOnly
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Role
from aurum_data.rules.lead_changes import BATCH_LEADS, IN_BACKGROUND_FROM, Refusal
from aurum_data.rules.leads import LeadStatus
from tests.actions.test_lead_bulk import many, operation, outcomes, take_role_away
from tests.factories import make_actor


@pytest.fixture
def ops(session: Session) -> Actor:
    return make_actor(session, Role.OPS)


class TestInTheBackground:
    @pytest.fixture
    def started(self, session: Session, ops: Actor) -> UUID:
        leads = many(session, IN_BACKGROUND_FROM + BATCH_LEADS)
        return bulk.deactivate_leads(session, ops, leads=leads, reason="Test entries")

    def test_few_leads_are_done_at_once(self, session: Session, ops: Actor) -> None:
        done = bulk.tag_leads(session, ops, leads=many(session, IN_BACKGROUND_FROM - 1), tag="fair")
        assert operation(session, done).state == "finished"
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0

    def test_many_are_left_to_the_worker(self, session: Session, started: UUID) -> None:
        row = operation(session, started)
        assert (row.state, row.done_count) == ("waiting", 0)
        (job,) = session.execute(text("SELECT task_name, args FROM procrastinate_jobs")).all()
        assert tuple(job) == ("run_bulk_operation", {"operation_id": str(started)})

    def test_each_batch_says_how_far_it_is(self, session: Session, started: UUID) -> None:
        counts = []
        while work_batch(session, started):
            row = operation(session, started)
            counts.append((row.state, row.done_count))
        assert counts == [("running", BATCH_LEADS * n) for n in (1, 2, 3)]
        assert operation(session, started).state == "finished"
        assert session.scalar(text("SELECT count(*) FROM leads WHERE NOT is_active AND version = 2")) == 701
        assert not work_batch(session, started)

    def test_a_batch_takes_as_many_statements_whatever_its_size(self, session: Session, ops: Actor) -> None:
        sent: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *given: sent.append(given[2]))
        done = bulk.change_statuses(session, ops, leads=many(session, BATCH_LEADS * 2 + 101), to=LeadStatus.QUALIFIED)
        counts = []
        for _ in range(3):  # of 200, 200 and 101 leads; the last one tells of the end
            sent.clear()
            work_batch(session, done)
            counts.append(len(sent))
        assert counts == [counts[0], counts[0], counts[0] + 1]
        assert counts[0] < 20

    def test_who_began_it_is_told_of_its_end(self, session: Session, started: UUID, ops: Actor) -> None:
        while work_batch(session, started):
            pass
        message = session.execute(text("SELECT user_ref, kind, body FROM inbox_messages")).one()
        assert tuple(message) == (
            ops.user_id,
            "job",
            "701 leads were changed, 0 were refused. See Bulk changes on the Leads screen.",
        )

    def test_stopped_it_changes_no_more_and_can_be_undone(self, session: Session, started: UUID, ops: Actor) -> None:
        work_batch(session, started)
        with pytest.raises(Conflict, match="stop it first"):
            bulk.undo(session, ops, operation_id=started)
        bulk.stop(session, ops, operation_id=started)
        assert not work_batch(session, started)
        row = operation(session, started)
        assert (row.state, row.done_count, row.finished_at is not None) == ("stopped", BATCH_LEADS, True)
        with pytest.raises(Conflict, match="ended already"):
            bulk.stop(session, ops, operation_id=started)
        bulk.undo(session, ops, operation_id=started)
        assert session.scalar(text("SELECT count(*) FROM leads WHERE NOT is_active")) == 0

    def test_nobody_stops_what_another_began(self, session: Session, started: UUID) -> None:
        with pytest.raises(NotFound):
            bulk.stop(session, make_actor(session, Role.OPS), operation_id=started)

    def test_who_loses_the_right_meanwhile_has_the_rest_refused(
        self, session: Session, started: UUID, ops: Actor
    ) -> None:
        work_batch(session, started)
        take_role_away(session, ops, but="sales")
        assert not work_batch(session, started)
        row = operation(session, started)
        assert (row.state, row.done_count, row.refused_count) == ("finished", BATCH_LEADS, IN_BACKGROUND_FROM)
        assert set(outcomes(session, started).values()) == {"done", Refusal.RIGHT_LOST}

    def test_it_waits_while_everything_is_frozen(self, session: Session, started: UUID) -> None:
        freeze(session, SYSTEM, switch=Freeze.READ_ONLY, reason="Drill")
        with pytest.raises(ReadOnly):
            work_batch(session, started)
        assert operation(session, started).state == "waiting"
