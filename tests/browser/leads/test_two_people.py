"""Two people at one lead: the later is told what changed, overwrites nothing, and keeps what was typed."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.leads.steps import SLOW, MakeLeads, button, heading, pick, settled, stored
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(server: Server, make_leads: MakeLeads) -> UUID:
    """A lead of the seller, Kim Number001, with a callback that is due."""
    (lead_id,) = make_leads(1)
    with server.owner() as connection:
        connection.execute(
            "update leads set assigned_to = %s, status = 'contacted', next_callback_at = now() - interval '3 hours'"
            " where id = %s",
            (server.people["sales"].user_id, lead_id),
        )
    return lead_id


def test_who_is_second_to_move_a_lead_on_is_told_what_the_first_did(
    page: Page, another: Page, server: Server, sign_in: SignIn, lead: UUID
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?lead={lead}")
    button(page, "Change status").click(timeout=SLOW)
    page.get_by_label("Reason (optional)").fill("Asked for a quote")
    sign_in(another, "ops")
    another.goto(f"{server.url}/leads?lead={lead}")
    button(another, "Assign").click(timeout=SLOW)
    pick(another, another, "Assigned to", "Nobody")
    button(another, "Save assignment").click()
    expect(another.get_by_text("Nobody has this lead now.")).to_be_visible(timeout=SLOW)

    button(page, "Save status").click()
    told = re.compile(r"^Test Ops changed this lead at .* ET: it is now contacted and assigned to nobody\. Nothing was")
    expect(page.get_by_text(told)).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Reason (optional)")).to_have_value("Asked for a quote")
    assert stored(server, "status, version", lead) == ("contacted", 2)
    settled(page)
    button(page, "Save status").click()  # now that they know
    expect(page.get_by_text("Status changed to qualified.")).to_be_visible(timeout=SLOW)
    assert stored(server, "status, version", lead) == ("qualified", 3)


def test_a_call_is_logged_whatever_happened_to_the_lead_meanwhile(
    page: Page, server: Server, sign_in: SignIn, lead: UUID
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/my-work")
    heading(page, "Kim Number001")
    settled(page)
    page.get_by_label("Note (optional)").fill("Wants a ground mount")
    with server.owner() as connection:  # and so it leaves the seller's list
        connection.execute("update leads set assigned_to = null, version = version + 1 where id = %s", (lead,))
    button(page, "Reached").click()
    expect(page.get_by_text("Reached is on record for Kim Number001.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        row = connection.execute("select disposition, note from lead_calls where lead_id = %s", (lead,)).fetchone()
    assert row == ("reached", "Wants a ground mount")
