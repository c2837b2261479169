"""Recovery codes: what a person types when their authenticator app is lost. Each is good once.

A code holds 60 random bits. That is less than the 112 for which ASVS 6.5.2 allows a plain hash, so they are kept
as argon2id under a random salt. The codes of one set share the salt: a try costs one hash, not ten.
"""

from __future__ import annotations

import hmac
import secrets

from argon2.low_level import Type, hash_secret_raw

CODES = 10
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # 5 bits a letter; without i, l, o and u, which are misread
LETTERS, GROUP = 12, 4
SALT_BYTES = 16
_MISREAD = str.maketrans("ilo", "110", " -")


def new_recovery_codes() -> list[str]:
    """A fresh set, as it is shown: "4k7m-x2pq-9tdw"."""
    return [_grouped("".join(secrets.choice(ALPHABET) for _ in range(LETTERS))) for _ in range(CODES)]


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + GROUP] for at in range(0, LETTERS, GROUP))


def looks_like_one(typed: str) -> bool:
    """Whether this can be a recovery code at all; one-time codes are digits only and shorter."""
    letters = _normalised(typed)
    return len(letters) == LETTERS and set(letters) <= set(ALPHABET)


def hashed(codes: list[str]) -> list[bytes]:
    """What is stored of a set: the salt and the hash of each code. Slow by design."""
    salt = secrets.token_bytes(SALT_BYTES)
    return [salt + _hash(code, salt) for code in codes]


def position_of(typed: str, stored: list[bytes]) -> int | None:
    """Which of a set's stored hashes a typed code fits; None: none. Slow by design."""
    if not stored or not looks_like_one(typed):
        return None
    hashes = {one[:SALT_BYTES]: _hash(typed, one[:SALT_BYTES]) for one in stored}
    fits = [hmac.compare_digest(one[SALT_BYTES:], hashes[one[:SALT_BYTES]]) for one in stored]
    return fits.index(True) if True in fits else None


def _hash(code: str, salt: bytes) -> bytes:
    """Parameters as the OWASP Password Storage Cheat Sheet has them: 19 MiB, 2 passes, 1 lane."""
    return hash_secret_raw(
        _normalised(code).encode(), salt, time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, type=Type.ID
    )


def _normalised(typed: str) -> str:
    return typed.lower().translate(_MISREAD)
