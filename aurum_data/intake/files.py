"""Reading the files that spreadsheets, CRMs and advertising platforms write.

What a file is, its content decides, not its name: delimited text in UTF-8, UTF-16 or Windows-1252, or an XLSX
workbook. Rows are streamed; memory does not grow with the file. A file that cannot be a list of leads is
refused with `Invalid` in one sentence.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from aurum_data.errors import Invalid
from aurum_data.intake import delimited, workbooks
from aurum_data.intake.delimited import Record, Source, open_source

MAX_FILE_BYTES = 2 * 1024**3
MAX_COLUMNS = 80

_SAMPLE_BYTES = 65_536
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or one with a password; save it as .xlsx or CSV"),
    (b"%PDF", "a PDF; export the list as CSV or XLSX"),
    (b"\x1f\x8b", "compressed; unpack it first"),
    (b"Rar!", "compressed; unpack it first"),
    (b"7z\xbc\xaf", "compressed; unpack it first"),
)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known about a file before its rows are read."""

    format: str  # 'csv' or 'xlsx'
    encoding: str  # a Python codec name; '' for xlsx
    delimiter: str  # one character; '' for xlsx
    headers: tuple[str, ...]  # unique, in the file's order
    sha256: str
    size_bytes: int


class RawRow(NamedTuple):
    """One data row as it stands in the file.

    `line_number` counts from 1 and is that of the row's first line. If the row cannot be cut into columns,
    `fault` says why in a sentence.
    """

    line_number: int
    headers: tuple[str, ...]
    cells: list[str]
    fault: str = ""

    @property
    def values(self) -> dict[str, str]:
        """Cell text by header; '' for cells that the row lacks."""
        missing = len(self.headers) - len(self.cells)
        return dict(zip(self.headers, self.cells + [""] * missing, strict=False))

    @property
    def text(self) -> str:
        """The row as one line of CSV, for the person who mends it."""
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(self.cells)
        return out.getvalue()


def inspect_file(source: Source, *, max_bytes: int = MAX_FILE_BYTES) -> FileFacts:
    """Format, encoding, delimiter, headers and SHA-256 of a file or an upload. Raises Invalid if it is no list."""
    if isinstance(source, Path) and not source.is_file():
        raise Invalid("There is no such file.")
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size == 0:
        raise Invalid("The file is empty.")
    if size > max_bytes:
        raise Invalid(f"The file has {size / 1e6:,.0f} MB; at most {max_bytes / 1e6:,.0f} MB can be read.")
    with open_source(source) as stream:
        start = stream.read(_SAMPLE_BYTES)
    if start.startswith(b"PK\x03\x04"):
        workbooks.check_workbook(source)
        with open_source(source) as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        facts = FileFacts("xlsx", "", "", (), digest, size)
    else:
        _refuse_foreign(start)
        encoding, digest = delimited.encoding_and_digest(source, start)
        facts = FileFacts("csv", encoding, delimited.find_delimiter(source, encoding), (), digest, size)
    records = _records(source, facts)
    first, second = next(records, None), next(records, None)
    if first is None:
        raise Invalid("The file is empty.")
    headers = _headers(first)
    if second is None:
        raise Invalid("The file has a header line and no rows.")
    return FileFacts(facts.format, facts.encoding, facts.delimiter, headers, digest, size)


def read_rows(source: Source, facts: FileFacts) -> Iterator[RawRow]:
    """The data rows of a file that `inspect_file` has described, without header and empty rows."""
    records = _records(source, facts)
    next(records, None)
    headers = facts.headers
    width = len(headers)
    for line_number, cells, fault in records:
        if len(cells) > width and not fault:
            if "".join(cells[width:]).strip():
                reason = f"The row has {len(cells)} values for {width} columns."
                yield RawRow(line_number, headers, cells, reason)
                continue
            cells = cells[:width]  # noqa: PLW2901 - only empty cells are cut off
        yield RawRow(line_number, headers, cells, fault)


def _records(source: Source, facts: FileFacts) -> Iterator[Record]:
    if facts.format == "xlsx":
        return workbooks.read_records(source, MAX_COLUMNS + 1)
    return delimited.read_records(source, facts.encoding, facts.delimiter)


def _refuse_foreign(start: bytes) -> None:
    """Refuse, by name, the formats that people take for lists."""
    for magic, what in _FOREIGN:
        if start.startswith(magic):
            raise Invalid(f"The file is {what}.")
    head = start.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise Invalid("The file is a web page or XML, as some CRMs export as .xls; save it as .xlsx or CSV.")
    if head.startswith((b"{", b"[")):
        raise Invalid("The file is JSON; export the list as CSV or XLSX.")


def _headers(first: Record) -> tuple[str, ...]:
    """Unique column names: blank ones are numbered (dropped at the end), repeated ones get '(2)'."""
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in first.cells]
    while names and not names[-1]:
        names.pop()
    if first.fault or not names:
        raise Invalid("The first line of the file cannot be read; it must name the columns.")
    if len(names) > MAX_COLUMNS:
        raise Invalid(f"The file has over {MAX_COLUMNS} columns; keep those that describe the lead.")
    if any("@" in name and "." in name and " " not in name for name in names):
        raise Invalid("The first line of the file must name the columns; it holds an email address.")
    headers: list[str] = []
    for position, name in enumerate(names, start=1):
        header, repeat = name[:200] or f"Column {position}", 2
        while header in headers:
            header, repeat = f"{name[:200]} ({repeat})", repeat + 1
        headers.append(header)
    return tuple(headers)
