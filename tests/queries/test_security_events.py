"""The list of security events and its figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.security_events import record_security_event
from aurum_data.clock import now, today
from aurum_data.queries.security_events import EventPage, security_event_search, security_events_of_the_last_day
from aurum_data.rules.identity import Role
from aurum_data.rules.security_events import SecurityEventKind, Severity
from tests.factories import make_actor

KIND = SecurityEventKind


def search(session: Session, **filters: Any) -> EventPage:
    return security_event_search(session, **{"first": today(), "last": today(), **filters})


def events(session: Session, **filters: Any) -> list[str]:
    return list(search(session, **filters).frame["event"])


def test_filters_by_kind_severity_and_person(session: Session) -> None:
    sam, amy = make_actor(session, Role.SALES), make_actor(session, Role.ANALYST)
    record_security_event(session, KIND.SIGN_IN_FAILED, user_id=sam.user_id)
    record_security_event(session, KIND.SIGN_IN_GUESSING)
    record_security_event(session, KIND.ROLE_CHANGED, user_id=amy.user_id)
    assert events(session, kind=KIND.SIGN_IN_FAILED) == ["sign_in_failed"]
    assert events(session, severity=Severity.CRITICAL) == ["sign_in_guessing"]
    assert events(session, person_id=amy.user_id) == ["role_changed"]
    assert len(events(session)) == 3


def test_period_is_of_new_york_days(session: Session) -> None:
    record_security_event(session, KIND.NEW_DEVICE)
    yesterday = today() - timedelta(days=1)
    assert events(session, first=yesterday, last=yesterday) == []


def test_event_says_who_and_from_where(session: Session) -> None:
    sam = make_actor(session, Role.SALES)
    record_security_event(session, KIND.NEW_DEVICE, user_id=sam.user_id, address="192.0.2.7", device="Firefox")
    row = search(session).frame.iloc[0]
    assert (row["person"], row["username"], row["address"]) == ("A sales", sam.username, "192.0.2.7")
    assert row["details"] == {"device": "Firefox"}


def test_pages_hold_every_event_once_newest_first(session: Session) -> None:
    for count in range(7):
        record_security_event(session, KIND.SIGN_IN_FAILED, tries=count)  # all of one instant: the transaction's
    seen: list[Any] = []
    page = search(session, limit=3)
    while True:
        seen += list(page.frame["event_id"])
        if page.older is None:
            break
        page = search(session, limit=3, before=page.older)
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)


def test_figures_are_of_the_last_day_only(session: Session) -> None:
    for kind in (KIND.SIGN_IN_FAILED, KIND.SIGN_IN_FAILED, KIND.SIGN_IN_GUESSING, KIND.PERMISSION_DENIED):
        record_security_event(session, kind)
    long_ago = {"at": now() - timedelta(hours=25)}
    session.execute(
        text("INSERT INTO security_events (occurred_at, event, severity) VALUES (:at, 'sign_in_failed', 'info')"),
        long_ago,
    )
    day = security_events_of_the_last_day(session)
    assert (day.failed, day.guessing, day.denied, day.critical) == (2, 1, 1, 1)


def test_search_walks_the_index(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = session.scalars(
        text("""EXPLAIN SELECT * FROM security_events e WHERE e.occurred_at >= now() - interval '30 days'
                ORDER BY e.occurred_at DESC, e.id DESC LIMIT 51""")
    ).all()
    assert any("occurred_at_severity_idx" in line for line in plan), plan
