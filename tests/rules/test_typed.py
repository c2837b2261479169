"""What people type is kept whole, but for what cannot be stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.errors import Invalid
from aurum_data.rules.typed import typed_text


@given(st.text(max_size=50))
def test_it_loses_only_nul_and_white_space_around_it(typed: str):
    assert typed_text(typed, "note", 50) == typed.replace("\x00", "").strip()


def test_lines_stay_lines():
    assert typed_text(" a\n\nb ", "note", 10) == "a\n\nb"


def test_what_is_too_long_is_refused_by_its_name():
    with pytest.raises(Invalid, match="The note may have at most 1,000 characters"):
        typed_text("x" * 1001, "note", 1000)
