"""Security events are recorded, and the grave ones reach every administrator once."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.security_events import record_denial, record_security_event
from aurum_data.rules.identity import Role
from aurum_data.rules.security_events import SENTENCES, SEVERITIES, SecurityEventKind
from tests.factories import make_actor

KIND = SecurityEventKind


def inbox(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT u.username FROM inbox_messages m JOIN users u ON u.id = m.user_ref")))


def test_event_is_recorded_with_its_severity(session: Session) -> None:
    sam = make_actor(session, Role.SALES)
    record_security_event(session, KIND.SIGN_IN_FAILED, user_id=sam.user_id, address="192.0.2.7", tries=2)
    row = session.execute(text("SELECT event, severity, user_ref, host(address), details FROM security_events")).one()
    assert row == ("sign_in_failed", "info", sam.user_id, "192.0.2.7", {"tries": 2})


def test_a_grave_event_reaches_the_administrators_and_nobody_else(session: Session) -> None:
    make_actor(session, Role.SALES)
    admin = make_actor(session, Role.ADMIN)
    record_security_event(session, KIND.SIGN_IN_GUESSING, address="192.0.2.7")
    assert inbox(session) == [admin.username]


def test_the_same_news_is_told_once_an_hour(session: Session) -> None:
    make_actor(session, Role.ADMIN)
    for _ in range(3):
        record_security_event(session, KIND.SIGN_IN_GUESSING, address="192.0.2.7")
    assert len(inbox(session)) == 1


def test_a_light_event_stays_out_of_the_inbox(session: Session) -> None:
    make_actor(session, Role.ADMIN)
    record_security_event(session, KIND.NEW_DEVICE)
    assert inbox(session) == []


@pytest.mark.parametrize("kind", SecurityEventKind)
def test_every_kind_has_a_severity_and_a_sentence(kind: SecurityEventKind) -> None:
    assert kind in SEVERITIES
    assert kind in SENTENCES


class TestDenials:
    def count(self, session: Session) -> int:
        query = text("SELECT count(*) FROM security_events WHERE event = 'permission_denied'")
        return int(session.execute(query).scalar_one())

    def test_is_recorded_with_what_was_refused(self, session: Session) -> None:
        sam = make_actor(session, Role.SALES)
        record_denial(session, user_id=sam.user_id, thing="revenue:write", address="192.0.2.7")
        row = session.execute(text("SELECT event, user_ref, host(address), details FROM security_events")).one()
        assert row == ("permission_denied", sam.user_id, "192.0.2.7", {"thing": "revenue:write"})

    def test_who_keeps_trying_does_not_fill_the_log(self, session: Session) -> None:
        sam = make_actor(session, Role.SALES)
        for _ in range(5):
            record_denial(session, user_id=sam.user_id, thing="revenue:write")
        assert self.count(session) == 1

    def test_another_thing_or_another_person_is_news(self, session: Session) -> None:
        sam, amy = make_actor(session, Role.SALES), make_actor(session, Role.ANALYST)
        for user_id, thing in ((sam.user_id, "a"), (sam.user_id, "b"), (amy.user_id, "a")):
            record_denial(session, user_id=user_id, thing=thing)
        assert self.count(session) == 3
