"""A list taken out as a file in a real browser: what is on the screen is in the file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
WAIT = 60_000


def test_the_list_on_the_screen_is_in_the_file(page: Page, server: Server, sign_in: SignIn, tmp_path: Path) -> None:
    with server.owner() as connection:
        connection.execute(
            "insert into leads (first_name, last_name, zip_code, borough, utility, lead_score, phone_masked)"
            " select 'Dora', 'Download' || n, '10301', 'Staten Island', 'CON_EDISON', 70, '***-***-01' || n"
            " from generate_series(10, 14) n"
        )
    page.goto(f"{server.url}/leads?borough=Staten+Island")
    sign_in(page, "ops")
    page.get_by_role("button", name="Download", exact=True).click(timeout=WAIT)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("With phone numbers")).to_have_count(0)  # ops may not open them
    dialog.get_by_role("button", name="Prepare the file").click(timeout=WAIT)
    with page.expect_download(timeout=WAIT) as fetched:
        dialog.get_by_role("link", name="Download now").click(timeout=WAIT)
    path = tmp_path / "list.csv"
    fetched.value.save_as(path)
    with server.owner() as connection:
        connection.execute("delete from leads where first_name = 'Dora'")
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[0][:8] == ["Name", "Status", "Quality", "Score", "Address", "Unit", "ZIP code", "Borough"]  # as listed
    leads = [row for row in rows[1:] if not row[0].startswith("#")]
    assert {row[7] for row in leads} == {"Staten Island"}
    assert len([row for row in leads if row[0].startswith("Dora Download")]) == 5
    assert "# Filters" in [row[0] for row in rows]
