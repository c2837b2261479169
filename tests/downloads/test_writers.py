"""Files of rows: what stands in them, that each says what it is, and that no writer keeps what it was given."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from aurum_data.downloads.columns import Column
from aurum_data.downloads.writers import WRITERS
from aurum_data.rules.downloads import FileFormat

COLUMNS = [
    Column("name", "Name", "text"),
    Column("score", "Score", "number"),
    Column("bill", "Bill (USD)", "decimal"),
    Column("sellable", "Sellable", "flag"),
    Column("at", "Created (ET)", "instant"),
]
AT = datetime(2026, 7, 4, 16, 30, tzinfo=UTC)
ROWS = [["=1+1", 70, Decimal("120.50"), True, AT], [None, 0, None, False, None]]
ABOUT = {"Rows": "2", "Filters": "=cmd()"}


def written(kind: FileFormat, rows: list[list[object]] = ROWS) -> bytes:
    writer = WRITERS[kind](COLUMNS)
    return writer.rows(rows) + b"".join(writer.end(ABOUT))


def test_csv_holds_the_rows_and_says_what_it_is():
    content = written(FileFormat.CSV)
    assert content.startswith("\ufeff".encode())
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [
        ["Name", "Score", "Bill (USD)", "Sellable", "Created (ET)"],
        ["'=1+1", "70", "120.50", "yes", "2026-07-04 12:30:00-04:00"],
        ["", "0", "", "no", ""],
        ["# Rows", "2"],
        ["# Filters", "'=cmd()"],
    ]


def test_a_workbook_holds_numbers_times_and_no_formula():
    book = load_workbook(io.BytesIO(written(FileFormat.XLSX)))
    assert [list(row) for row in book["Leads"].iter_rows(values_only=True)] == [
        ["Name", "Score", "Bill (USD)", "Sellable", "Created (ET)"],
        ["'=1+1", 70, 120.5, True, datetime(2026, 7, 4, 12, 30)],
        [None, 0, None, False, None],
    ]
    assert [list(row) for row in book["About"].iter_rows(values_only=True)] == [["Rows", "2"], ["Filters", "'=cmd()"]]
    assert {cell.data_type for row in book["Leads"].iter_rows() for cell in row} <= {"s", "n", "b", "d"}


def test_parquet_holds_exact_values_under_plain_names():
    content = written(FileFormat.PARQUET)
    table = pq.read_table(io.BytesIO(content))
    assert table.to_pydict() == {
        "name": ["=1+1", None],
        "score": [70, 0],
        "bill": [Decimal("120.50"), None],
        "sellable": [True, False],
        "at": [AT, None],
    }
    assert pq.read_metadata(io.BytesIO(content)).metadata[b"Rows"] == b"2"


@pytest.mark.parametrize("kind", FileFormat)
def test_no_rows_make_a_file_too(kind: FileFormat):
    assert len(written(kind, [])) > 0


@pytest.mark.parametrize("kind", [FileFormat.CSV, FileFormat.PARQUET])
def test_bytes_come_as_the_rows_come(kind: FileFormat):
    writer = WRITERS[kind](COLUMNS)
    first, second = writer.rows(ROWS * 100), writer.rows(ROWS * 100)
    assert len(first) > 0
    assert len(second) > 0


@pytest.mark.parametrize("kind", FileFormat)
def test_a_file_that_is_not_finished_leaves_nothing_behind(
    kind: FileFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    writer = WRITERS[kind](COLUMNS)
    writer.rows(ROWS)
    writer.drop()
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_that_was_sent_in_part_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    writer = WRITERS[FileFormat.XLSX](COLUMNS)
    writer.rows(ROWS)
    rest = writer.end(ABOUT)
    next(rest)
    rest.close()  # type: ignore[attr-defined]
    writer.drop()
    assert list(tmp_path.iterdir()) == []
