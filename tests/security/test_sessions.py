"""What keeps a session alive, and what ends it."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.identity import sign_out
from aurum_data.database import Database
from aurum_data.rules.identity import ROLE_PERMISSIONS, Role
from aurum_data.security.sessions import (
    end_sessions_of,
    find_actor,
    find_actor_by_session,
    open_session,
)
from aurum_data.security.tokens import digest
from aurum_data.settings import get_settings
from tests.security.test_sign_in import add_user


def signed_in(session: Session, role: Role = Role.SALES, *, second_factor: bool = False) -> tuple[UUID, str]:
    user_id = add_user(session, role=role, totp=second_factor)
    token = open_session(session, user_id=user_id, second_factor=second_factor, address="192.0.2.1", user_agent="Test")
    assert token is not None
    return user_id, token


@pytest.mark.parametrize("role", list(Role))
def test_the_actor_holds_what_the_role_holds(session: Session, role: Role):
    user_id, token = signed_in(session, role, second_factor=True)
    actor = find_actor(session, token)
    assert actor is not None
    assert (actor.user_id, actor.roles) == (user_id, {role})
    assert actor.permissions == ROLE_PERMISSIONS[role]


def test_the_token_itself_is_not_stored(session: Session):
    _, token = signed_in(session)
    stored = session.scalar(text("SELECT sign_in_sessions::text FROM sign_in_sessions"))
    assert token not in str(stored)


ENDINGS = {
    "revoked": "UPDATE sign_in_sessions SET revoked_at = now()",
    "absolute limit": "UPDATE sign_in_sessions SET expires_at = now()",
    "idle limit": "UPDATE sign_in_sessions SET last_seen_at = now() - interval '61 minutes'",
    "password, role, factor or status changed": "UPDATE users SET auth_epoch = auth_epoch + 1",
    "account disabled": "UPDATE users SET status = 'disabled'",
    "second factor set up since": "UPDATE users SET totp_confirmed_at = now()",
    "session deleted": "DELETE FROM sign_in_sessions",
}


@pytest.mark.parametrize("change", ENDINGS.values(), ids=ENDINGS)
def test_a_session_ends_with(session: Session, change: str):
    _, token = signed_in(session)
    assert find_actor(session, token) is not None
    session.execute(text(change))
    assert find_actor(session, token) is None


@pytest.mark.parametrize("token", ["", "x", "' OR true --"])
def test_what_is_no_token_is_nobody(session: Session, token: str):
    signed_in(session)
    assert find_actor(session, token) is None


def test_an_admin_without_a_second_factor_is_nobody(session: Session):
    _, token = signed_in(session, Role.ADMIN)
    assert find_actor(session, token) is None


def test_an_expired_grant_gives_no_right(session: Session):
    _, token = signed_in(session)
    session.execute(text("UPDATE user_roles SET expires_at = now() - interval '1 second'"))
    actor = find_actor(session, token)
    assert actor is not None
    assert actor.permissions == frozenset()


def test_sign_out_ends_it_and_leaves_an_audit_entry(session: Session):
    _, token = signed_in(session)
    sign_out(session, token=token, address=None)
    assert find_actor(session, token) is None
    assert session.scalar(text("SELECT event FROM audit_log")) == "identity:session:end"


def test_all_sessions_of_a_person_end_together(session: Session):
    user_id, first = signed_in(session)
    second = open_session(session, user_id=user_id, second_factor=False, address=None, user_agent=None)
    end_sessions_of(session, user_id)
    assert [find_actor(session, token) for token in (first, second or "")] == [None, None]


def test_use_is_noted_once_a_minute(session: Session):
    _, token = signed_in(session)
    session.execute(text("UPDATE sign_in_sessions SET last_seen_at = now() - interval '2 minutes'"))
    find_actor(session, token)
    assert session.scalar(text("SELECT last_seen_at = now() FROM sign_in_sessions"))


def test_the_replica_can_answer_for_a_known_session(db: Database):
    """While the primary is away: the reader's role sees no token hashes, but sessions by their key."""
    with db.write(None) as session:
        user_id, token = signed_in(session)
    with db.read_primary() as session:
        actor = find_actor(session, token)
    assert actor is not None
    assert actor.session_id is not None
    deadline = time.monotonic() + 20
    while (found := db.query(None, find_actor_by_session, actor.session_id)) is None and time.monotonic() < deadline:
        time.sleep(0.05)  # nobody waits for the replica here: the session was opened by no actor
    assert found is not None
    assert found.user_id == user_id


# Limits by role


def limits_of(session: Session, token: str) -> tuple[int, float]:
    row = session.execute(
        text(
            "SELECT idle_minutes, extract(epoch FROM expires_at - created_at) / 3600 AS hours FROM sign_in_sessions"
            " WHERE token_hash = :hash"
        ),
        {"hash": digest(token)},
    ).one()
    return row.idle_minutes, float(row.hours)


@pytest.mark.parametrize(
    ("role", "limits"), [(Role.SALES, (60, 12)), (Role.ADMIN, (30, 8)), (Role.COMPLIANCE, (30, 8))]
)
def test_the_limits_of_the_role_are_kept_with_the_session(session: Session, role: Role, limits: tuple[int, int]):
    _, token = signed_in(session, role, second_factor=True)
    assert limits_of(session, token) == limits


def test_the_settings_are_ceilings(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AURUM_SESSION_HOURS", "4")
    monkeypatch.setenv("AURUM_SESSION_IDLE_MINUTES", "20")
    get_settings.cache_clear()
    _, token = signed_in(session)
    assert limits_of(session, token) == (20, 4)
    monkeypatch.undo()
    get_settings.cache_clear()


def test_a_short_idle_limit_ends_a_session_before_the_common_one(session: Session):
    _, token = signed_in(session, Role.ADMIN, second_factor=True)
    session.execute(text("UPDATE sign_in_sessions SET last_seen_at = now() - interval '31 minutes'"))
    assert find_actor(session, token) is None


def test_a_timer_of_the_page_does_not_count_as_use(session: Session):
    _, token = signed_in(session)
    session.execute(text("UPDATE sign_in_sessions SET last_seen_at = now() - interval '2 minutes'"))
    assert find_actor(session, token, in_use=False) is not None
    assert session.scalar(text("SELECT last_seen_at < now() FROM sign_in_sessions"))


# The cookie never stands in for the second factor


def test_a_role_gained_later_opens_nothing_to_a_session_without_the_factor(session: Session):
    user_id, token = signed_in(session, Role.SALES)
    grant = "INSERT INTO user_roles (user_id, role_id) SELECT :id, id FROM roles WHERE role_name = 'admin'"
    session.execute(text(grant), {"id": user_id})
    assert find_actor(session, token) is None


def test_a_right_granted_to_the_person_alone_needs_the_factor_too(session: Session):
    user_id, token = signed_in(session, Role.SALES)
    grant = "INSERT INTO user_permissions (user_id, resource, action) VALUES (:id, 'users', 'write')"
    session.execute(text(grant), {"id": user_id})
    assert find_actor(session, token) is None


def test_a_factor_that_was_reset_opens_nothing_to_those_who_must_have_one(session: Session):
    """Even if the session outlived the reset."""
    _, token = signed_in(session, Role.ADMIN, second_factor=True)
    session.execute(text("UPDATE users SET totp_confirmed_at = NULL"))
    session.execute(text("UPDATE sign_in_sessions SET second_factor = false"))
    assert find_actor(session, token) is None
