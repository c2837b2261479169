"""The nightly look for leads of one person: finds what came or changed, proposes, links nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.jobs.app import Servers, find_duplicates
from aurum_data.jobs.duplicates import BEFORE_ALL, EVER, propose_pairs, walk
from aurum_data.operations.cluster import PairUrls
from tests.factories import make_lead

OLD = datetime(2026, 1, 1, tzinfo=UTC)
PHONE, EMAIL = b"phone hash", b"email hash"
HOME = "12 ELM ST|3|11215"


def search(session: Session) -> list[Any]:
    propose_pairs(session, walk(session, EVER, BEFORE_ALL)[1])
    return list(session.execute(text("SELECT * FROM lead_duplicate_candidates ORDER BY id")))


def test_a_pair_is_found_by_phone_email_or_home_with_a_similar_name(session: Session) -> None:
    old = make_lead(
        session, created_at=OLD, first_name="Jane", last_name="Smith", phone_hash=PHONE, email_hash=EMAIL,
        address_key=HOME,
    )  # fmt: skip
    by_phone = make_lead(session, phone_hash=PHONE)
    by_email = make_lead(session, email_hash=EMAIL, first_name="Maria", last_name="Lopez")
    by_home = make_lead(session, address_key=HOME, first_name="J", last_name="Smith")
    make_lead(session, address_key=HOME, first_name="Wei", last_name="Chen")
    make_lead(session, address_key=HOME)
    found = {pair.lead_id: pair for pair in search(session)}
    assert {pair.older_ref for pair in found.values()} == {old.id}
    assert {key: pair.reasons for key, pair in found.items()} == {
        by_phone.id: ["same_phone"],
        by_email.id: ["same_email"],
        by_home.id: ["same_home", "similar_name"],
    }
    assert all(pair.state == "open" and 0 < pair.confidence < 1 for pair in found.values())


def test_leads_of_one_family_are_not_proposed(session: Session) -> None:
    old = make_lead(session, phone_hash=PHONE)
    make_lead(session, phone_hash=PHONE, duplicate_of=old.id)
    make_lead(session, phone_hash=PHONE, duplicate_of=old.id)
    assert search(session) == []


def test_a_match_with_a_duplicate_is_a_match_with_its_survivor(session: Session) -> None:
    survivor = make_lead(session, created_at=OLD)
    make_lead(session, email_hash=EMAIL, duplicate_of=survivor.id)
    new = make_lead(session, email_hash=EMAIL)
    (pair,) = search(session)
    assert (pair.older_ref, pair.lead_id) == (survivor.id, new.id)


@pytest.mark.parametrize("state", ["dismissed", "confirmed"])
def test_a_decided_pair_never_comes_back(session: Session, state: str) -> None:
    old, new = make_lead(session, created_at=OLD, phone_hash=PHONE), make_lead(session, phone_hash=PHONE)
    search(session)
    decided = text("UPDATE lead_duplicate_candidates SET state = :state, decided_at = now()")
    session.execute(decided, {"state": state})
    for lead in (old, new):
        lead.email_hash = EMAIL
    session.flush()
    (pair,) = search(session)
    assert (pair.older_ref, pair.lead_id, pair.state) == (old.id, new.id, state)
    assert pair.reasons == ["same_phone"]  # what it was decided on


def test_better_reasons_reach_a_pair_that_waits(session: Session) -> None:
    old, new = make_lead(session, created_at=OLD, phone_hash=PHONE), make_lead(session, phone_hash=PHONE)
    (before,) = search(session)
    for lead in (old, new):
        lead.email_hash = EMAIL
    session.flush()
    (after,) = search(session)
    assert after.reasons == ["same_email", "same_phone"]
    assert after.confidence > before.confidence


def test_deactivated_and_erased_leads_are_left_out(session: Session) -> None:
    make_lead(session, phone_hash=PHONE)
    make_lead(session, phone_hash=PHONE, is_active=False)
    make_lead(session, phone_hash=PHONE, erased_at=now())
    assert search(session) == []


def test_all_are_walked_in_the_order_of_ids_and_what_came_or_changed_is_looked_at(session: Session) -> None:
    one, two, three = (make_lead(session).id for _ in range(3))
    session.execute(text("UPDATE leads SET updated_at = now() - interval '2 days' WHERE id = :id"), {"id": two})
    since = now() - timedelta(days=1)
    assert walk(session, since, BEFORE_ALL, limit=2) == (two, [one])
    assert walk(session, since, two, limit=2) == (three, [three])
    assert walk(session, since, three, limit=2) == (None, [])


@pytest.fixture
def servers(urls: PairUrls) -> Iterator[Servers]:
    engine = create_engine(urls.jobs)
    yield Servers(engine, None)
    engine.dispose()


def stored(db: Database, question: str) -> Any:
    with db.read_primary() as session:
        return session.scalar(text(question))


def test_a_run_goes_through_all_batches_and_says_as_of_when(
    db: Database, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "__defaults__", (2,))
    before = now()
    with db.write(None) as session:
        for number in range(5):
            make_lead(session, phone_hash=PHONE if number in {0, 4} else None)
    find_duplicates(servers, now())
    assert stored(db, "SELECT count(*) FROM lead_duplicate_candidates") == 1
    assert stored(db, "SELECT as_of FROM rollup_stamps WHERE rollup = 'duplicate_search'") >= before


def test_nothing_is_proposed_while_all_is_read_only(db: Database, servers: Servers) -> None:
    with db.write(None) as session:
        make_lead(session, phone_hash=PHONE)
        make_lead(session, phone_hash=PHONE)
        session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'"))
    find_duplicates(servers, now())
    assert stored(db, "SELECT count(*) FROM lead_duplicate_candidates") == 0
    assert stored(db, "SELECT count(*) FROM rollup_stamps WHERE rollup = 'duplicate_search'") == 0
