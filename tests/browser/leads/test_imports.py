"""Taking a file in, in a real browser: upload, columns, check, load, the list, the way back; files that are none."""

from __future__ import annotations

import io
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.axe import violations_light_and_dark
from tests.browser.leads.keys import tab_to
from tests.browser.leads.steps import SLOW, button, cells, open_row, settled
from tests.browser.served import Server, SignIn, give_cookie, start_application, stop_application

pytestmark = pytest.mark.browser
ROWS = (
    "first_name,last_name,Phone,zip\n"
    "Ida,Importson,(212) 555-0147,11215\nIvo,Importson,212-555-0148,11215\nNo,Phone,nonsense,11215\n"
)


@pytest.fixture
def imports(page: Page, server: Server, sign_in: SignIn) -> Iterator[Page]:
    """The screen; what landed through it is gone afterwards."""
    sign_in(page, "ops")
    page.goto(f"{server.url}/imports")
    yield page
    with server.owner() as connection:
        connection.execute(
            "with ours as (delete from leads where last_name = 'Importson' returning id)"
            " delete from lead_idempotency_keys where lead_ref in (select id from ours)"
        )
        ours = (server.people["ops"].user_id,)
        connection.execute(
            "with ours as (delete from import_batches where imported_by = %s returning id)"
            " delete from import_rejected_rows where batch_ref in (select id from ours)",
            ours,
        )


@pytest.fixture
def worked_on(server: Server) -> None:
    """A file that was taken in, one lead; somebody worked on it since."""
    with server.owner() as connection:
        connection.execute(
            "with taken as (insert into import_batches (file_name, file_sha256, file_format, column_mapping, status,"
            " row_count, landed_count, imported_by) values ('worked-on.csv', 'none', 'csv', '{}', 'completed', 1, 1,"
            " %s) returning id) insert into leads (first_name, last_name, zip_code, borough, utility, import_batch_id,"
            " version) select 'Ida', 'Importson', '11215', 'Brooklyn', 'CON_EDISON', id, 2 from taken",
            (server.people["ops"].user_id,),
        )


def give(page: Page, content: bytes, name: str = "leads.csv") -> None:
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def alert(page: Page) -> Locator:
    return page.get_by_test_id("stAlert").first


def test_a_file_is_checked_taken_in_and_undone(imports: Page, server: Server) -> None:
    give(imports, ROWS.encode())
    button(imports, "Check the file").click(timeout=SLOW)
    expect(imports.get_by_text("3 rows: 2 land")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        assert connection.execute("select count(*) from leads where last_name = 'Importson'").fetchone() == (0,)
    problems = imports.get_by_role("region", name="The first problems of the file").locator("canvas td")
    expect(problems.filter(has_text="Phone").first).to_be_attached(timeout=SLOW)
    button(imports, "Take in 2 leads").click()
    expect(imports.get_by_text("Landed: 2 leads. Refused: 1 rows.")).to_be_visible(timeout=SLOW)

    grid = imports.get_by_test_id("stDataFrame").last
    expect(grid.locator(".dvn-scroller")).to_be_visible(timeout=SLOW)
    assert grid.locator(".dvn-scroller").evaluate("box => box.scrollWidth <= box.clientWidth")
    expect(grid).to_be_visible(timeout=SLOW)
    first = grid.locator("canvas tr[aria-rowindex='2'] td")
    expect(first.first).to_have_text("leads.csv", timeout=SLOW)
    expect(first.filter(has_text="Taken in")).to_be_attached()
    settled(imports)
    grid.click(position={"x": 12, "y": 35 + 17})
    button(imports, "Undo this import").click(timeout=SLOW)
    imports.get_by_role("dialog").get_by_role("button", name="Undo", exact=True).click(timeout=SLOW)
    expect(imports.get_by_text("Undone: 2 leads are deactivated.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        counted = connection.execute("select count(*) from leads where last_name = 'Importson' and is_active")
        assert counted.fetchone() == (0,)


def test_an_import_whose_leads_somebody_worked_on_is_not_undone(worked_on: None, imports: Page) -> None:
    table = imports.get_by_test_id("stDataFrame")
    expect(table.locator("canvas tr[aria-rowindex='2'] td").first).to_have_text("worked-on.csv", timeout=SLOW)
    table.click(position={"x": 12, "y": 35 + 17})
    button(imports, "Undo this import").click(timeout=SLOW)
    dialog = imports.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile(r"of worked-on\.csv .* if nobody worked on any since"))).to_be_visible(
        timeout=SLOW
    )
    button(dialog, "Undo").click()
    expect(dialog.get_by_text("1 lead of this file was worked on since: nothing was undone.")).to_be_visible(
        timeout=SLOW
    )


def test_a_file_is_taken_in_and_undone_by_keyboard(imports: Page) -> None:
    """And axe finds nothing on the way, light or dark."""

    def press_enter_on(selector: str) -> None:
        settled(imports)
        assert tab_to(imports, selector) == []
        imports.keyboard.press("Enter")

    expect(imports.get_by_test_id("stFileUploaderDropzoneInput")).to_be_attached(timeout=SLOW)
    with imports.expect_file_chooser() as chooser:
        press_enter_on("[data-testid=stFileUploader] button:not([aria-label=Help])")
    chooser.value.set_files({"name": "leads.csv", "mimeType": "text/csv", "buffer": ROWS.encode()})
    expect(button(imports, "Check the file")).to_be_visible(timeout=SLOW)
    press_enter_on("[data-testid=stForm] button[data-testid*=FormSubmit]")
    expect(button(imports, "Take in 2 leads")).to_be_visible(timeout=SLOW)
    assert violations_light_and_dark(imports) == {}
    press_enter_on("button:has-text('Take in 2 leads')")
    expect(imports.locator("canvas td").get_by_text("leads.csv")).to_be_attached(timeout=SLOW)
    settled(imports)
    assert tab_to(imports, "[class*='st-key-imports_'] canvas[data-testid=data-grid-canvas]") == []
    imports.keyboard.press("Shift+Space")
    expect(button(imports, "Undo this import")).to_be_visible(timeout=SLOW)
    press_enter_on("button:has-text('Undo this import')")
    expect(imports.get_by_role("dialog").get_by_text("2 leads of leads.csv")).to_be_visible(timeout=SLOW)
    assert violations_light_and_dark(imports) == {}
    press_enter_on("[role=dialog] button:has-text('Undo')")
    expect(imports.get_by_text("Undone: 2 leads are deactivated.")).to_be_visible(timeout=SLOW)


def test_what_a_column_holds_is_said_by_the_person_and_refused_rows_come_back(imports: Page, tmp_path: Path) -> None:
    give(imports, ROWS.replace("Phone,zip", "Best number,zip").encode())
    expect(button(imports, "Check the file")).to_be_visible(timeout=SLOW)
    settled(imports)
    open_row(imports, 2, across=60)
    for cell, key in ((0, "ArrowRight"), (1, "Enter")):
        expect(cells(imports, 2).nth(cell)).to_have_attribute("aria-selected", "true", timeout=SLOW)
        imports.keyboard.press(key)
    expect(imports.get_by_role("option", name="Phone", exact=True)).to_be_attached(timeout=SLOW)
    imports.keyboard.type("Phone")
    imports.keyboard.press("Enter")
    expect(cells(imports, 2).nth(1)).to_have_text("Phone", timeout=SLOW)
    button(imports, "Check the file").click()
    expect(imports.get_by_text("3 rows: 2 land")).to_be_visible(timeout=SLOW)
    button(imports, "Take in 2 leads").click()
    expect(imports.get_by_text("Refused: 1 rows.")).to_be_visible(timeout=SLOW)
    with imports.expect_download(timeout=SLOW) as download:
        imports.get_by_role("link", name="Refused rows").click()
    download.value.save_as(tmp_path / "refused.csv")
    assert "No,Phone,nonsense,11215" in (tmp_path / "refused.csv").read_text("utf-8-sig")


def test_the_same_file_again_changes_nothing(imports: Page) -> None:
    give(imports, ROWS.encode())
    button(imports, "Check the file").click(timeout=SLOW)
    button(imports, "Take in 2 leads").click(timeout=SLOW)
    expect(imports.get_by_text("Landed: 2 leads")).to_be_visible(timeout=SLOW)
    imports.reload()
    give(imports, ROWS.encode(), "again.csv")
    button(imports, "Check the file").click(timeout=SLOW)
    expect(imports.get_by_text("This file was taken in before")).to_be_visible(timeout=SLOW)
    give(imports, b"first_name,last_name,Phone,zip\nI.,Importson,+1 212 555 0147,11215\n", "other.csv")
    button(imports, "Check the file").click(timeout=SLOW)  # known on arrival by the phone number
    expect(imports.get_by_text("1 rows: 1 land, of them 1 duplicates")).to_be_visible(timeout=SLOW)


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["Name", "Phone", "ZIP"], ["Ida Importson", "2125550147", "11215"]):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def uploads(profile: BrowserContext, server: Server) -> Iterator[Page]:
    """The screen, opened once: a file that is none leaves it ready for the next."""
    give_cookie(profile, server, "ops")
    page = profile.new_page()
    page.goto(f"{server.url}/imports")
    yield page
    page.close()


def test_a_workbook_by_another_name_is_read_as_what_it_is(uploads: Page) -> None:
    give(uploads, workbook(), "renamed.csv")
    expect(uploads.get_by_text("XLSX")).to_be_visible(timeout=SLOW)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"name,phone,zip\n", "header line and no rows"),
        (",".join(f"c{n}" for n in range(100)).encode() + b"\n1\n", "over 80 columns"),
        (b"%PDF-1.7 nothing", "a PDF"),
        (b"\x1f\x8b\x08\x00nothing", "compressed"),
    ],
    ids=["empty", "header only", "100 columns", "PDF", "gzip"],
)
def test_what_is_no_list_gets_a_sentence(uploads: Page, content: bytes, sentence: str) -> None:
    give(uploads, content)
    expect(alert(uploads)).to_contain_text(sentence, timeout=SLOW)


def test_a_file_of_300_megabytes_is_refused_before_it_is_sent(uploads: Page) -> None:
    script = """() => {
        const input = document.querySelector('[data-testid="stFileUploaderDropzoneInput"]');
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array(300 * 1024 * 1024)], "huge.csv", {type: "text/csv"}));
        input.files = files.files;
        input.dispatchEvent(new Event("change", {bubbles: true}));
    }"""
    uploads.get_by_test_id("stFileUploaderDropzoneInput").wait_for(state="attached", timeout=SLOW)
    uploads.evaluate(script)
    expect(uploads.get_by_text("File must be 50.0MB or smaller")).to_be_visible(timeout=SLOW)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_a_server_that_ends_leaves_nothing_of_an_upload_behind(
    page: Page, server: Server, sign_in: SignIn, tmp_path: Path, end: signal.Signals
) -> None:
    temporary, name = tmp_path / "temporary", b"Ophelia,Leftbehind"
    temporary.mkdir()
    url, process = start_application(server.urls, tmp_path / "server.log", TMPDIR=str(temporary))
    try:
        sign_in(page, "ops")
        page.goto(f"{url}/imports")
        rows = b"\n".join(name + b",(212) 555-0147,11215" for _ in range(40_000))
        give(page, b"first_name,last_name,Phone,zip\n" + rows)
        expect(page.get_by_role("button", name="Check the file")).to_be_visible(timeout=SLOW)
        process.send_signal(end)
        process.wait(30)
    finally:
        stop_application(process)
    left = [path for path in tmp_path.rglob("*") if path.is_file() and name in path.read_bytes()]
    assert left == []
