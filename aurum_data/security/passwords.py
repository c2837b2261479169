"""Passwords, stored as argon2id hashes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aurum_data.errors import Invalid
from aurum_data.rules.passwords import LONGEST, fault
from aurum_data.security.tokens import new_token
from aurum_data.settings import get_settings

COMMON_PASSWORDS = Path(__file__).parent / "common_passwords.txt"


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its salt and parameters."""
    return _hasher().hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether a password fits a stored hash; None (no such account) takes as long and is never right.

    While hashes made with older parameters are left, those take as long as they used to: after a change of the
    parameters each is made anew when its person signs in.
    """
    try:
        right = _hasher().verify(stored or _nobody(_hasher()), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None and len(password) <= LONGEST


def needs_rehash(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def refuse_weak(password: str, *, personal: Iterable[str]) -> None:
    """Raise Invalid, with the reason, for a password that rules/passwords.py refuses.

    `personal`: the user name and the name of the person.
    """
    if found := fault(password, common=common_passwords(), personal=personal):
        raise Invalid(found)


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The passwords that guessers try first, in lower case."""
    lines = COMMON_PASSWORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))


def _hasher() -> PasswordHasher:
    settings = get_settings()
    return _hasher_with(settings.argon2_passes, settings.argon2_memory_kib, settings.argon2_lanes)


@lru_cache(maxsize=4)
def _hasher_with(passes: int, memory_kib: int, lanes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)


@lru_cache(maxsize=4)
def _nobody(hasher: PasswordHasher) -> str:
    """Verified when there is no account, so that a stranger's name takes as long as a real one."""
    return hasher.hash(new_token())
