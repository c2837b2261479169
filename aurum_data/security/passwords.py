"""Passwords, stored as argon2id hashes."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aurum_data.security.tokens import new_token

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. More memory would let a burst of
# sign-ins exhaust the server.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
MAX_LENGTH = 1024  # so that nobody makes the server hash megabytes


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its salt and parameters."""
    return _HASHER.hash(password)


# Verified when there is no account, so that a stranger's name takes as long as a real one.
_NOBODY = hash_password(new_token())


def verify_password(stored: str | None, password: str) -> bool:
    """Whether a password fits a stored hash; None (no such account) takes as long and is never right."""
    try:
        right = _HASHER.verify(stored or _NOBODY, password[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None and len(password) <= MAX_LENGTH


def needs_rehash(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
