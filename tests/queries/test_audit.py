"""Search of the audit trail: filters, and pages that neither skip nor repeat an entry."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, audit
from aurum_data.clock import today
from aurum_data.queries.audit import AuditCursor, audit_actors, audit_events, audit_search
from aurum_data.rules.identity import Role
from tests.factories import make_actor


def test_pages_hold_every_entry_once_even_of_one_instant(session: Session) -> None:
    for number in range(7):
        audit(session, SYSTEM, "test:page:turn", "thing", str(number))  # all in one transaction: one instant
    seen: list[str] = []
    place: AuditCursor | None = None
    while True:
        page = audit_search(session, first=today(), last=today(), event="test:page:turn", before=place, limit=3)
        seen += list(page.frame["entity_id"])
        place = page.older
        if place is None:
            break
    assert sorted(seen) == [str(number) for number in range(7)]


def test_a_full_last_page_has_nothing_older(session: Session) -> None:
    for number in range(3):
        audit(session, SYSTEM, "test:page:turn", "thing", str(number))
    assert audit_search(session, first=today(), last=today(), event="test:page:turn", limit=3).older is None


def test_search_by_person_event_and_thing(session: Session) -> None:
    carl = make_actor(session, Role.COMPLIANCE)
    audit(session, carl, "test:search:one", "thing", "a")
    audit(session, carl, "test:search:two", "thing", "b")
    audit(session, SYSTEM, "test:search:one", "other", "b")
    days = {"first": today(), "last": today()}
    assert list(audit_search(session, **days, actor_id=carl.user_id, event="test:search:one").frame["entity_id"]) == [
        "a"
    ]
    assert len(audit_search(session, **days, entity_id="b").frame) == 2
    assert audit_search(session, **days, actor_id=carl.user_id).frame["actor"].unique().tolist() == [carl.full_name]


def test_days_bound_the_search(session: Session) -> None:
    audit(session, SYSTEM, "test:days:bound", "thing", "a")
    yesterday = today() - timedelta(days=1)
    assert audit_search(session, first=yesterday, last=yesterday, event="test:days:bound").frame.empty


def test_events_are_listed_once_in_order(session: Session) -> None:
    for event in ("test:b:b", "test:a:a", "test:b:b"):
        audit(session, SYSTEM, event, "thing", None)
    found = audit_events(session)
    assert [event for event in found if event.startswith("test:")] == ["test:a:a", "test:b:b"]
    assert found == sorted(set(found))


def test_people_are_listed_by_name(session: Session) -> None:
    carl = make_actor(session, Role.COMPLIANCE)
    assert audit_actors(session)[carl.user_id] == carl.full_name
