"""People and machines that sign in: users, roles, permissions, sessions, devices, links, API keys, inbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
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
    No,
    Sealed,
    Word,
    Words,
    Zero,
    in_range,
    monthly,
    one_of,
)
from aurum_data.rules.identity import LinkPurpose, UserStatus


class User(Base):
    """A person who signs in."""

    __tablename__ = "users"
    id: Mapped[Key]
    username: Mapped[Word] = mapped_column(comment="lower case")
    full_name: Mapped[Word]
    email_encrypted: Mapped[Sealed | None]
    email_hash: Mapped[Digest | None]
    email_masked: Mapped[Word | None]
    status: Mapped[Word] = mapped_column(server_default=text("'active'"))
    is_sample: Mapped[No] = mapped_column(comment="invented person of the local sample data")
    created_at: Mapped[Created]
    updated_at: Mapped[Created]
    # Sign-in
    password_hash: Mapped[Word | None] = mapped_column(comment="argon2id")
    password_changed_at: Mapped[Instant | None]
    auth_epoch: Mapped[Zero] = mapped_column(
        comment="raised to end all sessions: password, role, factor or status change"
    )
    totp_secret_encrypted: Mapped[Sealed | None]
    totp_confirmed_at: Mapped[Instant | None]
    totp_last_step: Mapped[int | None] = mapped_column(
        BigInteger, comment="last used 30 s step: each code is good once"
    )
    failed_attempts: Mapped[Zero]
    blocked_until: Mapped[Instant | None] = mapped_column(comment="back-off after failed attempts")
    last_sign_in_at: Mapped[Instant | None]
    # Data protection
    privacy_notice_version: Mapped[Word | None]
    privacy_notice_accepted_at: Mapped[Instant | None]
    left_on: Mapped[Day | None] = mapped_column(comment="last working day; retention counts from here")
    retain_until: Mapped[Day | None] = mapped_column(comment="personal data is removed after this day")
    anonymized_at: Mapped[Instant | None]
    __table_args__ = (
        one_of("status", UserStatus),
        UniqueConstraint("username"),
        CheckConstraint("username = lower(username)", name="username_lower"),
        {"info": REFERENCE},
    )


class UserRecoveryCode(Base):
    """A single-use code for a lost second factor."""

    __tablename__ = "user_recovery_codes"
    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[Digest] = mapped_column(comment="random salt and argon2id hash")
    used_at: Mapped[Instant | None]
    created_at: Mapped[Created]
    __table_args__ = ({"info": REFERENCE},)


class RoleRow(Base):
    """A named set of permissions; system roles come from rules/identity.py."""

    __tablename__ = "roles"
    id: Mapped[Key]
    role_name: Mapped[Word] = mapped_column(unique=True)
    description: Mapped[Word]
    is_system: Mapped[No]
    created_at: Mapped[Created]
    __table_args__ = ({"info": REFERENCE},)


class UserRole(Base):
    """A grant of a role to a user, for good or until it expires, for everything or within a scope."""

    __tablename__ = "user_roles"
    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role_id: Mapped[UUID] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), index=True)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[Created]
    expires_at: Mapped[Instant | None]
    scope_boroughs: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="null: all")
    scope_platforms: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid), comment="null: all")
    __table_args__ = (UniqueConstraint("user_id", "role_id"), {"info": REFERENCE})


class UserPermission(Base):
    """A permission held by a role, or granted to one user."""

    __tablename__ = "user_permissions"
    id: Mapped[Key]
    role_id: Mapped[UUID | None] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    resource: Mapped[Word]
    action: Mapped[Word]
    is_system: Mapped[No]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[Created]
    expires_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint("num_nonnulls(role_id, user_id) = 1", name="one_holder"),
        UniqueConstraint("role_id", "user_id", "resource", "action", postgresql_nulls_not_distinct=True),
        {"info": REFERENCE},
    )


class SignInSession(Base):
    """A signed-in browser: good only while this row says so."""

    __tablename__ = "sign_in_sessions"
    id: Mapped[Key]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    user_ref: Mapped[UUID] = mapped_column(Uuid, index=True)
    auth_epoch: Mapped[int] = mapped_column(comment="must equal the user's")
    second_factor: Mapped[No]
    created_at: Mapped[Created]
    last_seen_at: Mapped[Created]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
    revoked_reason: Mapped[Word | None]
    address: Mapped[Address | None]
    user_agent: Mapped[Word | None]
    idle_minutes: Mapped[int] = mapped_column(server_default=text("60"), comment="ends when unused for so long")
    method: Mapped[Word] = mapped_column(server_default=text("'password'"))
    device_ref: Mapped[UUID | None] = mapped_column(Uuid, comment="user_devices.id")
    confirmed_at: Mapped[Created] = mapped_column(comment="when the person last proved who they are")
    viewing_as: Mapped[Word | None] = mapped_column(comment="role whose view an administrator tries, read-only")
    __table_args__ = (
        one_of("method", ["password", "sso"]),
        in_range("idle_minutes", 1),
        Index("ix_sign_in_sessions_expires_at", "expires_at"),
        {"info": LOCAL},
    )


class UserDevice(Base):
    """A browser that finished a sign-in before. Its tries are counted apart, so that strangers cannot lock it out."""

    __tablename__ = "user_devices"
    id: Mapped[Key]
    user_ref: Mapped[UUID] = mapped_column(Uuid)
    device_hash: Mapped[Digest] = mapped_column(comment="of the opaque token in the browser's device cookie")
    created_at: Mapped[Created]
    last_seen_at: Mapped[Created]
    address: Mapped[Address | None]
    user_agent: Mapped[Word | None]
    failed_attempts: Mapped[Zero]
    blocked_until: Mapped[Instant | None] = mapped_column(comment="back-off after failed attempts")
    __table_args__ = (
        UniqueConstraint("user_ref", "device_hash"),
        Index("ix_user_devices_device_hash", "device_hash"),
        Index("ix_user_devices_last_seen_at", "last_seen_at"),
        {"info": LOCAL},
    )


class SignInTicket(Base):
    """A one-time ticket that a browser redeems for its cookie, bound to the browser by a nonce."""

    __tablename__ = "sign_in_tickets"
    ticket_hash: Mapped[Digest] = mapped_column(primary_key=True)
    nonce_hash: Mapped[Digest]
    user_ref: Mapped[UUID] = mapped_column(Uuid)
    second_factor: Mapped[No]
    expires_at: Mapped[Instant]
    method: Mapped[Word] = mapped_column(server_default=text("'password'"), comment="goes into the session")
    __table_args__ = ({"info": LOCAL},)


class OneTimeLink(Base):
    """A link that was mailed or printed once: an invitation, a forgotten password, the first administrator."""

    __tablename__ = "one_time_links"
    id: Mapped[Key]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    purpose: Mapped[Word]
    user_ref: Mapped[UUID] = mapped_column(Uuid)
    created_by: Mapped[UUID | None] = mapped_column(Uuid)
    created_at: Mapped[Created]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    __table_args__ = (
        one_of("purpose", LinkPurpose),
        Index("ix_one_time_links_user", "user_ref", "created_at"),
        {"info": LOCAL},
    )


class UserIdentity(Base):
    """Who a person is at an identity provider (single sign-on): issuer and subject, never the email."""

    __tablename__ = "user_identities"
    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[Word]
    subject: Mapped[Word]
    created_at: Mapped[Created]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    last_used_at: Mapped[Instant | None]
    __table_args__ = (UniqueConstraint("issuer", "subject"), {"info": REFERENCE})


class AccessRequest(Base):
    """A change of access that a second administrator must agree to."""

    __tablename__ = "access_requests"
    id: Mapped[Key]
    kind: Mapped[Word]
    user_ref: Mapped[UUID] = mapped_column(Uuid, comment="whose access is to change")
    details: Mapped[Json] = mapped_column(comment="what is to change: role, scope, expiry")
    reason: Mapped[Word]
    requested_by: Mapped[UUID] = mapped_column(Uuid)
    requested_at: Mapped[Created]
    expires_at: Mapped[Instant]
    decision: Mapped[Word | None]
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    decided_at: Mapped[Instant | None]
    __table_args__ = (
        one_of("kind", ["second_factor_reset", "role_grant"]),
        one_of("decision", ["approved", "refused", "withdrawn"]),
        CheckConstraint("decision <> 'approved' OR decided_by <> requested_by", name="two_people"),
        CheckConstraint("num_nonnulls(decision, decided_by, decided_at) IN (0, 3)", name="decided_whole"),
        Index("ix_access_requests_open", "requested_at", postgresql_where=text("decision IS NULL")),
        {"info": LOCAL},
    )


class RateLimit(Base):
    """How often somebody did something within the running window: sign-in tries, reveals, calls of a key."""

    __tablename__ = "rate_limits"
    limiter: Mapped[Word] = mapped_column(primary_key=True)
    subject: Mapped[Word] = mapped_column(primary_key=True, comment="an address, a user's or a key's id, or 'all'")
    window_ends_at: Mapped[Instant]
    hits: Mapped[int]
    __table_args__ = (Index("ix_rate_limits_window_ends_at", "window_ends_at"), {"info": LOCAL})


class SignInAttempt(Base):
    """One try to sign in, kept for limits and for security events."""

    __tablename__ = "sign_in_attempts"
    id: Mapped[Key]
    attempted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), primary_key=True)
    username: Mapped[Word] = mapped_column(comment="as typed, cut at 80 characters")
    user_ref: Mapped[UUID | None] = mapped_column(Uuid)
    address: Mapped[Address | None]
    outcome: Mapped[Word] = mapped_column(comment="success, wrong_password, unknown_user, wrong_code, blocked")
    __table_args__ = (
        one_of("outcome", ["success", "wrong_password", "unknown_user", "wrong_code", "blocked"]),
        Index("ix_sign_in_attempts_username", "username", "attempted_at"),
        Index("ix_sign_in_attempts_address", "address", "attempted_at"),
        {"info": LOCAL, **monthly("attempted_at")},
    )


class ApiKey(Base):
    """A machine client's key: shown once, stored as a hash."""

    __tablename__ = "api_keys"
    id: Mapped[Key]
    key_name: Mapped[Word]
    key_prefix: Mapped[Word] = mapped_column(unique=True, comment="visible part")
    key_hash: Mapped[Digest] = mapped_column(unique=True)
    scopes: Mapped[Words]
    allowed_addresses: Mapped[Words]
    rate_limit_per_minute: Mapped[int] = mapped_column(server_default=text("60"))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Created]
    expires_at: Mapped[Instant | None]
    last_used_at: Mapped[Instant | None]
    last_used_address: Mapped[Address | None]
    revoked_at: Mapped[Instant | None]
    replaces_ref: Mapped[UUID | None] = mapped_column(
        Uuid, comment="api_keys.id that this one follows; both are good until that one expires"
    )
    platform_ref: Mapped[UUID | None] = mapped_column(
        Uuid, comment="b2b_platforms.id that answers with this key; null: not a platform's"
    )
    __table_args__ = ({"info": REFERENCE},)


class ApiKeyAddress(Base):
    """An address that a key was used from: its first use from another one is a security event."""

    __tablename__ = "api_key_addresses"
    key_ref: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    address: Mapped[Address] = mapped_column(primary_key=True)
    first_used_at: Mapped[Created]
    __table_args__ = ({"info": LOCAL},)


class ApiRequest(Base):
    """A machine's request that was done, and its answer: the same request again gets the same answer."""

    __tablename__ = "api_requests"
    key_ref: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    idempotency_key: Mapped[Word] = mapped_column(primary_key=True)
    request_hash: Mapped[Digest] = mapped_column(comment="of method, path and body: another body is refused")
    status: Mapped[int]
    answer: Mapped[Json] = mapped_column(comment="ids and states; no contact data")
    created_at: Mapped[Created]
    __table_args__ = (Index("ix_api_requests_created_at", "created_at"), {"info": LOCAL})


class InboxMessage(Base):
    """A message to a person inside the application."""

    __tablename__ = "inbox_messages"
    id: Mapped[Key]
    user_ref: Mapped[UUID] = mapped_column(Uuid)
    created_at: Mapped[Created]
    kind: Mapped[Word] = mapped_column(comment="alert, reminder, job, security")
    title: Mapped[Word]
    body: Mapped[Word]
    link: Mapped[Word | None] = mapped_column(comment="page inside the application")
    read_at: Mapped[Instant | None]
    __table_args__ = (Index("ix_inbox_messages_user", "user_ref", "created_at"), {"info": LOCAL})
