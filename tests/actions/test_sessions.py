"""Ending sessions."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import sessions
from aurum_data.errors import NotAllowed, NotFound
from aurum_data.rules.identity import Role
from aurum_data.security.sessions import find_actor, open_session
from tests.actions.test_second_factor import signed_in


def another(session: Session, user_id: UUID | None) -> tuple[UUID, str]:
    assert user_id is not None
    token = str(open_session(session, user_id=user_id, second_factor=True, address=None, user_agent=None))
    actor = find_actor(session, token)
    assert actor is not None
    assert actor.session_id is not None
    return actor.session_id, token


def test_one_of_ones_own(session: Session):
    actor, mine = signed_in(session, "dana", Role.SALES)
    session_id, token = another(session, actor.user_id)
    sessions.end_own(session, actor, session_id=session_id)
    assert find_actor(session, token) is None
    assert find_actor(session, mine) is not None
    entry = session.execute(text("SELECT event, reason FROM audit_log")).one()
    assert tuple(entry) == ("identity:session:end", "ended by the person")


def test_not_somebody_elses(session: Session):
    actor, _ = signed_in(session, "dana", Role.SALES)
    erin, token = signed_in(session, "erin", Role.SALES)
    assert erin.session_id is not None
    with pytest.raises(NotFound):
        sessions.end_own(session, actor, session_id=erin.session_id)
    assert find_actor(session, token) is not None


def test_all_others_of_ones_own(session: Session):
    actor, mine = signed_in(session, "dana", Role.SALES)
    tokens = [another(session, actor.user_id)[1] for _ in range(2)]
    _, theirs = signed_in(session, "erin", Role.SALES)
    assert sessions.end_others(session, actor) == 2
    assert [find_actor(session, token) for token in tokens] == [None, None]
    assert find_actor(session, mine) is not None
    assert find_actor(session, theirs) is not None


def test_those_of_anybody_by_an_administrator(session: Session):
    admin, mine = signed_in(session, "ada", Role.ADMIN)
    dana, first = signed_in(session, "dana", Role.SALES)
    session_id, second = another(session, dana.user_id)
    assert dana.user_id is not None
    sessions.end_of_person(session, admin, user_id=dana.user_id, session_id=session_id)
    assert find_actor(session, second) is None
    assert find_actor(session, first) is not None
    assert sessions.end_of_person(session, admin, user_id=dana.user_id) == 1
    assert find_actor(session, first) is None
    assert find_actor(session, mine) is not None


def test_nobody_else_may(session: Session):
    actor, _ = signed_in(session, "carl", Role.COMPLIANCE)
    erin, _ = signed_in(session, "erin", Role.SALES)
    assert erin.user_id is not None
    with pytest.raises(NotAllowed):
        sessions.end_of_person(session, actor, user_id=erin.user_id)
