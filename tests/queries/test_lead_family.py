"""Who belongs to a lead, and what the whole family says."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from aurum_data.errors import NotFound
from aurum_data.queries.lead_family import family, together, told_with
from tests.factories import make_lead


@pytest.mark.parametrize("asked", ["survivor", "duplicate"])
def test_family_is_whole_from_whichever_member_it_is_asked(session: Session, asked: str) -> None:
    survivor = make_lead(session)
    twins = [make_lead(session, duplicate_of=survivor.id) for _ in range(2)]
    make_lead(session)
    lead_id = survivor.id if asked == "survivor" else twins[1].id
    members = family(session, lead_id)
    assert members["id"].iloc[0] == survivor.id
    assert set(members["id"]) == {survivor.id, *(twin.id for twin in twins)}
    assert (together(session, lead_id).survivor_id, together(session, lead_id).leads) == (survivor.id, 3)


def test_counts_and_money_are_those_of_the_family(session: Session) -> None:
    survivor = make_lead(session, conversation_count=2, export_count=1, total_revenue_earned=Decimal(80))
    make_lead(session, duplicate_of=survivor.id, conversation_count=3, total_revenue_earned=Decimal(20))
    sums = together(session, survivor.id)
    assert (sums.messages, sums.deliveries, sums.revenue_usd) == (5, 1, Decimal(100))
    assert (sums.refuses, sums.do_not_call) == (False, False)


def test_what_one_of_them_refused_counts_for_all(session: Session) -> None:
    survivor = make_lead(session, consent_state="given")
    twin = make_lead(session, duplicate_of=survivor.id, consent_state="withdrawn", do_not_call=True)
    for lead in (survivor, twin):
        assert (together(session, lead.id).refuses, together(session, lead.id).do_not_call) == (True, True)


def test_a_story_is_told_with_that_of_its_duplicates_only(session: Session) -> None:
    survivor = make_lead(session)
    twin = make_lead(session, duplicate_of=survivor.id)
    assert set(told_with(session, survivor.id)) == {survivor.id, twin.id}
    assert told_with(session, twin.id) == [twin.id]


def test_a_lead_that_does_not_exist_has_no_family(session: Session) -> None:
    assert family(session, uuid4()).empty
    with pytest.raises(NotFound):
        together(session, uuid4())
