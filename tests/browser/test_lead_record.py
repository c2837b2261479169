"""One lead in a real browser: correct it, go on to the next, link it to its duplicate and take that back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import Server, SignIn
from tests.browser.test_leads import SLOW, open_row

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(server: Server) -> Iterator[list[UUID]]:
    """Three leads of Brooklyn, the oldest first: Ann Alder, Bea Birch, Cleo Cedar. Bea may be Ann."""
    with server.owner() as connection:
        ids: list[UUID] = []
        for hours, first, last in ((3, "Ann", "Alder"), (2, "Bea", "Birch"), (1, "Cleo", "Cedar")):
            (lead_id,) = connection.execute(
                "insert into leads (created_at, first_name, last_name, property_address, zip_code, borough, utility,"
                " monthly_bill_usd, consent_state, sellable) values (now() - make_interval(hours => %s), %s, %s,"
                " '12 Elm Street', '11215', 'Brooklyn', 'CON_EDISON', 180, 'given', true) returning id",
                (hours, first, last),
            ).fetchone() or (None,)
            ids.append(lead_id)
        connection.execute(
            "insert into lead_duplicate_candidates (older_ref, lead_id, confidence, reasons)"
            " values (%s, %s, 0.875, '{same_phone,similar_name}')",
            ids[:2],
        )
        yield ids
        connection.execute("delete from lead_duplicate_candidates")
        connection.execute("delete from leads where id = any(%s)", (ids,))


def stored(server: Server, question: str, lead_id: UUID) -> tuple[object, ...] | None:
    with server.owner() as connection:
        return connection.execute(f"select {question} from leads where id = %s", (lead_id,)).fetchone()


def begin_to_edit(page: Page, server: Server, lead_id: UUID) -> None:
    page.goto(f"{server.url}/leads?lead={lead_id}")
    page.get_by_role("button", name="Edit details").click(timeout=SLOW)
    expect(page.get_by_role("button", name="Save details")).to_be_visible(timeout=SLOW)


def test_a_field_is_corrected_in_place_and_the_timeline_says_so(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    begin_to_edit(page, server, leads[0])
    page.get_by_label("Monthly bill (USD)").fill("ask me")
    page.get_by_role("button", name="Save details").click()
    expect(page.get_by_text("The monthly bill is not an amount.")).to_be_visible(timeout=SLOW)
    page.get_by_label("Monthly bill (USD)").fill("$1,200.50")
    page.get_by_label("Unit", exact=True).fill("Apt. 5-b")
    page.get_by_role("button", name="Save details").click()
    expect(page.get_by_text("Details saved.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("12 Elm Street 5B")).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Timeline").click()
    expect(page.get_by_text("Monthly bill (USD): 180.00 → 1200.50")).to_be_visible(timeout=SLOW)
    assert stored(server, "unit, monthly_bill_usd::text, version", leads[0]) == ("5B", "1200.50", 2)


def test_the_later_of_two_people_loses_nothing_and_overwrites_nothing(
    page: Page, browser: Browser, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    begin_to_edit(page, server, leads[0])
    profile = browser.new_context()
    other = profile.new_page()
    sign_in(other, "ops")
    begin_to_edit(other, server, leads[0])
    other.get_by_label("City", exact=True).fill("Brooklyn")
    other.get_by_role("button", name="Save details").click()
    expect(other.get_by_text("Details saved.")).to_be_visible(timeout=SLOW)
    profile.close()

    page.get_by_label("Unit", exact=True).fill("4")
    page.get_by_role("button", name="Save details").click()
    expect(page.get_by_text(re.compile(r"changed this lead at .* \(city\)"))).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Unit", exact=True)).to_have_value("4")
    assert stored(server, "city, unit", leads[0]) == ("Brooklyn", None)
    page.get_by_role("button", name="Begin again from what is saved").click()
    expect(page.get_by_label("City", exact=True)).to_have_count(1, timeout=SLOW)  # the form of before is gone
    expect(page.get_by_label("City", exact=True)).to_have_value("Brooklyn", timeout=SLOW)


def test_the_keys_go_to_the_neighbours_in_the_list_and_on_the_own_page(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads")
    open_row(page, 0)
    expect(page.get_by_role("heading", name="Cleo Cedar")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Lead above")).to_be_disabled()
    page.keyboard.press("Alt+j")
    expect(page.get_by_role("heading", name="Bea Birch")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Own page").click()
    expect(page).to_have_url(re.compile(f"lead={leads[1]}"), timeout=SLOW)
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0, timeout=SLOW)
    page.keyboard.press("Alt+j")
    expect(page.get_by_role("heading", name="Ann Alder")).to_be_visible(timeout=SLOW)
    expect(page).to_have_url(re.compile(f"lead={leads[0]}"))
    expect(page.get_by_role("button", name="Lead below")).to_be_disabled(timeout=SLOW)
    page.keyboard.press("Alt+k")
    expect(page.get_by_role("heading", name="Bea Birch")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="All leads").click()
    expect(page.get_by_text("3 leads · page 1")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Bea Birch")).to_be_visible(timeout=SLOW)


def test_a_pair_is_compared_linked_and_taken_apart_again(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    old, new, _ = leads
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads")
    page.get_by_role("button", name="Duplicates (1)").click(timeout=SLOW)
    expect(page.get_by_role("heading", name="Ann Alder / Bea Birch")).to_be_visible(timeout=SLOW)
    row = page.get_by_role("row").filter(has_text="Name")
    expect(row.get_by_text("Differs")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Street").get_by_text("Same")).to_be_visible()
    page.get_by_role("button", name="Same person").click()
    expect(page.get_by_text("No pair of leads waits for a decision.")).to_be_visible(timeout=SLOW)
    assert stored(server, "duplicate_of, sellable", new) == (old, False)

    page.goto(f"{server.url}/leads?lead={new}")
    page.get_by_role("tab", name="Duplicates").click(timeout=SLOW)
    page.get_by_role("button", name="Not a duplicate after all").click(timeout=SLOW)
    expect(page.get_by_text("No other lead is known to be the same person.")).to_be_visible(timeout=SLOW)
    assert stored(server, "duplicate_of, sellable", new) == (None, True)
    page.get_by_role("button", name="All leads").click()
    expect(page.get_by_role("button", name="Duplicates (0)")).to_be_visible(timeout=SLOW)


def test_a_pair_of_different_people_is_dismissed(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?view=duplicates")
    page.get_by_role("button", name="Different people").click(timeout=SLOW)
    expect(page.get_by_text("No pair of leads waits for a decision.")).to_be_visible(timeout=SLOW)
    assert stored(server, "duplicate_of, sellable, version", leads[1]) == (None, True, 1)


def test_somebody_who_may_only_read_compares_but_decides_nothing(
    page: Page, server: Server, sign_in: SignIn, leads: list[UUID]
) -> None:
    sign_in(page, "analyst")
    page.goto(f"{server.url}/leads?view=duplicates")
    expect(page.get_by_role("heading", name="Ann Alder / Bea Birch")).to_be_visible(timeout=SLOW)
    for name in ("Same person", "Different people"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
