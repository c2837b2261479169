"""Limits per address and for all together: what counts, what is given back, what is left alone."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import identity
from aurum_data.security.limits import Limit, give_back, network_of, take
from tests.security.test_sign_in import PASSWORD, add_user, events, outcomes, try_password


@pytest.fixture
def three_per_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "ADDRESS_TRIES", Limit("sign_in_address", 3, 900))


@pytest.fixture
def three_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "ALL_TRIES", Limit("sign_in_all", 3, 900))


def guess_names(session: Session, tries: int, address: str = "192.0.2.1") -> None:
    """One password for many names, as stuffing does."""
    for number in range(tries):
        try_password(session, "guess", f"name{number}", address=address)


@pytest.mark.usefixtures("three_per_address")
class TestAddress:
    def test_many_names_from_one_address_meet_a_limit(self, session: Session):
        add_user(session)
        guess_names(session, 4)
        assert try_password(session, PASSWORD) == "wrong"
        assert outcomes(session)[-2:] == ["blocked", "blocked"]

    def test_another_address_is_left_alone(self, session: Session):
        add_user(session)
        guess_names(session, 4)
        assert try_password(session, PASSWORD, address="192.0.2.2") == "right"

    def test_it_does_not_count_on_the_account(self, session: Session):
        add_user(session)
        guess_names(session, 4)
        for _ in range(9):
            try_password(session, "guess")
        assert session.scalar(text("SELECT failed_attempts FROM users")) == 0

    def test_right_passwords_do_not_use_it_up(self, session: Session):
        add_user(session)
        assert [try_password(session, PASSWORD) for _ in range(8)] == ["right"] * 8

    def test_it_ends_by_itself(self, session: Session):
        add_user(session)
        guess_names(session, 9)
        session.execute(text("UPDATE rate_limits SET window_ends_at = now()"))
        assert try_password(session, PASSWORD) == "right"

    def test_meeting_it_is_one_event(self, session: Session):
        guess_names(session, 9)
        assert events(session) == ["sign_in_failed"] * 3 + ["sign_in_guessing"]


@pytest.mark.usefixtures("three_in_all")
class TestAll:
    def test_many_names_from_many_addresses_meet_a_limit(self, session: Session):
        add_user(session)
        for number in range(4):
            guess_names(session, 1, f"192.0.2.{number}")
        assert try_password(session, PASSWORD, address="192.0.2.99") == "wrong"

    def test_meeting_it_is_one_event(self, session: Session):
        for number in range(9):
            guess_names(session, 1, f"192.0.2.{number}")
        assert events(session) == ["sign_in_failed"] * 3 + ["sign_in_guessing"]


def test_a_try_without_an_address_counts_for_all_only(session: Session):
    identity.begin_password_attempt(session, username="nobody")
    assert session.execute(text("SELECT limiter, subject FROM rate_limits")).all() == [("sign_in_all", "all")]


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_an_address_stands_for_its_customer(address: str, subject: str):
    assert network_of(address) == subject


def test_what_is_given_back_can_be_taken_again(session: Session):
    one = Limit("tests", 1, 60)
    assert take(session, one, "a").allowed
    give_back(session, one, "a")
    assert take(session, one, "a").allowed
    assert not take(session, one, "a").allowed


def test_only_the_first_refusal_is_said_to_be_the_first(session: Session):
    one = Limit("tests", 1, 60)
    assert [take(session, one, "a").first_refused for _ in range(4)] == [False, True, False, False]
