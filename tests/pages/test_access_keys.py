"""The view Machine keys: made once and shown once, rotated, revoked, by administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database
from aurum_data.rules.identity import Permission, Role
from aurum_data.security.api_keys import Machine, admit
from tests.factories import make_key
from tests.pages.conftest import AsRole


def view() -> None:
    from aurum_data.rules.identity import Permission
    from pages.parts.access_keys import keys_view
    from pages.parts.guard import guard

    keys_view(guard(Permission.KEYS_READ))


def new_key() -> None:
    from pages.parts.access_keys import _new_key

    _new_key()


def chosen(key_id: object, name: str, deed: str) -> None:
    from pages.parts import access_keys

    getattr(access_keys, deed)(key_id, name)


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run(timeout=30)


def rows(site: Database, statement: str) -> list[tuple[Any, ...]]:
    with site.read_primary() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def opened(site: Database, secret: str) -> Machine:
    with site.read_primary() as session:
        machine = admit(session, secret, address=None, needs=None)
    assert isinstance(machine, Machine)
    return machine


def test_a_new_key_is_shown_once_and_works(site: Database, as_role: AsRole) -> None:
    as_role(Role.ADMIN)
    app = AppTest.from_function(new_key).run(timeout=30)
    app.text_input[0].set_value("Website")
    app.multiselect[0].set_value([Permission.LEADS_IMPORT])
    app = press(app, "Make the key")
    (secret,) = [code.value for code in app.code]
    assert opened(site, secret).actor.permissions == {Permission.LEADS_IMPORT}
    assert secret not in str(app.session_state)
    assert not app.run(timeout=30).code


def test_what_does_not_fit_is_said_in_the_dialog(site: Database, as_role: AsRole) -> None:
    as_role(Role.ADMIN)
    app = press(AppTest.from_function(new_key).run(timeout=30), "Make the key")
    assert "name" in app.warning[0].value
    assert rows(site, "SELECT count(*) FROM api_keys") == [(0,)]


def test_a_rotated_key_is_shown_once_and_the_old_one_works_on(site: Database, as_role: AsRole) -> None:
    as_role(Role.ADMIN)
    with site.write(None) as session:
        old, row = make_key(session, Permission.LEADS_READ)
    app = press(AppTest.from_function(chosen, args=(row.id, "Website", "_rotate")).run(timeout=30), "Make the new key")
    (secret,) = [code.value for code in app.code]
    assert opened(site, secret).line_id == opened(site, old).line_id == row.id


def test_a_revoked_key_ends_with_its_reason(site: Database, as_role: AsRole) -> None:
    as_role(Role.ADMIN)
    with site.write(None) as session:
        _, row = make_key(session)
    app = AppTest.from_function(chosen, args=(row.id, "Website", "_revoke")).run(timeout=30)
    app.text_input[0].set_value("Laptop stolen")
    press(app, "Revoke the key")
    assert rows(site, "SELECT revoked_at IS NOT NULL FROM api_keys") == [(True,)]
    assert rows(site, "SELECT reason FROM audit_log WHERE event = 'identity:key:revoke'") == [("Laptop stolen",)]


def test_the_list_names_the_key_and_shows_no_secret(site: Database, as_role: AsRole) -> None:
    as_role(Role.ADMIN)
    with site.write(None) as session:
        secret, row = make_key(session, Permission.LEADS_READ, key_name="Reports")
    app = AppTest.from_function(view).run(timeout=30)
    shown = app.dataframe[0].value
    assert shown["key_name"].tolist() == ["Reports"]
    assert shown["key_prefix"].tolist() == [row.key_prefix]
    assert secret[13:] not in shown.to_csv()


def test_others_see_no_keys(site: Database, as_role: AsRole) -> None:
    as_role(Role.MANAGER)
    app = AppTest.from_function(view).run(timeout=30)
    assert not app.dataframe
    assert "right" in app.error[0].value


@pytest.mark.parametrize("deed", ["_rotate", "_revoke"])
def test_others_get_no_form_for_a_key(site: Database, as_role: AsRole, deed: str) -> None:
    """A dialog runs without the page's first line."""
    as_role(Role.MANAGER)
    app = AppTest.from_function(chosen, args=(UUID(int=1), "Website", deed)).run(timeout=30)
    assert not app.button
    assert "right" in app.error[0].value


def test_others_get_no_form_for_a_new_key(site: Database, as_role: AsRole) -> None:
    as_role(Role.MANAGER)
    app = AppTest.from_function(new_key).run(timeout=30)
    assert not app.button
    assert "right" in app.error[0].value
