"""Pausing and resuming a platform: by who may, from the state that they saw, with a reason on record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.platforms import LONGEST_REASON, pause, resume
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.platforms import B2bPlatform
from aurum_data.rules.identity import Role
from tests.factories import make_actor, make_platform


@pytest.fixture
def platform(session: Session) -> B2bPlatform:
    return make_platform(session, platform_name="Harbor Solar")


def test_pause_stops_the_platform_and_notes_why_and_since_when(session: Session, platform: B2bPlatform) -> None:
    since = platform.status_changed_at
    pause(session, SYSTEM, platform_id=platform.id, version=1, reason="  Rejects everything  ")

    session.refresh(platform)
    assert (platform.status, platform.status_reason) == ("paused", "Rejects everything")
    assert platform.version == 2
    assert platform.status_changed_at >= since


def test_resume_brings_a_paused_platform_back(session: Session, platform: B2bPlatform) -> None:
    pause(session, SYSTEM, platform_id=platform.id, version=1, reason="Slow")
    resume(session, SYSTEM, platform_id=platform.id, version=2, reason="Fast again")

    session.refresh(platform)
    assert (platform.status, platform.version) == ("active", 3)


def test_change_on_an_outdated_row_is_refused(session: Session, platform: B2bPlatform) -> None:
    pause(session, SYSTEM, platform_id=platform.id, version=1, reason="Slow")
    resume(session, SYSTEM, platform_id=platform.id, version=2, reason="Fast again")

    with pytest.raises(Conflict, match="Harbor Solar was changed meanwhile and is active now"):
        pause(session, SYSTEM, platform_id=platform.id, version=1, reason="Slow")


def test_second_click_on_pause_is_refused(session: Session, platform: B2bPlatform) -> None:
    pause(session, SYSTEM, platform_id=platform.id, version=1, reason="Slow")

    with pytest.raises(Conflict, match="is paused now"):
        pause(session, SYSTEM, platform_id=platform.id, version=1, reason="Slow")


def test_stopped_platform_cannot_be_resumed(session: Session) -> None:
    stopped = make_platform(session, status="stopped")

    with pytest.raises(Conflict, match="stopped"):
        resume(session, SYSTEM, platform_id=stopped.id, version=1, reason="Try again")


@pytest.mark.parametrize("reason", ["", "   ", "x" * (LONGEST_REASON + 1)])
def test_a_reason_of_sensible_length_is_needed(session: Session, platform: B2bPlatform, reason: str) -> None:
    with pytest.raises(Invalid, match="reason"):
        pause(session, SYSTEM, platform_id=platform.id, version=1, reason=reason)


def test_unknown_platform(session: Session) -> None:
    nobody = make_actor(session, Role.OPS).user_id
    assert nobody is not None
    with pytest.raises(NotFound):
        pause(session, SYSTEM, platform_id=nobody, version=1, reason="Slow")


def test_a_platform_beyond_the_limits_of_the_actor_is_not_found(session: Session, platform: B2bPlatform) -> None:
    ops = replace(make_actor(session, Role.OPS), scope_platforms=frozenset({make_platform(session).id}))
    with pytest.raises(NotFound):
        pause(session, ops, platform_id=platform.id, version=1, reason="Slow")
    pause(
        session, replace(ops, scope_platforms=frozenset({platform.id})), platform_id=platform.id, version=1, reason="x"
    )


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SALES, Role.ANALYST, Role.COMPLIANCE])
def test_who_may_not_write_platforms_is_refused(session: Session, platform: B2bPlatform, role: Role) -> None:
    with pytest.raises(NotAllowed):
        pause(session, make_actor(session, role), platform_id=platform.id, version=1, reason="Slow")
    session.refresh(platform)
    assert platform.status == "active"


def test_change_is_audited_with_reason_and_both_states(session: Session, platform: B2bPlatform) -> None:
    ops = make_actor(session, Role.OPS)
    pause(session, ops, platform_id=platform.id, version=1, reason="Endpoint down")

    entry = session.execute(text("SELECT * FROM audit_log WHERE entity_id = :id"), {"id": str(platform.id)}).one()
    assert (entry.event, entry.actor_user_id, entry.reason) == (
        "platforms:platform:pause",
        ops.user_id,
        "Endpoint down",
    )
    assert entry.details == {"before": "active", "after": "paused"}
