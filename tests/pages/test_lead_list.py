"""The page of the list that a person is at, while leads come and go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database
from aurum_data.queries.lead_filter import Cursor, LeadFilter, LeadSort
from aurum_data.rules.identity import Role
from pages.parts.lead_list import PLACE, SHOWN, Place
from tests.factories import make_lead
from tests.pages.conftest import AsRole

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def script(search: str = "") -> None:
    from aurum_data.queries.lead_filter import LeadFilter, LeadSort
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.lead_list import lead_list

    lead_list(guard(Permission.LEADS_READ), LeadFilter(search=search), LeadSort(), ("name", "status"), narrow=False)


@pytest.fixture
def leads(site: Database, as_role: AsRole) -> list[UUID]:
    """Sixty leads, the newest first."""
    as_role(Role.SALES)
    with site.write(None) as session:
        return [make_lead(session, created_at=DAY - timedelta(hours=hours)).id for hours in range(60)]


def test_who_is_on_a_page_whose_leads_match_no_more_sees_the_one_before(leads: list[UUID]) -> None:
    app = AppTest.from_function(script)
    behind = Cursor(DAY - timedelta(hours=59), leads[59])
    app.session_state[PLACE] = Place(LeadFilter(), LeadSort(), after=behind, number=3)
    app.run(timeout=60)
    assert app.markdown[0].value == "**60 leads** · page 2"
    assert app.session_state[SHOWN] == leads[9:59]


def test_a_search_that_finds_nothing_says_that_deactivated_leads_are_left_out(site: Database, as_role: AsRole) -> None:
    as_role(Role.SALES)
    with site.write(None) as session:
        lead = make_lead(session, is_active=False)
    app = AppTest.from_function(script, args=(str(lead.id),)).run(timeout=60)
    assert "Deactivated leads are left out" in app.caption[-1].value


def test_what_is_selected_is_said_also_when_nothing_matches(site: Database, as_role: AsRole) -> None:
    as_role(Role.SALES)
    with site.write(None) as session:
        lead = make_lead(session)
    app = AppTest.from_function(script, args=("Nobody of this name",))
    app.session_state["leads_selected"] = {lead.id: 1}
    app.run(timeout=60)
    assert ":material/check_box: **1 selected**, 1 of them not in this list" in [one.value for one in app.markdown]
