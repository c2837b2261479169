"""The time of an answer does not tell whether there is an account, or in what state it is."""

from __future__ import annotations

import time
from statistics import median

import pytest
from sqlalchemy import text

from aurum_data.actions import identity
from aurum_data.database import Database
from aurum_data.security.passwords import verify_password
from tests.security.test_sign_in import add_user

TRIES = 30
TOLERANCE = 1.20
ROUNDS = 3  # the machine may be busy with something else during one of them
STATES = {
    "wrong": "status = 'active', blocked_until = NULL, failed_attempts = 0",
    "paused": "status = 'active', blocked_until = now() + interval '1 hour'",
    "invited": "status = 'invited', password_hash = NULL",
    "disabled": "status = 'disabled'",
}
NAMES = [*STATES, "nobody"]


def arrange(db: Database) -> None:
    """Nothing has been tried yet: accounts named after their state."""
    with db.write(None) as session:
        session.execute(text("DELETE FROM rate_limits"))
        for name, state in STATES.items():
            session.execute(text(f"UPDATE users SET {state} WHERE username = :name"), {"name": name})


def seconds_of_a_try(db: Database, name: str) -> float:
    """How long a wrong try takes, step by step as the form makes it."""
    began = time.perf_counter()
    with db.write(None) as session:
        attempt = identity.begin_password_attempt(session, username=name, address="192.0.2.1")
    matches = verify_password(attempt.password_hash, "a wrong password")
    with db.write(None) as session:
        assert identity.finish_password_attempt(session, attempt, matches=matches, password="") == "wrong"
    return time.perf_counter() - began


def medians(db: Database) -> dict[str, float]:
    """The middle of `TRIES` tries for each name, taken in turns so that a busy machine is busy for all."""
    taken: dict[str, list[float]] = {name: [] for name in NAMES}
    for _ in range(TRIES):
        arrange(db)
        for name in NAMES:
            taken[name].append(seconds_of_a_try(db, name))
    return {name: median(values) for name, values in taken.items()}


@pytest.mark.slow
def test_the_middle_of_thirty_tries_is_the_same_for_every_name(db: Database) -> None:
    with db.write(None) as session:
        for name in STATES:
            add_user(session, name)
    rounds = []
    for _ in range(ROUNDS):
        rounds.append(medians(db))
        if max(rounds[-1].values()) <= TOLERANCE * min(rounds[-1].values()):
            return
    raise AssertionError(rounds)
