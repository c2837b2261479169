"""Looks at contact data: each with a reason, so many an hour, and many of them known to the administrators."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.actions.reveals import MANY, REVEALS, count_reveal
from aurum_data.errors import Invalid, NotAllowed
from aurum_data.rules.identity import Role
from tests.factories import make_actor


@pytest.fixture
def sam(session: Session) -> Actor:
    return make_actor(session, Role.SALES)


def look(session: Session, actor: Actor, times: int) -> None:
    for _ in range(times):
        count_reveal(session, actor, "Callback")


def events(session: Session) -> int:
    return session.scalar(text("SELECT count(*) FROM security_events WHERE event = 'contact_reveals_many'")) or 0


@pytest.mark.parametrize("reason", ["", "  ", "\x00", "x" * 301])
def test_a_look_needs_a_reason_of_some_words(session: Session, sam: Actor, reason: str) -> None:
    with pytest.raises(Invalid):
        count_reveal(session, sam, reason)


def test_the_looks_of_an_hour_come_to_an_end(session: Session, sam: Actor) -> None:
    look(session, sam, REVEALS.times)
    with pytest.raises(NotAllowed, match="within an hour"):
        count_reveal(session, sam, "Callback")


def test_people_are_counted_apart(session: Session, sam: Actor) -> None:
    look(session, sam, REVEALS.times)
    look(session, make_actor(session, Role.SALES), 1)


def test_many_looks_are_a_security_event_once(session: Session, sam: Actor) -> None:
    look(session, sam, MANY - 1)
    assert events(session) == 0
    look(session, sam, MANY)
    assert events(session) == 1
