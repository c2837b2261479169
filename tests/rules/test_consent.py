"""When a person's details may be sold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aurum_data.rules.consent import Consent, NotSellable, consent_state, sellable
from aurum_data.rules.privacy import ConsentKind, ConsentState

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
CERTIFIED = Consent(given=True, certificate_url="https://cert.trustedform.com/" + "a" * 40)
WORDED = Consent(given=True, wording_version="2026-03", page_url="https://solar.example.com/quote", captured_at=NOW)


@pytest.mark.parametrize(
    "consent",
    [
        CERTIFIED,
        WORDED,
        Consent(given=True, leadid_token="A" * 36),
        WORDED._replace(page_url="", ip_address="198.51.100.7"),
        CERTIFIED._replace(kind=ConsentKind.DATA_SHARING_NAMED_SELLERS),
        CERTIFIED._replace(withdrawn_at=NOW + timedelta(seconds=1)),
        CERTIFIED._replace(expires_at=NOW + timedelta(seconds=1)),
    ],
)
def test_a_proven_consent_sells(consent):
    assert sellable(consent, NOW) == (True, None)
    assert consent_state(consent, NOW) is ConsentState.GIVEN


@pytest.mark.parametrize(
    ("consent", "reason", "state"),
    [
        (None, NotSellable.NO_CONSENT, ConsentState.UNPROVEN),
        (Consent(given=True), NotSellable.NO_PROOF, ConsentState.UNPROVEN),
        (WORDED._replace(captured_at=None), NotSellable.NO_PROOF, ConsentState.UNPROVEN),
        (WORDED._replace(page_url=""), NotSellable.NO_PROOF, ConsentState.UNPROVEN),
        (WORDED._replace(wording_version=""), NotSellable.NO_PROOF, ConsentState.UNPROVEN),
        (CERTIFIED._replace(given=False), NotSellable.NOT_GIVEN, ConsentState.WITHDRAWN),
        (CERTIFIED._replace(withdrawn_at=NOW), NotSellable.WITHDRAWN, ConsentState.WITHDRAWN),
        (CERTIFIED._replace(expires_at=NOW), NotSellable.EXPIRED, ConsentState.EXPIRED),
        (CERTIFIED._replace(kind=ConsentKind.EMAIL_MARKETING), NotSellable.WRONG_KIND, ConsentState.GIVEN),
    ],
)
def test_anything_less_does_not_and_says_why(consent, reason, state):
    assert sellable(consent, NOW) == (False, reason)
    assert consent_state(consent, NOW) is state
