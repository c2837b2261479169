"""Screens run by Streamlit's own test harness, over a database of the test's own.

def test_something(site, as_role):
    as_role(Role.MANAGER)
    app = AppTest.from_function(...).run()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.clock import now
from aurum_data.database import Database, get_database
from aurum_data.operations.cluster import PairUrls
from aurum_data.rules.identity import Role
from aurum_data.security.sessions import SESSION_COOKIE, open_session
from aurum_data.settings import get_settings
from tests.replication import catch_up

AsRole = Callable[[Role], UUID]


@pytest.fixture
def site(urls: PairUrls, db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database that screens of this process show; nobody is signed in."""
    monkeypatch.setenv("AURUM_PRIMARY_URL", urls.primary)
    monkeypatch.setenv("AURUM_REPLICA_URL", urls.replica)
    get_settings.cache_clear()
    get_database.cache_clear()
    st.cache_data.clear()  # kept from another test's database
    _be_a_browser_with(monkeypatch, {})
    run = AppTest.run

    def run_on_what_was_written(app: AppTest, *args: Any, **values: Any) -> AppTest:
        catch_up(db)
        return run(app, *args, **values)

    monkeypatch.setattr(AppTest, "run", run_on_what_was_written)
    yield db
    get_database().dispose()
    get_database.cache_clear()
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def as_role(site: Database, monkeypatch: pytest.MonkeyPatch) -> AsRole:
    """Sign a new person of a role in, second factor included; their id."""

    def sign_in(role: Role) -> UUID:
        user_id = uuid4()
        with site.write(None) as session:
            session.execute(
                text(
                    "INSERT INTO users (id, username, full_name, totp_confirmed_at)"
                    " VALUES (:id, :name, 'Test Person', :at)"
                ),
                {"id": user_id, "name": f"{role}-{user_id}", "at": now()},
            )
            session.execute(
                text("INSERT INTO user_roles (user_id, role_id) SELECT :id, id FROM roles WHERE role_name = :role"),
                {"id": user_id, "role": role},
            )
            token = open_session(session, user_id=user_id, second_factor=True, address=None, user_agent="Test")
        _be_a_browser_with(monkeypatch, {SESSION_COOKIE: str(token)})
        return user_id

    return sign_in


def _be_a_browser_with(monkeypatch: pytest.MonkeyPatch, cookies: dict[str, str]) -> None:
    """The harness has no browser; this is the part of one that Streamlit asks for cookies."""
    client = SimpleNamespace(headers={}, cookies=cookies, remote_ip=None)
    monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: client)
