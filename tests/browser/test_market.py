"""The Market screen in a real browser: the map, one ZIP code, the filters in the address, correcting a rate."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine

from aurum_data.clock import today
from aurum_data.reference.load import load_reference
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
SLOW = 90_000


@pytest.fixture(scope="module", autouse=True)
def city(server: Server) -> Iterator[None]:
    """The reference data, and thirty leads of Flatlands this week."""
    engine = create_engine(server.urls.owner)
    with engine.begin() as connection:
        load_reference(connection)
    engine.dispose()
    with server.owner() as connection:
        connection.execute(
            "insert into nyc_market_intelligence (zip_code, borough, date, total_leads, sold_leads, total_revenue)"
            " values ('11234', 'Brooklyn', %s, 30, 10, 850.00) on conflict (zip_code, date) do update"
            " set total_leads = excluded.total_leads, total_revenue = excluded.total_revenue",
            (today(),),
        )
    yield
    with server.owner() as connection:
        connection.execute("delete from nyc_market_intelligence where zip_code = '11234' and date = %s", (today(),))


def open_market(page: Page, server: Server, sign_in: SignIn, role: str, query: str = "") -> None:
    page.set_default_timeout(SLOW)
    sign_in(page, role)
    page.goto(f"{server.url}/market{query}")
    expect(page.get_by_role("heading", name="Where the figures come from")).to_be_visible(timeout=SLOW)


def shapes(page: Page) -> int:
    """How many areas the map has drawn."""
    return page.locator(".choroplethlayer path.choroplethlocation").count()


def test_map_draws_every_area_and_a_click_chooses_one(page: Page, server: Server, sign_in: SignIn):
    open_market(page, server, sign_in, "manager")
    expect(page.locator(".choroplethlayer path.choroplethlocation").nth(176)).to_be_attached(timeout=SLOW)

    page.locator(".choroplethlayer path.choroplethlocation").nth(100).click(force=True)

    expect(page).to_have_url(re.compile(r"zip_code=\d{5}"), timeout=SLOW)
    chosen = page.url.split("zip_code=")[1][:5]
    expect(page.get_by_role("heading", name=chosen)).to_be_visible(timeout=SLOW)


def test_boroughs_open_into_their_zip_codes(page: Page, server: Server, sign_in: SignIn):
    open_market(page, server, sign_in, "manager", "?show=Boroughs")
    expect(page.locator(".choroplethlayer path.choroplethlocation").nth(4)).to_be_attached(timeout=SLOW)
    assert shapes(page) == 5

    page.locator(".choroplethlayer path.choroplethlocation").first.click(force=True)

    expect(page).to_have_url(re.compile(r"/market\?borough=[A-Z]\w+$"), timeout=SLOW)
    expect(page.locator(".choroplethlayer path.choroplethlocation").nth(20)).to_be_attached(timeout=SLOW)
    assert shapes(page) < 100


def test_link_restores_borough_zip_code_and_period(page: Page, server: Server, sign_in: SignIn):
    open_market(page, server, sign_in, "sales", "?borough=Brooklyn&zip_code=11234&period=Last%207%20days")

    expect(page.get_by_role("heading", name="11234 Flatlands")).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("stMetric").filter(has_text="Our revenue").first).to_contain_text("$850", timeout=SLOW)


def test_ended_federal_credit_is_nowhere(page: Page, server: Server, sign_in: SignIn):
    open_market(page, server, sign_in, "sales")

    expect(page.get_by_text("Residential Clean Energy Credit")).to_have_count(0)


def test_reader_without_the_right_cannot_correct_a_rate(page: Page, server: Server, sign_in: SignIn):
    open_market(page, server, sign_in, "sales")

    expect(page.get_by_role("button", name="Correct a rate")).to_have_count(0)


def test_corrected_rate_is_saved_and_said(page: Page, server: Server, sign_in: SignIn):
    open_market(page, server, sign_in, "ops", "?zip_code=11234")
    page.get_by_role("button", name="Correct a rate").click()
    dialog = page.get_by_role("dialog", name="Correct a rate")
    rate = dialog.get_by_label("New rate", exact=False).first
    rate.fill("1.95")
    rate.press("Enter")
    expect(dialog.get_by_text("a change of +6.0%")).to_be_visible(timeout=SLOW)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Name the source of the new rate")).to_be_visible(timeout=SLOW)

    dialog.get_by_label("Source").fill("Tariff leaf 390")
    dialog.get_by_label("Source").press("Enter")
    dialog.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Solar charge (benefit contribution) corrected")).to_be_visible(timeout=SLOW)
    expect(dialog).to_have_count(0)
    with server.owner() as connection:
        row = connection.execute(
            "select rate::float8, lower(effective) from nyc_electric_rates where source = 'Tariff leaf 390'"
        ).fetchone()
    assert row == (1.95, today())
