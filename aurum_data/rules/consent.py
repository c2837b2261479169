"""May this person's details be sold? The rule about consent to be contacted, without a database.

Background: whoever calls must be able to prove prior express written consent (47 CFR 64.1200(f)(9)); the
record must hold the purpose, the wording shown, the time and the person (16 CFR 310.5). A certificate of
TrustedForm or a Jornaya LeadiD token proves the page as it was shown; without one, the wording's version
together with the time and the page or the IP address does.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from aurum_data.rules.privacy import ConsentKind, ConsentState

SELLING_KINDS = frozenset({ConsentKind.TCPA_EXPRESS_WRITTEN, ConsentKind.DATA_SHARING_NAMED_SELLERS})


class NotSellable(StrEnum):
    """Why a person's details may not be sold; the values are stored and counted."""

    NO_CONSENT = "no_consent"
    NOT_GIVEN = "not_given"
    WRONG_KIND = "wrong_kind"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NO_PROOF = "no_proof"


class Consent(NamedTuple):
    """A person's answer and the evidence for it. Times are aware; text that is not there is ''."""

    given: bool
    kind: ConsentKind = ConsentKind.TCPA_EXPRESS_WRITTEN
    certificate_url: str = ""
    leadid_token: str = ""
    wording_version: str = ""
    page_url: str = ""
    ip_address: str = ""
    user_agent: str = ""
    captured_at: datetime | None = None
    withdrawn_at: datetime | None = None
    expires_at: datetime | None = None
    certificate_claimed_until: datetime | None = None

    @property
    def proven(self) -> bool:
        """Is there evidence that would stand: a certificate, or wording with its time and its page or IP?"""
        if self.certificate_url or self.leadid_token:
            return True
        return bool(self.wording_version and self.captured_at and (self.page_url or self.ip_address))


def sellable(consent: Consent | None, at: datetime) -> tuple[bool, NotSellable | None]:
    """(True, None) if the details may be sold at that instant, else (False, the first reason against it).

    A withdrawal counts from its own instant; an expiry is the first instant at which the consent is void.
    """
    if consent is None:
        return False, NotSellable.NO_CONSENT
    reason = None
    if not consent.given:
        reason = NotSellable.NOT_GIVEN
    elif consent.withdrawn_at is not None and consent.withdrawn_at <= at:
        reason = NotSellable.WITHDRAWN
    elif consent.expires_at is not None and consent.expires_at <= at:
        reason = NotSellable.EXPIRED
    elif consent.kind not in SELLING_KINDS:
        reason = NotSellable.WRONG_KIND
    elif not consent.proven:
        reason = NotSellable.NO_PROOF
    return reason is None, reason


def consent_state(consent: Consent | None, at: datetime) -> ConsentState:
    """The state that a lead shows: withdrawn and expired first, given only with proof, else unproven."""
    _, reason = sellable(consent, at)
    if reason in (NotSellable.WITHDRAWN, NotSellable.NOT_GIVEN):
        return ConsentState.WITHDRAWN
    if reason is NotSellable.EXPIRED:
        return ConsentState.EXPIRED
    return ConsentState.GIVEN if consent is not None and consent.proven else ConsentState.UNPROVEN
