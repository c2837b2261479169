"""Another role's view: read-only, written down, and never more than the person may see themselves."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, require, require_self
from aurum_data.actions.leads import reveal_contact
from aurum_data.actions.view_as import leave_view, view_as
from aurum_data.errors import NotAllowed, NotFound
from aurum_data.rules.identity import ROLE_PERMISSIONS, Permission, Role
from aurum_data.security.sessions import find_actor, open_session
from tests.factories import make_actor, make_lead


class Browser:
    """An administrator at a browser: who they are is asked anew at each click."""

    def __init__(self, session: Session, user_id: UUID) -> None:
        self.session = session
        self.token = open_session(session, user_id=user_id, second_factor=True, address=None, user_agent=None)

    @property
    def actor(self) -> Actor:
        found = find_actor(self.session, str(self.token))
        assert found is not None
        return found


@pytest.fixture
def ada(session: Session) -> Browser:
    """An administrator, signed in."""
    return Browser(session, make_actor(session, Role.ADMIN).user_id)


@pytest.mark.parametrize("role", list(Role))
def test_it_shows_what_the_role_sees_but_no_personal_data(session: Session, ada: Browser, role: Role):
    own = ada.actor.permissions
    view_as(session, ada.actor, role=role)
    assert ada.actor.viewing_as == role
    assert ada.actor.permissions == ROLE_PERMISSIONS[role] & own
    assert Permission.LEADS_READ_PII not in ada.actor.permissions


@pytest.mark.parametrize("permission", [Permission.LEADS_WRITE, Permission.USERS_WRITE, Permission.SYSTEM_WRITE])
def test_nothing_can_be_changed_meanwhile(session: Session, ada: Browser, permission: Permission):
    view_as(session, ada.actor, role="ops")
    with pytest.raises(NotAllowed, match="another role"):
        require(session, ada.actor, permission)
    with pytest.raises(NotAllowed, match="another role"):
        require_self(session, ada.actor)


def test_no_contact_is_opened_meanwhile(session: Session, ada: Browser):
    view_as(session, ada.actor, role="sales")
    with pytest.raises(NotAllowed):
        reveal_contact(session, ada.actor, lead_id=make_lead(session).id, field="phone", reason="x")


def test_who_gives_rights_without_being_administrator_sees_no_more_than_they_hold(session: Session):
    person = make_actor(session, Role.ANALYST)
    session.execute(
        text("INSERT INTO user_permissions (user_id, resource, action) VALUES (:id, 'users', 'write')"),
        {"id": person.user_id},
    )
    browser = Browser(session, person.user_id)
    view_as(session, browser.actor, role="admin")
    assert browser.actor.permissions <= ROLE_PERMISSIONS[Role.ANALYST] | {Permission.USERS_WRITE}


def test_leaving_gives_the_own_rights_back(session: Session, ada: Browser):
    own = ada.actor.permissions
    view_as(session, ada.actor, role="analyst")
    leave_view(session, ada.actor)
    assert (ada.actor.permissions, ada.actor.viewing_as) == (own, None)


def test_both_are_written_down(session: Session, ada: Browser):
    view_as(session, ada.actor, role="analyst")
    leave_view(session, ada.actor)
    leave_view(session, ada.actor)
    events = session.execute(text("SELECT event, entity_id FROM audit_log WHERE entity_type = 'role' ORDER BY id"))
    assert [tuple(event) for event in events] == [
        ("identity:view_as:start", "analyst"), ("identity:view_as:end", "analyst"),
    ]  # fmt: skip


def test_other_sessions_of_the_person_are_not_concerned(session: Session, ada: Browser):
    elsewhere = Browser(session, ada.actor.user_id)
    view_as(session, ada.actor, role="analyst")
    assert elsewhere.actor.viewing_as is None


def test_a_role_that_is_not_there(session: Session, ada: Browser):
    with pytest.raises(NotFound):
        view_as(session, ada.actor, role="emperor")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_it_is_for_those_who_give_rights(session: Session, role: Role):
    browser = Browser(session, make_actor(session, role).user_id)
    with pytest.raises(NotAllowed):
        view_as(session, browser.actor, role="analyst")
