"""Many leads marked as duplicates of one: who may be, and what it means for the sale of the family."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from aurum_data.actions import lead_bulk as bulk
from aurum_data.actions.core import Actor
from aurum_data.errors import Conflict, NotFound
from aurum_data.rules.identity import Role
from tests.actions.test_lead_bulk import leads_for, outcomes, seen
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
