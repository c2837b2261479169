"""The Revenue screen in a real browser: figures, filters in the address, and a payment recorded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.clock import today
from pages.parts import format as fmt
from tests.browser.served import Server, SignIn
from tests.factories import make_metric, make_platform, make_statement

pytestmark = pytest.mark.browser
PATIENCE = 90_000


@pytest.fixture(scope="module")
def books(server: Server) -> None:
    """A platform that earned $1,234.56 today and $1,000.00 the day before, and owes $900.00."""
    engine = create_engine(server.urls.primary)
    with Session(engine, expire_on_commit=False) as session:
        session.execute(text("DELETE FROM revenue_metrics WHERE period_type = 'daily'"))
        platform = make_platform(session, platform_name="Ledger Solar")
        for day, amount in ((today(), "1234.56"), (today() - timedelta(days=1), "1000.00")):
            for owner in (None, platform):
                make_metric(session, day, owner, sales_usd=Decimal(amount), sold_leads=10, exported_leads=20)
        month = (today().replace(day=1) - timedelta(days=70)).replace(day=1)
        make_statement(session, platform, month, total_usd=Decimal(900), statement_number="LS-1")
        session.commit()
    engine.dispose()


def card(page: Page, label: str) -> Any:
    return page.get_by_test_id("stMetric").filter(has_text=label)


def test_figures_of_the_day_against_the_day_before(page: Page, server: Server, sign_in: SignIn, books: None) -> None:
    sign_in(page, "manager")
    page.goto(f"{server.url}/revenue?period=Today")

    expect(card(page, "Revenue").first).to_contain_text("$1,234.56", timeout=PATIENCE)
    expect(card(page, "Revenue").first).to_contain_text("+23.5%")
    expect(page.get_by_text("Adds up to the cent.")).to_be_visible(timeout=PATIENCE)


def test_filters_live_in_the_address_and_survive_a_reload(
    page: Page, server: Server, sign_in: SignIn, books: None
) -> None:
    sign_in(page, "manager")
    page.goto(f"{server.url}/revenue?period=Yesterday&platform=Ledger+Solar")
    expect(card(page, "Revenue").first).to_contain_text("$1,000.00", timeout=PATIENCE)

    page.reload()

    expect(card(page, "Revenue").first).to_contain_text("$1,000.00", timeout=PATIENCE)
    assert "period=Yesterday" in page.url
    assert "platform=Ledger" in page.url


def test_days_without_figures_are_said_to_be_empty(page: Page, server: Server, sign_in: SignIn, books: None) -> None:
    sign_in(page, "manager")
    page.goto(f"{server.url}/revenue?period=Last+month")

    expect(page.get_by_text("No figures for these days. Choose another period.")).to_be_visible(timeout=PATIENCE)
    expect(card(page, "Revenue").first).to_contain_text(fmt.MISSING, timeout=PATIENCE)


def test_payment_is_recorded_once_and_seen_at_once(page: Page, server: Server, sign_in: SignIn, books: None) -> None:
    sign_in(page, "manager")
    page.goto(f"{server.url}/revenue?period=Today&platform=Ledger+Solar")
    expect(card(page, "Owed")).to_contain_text("$900.00", timeout=PATIENCE)
    button = page.get_by_role("button", name="Record a payment")
    expect(button).to_be_disabled(timeout=PATIENCE)

    choose_first_statement(page)
    expect(button).to_be_enabled(timeout=PATIENCE)
    button.click()
    form = page.get_by_role("dialog")
    amount = form.get_by_label("Amount, USD")
    amount.fill("400.10", timeout=PATIENCE)
    amount.press("Tab")
    form.get_by_role("button", name="Record payment").dblclick()

    expect(page.get_by_text("$400.10 recorded for LS-1: $499.90 still owed.")).to_be_visible(timeout=PATIENCE)
    expect(card(page, "Owed")).to_contain_text("$499.90", timeout=PATIENCE)
    with server.owner() as connection:
        paid = connection.execute(
            "select paid_usd, status, (select count(*) from b2b_payments where statement_id = s.id)"
            " from b2b_statements s where statement_number = 'LS-1'"
        ).fetchone()
    assert paid == (Decimal("400.10"), "partly_paid", 1)


def choose_first_statement(page: Page) -> None:
    """Tick the box of the first row: the table is drawn on a canvas, so by its place."""
    rows = page.locator(".dvn-scroller").nth(1)  # the first table is that of the platforms
    rows.scroll_into_view_if_needed(timeout=PATIENCE)
    rows.click(position={"x": 18, "y": 52})


def test_analyst_reads_but_records_nothing(page: Page, server: Server, sign_in: SignIn, books: None) -> None:
    sign_in(page, "analyst")
    page.goto(f"{server.url}/revenue?period=Today")

    expect(card(page, "Owed")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Record a payment")).to_have_count(0)


def test_sales_has_no_revenue_screen(page: Page, server: Server, sign_in: SignIn, books: None) -> None:
    sign_in(page, "sales")
    page.goto(server.url)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name="Revenue")).to_have_count(0)

    page.goto(f"{server.url}/revenue")

    expect(page.get_by_role("heading", name="Page not found")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Owed", exact=True)).to_have_count(0)
