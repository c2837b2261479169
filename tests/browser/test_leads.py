"""The Leads screen in a real browser: find, open, act, turn pages, come back by the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from aurum_data.security.encryption import get_keyring
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
SLOW = 60_000
HEADER, ROW = 35, 35  # pixels of the table


@pytest.fixture
def leads(server: Server) -> Iterator[list[UUID]]:
    """Sixty new leads, "Kim Number060" the newest, with phones; they are removed again."""
    keys = get_keyring()
    with server.owner() as connection:
        ids: list[UUID] = []
        for number in range(1, 61):
            (lead_id,) = connection.execute("select uuidv7()").fetchone() or ()
            phone = f"+1646555{number:04d}"
            connection.execute(
                "insert into leads (id, created_at, first_name, last_name, property_address, zip_code, borough,"
                " utility, lead_score, phone_encrypted, phone_hash, phone_masked)"
                " values (%s, now() - make_interval(hours => %s), 'Kim', %s, %s, '11215', 'Brooklyn', 'CON_EDISON', %s,"
                " %s, %s, %s)",
                (
                    lead_id,
                    61 - number,
                    f"Number{number:03d}",
                    f"{number} Elm Street",
                    number,
                    keys.seal("leads.phone", lead_id, phone),
                    keys.digest("phone", phone),
                    f"***-***-{number:04d}",
                ),
            )
            ids.append(lead_id)
        yield ids
        for table in ("lead_notes", "lead_status_history"):
            connection.execute(f"delete from {table}")
        connection.execute("delete from leads where id = any(%s)", (ids,))


def open_row(page: Page, row: int) -> None:
    """Click the name in a row of the list (0: the first)."""
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible(timeout=SLOW)
    grid.click(position={"x": 120, "y": HEADER + ROW * row + ROW // 2})


def test_a_lead_opens_beside_the_list_and_changes_status(
    page: Page, server: Server, open_leads: SignIn, leads: list[UUID]
) -> None:
    open_leads(page, "sales")
    open_row(page, 1)
    expect(page.get_by_role("heading", name="Kim Number059")).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()

    page.get_by_role("button", name="Change status").click()
    page.get_by_label("Reason (optional)").fill("Called twice")
    page.get_by_role("button", name="Save status").click()
    expect(page.get_by_text("Status changed to contacted.")).to_be_visible(timeout=SLOW)
    expect(page.locator(".stMarkdownBadge").get_by_text("Contacted", exact=True)).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Timeline").click()
    expect(page.get_by_text("Contacted from new")).to_be_visible(timeout=SLOW)

    with server.owner() as connection:
        row = connection.execute("select status, version from leads where id = %s", (leads[58],)).fetchone()
    assert row == ("contacted", 2)


def test_a_lead_has_an_address_of_its_own(page: Page, server: Server, open_leads: SignIn, leads: list[UUID]) -> None:
    open_leads(page, "sales")
    page.goto(f"{server.url}/?lead={leads[0]}")
    expect(page.get_by_role("heading", name="Kim Number001")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="All leads").click()
    expect(page.get_by_role("heading", name="Leads", exact=True)).to_be_visible(timeout=SLOW)
    assert "lead=" not in page.url


@pytest.mark.parametrize("asked", ["nonsense", "01a1ffc8-b0bc-798e-94e9-b676dc19e8a0"])
def test_an_address_of_no_lead_says_so(page: Page, server: Server, open_leads: SignIn, asked: str) -> None:
    open_leads(page, "sales")
    page.goto(f"{server.url}/?lead={asked}")
    expect(page.get_by_text(re.compile("does not name a lead|no lead with this id"))).to_be_visible(timeout=SLOW)


def test_filters_come_from_the_address_and_can_be_taken_away(
    page: Page, server: Server, open_leads: SignIn, leads: list[UUID]
) -> None:
    open_leads(page, "sales")
    page.goto(f"{server.url}/leads?score=51&score=100&borough=Brooklyn")
    expect(page.get_by_text("10 leads")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Score: 51 to 100").click()
    expect(page.get_by_text("60 leads")).to_be_visible(timeout=SLOW)
    expect(page).to_have_url(re.compile(r"\?borough=Brooklyn$"))


def test_what_is_searched_never_reaches_the_address(
    page: Page, server: Server, open_leads: SignIn, leads: list[UUID]
) -> None:
    open_leads(page, "sales")
    box = page.get_by_label("Search leads")
    box.fill("(646) 555-0007", timeout=SLOW)
    box.press("Enter")
    expect(page.get_by_text("1 lead ·")).to_be_visible(timeout=SLOW)
    assert "646" not in page.url
    box.fill("nobody like that")
    box.press("Enter")
    expect(page.get_by_text("No leads match.")).to_be_visible(timeout=SLOW)


def test_pages_turn_both_ways(page: Page, server: Server, open_leads: SignIn, leads: list[UUID]) -> None:
    open_leads(page, "sales")
    expect(page.get_by_text("60 leads · page 1")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("60 leads · page 2")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    open_row(page, 0)
    expect(page.get_by_role("heading", name="Kim Number010")).to_be_visible(timeout=SLOW)
    previous = page.get_by_role("button", name="Previous")
    expect(previous).to_have_count(1, timeout=SLOW)  # the wide list is gone
    previous.click()
    expect(page.get_by_text("60 leads · page 1")).to_be_visible(timeout=SLOW)


def test_a_phone_number_is_shown_for_a_reason_and_nowhere_else(
    page: Page, server: Server, open_leads: SignIn, leads: list[UUID]
) -> None:
    open_leads(page, "sales")
    page.goto(f"{server.url}/?lead={leads[6]}")
    page.get_by_role("button", name="Show phone").click(timeout=SLOW)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Show phone").click(timeout=SLOW)
    expect(dialog.get_by_text("Say why you need it")).to_be_visible(timeout=SLOW)
    dialog.get_by_label("Why do you need it?").fill("Callback asked for")
    dialog.get_by_role("button", name="Show phone").click()
    expect(dialog.get_by_text("+16465550007")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")
    expect(page.get_by_text("+16465550007")).to_have_count(0)


def test_somebody_who_may_only_read_gets_no_buttons(
    page: Page, server: Server, open_leads: SignIn, leads: list[UUID]
) -> None:
    open_leads(page, "analyst")
    page.goto(f"{server.url}/?lead={leads[0]}")
    expect(page.get_by_role("heading", name="Kim Number001")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("tab", name="Overview")).to_be_visible()
    for name in ("Change status", "Assign", "Add note", "Show phone"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_what_is_masked_was_never_sent_to_the_browser(
    page: Page, server: Server, open_leads: SignIn, leads: list[UUID]
) -> None:
    """Not hidden in the page, not in any message to it: the list, the lead and its timeline, read as they arrive."""
    received: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(_bytes(frame))))
    open_leads(page, "sales")
    open_row(page, 0)
    expect(page.get_by_role("heading", name="Kim Number060")).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Timeline").click()
    everything = b"".join(received) + page.content().encode()
    assert b"***-***-0060" in everything  # we listened
    assert not re.search(rb"646.{0,3}555.{0,3}0060", everything)


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame
