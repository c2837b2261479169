"""The proof of a lead's consents in a real browser: the text that the person saw, or that it is not on file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.leads.steps import SLOW, MakeLeads, settled
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(server: Server, make_leads: MakeLeads) -> Iterator[UUID]:
    """A lead that agreed to calls by a wording on file, and to emails by one that is not."""
    (lead_id,) = make_leads(1)
    with server.owner() as connection:
        for kind, version in (("tcpa_express_written", "A-test"), ("email_marketing", "lost")):
            connection.execute(
                "insert into lead_consents (lead_id, consent_kind, consent_state, given_at)"
                " values (%s, %s, 'given', now() - interval '2 days')",
                (lead_id, kind),
            )
            connection.execute(
                "insert into lead_consent_events (lead_id, occurred_at, consent_kind, consent_state, wording_version,"
                " certificate_claimed_until) values (%s, now(), %s, 'given', %s, '2031-05-04 12:00-04')",
                (lead_id, kind, version),
            )
        connection.execute(
            "insert into consent_wordings (version, wording, language, shown_from)"
            " values ('A-test', 'I agree that *Aurum* calls me.', 'en', '2026-03-01')"
        )
    yield lead_id
    with server.owner() as connection:
        connection.execute("delete from consent_wordings where version = 'A-test'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lead_shows_the_text_that_the_person_saw(
    page: Page, server: Server, sign_in: SignIn, lead: UUID, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?lead={lead}")
    page.get_by_role("tab", name="Consent").click(timeout=SLOW)
    page.get_by_text("Wording A-test").click(timeout=SLOW)
    expect(page.get_by_text("I agree that *Aurum* calls me.", exact=True)).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("English, shown since Mar 1, 2026")).to_be_visible()
    expect(page.get_by_text("The text of version lost is not on file.")).to_be_visible()
    settled(page)
    assert violations(page) == {}
