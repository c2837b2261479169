"""Duplicates on a lead's own page in a real browser: decide on the pair there, and take it back from either side."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.jobs.duplicates import propose_pairs
from tests.browser.leads.steps import MakeLeads
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
SLOW = 60_000


@pytest.fixture
def two(server: Server) -> Iterator[tuple[UUID, UUID]]:
    """Ann Alder and, an hour later, Bea Birch, who may be the same person."""
    with server.owner() as connection:
        ids: list[UUID] = []
        for hours, first, last in ((2, "Ann", "Alder"), (1, "Bea", "Birch")):
            (lead_id,) = connection.execute(
                "insert into leads (created_at, first_name, last_name, zip_code, borough, utility) values"
                " (now() - make_interval(hours => %s), %s, %s, '11215', 'Brooklyn', 'CON_EDISON') returning id",
                (hours, first, last),
            ).fetchone() or (None,)
            ids.append(lead_id)
        connection.execute(
            "insert into lead_duplicate_candidates (older_ref, lead_id, confidence, reasons)"
            " values (%s, %s, 0.875, '{same_phone,similar_name}')",
            ids,
        )
        yield ids[0], ids[1]
        connection.execute("delete from lead_notes where lead_id = any(%s)", (ids,))
        connection.execute("delete from lead_duplicate_candidates where older_ref = any(%s)", (ids,))
        connection.execute("delete from leads where id = any(%s)", (ids,))


def open_duplicates(page: Page, server: Server, lead_id: UUID) -> None:
    page.goto(f"{server.url}/leads?lead={lead_id}")
    page.get_by_role("tab", name="Duplicates").click(timeout=SLOW)


def duplicate_of(server: Server, lead_id: UUID) -> object:
    with server.owner() as connection:
        row = connection.execute("select duplicate_of from leads where id = %s", (lead_id,)).fetchone()
    return row and row[0]


def test_a_pair_is_confirmed_on_the_page_and_undone_on_the_survivors(
    page: Page, server: Server, sign_in: SignIn, two: tuple[UUID, UUID]
) -> None:
    old, new = two
    with server.owner() as connection:
        connection.execute("update leads set do_not_call = true where id = %s", (new,))
        connection.execute(
            "insert into lead_notes (lead_id, author_user_id, author_name, body) values (%s, %s, 'Test Sales', 'Gate')",
            (new, server.people["sales"].user_id),
        )
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?lead={new}")
    expect(page.get_by_text("May be the same person as Ann Alder")).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Duplicates").click()
    expect(page.get_by_text("88% sure")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Same phone")).to_be_visible()
    page.get_by_role("button", name="Same person").click()
    expect(page.get_by_role("heading", name="Leads of the same person")).to_be_visible(timeout=SLOW)
    assert duplicate_of(server, new) == old
    page.goto(f"{server.url}/leads?lead={old}")  # the survivor stands for both
    expect(page.locator(".stMarkdownBadge").get_by_text("Do not call")).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Timeline").click()
    note = page.locator("main li").filter(has_text="Gate")
    expect(note).to_contain_text("Duplicate of ", timeout=SLOW)
    page.get_by_role("tab", name="Duplicates").click()
    page.get_by_role("button", name="Not a duplicate after all").click(timeout=SLOW)
    expect(page.get_by_text("No other lead is known to be the same person.")).to_be_visible(timeout=SLOW)
    assert duplicate_of(server, new) is None
    with server.owner() as connection:
        trail = connection.execute(
            "select event, actor_user_id from audit_log where entity_id = %s and event like 'leads:duplicate:%%'"
            " order by occurred_at, id",
            (str(new),),
        ).fetchall()
    seller = server.people["sales"].user_id
    assert trail == [("leads:duplicate:confirm", seller), ("leads:duplicate:undo", seller)]


def test_a_pair_is_dismissed_on_the_page(page: Page, server: Server, sign_in: SignIn, two: tuple[UUID, UUID]) -> None:
    sign_in(page, "sales")
    open_duplicates(page, server, two[0])
    expect(page.get_by_role("heading", name="May be the same person as Bea Birch")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Different people").click()
    expect(page.get_by_text("No other lead is known to be the same person.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("May be the same person as Bea Birch")).to_have_count(0)


def test_who_may_only_read_compares_and_decides_nothing(
    page: Page, server: Server, sign_in: SignIn, two: tuple[UUID, UUID]
) -> None:
    sign_in(page, "analyst")
    open_duplicates(page, server, two[1])
    expect(page.get_by_text("88% sure")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Same person")).to_have_count(0)


def test_what_the_nightly_search_finds_waits_on_the_page(
    page: Page, server: Server, sign_in: SignIn, make_leads: MakeLeads
) -> None:
    ids = make_leads(2)
    with server.owner() as connection:
        connection.execute("update leads set phone_hash = %s where id = any(%s)", (b"shared by these", ids))
    jobs = create_engine(server.urls.jobs)
    with Session(jobs) as session, session.begin():
        propose_pairs(session, ids)
    jobs.dispose()
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?lead={ids[1]}")
    expect(page.get_by_text("May be the same person as Kim Number001")).to_be_visible(timeout=SLOW)
    page.get_by_role("tab", name="Duplicates").click()
    expect(page.get_by_text("Same phone")).to_be_visible(timeout=SLOW)
