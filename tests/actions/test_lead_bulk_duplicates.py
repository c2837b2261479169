"""Many leads marked as duplicates of one: who may be, and what it means for the sale of the family."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from aurum_data.actions import lead_bulk as bulk
from aurum_data.actions.core import Actor
from aurum_data.errors import Conflict, NotFound
from aurum_data.rules.identity import Role
from tests.actions.test_lead_bulk import leads_for, outcomes, seen, suppress
from tests.factories import make_actor, make_lead


@pytest.fixture
def ops(session: Session) -> Actor:
    return make_actor(session, Role.OPS)


class TestDuplicates:
    def test_they_point_to_the_survivor_and_are_not_sold(self, session: Session, ops: Actor) -> None:
        survivor, (lead,) = make_lead(session), leads_for(session, "duplicate", 1)
        bulk.mark_duplicates(session, ops, leads=seen([lead]), survivor=survivor.id)
        session.refresh(lead)
        assert (lead.duplicate_of, lead.sellable) == (survivor.id, False)

    def test_no_chain_comes_of_it(self, session: Session, ops: Actor) -> None:
        root = make_lead(session)
        child = make_lead(session, duplicate_of=root.id)
        other = make_lead(session)
        done = bulk.mark_duplicates(session, ops, leads=seen([other, child, root]), survivor=child.id)
        assert outcomes(session, done) == {other.id: "done", child.id: "already_so", root.id: "is_the_survivor"}
        session.refresh(other)
        assert other.duplicate_of == root.id
        done = bulk.mark_duplicates(session, ops, leads=seen([root]), survivor=make_lead(session).id)
        assert outcomes(session, done) == {root.id: "has_duplicates"}

    def test_a_duplicate_of_another_stays_its_own(self, session: Session, ops: Actor) -> None:
        child = make_lead(session, duplicate_of=make_lead(session).id)
        done = bulk.mark_duplicates(session, ops, leads=seen([child]), survivor=make_lead(session).id)
        assert outcomes(session, done) == {child.id: "is_a_duplicate"}

    def test_the_lead_to_keep_must_be_there(self, session: Session, ops: Actor) -> None:
        leads = seen(leads_for(session, "duplicate"))
        with pytest.raises(NotFound):
            bulk.mark_duplicates(session, ops, leads=leads, survivor=uuid4())
        with pytest.raises(Conflict, match="to keep is deactivated"):
            bulk.mark_duplicates(session, ops, leads=leads, survivor=make_lead(session, is_active=False).id)

    def test_one_that_withdrew_consent_takes_the_survivor_off_sale(self, session: Session, ops: Actor) -> None:
        survivor = make_lead(session, sellable=True)
        (lead,) = leads_for(session, "duplicate", 1, consent_state="withdrawn")
        bulk.mark_duplicates(session, ops, leads=seen([lead]), survivor=survivor.id)
        session.refresh(survivor)
        assert (survivor.sellable, survivor.version) == (False, 2)

    def test_others_leave_the_survivor_as_it_is(self, session: Session, ops: Actor) -> None:
        survivor = make_lead(session, sellable=True)
        bulk.mark_duplicates(session, ops, leads=seen(leads_for(session, "duplicate", 1)), survivor=survivor.id)
        session.refresh(survivor)
        assert (survivor.sellable, survivor.version) == (True, 1)


class TestUndo:
    def test_it_gives_the_survivor_its_sale_back(self, session: Session, ops: Actor) -> None:
        survivor = make_lead(session, consent_state="given", sellable=True)
        (lead,) = leads_for(session, "duplicate", 1, consent_state="withdrawn", sellable=False)
        bulk.undo(
            session, ops, operation_id=bulk.mark_duplicates(session, ops, leads=seen([lead]), survivor=survivor.id)
        )
        session.refresh(survivor)
        assert (survivor.sellable, survivor.version) == (True, 3)

    def test_the_last_of_several_gives_it_back_whatever_their_order(self, session: Session, ops: Actor) -> None:
        survivor = make_lead(session, consent_state="given", sellable=True)
        one, two = leads_for(session, "duplicate", 2, consent_state="withdrawn", sellable=False)
        first = bulk.mark_duplicates(session, ops, leads=seen([one]), survivor=survivor.id)
        second = bulk.mark_duplicates(session, ops, leads=seen([two]), survivor=survivor.id)
        bulk.undo(session, ops, operation_id=first)
        session.refresh(survivor)
        assert not survivor.sellable
        bulk.undo(session, ops, operation_id=second)
        session.refresh(survivor)
        assert survivor.sellable

    def test_who_was_not_on_sale_is_not_put_there(self, session: Session, ops: Actor) -> None:
        survivor = make_lead(session, consent_state="given", sellable=False)
        (lead,) = leads_for(session, "duplicate", 1, consent_state="withdrawn", sellable=False)
        bulk.undo(
            session, ops, operation_id=bulk.mark_duplicates(session, ops, leads=seen([lead]), survivor=survivor.id)
        )
        session.refresh(survivor)
        assert not survivor.sellable

    def test_a_no_that_came_meanwhile_outlives_it(self, session: Session, ops: Actor) -> None:
        (lead,) = leads_for(session, "duplicate", 1, phone_hash=b"7" * 32)
        done = bulk.mark_duplicates(session, ops, leads=seen([lead]), survivor=make_lead(session).id)
        suppress(session, b"7" * 32)
        bulk.undo(session, ops, operation_id=done)
        session.refresh(lead)
        assert (lead.duplicate_of, lead.sellable) == (None, False)
