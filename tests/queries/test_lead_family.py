"""Who belongs to a lead, and what the whole family says."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.database import Database
from aurum_data.errors import NotFound
from aurum_data.queries.lead_family import family, together, told_with
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import BY_BOROUGH
from tests.factories import make_lead
from tests.replication import catch_up

QUEENS = Actor(uuid4(), "pat", "Pat", permissions=BY_BOROUGH, scope_boroughs=frozenset({"Queens"}))


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


@pytest.mark.parametrize("within", ["survivor", "duplicate"])
@pytest.mark.parametrize("refused", [True, False])
def test_limited_people_are_told_what_one_of_the_family_beyond_their_limits_refused(
    db: Database, within: str, refused: bool
) -> None:
    of_survivor, of_twin = (Borough.QUEENS, Borough.BROOKLYN)[:: 1 if within == "survivor" else -1]
    said = {"consent_state": "withdrawn" if refused else "given", "do_not_call": refused}
    with db.write(None) as session:
        survivor = make_lead(session, borough=of_survivor, **(said if within == "duplicate" else {}))
        twin = make_lead(session, borough=of_twin, duplicate_of=survivor.id, **(said if within == "survivor" else {}))
    catch_up(db)
    asked, beyond = (survivor, twin) if within == "survivor" else (twin, survivor)
    sums = db.query(QUEENS, together, asked.id)
    assert (sums.leads, sums.refuses, sums.do_not_call) == (1, refused, refused)
    with pytest.raises(NotFound):
        db.query(QUEENS, together, beyond.id)
    with db.read(QUEENS) as session:
        told = session.execute(text("SELECT * FROM aurum_family_refusals(:id)"), {"id": beyond.id}).one()
    assert tuple(told) == (False, False)
