"""Proving again who one is."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import second_factor
from aurum_data.actions.confirmation import asked_for, confirm
from aurum_data.actions.core import Actor, require_self
from aurum_data.actions.identity import begin_password_attempt
from aurum_data.clock import now
from aurum_data.errors import ConfirmationNeeded, NotAllowed
from aurum_data.rules.identity import Role
from aurum_data.security.passwords import verify_password
from aurum_data.security.totp import code_at
from tests.actions.test_second_factor import long_ago, signed_in
from tests.security.test_sign_in import PASSWORD, SECRET, add_user, end_pause


def try_it(session: Session, actor: Actor, password: str = PASSWORD, code: str = "") -> bool:
    attempt = begin_password_attempt(session, username=actor.username)
    matches = verify_password(attempt.password_hash, password)
    return confirm(session, actor, attempt, matches=matches, password=password, code=code)


def is_fresh(session: Session, actor: Actor) -> bool:
    try:
        require_self(session, actor, fresh=True)
    except ConfirmationNeeded:
        return False
    return True


def test_the_password_is_enough_without_a_second_factor(session: Session):
    actor, _ = signed_in(session, "dana", Role.SALES)
    long_ago(session)
    assert try_it(session, actor)
    assert is_fresh(session, actor)
    assert session.scalar(text("SELECT event FROM audit_log")) == "identity:session:confirm"


@pytest.mark.parametrize(("password", "code"), [("wrong", None), (PASSWORD, "000000"), (PASSWORD, "")])
def test_with_one_both_have_to_fit(session: Session, password: str, code: str | None):
    actor, _ = signed_in(session, "dana", Role.ADMIN)
    long_ago(session)
    assert not try_it(session, actor, password, code_at(SECRET, now()) if code is None else code)
    assert not is_fresh(session, actor)
    assert try_it(session, actor, PASSWORD, code_at(SECRET, now()))
    assert is_fresh(session, actor)


def test_a_code_is_spent_by_it(session: Session):
    actor, _ = signed_in(session, "dana", Role.ADMIN)
    code = code_at(SECRET, now())
    assert try_it(session, actor, code=code)
    assert not try_it(session, actor, code=code)


def test_a_recovery_code_will_do(session: Session):
    actor, _ = signed_in(session, "dana", Role.ADMIN)
    codes = second_factor.new_codes(session, actor)
    assert try_it(session, actor, code=codes[0])


def test_wrong_tries_count_like_those_of_a_sign_in(session: Session):
    actor, _ = signed_in(session, "dana", Role.SALES)
    for _ in range(5):
        assert not try_it(session, actor, "guess")
    assert not try_it(session, actor)
    end_pause(session)
    assert try_it(session, actor)


def test_only_this_session_is_confirmed(session: Session):
    actor, _ = signed_in(session, "dana", Role.SALES)
    erin, _ = signed_in(session, "erin", Role.SALES)
    long_ago(session)
    try_it(session, actor)
    assert not is_fresh(session, erin)


def test_somebody_elses_password_confirms_nothing(session: Session):
    actor, _ = signed_in(session, "dana", Role.SALES)
    add_user(session, "erin")
    long_ago(session)
    attempt = begin_password_attempt(session, username="erin")
    assert not confirm(session, actor, attempt, matches=True, password=PASSWORD, code="")
    assert not is_fresh(session, actor)


def test_an_ended_session_confirms_nothing(session: Session):
    actor, _ = signed_in(session, "dana", Role.SALES)
    session.execute(text("UPDATE sign_in_sessions SET revoked_at = now()"))
    with pytest.raises(NotAllowed):
        try_it(session, actor)


class TestWithoutAPassword:
    """Somebody who only signs in through an identity provider."""

    def actor(self, session: Session, role: Role) -> Actor:
        actor, _ = signed_in(session, "dana", role)
        session.execute(text("UPDATE users SET password_hash = NULL"))
        long_ago(session)
        return actor

    def test_the_code_alone_has_to_fit(self, session: Session):
        actor = self.actor(session, Role.ADMIN)
        assert asked_for(session, actor) == (False, True)
        assert not confirm(session, actor, None, matches=False, password="", code="000000")
        assert confirm(session, actor, None, matches=False, password="", code=code_at(SECRET, now()))

    def test_without_a_factor_too_there_is_no_proof(self, session: Session):
        actor = self.actor(session, Role.SALES)
        assert not confirm(session, actor, None, matches=False, password="", code="")

    def test_whoever_has_a_password_has_to_give_it(self, session: Session):
        actor, _ = signed_in(session, "erin", Role.ADMIN)
        assert not confirm(session, actor, None, matches=False, password="", code=code_at(SECRET, now()))
