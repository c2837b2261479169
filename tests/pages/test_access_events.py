"""Refusals are recorded wherever they happen, and the view shows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.actions.security_events import record_security_event
from aurum_data.database import Database
from aurum_data.rules.identity import Role
from aurum_data.rules.security_events import SecurityEventKind
from tests.pages.conftest import AsRole


def a_screen_for_others() -> None:
    import streamlit as st

    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard

    guard(Permission.USERS_WRITE)
    st.write("what the right opens")


def an_action_for_others() -> None:
    from aurum_data.actions.platforms import pause
    from aurum_data.database import get_database
    from pages.parts.guard import current_actor
    from pages.parts.panel import explained

    actor = current_actor()
    with explained("Pause a platform"), get_database().write(actor) as session:
        pause(session, actor, platform_id=actor.user_id, version=1, reason="x")


def an_action_after_the_session_ended() -> None:
    from aurum_data.errors import NotAllowed
    from pages.parts.panel import explained

    with explained("Pause a platform"):
        raise NotAllowed("You do not have the right to do this, or your session has ended.")


def run(function: Any) -> AppTest:
    return AppTest.from_function(function).run(timeout=30)


def refusals(site: Database) -> list[tuple[UUID, str]]:
    with site.read_primary() as session:
        rows = session.execute(
            text("SELECT user_ref, details ->> 'thing' FROM security_events WHERE event = 'permission_denied'")
        )
        return [tuple(row) for row in rows]


def test_a_screen_that_is_refused_is_recorded(site: Database, as_role: AsRole) -> None:
    sam = as_role(Role.SALES)
    app = run(a_screen_for_others)
    assert app.error[0].value == "You do not have the right to see this."
    assert not app.markdown
    assert refusals(site) == [(sam, "users:write")]


def test_an_action_that_is_refused_is_recorded_though_its_transaction_is_rolled_back(
    site: Database, as_role: AsRole
) -> None:
    sam = as_role(Role.SALES)
    assert "do not have the right" in run(an_action_for_others).warning[0].value
    assert refusals(site) == [(sam, "Pause a platform")]


def test_an_ended_session_is_no_refusal(site: Database) -> None:
    assert run(an_action_after_the_session_ended).warning
    assert refusals(site) == []


def view() -> None:
    from aurum_data.rules.identity import Permission
    from pages.parts.access_events import events_view
    from pages.parts.guard import guard

    events_view(guard(Permission.USERS_READ))


@pytest.fixture
def events(site: Database, as_role: AsRole) -> UUID:
    """An administrator looks at 60 failed sign-ins and one burst of guessing."""
    admin = as_role(Role.ADMIN)
    with site.write(None) as session:
        for _ in range(60):
            record_security_event(session, SecurityEventKind.SIGN_IN_FAILED, user_id=admin, address="192.0.2.7")
    with site.write(None) as session:
        record_security_event(session, SecurityEventKind.SIGN_IN_GUESSING, address="192.0.2.8", tries=60)
    return admin


def test_view_shows_figures_and_the_newest_events(events: UUID) -> None:
    app = run(view)
    assert [metric.value for metric in app.metric] == ["60", "1", "0", "1"]
    shown = app.dataframe[0].value
    assert len(shown) == 50
    assert shown.iloc[0]["what"].startswith("Many sign-ins failed")
    assert shown.iloc[0]["more"] == "Tries: 60"


def test_view_turns_pages_and_starts_anew_when_filters_change(events: UUID) -> None:
    app = run(view)
    app.button[0].click().run()
    assert len(app.dataframe[0].value) == 11
    app.selectbox(key="severity").select("critical").run()
    assert list(app.dataframe[0].value["address"]) == ["192.0.2.8"]


def test_view_of_nothing_says_so(site: Database, as_role: AsRole) -> None:
    as_role(Role.ADMIN)
    assert "Nothing was recorded" in run(view).caption[-1].value
