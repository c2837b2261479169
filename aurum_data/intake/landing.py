"""Normalised leads as rows of our tables, written by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from aurum_data.intake.duplicates import Identity
from aurum_data.intake.rows import IncomingLead
from aurum_data.rules.consent import consent_state, sellable
from aurum_data.rules.contact import mask_email, mask_phone
from aurum_data.rules.privacy import ConsentState, WithdrawalChannel
from aurum_data.security.encryption import Keyring

PHONE_FIELD = "leads.phone"
EMAIL_FIELD = "leads.email"
REJECTED_FIELD = "import_rejected_rows.row"
RECORDED_BY = "import"


class Table(NamedTuple):
    """A table with those of its columns that are written, and their types."""

    name: str
    columns: dict[str, str]


LEADS = Table(
    "leads",
    {
        "id": "uuid", "created_at": "timestamptz", "last_activity_at": "timestamptz",
        "first_name": "text", "last_name": "text",
        "phone_encrypted": "bytea", "phone_hash": "bytea", "phone_masked": "text",
        "email_encrypted": "bytea", "email_hash": "bytea", "email_masked": "text",
        "preferred_language": "text", "do_not_call": "bool",
        "property_address": "text", "house_number": "text", "street_name": "text", "unit": "text", "city": "text",
        "zip_code": "text", "borough": "text", "address_key": "text", "utility": "text",
        "property_type": "text", "ownership": "text", "roof_type": "text", "roof_age_years": "int4", "shading": "text",
        "monthly_bill_usd": "numeric", "duplicate_of": "uuid", "consent_state": "text", "sellable": "bool",
        "consent_certificate_provider": "text", "consent_certificate_url": "text", "consent_wording_version": "text",
        "consent_page_url": "text", "consent_ip": "inet", "consent_user_agent": "text", "consent_at": "timestamptz",
        "source_id": "uuid", "campaign_id": "uuid", "import_batch_id": "uuid",
        "utm_source": "text", "utm_medium": "text", "utm_campaign": "text", "utm_term": "text", "utm_content": "text",
        "last_touch_at": "timestamptz",
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
        "channel": "text", "certificate_provider": "text", "certificate_url": "text", "wording_version": "text",
        "page_url": "text", "ip": "inet", "user_agent": "text", "recorded_by": "text",
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
    """A lead with its key, and its contact data encrypted under it."""

    id: UUID
    lead: IncomingLead
    identity: Identity
    phone: bytes | None
    email: bytes | None


def seal(keyring: Keyring, lead_id: UUID, lead: IncomingLead) -> SealedLead:
    """Encrypt a lead's contact data and hash it for look-up."""
    return SealedLead(
        lead_id,
        lead,
        Identity(
            keyring.digests("phone", lead.phone) if lead.phone else (),
            keyring.digests("email", lead.email) if lead.email else (),
            lead.address_key,
            lead.full_name,
        ),
        keyring.seal(PHONE_FIELD, lead_id, lead.phone) if lead.phone else None,
        keyring.seal(EMAIL_FIELD, lead_id, lead.email) if lead.email else None,
    )


def is_sellable(sealed: SealedLead, duplicate_of: UUID | None, at: datetime) -> bool:
    """Valid consent and not a duplicate (suppressed persons do not come this far)."""
    return duplicate_of is None and sellable(sealed.lead.consent, at)[0]


def lead_row(
    sealed: SealedLead,
    *,
    batch_id: UUID,
    source_id: UUID,
    campaign_id: UUID | None,
    duplicate_of: UUID | None,
    at: datetime,
) -> tuple[Any, ...]:
    """The values of `LEADS`. A lead whose file does not say when it was made was made at `at`."""
    lead, identity, consent = sealed.lead, sealed.identity, sealed.lead.consent
    created_at = lead.created_at or at
    touched_at = created_at if any(lead.utm) else None
    provider, certificate = _certificate(lead)
    return (
        sealed.id, created_at, created_at,
        lead.first_name, lead.last_name,
        sealed.phone, identity.phones[0] if identity.phones else None, mask_phone(lead.phone) if lead.phone else None,
        sealed.email, identity.emails[0] if identity.emails else None, mask_email(lead.email) if lead.email else None,
        lead.language or "en", lead.do_not_call,
        lead.street, lead.house_number, lead.street_name, lead.unit, lead.city,
        lead.zip_code, lead.borough, lead.address_key, lead.utility,
        lead.property_type, lead.ownership, lead.roof_type, lead.roof_age_years, lead.shading,
        lead.monthly_bill_usd, duplicate_of, consent_state(consent, at), is_sellable(sealed, duplicate_of, at),
        provider, certificate, (consent and consent.wording_version) or None,
        (consent and consent.page_url) or None, (consent and consent.ip_address) or None,
        (consent and consent.user_agent) or None, consent and consent.captured_at,
        source_id, campaign_id, batch_id,
        *lead.utm, touched_at, *lead.utm, touched_at, *lead.click_ids,
    )  # fmt: skip


def consent_row(sealed: SealedLead, at: datetime) -> tuple[Any, ...] | None:
    """The values of `CONSENTS`, None if the file says nothing about consent."""
    consent = sealed.lead.consent
    if consent is None:
        return None
    since = consent.captured_at or at
    given, withdrawn = (since, None) if consent.given else (None, since)
    return sealed.id, consent.kind, consent_state(consent, at), given, withdrawn


def consent_event_row(sealed: SealedLead, at: datetime) -> tuple[Any, ...] | None:
    """The values of `CONSENT_EVENTS`, None if the file says nothing about consent."""
    consent = sealed.lead.consent
    if consent is None:
        return None
    state = consent_state(consent, at)
    provider, certificate = _certificate(sealed.lead)
    return (
        sealed.id, consent.captured_at or at, consent.kind, state,
        WithdrawalChannel.THIRD_PARTY if state is ConsentState.WITHDRAWN else None, provider, certificate,
        consent.wording_version or None, consent.page_url or None, consent.ip_address or None,
        consent.user_agent or None, RECORDED_BY,
    )  # fmt: skip


def _certificate(lead: IncomingLead) -> tuple[str | None, str | None]:
    """(provider, certificate address or token)."""
    if lead.consent is None:
        return None, None
    if lead.consent.certificate_url:
        return "trustedform", lead.consent.certificate_url
    return ("jornaya", lead.consent.leadid_token) if lead.consent.leadid_token else (None, None)


def copy_rows(session: Session, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows in binary form, in the session's transaction."""
    connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(list(table.columns.values()))
        for row in rows:
            copy.write_row(row)
