"""Values on their way into a spreadsheet, which takes some of them for formulas."""

from __future__ import annotations

import re

# What begins a formula in Excel, LibreOffice or Google Sheets, full-width forms and what they skip included
# (OWASP, "CSV injection").
_FORMULA = re.compile(r"[\s\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]")
_NUMBER = re.compile(r"[+-]?[\d\s().-]*")  # a phone number or an amount: nothing to carry out


def as_text(value: str) -> str:
    """The value, with an apostrophe before it if a spreadsheet would carry it out."""
    return f"'{value}" if _FORMULA.match(value) and not _NUMBER.fullmatch(value) else value
