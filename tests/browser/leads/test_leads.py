"""The list of leads in a real browser: open, act, turn pages, sort, come back by the address."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.leads.steps import (
    SLOW,
    OpenLeads,
    button,
    cells,
    heading,
    open_row,
    pick,
    settled,
    shows,
    shows_all,
    stored,
)
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser


def test_a_lead_opens_beside_the_list_and_changes_status(
    page: Page, server: Server, open_leads: OpenLeads, leads: list[UUID]
) -> None:
    open_leads(page, "sales")
    open_row(page, 1)
    heading(page, "Kim Number059")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()

    button(page, "Change status").click()
    page.get_by_label("Reason (optional)").fill("Called twice")
    button(page, "Save status").click()
    expect(page.get_by_text("Status changed to contacted.")).to_be_visible(timeout=SLOW)
    expect(page.locator(".stMarkdownBadge").get_by_text("Contacted", exact=True)).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Timeline").click()
    expect(page.get_by_text("Contacted from new")).to_be_visible(timeout=SLOW)
    assert stored(server, "status, version", leads[58]) == ("contacted", 2)


def test_a_lead_that_was_closed_opens_again_from_the_same_row(
    page: Page, open_leads: OpenLeads, leads: list[UUID]
) -> None:
    open_leads(page, "sales")
    for close in (lambda: button(page, "Close").click(), lambda: page.keyboard.press("Escape")):
        open_row(page, 1)
        heading(page, "Kim Number059")
        settled(page)
        close()
        expect(page.get_by_role("heading", name="Kim Number059")).to_have_count(0, timeout=SLOW)
        settled(page)


def test_the_table_marks_the_lead_that_was_reached_by_key(page: Page, open_leads: OpenLeads, leads: list[UUID]) -> None:
    """So that a click on the lead that one came from opens it again."""
    open_leads(page, "sales")
    open_row(page, 1)
    heading(page, "Kim Number059")
    settled(page)
    page.keyboard.press("Alt+j")
    heading(page, "Kim Number058")
    expect(cells(page, 2).and_(page.locator("[aria-selected=true]"))).to_have_count(1, timeout=SLOW)
    settled(page)
    open_row(page, 1)
    heading(page, "Kim Number059")


def test_a_lead_is_given_to_somebody_and_noted_on(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/?lead={leads[1]}")
    button(page, "Assign").click(timeout=SLOW)
    pick(page, page, "Assigned to", "Test Sales")
    button(page, "Save assignment").click()
    expect(page.get_by_text("Assigned to Test Sales.")).to_be_visible(timeout=SLOW)
    button(page, "Add note").click()
    page.get_by_label("Note", exact=True).fill("Asked for <b>Spanish</b>")
    button(page, "Save note").click()
    expect(page.get_by_text("Note saved.")).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Timeline").click()
    expect(page.get_by_text("Asked for <b>Spanish</b>")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Assignment changed")).to_be_visible()


def test_a_lead_has_an_address_of_its_own(page: Page, server: Server, sign_in: SignIn, leads: list[UUID]) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/?lead={leads[0]}")
    heading(page, "Kim Number001")
    page.get_by_role("button", name="All leads").click()
    expect(page.get_by_role("heading", name="Leads", exact=True)).to_be_visible(timeout=SLOW)
    shows_all(page)
    assert "lead=" not in page.url


@pytest.mark.parametrize("asked", ["nonsense", "01a1ffc8-b0bc-798e-94e9-b676dc19e8a0"])
def test_an_address_of_no_lead_says_so(page: Page, server: Server, sign_in: SignIn, asked: str) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/?lead={asked}")
    expect(page.get_by_text(re.compile("does not name a lead|no lead with this id"))).to_be_visible(timeout=SLOW)


def test_pages_turn_both_ways(page: Page, open_leads: OpenLeads, leads: list[UUID]) -> None:
    open_leads(page, "sales")
    shows(page, "60 leads")
    button(page, "Next").click()
    expect(page.get_by_text("60 leads · page 2")).to_be_visible(timeout=SLOW)
    expect(button(page, "Next")).to_be_disabled()
    open_row(page, 0)
    heading(page, "Kim Number010")
    previous = button(page, "Previous")
    expect(previous).to_have_count(1, timeout=SLOW)  # the wide list is gone
    previous.click()
    expect(page.get_by_text("60 leads · page 1")).to_be_visible(timeout=SLOW)


def test_the_list_is_put_in_each_order(page: Page, server: Server, open_leads: OpenLeads, leads: list[UUID]) -> None:
    with server.owner() as connection:
        for column, value, lead in (
            ("total_revenue_earned", "120", leads[20]),
            ("last_activity_at", "now() + interval '1 minute'", leads[30]),
            ("last_activity_at", "now() - interval '900 days'", leads[40]),
        ):
            connection.execute(f"update leads set {column} = {value} where id = %s", (lead,))
    open_leads(page, "sales")
    for order, first in (
        ("Oldest first", "Kim Number001"),
        ("Highest score", "Kim Number060"),
        ("Lowest score", "Kim Number001"),
        ("Most revenue", "Kim Number021"),
        ("Latest activity", "Kim Number031"),
        ("Longest idle", "Kim Number041"),
        ("Newest first", "Kim Number060"),
    ):
        pick(page, page, "Order", order)
        expect(cells(page, 0).filter(has_text=first)).to_have_count(1, timeout=SLOW)


def test_a_phone_number_is_shown_for_a_reason_and_nowhere_else(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/?lead={leads[6]}")
    button(page, "Show phone").click(timeout=SLOW)
    dialog = page.get_by_role("dialog")
    button(dialog, "Show phone").click(timeout=SLOW)
    expect(dialog.get_by_text("Say why you need it")).to_be_visible(timeout=SLOW)
    dialog.get_by_label("Why do you need it?").fill("Callback asked for")
    button(dialog, "Show phone").click()
    expect(dialog.get_by_text("+16465550007")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")
    expect(page.get_by_text("+16465550007")).to_have_count(0)
    with server.owner() as connection:
        trail = connection.execute(
            "select actor_user_id, reason, details ->> 'field' from audit_log"
            " where event = 'leads:contact:reveal' and entity_id = %s",
            (str(leads[6]),),
        ).fetchall()
    assert trail == [(server.people["sales"].user_id, "Callback asked for", "phone")]


def test_somebody_who_may_only_read_gets_no_buttons(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "analyst")
    page.goto(f"{server.url}/?lead={leads[0]}")
    heading(page, "Kim Number001")
    expect(page.get_by_role("tab", name="Overview")).to_be_visible()
    for name in ("Change status", "Assign", "Add note", "Show phone"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_what_is_masked_was_never_sent_to_the_browser(page: Page, open_leads: OpenLeads, leads: list[UUID]) -> None:
    """Not hidden in the page, not in any message to it: the list, the lead and its timeline, read as they arrive."""
    received: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(_bytes(frame))))
    open_leads(page, "sales")
    open_row(page, 0)
    heading(page, "Kim Number060")
    page.get_by_role("tab", name="Timeline").click()
    everything = b"".join(received) + page.content().encode()
    assert b"***-***-0060" in everything  # we listened
    assert not re.search(rb"646.{0,3}555.{0,3}0060", everything)


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame
