"""Time-based one-time codes (RFC 6238), as authenticator apps show them: six digits, new every 30 seconds."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

ISSUER = "Aurum Solar Ops"
TOLERATED_STEPS = 1  # a code may be one step early or late: clocks differ


def new_secret() -> str:
    """A fresh shared secret: 160 random bits in base 32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, username: str) -> str:
    """What the QR code for an authenticator app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def code_at(secret: str, at: datetime) -> str:
    """The code that an authenticator shows at an instant."""
    return pyotp.TOTP(secret).at(at)


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is, within the tolerance; None: a wrong code.

    The caller stores the step and refuses it, and all before it, from then on: each code is good once.
    """
    totp = pyotp.TOTP(secret)
    now = totp.timecode(at)
    typed = code.replace(" ", "").encode()
    matches = [
        step
        for step in range(now - TOLERATED_STEPS, now + TOLERATED_STEPS + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed)
    ]
    return max(matches, default=None)
