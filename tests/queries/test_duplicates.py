"""The queue of pairs: what waits, the surest first, within the limits of who asks."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.models.duplicates import LeadDuplicateCandidate
from aurum_data.queries.duplicates import PairCursor, waiting_pairs, waiting_pairs_of, waiting_queue
from aurum_data.rules.identity import Permission
from tests.factories import make_lead
from tests.replication import catch_up


def make_pair(session: Session, confidence: str = "0.8", **younger: object) -> LeadDuplicateCandidate:
    """An open pair of two new leads."""
    old, new = make_lead(session), make_lead(session, **younger)
    pair = LeadDuplicateCandidate(
        lead_id=new.id, older_ref=old.id, confidence=Decimal(confidence), reasons=["same_phone"]
    )
    session.add(pair)
    session.flush()
    return pair


def test_pairs_come_surest_first_and_by_page(session: Session) -> None:
    made = {confidence: make_pair(session, confidence).id for confidence in ("0.5", "0.9", "0.7")}
    first = waiting_pairs(session, limit=2)
    assert list(first["id"]) == [made["0.9"], made["0.7"]]
    behind = PairCursor(first["confidence"].iloc[-1], first["id"].iloc[-1])
    assert list(waiting_pairs(session, after=behind)["id"]) == [made["0.5"]]


def test_what_needs_no_decision_does_not_wait(session: Session) -> None:
    kept = make_pair(session)
    make_pair(session, is_active=False)
    make_pair(session, erased_at=now())
    make_pair(session, duplicate_of=make_lead(session).id)
    decided = make_pair(session)
    session.execute(
        text("UPDATE lead_duplicate_candidates SET state = 'dismissed', decided_at = now() WHERE id = :id"),
        {"id": decided.id},
    )
    assert list(waiting_pairs(session)["id"]) == [kept.id]
    assert waiting_queue(session).count == 1


def test_the_queue_says_when_leads_were_looked_through(session: Session) -> None:
    assert waiting_queue(session).as_of is None
    session.execute(
        text("INSERT INTO rollup_stamps (rollup, as_of, duration_ms) VALUES ('duplicate_search', now(), 5)")
    )
    assert waiting_queue(session).as_of is not None


def test_a_limited_person_sees_pairs_of_which_both_lie_within(db: Database) -> None:
    with db.write(SYSTEM) as session:
        make_pair(session)
        make_pair(session, borough="Queens", zip_code="11101")
    catch_up(db)
    for boroughs, seen in (({"Brooklyn"}, 1), ({"Queens"}, 0), ({"Brooklyn", "Queens"}, 2)):
        limited = Actor(
            uuid4(), "x", "X", permissions=frozenset({Permission.LEADS_READ}), scope_boroughs=frozenset(boroughs)
        )
        with db.read_primary() as session:
            assert session.scalar(text("SELECT count(*) FROM lead_duplicate_candidates")) == 2
        assert db.query(limited, lambda session: len(waiting_pairs(session))) == seen


def test_newest_of_two_equal_pairs_comes_first(session: Session) -> None:
    older, newer = make_pair(session), make_pair(session)
    assert list(waiting_pairs(session)["id"]) == [newer.id, older.id]


def test_the_pairs_of_one_lead_are_those_it_is_either_side_of(session: Session) -> None:
    pair = make_pair(session)
    third = make_lead(session)
    more = LeadDuplicateCandidate(
        lead_id=third.id, older_ref=pair.lead_id, confidence=Decimal("0.95"), reasons=["same_email"]
    )
    session.add(more)
    session.flush()
    make_pair(session)
    assert list(waiting_pairs_of(session, pair.lead_id)["id"]) == [more.id, pair.id]
    assert list(waiting_pairs_of(session, pair.older_ref)["id"]) == [pair.id]
    assert waiting_pairs_of(session, uuid4()).empty
