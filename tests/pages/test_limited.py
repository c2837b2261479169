"""The screens of people who are limited to some boroughs or platforms."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database
from aurum_data.rules.identity import Role
from aurum_data.security.encryption import Keyring
from pages.shell.screens import SCREENS
from tests.pages.conftest import AsRole
from tests.replication import catch_up
from tests.security.scope_world import World, fill
from tests.test_rights import REFUSED, shown


@pytest.fixture
def world(site: Database, keyring: Keyring) -> World:
    """A lead in Queens and one in Brooklyn, each sold to both Harbor and Summit; the replica has them."""
    with site.write(None) as session:
        user_id = session.scalar(text("INSERT INTO users (username, full_name) VALUES ('pat', 'Pat') RETURNING id"))
        made = fill(session, keyring.digest("phone", "+12125550123"), user_id)
    catch_up(site)
    return made


def limit(site: Database, user_id, **limits) -> None:
    with site.write(None) as session:
        for column, values in limits.items():
            session.execute(
                text(f"UPDATE user_roles SET {column} = :values WHERE user_id = :id"),
                {"values": values, "id": user_id},
            )


def texts(app: AppTest) -> str:
    frames = " ".join(frame.value.to_string() for frame in app.dataframe)
    return " ".join([*(element.value for element in [*app.markdown, *app.header, *app.caption]), frames])


def said(app: AppTest) -> str:
    return " ".join([texts(app), *(element.value for element in app.info)])


def failures(app: AppTest) -> list[str]:
    return [*(error.value for error in app.error), *(str(e.value) for e in app.exception)]


def open_screens() -> set[str]:
    return {one.path for one in SCREENS if REFUSED not in failures(shown(one.path))}


def test_sales_of_a_borough_has_its_leads_and_market(site: Database, world: World, as_role: AsRole):
    limit(site, as_role(Role.SALES), scope_boroughs=["Queens"])
    assert open_screens() == {"leads", "market", "my-work", "team"}
    app = shown("leads")
    assert failures(app) == []
    assert "Rosa Queens" in texts(app)
    assert "Rosa Brooklyn" not in texts(app)
    assert "New leads, 7 days" not in texts(app)  # counted for all boroughs together
    assert failures(shown("market")) == []


def test_sales_of_a_borough_work_on_its_leads_and_touch_no_rules_of_all(site: Database, world: World, as_role: AsRole):
    user_id = as_role(Role.SALES)
    limit(site, user_id, scope_boroughs=["Queens"])
    with site.write(None) as session:
        session.execute(text("UPDATE leads SET assigned_to = :id, status = 'new'"), {"id": user_id})
    catch_up(site)
    mine, team = shown("my-work"), shown("team")
    assert failures(mine) == failures(team) == []
    assert "Rosa Queens" in texts(mine)
    assert "Rosa Brooklyn" not in texts(mine)
    assert [element.value for element in team.header] == ["People"]


def one_lead(lead_id: str) -> None:
    import streamlit as st

    from pages import leads

    st.query_params["lead"] = lead_id
    leads.page()


def test_their_lead_opens_and_another_is_not_there(site: Database, world: World, as_role: AsRole):
    limit(site, as_role(Role.SALES), scope_boroughs=["Queens"])
    app = AppTest.from_function(one_lead, args=(str(world.queens),)).run(timeout=60)
    assert failures(app) == []
    assert "Rosa Queens" in texts(app)
    app = AppTest.from_function(one_lead, args=(str(world.brooklyn),)).run(timeout=60)
    assert [warning.value for warning in app.warning] == ["There is no lead with this id."]
    assert "Rosa" not in texts(app)


def consent_tab(lead_id: str) -> None:
    from uuid import UUID

    from aurum_data.database import get_database
    from aurum_data.queries.lead_record import get_lead
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.lead_consent import lead_consent
    from pages.parts.lead_duplicates import lead_duplicates

    actor = guard(Permission.LEADS_READ)
    lead = get_database().query(actor, get_lead, UUID(lead_id))
    lead_consent(actor, lead)
    lead_duplicates(actor, lead)


def test_a_consent_that_a_duplicate_in_another_borough_withdrew_counts_on_their_lead(
    site: Database, world: World, as_role: AsRole
):
    limit(site, as_role(Role.SALES), scope_boroughs=["Queens"])
    with site.write(None) as session:
        gone = text("UPDATE leads SET duplicate_of = :queens, consent_state = 'withdrawn' WHERE id = :brooklyn")
        session.execute(gone, {"queens": world.queens, "brooklyn": world.brooklyn})
    app = AppTest.from_function(consent_tab, args=(str(world.queens),)).run(timeout=60)
    assert failures(app) == []
    assert [one.value for one in app.warning] == [
        "Another lead of this person withdrew consent. That counts for all of them, so this one may not be sold."
    ]
    assert "No other lead within your boroughs is known to be the same person." in said(app)
    assert "Brooklyn" not in said(app)


def test_ops_of_a_platform_has_its_deliveries_and_money(site: Database, world: World, as_role: AsRole):
    limit(site, as_role(Role.OPS), scope_platforms=[world.harbor])
    assert open_screens() == {"platforms", "revenue"}
    for path in ("platforms", "revenue"):
        app = shown(path)
        assert failures(app) == []
        assert "Summit" not in texts(app)
    assert "$160.00" in " ".join(metric.value for metric in shown("revenue").metric)
