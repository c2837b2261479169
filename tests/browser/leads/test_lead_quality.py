"""Lead quality in a real browser: trends of scores and conversations, and what was said in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.leads.steps import SLOW
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser


@pytest.fixture
def said(server: Server) -> Iterator[UUID]:
    """A lead that asked about pergolas, in markup; it is removed again."""
    with server.owner() as connection:
        row = connection.execute(
            "with m as (insert into ai_models (model_name, model_version, provider, purpose, input_usd_per_1k_tokens,"
            " output_usd_per_1k_tokens, released_at) values ('Quality', '1', 'x', 'conversation', 0, 0, now())"
            " returning id), l as (insert into leads (first_name, zip_code, borough, utility)"
            " values ('Rosa', '11215', 'Brooklyn', 'CON_EDISON') returning id),"
            " c as (insert into ai_conversations (lead_id, ai_model_id, channel, started_at, cost_usd)"
            " select l.id, m.id, 'sms', now(), 0 from l, m returning lead_id, id)"
            " insert into lead_conversations (lead_id, session_id, turn, sender, message_type, content)"
            " select lead_id, id, 1, 'lead', 'question', 'Would <img src=x> pergolas do?' from c returning lead_id"
        ).fetchone()
        assert row is not None
        yield row[0]  # type: ignore[misc]
        for table, column in (("lead_conversations", "lead_id"), ("ai_conversations", "lead_id"), ("leads", "id")):
            connection.execute(f"delete from {table} where {column} = %s", (row[0],))
        connection.execute("delete from ai_models where model_name = 'Quality'")


SCORES = {
    "Scores by tier": "Scorings by tier of the score, over the period",
    "Acceptance by tier": "Share of deliveries accepted, by tier, over the period",
    "Distribution": "Share of scorings in each band of ten points",
    "By source": "Scores and acceptance, one source per row",
    "By model version": "Average score that each model version gave, over the period",
    "What moved scores": "Points by which each factor raised and lowered scores",
}
CONVERSATIONS = {
    "Sentiment": "Share of positive, neutral and negative messages of leads",
    "Intent": "Messages of leads by intent, over the period",
    "How conversations ended": "Conversations by how they ended, over the period",
    "Where leads fell silent": "Conversations by the turn after which the lead fell silent",
    "Kinds of messages": "Messages by kind, of leads and of agents",
}


@pytest.mark.parametrize(("view", "panels"), [("Scores", SCORES), ("Conversations", CONVERSATIONS)])
def test_each_panel_of_a_view_is_drawn(
    page: Page, server: Server, sign_in: SignIn, view: str, panels: dict[str, str]
) -> None:
    sign_in(page, "analyst")
    page.goto(f"{server.url}/lead-quality?view={view}")
    for title, shown in panels.items():
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=SLOW)
        expect(page.get_by_label(shown, exact=True).first).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def test_what_was_said_is_found_with_the_words_marked(page: Page, server: Server, sign_in: SignIn, said: UUID) -> None:
    sign_in(page, "analyst")
    page.goto(f"{server.url}/lead-quality?view=Search")
    box = page.get_by_role("textbox", name="Search conversations")
    box.fill("pergola", timeout=SLOW)
    box.press("Enter")
    expect(page.get_by_text("1 message matches")).to_be_visible(timeout=SLOW)
    expect(page.locator("mark")).to_have_text("pergolas")
    expect(page.locator("main img")).to_have_count(0)  # what was written is text
    assert "pergola" not in page.url
    page.get_by_role("link", name="Rosa").click()
    expect(page).to_have_url(re.compile(f"/leads\\?lead={said}"), timeout=SLOW)
    expect(page.get_by_role("heading", name="Rosa")).to_be_visible(timeout=SLOW)


def test_words_that_cannot_be_searched_get_a_sentence(page: Page, server: Server, sign_in: SignIn) -> None:
    sign_in(page, "analyst")
    page.goto(f"{server.url}/lead-quality?view=Search")
    box = page.get_by_role("textbox", name="Search conversations")
    box.fill("the and", timeout=SLOW)
    box.press("Enter")
    expect(page.get_by_text("There is no word in this that can be searched")).to_be_visible(timeout=SLOW)
