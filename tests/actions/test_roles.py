"""Roles are given and ended by those who may, never for oneself, and act at once; administrators by two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor, require
from aurum_data.actions.roles import decide_role_grant, end_role, grant_role
from aurum_data.clock import now
from aurum_data.errors import ConfirmationNeeded, Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Permission, Role
from aurum_data.security.rights import grants_of
from tests.factories import make_actor, make_platform, sign_in

TOMORROW = now() + timedelta(days=1)


@pytest.fixture
def ada(session: Session) -> Actor:
    """An administrator, signed in and confirmed."""
    session.execute(text("UPDATE users SET status = 'disabled'"))  # nobody else runs this database
    return sign_in(session, make_actor(session, Role.ADMIN))


@pytest.fixture
def adam(session: Session, ada: Actor) -> Actor:
    """A second one."""
    return sign_in(session, make_actor(session, Role.ADMIN))


@pytest.fixture
def sam(session: Session) -> Actor:
    """A sales person, signed in."""
    return sign_in(session, make_actor(session, Role.SALES))


def roles(session: Session, person: Actor) -> set[str | None]:
    return {grant.role for grant in grants_of(session, person.user_id)}


def trail(session: Session, event: str) -> Any:
    return session.execute(
        text("SELECT * FROM audit_log WHERE event = :event ORDER BY id DESC LIMIT 1"), {"event": event}
    ).one()


def open_request(session: Session) -> UUID:
    return session.scalars(text("SELECT id FROM access_requests WHERE decision IS NULL")).one()


class TestGrant:
    def test_gives_the_role(self, session: Session, ada: Actor, sam: Actor):
        assert grant_role(session, ada, user_id=sam.user_id, role="ops") == "given"
        assert roles(session, sam) == {"sales", "ops"}

    def test_ends_the_sessions_of_the_person_so_that_it_acts_at_once(self, session: Session, ada: Actor, sam: Actor):
        require(session, sam, Permission.LEADS_WRITE)
        grant_role(session, ada, user_id=sam.user_id, role="ops")
        with pytest.raises(NotAllowed):
            require(session, sam, Permission.LEADS_WRITE)

    def test_is_written_down_with_what_was_and_what_is(self, session: Session, ada: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="ops")
        grant_role(session, ada, user_id=sam.user_id, role="ops", until=TOMORROW, reason="Holiday cover")
        entry = trail(session, "identity:role:grant")
        assert (entry.actor_user_id, entry.entity_id, entry.reason) == (ada.user_id, str(sam.user_id), "Holiday cover")
        assert entry.details["before"] == {"until": None, "boroughs": None, "platforms": None}
        assert entry.details["after"]["until"] == TOMORROW.isoformat()

    def test_reaches_the_administrators(self, session: Session, ada: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="ops")
        event = session.execute(text("SELECT event, user_ref FROM security_events ORDER BY id DESC LIMIT 1")).one()
        assert tuple(event) == ("role_changed", sam.user_id)

    def test_until_an_instant(self, session: Session, ada: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="ops", until=TOMORROW)
        session.execute(text("UPDATE user_roles SET expires_at = now() WHERE user_id = :id"), {"id": sam.user_id})
        assert "ops" not in roles(session, sam)

    def test_within_limits(self, session: Session, ada: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="sales", boroughs=[Borough.QUEENS])
        assert [grant.boroughs for grant in grants_of(session, sam.user_id)] == [{"Queens"}]

    @pytest.mark.parametrize("role", [Role.SALES, Role.COMPLIANCE])
    def test_an_administrator_staffs_roles_that_read_personal_data(
        self, session: Session, ada: Actor, sam: Actor, role: Role
    ):
        assert Permission.LEADS_READ_PII not in ada.permissions
        assert grant_role(session, ada, user_id=sam.user_id, role=role) == "given"


class TestRefused:
    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
    def test_for_everybody_but_administrators(self, session: Session, sam: Actor, role: Role):
        actor = sign_in(session, make_actor(session, role))
        with pytest.raises(NotAllowed):
            grant_role(session, actor, user_id=sam.user_id, role="ops")

    def test_for_oneself(self, session: Session, ada: Actor):
        with pytest.raises(NotAllowed, match="their own"):
            grant_role(session, ada, user_id=ada.user_id, role="sales")
        with pytest.raises(NotAllowed, match="their own"):
            end_role(session, ada, user_id=ada.user_id, role="admin")

    def test_without_a_fresh_confirmation(self, session: Session, ada: Actor, sam: Actor):
        session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '11 minutes'"))
        with pytest.raises(ConfirmationNeeded):
            grant_role(session, ada, user_id=sam.user_id, role="ops")

    def test_of_what_the_giver_does_not_hold(self, session: Session, ada: Actor, sam: Actor):
        session.execute(text("DELETE FROM user_permissions WHERE resource = 'users' AND action = 'grant_pii'"))
        with pytest.raises(NotAllowed, match="leads:read_pii"):
            grant_role(session, ada, user_id=sam.user_id, role="compliance")

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"until": now() - timedelta(minutes=1)}, "past"),
            ({"platforms": [uuid4()]}, "does not exist"),
            ({"role": "compliance", "platforms": [uuid4()]}, "limited so"),
            ({"role": "admin", "boroughs": [Borough.BRONX]}, "cannot be limited"),
            ({"reason": "x" * 301}, "300"),
        ],
    )  # fmt: skip
    def test_for_what_cannot_be(self, session: Session, ada: Actor, sam: Actor, values: dict, sentence: str):
        with pytest.raises(Invalid, match=sentence):
            grant_role(session, ada, **{"user_id": sam.user_id, "role": "ops", **values})

    def test_when_it_would_undo_a_limit(self, session: Session, ada: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="sales", boroughs=[Borough.QUEENS])
        with pytest.raises(Conflict, match="opens the same"):
            grant_role(session, ada, user_id=sam.user_id, role="analyst")

    def test_for_a_leaver(self, session: Session, ada: Actor, sam: Actor):
        session.execute(text("UPDATE users SET status = 'disabled' WHERE id = :id"), {"id": sam.user_id})
        with pytest.raises(Conflict, match="disabled"):
            grant_role(session, ada, user_id=sam.user_id, role="ops")

    def test_for_nobody_and_nothing(self, session: Session, ada: Actor, sam: Actor):
        with pytest.raises(NotFound):
            grant_role(session, ada, user_id=uuid4(), role="ops")
        with pytest.raises(NotFound):
            grant_role(session, ada, user_id=sam.user_id, role="emperor")


class TestEnd:
    def test_takes_the_role_away_at_once(self, session: Session, ada: Actor, sam: Actor):
        end_role(session, ada, user_id=sam.user_id, role="sales", reason="Moved on")
        assert roles(session, sam) == set()
        entry = trail(session, "identity:role:end")
        assert (entry.reason, entry.details["after"]) == ("Moved on", None)
        with pytest.raises(NotAllowed):
            require(session, replace(sam, session_id=None), Permission.LEADS_WRITE)

    def test_of_a_role_not_held(self, session: Session, ada: Actor, sam: Actor):
        with pytest.raises(NotFound):
            end_role(session, ada, user_id=sam.user_id, role="ops")

    def test_limits_with_a_real_platform_can_be_given_and_ended(self, session: Session, ada: Actor, sam: Actor):
        end_role(session, ada, user_id=sam.user_id, role="sales")
        platform = make_platform(session)
        grant_role(session, ada, user_id=sam.user_id, role="ops", platforms=[platform.id])
        end_role(session, ada, user_id=sam.user_id, role="ops")
        assert trail(session, "identity:role:end").details["before"]["platforms"] == [str(platform.id)]


class TestAdministrators:
    def test_a_single_one_makes_the_second_alone(self, session: Session, ada: Actor, sam: Actor):
        assert grant_role(session, ada, user_id=sam.user_id, role="admin") == "given"

    def test_of_two_each_asks_the_other(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        assert grant_role(session, ada, user_id=sam.user_id, role="admin", reason="Night shift") == "asked"
        assert "admin" not in roles(session, sam)
        decide_role_grant(session, adam, request_id=open_request(session), approve=True)
        assert "admin" in roles(session, sam)

    def test_the_other_learns_of_it(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="admin", reason="Night shift")
        told = session.scalars(text("SELECT user_ref FROM inbox_messages")).all()
        assert adam.user_id in told

    def test_asking_takes_a_reason(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        with pytest.raises(Invalid, match="why"):
            grant_role(session, ada, user_id=sam.user_id, role="admin")

    def test_asking_twice_is_refused(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="admin", reason="Night shift")
        with pytest.raises(Conflict, match="already"):
            grant_role(session, adam, user_id=sam.user_id, role="admin", reason="Night shift")

    def test_who_asks_cannot_agree_but_may_take_it_back(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="admin", reason="Night shift")
        request = open_request(session)
        with pytest.raises(NotAllowed, match="Another administrator"):
            decide_role_grant(session, ada, request_id=request, approve=True)
        decide_role_grant(session, ada, request_id=request, approve=False)
        assert session.scalar(text("SELECT decision FROM access_requests")) == "withdrawn"

    def test_a_refusal_gives_nothing(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="admin", reason="Night shift")
        decide_role_grant(session, adam, request_id=open_request(session), approve=False)
        assert "admin" not in roles(session, sam)
        assert session.scalar(text("SELECT decision FROM access_requests")) == "refused"

    def test_a_request_lapses_after_a_day(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        grant_role(session, ada, user_id=sam.user_id, role="admin", reason="Night shift")
        request = open_request(session)
        session.execute(text("UPDATE access_requests SET expires_at = expires_at - interval '24 hours'"))
        with pytest.raises(Conflict, match="24 hours"):
            decide_role_grant(session, adam, request_id=request, approve=True)

    def test_the_last_but_one_stays(self, session: Session, ada: Actor, adam: Actor):
        with pytest.raises(Conflict, match="Two administrators"):
            end_role(session, ada, user_id=adam.user_id, role="admin")

    def test_the_last_but_one_gets_no_end(self, session: Session, ada: Actor, adam: Actor):
        with pytest.raises(Conflict, match="Two administrators"):
            grant_role(session, ada, user_id=adam.user_id, role="admin", until=TOMORROW, reason="Leaves")

    def test_one_with_an_end_does_not_count_as_the_second(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        grant_role(session, SYSTEM, user_id=sam.user_id, role="admin", until=TOMORROW)
        with pytest.raises(Conflict, match="Two administrators"):
            end_role(session, ada, user_id=adam.user_id, role="admin")

    def test_of_three_one_may_go(self, session: Session, ada: Actor, adam: Actor, sam: Actor):
        grant_role(session, SYSTEM, user_id=sam.user_id, role="admin")
        end_role(session, ada, user_id=adam.user_id, role="admin")
        assert roles(session, adam) == set()
