"""The forms about a lead while somebody else changes it: what was sent is answered, what was typed is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.actions.leads import change_status
from aurum_data.database import Database
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import LeadStatus
from tests.factories import make_actor, make_lead
from tests.pages.conftest import AsRole


def actions_of(lead_id: str) -> None:
    from uuid import UUID

    from aurum_data.database import get_database
    from aurum_data.queries.lead_record import get_lead
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.lead_actions import act

    actor = guard(Permission.LEADS_READ)
    act(actor, get_database().query(actor, get_lead, UUID(lead_id)))


def details_of(lead_id: str) -> None:
    from uuid import UUID

    from aurum_data.database import get_database
    from aurum_data.queries.lead_record import get_lead
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.lead_details import details_form, edit_button, is_edited

    actor = guard(Permission.LEADS_READ)
    lead = get_database().query(actor, get_lead, UUID(lead_id))
    edit_button(actor, lead)
    if is_edited(actor, lead):
        details_form(lead)


def call_of(lead_id: str) -> None:
    from uuid import UUID

    import streamlit as st

    from aurum_data.rules.identity import Permission
    from pages.parts.call_log import call_card
    from pages.parts.guard import guard

    call_card(guard(Permission.LEADS_WRITE), UUID(lead_id), st.toast)


@pytest.fixture
def lead(site: Database, as_role: AsRole) -> UUID:
    """A new lead, before an administrator."""
    as_role(Role.ADMIN)
    with site.write(None) as session:
        return make_lead(session).id


def shown(screen: Any, lead: UUID) -> AppTest:
    return AppTest.from_function(screen, args=(str(lead),)).run(timeout=60)


def named(widgets: Any, label: str) -> Any:
    return next(widget for widget in widgets if widget.label == label)


def press(app: AppTest, label: str) -> AppTest:
    named(app.button, label).click()
    return app.run(timeout=60)


def somebody_changes(site: Database, lead: UUID, *, to: LeadStatus = LeadStatus.QUALIFIED) -> None:
    with site.write(None) as session:
        change_status(session, make_actor(session, Role.SALES), lead_id=lead, version=1, to=to)


@pytest.mark.parametrize("button", ["Save status", "Save assignment", "Add tag", "Deactivate lead"])
def test_who_sends_a_form_is_told_what_changed_meanwhile(site: Database, lead: UUID, button: str) -> None:
    app = shown(actions_of, lead)
    named(app.text_input, "New tag").input("solar fair")
    named(app.text_input, "Reason").input("Test entry")
    somebody_changes(site, lead)
    press(app, button)
    assert "A sales changed this lead at" in app.warning[0].value
    with site.read_primary() as session:
        row = session.execute(text("SELECT status, assigned_to, tags, is_active FROM leads")).one()
    assert row == ("qualified", None, [], True)


@pytest.mark.parametrize(
    ("button", "version"),
    [("Save status", 2), ("Save assignment", 2), ("Add tag", 2), ("Deactivate lead", 2), ("Save note", 1)],
)
def test_a_selected_lead_stays_selected_as_one_left_it_oneself(
    site: Database, lead: UUID, button: str, version: int
) -> None:
    with site.write(None) as session:
        session.execute(text("UPDATE leads SET assigned_to = :id"), {"id": make_actor(session, Role.SALES).user_id})
    app = AppTest.from_function(actions_of, args=(str(lead),))
    app.session_state["leads_selected"] = {lead: 1}
    app.run(timeout=60)
    named(app.selectbox, "Assigned to").select("Nobody")
    named(app.text_input, "New tag").input("solar fair")
    named(app.text_input, "Reason").input("Test entry")
    named(app.text_area, "Note").input("Call back")
    press(app, button)
    assert list(app.warning) == []
    assert app.session_state["leads_selected"] == {lead: version}


def test_a_selected_lead_stays_selected_as_one_corrected_it(site: Database, lead: UUID) -> None:
    app = AppTest.from_function(details_of, args=(str(lead),))
    app.session_state["leads_selected"] = {lead: 1}
    press(app.run(timeout=60), "Edit details")
    named(app.text_input, "City").input("Astoria")
    press(app, "Save details")
    assert app.session_state["leads_selected"] == {lead: 2}


def test_a_lead_that_was_not_selected_is_not_selected_by_a_change(site: Database, lead: UUID) -> None:
    app = press(shown(actions_of, lead), "Save status")
    assert "leads_selected" not in app.session_state


def test_what_was_typed_stays_until_it_is_saved(site: Database, lead: UUID) -> None:
    app = shown(actions_of, lead)
    named(app.text_input, "Reason (optional)").input("Called twice")
    somebody_changes(site, lead)
    assert named(press(app, "Save status").text_input, "Reason (optional)").value == "Called twice"
    press(app, "Save status")
    assert app.toast[0].value == "Status changed to contacted."
    assert named(app.text_input, "Reason (optional)").value == ""
    with site.read_primary() as session:
        assert session.scalar(text("SELECT reason FROM lead_status_history ORDER BY id DESC LIMIT 1")) == "Called twice"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("is_active = false", "This lead was deactivated meanwhile"),
        ("status = 'sold'", "This lead is sold meanwhile: its status cannot be changed by hand"),
    ],
)
def test_a_form_that_is_gone_says_why(site: Database, lead: UUID, change: str, said: str) -> None:
    app = shown(actions_of, lead)
    with site.write(None) as session:
        session.execute(text(f"UPDATE leads SET {change}, version = 2"))
    press(app, "Save status")
    assert app.warning[0].value.startswith(said)


def test_what_one_closes_oneself_needs_no_word(site: Database, lead: UUID) -> None:
    app = shown(actions_of, lead)
    named(app.text_input, "Reason").input("Test entry")
    press(app, "Deactivate lead")
    assert (app.toast[0].value, list(app.warning)) == ("The lead is deactivated.", [])


def test_a_call_is_logged_with_its_note_whatever_others_did_meanwhile(site: Database, lead: UUID) -> None:
    app = shown(call_of, lead)
    named(app.text_area, "Note (optional)").input("Wants a quote")
    somebody_changes(site, lead)
    press(app, "No answer")
    with site.read_primary() as session:
        rows = session.execute(text("SELECT disposition, note FROM lead_calls")).all()
    assert [tuple(row) for row in rows] == [("no_answer", "Wants a quote")]
    assert named(app.text_area, "Note (optional)").value == "Wants a quote"
    press(app, "No answer")
    assert named(app.run(timeout=60).text_area, "Note (optional)").value == ""


def test_the_form_of_assignment_begins_with_who_has_the_lead(site: Database, as_role: AsRole, lead: UUID) -> None:
    namesakes = sorted(as_role(Role.SALES) for _ in range(2))
    with site.write(None) as session:
        session.execute(text("UPDATE leads SET assigned_to = :id"), {"id": namesakes[1]})
    picker = named(shown(actions_of, lead).selectbox, "Assigned to")
    assert picker.value == f"Test Person (sales-{namesakes[1]})"
    assert f"Test Person (sales-{namesakes[0]})" in picker.options
