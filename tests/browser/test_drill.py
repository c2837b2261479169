"""From a chart to its leads in a real browser: as many as it says, every filter kept, and back to all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
SLOW = 60_000
ROLL_UP = """
    insert into revenue_metrics (period_type, date, platform_ref, total_leads, qualified_leads, exported_leads,
        sold_leads, sales_usd, total_revenue)
    select 'daily', (now() at time zone 'America/New_York')::date, p.id, 3, 1, 2, 2, 160, 160
    from (select id from b2b_platforms where platform_name = 'Drill Solar' union all select null) p
"""
ACTIVE = "select count(*) from leads where is_active"
SOLD_TODAY = """
    select count(distinct lead_id) from b2b_revenue_transactions where transaction_type = 'sale'
    and (occurred_at at time zone 'America/New_York')::date = (now() at time zone 'America/New_York')::date
"""


@pytest.fixture
def sold(server: Server) -> Iterator[UUID]:
    """Three leads that came a moment ago, two of them sold to Drill Solar, as the rollup says too."""
    with server.owner() as connection:
        with connection.transaction():
            connection.execute("delete from revenue_metrics where period_type = 'daily'")  # of other files' tests
            platform, ids = _arrange(connection)
        yield platform
        connection.execute("delete from revenue_metrics")
        connection.execute("delete from rollup_stamps where rollup = 'revenue_metrics'")
        for table, column in (("b2b_revenue_transactions", "lead_id"), ("lead_exports", "lead_id"), ("leads", "id")):
            connection.execute(f"delete from {table} where {column} = any(%s)", (ids,))
        connection.execute("delete from b2b_platforms where id = %s", (platform,))


def _arrange(connection: psycopg.Connection[Any]) -> tuple[UUID, list[UUID]]:
    """The platform and the leads, with what is known of them."""
    platform = _id(
        connection.execute(
            "insert into b2b_platforms (platform_name, delivery_method) values ('Drill Solar', 'api_post') returning id"
        )
    )
    ids = [
        _id(
            connection.execute(
                "insert into leads (first_name, last_name, zip_code, borough, utility)"
                " values (%s, 'Drill', '11215', 'Brooklyn', 'CON_EDISON') returning id",
                (name,),
            )
        )
        for name in ("Ann", "Bea", "Cleo")
    ]
    for lead in ids[:2]:
        connection.execute(
            "with e as (insert into lead_exports (lead_id, platform_id, status, price_usd) values (%s, %s,"
            " 'accepted', 80) returning lead_id, platform_id, id) insert into b2b_revenue_transactions (lead_id,"
            " platform_id, export_id, transaction_type, occurred_at, gross_usd, commission_rate, amount_usd)"
            " select lead_id, platform_id, id, 'sale', now(), 80, 1, 80 from e",
            (lead, platform),
        )
    connection.execute(ROLL_UP)
    connection.execute(
        "insert into rollup_stamps (rollup, as_of, duration_ms) values ('revenue_metrics', now(), 1)"
        " on conflict (rollup) do update set as_of = now()"
    )
    return platform, ids


def _id(cursor: psycopg.Cursor[Any]) -> UUID:
    """The id that a statement returned."""
    (made,) = cursor.fetchone() or (None,)
    assert isinstance(made, UUID)
    return made


def test_a_bar_opens_as_many_leads_as_it_counts_with_the_filters_of_the_screen(
    page: Page, server: Server, sign_in: SignIn, sold: UUID
) -> None:
    sign_in(page, "manager")
    page.goto(f"{server.url}/revenue?period=Today&platform=Drill+Solar")
    funnel = page.get_by_test_id("stPlotlyChart").filter(has_text="Sales").last
    expect(funnel.locator(".bars .point")).to_have_count(3, timeout=SLOW)  # deliveries, sales, returns
    funnel.locator(".bars .point").nth(1).locator("path").click(force=True)
    expect(page).to_have_url(re.compile(r"/leads\?.*happened="), timeout=SLOW)
    expect(page.get_by_text("2 leads · page 1")).to_be_visible(timeout=SLOW)
    for chip in (r"Sold \w{3} \d", "Platform: Drill Solar", "With deactivated leads"):
        expect(page.get_by_role("button", name=re.compile(chip))).to_be_visible(timeout=SLOW)


def counted(server: Server, query: str) -> int:
    """How many leads there are by now, with those of other files' tests."""
    with server.owner() as connection:
        (count,) = connection.execute(query).fetchone() or (0,)
    return int(str(count))


def test_the_list_behind_a_bar_survives_a_reload_and_is_cleared_in_one_click(
    page: Page, server: Server, sign_in: SignIn, sold: UUID
) -> None:
    sales = counted(server, SOLD_TODAY)
    sign_in(page, "manager")
    page.goto(f"{server.url}/revenue?period=Today")
    page.get_by_role("button", name="Open leads").last.click(timeout=SLOW)
    page.get_by_role("menuitem", name="Sales").click(timeout=SLOW)
    expect(page.get_by_text(f"{sales} leads · page 1")).to_be_visible(timeout=SLOW)
    page.reload()
    expect(page.get_by_text(f"{sales} leads · page 1")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name=re.compile(r"Sold \w{3} \d"))).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Clear all filters").click()
    expect(page.get_by_text(f"{counted(server, ACTIVE)} leads · page 1")).to_be_visible(timeout=SLOW)
    expect(page).not_to_have_url(re.compile("happened="), timeout=SLOW)


def test_an_address_with_something_that_cannot_have_happened_says_so(
    page: Page, server: Server, sign_in: SignIn, sold: UUID
) -> None:
    sign_in(page, "manager")
    page.goto(f"{server.url}/leads?happened=%7B%22event%22%3A%22flew%22%7D")
    expect(page.get_by_text("has a value that does not fit its part event")).to_be_visible(timeout=SLOW)


def test_days_say_which_they_are_and_a_reset_brings_the_usual_ones_back(
    page: Page, server: Server, sign_in: SignIn, sold: UUID
) -> None:
    sign_in(page, "manager")
    page.goto(f"{server.url}/leads?created=Last+7+days")
    expect(page.get_by_role("button", name=re.compile(r"Created: Last 7 days: \w{3} \d+"))).to_be_visible(timeout=SLOW)
    page.goto(f"{server.url}/leads?sort=Highest+score&status=New")
    page.get_by_role("button", name="Reset").click(timeout=SLOW)
    expect(page.get_by_text(f"{counted(server, ACTIVE)} leads · page 1")).to_be_visible(timeout=SLOW)
    expect(page).not_to_have_url(re.compile("status=|sort="), timeout=SLOW)
    expect(page.get_by_role("button", name="Reset")).to_have_count(0, timeout=SLOW)
    page.goto(f"{server.url}/revenue?period=Quarter")
    expect(page.get_by_text(re.compile(r"^\w{3} 1 .* compared with"))).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text(re.compile("Last 30 days: .* compared with"))).to_be_visible(timeout=SLOW)
    expect(page).not_to_have_url(re.compile("period="), timeout=SLOW)
