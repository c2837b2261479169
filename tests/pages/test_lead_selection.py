"""Selecting many leads: up to what can be changed at once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Role
from tests.factories import make_lead
from tests.pages.conftest import AsRole


def bar() -> None:
    """The bar above a list of three leads, one of which is selected."""
    from aurum_data.queries.lead_filter import LeadFilter
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.lead_bulk import selection_bar

    selection_bar(guard(Permission.LEADS_READ), LeadFilter(), "3 leads", 3)


def of_queens() -> None:
    """The bar above a list of the leads in Queens."""
    from aurum_data.queries.lead_filter import LeadFilter
    from aurum_data.rules.geography import Borough
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.lead_bulk import selection_bar

    selection_bar(guard(Permission.LEADS_READ), LeadFilter(boroughs=(Borough.QUEENS,)), "1 lead", 1)


def test_it_is_said_how_many_of_the_selected_the_list_does_not_show(site: Database, as_role: AsRole) -> None:
    with site.write(None) as session:
        boroughs = (Borough.QUEENS, Borough.BROOKLYN, Borough.BRONX)
        here, *others = [make_lead(session, borough=borough).id for borough in boroughs]
    as_role(Role.SALES)
    app = AppTest.from_function(of_queens)
    app.session_state["leads_selected"] = {here: 1}
    assert app.run(timeout=60).markdown[0].value == ":material/check_box: **1 selected**"
    app.session_state["leads_selected"] = {here: 1} | dict.fromkeys(others, 1)
    assert app.run(timeout=60).markdown[0].value.endswith("**3 selected**, 2 of them not in this list")


@pytest.mark.parametrize(("most", "warned"), [(2, ["More than 2 leads match: narrow the filter."]), (3, [])])
def test_more_leads_than_can_be_changed_at_once_are_not_selected(
    site: Database, as_role: AsRole, monkeypatch: pytest.MonkeyPatch, most: int, warned: list[str]
) -> None:
    monkeypatch.setattr("pages.parts.lead_bulk.MOST_LEADS", most)
    first = uuid4()
    with site.write(None) as session:
        for lead_id in (first, uuid4(), uuid4()):
            make_lead(session, id=lead_id)
    as_role(Role.SALES)
    app = AppTest.from_function(bar)
    app.session_state["leads_selected"] = {first: 1}
    app.run(timeout=60)
    app.button(key="select_all").click().run(timeout=60)
    assert [one.value for one in app.warning] == warned
    assert len(app.session_state["leads_selected"]) == (1 if warned else 3)
