"""The rows of figures as a file: what one panel of a screen shows, and what it is."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

from aurum_data.downloads.writers import About, csv_line, csv_value, workbook_value
from aurum_data.rules.downloads import FileFormat
from aurum_data.rules.spreadsheets import as_text

LONGEST_SHEET_NAME = 31  # what Excel opens
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class FigureTable:
    """One chart or table as rows; `title` says what it shows.

    A value is None, a text, a flag, a number, a date or a datetime with its zone.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


def figure_file(file_format: FileFormat, tables: Sequence[FigureTable], about: About) -> bytes:
    """The file: CSV with the tables one after the other, or a workbook with a sheet for each.

    `about` stands at the end of a CSV in lines that begin with #, and on the last sheet of a workbook. Texts that a
    spreadsheet would carry out as a formula are defused. Raises KeyError for another format.
    """
    return {FileFormat.CSV: _csv, FileFormat.XLSX: _workbook}[file_format](tables, about)


def _csv(tables: Sequence[FigureTable], about: About) -> bytes:
    """A single table begins at once, so that programs read it; each of several has its title before it."""
    parts = []
    for table in tables:
        title = csv_line([f"# {table.title}"]) if len(tables) > 1 else ""
        lines = [csv_line(table.headings), *(csv_line([csv_value(value) for value in row]) for row in table.rows)]
        parts.append(title + "".join(lines))
    end = "".join(csv_line([f"# {title}", text]) for title, text in about.items())
    return ("\ufeff" + "\r\n".join(parts) + end).encode()


def _workbook(tables: Sequence[FigureTable], about: Mapping[str, str]) -> bytes:
    book = Workbook(write_only=True)
    for number, table in enumerate(tables, 1):
        sheet = book.create_sheet(_sheet_name(table.title, number if len(tables) > 1 else None))
        sheet.freeze_panes = "A2"
        sheet.append([as_text(heading) for heading in table.headings])
        for row in table.rows:
            sheet.append([workbook_value(value) for value in row])
    last = book.create_sheet("About")
    for title, text in about.items():
        last.append([title, as_text(text)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet_name(title: str, number: int | None) -> str:
    """A name that Excel takes; the number tells titles apart that begin alike."""
    before = "" if number is None else f"{number} "
    return before + _NOT_IN_SHEET_NAMES.sub(" ", title)[: LONGEST_SHEET_NAME - len(before)].strip()
