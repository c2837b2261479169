"""Roles of the house's own: made from what the maker may give, changed for all who hold them, never for oneself."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, require
from aurum_data.actions.custom_roles import change_role, make_role, remove_role
from aurum_data.actions.roles import grant_role
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Permission, Role
from aurum_data.security.rights import grants_of
from tests.factories import make_actor, sign_in

P = Permission


@pytest.fixture
def ada(session: Session) -> Actor:
    """An administrator, signed in and confirmed."""
    return sign_in(session, make_actor(session, Role.ADMIN))


@pytest.fixture
def finance(session: Session, ada: Actor) -> UUID:
    """A role that reads and books money."""
    return make_role(
        session, ada, name="Finance  desk", description="Books payments", permissions=[P.REVENUE_READ, P.REVENUE_WRITE]
    )


def holder(session: Session, ada: Actor, role: str = "finance desk") -> Actor:
    person = make_actor(session, Role.ANALYST)
    session.execute(text("DELETE FROM user_roles WHERE user_id = :id"), {"id": person.user_id})
    grant_role(session, ada, user_id=person.user_id, role=role)
    return sign_in(session, person)


def change(session: Session, actor: Actor, role_id: UUID, *permissions: Permission, name: str = "finance desk") -> None:
    change_role(
        session, actor, role_id=role_id, name=name, description="Books payments", permissions=permissions
    )  # fmt: skip


def test_a_made_role_opens_what_it_says(session: Session, ada: Actor, finance: UUID):
    person = holder(session, ada)
    require(session, person, P.REVENUE_WRITE)
    with pytest.raises(NotAllowed):
        require(session, person, P.LEADS_READ)


def test_a_change_reaches_all_who_hold_it_and_ends_their_sessions(session: Session, ada: Actor, finance: UUID):
    person = holder(session, ada)
    change(session, ada, finance, P.REVENUE_READ, P.PLATFORMS_READ)
    assert [g.permissions for g in grants_of(session, person.user_id)] == [{P.REVENUE_READ, P.PLATFORMS_READ}]
    with pytest.raises(NotAllowed):
        require(session, person, P.REVENUE_READ)


def test_a_change_is_written_down_with_what_was_and_what_is(session: Session, ada: Actor, finance: UUID):
    change(session, ada, finance, P.REVENUE_READ, name="accounts")
    details = session.scalar(text("SELECT details FROM audit_log WHERE event = 'identity:custom_role:change'"))
    assert details["before"]["permissions"] == ["revenue:read", "revenue:write"]
    assert (details["after"]["name"], details["after"]["permissions"]) == ("accounts", ["revenue:read"])


def test_nobody_changes_a_role_of_their_own(session: Session, ada: Actor, finance: UUID):
    session.execute(
        text("INSERT INTO user_roles (user_id, role_id) VALUES (:user, :role)"), {"user": ada.user_id, "role": finance}
    )
    with pytest.raises(NotAllowed, match="themselves"):
        change(session, ada, finance, P.REVENUE_READ)


def test_no_role_opens_what_its_maker_may_not_give(session: Session, ada: Actor):
    session.execute(text("DELETE FROM user_permissions WHERE resource = 'users' AND action = 'grant_pii'"))
    with pytest.raises(NotAllowed, match="leads:read_pii"):
        make_role(session, ada, name="callers", description="Call", permissions=[P.LEADS_READ_PII])


@pytest.mark.parametrize("permission", [P.USERS_WRITE, P.USERS_GRANT_PII])
def test_no_role_but_admin_makes_administrators(session: Session, ada: Actor, permission: Permission):
    with pytest.raises(Invalid, match="role Admin"):
        make_role(session, ada, name="deputies", description="Help", permissions=[permission])


def test_a_change_that_would_undo_the_limits_of_somebody_is_refused(session: Session, ada: Actor, finance: UUID):
    person = holder(session, ada)
    grant_role(session, ada, user_id=person.user_id, role="sales", boroughs=[Borough.QUEENS])
    with pytest.raises(Conflict, match="limits"):
        change(session, ada, finance, P.REVENUE_READ, P.LEADS_READ)


@pytest.mark.parametrize("role", list(Role))
def test_the_roles_of_the_system_stay_as_the_code_says(session: Session, ada: Actor, role: Role):
    role_id = session.scalars(text("SELECT id FROM roles WHERE role_name = :name"), {"name": role}).one()
    with pytest.raises(Conflict, match="own roles"):
        change(session, ada, role_id, P.REVENUE_READ)
    with pytest.raises(Conflict, match="own roles"):
        remove_role(session, ada, role_id=role_id)


@pytest.mark.parametrize(
    ("name", "description"),
    [("", "x"), ("9 lives", "x"), ("a<b", "x"), ("a" * 41, "x"), ("good name", " "), ("good name", "x" * 201)],
)
def test_a_role_has_a_plain_name_and_a_purpose(session: Session, ada: Actor, name: str, description: str):
    with pytest.raises(Invalid):
        make_role(session, ada, name=name, description=description, permissions=[])


def test_a_name_is_taken_once(session: Session, ada: Actor, finance: UUID):
    with pytest.raises(Conflict, match="name"):
        make_role(session, ada, name="FINANCE desk", description="x", permissions=[])
    with pytest.raises(Conflict, match="name"):
        change(session, ada, finance, P.REVENUE_READ, name="sales")


def test_a_role_that_somebody_holds_is_not_removed(session: Session, ada: Actor, finance: UUID):
    holder(session, ada)
    with pytest.raises(Conflict, match="A analyst"):
        remove_role(session, ada, role_id=finance)


def test_a_role_that_nobody_holds_goes_with_its_permissions(session: Session, ada: Actor, finance: UUID):
    remove_role(session, ada, role_id=finance)
    left = session.scalar(text("SELECT count(*) FROM user_permissions WHERE role_id = :id"), {"id": finance})
    assert left == 0
    with pytest.raises(NotFound):
        remove_role(session, ada, role_id=finance)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_others_define_no_roles(session: Session, role: Role):
    actor = sign_in(session, make_actor(session, role))
    with pytest.raises(NotAllowed):
        make_role(session, actor, name="mine", description="x", permissions=[])
    with pytest.raises(NotAllowed):
        change(session, actor, uuid4())
    with pytest.raises(NotAllowed):
        remove_role(session, actor, role_id=uuid4())
