"""My work in a real browser: the callback that is due, a call in two clicks, a wish not to be called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
SLOW = 60_000
HEADER, ROW = 35, 35  # pixels of the table
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
                "insert into leads (first_name, last_name, property_address, zip_code, borough, utility, lead_score,"
                " status, assigned_to, next_callback_at) values (%s, 'Tester', '12 Elm Street', '11215', 'Brooklyn',"
                " 'CON_EDISON', %s, %s, %s, now() + make_interval(hours => %s)) returning id",
                (name, score, status, server.people["sales"].user_id, hours),
            ).fetchone()
            ids[name] = row[0] if row else None  # type: ignore[assignment]

        def read(name: str) -> tuple[object, ...]:
            query = """select l.status, l.do_not_call, l.next_callback_at is not null,
                       (select string_agg(disposition, ' ' order by created_at) from lead_calls where lead_id = l.id)
                       from leads l where id = %s"""
            return connection.execute(query, (ids[name],)).fetchone() or ()

        yield read
        for table in ("lead_calls", "lead_status_history", "lead_consents", "lead_consent_events"):
            connection.execute(f"delete from {table} where lead_id = any(%s)", (list(ids.values()),))
        connection.execute("delete from leads where id = any(%s)", (list(ids.values()),))


def choose(page: Page, row: int) -> None:
    """Click the name in a row of the list (0: the first)."""
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible(timeout=SLOW)
    grid.click(position={"x": 220, "y": HEADER + ROW * row + ROW // 2})


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=f"{name} Tester")).to_be_visible(timeout=SLOW)


def test_sales_begin_their_day_with_the_callback_that_is_due(
    page: Page, server: Server, sign_in: SignIn, state: State
) -> None:
    sign_in(page, "sales")
    expect(page.get_by_role("heading", name="My work")).to_be_visible(timeout=SLOW)
    due = page.get_by_test_id("stMetric").filter(has_text="Callbacks due")
    expect(due).to_contain_text("2", timeout=SLOW)
    heading(page, "Omar")  # the longest overdue
    expect(page.get_by_text("1 of 2")).to_be_visible()


def test_a_call_is_logged_in_two_clicks_from_any_row(page: Page, server: Server, sign_in: SignIn, state: State) -> None:
    sign_in(page, "sales")
    heading(page, "Omar")
    choose(page, 1)
    heading(page, "Lena")
    page.get_by_role("button", name="No answer").click()
    expect(page.get_by_text("No answer is on record for Lena Tester.")).to_be_visible(timeout=SLOW)
    assert state("Lena") == ("contacted", False, False, "no_answer")
    assert state("Omar")[3] is None


def test_a_first_conversation_with_a_note_and_the_next_call(
    page: Page, server: Server, sign_in: SignIn, state: State
) -> None:
    sign_in(page, "sales")
    page.get_by_test_id("stButtonGroup").get_by_text("New leads").click(timeout=SLOW)
    heading(page, "Nora")  # the best score
    page.get_by_label("Note (optional)").fill("Wants a quote")
    page.get_by_label("Call back").click()
    page.get_by_role("option", name="Tomorrow 10 AM").click()
    page.get_by_role("button", name="Reached").click()
    expect(page.get_by_text("The lead is contacted now.")).to_be_visible(timeout=SLOW)
    heading(page, "Nick")  # the next one
    assert state("Nora") == ("contacted", False, True, "reached")


def test_keys_move_through_the_list_and_log_a_call(page: Page, server: Server, sign_in: SignIn, state: State) -> None:
    sign_in(page, "sales")
    heading(page, "Omar")
    page.keyboard.press("Alt+n")
    heading(page, "Lena")
    page.keyboard.press("Alt+v")
    expect(page.get_by_text("Voicemail is on record for Lena Tester.")).to_be_visible(timeout=SLOW)
    assert state("Lena")[3] == "voicemail"


def test_who_asks_not_to_be_called_is_off_the_list(page: Page, server: Server, sign_in: SignIn, state: State) -> None:
    sign_in(page, "sales")
    heading(page, "Omar")
    page.get_by_role("button", name="Do not call").click()
    page.get_by_role("button", name="Never call again").click()
    expect(page.get_by_text("The lead is suppressed now.")).to_be_visible(timeout=SLOW)
    heading(page, "Lena")
    expect(page.get_by_text("1 of 1")).to_be_visible(timeout=SLOW)
    assert state("Omar") == ("suppressed", True, False, "do_not_call")


def test_a_lead_of_sales_has_new_leads_assigned_by_a_rule(
    page: Page, server: Server, sign_in: SignIn, state: State
) -> None:
    page.goto(f"{server.url}/team")
    sign_in(page, "sales")
    expect(page.get_by_role("region", name="Load, speed and outcomes")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Add or change a rule").click()
    page.get_by_label("Name").fill("All to sales")
    members = page.get_by_role("combobox", name="Members, in turn")
    members.fill("Test Sales")
    page.get_by_role("option", name="Test Sales", exact=True).click()
    members.press("Tab")  # the list of options lies over the button
    page.get_by_role("button", name="Save rule").click()
    expect(page.get_by_text("The rule is saved.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        connection.execute("update leads set assigned_to = null where first_name in ('Nora', 'Nick')")
    page.reload()
    page.get_by_role("button", name="Assign now").click(timeout=SLOW)
    expect(page.get_by_text("2 leads were assigned.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        query = "select count(distinct assigned_to), min(assigned_to::text) from leads where status = 'new'"
        assert connection.execute(query).fetchone() == (1, str(server.people["sales"].user_id))
        connection.execute("delete from assignment_rules")


def test_a_lead_of_sales_hands_over_what_somebody_left_behind(
    page: Page, server: Server, sign_in: SignIn, state: State
) -> None:
    with server.owner() as connection:
        row = connection.execute(
            "insert into users (username, full_name, status) values ('gone', 'Gone Tester', 'disabled') returning id"
        ).fetchone()
        assert row is not None
        gone = row[0]
        connection.execute("update leads set assigned_to = %s where first_name in ('Nora', 'Nick')", (gone,))
    page.goto(f"{server.url}/team")
    sign_in(page, "sales")
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
        connection.execute("delete from bulk_operation_items; delete from bulk_operations")
        connection.execute("delete from users where id = %s", (gone,))
    assert left == (2,)
