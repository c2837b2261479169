"""One-time codes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from aurum_data.security.totp import code_at, enrolment_uri, matching_step, new_secret

# RFC 6238, appendix B (SHA-1), whose codes have eight digits: ours are their last six.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(seconds: int, code: str):
    assert code_at(RFC_SECRET, datetime.fromtimestamp(seconds, UTC)) == code


@pytest.mark.parametrize("early", [-30, 0, 30])
def test_a_clock_may_be_one_step_off(early: int):
    secret = new_secret()
    assert matching_step(secret, code_at(secret, AT + timedelta(seconds=early)), AT) is not None


@pytest.mark.parametrize("off", [-60, 60])
def test_a_clock_may_not_be_two_steps_off(off: int):
    assert matching_step(RFC_SECRET, code_at(RFC_SECRET, AT + timedelta(seconds=off)), AT) is None


def test_spaces_in_a_code_do_not_matter():
    code = code_at(RFC_SECRET, AT)
    assert matching_step(RFC_SECRET, f"{code[:3]} {code[3:]}", AT) is not None


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "0" * 100])
def test_what_is_no_code_matches_nothing(typed: str):
    assert matching_step(RFC_SECRET, typed, AT) is None


def test_the_enrolment_uri_names_the_application_and_the_person():
    assert enrolment_uri(RFC_SECRET, "dana").startswith("otpauth://totp/Aurum%20Solar%20Ops:dana?secret=")
