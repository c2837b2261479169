"""My work in a real browser: the callback that is due, a call in two clicks, a wish not to be called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.jobs.callbacks import remind_of_callbacks
from tests.browser.leads.conftest import put_away
from tests.browser.leads.steps import OURS, SLOW, button, grid, heading, headings, open_row, pick, settled
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
# Offset in hours of the callback, status and score of each.
LEADS = {
    "Omar": (-2, "contacted", 60),
    "Lena": (-1, "contacted", 50),
    "Nora": (None, "new", 90),
    "Nick": (None, "new", 40),
}

State = Callable[[str], tuple[object, ...]]


@pytest.fixture
def state(server: Server) -> Iterator[State]:
    """Four leads of the seller; gives the named columns of one of them. They are removed again."""
    ids: dict[str, UUID] = {}
    with server.owner() as connection:
        for name, (hours, status, score) in LEADS.items():
            row = connection.execute(
                "insert into leads (source_id, first_name, last_name, property_address, zip_code, borough, utility,"
                " lead_score, status, assigned_to, next_callback_at) values ((select id from lead_sources"
                " where source_name = %s), %s, 'Tester', '12 Elm Street', '11215', 'Brooklyn',"
                " 'CON_EDISON', %s, %s, %s, now() + make_interval(hours => %s)) returning id",
                (OURS, name, score, status, server.people["sales"].user_id, hours),
            ).fetchone()
            ids[name] = row[0] if row else None  # type: ignore[assignment]

        def read(name: str) -> tuple[object, ...]:
            query = """select l.status, l.do_not_call, l.next_callback_at is not null,
                       (select string_agg(disposition, ' ' order by created_at) from lead_calls where lead_id = l.id)
                       from leads l where id = %s"""
            return connection.execute(query, (ids[name],)).fetchone() or ()

        yield read
    put_away(server)


@pytest.fixture
def work(page: Page, server: Server, sign_in: SignIn, state: State) -> Page:
    """The screen on which the seller's day begins."""
    sign_in(page, "sales")
    page.goto(server.url)
    return page


def shows(page: Page, name: str) -> None:
    """The lead of this name is the one to call."""
    heading(page, f"{name} Tester")


def test_sales_begin_their_day_with_the_callback_that_is_due(work: Page, state: State) -> None:
    expect(work.get_by_role("heading", name="My work")).to_be_visible(timeout=SLOW)
    due = work.get_by_test_id("stMetric").filter(has_text="Callbacks due")
    expect(due).to_contain_text("2", timeout=SLOW)
    shows(work, "Omar")  # the longest overdue
    expect(work.get_by_text("1 of 2")).to_be_visible()
    speed = work.get_by_test_id("stMetric").filter(has_text="First contact")
    expect(speed).to_be_visible()
    expect(work.get_by_text("target for first contact 15 min")).to_be_visible()


def test_a_callback_that_comes_due_is_in_the_inbox_until_it_is_read(
    page: Page, server: Server, sign_in: SignIn, state: State
) -> None:
    seller = (server.people["sales"].user_id,)
    with server.owner() as connection:
        connection.execute("delete from inbox_messages where user_ref = %s", seller)  # of other tests
    jobs = create_engine(server.urls.jobs)
    with Session(jobs) as session, session.begin():
        remind_of_callbacks(session, now())
    sign_in(page, "sales")
    page.goto(server.url)
    page.get_by_role("link", name="My account · 2 new").click(timeout=SLOW)
    expect(page.get_by_text("A callback is due")).to_have_count(2, timeout=SLOW)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open").first.click()
    shows(opened.value, "Lena")  # the latest
    button(page, "Mark all as read").click()
    expect(page.get_by_role("link", name="My account", exact=True)).to_be_visible(timeout=SLOW)
    jobs.dispose()


def test_a_call_is_logged_in_two_clicks_from_any_row(work: Page, state: State) -> None:
    shows(work, "Omar")
    open_row(work, 1, across=220)
    shows(work, "Lena")
    button(work, "No answer").click()
    expect(work.get_by_text("No answer is on record for Lena Tester.")).to_be_visible(timeout=SLOW)
    assert state("Lena") == ("contacted", False, False, "no_answer")
    assert state("Omar")[3] is None


def test_a_first_conversation_with_a_note_and_the_next_call(work: Page, state: State) -> None:
    work.get_by_test_id("stButtonGroup").get_by_text("New leads").click(timeout=SLOW)
    shows(work, "Nora")  # the best score
    settled(work)  # the form of the lead before is gone
    work.get_by_label("Note (optional)").fill("Wants a quote")
    work.get_by_label("Call back").click()
    work.get_by_role("option", name="Tomorrow 10 AM").click()
    button(work, "Reached").click()
    expect(work.get_by_text("The lead is contacted now.")).to_be_visible(timeout=SLOW)
    shows(work, "Nick")  # the next one
    assert state("Nora") == ("contacted", False, True, "reached")


def test_keys_move_through_the_list_and_log_a_call(work: Page, state: State) -> None:
    shows(work, "Omar")
    grid(work)  # what is pressed before it is drawn is lost
    settled(work)
    work.keyboard.press("Alt+n")
    shows(work, "Lena")
    settled(work)
    work.keyboard.press("Alt+v")
    expect(work.get_by_text("Voicemail is on record for Lena Tester.")).to_be_visible(timeout=SLOW)
    assert state("Lena")[3] == "voicemail"


def test_who_asks_not_to_be_called_is_off_the_list(work: Page, state: State) -> None:
    shows(work, "Omar")
    button(work, "Do not call").click()
    button(work, "Never call again").click()
    expect(work.get_by_text("The lead is suppressed now.")).to_be_visible(timeout=SLOW)
    shows(work, "Lena")
    expect(work.get_by_text("1 of 1")).to_be_visible(timeout=SLOW)
    assert state("Omar") == ("suppressed", True, False, "do_not_call")


def test_the_hours_in_which_people_may_be_called_are_said(work: Page, state: State) -> None:
    expect(work.get_by_text(re.compile("Calls allowed now|No calls now"))).to_be_visible(timeout=SLOW)


def test_leads_going_cold_have_a_list_of_their_own(page: Page, server: Server, sign_in: SignIn, state: State) -> None:
    with server.owner() as connection:
        connection.execute(
            "update leads set next_callback_at = null, last_activity_at = now() - interval '60 days'"
            " where first_name = 'Lena' and last_name = 'Tester'"
        )
    sign_in(page, "sales")
    page.goto(server.url)
    page.get_by_test_id("stButtonGroup").get_by_text("Going cold").click(timeout=SLOW)
    shows(page, "Lena")
    expect(page.get_by_text("1 of 1")).to_be_visible()


def test_a_lead_of_sales_has_new_leads_assigned_by_a_rule(
    page: Page, server: Server, sign_in: SignIn, state: State
) -> None:
    with server.owner() as connection:
        connection.execute(
            "update leads set assigned_to = null, preferred_language = 'ur'"
            " where last_name = 'Tester' and status = 'new' and is_active"
        )
    sign_in(page, "sales")
    page.goto(f"{server.url}/team")
    expect(page.get_by_role("region", name="Load, speed and outcomes")).to_be_visible(timeout=SLOW)
    for column in ("Open leads", "First contact", "In time", "Sold share"):
        expect(headings(page).filter(has_text=column)).to_be_attached(timeout=SLOW)
    button(page, "Add or change a rule").click()
    page.get_by_label("Name").fill("Urdu in Brooklyn")
    page.get_by_role("spinbutton", name="Order").fill("1")
    for member in ("Test Sales", "Test Ops"):
        pick(page, page, "Members, in turn", member)
    pick(page, page, "Boroughs", "Brooklyn")
    pick(page, page, "Languages", "Urdu")
    button(page, "Save rule").click()
    expect(page.get_by_text("The rule is saved.")).to_be_visible(timeout=SLOW)
    page.reload()
    button(page, "Assign now").click(timeout=SLOW)
    expect(page.get_by_text(re.compile(r"leads were assigned\.$"))).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        query = "select assigned_to from leads where last_name = 'Tester' and status = 'new' and is_active"
        found = connection.execute(query).fetchall()
        connection.execute("delete from assignment_rules where rule_name = 'Urdu in Brooklyn'")
    assert sorted(found) == sorted((server.people[member].user_id,) for member in ("sales", "ops"))  # in turn


def test_a_lead_of_sales_hands_over_what_somebody_left_behind(
    page: Page, server: Server, sign_in: SignIn, state: State
) -> None:
    with server.owner() as connection:
        row = connection.execute(
            "insert into users (username, full_name, status) values ('gone', 'Gone Tester', 'disabled') returning id"
        ).fetchone()
        assert row is not None
        gone = row[0]
        connection.execute(
            "update leads set assigned_to = %s where last_name = 'Tester' and is_active"
            " and first_name in ('Nora', 'Nick')",
            (gone,),
        )
    sign_in(page, "sales")
    page.goto(f"{server.url}/team")
    expect(page.get_by_role("heading", name="Left behind")).to_be_visible(timeout=SLOW)
    taker = page.get_by_role("combobox", name="Go to")
    taker.fill("Test Sales")
    page.get_by_role("option", name="Test Sales", exact=True).click()
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("2 leads of Gone Tester handed over.")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Bulk changes").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo", exact=True).click(timeout=SLOW)
    expect(page.get_by_role("dialog").get_by_text("Undo: Assigned to")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        left = connection.execute("select count(*) from leads where assigned_to = %s", (gone,)).fetchone()
        connection.execute("update leads set assigned_to = null where assigned_to = %s", (gone,))
        connection.execute("delete from users where id = %s", (gone,))
    assert left == (2,)
