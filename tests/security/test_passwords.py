"""Passwords."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from pydantic import ValidationError

from aurum_data.errors import Invalid
from aurum_data.rules.passwords import LONGEST
from aurum_data.security.passwords import hash_password, needs_rehash, refuse_weak, verify_password
from aurum_data.settings import Settings, get_settings


def test_the_right_password_fits_and_no_other():
    stored = hash_password("correct horse battery")
    assert verify_password(stored, "correct horse battery")
    assert not verify_password(stored, "correct horse battery ")


def test_a_password_is_stored_as_argon2id():
    assert hash_password("correct horse battery").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_no_account_fits_no_password():
    assert not verify_password(None, "anything")


def test_a_damaged_hash_fits_no_password():
    assert not verify_password("not a hash", "anything")


def test_a_password_longer_than_the_limit_never_fits():
    assert not verify_password(hash_password("x" * LONGEST), "x" * (LONGEST + 1))


def test_a_hash_with_other_parameters_is_due_for_renewal():
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("secret"))
    assert not needs_rehash(hash_password("secret"))


@pytest.fixture
def three_passes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An operator raises the cost of hashing."""
    monkeypatch.setenv("AURUM_ARGON2_PASSES", "3")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


def test_parameters_come_from_the_settings(three_passes: None):
    assert "$m=19456,t=3,p=1$" in hash_password("secret")


def test_hashes_of_before_stay_good_and_are_due_for_renewal(request: pytest.FixtureRequest):
    before = hash_password("correct horse battery")
    request.getfixturevalue("three_passes")
    assert verify_password(before, "correct horse battery")
    assert needs_rehash(before)


@pytest.mark.parametrize(
    "lower",
    [{"argon2_memory_kib": 19_455}, {"argon2_passes": 1}, {"argon2_lanes": 0}],
    ids=["memory", "passes", "lanes"],
)
def test_parameters_below_the_minimum_are_refused(lower: dict[str, int]):
    with pytest.raises(ValidationError):
        Settings(**lower)


@pytest.mark.parametrize("password", ["short", "password1234", "dana-dana-2026"])
def test_a_weak_password_is_refused_with_a_reason(password: str):
    with pytest.raises(Invalid):
        refuse_weak(password, personal=["dana"])
