"""The panel in which people change their own password."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database
from aurum_data.rules.identity import Role
from aurum_data.security.passwords import verify_password
from tests.actions.test_links import NEW
from tests.pages.conftest import AsRole
from tests.security.test_sign_in import HASH, PASSWORD


def screen() -> None:
    from pages.parts.guard import current_actor
    from pages.parts.own_password import password_panel

    actor = current_actor()
    assert actor is not None
    password_panel(actor)


@pytest.fixture
def me(site: Database, as_role: AsRole) -> UUID:
    user_id = as_role(Role.SALES)
    with site.write(None) as session:
        session.execute(text("UPDATE users SET password_hash = :hash"), {"hash": HASH})
    return user_id


def fill(old: str, new: str, again: str) -> AppTest:
    app = AppTest.from_function(screen).run(timeout=30)
    for field, value in zip(app.text_input, (old, new, again), strict=True):
        field.set_value(value)
    return app.button[0].click().run(timeout=30)


def is_now(site: Database, password: str) -> bool:
    with site.read_primary() as session:
        return verify_password(session.scalar(text("SELECT password_hash FROM users")), password)


def test_the_password_is_changed(site: Database, me: UUID):
    app = fill(PASSWORD, NEW, NEW)
    assert [message.value for message in app.success] == ["Your password is changed."]
    assert is_now(site, NEW)


def test_a_wrong_old_password_is_refused_and_counted(site: Database, me: UUID):
    app = fill("guess", NEW, NEW)
    assert "present password is not right" in app.error[0].value
    assert is_now(site, PASSWORD)
    with site.read_primary() as session:
        assert session.scalar(text("SELECT hits FROM rate_limits WHERE limiter = 'own_password'")) == 1


@pytest.mark.parametrize(("new", "again"), [(NEW, NEW + "x"), ("short", "short"), ("password1234", "password1234")])
def test_what_does_not_fit_is_refused_with_the_reason(site: Database, me: UUID, new: str, again: str):
    app = fill(PASSWORD, new, again)
    assert len(app.warning) == 1
    assert is_now(site, PASSWORD)


def test_password_managers_can_fill_it(site: Database, me: UUID):
    app = AppTest.from_function(screen).run(timeout=30)
    assert [field.proto.autocomplete for field in app.text_input] == [
        "current-password",
        "new-password",
        "new-password",
    ]
