"""Every filter of the list in a real browser: chosen by clicking, shown as a chip, taken away by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aurum_data.rules.periods import NamedPeriod
from pages.parts.filters import days_text
from tests.browser.leads.conftest import put_away
from tests.browser.leads.steps import CAMPAIGN, OURS, SLOW, button, pick, search, settled, shows, shows_all
from tests.browser.served import Server, give_cookie

pytestmark = pytest.mark.browser
LIST = f"leads?source={quote_plus(OURS)}"
# What distinguishes each of the seven leads from the others.
CHANGES = {
    "status = 'contacted'": ["One", "Two", "Three"],
    "lead_quality = 'premium', lead_score = 90": ["One"],
    "borough = 'Queens', zip_code = '11101', utility = 'PSEG_LI'": ["Four", "Five"],
    "zip_code = '11375'": ["Five"],
    "created_at = now() - interval '20 days'": ["Six"],
    "consent_state = 'given'": ["Two"],
    "has_export_error = true": ["Three"],
    "is_active = false": ["Seven"],
    "duplicate_of = %(first)s, sellable = false": ["Two"],
    "assigned_to = %(sales)s": ["Three"],
    "campaign_id = (select id from campaigns where source_id = leads.source_id)": ["Four"],
}
NAMES = ("One", "Two", "Three", "Four", "Five", "Six", "Seven")


@pytest.fixture(scope="module")
def page(profile: BrowserContext, server: Server) -> Iterator[Page]:
    """The list of the seven leads of this module, opened once; the seventh is deactivated."""
    with server.owner() as connection:
        found = connection.execute("select id from lead_sources where source_name = %s", (OURS,)).fetchone()
        assert found is not None
        ids: list[UUID] = [uuid4() for _ in NAMES]
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into leads (id, source_id, first_name, last_name, zip_code, borough, utility, lead_score)"
                " values (%s, %s, 'Kim', %s, '11215', 'Brooklyn', 'CON_EDISON', 40)",
                [(lead_id, found[0], name) for lead_id, name in zip(ids, NAMES, strict=True)],
            )
        for change, names in CHANGES.items():
            connection.execute(
                f"update leads set {change} where id = any(%(ids)s) and last_name = any(%(names)s)",
                {"ids": ids, "names": names, "first": ids[0], "sales": server.people["sales"].user_id},
            )
        connection.execute(
            "insert into lead_exports (lead_id, platform_id, status)"
            " select %s, id, 'rejected' from b2b_platforms order by platform_name, id limit 1",
            (ids[3],),
        )
    give_cookie(profile, server, "sales")
    opened = profile.new_page()
    opened.goto(f"{server.url}/{LIST}")
    yield opened
    opened.close()
    with server.owner() as connection:
        connection.execute("update leads set source_id = %s where id = %s", (found[0], ids[6]))
    put_away(server)


@pytest.fixture(autouse=True)
def whole(page: Page, server: Server) -> None:
    """Each test begins with all of them, also where the one before broke off."""
    if page.url != f"{server.url}/{LIST}":
        page.goto(f"{server.url}/{LIST}")


def close_popover(page: Page) -> None:
    """Close the further filters, until they are gone."""
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0, timeout=SLOW)


def take_away(page: Page, chip: str, left: str = "6 leads") -> None:
    """Click an active filter, which removes it and nothing else."""
    button(page, chip).click(timeout=SLOW)
    expect(button(page, chip)).to_have_count(0, timeout=SLOW)
    shows(page, left)


@pytest.mark.parametrize(
    ("title", "value", "chip", "found"),
    [
        ("Status", "Contacted", "Status: Contacted", "3 leads"),
        ("Quality", "Premium", "Quality: Premium", "1 lead"),
        ("Borough", "Queens", "Borough: Queens", "2 leads"),
        ("ZIP code", "11215", "ZIP code: 11215", "4 leads"),
    ],
)
def test_a_filter_of_the_bar(page: Page, title: str, value: str, chip: str, found: str) -> None:
    pick(page, page, title, value)
    shows(page, found)
    take_away(page, chip)


def test_a_named_period_says_which_days_it_means(page: Page) -> None:
    pick(page, page, "Created", "Last 7 days")
    shows(page, "5 leads")
    take_away(page, f"Created: {days_text(NamedPeriod.LAST_7_DAYS)}")


@pytest.mark.parametrize(
    ("title", "value", "chip", "found"),
    [
        ("Assigned to", "Me", "Assigned to: Me", "1 lead"),
        ("Assigned to", "Nobody", "Assigned to: Nobody", "5 leads"),
        ("Assigned to", "Test Sales", "Assigned to: Test Sales", "1 lead"),
        ("Campaign", f"{OURS}: {CAMPAIGN}", f"Campaign: {OURS}: {CAMPAIGN}", "1 lead"),
        ("Delivery", "Rejected", "Delivery: Rejected", "1 lead"),
        ("Utility", "PSEG Long Island", "Utility: PSEG Long Island", "2 leads"),
        ("Consent", "Given", "Consent: Given", "1 lead"),
        ("Duplicates", "Only duplicates", "Only duplicates", "1 lead"),
        ("Duplicates", "Hide duplicates", "Hide duplicates", "5 leads"),
    ],
)
def test_one_of_the_further_filters(page: Page, title: str, value: str, chip: str, found: str) -> None:
    button(page, "More filters").click(timeout=SLOW)
    pick(page, page.get_by_test_id("stPopoverBody"), title, value)
    shows(page, found)
    close_popover(page)
    take_away(page, chip)


def test_the_platform_that_a_lead_was_delivered_to(page: Page, server: Server) -> None:
    with server.owner() as connection:
        platform = connection.execute("select platform_name from b2b_platforms order by platform_name, id").fetchone()
    assert platform is not None
    button(page, "More filters").click(timeout=SLOW)
    pick(page, page.get_by_test_id("stPopoverBody"), "Delivered to", str(platform[0]))
    shows(page, "1 lead")
    close_popover(page)
    take_away(page, f"Platform: {platform[0]}")


@pytest.mark.parametrize(
    ("switch", "chip", "found"),
    [
        ("Only failed deliveries", "Failed deliveries", "1 lead"),
        ("Also deactivated leads", "With deactivated leads", "7 leads"),
    ],
)
def test_a_switch(page: Page, switch: str, chip: str, found: str) -> None:
    button(page, "More filters").click(timeout=SLOW)
    page.get_by_test_id("stPopoverBody").get_by_text(switch).click(timeout=SLOW)
    shows(page, found)
    close_popover(page)
    take_away(page, chip)


def test_a_filter_that_was_taken_away_stays_away(page: Page) -> None:
    """Also one whose widget was not there to be told, since the popover was closed."""
    button(page, "More filters").click(timeout=SLOW)
    pick(page, page.get_by_test_id("stPopoverBody"), "Utility", "PSEG Long Island")
    shows(page, "2 leads")
    close_popover(page)
    take_away(page, "Utility: PSEG Long Island")
    pick(page, page, "Status", "Contacted")
    shows(page, "3 leads")
    take_away(page, "Status: Contacted")
    button(page, "More filters").click(timeout=SLOW)
    pick(page, page.get_by_test_id("stPopoverBody"), "Utility", "PSEG Long Island")  # and can be chosen again
    shows(page, "2 leads")
    close_popover(page)
    take_away(page, "Utility: PSEG Long Island")


def test_the_range_of_scores(page: Page) -> None:
    button(page, "More filters").click(timeout=SLOW)
    thumb = page.get_by_test_id("stPopoverBody").get_by_role("slider").first
    thumb.focus(timeout=SLOW)
    for _ in range(41):
        thumb.press("ArrowRight")
    shows(page, "1 lead")
    close_popover(page)
    take_away(page, "Score: 41 to 100")


def test_the_source_is_one_of_many(page: Page) -> None:
    button(page, f"Source: {OURS}").click(timeout=SLOW)
    shows_all(page)
    button(page, "More filters").click(timeout=SLOW)
    pick(page, page.get_by_test_id("stPopoverBody"), "Source", OURS)
    close_popover(page)
    shows(page, "6 leads")


def test_zip_codes_are_those_of_the_borough_and_go_with_it(page: Page) -> None:
    pick(page, page, "Borough", "Queens")
    shows(page, "2 leads")
    zips = page.get_by_role("combobox", name="ZIP code", exact=True)
    zips.click()
    zips.fill("11215")
    expect(page.get_by_role("option", name="11215", exact=True)).to_have_count(0, timeout=SLOW)
    page.keyboard.press("Escape")
    for code in ("11101", "11375"):
        pick(page, page, "ZIP code", code)
    expect(button(page, "ZIP code: 11101, 11375")).to_be_visible(timeout=SLOW)
    shows(page, "2 leads")
    take_away(page, "Borough: Queens", "2 leads")
    pick(page, page, "Borough", "Brooklyn")  # the codes of Queens go
    expect(page.get_by_text(re.compile("^ZIP code: "))).to_have_count(0, timeout=SLOW)
    shows(page, "4 leads")
    take_away(page, "Borough: Brooklyn")


def test_filters_are_taken_away_one_by_one_or_all_at_once(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/{LIST}&score=30&score=95&borough=Brooklyn&status=Contacted&errors=true")
    shows(page, "1 lead")
    take_away(page, "Failed deliveries", "3 leads")
    take_away(page, "Status: Contacted", "4 leads")
    expect(page).to_have_url(re.compile(r"borough=Brooklyn"))
    button(page, "Clear all filters").click()
    shows_all(page)
    expect(page).to_have_url(re.compile("/leads$"), timeout=SLOW)
    page.goto(f"{server.url}/{LIST}")
    shows(page, "6 leads")


def test_days_of_ones_own(page: Page, server: Server) -> None:
    pick(page, page, "Created", "Custom")
    for end, day in (("start", "01052026"), ("end", "01092026")):
        page.get_by_role("spinbutton", name=f"month, Days {end} date").click(timeout=SLOW)
        page.keyboard.type(day)
    page.get_by_label("Search leads").click()  # typed days are taken over when they are left
    shows(page, "0 leads")
    take_away(page, "Created: Jan 5 \N{EN DASH} Jan 9, 2026")
    page.goto(f"{server.url}/{LIST}&created=Custom&created_days=2026-01-05&created_days=2026-01-09")
    shows(page, "0 leads")
    page.goto(f"{server.url}/{LIST}&created=Custom&created_days=2026-11-20&created_days=2026-11-01")
    expect(page.get_by_text("The first day of the range lies after the last one.")).to_be_visible(timeout=SLOW)
    assert f"source={quote_plus(OURS)}" in page.url  # nothing is lost
    page.goto(f"{server.url}/{LIST}")
    shows(page, "6 leads")


def test_filters_and_tools_have_a_row_each(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/{LIST}")
    shows(page, "6 leads")
    for first, last in (
        (page.get_by_role("combobox", name="Status"), button(page, "More filters")),
        (button(page, "Columns"), button(page, "Any of")),
    ):
        left, right = first.bounding_box(), last.bounding_box()
        assert left is not None
        assert right is not None
        assert abs(left["y"] + left["height"] / 2 - right["y"] - right["height"] / 2) < 10


def test_groups_of_conditions_are_built_shown_kept_and_removed(page: Page) -> None:
    button(page, "Any of").click(timeout=SLOW)
    dialog = page.get_by_role("dialog")
    group = dialog.locator(".st-key-group_1")
    pick(page, group, "Conditions", "Quality")
    pick(page, group, "Quality", "Premium")
    button(dialog, "Apply").click(timeout=SLOW)
    expect(dialog.get_by_text("A group of conditions is empty")).to_be_visible(timeout=SLOW)
    group = dialog.locator(".st-key-group_2")
    pick(page, group, "Conditions", "Failed deliveries")
    expect(group.get_by_text("The latest delivery failed.")).to_be_visible(timeout=SLOW)
    dialog.get_by_text("at least one condition of every group holds").click()
    button(dialog, "Apply").click(timeout=SLOW)
    shows(page, "0 leads")
    expect(button(page, "All of: Failed deliveries")).to_be_visible()
    button(page, "Any of").click()
    dialog.get_by_text("all conditions of any one group hold").click(timeout=SLOW)
    button(dialog, "Apply").click(timeout=SLOW)
    shows(page, "2 leads")
    page.reload()
    shows(page, "2 leads")
    take_away(page, "Any of: Failed deliveries", "1 lead")
    take_away(page, "Any of: Quality: Premium")
    assert "groups" not in page.url


def test_groups_in_the_address_that_are_none_say_so(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/{LIST}&groups={quote('[{]')}")
    expect(page.get_by_text("could not be read")).to_be_visible(timeout=SLOW)
    shows(page, "6 leads")


def test_search_and_filters_hold_together(page: Page) -> None:
    settled(page)
    search(page, "Kim")
    shows(page, "6 leads")
    pick(page, page, "Status", "Contacted")
    shows(page, "3 leads")
    expect(page.get_by_label("Search leads")).to_have_value("Kim")
    take_away(page, "Status: Contacted")
    search(page, "")
