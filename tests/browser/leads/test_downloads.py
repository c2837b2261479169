"""A list taken out as a file in a real browser: what is on the screen is in the file, in each format."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.axe import violations_light_and_dark
from tests.browser.leads.keys import tab_to
from tests.browser.leads.steps import SLOW, MakeLeads, OpenLeads, button, check_row, settled, shows
from tests.browser.served import Server
from tests.jobs.test_worker import until

pytestmark = pytest.mark.browser


def take_out(page: Page, kind: str, to: Path) -> None:
    """Take the list out in the open dialog, and close that."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radiogroup", name="Format").get_by_text(kind).click()
    button(dialog, "Prepare the file").click()
    with page.expect_download(timeout=SLOW) as download:
        dialog.get_by_role("link", name="Download now").click(timeout=SLOW)
    download.value.save_as(to)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=SLOW)


@pytest.fixture
def fetched(page: Page, open_leads: OpenLeads, server: Server, leads: list[UUID], tmp_path: Path) -> dict[str, Path]:
    """The list of the tests' leads as files of each format, taken out by somebody who may not open phone numbers."""
    with server.owner() as connection:
        connection.execute("update leads set first_name = '=1+1' where id = %s", (leads[0],))
    open_leads(page, "ops", "score=1&score=20")
    files = {}
    for kind, ending in {"CSV": "csv", "Excel (XLSX)": "xlsx", "Parquet": "parquet"}.items():
        button(page, "Download").click(timeout=SLOW)
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("20 leads")).to_be_visible(timeout=SLOW)
        expect(dialog.get_by_text("With phone numbers")).to_have_count(0)
        files[ending] = tmp_path / f"list.{ending}"
        take_out(page, kind, files[ending])
    return files


def test_the_list_on_the_screen_is_in_each_file_and_says_what_it_is(fetched: dict[str, Path]) -> None:
    lines = fetched["csv"].read_text("utf-8-sig").splitlines()
    assert next(csv.reader(lines))[:4] == ["Name", "Status", "Quality", "Score"]  # as listed
    rows = list(csv.DictReader(lines))
    listed = [row for row in rows if not row["Name"].startswith("#")]
    assert [row["Name"] for row in listed[:2]] == ["Kim Number020", "Kim Number019"]
    assert len(listed) == 20
    assert listed[0]["Phone"] == "***-***-0020"
    assert listed[-1]["Name"].startswith("'=1+1")  # no formula
    assert {"# Filters", "# Rows"} <= {row["Name"] for row in rows}

    book = load_workbook(fetched["xlsx"], read_only=True)
    assert len(list(book.worksheets[0].iter_rows())) == 1 + 20
    assert len(book.worksheets) == 2

    about = pq.read_metadata(fetched["parquet"])
    assert about.num_rows == 20
    assert about.metadata[b"Rows"] == b"20"
    assert b"core" in about.metadata[b"Filters"]  # the score


def test_the_selected_leads_leave_by_themselves_and_the_trail_says_so(
    page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads, tmp_path: Path
) -> None:
    make_leads(3)
    open_leads(page, "ops")
    check_row(page, 1)
    expect(page.get_by_text("1 selected")).to_be_visible(timeout=SLOW)
    button(page, "Download").click()
    expect(page.get_by_role("radio", name="The 1 lead selected")).to_be_checked(timeout=SLOW)
    take_out(page, "CSV", tmp_path / "list.csv")
    rows = list(csv.DictReader((tmp_path / "list.csv").read_text("utf-8-sig").splitlines()))
    assert [row["Name"] for row in rows if not row["Name"].startswith("#")] == ["Kim Number002"]
    last = """from audit_log where event = 'leads:list:downloaded' order by occurred_at desc, id desc limit 1"""
    with server.owner() as connection:
        until(connection, f"select details ->> 'rows' = '1' {last}")
        row = connection.execute(f"select details -> 'filters' ->> 'leads', actor_user_id {last}").fetchone()
    assert row == ("1 selected", server.people["ops"].user_id)


@pytest.fixture
def may_read_contact_data(server: Server) -> Iterator[None]:
    """Ops people are given the right for a while."""
    with server.owner() as connection:
        person = (server.people["ops"].user_id,)
        connection.execute(
            "insert into user_permissions (user_id, resource, action) values (%s, 'leads', 'read_pii')", person
        )
        yield
        connection.execute("delete from user_permissions where user_id = %s", person)


def test_contact_data_leave_by_keyboard_once_the_person_has_confirmed_and_said_why(
    page: Page,
    server: Server,
    open_leads: OpenLeads,
    make_leads: MakeLeads,
    may_read_contact_data: None,
    tmp_path: Path,
) -> None:
    """And axe finds nothing on the way, light or dark."""
    make_leads(1)
    open_leads(page, "ops")
    shows(page, "1 lead")
    ops = server.people["ops"]
    with server.owner() as connection:
        connection.execute("update sign_in_sessions set confirmed_at = now() - interval '1 hour'")
    settled(page)
    button(page, "Download").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("With phone numbers and emails")).to_be_visible(timeout=SLOW)
    settled(page)
    assert tab_to(page, "[role=dialog] input[type=checkbox]") == []
    page.keyboard.press("Space")
    expect(dialog.get_by_label("Your password")).to_be_visible(timeout=SLOW)
    assert violations_light_and_dark(page) == {}
    settled(page)
    assert tab_to(page, "input[type=password]") == []
    page.keyboard.type(ops.password)
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Reason")).to_be_visible(timeout=SLOW)
    assert violations_light_and_dark(page) == {}
    settled(page)
    assert tab_to(page, "input[aria-label=Reason]") == []
    page.keyboard.type("Mailing")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("link", name="Download now")).to_be_visible(timeout=SLOW)
    settled(page)
    assert tab_to(page, "[role=dialog] a") == []
    with page.expect_download(timeout=SLOW) as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "list.csv")
    assert "+16465550001" in (tmp_path / "list.csv").read_text("utf-8-sig")
    with server.owner() as connection:
        trail = connection.execute(
            "select reason, details ->> 'in_clear' from audit_log where event = 'leads:list:download'"
            " and actor_user_id = %s order by occurred_at desc, id desc limit 1",
            (ops.user_id,),
        ).fetchone()
    assert trail == ("Mailing", "true")
