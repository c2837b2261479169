"""Delimited text: its encoding, its delimiter, its records, whatever program wrote it."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from aurum_data.errors import Invalid

MAX_LINE_CHARS = 1_000_000
MAX_RECORD_LINES = 100  # a quoted value that runs on for longer was never closed

_DELIMITERS = ",;\t|"
_SAMPLE_RECORDS = 20
_SAMPLE_LINE_CHARS = 5_000
_CONTROL_SHARE = 0.02  # more control characters than this, or more zero bytes, are not text
_ZERO_SHARE = 0.1
_EXCEL_HINT = re.compile(r'"?sep=(.)"?\r?\n?')
_AFTER_LAST = "\udfff"  # decoding never yields a lone surrogate, so no file can hold this line


Source = Path | bytes  # a file, or what somebody uploaded, which never touches a disk


def open_source(source: Source) -> io.BufferedReader | io.BytesIO:
    """A file or an upload, from its beginning."""
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)


def _open_text(source: Source, encoding: str) -> TextIO:
    return io.TextIOWrapper(open_source(source), encoding, "replace", newline="")


class Record(NamedTuple):
    """One row as read. `line_number` counts from 1 and is that of its first line. If it cannot be read,
    `fault` says why in a sentence and `cells` holds its text."""

    line_number: int
    cells: list[str]
    fault: str = ""


def encoding_and_digest(source: Source, start: bytes) -> tuple[str, str]:
    """(codec, SHA-256 in hex) in one pass. A byte-order mark decides; without one the file is UTF-8 if all of
    it is, else Windows-1252. Raises Invalid if it is no text."""
    encoding = _marked_encoding(start)
    controls = sum(0 < byte < 32 and byte not in b"\t\r\n\f\x1a" for byte in start)
    too_many = controls > len(start) * _CONTROL_SHARE or start.count(0) > len(start) * _ZERO_SHARE
    if too_many and not encoding.startswith("utf-16"):
        raise Invalid("The file is not a text file or an Excel workbook.")
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = not encoding
    with open_source(source) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
            is_utf8 = is_utf8 and _decodes(decoder, block, final=False)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    return encoding or ("utf-8" if is_utf8 else "cp1252"), digest.hexdigest()


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _marked_encoding(start: bytes) -> str:
    """The encoding that a byte-order mark, or the zero bytes of unmarked UTF-16, give away; else ''."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = len(start) // 2
    if pairs >= 4 and start[1::2].count(0) > pairs * 0.6 and start[::2].count(0) == 0:
        return "utf-16-le"
    if pairs >= 4 and start[::2].count(0) > pairs * 0.6 and start[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def find_delimiter(source: Source, encoding: str) -> str:
    """The delimiter that cuts the first rows into the most columns, equally many in most of them.

    Excel's first line `sep=;` settles it.
    """
    with _open_text(source, encoding) as stream:
        sample = [line.replace("\0", "")[:_SAMPLE_LINE_CHARS] for line in _bounded_lines(stream, _SAMPLE_RECORDS)]
    hint = _EXCEL_HINT.fullmatch(sample[0]) if sample else None
    if hint is not None:
        return hint[1]
    best, best_score = ",", 0
    for delimiter in _DELIMITERS:
        rows = [row for row in csv.reader(sample, delimiter=delimiter) if any(row)]
        width = len(rows[0]) if rows else 0
        score = (width - 1) * sum(len(row) == width for row in rows)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _bounded_lines(stream: TextIO, count: int) -> Iterator[str]:
    for _ in range(count):
        line = stream.readline(MAX_LINE_CHARS)
        if not line:
            return
        yield line


class _OpenQuoteError(Exception):
    """A quoted value goes on for longer than any value does."""


class _Lines:
    """The lines of a file for `csv.reader`, which can go back to the second line of the current record."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._returned: deque[str] = deque()
        self._at_end = False
        self.number = 0  # of the line handed out last
        self.record: list[str] = []  # lines handed out since the record began

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self._stream.readline(MAX_LINE_CHARS)
        if not line:
            if self._at_end:
                raise StopIteration
            self._at_end = True
            return _AFTER_LAST
        self.number += 1
        if len(line) >= MAX_LINE_CHARS:
            raise Invalid(f"Line {self.number:,} has over {MAX_LINE_CHARS:,} characters: this is not a list of leads.")
        if "\0" in line:
            line = line.replace("\0", "")
        self.record.append(line)
        if len(self.record) > MAX_RECORD_LINES:
            raise _OpenQuoteError
        return line

    def back_to_second_line(self) -> str:
        """Hand out everything after the record's first line again, and return that first line."""
        first, *rest = self.record
        self._returned.extendleft(reversed(rest))
        self.number -= len(rest)
        self._at_end = False
        return first.rstrip("\r\n")


def _next_cells(reader: Iterator[list[str]], lines: _Lines) -> list[str] | None:
    """The cells of the next record, None behind the last one. Raises _OpenQuoteError."""
    try:
        cells = next(reader)
    except csv.Error as error:  # the value is longer than the csv module takes
        raise _OpenQuoteError from error
    if cells and cells[-1].endswith(_AFTER_LAST):
        if lines.record:
            raise _OpenQuoteError
        return None
    return cells


def read_records(source: Source, encoding: str, delimiter: str) -> Iterator[Record]:
    """Every row that is not empty, the header first. Line ends may be LF, CRLF or CR, values may hold them.

    A value whose quotation mark is never closed would swallow the rest of the file: its first line becomes
    one faulty record, and reading goes on behind it.
    """
    with _open_text(source, encoding) as stream:
        lines = _Lines(stream)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.record.clear()
            line_number = lines.number + 1
            try:
                cells = _next_cells(reader, lines)
            except _OpenQuoteError:
                text = lines.back_to_second_line()
                reader = csv.reader(lines, delimiter=delimiter)
                yield Record(
                    line_number,
                    [text],
                    "A quotation mark is opened and never closed, or a value is too long.",
                )
                continue
            if cells is None:
                return
            if line_number == 1 and _EXCEL_HINT.fullmatch(lines.record[0]):
                continue
            if any(cells) and "".join(cells).strip():
                yield Record(line_number, cells)
