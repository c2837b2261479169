"""Browsers that finished a sign-in before: a stranger who keeps an account paused cannot keep its owner out."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import identity
from aurum_data.security.devices import remember_device, renew_device
from tests.security.test_sign_in import PASSWORD, add_user, end_pause, events, outcomes, redeem, try_password


def sign_in(session: Session, user_id: UUID, device: str | None = None) -> str:
    """Finish a sign-in; the device token that the browser has from then on."""
    ticket = identity.issue_ticket(session, user_id=user_id, second_factor=False, nonce="mine")
    signed_in = redeem(session, ticket, "mine", device)
    assert signed_in is not None
    return signed_in.device


def pause(session: Session, **browser: str) -> None:
    """Guess until the answer is a pause."""
    while outcomes(session)[-1:] != ["blocked"]:
        try_password(session, "guess", **browser)


class TestTries:
    def test_the_owner_gets_in_from_a_known_browser_while_strangers_hold_the_account_paused(self, session: Session):
        device = sign_in(session, add_user(session))
        pause(session)
        assert try_password(session, PASSWORD) == "wrong"
        assert try_password(session, PASSWORD, device=device) == "right"

    def test_wrong_tries_from_a_known_browser_do_not_count_on_the_account(self, session: Session):
        device = sign_in(session, add_user(session))
        pause(session, device=device)
        assert try_password(session, PASSWORD) == "right"

    def test_a_known_browser_pauses_too(self, session: Session):
        device = sign_in(session, add_user(session))
        pause(session, device=device)
        assert try_password(session, PASSWORD, device=device) == "wrong"
        assert "sign_in_guessing" in events(session)

    def test_a_browser_known_for_one_person_is_a_stranger_to_another(self, session: Session):
        device = sign_in(session, add_user(session))
        add_user(session, "erin")
        for _ in range(5):
            try_password(session, "guess", "erin")
        assert try_password(session, PASSWORD, "erin", device=device) == "wrong"

    def test_codes_are_counted_on_the_known_browser(self, session: Session):
        user_id = add_user(session, totp=True)
        device = sign_in(session, user_id)
        for _ in range(5):
            identity.check_code(session, user_id=user_id, code="000000", device=device)
        assert try_password(session, PASSWORD) == "needs_code"
        assert try_password(session, PASSWORD, device=device) == "wrong"

    def test_a_right_code_in_a_known_browser_is_taken_during_the_pause_of_the_account(self, session: Session):
        from aurum_data.clock import now
        from aurum_data.security.totp import code_at
        from tests.security.test_sign_in import SECRET

        user_id = add_user(session, totp=True)
        device = sign_in(session, user_id)
        pause(session)
        code = code_at(SECRET, now())
        assert identity.check_code(session, user_id=user_id, code=code, device=device)

    def test_a_finished_sign_in_forgets_the_wrong_tries(self, session: Session):
        user_id = add_user(session)
        device = sign_in(session, user_id)
        pause(session, device=device)
        pause(session)
        device = sign_in(session, user_id, device)
        assert try_password(session, PASSWORD, device=device) == "right"
        assert try_password(session, PASSWORD) == "right"

    def test_known_browsers_are_free_of_the_limits_of_address_and_of_all(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ):
        device = sign_in(session, add_user(session))
        monkeypatch.setattr(identity, "ALL_TRIES", identity.Limit("sign_in_all", 0, 900))
        assert try_password(session, PASSWORD) == "wrong"
        assert try_password(session, PASSWORD, device=device) == "right"


class TestToken:
    def test_only_its_hash_is_stored(self, session: Session):
        device = sign_in(session, add_user(session))
        assert device not in str(session.scalar(text("SELECT user_devices::text FROM user_devices")))

    def test_the_session_says_which_browser_it_is_in(self, session: Session):
        sign_in(session, add_user(session))
        assert session.scalar(text("SELECT d.id = s.device_ref FROM user_devices d, sign_in_sessions s"))

    def test_it_is_new_with_every_sign_in_and_an_old_one_is_worth_nothing(self, session: Session):
        user_id = add_user(session)
        old = sign_in(session, user_id)
        new = sign_in(session, user_id, old)
        pause(session)
        assert try_password(session, PASSWORD, device=old) == "wrong"
        assert try_password(session, PASSWORD, device=new) == "right"

    def test_others_who_signed_in_in_this_browser_keep_it(self, session: Session):
        first, second = add_user(session), add_user(session, "erin")
        both = sign_in(session, second, sign_in(session, first))
        pause(session)
        assert try_password(session, PASSWORD, device=both) == "right"

    def test_a_planted_one_is_no_use_to_whoever_planted_it(self, session: Session):
        user_id = add_user(session)
        sign_in(session, user_id, "planted")
        pause(session)
        assert try_password(session, PASSWORD, device="planted") == "wrong"


class TestEvent:
    def test_the_first_sign_in_of_a_browser_is_an_event_and_the_next_is_not(self, session: Session):
        user_id = add_user(session)
        device = sign_in(session, user_id)
        assert events(session) == ["new_device"]
        sign_in(session, user_id, device)
        assert events(session) == ["new_device"]

    def test_a_browser_that_somebody_else_uses_is_new_for_the_next_person(self, session: Session):
        device = sign_in(session, add_user(session))
        sign_in(session, add_user(session, "erin"), device)
        assert events(session) == ["new_device", "new_device"]


def test_remembering_twice_is_one_row(session: Session):
    user_id = add_user(session)
    token = renew_device(session, None)
    seen = [
        remember_device(session, user_id=user_id, token=token, address=None, user_agent="x" * 999) for _ in range(2)
    ]
    assert [device.is_new for device in seen] == [True, False]
    assert session.scalar(text("SELECT length(user_agent) FROM user_devices")) == 300


def test_a_pause_of_the_account_ends_by_itself(session: Session):
    add_user(session)
    pause(session)
    end_pause(session)
    assert try_password(session, PASSWORD) == "right"
