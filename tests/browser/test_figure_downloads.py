"""The rows and the picture of a figure taken out in a real browser: what is on the screen is in the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.clock import today
from tests.browser.axe import violations
from tests.browser.leads.steps import settled
from tests.browser.served import Server, SignIn
from tests.factories import make_metric, make_platform

pytestmark = pytest.mark.browser
SLOW = 60_000
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def earned(server: Server) -> Iterator[None]:
    """=Formula Solar earned $1,234.50 today and $1,000.07 the day before."""
    engine = create_engine(server.urls.owner)
    with Session(engine, expire_on_commit=False) as session:
        session.execute(text("DELETE FROM revenue_metrics WHERE period_type = 'daily'"))
        platform = make_platform(session, platform_name="=Formula Solar")
        for day, amount in ((today(), "1234.50"), (today() - timedelta(days=1), "1000.07")):
            for owner in (None, platform):
                make_metric(session, day, owner, sales_usd=Decimal(amount), sold_leads=10, exported_leads=20)
        session.execute(
            text(
                "INSERT INTO rollup_stamps (rollup, as_of, duration_ms) VALUES ('revenue_metrics', now(), 1)"
                " ON CONFLICT (rollup) DO UPDATE SET as_of = now()"
            )
        )
        session.commit()
        yield
        session.execute(text("DELETE FROM rollup_stamps WHERE rollup = 'revenue_metrics'"))
        session.execute(text("DELETE FROM revenue_metrics"))
        session.execute(text("DELETE FROM b2b_platforms WHERE id = :id"), {"id": platform.id})
        session.commit()
    engine.dispose()


@pytest.fixture
def revenue(page: Page, server: Server, sign_in: SignIn, earned: None) -> Page:
    """The Revenue screen of a manager."""
    sign_in(page, "manager")
    page.goto(f"{server.url}/revenue?period=Last+7+days&compare=Nothing")
    expect(page.get_by_text("Payments received", exact=True)).to_be_visible(timeout=SLOW)
    return page


def menu(page: Page, panel: str) -> Locator:
    """The button that opens the menu of a panel, named as its title is in addresses."""
    return page.locator(f".st-key-download_{panel}").get_by_role("button").first


def taken(page: Page, panel: str, kind: str, folder: Path) -> Path:
    """The file of a panel."""
    menu(page, panel).click(timeout=SLOW)
    with page.expect_download(timeout=SLOW) as download:
        page.get_by_role("menuitem", name=kind).click(timeout=SLOW)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_csv_has_the_days_of_the_chart_to_the_cent_and_says_what_it_is(revenue: Page, tmp_path: Path) -> None:
    path = taken(revenue, "daily-revenue", "CSV", tmp_path)
    assert path.name.startswith("revenue-daily-revenue-")
    heading, *rows = csv.reader(path.read_text("utf-8-sig").splitlines())
    assert heading[0] == "Date"
    assert len([row for row in rows if not row[0].startswith("#")]) == 7
    assert rows[5:7] == [[f"{today() - timedelta(days=1)}", "1000.07"], [f"{today()}", "1234.50"]]
    about = {title.removeprefix("# "): said for title, said in rows[7:]}
    assert (about["Figure"], about["Rows"], about["Platforms"]) == ("Revenue: Daily revenue", "7", "All")
    assert about["For"] == "Test Manager"
    assert {"Days", "Time zone", "As of"} <= set(about)


def test_a_workbook_has_chart_and_table_and_no_formula(revenue: Page, tmp_path: Path) -> None:
    path = taken(revenue, "by-platform", "Excel", tmp_path)
    chart, table, about = load_workbook(path).worksheets
    assert [cell.value for cell in chart[2]] == ["'=Formula Solar", 2234.57]
    assert [cell.value for cell in table[1]][:3] == ["Platform", "Revenue (USD)", "Sold"]
    assert [cell.value for cell in table[2]][:3] == ["'=Formula Solar", 2234.57, 20]
    assert about.title == "About"


def test_the_same_panel_is_taken_twice_and_each_time_recorded(revenue: Page, server: Server, tmp_path: Path) -> None:
    query = "select count(*) from audit_log where event = 'figures:rows:download' and entity_id like '%lead to sale'"
    with server.owner() as connection:
        (before,) = connection.execute(query).fetchone() or (0,)
        for _ in range(2):
            taken(revenue, "from-lead-to-sale", "CSV", tmp_path)
        assert connection.execute(query).fetchone() == (before + 2,)


def test_a_panel_without_rows_says_so(revenue: Page) -> None:
    menu(revenue, "payments-received").click(timeout=SLOW)
    revenue.get_by_role("menuitem", name="CSV").click(timeout=SLOW)
    expect(revenue.get_by_text("There are no rows to download here.")).to_be_visible(timeout=SLOW)


def test_a_picture_is_saved_by_keyboard_under_a_speaking_name(revenue: Page, tmp_path: Path) -> None:
    chart = revenue.locator(".st-key-daily_revenue")
    save = chart.get_by_role("button", name="Download plot as a PNG")
    save.focus()
    expect(chart.locator(".modebar-group")).to_have_css("opacity", "1", timeout=SLOW)  # seen when it has the focus
    with revenue.expect_download(timeout=SLOW) as download:
        revenue.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("revenue-by-day-")
    assert download.value.suggested_filename.endswith(f"{today()}.png")
    download.value.save_as(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(PNG)


def test_the_menu_works_by_keyboard_and_axe_finds_nothing(revenue: Page) -> None:
    settled(revenue)  # what is being drawn anew is pale
    menu(revenue, "daily-revenue").focus()
    revenue.keyboard.press("Enter")
    expect(revenue.get_by_role("menuitem", name="CSV")).to_be_visible(timeout=SLOW)
    assert violations(revenue).keys() <= {"region"}  # Streamlit puts open menus beside the page's landmarks
    with revenue.expect_download(timeout=SLOW):
        revenue.keyboard.press("ArrowDown")
        revenue.keyboard.press("Enter")
    expect(revenue.get_by_text("Downloading revenue-daily-revenue-")).to_be_visible(timeout=SLOW)
    settled(revenue)
    assert violations(revenue) == {}


def test_a_menu_shows_icons_and_is_read_out_as_what_it_downloads(revenue: Page) -> None:
    button = menu(revenue, "daily-revenue")
    expect(button).to_have_accessible_name("Download Daily revenue", timeout=SLOW)
    expect(revenue.get_by_role("button", name="download icon")).to_have_count(0)
    shown = button.get_by_test_id("stMarkdownContainer")
    assert shown.evaluate("text => [text.clientWidth, getComputedStyle(text).overflow]") == [0, "hidden"]
    button.click()
    expect(revenue.get_by_role("menu", name="Download Daily revenue")).to_be_visible(timeout=SLOW)
