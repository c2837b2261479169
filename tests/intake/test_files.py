"""Files of every make are told apart by content, read as rows, or refused in one sentence."""

from __future__ import annotations

import gzip
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurum_data.errors import Invalid
from aurum_data.intake import workbooks
from aurum_data.intake.files import MAX_COLUMNS, inspect_file, read_rows

FILES = Path(__file__).parent / "files"


def rows_of(path: Path):
    facts = inspect_file(path)
    return facts, list(read_rows(path, facts))


def write(tmp_path: Path, content: bytes | str, name: str = "leads.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "form", "encoding", "delimiter", "rows"),
    [
        ("facebook_lead_ads.csv", "csv", "utf-16", "\t", 4),
        ("google_ads_lead_form.csv", "csv", "utf-8-sig", ",", 3),
        ("hubspot_contacts.csv", "csv", "utf-8", ",", 3),
        ("salesforce_data_export.csv", "csv", "utf-8", ",", 1),
        ("salesforce_report.csv", "csv", "cp1252", ",", 3),
        ("spreadsheet_semicolon.csv", "csv", "cp1252", ";", 3),
        ("typeform_responses.csv", "csv", "utf-8", ",", 2),
        ("workbook.xlsx", "xlsx", "", "", 3),
    ],
)
def test_each_sample_export_is_recognised(name, form, encoding, delimiter, rows):
    facts, found = rows_of(FILES / name)
    assert (facts.format, facts.encoding, facts.delimiter) == (form, encoding, delimiter)
    assert len(found) == rows


@pytest.mark.parametrize("name", ["facebook_lead_ads.csv", "spreadsheet_semicolon.csv", "workbook.xlsx"])
def test_an_upload_in_memory_is_read_like_the_file(name):
    content = (FILES / name).read_bytes()
    facts, found = rows_of(FILES / name)
    assert inspect_file(content) == facts
    assert list(read_rows(content, facts)) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_gives_the_same_rows(tmp_path, encoding, delimiter):
    lines = [
        ("Name", "Phone", "Zip"),
        ("Zoë Ramírez", "7185550142", "11238"),
        ("Renée", "2125550155", "10028"),
    ]
    path = write(tmp_path, "\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    facts, rows = rows_of(path)
    assert facts.headers == ("Name", "Phone", "Zip")
    assert rows[0].values == {"Name": "Zoë Ramírez", "Phone": "7185550142", "Zip": "11238"}
    assert rows[1].cells[0] == "Renée"


def test_a_single_accent_deep_in_the_file_decides_for_windows_1252(tmp_path):
    body = b"Name,Phone\n" + b"Jane,7185550142\n" * 20_000 + "Renée,2125550155\n".encode("cp1252")
    facts, rows = rows_of(write(tmp_path, body))
    assert facts.encoding == "cp1252"
    assert rows[-1].cells[0] == "Renée"


def test_quoted_line_breaks_stay_in_their_value_and_lines_are_counted(tmp_path):
    path = write(tmp_path, 'Name,Address,Zip\nJane,"12 Main St\nApt 4",11215\n\nJohn,"He said ""hi""",11216\n')
    _, rows = rows_of(path)
    assert [(row.line_number, row.cells[1]) for row in rows] == [
        (2, "12 Main St\nApt 4"),
        (5, 'He said "hi"'),
    ]


def test_an_open_quotation_mark_costs_one_row_and_not_the_rest(tmp_path):
    good = "".join(f"Jane {i},7185550142,11215\n" for i in range(500))
    path = write(tmp_path, f'Name,Phone,Zip\nJim,"7185550100,11215\n{good}')
    _, rows = rows_of(path)
    assert len(rows) == 501
    assert "never closed" in rows[0].fault
    assert rows[0].line_number == 2
    assert (rows[1].line_number, rows[-1].line_number) == (3, 502)
    assert not any(row.fault for row in rows[1:])


def test_an_open_quotation_mark_in_the_last_row_is_seen(tmp_path):
    _, rows = rows_of(write(tmp_path, 'Name,Phone\nJane,7185550142\nJim,"7185550100'))
    assert [bool(row.fault) for row in rows] == [False, True]


def test_short_rows_are_filled_and_long_ones_are_faulty(tmp_path):
    _, rows = rows_of(write(tmp_path, "Name,Phone,Zip\nJane,7185550142\nJim,1,2,,\nJoe,1,2,3\n"))
    assert rows[0].values["Zip"] == ""
    assert (rows[1].cells, rows[1].fault) == (["Jim", "1", "2"], "")
    assert rows[2].fault == "The row has 4 values for 3 columns."
    assert rows[2].text == "Joe,1,2,3"


def test_repeated_and_blank_headers_get_names_of_their_own(tmp_path):
    facts, rows = rows_of(write(tmp_path, "Email,Email,,Zip,,\na,b,c,d\n"))
    assert facts.headers == ("Email", "Email (2)", "Column 3", "Zip")
    assert rows[0].values["Email (2)"] == "b"


def test_zero_bytes_are_dropped(tmp_path):
    _, rows = rows_of(write(tmp_path, "Name,Phone\nJa\0ne,718555\0" + "0142\n" + "Jim,7185550143\n" * 3))
    assert rows[0].cells == ["Jane", "7185550142"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(tmp_path, end):
    _, rows = rows_of(write(tmp_path, end.join(["Name,Phone", "Jane,1", "Jim,2"])))
    assert [row.line_number for row in rows] == [2, 3]


def test_a_workbook_named_csv_and_a_csv_named_xlsx_are_read_for_what_they_are(tmp_path):
    facts, _ = rows_of(write(tmp_path, (FILES / "workbook.xlsx").read_bytes(), "leads.csv"))
    assert facts.format == "xlsx"
    facts, _ = rows_of(write(tmp_path, (FILES / "hubspot_contacts.csv").read_bytes(), "leads.xlsx"))
    assert facts.format == "csv"


def test_cells_of_a_workbook_become_plain_text():
    _, rows = rows_of(FILES / "workbook.xlsx")
    assert rows[0].values["Phone"] == "7185550163"
    assert rows[0].values["ZIP"] == "11104"
    assert rows[0].values["Created"] == "2026-11-12 16:45:00"
    assert rows[1].values["Monthly bill"] == ""
    assert rows[2].line_number == 5


def test_the_first_visible_sheet_with_rows_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    hidden = book.create_sheet("Old")
    hidden.append(["Nothing", "here"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("Leads")
    sheet.append(["Name", "OK", "When"])
    sheet.append(["Jane", True, datetime(2026, 11, 1, 1, 30)])
    sheet.append(["#N/A", False, None])
    book.save(tmp_path / "book.xlsx")
    facts, rows = rows_of(tmp_path / "book.xlsx")
    assert facts.headers == ("Name", "OK", "When")
    assert [row.cells for row in rows] == [["Jane", "yes", "2026-11-01 01:30:00"], ["", "no", ""]]


def _zip_of(**members: bytes) -> bytes:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\r\n  \n", "The file is empty."),
        (b"Name,Phone\n", "has a header line and no rows"),
        (b"jane@example.com,7185550142\nx@example.com,1\n", "must name the columns"),
        (bytes(range(256)) * 50, "not a text file"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old Excel workbook"),
        (b"%PDF-1.7\n...", "PDF"),
        (gzip.compress(b"Name,Phone\nJane,1\n", mtime=0), "compressed"),
        (b"<html><table><tr><td>Name</td></tr></table>", "web page"),
        (b'[{"name": "Jane"}]', "JSON"),
        (b"Name,Phone\n" + b"x" * 1_100_000, "over 1,000,000 characters"),
        (_zip_of(readme=b"hello"), "ZIP archive"),
        (_zip_of(xl__workbook=b"", **{"xl/workbook.xml": b"<workbook/>"}), "damaged"),
        (b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_what_is_no_list_of_leads_is_refused_in_one_sentence(tmp_path, content, sentence):
    with pytest.raises(Invalid, match=sentence):
        rows_of(write(tmp_path, content))


def test_too_many_columns_are_refused(tmp_path):
    header = ",".join(f"c{i}" for i in range(100))
    with pytest.raises(Invalid, match=f"over {MAX_COLUMNS} columns"):
        inspect_file(write(tmp_path, f"{header}\n{header}\n"))


def test_a_workbook_with_too_many_columns_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append([f"c{i}" for i in range(100)])
    book.active.append(list(range(100)))
    book.save(tmp_path / "wide.xlsx")
    with pytest.raises(Invalid, match="columns"):
        inspect_file(tmp_path / "wide.xlsx")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    with pytest.raises(Invalid, match="at most 0 MB"):
        inspect_file(write(tmp_path, "Name,Phone\nJane,1\n"), max_bytes=10)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Invalid, match="no such file"):
        inspect_file(tmp_path / "none.csv")


def test_a_workbook_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_SHARED_TEXT_BYTES", 10 * 1024**2)  # a true bomb takes long to make
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/sharedStrings.xml", "w") as part:
            for _ in range(11):
                part.write(b" " * 1024**2)
    assert path.stat().st_size < 100_000
    with pytest.raises(Invalid, match="too much data"):
        inspect_file(path)


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("w") as out:
        out.write("Name,Phone,Zip\n")
        out.writelines(f"Jane {i},7185550142,11215\n" for i in range(40_000))
    tracemalloc.start()
    facts = inspect_file(path)
    count = sum(1 for _ in read_rows(path, facts))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 40_000
    assert peak < 3_000_000


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
def test_no_content_whatsoever_breaks_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(content)
    try:
        _, rows = rows_of(path)
    except Invalid:
        return
    assert all(row.fault or len(row.cells) <= len(row.headers) for row in rows)
