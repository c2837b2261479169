"""A right is asked of the database at the moment of the deed; the deed leaves its audit entry."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor, audit, require, require_self
from aurum_data.errors import ConfirmationNeeded, NotAllowed, ReadOnly
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Permission


@pytest.fixture
def sam(session: Session) -> Actor:
    """A sales person, signed in."""
    user_id: UUID = session.execute(
        text("INSERT INTO users (username, full_name) VALUES ('sam', 'Sam Sales') RETURNING id")
    ).scalar_one()
    session.execute(
        text("INSERT INTO user_roles (user_id, role_id) SELECT :id, id FROM roles WHERE role_name = 'sales'"),
        {"id": user_id},
    )
    session_id = session.execute(
        text(
            "INSERT INTO sign_in_sessions (token_hash, user_ref, auth_epoch, expires_at)"
            " VALUES ('\\x01', :id, 0, now() + interval '1 hour') RETURNING id"
        ),
        {"id": user_id},
    ).scalar_one()
    return Actor(user_id, "sam", "Sam Sales", session_id)


def test_right_of_the_role_is_held(session: Session, sam: Actor) -> None:
    require(session, sam, Permission.LEADS_WRITE)


def test_right_of_another_role_is_refused(session: Session, sam: Actor) -> None:
    with pytest.raises(NotAllowed):
        require(session, sam, Permission.REVENUE_WRITE)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE user_roles SET expires_at = now() - interval '1 second' WHERE user_id = :id",
        "DELETE FROM user_roles WHERE user_id = :id",
        "UPDATE users SET status = 'disabled' WHERE id = :id",
        "UPDATE users SET auth_epoch = auth_epoch + 1 WHERE id = :id",
        "UPDATE sign_in_sessions SET revoked_at = now() WHERE user_ref = :id",
        "UPDATE sign_in_sessions SET expires_at = now() - interval '1 second' WHERE user_ref = :id",
    ],
)
def test_what_ends_the_right_ends_it_at_once(session: Session, sam: Actor, change: str) -> None:
    session.execute(text(change), {"id": sam.user_id})
    with pytest.raises(NotAllowed):
        require(session, sam, Permission.LEADS_WRITE)


def test_permission_granted_to_the_person_counts(session: Session, sam: Actor) -> None:
    session.execute(
        text("INSERT INTO user_permissions (user_id, resource, action) VALUES (:id, 'revenue', 'write')"),
        {"id": sam.user_id},
    )
    require(session, sam, Permission.REVENUE_WRITE)


def test_frozen_application_refuses_even_the_system(session: Session) -> None:
    session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'"))
    with pytest.raises(ReadOnly):
        require(session, SYSTEM, Permission.LEADS_WRITE)


def test_a_switch_stops_only_what_it_names(session: Session, sam: Actor) -> None:
    session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'stop_exports'"))
    require(session, sam, Permission.LEADS_WRITE)
    with pytest.raises(ReadOnly, match="stopped exports"):
        require(session, sam, Permission.LEADS_WRITE, stopped_by=Freeze.STOP_EXPORTS)


def test_an_old_confirmation_is_not_enough_for_what_asks_for_a_fresh_one(session: Session, sam: Actor) -> None:
    require(session, sam, Permission.LEADS_WRITE, fresh=True)
    session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '11 minutes'"))
    require(session, sam, Permission.LEADS_WRITE)
    with pytest.raises(ConfirmationNeeded):
        require(session, sam, Permission.LEADS_WRITE, fresh=True)


def test_a_view_of_another_role_changes_nothing(session: Session, sam: Actor) -> None:
    session.execute(text("UPDATE sign_in_sessions SET viewing_as = 'manager'"))
    with pytest.raises(NotAllowed, match="view"):
        require(session, sam, Permission.LEADS_WRITE)


def test_everybody_signed_in_may_change_their_own_account(session: Session, sam: Actor) -> None:
    require_self(session, sam)
    session.execute(text("UPDATE sign_in_sessions SET revoked_at = now()"))
    with pytest.raises(NotAllowed):
        require_self(session, sam)


def test_the_system_has_no_account_of_its_own(session: Session) -> None:
    with pytest.raises(NotAllowed):
        require_self(session, SYSTEM)


@pytest.fixture
def machine(session: Session) -> Actor:
    """A key that may bring in leads."""
    key_id = session.execute(
        text(
            "INSERT INTO api_keys (key_name, key_prefix, key_hash, scopes)"
            " VALUES ('Website', 'aso_test', '\\x01', ARRAY['leads:import']) RETURNING id"
        )
    ).scalar_one()
    return Actor(None, "Website", "Website", key_id=key_id)


def test_key_holds_its_scopes_and_no_more(session: Session, machine: Actor) -> None:
    require(session, machine, Permission.LEADS_IMPORT)
    with pytest.raises(NotAllowed):
        require(session, machine, Permission.LEADS_READ)


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_ended_key_holds_nothing(session: Session, machine: Actor, column: str) -> None:
    session.execute(text(f"UPDATE api_keys SET {column} = now() - interval '1 second'"))
    with pytest.raises(NotAllowed):
        require(session, machine, Permission.LEADS_IMPORT)


def test_audit_entry_says_who_did_what(session: Session, sam: Actor) -> None:
    audit(session, sam, "leads:status:changed", "lead", "42", reason="called", old="new", new="contacted")
    row = session.execute(text("SELECT actor_name, event, entity_id, reason, details FROM audit_log")).one()
    assert row == ("sam", "leads:status:changed", "42", "called", {"old": "new", "new": "contacted"})
