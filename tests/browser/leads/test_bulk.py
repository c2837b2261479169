"""Many leads at once in a real browser: select over pages, change, watch, stop, undo; two people on one lead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from aurum_data.settings import PROJECT_ROOT
from tests.browser.leads.steps import (
    SLOW,
    MakeLeads,
    OpenLeads,
    button,
    check_row,
    heading,
    open_row,
    stored,
)
from tests.browser.served import Server, SignIn
from tests.jobs.test_worker import until

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def tidy(server: Server) -> Iterator[None]:
    """The list of a person's bulk changes is empty again."""
    yield
    ours = [person.user_id for person in server.people.values()]
    with server.owner() as connection:
        connection.execute(
            "with gone as (delete from bulk_operations where user_ref = any(%s) returning id)"
            " delete from bulk_operation_items where operation_id in (select id from gone)",
            (ours,),
        )
        connection.execute("delete from procrastinate_jobs")


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


def select_rows(page: Page, count: int) -> None:
    for row in range(count):
        check_row(page, row)
        expect(page.get_by_text(f"{row + 1} selected")).to_be_visible(timeout=SLOW)


def open_dialog(page: Page, action: str) -> Locator:
    button(page, "Change").click()
    page.get_by_role("menuitem", name=action).or_(page.get_by_role("option", name=action)).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(action).first).to_be_visible(timeout=SLOW)
    return dialog


def test_two_selected_leads_are_assigned(
    page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads
) -> None:
    ids = make_leads(60)
    open_leads(page, "sales")
    select_rows(page, 1)
    button(page, "Next").click()
    expect(page.get_by_text("60 leads · page 2")).to_be_visible(timeout=SLOW)
    check_row(page, 0)
    expect(page.get_by_text("2 selected")).to_be_visible(timeout=SLOW)

    dialog = open_dialog(page, "Assign")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name="Test Sales").click()
    button(dialog, "Assign: 2 leads").click()
    expect(dialog.get_by_text("2 of 2 leads changed")).to_be_visible(timeout=SLOW)
    button(dialog, "Close").last.click()
    expect(page.get_by_text("2 selected")).to_have_count(0, timeout=SLOW)
    with server.owner() as connection:
        rows = connection.execute(
            "select id from leads where assigned_to is not null and id = any(%s) order by created_at", (ids,)
        ).fetchall()
    assert [row[0] for row in rows] == [ids[9], ids[59]]


def test_a_cell_opens_its_lead_and_the_selection_stays(
    page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads
) -> None:
    make_leads(5)
    open_leads(page, "sales")
    select_rows(page, 2)
    open_row(page, 3)
    heading(page, "Kim Number002")
    expect(page.get_by_text("2 selected")).to_be_visible()
    check_row(page, 2)
    expect(page.get_by_text("3 selected")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Kim Number002")).to_be_visible()
    open_row(page, 4)
    heading(page, "Kim Number001")
    button(page, "Close").click()
    expect(page.get_by_role("heading", name="Kim Number001")).to_have_count(0, timeout=SLOW)
    check_row(page, 0)
    expect(page.get_by_text("2 selected")).to_be_visible(timeout=SLOW)
    button(page, "Clear").click()
    expect(page.get_by_text("2 selected")).to_have_count(0, timeout=SLOW)


def test_all_that_match_are_deactivated_and_restored_by_an_undo(
    page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads
) -> None:
    make_leads(60)
    open_leads(page, "ops")
    select_rows(page, 1)
    button(page, "Select all 60 leads that match").click()
    expect(page.get_by_text("60 selected")).to_be_visible(timeout=SLOW)
    dialog = open_dialog(page, "Deactivate")
    button(dialog, "Deactivate: 60 leads").click()
    expect(dialog.get_by_text("Say why the leads are deactivated.")).to_be_visible(timeout=SLOW)
    dialog.get_by_label("Reason").fill("Test entries")
    button(dialog, "Deactivate: 60 leads").click()
    expect(dialog.get_by_text("60 of 60 leads changed")).to_be_visible(timeout=SLOW)
    button(dialog, "Close").last.click()
    expect(page.get_by_text("No leads match.")).to_be_visible(timeout=SLOW)

    button(page, "Bulk changes").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("dialog").get_by_text("Undo: Deactivated")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("dialog").get_by_text("60 of 60 leads changed.")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")
    expect(page.get_by_text("60 leads · page 1")).to_be_visible(timeout=SLOW)


def test_many_are_changed_in_the_background_can_be_stopped_and_undone(
    page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads, worker: Callable[[], None]
) -> None:
    ids = make_leads(1000)
    open_leads(page, "ops")
    select_rows(page, 1)
    button(page, "Select all 1,000 leads that match").click()
    expect(page.get_by_text("1,000 selected")).to_be_visible(timeout=SLOW)
    dialog = open_dialog(page, "Change status")
    expect(dialog.get_by_text("So many are changed in the background.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection, connection.transaction():  # in the midst of a batch
        connection.execute("select from leads where id = %s for update", (sorted(ids)[300],))
        button(dialog, "Change status: 1,000 leads").click()
        expect(dialog.get_by_text("waiting for the worker")).to_be_visible(timeout=SLOW)
        worker()
        expect(dialog.get_by_text("of 1,000 leads changed.")).to_be_visible(timeout=SLOW)
        button(dialog, "Stop").click()
        # The batch waits for us, and the stop for the end of the batch.
        until(connection, "select count(distinct pid) = 2 from pg_locks where not granted")
    expect(dialog.get_by_text("left as they were, stopped.")).to_be_visible(timeout=SLOW)
    button(dialog, "Undo").click()
    expect(dialog.get_by_text("Undo: Status to contacted")).to_be_visible(timeout=SLOW)
    expect(dialog.get_by_text(re.compile(r"^(\d+) of \1 leads changed\.$"))).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        row = connection.execute(
            "select count(*), count(*) filter (where version = 3) > 0 from leads where status = 'new' and id = any(%s)",
            (ids,),
        )
        assert row.fetchone() == (1000, True)


def test_the_later_of_two_people_is_told_which_lead_was_changed_by_whom(
    page: Page, another: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads
) -> None:
    ids = make_leads(3)
    open_leads(page, "ops")
    select_rows(page, 2)
    open_leads(another, "sales")
    open_row(another, 0)
    button(another, "Change status").click(timeout=SLOW)
    button(another, "Save status").click()
    expect(another.get_by_text("Status changed to contacted.")).to_be_visible(timeout=SLOW)

    dialog = open_dialog(page, "Add a tag")
    dialog.get_by_label("Tag").fill("Spring fair")
    button(dialog, "Add a tag: 2 leads").click()
    expect(dialog.get_by_text("1 of 2 leads changed, 1 refused.")).to_be_visible(timeout=SLOW)
    expect(dialog.get_by_text("Test Sales changed this lead after you chose it.").first).to_be_attached(timeout=SLOW)
    with server.owner() as connection:
        rows = connection.execute(
            "select status, tags from leads where id = any(%s) order by created_at desc", (ids,)
        ).fetchall()
    assert rows == [("contacted", []), ("new", ["spring fair"]), ("new", [])]


def test_one_lead_is_tagged_deactivated_and_restored(
    page: Page, server: Server, sign_in: SignIn, make_leads: MakeLeads
) -> None:
    (lead,) = make_leads(1)
    sign_in(page, "ops")
    page.goto(f"{server.url}/?lead={lead}")
    button(page, "Tags").click(timeout=SLOW)
    page.get_by_label("New tag").fill("Has EV")
    button(page, "Add tag").click()
    expect(page.get_by_text("Tag added.")).to_be_visible(timeout=SLOW)
    button(page, "Deactivate").click()
    page.get_by_label("Reason").fill("Test entry")
    button(page, "Deactivate lead").click()
    expect(page.get_by_text("The lead is deactivated.")).to_be_visible(timeout=SLOW)
    button(page, "Restore").click()
    expect(page.get_by_text("The lead is back in the lists.")).to_be_visible(timeout=SLOW)
    assert stored(server, "is_active, tags, version", lead) == (True, ["has ev"], 4)


def test_who_may_change_nothing_gets_no_checkboxes(
    page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads
) -> None:
    make_leads(2)
    open_leads(page, "analyst")
    check_row(page, 0)
    heading(page, "Kim Number002")
    expect(page.get_by_text("1 selected")).to_have_count(0)
    expect(button(page, "Bulk changes")).to_have_count(0)


def test_one_of_the_selected_leads_is_kept_and_the_others_point_to_it(
    page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads
) -> None:
    ids = make_leads(3)
    open_leads(page, "sales")
    select_rows(page, 3)
    dialog = open_dialog(page, "Mark as duplicates")
    expect(dialog.get_by_role("combobox")).to_have_value(re.compile("Kim Number001"), timeout=SLOW)
    button(dialog, "Mark as duplicates: 2 leads").click()
    expect(dialog.get_by_text("2 of 2 leads changed.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        rows = connection.execute(
            "select duplicate_of from leads where id = any(%s) order by created_at", (ids,)
        ).fetchall()
    assert rows == [(None,), (ids[0],), (ids[0],)]


def test_a_tag_is_taken_off_and_a_deactivated_lead_comes_back(
    page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads
) -> None:
    ids = make_leads(2)
    with server.owner() as connection:
        connection.execute("update leads set tags = '{fair}' where id = any(%s)", (ids,))
        connection.execute("update leads set is_active = false where id = %s", (ids[0],))
    open_leads(page, "ops", "deactivated=true")
    select_rows(page, 2)
    dialog = open_dialog(page, "Take a tag off")
    dialog.get_by_label("Tag").fill("Fair")
    button(dialog, "Take a tag off: 2 leads").click()
    expect(dialog.get_by_text("1 of 2 leads changed, 1 refused.")).to_be_visible(timeout=SLOW)
    expect(dialog.get_by_text("This lead is deactivated: restore it first.").first).to_be_attached(timeout=SLOW)
    button(dialog, "Close").last.click()
    expect(page.get_by_text("2 selected")).to_have_count(0, timeout=SLOW)
    check_row(page, 1)
    expect(page.get_by_text("1 selected")).to_be_visible(timeout=SLOW)
    dialog = open_dialog(page, "Restore")
    button(dialog, "Restore: 1 lead").click()
    expect(dialog.get_by_text("1 of 1 leads changed.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        rows = connection.execute(
            "select is_active, tags from leads where id = any(%s) order by created_at", (ids,)
        ).fetchall()
    assert rows == [(True, ["fair"]), (True, [])]
