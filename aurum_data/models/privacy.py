"""Consent, privacy requests, suppression, retention and legal holds."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LEAD,
    LOCAL,
    REFERENCE,
    Address,
    Base,
    Created,
    Day,
    Digest,
    Instant,
    Json,
    Key,
    LeadKey,
    Sealed,
    Word,
    Yes,
    Zero,
    one_of,
)
from aurum_data.rules.privacy import (
    ConsentKind,
    ConsentState,
    RequestSource,
    RequestStatus,
    RequestType,
    RetentionAction,
    WithdrawalChannel,
)


class LeadConsent(Base):
    """The state of one kind of consent of a lead."""

    __tablename__ = "lead_consents"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    consent_kind: Mapped[Word]
    consent_state: Mapped[Word]
    given_at: Mapped[Instant | None]
    withdrawn_at: Mapped[Instant | None]
    expires_at: Mapped[Instant | None]
    updated_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint("lead_id", "consent_kind"),
        one_of("consent_kind", ConsentKind),
        one_of("consent_state", ConsentState),
        Index("idx_consent_state_kind", "consent_state", "consent_kind"),
        {"info": LEAD},
    )


class LeadConsentEvent(Base):
    """Something that happened to a consent, with its evidence; rows are never changed."""

    __tablename__ = "lead_consent_events"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    occurred_at: Mapped[Instant]
    consent_kind: Mapped[Word]
    consent_state: Mapped[Word] = mapped_column(comment="state that the event led to")
    channel: Mapped[Word | None] = mapped_column(comment="of a withdrawal")
    certificate_provider: Mapped[Word | None]
    certificate_url: Mapped[Word | None]
    certificate_claimed_until: Mapped[Instant | None] = mapped_column(
        comment="the provider keeps the certificate for us until then; null: not claimed, or not known"
    )
    wording_version: Mapped[Word | None]
    page_url: Mapped[Word | None]
    ip: Mapped[Address | None]
    user_agent: Mapped[Word | None]
    recorded_by: Mapped[Word] = mapped_column(server_default=text("'system'"))
    __table_args__ = (
        one_of("consent_kind", ConsentKind),
        one_of("consent_state", ConsentState),
        one_of("channel", WithdrawalChannel),
        Index("idx_consent_event_lead", "lead_id", "occurred_at"),
        Index("idx_consent_event_occurred", "occurred_at", "consent_state"),
        Index(
            "idx_consent_event_withdrawn",
            "occurred_at",
            postgresql_include=["channel"],
            postgresql_where=text("consent_state = 'withdrawn'"),
        ),
        {"info": LEAD},
    )


class ConsentWording(Base):
    """A text that people were shown when they agreed. It is never changed: another text is another version."""

    __tablename__ = "consent_wordings"
    id: Mapped[Key]
    version: Mapped[Word] = mapped_column(unique=True, comment="as consents name it in wording_version")
    wording: Mapped[Word] = mapped_column(comment="the text, as the person saw it")
    language: Mapped[Word] = mapped_column(comment="ISO 639-1")
    shown_from: Mapped[Day]
    shown_until: Mapped[Day | None] = mapped_column(comment="the last day; null: still shown")
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[Created]
    __table_args__ = (
        CheckConstraint("shown_until >= shown_from", name="shown_days"),
        {"info": REFERENCE},
    )


class PrivacyRequest(Base):
    """A person's request about their data, on a legal clock that starts at receipt."""

    __tablename__ = "privacy_requests"
    id: Mapped[Key]
    request_number: Mapped[Word] = mapped_column(unique=True)
    request_type: Mapped[Word]
    source: Mapped[Word]
    status: Mapped[Word] = mapped_column(server_default=text("'identity_unverified'"))
    received_on: Mapped[Day]
    acknowledge_due: Mapped[Day]
    acknowledged_on: Mapped[Day | None]
    due_on: Mapped[Day]
    hard_stop_on: Mapped[Day] = mapped_column(comment="last lawful day, with the extension if there is one")
    extended_on: Mapped[Day | None]
    extension_reason: Mapped[Word | None]
    completed_at: Mapped[Instant | None]
    denial_reason: Mapped[Word | None] = mapped_column(comment="the person will read it")
    subject_name: Mapped[Word | None]
    contact_encrypted: Mapped[Sealed | None] = mapped_column(comment="phone or email the person gave, encrypted")
    contact_masked: Mapped[Word | None]
    phone_hash: Mapped[Digest | None]
    email_hash: Mapped[Digest | None]
    other_hashes: Mapped[list[bytes]] = mapped_column(
        ARRAY(BYTEA), server_default=text("'{}'"), comment="both under the other hash keys, while there are any"
    )
    identity_verified_at: Mapped[Instant | None]
    identity_verified_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Created]
    updated_at: Mapped[Created]
    __table_args__ = (
        one_of("request_type", RequestType),
        one_of("source", RequestSource),
        one_of("status", RequestStatus),
        CheckConstraint("status <> 'denied' OR denial_reason IS NOT NULL", name="denial_has_reason"),
        Index("idx_request_status_due", "status", "due_on"),
        Index("idx_request_received", "received_on"),
        {"info": REFERENCE},
    )


class PrivacyRequestEvent(Base):
    """A step in the handling of a privacy request."""

    __tablename__ = "privacy_request_events"
    id: Mapped[Key]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("privacy_requests.id"), index=True)
    occurred_at: Mapped[Created]
    event: Mapped[Word]
    actor_name: Mapped[Word]
    note: Mapped[Word | None]
    details: Mapped[Json]
    __table_args__ = ({"info": REFERENCE},)


class SuppressionEntry(Base):
    """A phone or email that must not be contacted, sold or taken in again, kept as keyed hashes only."""

    __tablename__ = "suppression_list"
    id: Mapped[Key]
    contact_kind: Mapped[Word]
    contact_hash: Mapped[Digest]
    key_version: Mapped[int] = mapped_column(comment="of the hash key; old versions are kept for matching")
    reason: Mapped[Word] = mapped_column(comment="erasure, opt_out, do_not_call, litigator")
    created_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint("contact_kind", "contact_hash"),
        one_of("contact_kind", ["phone", "email"]),
        {"info": REFERENCE},
    )


class RetentionPolicy(Base):
    """How long a kind of data is kept, and what happens then."""

    __tablename__ = "retention_policies"
    id: Mapped[Key]
    data_type: Mapped[Word] = mapped_column(unique=True)
    table_name: Mapped[Word]
    time_column: Mapped[Word]
    retention_days: Mapped[int]
    action: Mapped[Word]
    legal_basis: Mapped[Word]
    is_enabled: Mapped[Yes]
    updated_at: Mapped[Created]
    __table_args__ = (
        one_of("action", RetentionAction),
        CheckConstraint("retention_days > 0", name="retention_days"),
        {"info": REFERENCE},
    )


class RetentionRun(Base):
    """One run of a retention policy."""

    __tablename__ = "retention_runs"
    id: Mapped[Key]
    data_type: Mapped[Word]
    started_at: Mapped[Created]
    finished_at: Mapped[Instant | None]
    cutoff: Mapped[Instant]
    rows_affected: Mapped[Zero]
    rows_held: Mapped[Zero] = mapped_column(comment="kept by a legal hold")
    outcome: Mapped[Word] = mapped_column(server_default=text("'running'"))
    __table_args__ = (
        one_of("outcome", ["running", "completed", "failed"]),
        Index("ix_retention_runs_type", "data_type", "started_at"),
        {"info": LOCAL},
    )


class LegalHold(Base):
    """An order to keep data that would otherwise be erased."""

    __tablename__ = "legal_holds"
    id: Mapped[Key]
    matter: Mapped[Word]
    reason: Mapped[Word]
    lead_ref: Mapped[UUID | None] = mapped_column(Uuid, comment="one lead; null: everything of the data type")
    data_type: Mapped[Word | None]
    placed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    placed_at: Mapped[Created]
    released_at: Mapped[Instant | None]
    __table_args__ = (Index("ix_legal_holds_lead", "lead_ref"), {"info": REFERENCE})


class ConsentSummary(Base):
    """How many leads are in each state of each consent, as last counted; rollup_stamps says when."""

    __tablename__ = "consent_summary"
    consent_kind: Mapped[Word] = mapped_column(primary_key=True)
    consent_state: Mapped[Word] = mapped_column(primary_key=True)
    lead_count: Mapped[Zero]
    __table_args__ = (
        one_of("consent_kind", ConsentKind),
        one_of("consent_state", ConsentState),
        {"info": LOCAL},
    )


class ConsentWordingSummary(Base):
    """How many consents name each version of the wording, as last counted with their states."""

    __tablename__ = "consent_wording_summary"
    wording_version: Mapped[Word] = mapped_column(primary_key=True)
    consent_count: Mapped[Zero]
    __table_args__ = ({"info": LOCAL},)
