"""Going from lead to lead, also over the end of the page of the list."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database
from aurum_data.queries.lead_filter import LeadFilter, LeadSort
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import LeadStatus
from pages.parts.lead_list import OPEN, PLACE, SHOWN, Place
from tests.factories import make_lead
from tests.pages.conftest import AsRole

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def script(lead_id: str) -> None:
    from uuid import UUID

    import streamlit as st

    from aurum_data.database import get_database
    from aurum_data.queries.lead_record import get_lead
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.lead_neighbours import neighbour_buttons

    actor = guard(Permission.LEADS_READ)
    neighbour_buttons(actor, get_database().query(actor, get_lead, st.session_state.get("lead_open") or UUID(lead_id)))


@pytest.fixture
def leads(site: Database, as_role: AsRole) -> list[UUID]:
    """Four leads, the newest first, as the list has them."""
    as_role(Role.SALES)
    with site.write(None) as session:
        made = [make_lead(session, created_at=DAY - timedelta(hours=hours)).id for hours in range(4)]
    deadline = time.monotonic() + 30
    while site.query(None, lambda session: session.scalar(text("SELECT count(*) FROM leads"))) != 4:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return made


def opened(lead_id: UUID, shown: list[UUID], chosen: LeadFilter | None = None) -> AppTest:
    app = AppTest.from_function(script, args=(str(lead_id),))
    app.session_state[PLACE] = Place(chosen or LeadFilter(), LeadSort(), number=2)
    app.session_state[SHOWN], app.session_state[OPEN] = shown, lead_id
    return app.run(timeout=60)


def buttons(app: AppTest) -> dict[str, Any]:
    return {button.label: button for button in app.button}


def test_inside_a_page_the_list_stays_where_it_is(leads: list[UUID]) -> None:
    app = opened(leads[1], leads[:3])
    buttons(app)["Lead below"].click().run(timeout=60)
    assert (app.session_state[OPEN], app.session_state[PLACE].number) == (leads[2], 2)
    buttons(app)["Lead above"].click().run(timeout=60)
    assert app.session_state[OPEN] == leads[1]


def test_beyond_the_last_of_a_page_the_list_turns(leads: list[UUID]) -> None:
    app = opened(leads[1], leads[:2])
    buttons(app)["Lead below"].click().run(timeout=60)
    place = app.session_state[PLACE]
    assert (app.session_state[OPEN], place.number, place.after.lead_id) == (leads[2], 3, leads[1])


def test_before_the_first_of_a_page_the_list_turns_back(leads: list[UUID]) -> None:
    app = opened(leads[2], leads[2:])
    buttons(app)["Lead above"].click().run(timeout=60)
    place = app.session_state[PLACE]
    assert (app.session_state[OPEN], place.number, place.before.lead_id) == (leads[1], 1, leads[2])


@pytest.mark.parametrize(("at", "name"), [(0, "Lead above"), (3, "Lead below")])
def test_at_the_ends_of_the_list_it_goes_no_further(leads: list[UUID], at: int, name: str) -> None:
    assert [one for one, button in buttons(opened(leads[at], leads)).items() if button.disabled] == [name]


def test_a_lead_that_left_the_list_keeps_its_place_in_it(leads: list[UUID]) -> None:
    """As after a change of status: nothing above it is found below it."""
    app = opened(leads[0], leads[1:], LeadFilter(statuses=(LeadStatus.NEW,)))
    assert buttons(app)["Lead above"].disabled
    buttons(app)["Lead below"].click().run(timeout=60)
    assert app.session_state[OPEN] == leads[1]


def test_a_lead_opened_by_its_address_has_no_neighbours(leads: list[UUID]) -> None:
    app = AppTest.from_function(script, args=(str(leads[0]),)).run(timeout=60)
    assert buttons(app) == {}
