"""The rows of figures as files: exact values, a sheet or a part for each table, and at the end what they are."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from openpyxl import load_workbook

from aurum_data.downloads.figures import FigureTable, figure_file
from aurum_data.rules.downloads import FileFormat

DAYS = FigureTable(
    "Revenue by day: Nov 1 - 2, 2026, of all the platforms",
    ["Date", "Revenue (USD)", "Accepted (share of 1)"],
    [(date(2026, 11, 1), Decimal("1234.50"), 0.8125), (date(2026, 11, 2), Decimal("-0.10"), None)],
)
BUYERS = FigureTable("By platform", ["Platform", "Sold"], [("=HYPERLINK(1)", 3)])
ABOUT = {"Figure": "Revenue: Daily revenue", "Rows": "2"}


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_csv_holds_the_rows_to_the_cent_and_ends_with_what_it_is() -> None:
    assert read_csv(figure_file(FileFormat.CSV, [DAYS], ABOUT)) == [
        ["Date", "Revenue (USD)", "Accepted (share of 1)"],
        ["2026-11-01", "1234.50", "0.8125"],
        ["2026-11-02", "-0.10", ""],
        ["# Figure", "Revenue: Daily revenue"],
        ["# Rows", "2"],
    ]


def test_a_csv_of_several_tables_names_each() -> None:
    lines = read_csv(figure_file(FileFormat.CSV, [DAYS, BUYERS], ABOUT))
    assert lines[0] == [f"# {DAYS.title}"]
    assert lines[4:8] == [[], ["# By platform"], ["Platform", "Sold"], ["'=HYPERLINK(1)", "3"]]


def test_a_workbook_has_a_sheet_for_each_table_with_numbers_days_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(figure_file(FileFormat.XLSX, [DAYS, BUYERS], ABOUT)))
    first, second, about = book.worksheets
    assert (first.title, second.title, about.title) == ("1 Revenue by day  Nov 1 - 2, 20", "2 By platform", "About")
    assert [cell.value for cell in first[2]][1:] == [1234.5, 0.8125]
    assert first["A2"].value.date() == date(2026, 11, 1)
    assert [cell.value for cell in second[2]] == ["'=HYPERLINK(1)", 3]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert [[cell.value for cell in row] for row in about.iter_rows()] == [list(pair) for pair in ABOUT.items()]


def test_tiny_shares_are_written_out() -> None:
    content = figure_file(FileFormat.CSV, [FigureTable("Shares", ["Share"], [(-1e-05,)])], {})
    assert read_csv(content)[1] == ["-0.00001"]
