"""Rows as CSV, XLSX or Parquet, in pieces: no writer keeps more than the rows it was just given.

Each file says at its end what it is: which filters, as of when, for whom, and how many rows. A CSV without these last
lines is not whole. Texts that a spreadsheet would carry out as a formula are defused; Parquet is read by programs and
keeps them as they are.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from aurum_data.clock import NEW_YORK
from aurum_data.downloads.columns import Column
from aurum_data.rules.downloads import FileFormat
from aurum_data.rules.spreadsheets import as_text

PIECE = 256 * 1024
About = Mapping[str, str]  # title -> text


class Writer(Protocol):
    """Takes rows, gives bytes."""

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """The bytes that are ready after these rows."""

    def end(self, about: About) -> Iterator[bytes]:
        """The rest of the file."""

    def drop(self) -> None:
        """Leave nothing behind of a file that is not finished."""


class CsvWriter:
    """UTF-8 with a mark, as spreadsheets want it; lines that begin with # at the end say what it is."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._before = "\ufeff" + csv_line([column.title for column in columns])

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """Lines of the rows."""
        text = self._before + "".join(csv_line([csv_value(value) for value in row]) for row in rows)
        self._before = ""
        return text.encode()

    def end(self, about: About) -> Iterator[bytes]:
        """What the file is."""
        yield (self._before + "".join(csv_line([f"# {title}", text]) for title, text in about.items())).encode()

    def drop(self) -> None:
        """Nothing lies anywhere."""


class XlsxWriter:
    """A workbook: the rows on one sheet, what they are on another. Its bytes come at the end, all of them."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("Leads")
        self._sheet.freeze_panes = "A2"
        self._sheet.append([column.title for column in columns])

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """Nothing yet."""
        for row in rows:
            self._sheet.append([workbook_value(value) for value in row])
        return b""

    def end(self, about: About) -> Iterator[bytes]:
        """The workbook, by way of a file without a name."""
        sheet = self._book.create_sheet("About")
        for title, text in about.items():
            sheet.append([title, as_text(text)])
        with tempfile.TemporaryFile() as file:
            self._book.save(file)
            file.seek(0)
            while piece := file.read(PIECE):
                yield piece

    def drop(self) -> None:
        """Remove the rows: openpyxl has them in a temporary file, and would keep that until the process ends."""
        if not self._sheet.closed:
            self._sheet.close()
            self._sheet._writer.cleanup()  # noqa: SLF001 - it has no public way


class ParquetWriter:
    """Typed columns under their plain names; what the file is stands in its metadata."""

    _KINDS: Mapping[str, pa.DataType] = {
        "text": pa.string(),
        "number": pa.int64(),
        "decimal": pa.decimal128(14, 2),
        "flag": pa.bool_(),
        "instant": pa.timestamp("us", tz="America/New_York"),
    }

    def __init__(self, columns: Sequence[Column]) -> None:
        self._schema = pa.schema([(column.name, self._KINDS[column.kind]) for column in columns])
        self._out = _Drain()
        self._writer = pq.ParquetWriter(self._out, self._schema, compression="zstd")

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """One row group."""
        if rows:
            columns = [
                pa.array(
                    [None if v is None else str(v) for v in values] if field.type == pa.string() else values, field.type
                )
                for values, field in zip(zip(*rows, strict=True), self._schema, strict=True)
            ]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        return self._out.taken()

    def end(self, about: About) -> Iterator[bytes]:
        """The directory of the file."""
        self._writer.add_key_value_metadata(dict(about))
        self._writer.close()
        yield self._out.taken()

    def drop(self) -> None:
        """Nothing lies anywhere."""


class _Drain(io.RawIOBase):
    """A file that is only written to, and forgets what was taken from it."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self._length += len(self._pieces[-1])
        return len(self._pieces[-1])

    def tell(self) -> int:
        return self._length

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


WRITERS: Mapping[FileFormat, type[CsvWriter | XlsxWriter | ParquetWriter]] = {
    FileFormat.CSV: CsvWriter,
    FileFormat.XLSX: XlsxWriter,
    FileFormat.PARQUET: ParquetWriter,
}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def csv_line(values: Sequence[str]) -> str:
    """One line of a CSV, with formulas defused."""
    out = io.StringIO()
    csv.writer(out).writerow([as_text(value) for value in values])
    return out.getvalue()


def csv_value(value: Any) -> str:
    """A value in a CSV: New York time, yes and no, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(NEW_YORK).isoformat(" ", "seconds")
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")  # never 1e-05
    return str(value)


def workbook_value(value: Any) -> Any:
    """A value in a workbook, which knows numbers, days and times without a zone."""
    if isinstance(value, datetime):
        return value.astimezone(NEW_YORK).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, (bool, int, float, Decimal, date)):
        return value
    return as_text(str(value))
