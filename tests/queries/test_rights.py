"""Who may do what and why: read from the grants themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.roles import end_role, grant_role
from aurum_data.actions.user_permissions import give_permission
from aurum_data.clock import now
from aurum_data.queries.rights import held_grants, list_roles, unused_accounts, who, why
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import ROLE_PERMISSIONS, Permission, Role
from tests.factories import make_actor, make_platform, sign_in

P = Permission


@pytest.fixture
def sam(session: Session) -> Actor:
    """A sales person."""
    return make_actor(session, Role.SALES)


def test_the_database_holds_the_roles_of_the_code(session: Session):
    roles = {role.name: role for role in list_roles(session)}
    assert {Role(name): role.permissions for name, role in roles.items() if role.is_system} == ROLE_PERMISSIONS


def test_a_role_counts_who_holds_it_now(session: Session, sam: Actor):
    def holders() -> int:
        return next(role.holders for role in list_roles(session) if role.name == "sales")

    before = holders()
    session.execute(text("UPDATE user_roles SET expires_at = now() WHERE user_id = :id"), {"id": sam.user_id})
    assert holders() == before - 1


def test_why_names_each_grant_that_gives_it_by_whom_and_until_when(session: Session, sam: Actor):
    ada = sign_in(session, make_actor(session, Role.ADMIN))
    until = now() + timedelta(days=3)
    grant_role(session, ada, user_id=sam.user_id, role="ops", until=until)
    give_permission(session, ada, user_id=sam.user_id, permission=P.PLATFORMS_WRITE)
    given = why(held_grants(session), sam.user_id, P.PLATFORMS_WRITE)
    assert [(e.grant.role, e.granted_by, e.expires_at) for e in given] == [
        ("ops", ada.full_name, until),
        (None, ada.full_name, None),
    ]


def test_why_says_nothing_for_what_is_not_held(session: Session, sam: Actor):
    assert why(held_grants(session), sam.user_id, P.SYSTEM_WRITE) == []


def test_a_limit_is_told_with_the_names_of_platforms(session: Session, sam: Actor):
    platform = make_platform(session, platform_name="Harbor Solar")
    grant_role(session, SYSTEM, user_id=sam.user_id, role="sales", boroughs=[Borough.BRONX], platforms=[platform.id])
    (entry,) = why(held_grants(session), sam.user_id, P.LEADS_WRITE)
    assert (entry.grant.boroughs, entry.platform_names) == ({"Bronx"}, ["Harbor Solar"])


def test_a_limited_person_is_not_among_those_who_may_do_what_cannot_be_limited(session: Session, sam: Actor):
    end_role(session, SYSTEM, user_id=sam.user_id, role="sales")
    grant_role(session, SYSTEM, user_id=sam.user_id, role="ops", boroughs=[Borough.BRONX])
    held = held_grants(session)
    assert sam.user_id in {entry.user_id for entry in who(held, P.LEADS_WRITE)}
    assert sam.user_id not in {entry.user_id for entry in who(held, P.LEADS_IMPORT)}


@pytest.mark.parametrize("permission", list(Permission))
def test_who_is_exactly_those_whose_roles_say_so(session: Session, permission: Permission):
    people = {role: make_actor(session, role).user_id for role in Role}
    found = {entry.user_id for entry in who(held_grants(session), permission)}
    assert {role for role, user_id in people.items() if user_id in found} == {
        role for role in Role if permission in ROLE_PERMISSIONS[role]
    }


def test_leavers_are_not_told_of(session: Session, sam: Actor):
    session.execute(text("UPDATE users SET status = 'disabled' WHERE id = :id"), {"id": sam.user_id})
    assert sam.user_id not in {entry.user_id for entry in held_grants(session)}


def test_accounts_that_nobody_uses(session: Session):
    def made(days: int, *, signed_in: int | None = None):
        person = make_actor(session, Role.SALES)
        session.execute(
            text(
                "UPDATE users SET created_at = now() - make_interval(days => :days), last_sign_in_at ="
                " now() - make_interval(days => CAST(:signed_in AS int)) WHERE id = :id"
            ),
            {"id": person.user_id, "days": days, "signed_in": signed_in},
        )
        return person.user_id

    never, long_ago, lately, new = made(61), made(400, signed_in=61), made(400, signed_in=59), made(59)
    unused = unused_accounts(session, days=60)["user_id"].tolist()
    assert (never in unused, long_ago in unused, lately in unused, new in unused) == (True, True, False, False)
