"""A list taken out as a file in a real browser: what is on the screen is in the file, in each format."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.leads.steps import SLOW, OpenLeads, button
from tests.browser.served import Server

pytestmark = pytest.mark.browser


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
        dialog.get_by_role("radiogroup", name="Format").get_by_text(kind).click()
        button(dialog, "Prepare the file").click()
        with page.expect_download(timeout=SLOW) as download:
            dialog.get_by_role("link", name="Download now").click(timeout=SLOW)
        files[ending] = tmp_path / f"list.{ending}"
        download.value.save_as(files[ending])
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0, timeout=SLOW)
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
