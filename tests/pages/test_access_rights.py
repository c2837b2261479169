"""The views Roles and Rights of the Access screen."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.custom_roles import make_role
from aurum_data.database import Database
from aurum_data.rules.identity import ROLE_PERMISSIONS, Permission, Role
from aurum_data.security.rights import grants_of
from pages.parts.access_labels import MEANINGS
from tests.factories import make_actor
from tests.pages.conftest import AsRole


def access() -> None:
    from pages.access import page

    page()


def shown(view: str) -> AppTest:
    app = AppTest.from_function(access)
    app.query_params["view"] = view
    return app.run(timeout=60)


@pytest.fixture
def sam(site: Database) -> UUID:
    """A sales person."""
    with site.write(None) as session:
        return make_actor(session, Role.SALES).user_id


def test_every_permission_is_said_in_words():
    assert set(MEANINGS) == set(Permission)


def test_the_matrix_is_that_of_the_code_and_the_database(site: Database, as_role: AsRole):
    as_role(Role.ADMIN)
    with site.write(None) as session:
        make_role(session, SYSTEM, name="finance", description="Books", permissions=[Permission.REVENUE_WRITE])
    matrix = shown("Roles").dataframe[0].value.set_index("permission")
    assert matrix.index.tolist() == [str(p) for p in Permission]
    for role, held in ROLE_PERMISSIONS.items():
        assert set(matrix.index[matrix[role]]) == held
    assert matrix.index[matrix["finance"]].tolist() == ["revenue:write"]


def test_a_role_that_the_database_has_otherwise_is_pointed_out(site: Database, as_role: AsRole):
    as_role(Role.ADMIN)
    with site.write(None) as session:
        session.execute(text("DELETE FROM user_permissions WHERE resource = 'market' AND action = 'write'"))
    warnings = [warning.value for warning in shown("Roles").warning]
    assert any("Ops" in warning for warning in warnings)


def person(app: AppTest, user_id: UUID) -> AppTest:
    return app.selectbox(key="person").select(user_id).run(timeout=60)


def test_why_somebody_may_do_something(site: Database, as_role: AsRole, sam: UUID):
    as_role(Role.ADMIN)
    app = person(shown("Rights"), sam)
    app = app.selectbox(key="why_permission").select(Permission.LEADS_WRITE).run(timeout=60)
    assert any("Role Sales: Everywhere, for good, given by the system" in text.value for text in app.markdown)
    app = app.selectbox(key="why_permission").select(Permission.SYSTEM_WRITE).run(timeout=60)
    assert any("nothing that this person holds gives it" in text.value for text in app.markdown)


def test_who_may_do_something(site: Database, as_role: AsRole, sam: UUID):
    as_role(Role.ADMIN)
    app = shown("Rights")
    app = app.selectbox(key="who_permission").select(Permission.LEADS_READ_PII).run(timeout=60)
    assert any(frame.value.get("source", frame.value).tolist() == ["Role Sales"] for frame in app.dataframe)


def button(app: AppTest, label: str):
    return next(b for b in app.button if b.label == label)


def test_a_role_is_given_and_ended(site: Database, as_role: AsRole, sam: UUID):
    as_role(Role.ADMIN)
    app = person(shown("Rights"), sam)
    next(box for box in app.selectbox if box.label == "Role").select("ops")
    next(box for box in app.multiselect if box.label == "Only in these boroughs").select("Bronx")
    button(app, "Give the role").click().run(timeout=60)
    assert any("opens the same things everywhere" in w.value for w in app.warning)  # sales is not limited
    next(box for box in app.multiselect if box.label == "Only in these boroughs").unselect("Bronx")
    button(app, "Give the role").click().run(timeout=60)
    assert [t.value for t in app.toast] == ["The role is given."]
    with site.read_primary() as session:
        assert {grant.role for grant in grants_of(session, sam)} == {"sales", "ops"}
    next(box for box in app.selectbox if box.label == "What").select_index(0)
    button(app, "End it now").click().run(timeout=60)
    with site.read_primary() as session:
        assert len(grants_of(session, sam)) == 1


def test_nobody_is_offered_to_change_their_own(site: Database, as_role: AsRole, sam: UUID):
    me = as_role(Role.ADMIN)
    assert "Give the role" not in [b.label for b in person(shown("Rights"), me).button]
    assert "Give the role" in [b.label for b in person(shown("Rights"), sam).button]
