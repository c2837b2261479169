"""Another role's view in the frame: its screens, the banner, the way out."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database
from aurum_data.rules.identity import ROLE_PERMISSIONS, Permission, Role
from pages.shell.screens import SCREENS
from tests.pages.conftest import AsRole
from tests.pages.test_shell import MAIN
from tests.test_rights import REFUSED, shown

BANNER = "Nothing can be changed"


def try_view(site: Database, user_id: UUID, role: str) -> None:
    with site.write(None) as session:
        session.execute(
            text("UPDATE sign_in_sessions SET viewing_as = :role WHERE user_ref = :id"), {"role": role, "id": user_id}
        )


def has_banner(app: AppTest) -> bool:
    return any(BANNER in text.value for text in app.markdown)


@pytest.mark.parametrize("role", [Role.SALES, Role.ANALYST])
def test_the_screens_are_those_of_the_role(site: Database, as_role: AsRole, role: Role):
    try_view(site, as_role(Role.ADMIN), role)
    opened = {one.path for one in SCREENS if REFUSED not in [error.value for error in shown(one.path).error]}
    own = ROLE_PERMISSIONS[Role.ADMIN]
    assert opened == {one.path for one in SCREENS if one.permission in ROLE_PERMISSIONS[role] & own}


def test_the_banner_says_so_and_leads_out(site: Database, as_role: AsRole):
    user_id = as_role(Role.ADMIN)
    try_view(site, user_id, "analyst")
    app = AppTest.from_file(str(MAIN)).run(timeout=60)
    assert has_banner(app)
    assert "View as a role" not in [button.label for button in app.sidebar.button]
    app.button(key="leave_view").click().run(timeout=60)
    assert not has_banner(app)
    assert "View as a role" in [button.label for button in app.sidebar.button]


def test_one_without_screens_leads_out_too(site: Database, as_role: AsRole):
    try_view(site, as_role(Role.ADMIN), "gone")
    app = AppTest.from_file(str(MAIN)).run(timeout=60)
    assert app.title[0].value == "No screens yet"
    assert has_banner(app)


def test_others_are_not_offered_it(site: Database, as_role: AsRole):
    as_role(Role.MANAGER)
    app = AppTest.from_file(str(MAIN)).run(timeout=60)
    assert "View as a role" not in [button.label for button in app.sidebar.button]
    assert Permission.USERS_WRITE not in ROLE_PERMISSIONS[Role.MANAGER]
