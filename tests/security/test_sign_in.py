"""Signing in: tries, pauses, one-time codes, tickets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import identity
from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.rules.identity import Role
from aurum_data.security.encryption import get_keyring
from aurum_data.security.passwords import hash_password, verify_password
from aurum_data.security.totp import code_at, new_secret

PASSWORD = "a long enough password"
HASH = hash_password(PASSWORD)
SECRET = new_secret()


def add_user(session: Session, username: str = "dana", *, role: Role = Role.SALES, totp: bool = False) -> UUID:
    user_id = uuid4()
    sealed = get_keyring().seal(identity.TOTP_FIELD, user_id, SECRET) if totp else None
    session.execute(
        text(
            "INSERT INTO users"
            " (id, username, full_name, password_hash, totp_secret_encrypted, totp_confirmed_at)"
            " VALUES (:id, :username, 'Dana Test', :hash, :sealed, :confirmed)"
        ),
        {
            "id": user_id,
            "username": username,
            "hash": HASH,
            "sealed": sealed,
            "confirmed": now() if totp else None,
        },
    )
    session.execute(
        text("INSERT INTO user_roles (user_id, role_id) SELECT :id, id FROM roles WHERE role_name = :role"),
        {"id": user_id, "role": role},
    )
    return user_id


def try_password(
    session: Session, password: str, username: str = "dana", *, device: str | None = None, address: str = "192.0.2.1"
) -> identity.Outcome:
    attempt = identity.begin_password_attempt(session, username=username, device=device, address=address)
    matches = verify_password(attempt.password_hash, password)
    return identity.finish_password_attempt(session, attempt, matches=matches, password=password)


def end_pause(session: Session) -> None:
    session.execute(text("UPDATE users SET blocked_until = NULL"))


def outcomes(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT outcome FROM sign_in_attempts ORDER BY id")))


class TestPassword:
    def test_right(self, session: Session):
        add_user(session)
        assert try_password(session, PASSWORD) == "right"

    def test_wrong(self, session: Session):
        add_user(session)
        assert try_password(session, "guess") == "wrong"
        assert outcomes(session) == ["wrong_password"]

    def test_unknown_name(self, session: Session):
        assert try_password(session, PASSWORD, "stranger") == "wrong"
        assert outcomes(session) == ["unknown_user"]

    def test_disabled_account(self, session: Session):
        add_user(session)
        session.execute(text("UPDATE users SET status = 'disabled'"))
        assert try_password(session, PASSWORD) == "wrong"

    def test_account_without_a_password(self, session: Session):
        add_user(session)
        session.execute(text("UPDATE users SET password_hash = NULL"))
        assert try_password(session, PASSWORD) == "wrong"

    def test_confirmed_second_factor_asks_for_a_code(self, session: Session):
        add_user(session, totp=True)
        assert try_password(session, PASSWORD) == "needs_code"

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.COMPLIANCE])
    def test_role_that_must_have_a_second_factor_gets_nowhere_without(self, session: Session, role: Role):
        add_user(session, role=role)
        assert try_password(session, PASSWORD) == "needs_second_factor"

    def test_hash_with_old_parameters_is_renewed(self, session: Session):
        add_user(session)
        from argon2 import PasswordHasher

        old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
        session.execute(text("UPDATE users SET password_hash = :old"), {"old": old})
        assert try_password(session, PASSWORD) == "right"
        stored = session.scalar(text("SELECT password_hash FROM users"))
        assert stored != old
        assert verify_password(stored, PASSWORD)


class TestPause:
    def test_four_wrong_tries_are_free(self, session: Session):
        add_user(session)
        for _ in range(4):
            try_password(session, "guess")
        assert try_password(session, PASSWORD) == "right"

    def test_fifth_wrong_try_pauses_even_the_right_password(self, session: Session):
        add_user(session)
        for _ in range(5):
            try_password(session, "guess")
        assert try_password(session, PASSWORD) == "wrong"
        assert outcomes(session)[-1] == "blocked"

    def test_tries_during_a_pause_do_not_lengthen_it(self, session: Session):
        add_user(session)
        for _ in range(5):
            try_password(session, "guess")
        until = session.scalar(text("SELECT blocked_until FROM users"))
        try_password(session, "guess")
        assert session.scalar(text("SELECT blocked_until FROM users")) == until

    def test_pauses_grow_to_a_quarter_of_an_hour_and_no_further(self, session: Session):
        add_user(session)
        pauses = []
        for _ in range(20):
            try_password(session, "guess")
            pauses.append(session.scalar(text("SELECT extract(epoch FROM blocked_until - now())::int FROM users")))
            end_pause(session)
        assert pauses[3:7] == [None, 2, 4, 8]
        assert max(pauses[4:]) == identity.LONGEST_PAUSE_SECONDS

    def test_wrong_codes_count_although_the_password_is_right_in_between(self, session: Session):
        user_id = add_user(session, totp=True)
        for _ in range(5):
            assert try_password(session, PASSWORD) == "needs_code"
            identity.check_code(session, user_id=user_id, code="000000", address=None)
        assert try_password(session, PASSWORD) == "wrong"

    def test_parallel_guesses_do_not_outrun_the_limit(self, db: Database):
        with db.write(None) as session:
            add_user(session)

        def count(_: int) -> bool:
            with db.write(None) as session:
                return identity.begin_password_attempt(session, username="dana").failure != "blocked"

        with ThreadPoolExecutor(12) as pool:
            assert sum(pool.map(count, range(24))) == identity.FREE_TRIES + 1


def events(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT event FROM security_events ORDER BY id")))


class TestEvents:
    def test_a_wrong_password_is_recorded(self, session: Session):
        user_id = add_user(session)
        try_password(session, "guess")
        row = session.execute(text("SELECT event, user_ref, host(address) FROM security_events")).one()
        assert tuple(row) == ("sign_in_failed", user_id, "192.0.2.1")

    def test_a_pause_is_recorded_as_guessing_and_told_to_the_administrators(self, session: Session):
        admin, _ = add_user(session, "ada", role=Role.ADMIN, totp=True), add_user(session)
        for _ in range(7):
            try_password(session, "guess")
        assert events(session) == ["sign_in_failed"] * 5 + ["sign_in_guessing"]
        told = session.execute(text("SELECT user_ref, body FROM inbox_messages")).one()
        assert (told.user_ref, "Account: dana" in told.body) == (admin, True)

    def test_a_wrong_code_is_recorded(self, session: Session):
        user_id = add_user(session, totp=True)
        identity.check_code(session, user_id=user_id, code="000000")
        assert (events(session), outcomes(session)) == (["sign_in_failed"], ["wrong_code"])

    def test_a_wrong_password_and_its_event_are_one_transaction(self, db: Database):
        with pytest.raises(ZeroDivisionError), db.write(None) as session:
            try_password(session, "guess", "stranger")
            raise ZeroDivisionError
        with db.read_primary() as session:
            assert (events(session), outcomes(session)) == ([], [])


class TestCode:
    def test_right_code_is_good_once(self, session: Session):
        user_id = add_user(session, totp=True)
        code = code_at(SECRET, now())
        assert identity.check_code(session, user_id=user_id, code=code, address=None)
        assert not identity.check_code(session, user_id=user_id, code=code, address=None)

    def test_older_code_than_the_last_used_is_refused(self, session: Session):
        user_id = add_user(session, totp=True)
        assert identity.check_code(session, user_id=user_id, code=code_at(SECRET, now()), address=None)
        before = code_at(SECRET, now() - timedelta(seconds=30))
        assert not identity.check_code(session, user_id=user_id, code=before, address=None)

    def test_person_without_a_secret_has_no_right_code(self, session: Session):
        user_id = add_user(session)
        assert not identity.check_code(session, user_id=user_id, code="000000", address=None)


def redeem(session: Session, ticket: str, nonce: str, device: str | None = None) -> identity.SignedIn | None:
    return identity.redeem_ticket(
        session, ticket=ticket, nonce=nonce, device=device, address="192.0.2.1", user_agent="Test"
    )


class TestTicket:
    def test_opens_one_session_in_the_browser_it_was_made_for(self, session: Session):
        user_id = add_user(session)
        ticket = identity.issue_ticket(session, user_id=user_id, second_factor=False, nonce="mine")
        assert redeem(session, ticket, "mine")
        assert redeem(session, ticket, "mine") is None
        assert outcomes(session) == ["success"]

    def test_is_spent_when_another_browser_shows_it(self, session: Session):
        user_id = add_user(session)
        ticket = identity.issue_ticket(session, user_id=user_id, second_factor=False, nonce="mine")
        assert redeem(session, ticket, "theirs") is None
        assert redeem(session, ticket, "mine") is None

    @pytest.mark.parametrize("nonce", ["theirs", ""])
    def test_shown_by_another_browser_is_a_critical_event(self, session: Session, nonce: str):
        user_id = add_user(session)
        redeem(session, identity.issue_ticket(session, user_id=user_id, second_factor=False, nonce="mine"), nonce)
        row = session.execute(text("SELECT event, severity, user_ref FROM security_events")).one()
        assert tuple(row) == ("ticket_misused", "critical", user_id)

    def test_lasts_a_minute(self, session: Session):
        user_id = add_user(session)
        ticket = identity.issue_ticket(session, user_id=user_id, second_factor=False, nonce="mine")
        session.execute(text("UPDATE sign_in_tickets SET expires_at = now()"))
        assert redeem(session, ticket, "mine") is None

    def test_of_an_account_disabled_meanwhile_opens_nothing(self, session: Session):
        user_id = add_user(session)
        ticket = identity.issue_ticket(session, user_id=user_id, second_factor=False, nonce="mine")
        session.execute(text("UPDATE users SET status = 'disabled'"))
        assert redeem(session, ticket, "mine") is None

    def test_leaves_an_audit_entry(self, session: Session):
        user_id = add_user(session)
        redeem(session, identity.issue_ticket(session, user_id=user_id, second_factor=False, nonce="n"), "n")
        entry = session.execute(text("SELECT event, actor_user_id FROM audit_log")).one()
        assert tuple(entry) == ("identity:session:open", user_id)
