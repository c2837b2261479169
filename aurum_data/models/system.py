"""The system about itself: audit, logs, imports, alerts, flags and health samples."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, Numeric, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LOCAL,
    Address,
    Base,
    Created,
    Day,
    Instant,
    Json,
    Key,
    Sealed,
    Word,
    Words,
    Yes,
    Zero,
    in_range,
    monthly,
    one_of,
)

Occurred = Mapped[datetime]


def _occurred() -> Mapped[datetime]:
    """Partition key of a log: part of its primary key."""
    return mapped_column(DateTime(timezone=True), primary_key=True, server_default=func.now())


class AuditEntry(Base):
    """Who did what to which thing. Written in the transaction of the deed; never updated or deleted."""

    __tablename__ = "audit_log"
    id: Mapped[Key]
    occurred_at: Occurred = _occurred()
    actor_user_id: Mapped[UUID | None] = mapped_column(Uuid)
    actor_name: Mapped[Word]
    event: Mapped[Word] = mapped_column(comment="source:subject:action")
    entity_type: Mapped[Word]
    entity_id: Mapped[Word | None]
    reason: Mapped[Word | None]
    details: Mapped[Json] = mapped_column(comment="ids, counts, old and new states; no contact data")
    address: Mapped[Address | None]
    __table_args__ = (
        Index("ix_audit_log_occurred", "occurred_at"),
        Index("ix_audit_log_entity", "entity_type", "entity_id", "occurred_at"),
        Index("ix_audit_log_actor", "actor_user_id", "occurred_at"),
        Index("ix_audit_log_event", "event", "occurred_at"),
        {"info": LOCAL, **monthly("occurred_at")},
    )


class UserActivityLog(Base):
    """What a person opened and did in the application."""

    __tablename__ = "user_activity_logs"
    id: Mapped[Key]
    occurred_at: Occurred = _occurred()
    user_ref: Mapped[UUID] = mapped_column(Uuid)
    page: Mapped[Word]
    activity: Mapped[Word]
    duration_ms: Mapped[int | None]
    __table_args__ = (
        Index("ix_user_activity_logs_user", "user_ref", "occurred_at"),
        {"info": LOCAL, **monthly("occurred_at")},
    )


class ErrorLog(Base):
    """An error of the application, with the short id that the person saw."""

    __tablename__ = "error_logs"
    id: Mapped[Key]
    occurred_at: Occurred = _occurred()
    error_id: Mapped[Word] = mapped_column(comment="short id shown on the screen")
    component: Mapped[Word]
    error_type: Mapped[Word]
    message: Mapped[Word] = mapped_column(comment="without values or contact data")
    location: Mapped[Word | None]
    user_ref: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        Index("ix_error_logs_occurred", "occurred_at"),
        Index("ix_error_logs_error_id", "error_id"),
        {"info": LOCAL, **monthly("occurred_at")},
    )


class SecurityEvent(Base):
    """Something that security staff should know: failures, denials, mass reveals, role changes."""

    __tablename__ = "security_events"
    id: Mapped[Key]
    occurred_at: Occurred = _occurred()
    event: Mapped[Word]
    severity: Mapped[Word]
    user_ref: Mapped[UUID | None] = mapped_column(Uuid)
    address: Mapped[Address | None]
    details: Mapped[Json]
    __table_args__ = (
        one_of("severity", ["info", "warning", "critical"]),
        Index("ix_security_events_occurred", "occurred_at", "severity"),
        {"info": LOCAL, **monthly("occurred_at")},
    )


class ImportBatch(Base):
    """A file of leads taken in. The same file (by checksum) is taken in once."""

    __tablename__ = "import_batches"
    id: Mapped[Key]
    file_name: Mapped[Word]
    file_sha256: Mapped[Word] = mapped_column(unique=True)
    file_format: Mapped[Word]
    source_system: Mapped[Word | None] = mapped_column(comment="facebook, google, hubspot, salesforce, typeform, other")
    column_mapping: Mapped[Json]
    status: Mapped[Word] = mapped_column(server_default=text("'loading'"))
    row_count: Mapped[Zero]
    landed_count: Mapped[Zero]
    duplicate_count: Mapped[Zero]
    rejected_count: Mapped[Zero]
    unsellable_count: Mapped[Zero]
    next_line: Mapped[Zero] = mapped_column(comment="where a killed import goes on")
    imported_by: Mapped[UUID | None] = mapped_column(Uuid)
    started_at: Mapped[Created]
    finished_at: Mapped[Instant | None]
    undone_at: Mapped[Instant | None]
    __table_args__ = (
        one_of("status", ["loading", "completed", "failed", "undone"]),
        Index("ix_import_batches_started", "started_at"),
        {"info": LOCAL},
    )


class ImportRejectedRow(Base):
    """A row of an import that did not fit, kept for correction until its retention ends."""

    __tablename__ = "import_rejected_rows"
    id: Mapped[Key]
    batch_ref: Mapped[UUID] = mapped_column(Uuid)
    line_number: Mapped[int]
    field: Mapped[Word | None]
    reason: Mapped[Word]
    row_encrypted: Mapped[Sealed]
    delete_after: Mapped[Day]
    created_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint("batch_ref", "line_number"),
        Index("ix_import_rejected_rows_delete_after", "delete_after"),
        {"info": LOCAL},
    )


class AlertRule(Base):
    """A condition that people want to hear about."""

    __tablename__ = "alert_rules"
    id: Mapped[Key]
    rule_name: Mapped[Word] = mapped_column(unique=True)
    metric: Mapped[Word]
    comparison: Mapped[Word]
    threshold: Mapped[Decimal] = mapped_column(Numeric(16, 4))
    severity: Mapped[Word]
    notify_roles: Mapped[Words]
    minimum_interval_minutes: Mapped[int] = mapped_column(server_default=text("60"))
    is_enabled: Mapped[Yes]
    created_at: Mapped[Created]
    __table_args__ = (
        one_of("comparison", ["above", "below"]),
        one_of("severity", ["info", "warning", "critical"]),
        in_range("minimum_interval_minutes", 1),
        {"info": LOCAL},
    )


class Alert(Base):
    """A condition that came true."""

    __tablename__ = "alerts"
    id: Mapped[Key]
    rule_ref: Mapped[UUID] = mapped_column(Uuid)
    opened_at: Mapped[Created]
    closed_at: Mapped[Instant | None]
    observed: Mapped[Decimal] = mapped_column(Numeric(16, 4))
    message: Mapped[Word]
    acknowledged_by: Mapped[UUID | None] = mapped_column(Uuid)
    acknowledged_at: Mapped[Instant | None]
    __table_args__ = (
        Index("ix_alerts_opened", "opened_at"),
        Index("ix_alerts_rule", "rule_ref", "opened_at"),
        {"info": LOCAL},
    )


class AppFlag(Base):
    """A switch for the whole application: read_only, stop_exports, stop_erasures."""

    __tablename__ = "app_flags"
    flag: Mapped[Word] = mapped_column(primary_key=True)
    is_on: Mapped[bool] = mapped_column(server_default=text("false"))
    reason: Mapped[Word | None]
    changed_by: Mapped[UUID | None] = mapped_column(Uuid)
    changed_at: Mapped[Created]
    __table_args__ = ({"info": LOCAL},)


class EncryptionKey(Base):
    """A version of a key that values here were sealed or hashed under. The key itself is never in the database."""

    __tablename__ = "encryption_keys"
    sort: Mapped[Word] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(BYTEA, comment="keyed hash of a constant, to know the key again by")
    added_at: Mapped[Created]
    used_since: Mapped[Instant | None] = mapped_column(comment="when new values began to be made with it")
    retired_at: Mapped[Instant | None] = mapped_column(comment="no value was left under it")
    __table_args__ = (one_of("sort", ["encryption", "hashing"]), in_range("version", 1, 65535), {"info": LOCAL})


class KeyRotation(Base):
    """How far the values of one table have been sealed, or hashed, anew under a new key."""

    __tablename__ = "key_rotations"
    field: Mapped[Word] = mapped_column(primary_key=True, comment="sort of key and table, such as encryption:leads")
    key_version: Mapped[int] = mapped_column(primary_key=True, comment="the version that values are made with")
    last_key: Mapped[Json] = mapped_column(comment="where a stopped rotation goes on: the last row's key")
    rows_done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    started_at: Mapped[Created]
    finished_at: Mapped[Instant | None]
    __table_args__ = ({"info": LOCAL},)


class SealedCount(Base):
    """How many values of an encrypted column are under each key version, as last counted; rollup_stamps says when."""

    __tablename__ = "sealed_counts"
    field: Mapped[Word] = mapped_column(primary_key=True, comment="table.column")
    key_version: Mapped[int] = mapped_column(primary_key=True)
    value_count: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = ({"info": LOCAL},)


class HealthSample(Base):
    """A measurement of a database server."""

    __tablename__ = "health_samples"
    id: Mapped[Key]
    sampled_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), primary_key=True)
    node: Mapped[Word] = mapped_column(comment="primary or replica")
    metric: Mapped[Word]
    value: Mapped[Decimal] = mapped_column(Numeric(20, 4))
    __table_args__ = (
        one_of("node", ["primary", "replica"]),
        Index("ix_health_samples_metric", "metric", "node", "sampled_at"),
        {"info": LOCAL, **monthly("sampled_at")},
    )
