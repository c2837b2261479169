"""While the application is frozen no action changes anything, except the one that releases it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data import actions
from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.freeze import LONGEST_REASON, freeze, unfreeze
from aurum_data.actions.privacy import (
    acknowledge,
    extend_once,
    place_on_hold,
    register_request,
    start,
    verify_identity,
)
from aurum_data.clock import today
from aurum_data.errors import ConfirmationNeeded, Conflict, Invalid, NotAllowed, ReadOnly
from aurum_data.queries.freeze import switches
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Role
from aurum_data.rules.privacy import RequestSource, RequestType
from tests.factories import make_actor

# What works while everything is frozen, and why.
WORKS_WHILE_FROZEN = {
    "freeze.freeze": "a second switch may be needed",
    "freeze.unfreeze": "else nobody could release it",
    "confirmation.asked_for": "whoever releases it must confirm who they are",
    "confirmation.confirm": "whoever releases it must confirm who they are",
    "view_as.leave_view": "it ends a view in which nothing could be changed anyway",
}
NO_ACTIONS = {"core", "lead_changes", "links", "reveals", "rights"}  # what actions share
# What only a person may do, with their own account.
OWN = {"inbox", "own_account", "second_factor", "sessions", "single_sign_on"}


def every_action() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function `action(session, actor, ...)` of the actions, by module and name."""
    for module in pkgutil.iter_modules(actions.__path__):
        if module.name in NO_ACTIONS:
            continue
        loaded = importlib.import_module(f"aurum_data.actions.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            parameters = list(inspect.signature(function).parameters)
            if function.__module__ == loaded.__name__ and not name.startswith("_") and parameters[:2] == [
                "session", "actor"
            ]:  # fmt: skip
                yield f"{module.name}.{name}", function


ACTIONS = dict(every_action())


@pytest.fixture
def admin(session: Session) -> Actor:
    """An administrator who confirmed lately."""
    return signed_in(session, make_actor(session, Role.ADMIN))


def signed_in(session: Session, actor: Actor) -> Actor:
    session_id = session.execute(
        text(
            "INSERT INTO sign_in_sessions (token_hash, user_ref, auth_epoch, expires_at)"
            " VALUES (:token, :id, 0, now() + interval '1 hour') RETURNING id"
        ),
        {"id": actor.user_id, "token": uuid4().bytes},
    ).scalar_one()
    return Actor(actor.user_id, actor.username, actor.full_name, session_id, actor.roles, actor.permissions)


def state(session: Session, switch: Freeze) -> tuple[bool, str | None, str]:
    return next((s.is_on, s.reason, s.changed_by) for s in switches(session) if s.switch == switch)


def test_there_are_actions_to_walk() -> None:
    assert len(ACTIONS) > 20


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - set(WORKS_WHILE_FROZEN)))
def test_no_action_works_while_everything_is_frozen(session: Session, admin: Actor, name: str) -> None:
    freeze(session, SYSTEM, switch=Freeze.READ_ONLY, reason="Drill")
    own = name.partition(".")[0] in OWN or name == "accounts.change_password"
    parameters = list(inspect.signature(ACTIONS[name]).parameters.values())[2:]
    arguments = {p.name: "" if p.annotation == "str" else None for p in parameters}
    with pytest.raises(ReadOnly, match="read-only"):
        ACTIONS[name](session, admin if own else SYSTEM, **arguments)


def test_a_switch_says_who_set_it_and_why(session: Session, admin: Actor) -> None:
    freeze(session, admin, switch=Freeze.READ_ONLY, reason=" Wrong prices ")
    assert state(session, Freeze.READ_ONLY) == (True, "Wrong prices", admin.full_name)


def test_release_works_while_frozen(session: Session, admin: Actor) -> None:
    freeze(session, admin, switch=Freeze.READ_ONLY, reason="Drill")
    unfreeze(session, admin, switch=Freeze.READ_ONLY)
    assert not state(session, Freeze.READ_ONLY)[0]


def test_a_command_is_named_as_one(session: Session) -> None:
    freeze(session, SYSTEM, switch=Freeze.STOP_EXPORTS, reason="Drill")
    assert state(session, Freeze.STOP_EXPORTS)[2] == "the command line"


def test_it_is_audited_and_told_to_the_administrators(session: Session, admin: Actor) -> None:
    freeze(session, admin, switch=Freeze.READ_ONLY, reason="Drill")
    unfreeze(session, admin, switch=Freeze.READ_ONLY, reason="Over")
    events = session.execute(text("SELECT event, entity_id, reason FROM audit_log ORDER BY id")).all()
    assert events == [
        ("system:switch:freeze", "read_only", "Drill"),
        ("system:switch:unfreeze", "read_only", "Over"),
    ]
    security = session.execute(text("SELECT event, details FROM security_events ORDER BY id")).all()
    assert security == [
        ("freeze_changed", {"switch": "read_only", "is_on": True}),
        ("freeze_changed", {"switch": "read_only", "is_on": False}),
    ]
    assert session.scalar(text("SELECT count(*) FROM inbox_messages WHERE user_ref = :id"), {"id": admin.user_id})


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_only_administrators_may(session: Session, role: Role) -> None:
    with pytest.raises(NotAllowed):
        freeze(session, make_actor(session, role), switch=Freeze.READ_ONLY, reason="Drill")


def test_a_fresh_confirmation_is_needed_both_ways(session: Session, admin: Actor) -> None:
    freeze(session, SYSTEM, switch=Freeze.STOP_EXPORTS, reason="Drill")
    session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '11 minutes'"))
    with pytest.raises(ConfirmationNeeded):
        freeze(session, admin, switch=Freeze.READ_ONLY, reason="Drill")
    with pytest.raises(ConfirmationNeeded):
        unfreeze(session, admin, switch=Freeze.STOP_EXPORTS)


@pytest.mark.parametrize(("reason", "said"), [(" ", "Give a reason"), ("x" * (LONGEST_REASON + 1), "at most")])
def test_a_reason_is_needed(session: Session, reason: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        freeze(session, SYSTEM, switch=Freeze.READ_ONLY, reason=reason)


def test_a_switch_is_set_once(session: Session) -> None:
    freeze(session, SYSTEM, switch=Freeze.READ_ONLY, reason="Drill")
    with pytest.raises(Conflict, match="on already"):
        freeze(session, SYSTEM, switch=Freeze.READ_ONLY, reason="Another")
    with pytest.raises(Conflict, match="off already"):
        unfreeze(session, SYSTEM, switch=Freeze.STOP_EXPORTS)


class TestErasures:
    """Stopping erasures stops the steps towards one, not the record of the request."""

    @pytest.fixture
    def request_of(self, session: Session) -> Callable[[RequestType], Any]:
        def make(request_type: RequestType) -> Any:
            made = register_request(
                session, SYSTEM, request_type=request_type, source=RequestSource.EMAIL, subject_name="Jane",
                phone="", email="jane@example.com", received_on=today(),
            )  # fmt: skip
            verify_identity(session, SYSTEM, request_id=made.request_id, note="Called back")
            return made.request_id

        return make

    def test_work_on_an_erasure_does_not_begin(self, session: Session, request_of: Any) -> None:
        request_id = request_of(RequestType.ERASURE)
        freeze(session, SYSTEM, switch=Freeze.STOP_ERASURES, reason="Drill")
        with pytest.raises(ReadOnly, match="stopped erasures"):
            start(session, SYSTEM, request_id=request_id)

    def test_its_record_and_clocks_go_on(self, session: Session, request_of: Any) -> None:
        request_id = request_of(RequestType.ERASURE)
        freeze(session, SYSTEM, switch=Freeze.STOP_ERASURES, reason="Drill")
        acknowledge(session, SYSTEM, request_id=request_id)
        extend_once(session, SYSTEM, request_id=request_id, note="Legal question")
        place_on_hold(session, SYSTEM, request_id=request_id, note="Waiting")

    def test_other_requests_go_on(self, session: Session, request_of: Any) -> None:
        request_id = request_of(RequestType.ACCESS)
        freeze(session, SYSTEM, switch=Freeze.STOP_ERASURES, reason="Drill")
        start(session, SYSTEM, request_id=request_id)
