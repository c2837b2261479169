"""Many leads at once in a real browser: select over pages, change, watch, stop, undo; two people on one lead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from aurum_data.settings import PROJECT_ROOT
from tests.browser.served import Server, SignIn
from tests.browser.test_leads import HEADER, ROW, SLOW, open_row
from tests.jobs.test_worker import until

pytestmark = pytest.mark.browser
MakeLeads = Callable[[int], list[UUID]]


@pytest.fixture
def make_leads(server: Server) -> Iterator[MakeLeads]:
    """Makes leads "Kim Number001" and on, the last the newest; all is removed again."""
    with server.owner() as connection:

        def make(count: int) -> list[UUID]:
            made = connection.execute(
                "insert into leads (created_at, first_name, last_name, zip_code, borough, utility)"
                " select now() - make_interval(mins => %(count)s - n), 'Kim', 'Number' || lpad(n::text, 3, '0'),"
                " '11215', 'Brooklyn', 'CON_EDISON' from generate_series(1, %(count)s) n order by n returning id",
                {"count": count},
            )
            return [row[0] for row in made.fetchall()]  # type: ignore[misc]

        yield make
        tables = ("lead_status_history", "bulk_operation_items", "bulk_operations", "leads", "procrastinate_jobs")
        for table in (*tables, "inbox_messages"):
            connection.execute(f"delete from {table}")  # type: ignore[call-overload]


@pytest.fixture
def worker(server: Server) -> Iterator[Callable[[], None]]:
    """Starts a worker on the site's database."""
    started: list[subprocess.Popen[bytes]] = []
    urls = {"PRIMARY": server.urls.primary, "REPLICA": server.urls.replica, "JOBS": server.urls.jobs}
    program = "from aurum_data.settings import get_settings; from aurum_data.jobs.worker import run_worker; "

    def start() -> None:
        command = [sys.executable, "-c", program + "run_worker(get_settings())"]
        environment = os.environ | {f"AURUM_{name}_URL": url for name, url in urls.items()}
        started.append(subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stderr=subprocess.DEVNULL))

    yield start
    for process in started:
        process.kill()
        process.wait()


def check_row(page: Page, row: int) -> None:
    """Click the checkbox of a row of the list (0: the first)."""
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid.get_by_test_id("data-grid-canvas").first).to_be_visible(timeout=SLOW)
    grid.click(position={"x": 18, "y": HEADER + ROW * row + ROW // 2})


def select_rows(page: Page, count: int) -> None:
    for row in range(count):
        check_row(page, row)
        expect(page.get_by_text(f"{row + 1} selected")).to_be_visible(timeout=SLOW)


def open_dialog(page: Page, action: str) -> Locator:
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_role("menuitem", name=action).or_(page.get_by_role("option", name=action)).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(action).first).to_be_visible(timeout=SLOW)
    return dialog


def test_two_selected_leads_are_assigned(page: Page, server: Server, open_leads: SignIn, make_leads: MakeLeads) -> None:
    ids = make_leads(60)
    open_leads(page, "sales")
    select_rows(page, 1)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("60 leads · page 2")).to_be_visible(timeout=SLOW)
    check_row(page, 0)
    expect(page.get_by_text("2 selected")).to_be_visible(timeout=SLOW)

    dialog = open_dialog(page, "Assign")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name="Test Sales").click()
    dialog.get_by_role("button", name="Assign: 2 leads").click()
    expect(dialog.get_by_text("2 of 2 leads changed")).to_be_visible(timeout=SLOW)
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("2 selected")).to_have_count(0, timeout=SLOW)
    with server.owner() as connection:
        rows = connection.execute("select id from leads where assigned_to is not null order by created_at").fetchall()
    assert [row[0] for row in rows] == [ids[9], ids[59]]


def test_a_cell_opens_its_lead_and_the_selection_stays(
    page: Page, server: Server, open_leads: SignIn, make_leads: MakeLeads
) -> None:
    make_leads(5)
    open_leads(page, "sales")
    select_rows(page, 2)
    open_row(page, 3)
    expect(page.get_by_role("heading", name="Kim Number002")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("2 selected")).to_be_visible()
    check_row(page, 2)
    expect(page.get_by_text("3 selected")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Kim Number002")).to_be_visible()
    open_row(page, 4)
    expect(page.get_by_role("heading", name="Kim Number001")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", name="Kim Number001")).to_have_count(0, timeout=SLOW)
    check_row(page, 0)
    expect(page.get_by_text("2 selected")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("2 selected")).to_have_count(0, timeout=SLOW)


def test_all_that_match_are_deactivated_and_restored_by_an_undo(
    page: Page, server: Server, open_leads: SignIn, make_leads: MakeLeads
) -> None:
    make_leads(60)
    open_leads(page, "ops")
    select_rows(page, 1)
    page.get_by_role("button", name="Select all 60 leads that match").click()
    expect(page.get_by_text("60 selected")).to_be_visible(timeout=SLOW)
    dialog = open_dialog(page, "Deactivate")
    dialog.get_by_role("button", name="Deactivate: 60 leads").click()
    expect(dialog.get_by_text("Say why the leads are deactivated.")).to_be_visible(timeout=SLOW)
    dialog.get_by_label("Reason").fill("Test entries")
    dialog.get_by_role("button", name="Deactivate: 60 leads").click()
    expect(dialog.get_by_text("60 of 60 leads changed")).to_be_visible(timeout=SLOW)
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("No leads match.")).to_be_visible(timeout=SLOW)

    page.get_by_role("button", name="Bulk changes").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("dialog").get_by_text("Undo: Deactivated")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("dialog").get_by_text("60 of 60 leads changed.")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")
    expect(page.get_by_text("60 leads · page 1")).to_be_visible(timeout=SLOW)


def test_many_are_changed_in_the_background_can_be_stopped_and_undone(
    page: Page, server: Server, open_leads: SignIn, make_leads: MakeLeads, worker: Callable[[], None]
) -> None:
    ids = make_leads(1000)
    open_leads(page, "ops")
    select_rows(page, 1)
    page.get_by_role("button", name="Select all 1,000 leads that match").click()
    expect(page.get_by_text("1,000 selected")).to_be_visible(timeout=SLOW)
    dialog = open_dialog(page, "Change status")
    expect(dialog.get_by_text("So many are changed in the background.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection, connection.transaction():  # in the midst of a batch
        connection.execute("select from leads where id = %s for update", (sorted(ids)[300],))
        dialog.get_by_role("button", name="Change status: 1,000 leads").click()
        expect(dialog.get_by_text("waiting for the worker")).to_be_visible(timeout=SLOW)
        worker()
        expect(dialog.get_by_text("of 1,000 leads changed.")).to_be_visible(timeout=SLOW)
        dialog.get_by_role("button", name="Stop").click()
        # The batch waits for us, and the stop for the end of the batch.
        until(connection, "select count(distinct pid) = 2 from pg_locks where not granted")
    expect(dialog.get_by_text("left as they were, stopped.")).to_be_visible(timeout=SLOW)
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_text("Undo: Status to contacted")).to_be_visible(timeout=SLOW)
    expect(dialog.get_by_text(re.compile(r"^(\d+) of \1 leads changed\.$"))).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        row = connection.execute(
            "select count(*), count(*) filter (where version = 3) > 0 from leads where status = 'new'"
        )
        assert row.fetchone() == (1000, True)


def test_the_later_of_two_people_is_told_which_lead_was_changed_by_whom(
    page: Page, browser: Browser, server: Server, open_leads: SignIn, make_leads: MakeLeads
) -> None:
    make_leads(3)
    open_leads(page, "ops")
    select_rows(page, 2)
    other = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    open_leads(other, "sales")
    open_row(other, 0)
    other.get_by_role("button", name="Change status").click(timeout=SLOW)
    other.get_by_role("button", name="Save status").click()
    expect(other.get_by_text("Status changed to contacted.")).to_be_visible(timeout=SLOW)
    other.context.close()

    dialog = open_dialog(page, "Add a tag")
    dialog.get_by_label("Tag").fill("Spring fair")
    dialog.get_by_role("button", name="Add a tag: 2 leads").click()
    expect(dialog.get_by_text("1 of 2 leads changed, 1 refused.")).to_be_visible(timeout=SLOW)
    expect(dialog.get_by_text("Test Sales changed this lead after you chose it.").first).to_be_attached(timeout=SLOW)
    with server.owner() as connection:
        rows = connection.execute("select status, tags from leads order by created_at desc").fetchall()
    assert rows == [("contacted", []), ("new", ["spring fair"]), ("new", [])]


def test_one_lead_is_tagged_deactivated_and_restored(
    page: Page, server: Server, open_leads: SignIn, make_leads: MakeLeads
) -> None:
    (lead,) = make_leads(1)
    open_leads(page, "ops")
    page.goto(f"{server.url}/?lead={lead}")
    page.get_by_role("button", name="Tags").click(timeout=SLOW)
    page.get_by_label("New tag").fill("Has EV")
    page.get_by_role("button", name="Add tag").click()
    expect(page.get_by_text("Tag added.")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Deactivate").click()
    page.get_by_label("Reason").fill("Test entry")
    page.get_by_role("button", name="Deactivate lead").click()
    expect(page.get_by_text("The lead is deactivated.")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("The lead is back in the lists.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        row = connection.execute("select is_active, tags, version from leads").fetchone()
    assert row == (True, ["has ev"], 4)


def test_who_may_change_nothing_gets_no_checkboxes(
    page: Page, server: Server, open_leads: SignIn, make_leads: MakeLeads
) -> None:
    make_leads(2)
    open_leads(page, "analyst")
    check_row(page, 0)
    expect(page.get_by_role("heading", name="Kim Number002")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("1 selected")).to_have_count(0)
    expect(page.get_by_role("button", name="Bulk changes")).to_have_count(0)


def test_one_of_the_selected_leads_is_kept_and_the_others_point_to_it(
    page: Page, server: Server, open_leads: SignIn, make_leads: MakeLeads
) -> None:
    ids = make_leads(3)
    open_leads(page, "sales")
    select_rows(page, 3)
    dialog = open_dialog(page, "Mark as duplicates")
    expect(dialog.get_by_role("combobox")).to_have_value(re.compile("Kim Number001"), timeout=SLOW)
    dialog.get_by_role("button", name="Mark as duplicates: 2 leads").click()
    expect(dialog.get_by_text("2 of 2 leads changed.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        rows = connection.execute("select duplicate_of from leads order by created_at").fetchall()
    assert rows == [(None,), (ids[0],), (ids[0],)]
