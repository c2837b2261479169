"""One sample lead on its own page in a real browser: its score as a chart, its one timeline, its deliveries."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.leads.steps import SLOW, cells, headings, settled
from tests.browser.served import Server, give_cookie

pytestmark = pytest.mark.browser
# One that was scored, talked with, refused by one buyer for a reason and bought by another.
BUSY = """
    select l.id from leads l
    where l.is_active and l.duplicate_of is null and l.total_revenue_earned > 0
      and exists (select from lead_exports e where e.lead_id = l.id and e.rejection_reason is not null)
      and exists (select from lead_exports e where e.lead_id = l.id and e.status = 'accepted' and e.price_usd > 0)
      and exists (select from ai_analyses a where a.lead_id = l.id)
      and (select count(*) from lead_quality_history h where h.lead_id = l.id) >= 2
      and (select count(*) from lead_conversations c where c.lead_id = l.id) between 2 and 20
    order by l.id limit 1
"""


@pytest.fixture(scope="module")
def page(profile: BrowserContext, server: Server) -> Iterator[Page]:
    """The page of such a lead, opened once."""
    with server.owner() as connection:
        found = connection.execute(BUSY).fetchone()
    assert found is not None
    give_cookie(profile, server, "ops")
    opened = profile.new_page()
    opened.goto(f"{server.url}/leads?lead={found[0]}")
    expect(opened.get_by_role("tab", name="Overview")).to_be_visible(timeout=SLOW)
    yield opened
    opened.close()


def test_who_and_what_stands_at_a_glance(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"solar score \d+ of 100 · .* kW"))).to_be_visible(timeout=SLOW)
    for section in ("Contact", "Home", "Electricity", "Solar potential", "Where it stands", "Consent"):
        expect(page.get_by_role("heading", name=section, exact=True)).to_be_visible()


def test_the_score_has_factors_and_a_history_as_a_chart(page: Page) -> None:
    page.get_by_role("tab", name="Score").click(timeout=SLOW)
    expect(page.get_by_role("heading", name="What the score is made of")).to_be_visible(timeout=SLOW)
    chart = page.get_by_role("img", name=re.compile(r"^Score over time, \d+ changes")).or_(
        page.get_by_label(re.compile(r"^Score over time, \d+ changes"))
    )
    expect(chart.first).to_be_visible(timeout=SLOW)
    expect(page.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(1, timeout=SLOW)


def test_the_deliveries_have_answer_reason_and_price(page: Page) -> None:
    page.get_by_role("tab", name="Deliveries").click(timeout=SLOW)
    settled(page)
    shown = page.get_by_test_id("stDataFrame").locator("canvas td")
    expect(shown.filter(has_text=re.compile("^Accepted$")).first).to_be_attached(timeout=SLOW)
    expect(shown.filter(has_text=re.compile("^Rejected$")).first).to_be_attached()
    price = headings(page).filter(has_text="Price").get_attribute("aria-colindex")
    prices = page.get_by_test_id("stDataFrame").locator(f"canvas td[aria-colindex='{price}']")
    expect(prices.filter(has_text=re.compile(r"\d")).first).to_be_attached()
    expect(cells(page, 0).first).to_be_attached()


def test_the_timeline_holds_every_kind_and_is_narrowed_to_one(page: Page) -> None:
    page.get_by_role("tab", name="Timeline").click(timeout=SLOW)
    events = page.locator("main li")
    for kind, said in (
        ("Messages", r"(The lead|Aurum): .*"),
        ("Analyses", r"Analysis, "),
        ("Deliveries", r": (accepted|rejected)"),
        ("Money", r"Sale \$"),
        ("Score", r"Score \d+"),
        ("Status", r"(New|Contacted|Qualified|Offered|Sold)"),
        ("Consent", r": (given|withdrawn)"),
    ):
        pill = page.get_by_test_id("stButtonGroup").get_by_text(kind, exact=True)
        pill.click(timeout=SLOW)
        settled(page)
        expect(events.first).to_contain_text(re.compile(said), timeout=SLOW)
        if kind == "Messages":
            expect(events.filter(has_text=re.compile("Intent .* · Mood ")).first).to_be_attached()
        pill.click()
        settled(page)
