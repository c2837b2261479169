"""Normalised leads as rows of our tables, written by COPY."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from socket import inet_aton
from typing import Any
from uuid import UUID

from aurum_data.intake.copying import Table
from aurum_data.intake.duplicates import Identity
from aurum_data.intake.rows import IncomingLead
from aurum_data.rules.consent import Consent, consent_state, sellable
from aurum_data.rules.contact import masked_email, masked_phone
from aurum_data.rules.privacy import ConsentState, WithdrawalChannel
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import SealedField

RECORDED_BY = "import"


LEADS = Table(
    "leads",
    {
        "id": "uuid", "created_at": "timestamptz", "last_activity_at": "timestamptz",
        "first_name": "text", "last_name": "text",
        "phone_encrypted": "bytea", "phone_hash": "bytea", "phone_masked": "text",
        "email_encrypted": "bytea", "email_hash": "bytea", "email_masked": "text",
        "preferred_language": "text", "do_not_call": "bool",
        "property_address": "text", "house_number": "text", "street_name": "text", "unit": "text",
        "city": "text",
        "zip_code": "text", "borough": "text", "address_key": "text", "utility": "text",
        "property_type": "text", "ownership": "text", "roof_type": "text", "roof_age_years": "int4",
        "shading": "text",
        "monthly_bill_usd": "numeric", "duplicate_of": "uuid", "consent_state": "text", "sellable": "bool",
        "consent_certificate_provider": "text", "consent_certificate_url": "text",
        "consent_wording_version": "text", "consent_page_url": "text", "consent_ip": "inet",
        "consent_user_agent": "text", "consent_at": "timestamptz",
        "source_id": "uuid", "campaign_id": "uuid", "import_batch_id": "uuid",
        "utm_source": "text", "utm_medium": "text", "utm_campaign": "text", "utm_term": "text",
        "utm_content": "text", "last_touch_at": "timestamptz",
        "first_utm_source": "text", "first_utm_medium": "text", "first_utm_campaign": "text",
        "first_utm_term": "text", "first_utm_content": "text", "first_touch_at": "timestamptz",
        "gclid": "text", "fbclid": "text", "msclkid": "text", "ttclid": "text",
    },
)  # fmt: skip
CONSENTS = Table(
    "lead_consents",
    {
        "lead_id": "uuid", "consent_kind": "text", "consent_state": "text", "given_at": "timestamptz",
        "withdrawn_at": "timestamptz",
    },
)  # fmt: skip
CONSENT_EVENTS = Table(
    "lead_consent_events",
    {
        "lead_id": "uuid", "occurred_at": "timestamptz", "consent_kind": "text", "consent_state": "text",
        "channel": "text", "certificate_provider": "text", "certificate_url": "text",
        "wording_version": "text", "page_url": "text", "ip": "inet", "user_agent": "text",
        "certificate_claimed_until": "timestamptz", "recorded_by": "text",
    },
)  # fmt: skip
REJECTED = Table(
    "import_rejected_rows",
    {
        "id": "uuid", "batch_ref": "uuid", "line_number": "int4", "field": "text", "reason": "text",
        "row_encrypted": "bytea", "delete_after": "date",
    },
)  # fmt: skip


@dataclass(slots=True)
class SealedLead:
    """A lead with its contact data encrypted under its key, which `identity` has."""

    lead: IncomingLead
    identity: Identity
    phone: bytes | None
    email: bytes | None
    evidence: tuple[str | IPv4Address | IPv6Address | None, ...]
    consent_state: ConsentState
    sellable: bool  # by its consent; a duplicate is not sold whatever it says


def seal(keyring: Keyring, lead_id: UUID, key: str, lead: IncomingLead, at: datetime) -> SealedLead:
    """Encrypt a lead's contact data, hash it for look-up, and judge its consent as of `at`.

    `key` is what the lead is taken in once by.
    """
    phone, email = lead.phone, lead.email
    identity = Identity(
        lead_id,
        key,
        keyring.digests("phone", phone) if phone else (),
        keyring.digests("email", email) if email else (),
        lead.address_key,
        lead.full_name,
    )
    return SealedLead(
        lead,
        identity,
        keyring.seal(SealedField.LEAD_PHONE, lead_id, phone) if phone else None,
        keyring.seal(SealedField.LEAD_EMAIL, lead_id, email) if email else None,
        _evidence(lead.consent),
        consent_state(lead.consent, at),
        sellable(lead.consent, at)[0],
    )


def lead_row(
    sealed: SealedLead,
    batch_id: UUID | None,
    source_id: UUID,
    campaign_id: UUID | None,
    duplicate_of: UUID | None,
    at: datetime,
) -> tuple[Any, ...]:
    """The values of `LEADS`. A lead whose file does not say when it was made was made at `at`."""
    lead, consent = sealed.lead, sealed.lead.consent
    created_at = lead.created_at or at
    touched_at = created_at if any(lead.utm) else None
    return (
        sealed.identity.lead, created_at, created_at,
        lead.first_name, lead.last_name, *_contact(sealed),
        lead.language or "en", lead.do_not_call,
        lead.street, lead.house_number, lead.street_name, lead.unit, lead.city,
        lead.zip_code, lead.borough, lead.address_key, lead.utility,
        lead.property_type, lead.ownership, lead.roof_type, lead.roof_age_years, lead.shading,
        lead.monthly_bill_usd, duplicate_of,
        sealed.consent_state, sealed.sellable and duplicate_of is None,
        *sealed.evidence, consent.captured_at if consent else None,
        source_id, campaign_id, batch_id,
        *lead.utm, touched_at, *lead.utm, touched_at, *lead.click_ids,
    )  # fmt: skip


def _contact(sealed: SealedLead) -> tuple[bytes | str | None, ...]:
    """Phone and email, each encrypted, hashed under the newest key, and masked."""
    lead, phones, emails = sealed.lead, sealed.identity.phones, sealed.identity.emails
    return (
        sealed.phone, phones[0] if phones else None, masked_phone(lead.phone) if lead.phone else None,
        sealed.email, emails[0] if emails else None, masked_email(lead.email) if lead.email else None,
    )  # fmt: skip


def _evidence(consent: Consent | None) -> tuple[str | IPv4Address | IPv6Address | None, ...]:
    """Certificate provider, certificate, wording version, page, IP address, user agent."""
    if consent is None:
        return (None,) * 6
    provider, certificate = None, None
    if consent.certificate_url:
        provider, certificate = "trustedform", consent.certificate_url
    elif consent.leadid_token:
        provider, certificate = "jornaya", consent.leadid_token
    address = _ip(consent.ip_address) if consent.ip_address else None
    wording, page, agent = consent.wording_version, consent.page_url, consent.user_agent
    return provider, certificate, wording or None, page or None, address, agent or None


def _ip(text: str) -> IPv4Address | IPv6Address:
    """A checked address as the driver wants it; by way of bytes, which is far faster than from text."""
    return IPv6Address(text) if ":" in text else IPv4Address(inet_aton(text))


def consent_row(sealed: SealedLead, at: datetime) -> tuple[Any, ...] | None:
    """The values of `CONSENTS`, None if the file says nothing about consent."""
    consent = sealed.lead.consent
    if consent is None:
        return None
    since = consent.captured_at or at
    given, withdrawn = (since, None) if consent.given else (None, since)
    return sealed.identity.lead, consent.kind, sealed.consent_state, given, withdrawn


def consent_event_row(sealed: SealedLead, at: datetime, recorded_by: str = RECORDED_BY) -> tuple[Any, ...] | None:
    """The values of `CONSENT_EVENTS`, None if the file says nothing about consent."""
    consent = sealed.lead.consent
    if consent is None:
        return None
    state = sealed.consent_state
    channel = WithdrawalChannel.THIRD_PARTY if state is ConsentState.WITHDRAWN else None
    since, claimed = consent.captured_at or at, consent.certificate_claimed_until
    return sealed.identity.lead, since, consent.kind, state, channel, *sealed.evidence, claimed, recorded_by
