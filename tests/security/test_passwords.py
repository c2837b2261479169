"""Passwords."""

from __future__ import annotations

from argon2 import PasswordHasher

from aurum_data.rules.passwords import LONGEST
from aurum_data.security.passwords import hash_password, needs_rehash, verify_password


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
