"""The workbench of leads among 20,000 sample leads.

What a test adds bears a source of its own, `OURS`, by which the test finds it among the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_plus
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from aurum_data.security.encryption import get_keyring
from tests.browser.leads.steps import CAMPAIGN, OURS, MakeLeads, OpenLeads
from tests.browser.served import Server, SignIn


@pytest.fixture(scope="session")
def server(sample_server: Server) -> Server:
    """The application over the sample leads, with one person per role."""
    with sample_server.owner() as connection:
        connection.execute(
            "with ours as (insert into lead_sources (source_name, channel) values (%s, 'referral') returning id)"
            " insert into campaigns (source_id, campaign_name, starts_on) select id, %s, '2026-01-01' from ours",
            (OURS, CAMPAIGN),
        )
    return sample_server


@pytest.fixture(scope="session")
def other_profile(browser: Browser) -> Iterator[BrowserContext]:
    """The profile of a second person."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def another(other_profile: BrowserContext) -> Iterator[Page]:
    """A tab of the second person."""
    page = other_profile.new_page()
    yield page
    page.close()


@pytest.fixture
def open_leads(sign_in: SignIn, server: Server) -> OpenLeads:
    """Be a person and open the list of leads that the tests added, narrowed further if asked."""

    def go(page: Page, username: str, narrowed: str = "") -> None:
        sign_in(page, username)
        page.goto(f"{server.url}/leads?source={quote_plus(OURS)}&{narrowed}".rstrip("&"))

    return go


@pytest.fixture
def make_leads(server: Server) -> Iterator[MakeLeads]:
    """Makes leads "Kim Number001" and on in Brooklyn, the last the newest, scored by number; they go again."""
    with server.owner() as connection:

        def make(count: int) -> list[UUID]:
            keys, ids = get_keyring(), [uuid4() for _ in range(count)]
            rows = []
            for number, lead_id in enumerate(ids, 1):
                phone = f"+1646555{number:04d}"
                sealed, digest = keys.seal("leads.phone", lead_id, phone), keys.digest("phone", phone)
                masked = f"***-***-{number:04d}"
                rows.append((lead_id, OURS, count - number, number, number, number % 101, sealed, digest, masked))
            with connection.cursor() as cursor:
                cursor.executemany(
                    "insert into leads (id, source_id, created_at, first_name, last_name, property_address, zip_code,"
                    " borough, utility, lead_score, phone_encrypted, phone_hash, phone_masked) values (%s, (select id"
                    " from lead_sources where source_name = %s), now() - make_interval(mins => %s), 'Kim',"
                    " 'Number' || lpad(%s::text, 3, '0'), %s || ' Elm Street', '11215', 'Brooklyn', 'CON_EDISON',"
                    " %s, %s, %s, %s)",
                    rows,
                )
            return ids

        yield make
        put_away(server)


@pytest.fixture
def leads(make_leads: MakeLeads) -> list[UUID]:
    """Sixty new leads, "Kim Number060" the newest."""
    return make_leads(60)


def put_away(server: Server) -> None:
    """Take the leads that a test added off every list, and out of the source that the next test looks at."""
    with server.owner() as connection:
        connection.execute(
            "with ours as (update leads set is_active = false, source_id = null, assigned_to = null,"
            " next_callback_at = null where source_id = (select id from lead_sources where source_name = %s)"
            " returning id)"
            " delete from lead_duplicate_candidates where lead_id in (select id from ours)",
            (OURS,),
        )
        people = [person.user_id for person in server.people.values()]
        connection.execute("update leads set assigned_to = null where assigned_to = any(%s)", (people,))
