"""Limits: counted in the database, for each subject apart, and ending by themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.database import Database
from aurum_data.security.limits import Limit, forget, take

THREE = Limit("tests", 3, 60)


def test_the_limit_is_reached_and_not_passed(session: Session) -> None:
    assert [take(session, THREE, "a").allowed for _ in range(5)] == [True, True, True, False, False]


def test_subjects_are_counted_apart(session: Session) -> None:
    for _ in range(4):
        take(session, THREE, "a")
    assert take(session, THREE, "b").allowed


def test_the_window_ends_and_a_new_one_begins(session: Session) -> None:
    for _ in range(4):
        take(session, THREE, "a")
    session.execute(text("UPDATE rate_limits SET window_ends_at = now() - interval '1 second'"))
    taken = take(session, THREE, "a")
    assert (taken.allowed, taken.hits) == (True, 1)
    assert 59 < taken.left_seconds <= 60


def test_forgotten_subject_begins_anew(session: Session) -> None:
    for _ in range(4):
        take(session, THREE, "a")
    forget(session, THREE, "a")
    assert take(session, THREE, "a").allowed


def test_parallel_callers_do_not_outrun_the_limit(db: Database) -> None:
    def once(_: int) -> bool:
        with db.write(None) as session:
            return take(session, THREE, "all").allowed

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(once, range(24))) == 3
