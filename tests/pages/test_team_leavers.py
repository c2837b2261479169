"""Choosing whose leads are handed over."""

from __future__ import annotations

from sqlalchemy import text

from aurum_data.database import Database
from aurum_data.rules.identity import Role
from tests.factories import make_lead
from tests.pages.conftest import AsRole
from tests.pages.test_limited import limit
from tests.test_rights import shown


def test_leavers_of_one_name_are_told_apart_also_by_a_limited_person(site: Database, as_role: AsRole) -> None:
    limit(site, as_role(Role.SALES), scope_boroughs=["Brooklyn"])
    with site.write(None) as session:
        for username, name in (("gone1", "Ann Gone"), ("gone2", "Ann Gone"), ("gone3", "Bo Gone")):
            person = session.scalar(
                text(
                    "INSERT INTO users (username, full_name, status) VALUES (:username, :name, 'disabled') RETURNING id"
                ),
                {"username": username, "name": name},
            )
            make_lead(session, assigned_to=person)
    leaver = next(box for box in shown("team").selectbox if box.label == "Leads of")
    assert sorted(leaver.options) == ["Ann Gone (gone1)", "Ann Gone (gone2)", "Bo Gone"]
