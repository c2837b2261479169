"""Views of the list of leads in a real browser: saved, shared, linked, with their columns and groups of conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from aurum_data.rules.periods import NamedPeriod
from pages.parts.filters import days_text
from tests.browser.leads.steps import SLOW, OpenLeads, button, headings, pick, search, settled, shows, shows_all
from tests.browser.served import Server, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("leads", "tidy")]


@pytest.fixture
def tidy(server: Server) -> Iterator[None]:
    """Views, links and settings are removed again."""
    yield
    with server.owner() as connection:
        people = [person.user_id for person in server.people.values()]
        for table, owner in {"list_settings": "user_ref", "saved_views": "owner_id"}.items():
            connection.execute(f"delete from {table} where {owner} = any(%s)", (people,))


def view(page: Page) -> Locator:
    """The choice of views."""
    return page.get_by_role("combobox", name="View", exact=True)


def save(page: Page, name: str, *, shared: bool = False) -> None:
    """Save what is shown as a new view."""
    button(page, "Save as new").click(timeout=SLOW)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name, timeout=SLOW)
    if shared:
        dialog.get_by_text("Share with everybody").click()
    button(dialog, "Save view").click()
    expect(dialog).to_have_count(0, timeout=SLOW)
    expect(view(page)).to_have_value(re.compile(name), timeout=SLOW)
    expect(button(page, "Save as new")).to_have_count(0, timeout=SLOW)
    settled(page)


def choose(page: Page, name: str) -> None:
    """Choose a view in the list of them."""
    view(page).click(timeout=SLOW)
    page.get_by_role("option", name=name).click(timeout=SLOW)


def option(page: Page, name: str) -> None:
    """Do something with the view that is shown."""
    settled(page)
    button(page, "View options").click(timeout=SLOW)
    page.get_by_role("menuitem", name=name).or_(page.get_by_role("option", name=name)).first.click(timeout=SLOW)


def test_a_view_is_saved_renamed_pinned_and_come_back_to(page: Page, server: Server, open_leads: OpenLeads) -> None:
    open_leads(page, "sales", "score=51&score=100&borough=Brooklyn&sort=Highest+score")
    shows(page, "10 leads")
    save(page, "Good in Brooklyn")
    option(page, "Rename")
    page.get_by_role("dialog").get_by_label("Name").fill("Best", timeout=SLOW)
    button(page.get_by_role("dialog"), "Rename").click()
    expect(view(page)).to_have_value(re.compile("Best"), timeout=SLOW)
    option(page, "Pin above the list")
    expect(button(page, "Best")).to_be_visible(timeout=SLOW)

    page.goto(f"{server.url}/leads")
    shows_all(page)
    button(page, "Best").click()
    shows(page, "10 leads")
    expect(button(page, "Score: 51 to 100")).to_be_visible()
    expect(page).to_have_url(re.compile(r"(?=.*sort=Highest)(?=.*score=51)(?=.*borough=Brooklyn)(?=.*view=)"))


def test_what_differs_from_the_view_can_be_saved(page: Page, server: Server, open_leads: OpenLeads) -> None:
    open_leads(page, "sales", "score=51&score=100&borough=Brooklyn")
    save(page, "Good in Brooklyn")
    button(page, "Score: 51 to 100").click(timeout=SLOW)
    shows(page, "60 leads")
    button(page, "Save changes").click(timeout=SLOW)
    expect(button(page, "Save changes")).to_have_count(0, timeout=SLOW)
    choose(page, "All leads")
    expect(button(page, "Borough: Brooklyn")).to_have_count(0, timeout=SLOW)
    choose(page, "Good in Brooklyn")
    expect(button(page, "Borough: Brooklyn")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text(re.compile("Score: "))).to_have_count(0)


def test_a_view_keeps_its_days_and_its_named_period(page: Page, server: Server, open_leads: OpenLeads) -> None:
    open_leads(page, "sales", "created=Custom&created_days=2026-01-05&created_days=2026-01-09")
    save(page, "A week in January")
    open_leads(page, "sales", "created=Last+7+days")
    save(page, "Lately")
    choose(page, "A week in January")
    shows(page, "0 leads")
    expect(page).to_have_url(re.compile(r"created_days=2026-01-05&created_days=2026-01-09"), timeout=SLOW)
    page.reload()
    expect(page.get_by_role("group", name="Days start date")).to_be_visible(timeout=SLOW)
    shows(page, "0 leads")
    choose(page, "Lately")
    shows(page, "60 leads")
    expect(page).to_have_url(re.compile(r"created=Last"), timeout=SLOW)


def test_a_shared_view_is_seen_by_others_who_cannot_change_it(
    page: Page, server: Server, open_leads: OpenLeads, sign_in: SignIn, another: Page
) -> None:
    open_leads(page, "sales", "score=51&score=100")
    save(page, "Good ones", shared=True)
    sign_in(another, "analyst")
    another.goto(f"{server.url}/leads")
    choose(another, "Good ones · by Test Sales")
    shows(another, "10 leads")
    button(another, "Score: 51 to 100").click()
    expect(button(another, "Save as new")).to_be_visible(timeout=SLOW)
    expect(button(another, "Save changes")).to_have_count(0)
    button(another, "View options").click()
    expect(another.get_by_text("Start with this view")).to_be_visible(timeout=SLOW)
    expect(another.get_by_text("Stop sharing")).to_have_count(0)


def test_who_changes_a_view_after_somebody_else_is_told_and_overwrites_nothing(
    page: Page, another: Page, server: Server, open_leads: OpenLeads
) -> None:
    open_leads(page, "sales", "score=51&score=100&borough=Brooklyn")
    save(page, "Ours", shared=True)
    open_leads(another, "admin")
    choose(another, "Ours · by Test Sales")
    button(page, "Score: 51 to 100").click()  # both change what it shows
    expect(button(page, "Save changes")).to_be_visible(timeout=SLOW)
    button(another, "Borough: Brooklyn").click(timeout=SLOW)
    button(another, "Save changes").click(timeout=SLOW)
    expect(button(another, "Save changes")).to_have_count(0, timeout=SLOW)

    button(page, "Save changes").click()
    expect(page.get_by_text(re.compile("Test Admin changed this view"))).to_be_visible(timeout=SLOW)
    expect(button(page, "Save changes")).to_have_count(0)
    button(page, "Show it now").click()
    expect(button(page, "Score: 51 to 100")).to_be_visible(timeout=SLOW)
    expect(button(page, "Borough: Brooklyn")).to_have_count(0)


def test_who_sees_a_view_that_somebody_deletes_is_told_and_can_keep_what_it_shows(
    page: Page, another: Page, server: Server, open_leads: OpenLeads
) -> None:
    open_leads(page, "sales", "score=51&score=100")
    save(page, "Ours", shared=True)
    open_leads(another, "admin")
    choose(another, "Ours · by Test Sales")
    option(another, "Delete")
    button(another.get_by_role("dialog"), "Delete view").click(timeout=SLOW)
    expect(another.get_by_role("dialog")).to_have_count(0, timeout=SLOW)
    server.catch_up()
    button(page, "Copy link").click()
    expect(page.get_by_text("The view that you saw was deleted")).to_be_visible(timeout=SLOW)
    expect(button(page, "Save as new")).to_be_visible()
    expect(button(page, "Score: 51 to 100")).to_be_visible()


def test_a_deleted_view_is_gone(page: Page, server: Server, open_leads: OpenLeads) -> None:
    open_leads(page, "sales", "score=51&score=100")
    save(page, "Good ones")
    option(page, "Delete")
    button(page.get_by_role("dialog"), "Delete view").click(timeout=SLOW)
    expect(view(page)).to_have_value(re.compile("All leads"), timeout=SLOW)
    with server.owner() as connection:
        kept = connection.execute("select count(*) from saved_views where view_name = 'Good ones'")
        assert kept.fetchone() == (0,)


def test_people_of_a_role_start_with_the_view_that_an_administrator_chose(
    page: Page, server: Server, open_leads: OpenLeads, sign_in: SignIn, another: Page
) -> None:
    open_leads(page, "admin", "score=51&score=100")
    save(page, "Good ones", shared=True)
    option(page, "Default for a role")
    dialog = page.get_by_role("dialog")
    dialog.get_by_test_id("stSelectbox").click(timeout=SLOW)
    page.get_by_role("option", name="Sales").click()
    button(dialog, "Save").click()
    expect(dialog).to_have_count(0, timeout=SLOW)
    sign_in(another, "sales")
    another.goto(f"{server.url}/leads")
    shows(another, "10 leads")
    expect(view(another)).to_have_value(re.compile("Good ones"))
    choose(another, "All leads")
    shows_all(another)


def test_a_view_to_start_with_is_in_the_address_too(page: Page, server: Server, open_leads: OpenLeads) -> None:
    filters = "score=51&score=100&errors=true&status=New&consent=Given&borough=Brooklyn&assigned=Nobody"
    open_leads(page, "sales", f"{filters}&created=This+year")
    save(page, "Failed and good")
    option(page, "Start with this view")
    expect(page.get_by_text("You start with Failed and good.")).to_be_visible(timeout=SLOW)

    page.goto(f"{server.url}/market")
    expect(page.get_by_role("heading", name="Market", level=1)).to_be_visible(timeout=SLOW)
    page.get_by_role("link", name="Leads").click()
    chips = (
        "Score: 51 to 100",
        "Failed deliveries",
        "Status: New",
        "Consent: Given",
        "Assigned to: Nobody",
        f"Created: {days_text(NamedPeriod.THIS_YEAR)}",
    )
    for _ in range(2):
        for chip in chips:
            expect(button(page, chip)).to_be_visible(timeout=SLOW)
        parts = (
            "score=51&score=100",
            "errors=true",
            "status=New",
            "consent=Given",
            "assigned=Nobody",
            r"created=This\+year",
            "view=",
        )
        expect(page).to_have_url(re.compile("".join(f"(?=.*{part})" for part in parts)), timeout=SLOW)
        page.reload()


def test_a_view_is_still_shown_after_a_look_at_another_screen(
    page: Page, server: Server, open_leads: OpenLeads
) -> None:
    open_leads(page, "sales", "score=51&score=100&created=Custom&created_days=2026-01-05&created_days=2026-01-09")
    save(page, "January")
    page.get_by_role("link", name="Market").click()
    expect(page.get_by_role("heading", name="Market", level=1)).to_be_visible(timeout=SLOW)
    page.get_by_role("link", name="Leads").click()
    expect(button(page, "Score: 51 to 100")).to_be_visible(timeout=SLOW)
    expect(view(page)).to_have_value("January")
    shows(page, "0 leads")
    expect(button(page, "Save changes")).to_have_count(0)


def test_a_copied_link_opens_the_list_for_another_person(
    page: Page, server: Server, open_leads: OpenLeads, sign_in: SignIn, another: Page
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?borough=Brooklyn")
    search(page, "(646) 555-0007")
    shows(page, "1 lead")
    button(page, "Copy link").click()
    address = page.get_by_role("dialog").get_by_test_id("stCode").inner_text(timeout=SLOW).strip()
    assert re.fullmatch(r"http://[^/]+/leads\?view=[0-9a-f-]{36}", address)

    sign_in(another, "analyst")
    another.goto(server.url + "/leads?" + address.partition("?")[2])
    shows(another, "1 lead")
    expect(another.get_by_label("Search leads")).to_have_value("(646) 555-0007")
    expect(button(another, "Borough: Brooklyn")).to_be_visible()
    expect(another).to_have_url(re.compile(r"leads\?borough=Brooklyn$"), timeout=SLOW)
    assert "646" not in another.url


@pytest.mark.parametrize("asked", ["nonsense", str(UUID(int=7))])
def test_a_link_that_leads_nowhere_says_so_and_shows_the_list(
    page: Page, server: Server, sign_in: SignIn, asked: str
) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?view={asked}")
    expect(page.get_by_text(re.compile("does not name a view|link has run out"))).to_be_visible(timeout=SLOW)
    shows_all(page)


def test_columns_that_were_chosen_stay_and_a_view_keeps_them_with_its_order(
    page: Page, server: Server, open_leads: OpenLeads
) -> None:
    open_leads(page, "sales")
    button(page, "Columns").click(timeout=SLOW)
    dialog = page.get_by_role("dialog")
    button(dialog.locator(".st-key-column_status"), "Remove").click(timeout=SLOW)
    expect(dialog.locator(".st-key-column_status")).to_have_count(0, timeout=SLOW)
    button(dialog.locator(".st-key-column_lead_score"), "Up").click()
    expect(dialog.locator("[class*='st-key-column_']").nth(1)).to_contain_text("Score", timeout=SLOW)
    dialog.get_by_role("combobox", name="Add a column").click()
    page.get_by_role("option", name="Email").click(timeout=SLOW)
    expect(dialog.locator(".st-key-column_email_masked")).to_be_visible(timeout=SLOW)
    button(dialog, "Show these columns").click()
    expect(dialog).to_have_count(0, timeout=SLOW)
    for _ in range(2):
        expect(headings(page).nth(1)).to_have_text("Score", timeout=SLOW)
        expect(headings(page).nth(2)).to_have_text("Quality")
        expect(headings(page).filter(has_text="Status")).to_have_count(0)
        page.goto(f"{server.url}/leads")
    pick(page, page, "Order", "Lowest score")
    save(page, "Weakest")
    with server.owner() as connection:
        connection.execute("delete from list_settings where user_ref = %s", (server.people["sales"].user_id,))
    page.goto(f"{server.url}/leads")
    expect(headings(page).nth(1)).to_have_text("Status", timeout=SLOW)
    choose(page, "Weakest")
    expect(headings(page).nth(1)).to_have_text("Score", timeout=SLOW)
    expect(page.get_by_role("combobox", name="Order", exact=True)).to_have_value("Lowest score")
