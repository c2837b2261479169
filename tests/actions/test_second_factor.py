"""The second factor: set up, used, replaced, removed, reset."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import access_requests, second_factor
from aurum_data.actions.core import Actor
from aurum_data.clock import now
from aurum_data.errors import ConfirmationNeeded, Conflict, Invalid, NotAllowed
from aurum_data.rules.identity import Role
from aurum_data.security.sessions import find_actor, open_session
from aurum_data.security.totp import code_at, new_secret
from tests.security.test_sign_in import SECRET, add_user

NEW = new_secret()


def signed_in(session: Session, username: str, role: Role, *, totp: bool | None = None) -> tuple[Actor, str]:
    """Somebody who has just signed in, so that their confirmation is fresh; and the session's token."""
    totp = role in {Role.ADMIN, Role.COMPLIANCE} if totp is None else totp
    user_id = add_user(session, username, role=role, totp=totp)
    token = open_session(session, user_id=user_id, second_factor=totp, address="192.0.2.1", user_agent="Test")
    actor = find_actor(session, str(token), address="192.0.2.1")
    assert actor is not None
    return actor, str(token)


def long_ago(session: Session) -> None:
    session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '11 minutes'"))


def events(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT event FROM audit_log ORDER BY id")))


def security_events(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT event FROM security_events ORDER BY id")))


def inbox(session: Session, user_id: UUID | None) -> list[str]:
    return list(session.scalars(text("SELECT title FROM inbox_messages WHERE user_ref = :id"), {"id": user_id}))


def has_factor(session: Session, user_id: UUID | None) -> bool:
    return bool(session.scalar(text("SELECT totp_confirmed_at IS NOT NULL FROM users WHERE id = :id"), {"id": user_id}))


def at_sign_in(session: Session, user_id: UUID, code: str | None = None) -> list[str]:
    return second_factor.set_up_at_sign_in(
        session, user_id=user_id, secret=NEW, code=code or code_at(NEW, now()), address="192.0.2.1"
    )


class TestSetUpAtSignIn:
    def test_a_right_code_stores_it_and_gives_ten_recovery_codes(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN)
        codes = at_sign_in(session, user_id)
        assert len(codes) == 10
        assert has_factor(session, user_id)
        assert events(session) == ["identity:second_factor:set_up"]
        assert security_events(session) == ["second_factor_changed"]
        assert inbox(session, user_id) == ["Your second factor was set up"]

    def test_a_wrong_code_stores_nothing(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN)
        with pytest.raises(Invalid):
            at_sign_in(session, user_id, "000000")
        assert not has_factor(session, user_id)

    def test_the_code_that_proved_it_is_spent(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN)
        code = code_at(NEW, now())
        at_sign_in(session, user_id, code)
        assert second_factor.check_factor(session, user_id=user_id, typed=code, address=None) is None

    def test_it_never_overwrites_one_that_is_there(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN, totp=True)
        with pytest.raises(Conflict):
            at_sign_in(session, user_id)
        assert second_factor.check_factor(session, user_id=user_id, typed=code_at(SECRET, now()), address=None)

    def test_not_for_an_account_that_was_disabled_meanwhile(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN)
        session.execute(text("UPDATE users SET status = 'disabled'"))
        with pytest.raises(Conflict):
            at_sign_in(session, user_id)


class TestSetUpFromTheAccountPage:
    def test_it_ends_the_other_sessions_and_keeps_this_one(self, session: Session):
        actor, token = signed_in(session, "dana", Role.SALES)
        other = open_session(session, user_id=actor.user_id, second_factor=False, address=None, user_agent=None)
        second_factor.set_up(session, actor, secret=NEW, code=code_at(NEW, now()))
        assert find_actor(session, str(other)) is None
        assert find_actor(session, token) is not None

    def test_it_asks_for_a_fresh_confirmation(self, session: Session):
        actor, _ = signed_in(session, "dana", Role.SALES)
        long_ago(session)
        with pytest.raises(ConfirmationNeeded):
            second_factor.set_up(session, actor, secret=NEW, code=code_at(NEW, now()))

    def test_replacing_ends_the_old_secret_and_the_old_recovery_codes(self, session: Session):
        actor, _ = signed_in(session, "dana", Role.ADMIN)
        old = second_factor.new_codes(session, actor)
        second_factor.set_up(session, actor, secret=NEW, code=code_at(NEW, now()))
        after = now() + timedelta(seconds=30)  # the next code: this one is spent
        for typed, fits in ((code_at(SECRET, after), False), (old[0], False), (code_at(NEW, after), True)):
            proof = second_factor.check_factor(session, user_id=actor.user_id, typed=typed, address=None)
            assert (proof is not None) is fits
        assert "identity:second_factor:replace" in events(session)


class TestRemove:
    def test_who_need_not_have_one_may(self, session: Session):
        actor, token = signed_in(session, "dana", Role.SALES, totp=True)
        second_factor.remove(session, actor)
        assert not has_factor(session, actor.user_id)
        assert find_actor(session, token) is not None
        assert session.scalar(text("SELECT count(*) FROM user_recovery_codes")) == 0

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.COMPLIANCE])
    def test_who_must_have_one_may_not(self, session: Session, role: Role):
        actor, _ = signed_in(session, "dana", role)
        with pytest.raises(Conflict):
            second_factor.remove(session, actor)

    def test_it_asks_for_a_fresh_confirmation(self, session: Session):
        actor, _ = signed_in(session, "dana", Role.SALES, totp=True)
        long_ago(session)
        with pytest.raises(ConfirmationNeeded):
            second_factor.remove(session, actor)

    def test_there_must_be_one(self, session: Session):
        actor, _ = signed_in(session, "dana", Role.SALES)
        with pytest.raises(Conflict):
            second_factor.remove(session, actor)


class TestRecoveryCodes:
    def test_each_is_good_once_and_says_how_many_are_left(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN)
        codes = at_sign_in(session, user_id)
        for typed, left in ((codes[3], 9), (codes[3], None), (codes[0].upper(), 8)):
            proof = second_factor.check_factor(session, user_id=user_id, typed=typed, address="192.0.2.1")
            assert (proof and proof.codes_left) == left

    def test_using_one_is_on_record_and_told_to_the_person(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN)
        codes = at_sign_in(session, user_id)
        second_factor.check_factor(session, user_id=user_id, typed=codes[0], address="192.0.2.1")
        assert "recovery_code_used" in security_events(session)
        assert "identity:recovery_code:use" in events(session)
        assert "A recovery code was used" in inbox(session, user_id)

    def test_wrong_ones_count_like_wrong_codes(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN)
        codes = at_sign_in(session, user_id)
        for _ in range(5):
            second_factor.check_factor(session, user_id=user_id, typed="0000-0000-0000", address=None)
        assert second_factor.check_factor(session, user_id=user_id, typed=codes[0], address=None) is None
        outcomes = list(session.scalars(text("SELECT outcome FROM sign_in_attempts ORDER BY id")))
        assert outcomes == ["wrong_code"] * 5 + ["blocked"]

    def test_those_of_another_person_do_not_fit(self, session: Session):
        theirs = at_sign_in(session, add_user(session, "erin", role=Role.ADMIN))
        user_id = add_user(session, role=Role.ADMIN)
        at_sign_in(session, user_id)
        assert second_factor.check_factor(session, user_id=user_id, typed=theirs[0], address=None) is None

    def test_a_new_set_ends_the_old_one(self, session: Session):
        actor, _ = signed_in(session, "dana", Role.ADMIN)
        old, new = second_factor.new_codes(session, actor), second_factor.new_codes(session, actor)
        assert second_factor.check_factor(session, user_id=actor.user_id, typed=old[0], address=None) is None
        assert second_factor.check_factor(session, user_id=actor.user_id, typed=new[0], address=None)

    def test_a_new_set_asks_for_a_fresh_confirmation_and_a_factor(self, session: Session):
        actor, _ = signed_in(session, "dana", Role.SALES)
        with pytest.raises(Conflict):
            second_factor.new_codes(session, actor)
        long_ago(session)
        with pytest.raises(ConfirmationNeeded):
            second_factor.new_codes(session, actor)

    def test_the_codes_themselves_are_not_stored(self, session: Session):
        codes = at_sign_in(session, add_user(session, role=Role.ADMIN))
        stored = str(session.execute(text("SELECT user_recovery_codes::text FROM user_recovery_codes")).all())
        assert not any(code in stored or code.replace("-", "") in stored for code in codes)


class TestReset:
    def test_of_somebody_who_is_no_administrator_is_done_at_once(self, session: Session):
        admin, _ = signed_in(session, "ada", Role.ADMIN)
        other, token = signed_in(session, "carl", Role.COMPLIANCE)
        assert other.user_id is not None
        assert second_factor.reset(session, admin, user_id=other.user_id, reason="Phone lost")
        assert not has_factor(session, other.user_id)
        assert find_actor(session, token) is None
        assert events(session)[-1] == "identity:second_factor:reset"
        assert security_events(session) == ["second_factor_reset"]
        assert inbox(session, other.user_id) == ["Your second factor was removed by an administrator"]

    def test_of_an_administrator_takes_a_second_one(self, session: Session):
        ada, _ = signed_in(session, "ada", Role.ADMIN)
        adam, _ = signed_in(session, "adam", Role.ADMIN)
        anne, token = signed_in(session, "anne", Role.ADMIN)
        assert anne.user_id is not None
        assert not second_factor.reset(session, ada, user_id=anne.user_id, reason="Phone lost")
        assert has_factor(session, anne.user_id)
        second_factor.approve_reset(session, adam, request_id=request_id(session))
        assert not has_factor(session, anne.user_id)
        assert find_actor(session, token) is None
        assert security_events(session) == ["second_factor_reset"]

    @pytest.mark.parametrize("approver", ["the one who asked", "the one it is about"])
    def test_neither_who_asked_nor_whom_it_is_about_may_approve(self, session: Session, approver: str):
        ada, _ = signed_in(session, "ada", Role.ADMIN)
        anne, _ = signed_in(session, "anne", Role.ADMIN)
        assert anne.user_id is not None
        second_factor.reset(session, ada, user_id=anne.user_id, reason="Phone lost")
        with pytest.raises(NotAllowed):
            second_factor.approve_reset(
                session, ada if approver == "the one who asked" else anne, request_id=request_id(session)
            )
        assert has_factor(session, anne.user_id)

    def test_a_request_ends_after_a_day(self, session: Session):
        ada, _ = signed_in(session, "ada", Role.ADMIN)
        adam, _ = signed_in(session, "adam", Role.ADMIN)
        anne, _ = signed_in(session, "anne", Role.ADMIN)
        assert anne.user_id is not None
        second_factor.reset(session, ada, user_id=anne.user_id, reason="Phone lost")
        lasts = session.scalar(text("SELECT extract(epoch FROM expires_at - requested_at) FROM access_requests"))
        assert abs(lasts - 24 * 3600) < 60
        session.execute(text("UPDATE access_requests SET expires_at = now()"))
        with pytest.raises(Conflict):
            second_factor.approve_reset(session, adam, request_id=request_id(session))

    @pytest.mark.parametrize(("who", "word"), [("ada", "withdrawn"), ("adam", "refused")])
    def test_a_refused_or_withdrawn_request_stays_so(self, session: Session, who: str, word: str):
        people = {name: signed_in(session, name, Role.ADMIN)[0] for name in ("ada", "adam", "anne")}
        anne = people["anne"].user_id
        assert anne is not None
        second_factor.reset(session, people["ada"], user_id=anne, reason="Phone lost")
        asked = request_id(session)
        access_requests.refuse(session, people[who], request_id=asked)
        assert session.scalar(text("SELECT decision FROM access_requests")) == word
        with pytest.raises(Conflict):
            second_factor.approve_reset(session, people["adam"], request_id=asked)
        assert has_factor(session, anne)

    def test_the_same_is_not_asked_for_twice(self, session: Session):
        ada, _ = signed_in(session, "ada", Role.ADMIN)
        anne, _ = signed_in(session, "anne", Role.ADMIN)
        assert anne.user_id is not None
        second_factor.reset(session, ada, user_id=anne.user_id, reason="Phone lost")
        with pytest.raises(Conflict):
            second_factor.reset(session, ada, user_id=anne.user_id, reason="Phone lost")

    def test_a_reason_is_needed(self, session: Session):
        ada, _ = signed_in(session, "ada", Role.ADMIN)
        other, _ = signed_in(session, "carl", Role.COMPLIANCE)
        assert other.user_id is not None
        with pytest.raises(Invalid):
            second_factor.reset(session, ada, user_id=other.user_id, reason="  ")

    def test_nobody_resets_their_own(self, session: Session):
        ada, _ = signed_in(session, "ada", Role.ADMIN)
        assert ada.user_id is not None
        with pytest.raises(NotAllowed):
            second_factor.reset(session, ada, user_id=ada.user_id, reason="Phone lost")

    def test_others_may_not(self, session: Session):
        carl, _ = signed_in(session, "carl", Role.COMPLIANCE)
        dana = add_user(session, totp=True)
        with pytest.raises(NotAllowed):
            second_factor.reset(session, carl, user_id=dana, reason="Phone lost")

    def test_asking_and_approving_need_a_fresh_confirmation(self, session: Session):
        ada, _ = signed_in(session, "ada", Role.ADMIN)
        anne, _ = signed_in(session, "anne", Role.ADMIN)
        assert anne.user_id is not None
        second_factor.reset(session, ada, user_id=anne.user_id, reason="Phone lost")
        adam, _ = signed_in(session, "adam", Role.ADMIN)
        long_ago(session)
        with pytest.raises(ConfirmationNeeded):
            second_factor.reset(session, ada, user_id=anne.user_id, reason="Phone lost")
        with pytest.raises(ConfirmationNeeded):
            second_factor.approve_reset(session, adam, request_id=request_id(session))


def request_id(session: Session) -> UUID:
    found = session.scalar(text("SELECT id FROM access_requests"))
    assert isinstance(found, UUID)
    return found
