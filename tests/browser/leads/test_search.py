"""The search box of the list in a real browser: all that identifies a lead finds it, what is exact stands first."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aurum_data.security.encryption import get_keyring
from tests.browser.leads.conftest import put_away
from tests.browser.leads.steps import OURS, SLOW, cells, search, shows
from tests.browser.served import Server, give_cookie

pytestmark = pytest.mark.browser
WANTED, OTHER = uuid4(), uuid4()  # not in any name of a test


@pytest.fixture(scope="module")
def page(profile: BrowserContext, server: Server) -> Iterator[Page]:
    """The list of all leads, opened once; two of them are Quentin Abernathy and the newer Quenby Okonjo-Abern."""
    keys = get_keyring()
    with server.owner() as connection:
        for minutes, lead_id, first, last, street, number in (
            (2, WANTED, "Quentin", "Abernathy", "4417 Zephyrine Plaza", 1),
            (1, OTHER, "Quenby", "Okonjo-Abern", "12 Zephyrine Plaza", 2),
        ):
            phone, email = f"+1646556770{number}", f"q.{last.lower()}@example.org"
            connection.execute(
                "insert into leads (id, source_id, created_at, first_name, last_name, property_address, zip_code,"
                " borough, utility, phone_encrypted, phone_hash, phone_masked, email_encrypted, email_hash,"
                " email_masked) values (%s, (select id from lead_sources where source_name = %s),"
                " now() - make_interval(mins => %s), %s, %s, %s, '11215', 'Brooklyn', 'CON_EDISON', %s, %s, %s,"
                " %s, %s, 'q***@example.org')",
                (
                    *(lead_id, OURS, minutes, first, last, street),
                    *(keys.seal("leads.phone", lead_id, phone), keys.digest("phone", phone), f"***-***-770{number}"),
                    *(keys.seal("leads.email", lead_id, email), keys.digest("email", email)),
                ),
            )
        connection.execute(
            "insert into lead_platform_ids (platform_ref, platform_lead_id, lead_ref)"
            " select id, 'Zephyrine', %s from b2b_platforms order by id limit 1",
            (WANTED,),
        )
    give_cookie(profile, server, "sales")
    opened = profile.new_page()
    opened.goto(f"{server.url}/leads")
    yield opened
    opened.close()
    put_away(server)


@pytest.mark.parametrize(
    "typed",
    [
        "Quentin Abernathy",
        "aberna quen",
        "4417 zephyrine",
        "ephyri 4417",
        "(646) 556-7701",
        "646.556.7701",
        "+1 646 556 7701",
        "16465567701",
        " q.abernathy@example.org ",
    ],
)
def test_one_lead_is_found_by(page: Page, typed: str) -> None:
    search(page, typed)
    shows(page, "1 lead")
    expect(cells(page, 0).filter(has_text="Quentin Abernathy")).to_have_count(1, timeout=SLOW)
    assert "?" not in page.url  # what is searched never reaches the address


def test_a_lead_is_found_by_its_id(page: Page) -> None:
    search(page, str(WANTED))
    shows(page, "1 lead")
    expect(cells(page, 0).filter(has_text="Quentin Abernathy")).to_have_count(1, timeout=SLOW)


def test_what_was_typed_exactly_stands_first(page: Page) -> None:
    """A platform's own id of the older lead; as a word it is in both streets."""
    search(page, "Zephyrine")
    shows(page, "2 leads")
    expect(page.get_by_text("The first lead is what you typed, exactly.")).to_be_visible(timeout=SLOW)
    expect(cells(page, 0).filter(has_text="Quentin Abernathy")).to_have_count(1)
    expect(cells(page, 1).filter(has_text="Quenby Okonjo-Abern")).to_have_count(1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Kim " + "x" * 200, "Only the first 200 characters were searched."),
        ("%", "There is nothing to search for: type letters or digits."),
        ("_%_", "There is nothing to search for: type letters or digits."),
        ("\N{SUN WITH FACE}\N{HOUSE BUILDING}", "There is nothing to search for: type letters or digits."),
        ("' OR '1'='1", "No leads match."),
        ('Quentin "Abernath%"', "No leads match."),
        ("646 556 77", "A phone number is found only when all its digits are typed."),
        ("q.abernathy@", "An email address is found only when it is typed in full."),
        ("q", "Type at least two letters."),
    ],
    ids=["200 characters", "wildcard", "wildcards", "emoji", "quotes", "both", "phone", "email", "letter"],
)
def test_a_search_that_cannot_be_meant_gets_a_clear_sentence(page: Page, typed: str, said: str) -> None:
    search(page, typed)
    expect(page.get_by_text(said)).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Search leads")).to_have_value(typed)
