"""Tags as they are typed and stored; every change has its right and every refusal its sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.errors import Invalid
from aurum_data.rules.lead_changes import LONGEST_TAG, REFUSALS, RIGHTS, BulkKind, Refusal, tidy_tag


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("Has EV", "has ev"), ("  two\t meters\n", "two meters"), ("new\x00-roof", "new-roof"), ("Café", "café")],
)
def test_a_tag_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert tidy_tag(typed) == stored


@pytest.mark.parametrize("typed", ["", " \n", "\x00", "x" * (LONGEST_TAG + 1), "one, two"])
def test_what_is_no_tag_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        tidy_tag(typed)


@given(st.text(max_size=60))
def test_a_stored_tag_stays_as_it_is(typed: str) -> None:
    try:
        stored = tidy_tag(typed)
    except Invalid:
        return
    assert tidy_tag(stored) == stored


def test_every_change_names_its_right_and_every_refusal_its_sentence() -> None:
    assert set(RIGHTS) == set(BulkKind)
    assert set(REFUSALS) == set(Refusal)
