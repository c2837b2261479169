"""Whose turn it is."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.rules.assignment import next_in_turn

A, B, C, GONE = (UUID(int=number) for number in range(4))


@pytest.mark.parametrize(
    ("last", "may", "turn"),
    [
        (None, {A, B, C}, A),
        (A, {A, B, C}, B),
        (C, {A, B, C}, A),
        (A, {A, C}, C),
        (A, {A}, A),
        (GONE, {A, B, C}, A),
        (A, set(), None),
    ],
)
def test_the_turn_goes_round_past_those_who_may_not(last: UUID | None, may: set[UUID], turn: UUID | None) -> None:
    assert next_in_turn([A, B, C], last, may) == turn


@given(st.integers(1, 6), st.integers(1, 40))
def test_everybody_gets_as_many_but_one(members: int, leads: int) -> None:
    people = [UUID(int=number) for number in range(members)]
    last, given_to = None, dict.fromkeys(people, 0)
    for _ in range(leads):
        last = next_in_turn(people, last, set(people))
        assert last is not None
        given_to[last] += 1
    assert max(given_to.values()) - min(given_to.values()) <= 1
