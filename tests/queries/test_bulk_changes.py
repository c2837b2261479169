"""What a person is told of their changes of many leads."""

from __future__ import annotations

from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import lead_bulk as bulk
from aurum_data.actions.core import Actor
from aurum_data.actions.leads import change_status
from aurum_data.errors import NotFound
from aurum_data.queries.bulk_changes import get_change, latest_changes, refusals, results
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.leads import matching_versions
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import LeadStatus
from tests.factories import make_actor, make_lead


@pytest.fixture
def ops(session: Session) -> Actor:
    return make_actor(session, Role.OPS)


@pytest.fixture
def made(session: Session, ops: Actor) -> UUID:
    """Three leads assigned; the second is refused, since a manager changed it first."""
    leads = [make_lead(session, first_name=name) for name in ("Ann", "Bea", "Cleo")]
    maya = make_actor(session, Role.SALES)
    change_status(session, maya, lead_id=leads[1].id, version=1, to=LeadStatus.CONTACTED)
    return bulk.assign_leads(session, ops, leads=[(lead.id, 1) for lead in leads], user_id=ops.user_id)


def test_a_change_says_what_it_did_to_how_many(session: Session, ops: Actor, made: UUID) -> None:
    change = get_change(session, ops.user_id, made)
    assert (change.kind, change.person, change.state) == ("assign", ops.full_name, "finished")
    assert (change.lead_count, change.done_count, change.refused_count, change.left) == (3, 2, 1, 0)
    assert (change.can_be_undone, change.is_open, change.is_undo) == (True, False, False)


def test_an_undone_change_cannot_be_undone_again(session: Session, ops: Actor, made: UUID) -> None:
    undone = bulk.undo(session, ops, operation_id=made)
    assert {change.id: change.can_be_undone for change in latest_changes(session, ops.user_id)} == {
        made: False,
        undone: False,
    }


def test_everybody_sees_their_own(session: Session, made: UUID) -> None:
    other = make_actor(session, Role.ADMIN)
    assert latest_changes(session, other.user_id) == []
    with pytest.raises(NotFound):
        get_change(session, other.user_id, made)
    assert results(session, user_id=other.user_id, operation_id=made).empty


def test_a_refused_lead_is_named_with_who_changed_it(session: Session, ops: Actor, made: UUID) -> None:
    (refused,) = results(session, user_id=ops.user_id, operation_id=made, outcome="refused").to_dict("records")
    assert (refused["full_name"], refused["refusal"]) == ("Bea", "changed_since")
    assert (refused["changed_by"], refused["status"]) == ("A sales", "contacted")


@pytest.mark.parametrize("moved", ["+ interval '1 hour'", "- interval '1 hour'"])
def test_nobody_is_blamed_for_a_change_that_left_no_name(session: Session, ops: Actor, made: UUID, moved: str) -> None:
    session.execute(text(f"UPDATE leads SET updated_at = updated_at {moved} WHERE first_name = 'Bea'"))
    (refused,) = results(session, user_id=ops.user_id, operation_id=made, outcome="refused").to_dict("records")
    assert pd.isna(refused["changed_by"])


def test_a_lead_that_a_change_of_many_reached_first_is_named_with_whose_it_was(session: Session, ops: Actor) -> None:
    lead, other = make_lead(session), make_actor(session, Role.MANAGER)
    bulk.tag_leads(session, make_actor(session, Role.ADMIN), leads=[(lead.id, 1)], tag="fair")
    tried = bulk.assign_leads(session, other, leads=[(lead.id, 1)], user_id=None)
    (refused,) = results(session, user_id=other.user_id, operation_id=tried).to_dict("records")
    assert refused["changed_by"] == "A admin"


def test_refusals_are_counted_by_their_reason(session: Session, ops: Actor) -> None:
    leads = [make_lead(session, status=status) for status in ("new", "sold", "sold", "contacted")]
    seen = [(lead.id, 1) for lead in leads]
    made = bulk.change_statuses(session, ops, leads=seen, to=LeadStatus.CONTACTED)
    counts = refusals(session, user_id=ops.user_id, operation_id=made)
    assert list(counts.items()) == [("step_not_allowed", 2), ("already_so", 1)]
    assert refusals(session, user_id=make_actor(session, Role.OPS).user_id, operation_id=made) == {}


def test_results_come_in_pages(session: Session, ops: Actor, made: UUID) -> None:
    first = results(session, user_id=ops.user_id, operation_id=made, limit=2)
    assert list(first["full_name"]) == ["Ann", "Bea"]
    after = int(first["position"].iloc[-1])
    rest = results(session, user_id=ops.user_id, operation_id=made, after=after, limit=2)
    assert list(rest["full_name"]) == ["Cleo"]


class TestMatching:
    def test_every_lead_that_matches_comes_with_its_version(self, session: Session) -> None:
        wanted = [make_lead(session, borough="Queens", version=version) for version in (1, 4)]
        make_lead(session)
        make_lead(session, borough="Queens", is_active=False)
        found = matching_versions(session, LeadFilter(boroughs=("Queens",)), 10)
        assert found == {lead.id: lead.version for lead in wanted}

    def test_a_search_counts_too(self, session: Session) -> None:
        ann = make_lead(session, first_name="Annabelle")
        make_lead(session, first_name="Bea")
        by_id = make_lead(session, first_name="Cleo")
        assert matching_versions(session, LeadFilter(search="annabel"), 10) == {ann.id: 1}
        assert matching_versions(session, LeadFilter(search=str(by_id.id)), 10) == {by_id.id: 1}

    def test_more_than_can_be_changed_are_none(self, session: Session) -> None:
        for _ in range(3):
            make_lead(session)
        assert matching_versions(session, LeadFilter(), 2) is None
        assert len(matching_versions(session, LeadFilter(), 3) or {}) == 3
