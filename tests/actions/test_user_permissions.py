"""A single permission beside the roles: given for a while, taken back at once, with the same rules as roles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, require
from aurum_data.actions.roles import grant_role
from aurum_data.actions.user_permissions import give_permission, withdraw_permission
from aurum_data.clock import now
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Permission, Role
from tests.factories import make_actor, sign_in

P = Permission


@pytest.fixture
def ada(session: Session) -> Actor:
    """An administrator, signed in and confirmed."""
    return sign_in(session, make_actor(session, Role.ADMIN))


@pytest.fixture
def ana(session: Session) -> Actor:
    """An analyst."""
    return make_actor(session, Role.ANALYST)


def test_what_is_given_is_held(session: Session, ada: Actor, ana: Actor):
    give_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ)
    require(session, ana, P.AUDIT_READ)


def test_it_ends_when_it_was_to_end(session: Session, ada: Actor, ana: Actor):
    give_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ, until=now() + timedelta(hours=1))
    session.execute(text("UPDATE user_permissions SET expires_at = now() WHERE user_id = :id"), {"id": ana.user_id})
    with pytest.raises(NotAllowed):
        require(session, ana, P.AUDIT_READ)


def test_it_is_taken_back_at_once(session: Session, ada: Actor, ana: Actor):
    give_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ)
    signed_in = sign_in(session, ana)
    withdraw_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ)
    with pytest.raises(NotAllowed):
        require(session, ana, P.AUDIT_READ)
    with pytest.raises(NotAllowed):  # the session ended too
        require(session, signed_in, P.LEADS_READ)


def test_both_are_written_down_and_told(session: Session, ada: Actor, ana: Actor):
    until = now() + timedelta(hours=1)
    give_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ)
    give_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ, until=until)
    withdraw_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ)
    written = session.execute(
        text("SELECT event, details FROM audit_log WHERE entity_id = :id ORDER BY id"), {"id": str(ana.user_id)}
    ).all()
    assert [(e.event, e.details["before"], e.details["after"]) for e in written] == [
        ("identity:permission:give", None, {"until": None}),
        ("identity:permission:give", {"until": None}, {"until": until.isoformat()}),
        ("identity:permission:withdraw", {"until": until.isoformat()}, None),
    ]
    told = session.scalar(text("SELECT count(*) FROM security_events WHERE user_ref = :id"), {"id": ana.user_id})
    assert told == 3


def test_not_by_oneself(session: Session, ada: Actor):
    with pytest.raises(NotAllowed, match="their own"):
        give_permission(session, ada, user_id=ada.user_id, permission=P.LEADS_READ_PII)
    with pytest.raises(NotAllowed, match="their own"):
        withdraw_permission(session, ada, user_id=ada.user_id, permission=P.LEADS_READ_PII)


def test_not_what_the_giver_lacks(session: Session, ada: Actor, ana: Actor):
    session.execute(text("DELETE FROM user_permissions WHERE resource = 'users' AND action = 'grant_pii'"))
    with pytest.raises(NotAllowed, match="leads:read_pii"):
        give_permission(session, ada, user_id=ana.user_id, permission=P.LEADS_READ_PII)


@pytest.mark.parametrize("permission", [P.USERS_WRITE, P.USERS_GRANT_PII])
def test_not_what_makes_an_administrator(session: Session, ada: Actor, ana: Actor, permission: Permission):
    with pytest.raises(Invalid, match="role Admin"):
        give_permission(session, ada, user_id=ana.user_id, permission=permission)


def test_not_for_somebody_who_is_limited(session: Session, ada: Actor, ana: Actor):
    grant_role(session, ada, user_id=ana.user_id, role="analyst", boroughs=[Borough.QUEENS])
    with pytest.raises(Invalid, match="limited"):
        give_permission(session, ada, user_id=ana.user_id, permission=P.LEADS_WRITE)


def test_not_into_the_past_and_not_for_a_leaver(session: Session, ada: Actor, ana: Actor):
    with pytest.raises(Invalid, match="past"):
        give_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ, until=now())
    session.execute(text("UPDATE users SET status = 'disabled' WHERE id = :id"), {"id": ana.user_id})
    with pytest.raises(Conflict, match="disabled"):
        give_permission(session, ada, user_id=ana.user_id, permission=P.AUDIT_READ)


def test_what_was_not_given_cannot_be_taken(session: Session, ada: Actor, ana: Actor):
    with pytest.raises(NotFound):
        withdraw_permission(session, ada, user_id=ana.user_id, permission=P.LEADS_READ)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_not_by_others(session: Session, ana: Actor, role: Role):
    actor = sign_in(session, make_actor(session, role))
    with pytest.raises(NotAllowed):
        give_permission(session, actor, user_id=ana.user_id, permission=P.LEADS_READ)
    with pytest.raises(NotAllowed):
        withdraw_permission(session, actor, user_id=ana.user_id, permission=P.LEADS_READ)
