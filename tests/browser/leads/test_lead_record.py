"""One lead in a real browser: correct it, go on to the next, link it to its duplicate and take that back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.leads.conftest import put_away
from tests.browser.leads.steps import OURS, SLOW, OpenLeads, button, heading, open_row, settled, shows, stored
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(server: Server) -> Iterator[list[UUID]]:
    """Three leads of Brooklyn, the oldest first: Ann Alder, Bea Birch, Cleo Cedar. Bea may be Ann."""
    with server.owner() as connection:
        ids: list[UUID] = []
        for minutes, first, last in ((3, "Ann", "Alder"), (2, "Bea", "Birch"), (1, "Cleo", "Cedar")):
            (lead_id,) = connection.execute(
                "insert into leads (source_id, created_at, first_name, last_name, property_address, zip_code, borough,"
                " utility, monthly_bill_usd, consent_state, sellable) values ((select id from lead_sources"
                " where source_name = %s), now() - make_interval(mins => %s), %s, %s,"
                " '12 Elm Street', '11215', 'Brooklyn', 'CON_EDISON', 180, 'given', true) returning id",
                (OURS, minutes, first, last),
            ).fetchone() or (None,)
            ids.append(lead_id)
        connection.execute(
            "insert into lead_duplicate_candidates (older_ref, lead_id, confidence, reasons)"
            " values (%s, %s, 1, '{same_phone,similar_name}')",
            ids[:2],
        )
    yield ids
    put_away(server)


def begin_to_edit(page: Page, server: Server, lead_id: UUID) -> None:
    page.goto(f"{server.url}/leads?lead={lead_id}")
    button(page, "Edit details").click(timeout=SLOW)
    expect(button(page, "Save details")).to_be_visible(timeout=SLOW)


def test_a_field_is_corrected_in_place_and_the_timeline_says_so(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    begin_to_edit(page, server, leads[0])
    page.get_by_label("Monthly bill (USD)").fill("ask me")
    button(page, "Save details").click()
    expect(page.get_by_text("The monthly bill is not an amount.")).to_be_visible(timeout=SLOW)
    page.get_by_label("Monthly bill (USD)").fill("$1,200.50")
    page.get_by_label("Unit", exact=True).fill("Apt. 5-b")
    button(page, "Save details").click()
    expect(page.get_by_text("Details saved.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("12 Elm Street 5B")).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Timeline").click()
    expect(page.get_by_text("Monthly bill (USD): 180.00 → 1200.50")).to_be_visible(timeout=SLOW)
    assert stored(server, "unit, monthly_bill_usd::text, version", leads[0]) == ("5B", "1200.50", 2)


def test_the_later_of_two_people_loses_nothing_and_overwrites_nothing(
    page: Page, another: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    begin_to_edit(page, server, leads[0])
    sign_in(another, "ops")
    begin_to_edit(another, server, leads[0])
    another.get_by_label("City", exact=True).fill("Brooklyn")
    another.get_by_role("button", name="Save details").click()
    expect(another.get_by_text("Details saved.")).to_be_visible(timeout=SLOW)

    page.get_by_label("Unit", exact=True).fill("4")
    button(page, "Save details").click()
    expect(page.get_by_text(re.compile(r"changed this lead at .* \(city\)"))).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Unit", exact=True)).to_have_value("4")
    assert stored(server, "city, unit", leads[0]) == ("Brooklyn", None)
    button(page, "Begin again from what is saved").click()
    expect(page.get_by_label("City", exact=True).first).to_have_value("Brooklyn", timeout=SLOW)


def test_the_keys_go_to_the_neighbours_in_the_list_and_on_the_own_page(
    page: Page, open_leads: OpenLeads, leads: list[UUID]
) -> None:
    open_leads(page, "sales")
    open_row(page, 0)
    heading(page, "Cleo Cedar")
    expect(button(page, "Lead above")).to_be_disabled()
    page.keyboard.press("Alt+j")
    heading(page, "Bea Birch")
    button(page, "Own page").click()
    expect(page).to_have_url(re.compile(f"lead={leads[1]}"), timeout=SLOW)
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0, timeout=SLOW)
    page.keyboard.press("Alt+j")
    heading(page, "Ann Alder")
    expect(page).to_have_url(re.compile(f"lead={leads[0]}"))
    expect(button(page, "Lead below")).to_be_disabled(timeout=SLOW)
    page.keyboard.press("Alt+k")
    heading(page, "Bea Birch")
    button(page, "All leads").click()
    shows(page, "3 leads")
    heading(page, "Bea Birch")


def test_a_pair_is_compared_linked_and_taken_apart_again(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    old, new, _ = leads
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads")
    page.get_by_role("button", name=re.compile(r"^Duplicates \([\d,]+\+?\)$")).click(timeout=SLOW)
    heading(page, "Ann Alder / Bea Birch")
    row = page.get_by_role("row").filter(has_text="Name")
    expect(row.get_by_text("Differs")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="12 Elm Street").get_by_text("Same")).to_be_visible()
    button(page, "Same person").click()
    expect(page.get_by_text("On the page of either lead it can be undone.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Ann Alder / Bea Birch")).to_have_count(0, timeout=SLOW)
    assert stored(server, "duplicate_of, sellable", new) == (old, False)

    page.goto(f"{server.url}/leads?lead={new}")
    page.get_by_role("tab", name="Duplicates").click(timeout=SLOW)
    button(page, "Not a duplicate after all").click(timeout=SLOW)
    expect(page.get_by_text("No other lead is known to be the same person.")).to_be_visible(timeout=SLOW)
    assert stored(server, "duplicate_of, sellable", new) == (None, True)


def test_a_pair_of_different_people_is_dismissed(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?view=duplicates")
    heading(page, "Ann Alder / Bea Birch")
    settled(page)
    page.keyboard.press("Alt+x")  # Different people
    expect(page.get_by_text("These two are not proposed again.")).to_be_visible(timeout=SLOW)
    assert stored(server, "duplicate_of, sellable, version", leads[1]) == (None, True, 1)


def test_somebody_who_may_only_read_compares_but_decides_nothing(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "analyst")
    page.goto(f"{server.url}/leads?view=duplicates")
    heading(page, "Ann Alder / Bea Birch")
    for name in ("Same person", "Different people"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
