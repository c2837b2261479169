"""Recovery codes: random enough, stored so that a copy of the database opens nothing, easy to type."""

from __future__ import annotations

import math

import pytest

from aurum_data.security.recovery_codes import (
    ALPHABET,
    LETTERS,
    SALT_BYTES,
    hashed,
    looks_like_one,
    new_recovery_codes,
    position_of,
)


def test_ten_different_codes_of_over_fifty_bits():
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == LETTERS for code in codes)
    assert math.log2(len(set(ALPHABET))) * LETTERS >= 50


def test_two_sets_have_nothing_in_common():
    assert not set(new_recovery_codes()) & set(new_recovery_codes())


def test_each_fits_its_own_hash_and_no_other():
    codes = new_recovery_codes()
    stored = hashed(codes)
    assert [position_of(code, stored) for code in codes[:3]] == [0, 1, 2]
    assert position_of(new_recovery_codes()[0], stored) is None


def test_nothing_of_a_code_is_stored_and_each_set_has_a_salt_of_its_own():
    codes = new_recovery_codes()
    first, second = hashed(codes), hashed(codes)
    assert first[0][:SALT_BYTES] == first[9][:SALT_BYTES] != second[0][:SALT_BYTES]
    assert not set(first) & set(second)
    assert codes[0].encode() not in first[0]


def test_capitals_spaces_and_misread_letters_do_not_matter():
    stored = hashed(["0123-abcd-1111"])
    assert position_of(" O123 ABCD ilil", stored) == 0


@pytest.mark.parametrize("typed", ["", "123456", "123 456", "0123-abcd-111", "0123-abcd-11111", "0123-abcd-11u1"])
def test_what_is_no_code_is_not_even_hashed(typed: str):
    assert not looks_like_one(typed)
    assert position_of(typed, hashed(["0123-abcd-1111"])) is None


def test_no_codes_no_match():
    assert position_of("0123-abcd-1111", []) is None
