"""XLSX workbooks, read as a stream and within bounds."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError  # the name of an error, nothing is read by it  # nosec B405
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from aurum_data.errors import Invalid
from aurum_data.intake.delimited import Record, Source, open_source

MAX_ROWS = 1_048_576  # what the format allows
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_SHARED_TEXT_BYTES = 256 * 1024**2  # held in memory by the reader
MAX_PARTS = 2_000

_DAMAGED = "The workbook is damaged and cannot be opened; save it again in Excel."
# What the reader raises on damaged content; it makes no promise about it.
_DAMAGE = (
    BadZipFile, InvalidFileException, ParseError, AttributeError, EOFError, IndexError, KeyError, OSError,
    TypeError, ValueError, zlib.error,
)  # fmt: skip


def check_workbook(source: Source) -> None:
    """Refuse a ZIP file that is no workbook, or that unpacks to more than a list of leads could need.

    The sizes in the ZIP's directory are binding: the reader stops unpacking a part when it has that much.
    Raises Invalid.
    """
    try:
        with open_source(source) as file, ZipFile(file) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError) as damage:
        raise Invalid(_DAMAGED) from damage
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Invalid("The file is a ZIP archive, not a workbook; unpack it first.")
    shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or shared > MAX_SHARED_TEXT_BYTES or unpacked > MAX_UNPACKED_BYTES:
        raise Invalid("The workbook unpacks to too much data; save the sheet as CSV.")


def read_records(source: Source, max_columns: int) -> Iterator[Record]:
    """Every row that is not empty of the first visible sheet that has any, the header first.

    Numbers, dates and truth values become text: 11215.0 -> '11215', a date -> '2026-11-22 15:15:00', TRUE ->
    'yes'. Columns beyond `max_columns` are cut off, so ask for one more than is allowed. Raises Invalid.
    """
    try:
        with open_source(source) as file:  # by path the reader would judge by the name
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and validations that a reader need not know
                workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            with closing(workbook):
                for sheet in workbook.worksheets:
                    found = False
                    for record in _sheet_records(sheet, max_columns):
                        found = True
                        yield record
                    if found:
                        return
    except _DAMAGE as damage:
        raise Invalid(_DAMAGED) from damage


def _sheet_records(sheet: Any, max_columns: int) -> Iterator[Record]:
    if sheet.sheet_state != "visible":
        return
    sheet.reset_dimensions()  # what the file claims about its size is often wrong
    rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=max_columns, values_only=True)
    for number, row in enumerate(rows, start=1):
        cells = [_text(value) for value in row]
        if any(cells) and "".join(cells).strip():
            yield Record(number, cells)


def _text(value: Any) -> str:
    """The text of a cell's value; errors of formulas ('#N/A') are empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if value.startswith("#") and value in _CELL_ERRORS else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(sep=" ")
    return str(value)


_CELL_ERRORS = frozenset({"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#GETTING_DATA"})
