"""Money: the ledger per lead, statements to platforms, payments and disputes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LEAD,
    REFERENCE,
    Base,
    Created,
    Day,
    Instant,
    Key,
    LeadKey,
    Sealed,
    Share,
    Usd,
    Word,
    ZeroUsd,
    in_range,
    one_of,
)
from aurum_data.rules.revenue import DisputeStatus, PaymentMethod, StatementStatus, TransactionType


class B2bRevenueTransaction(Base):
    """The ledger: what one lead earned at one platform. Rows are never updated or deleted, only offset."""

    __tablename__ = "b2b_revenue_transactions"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_platforms.id"))
    export_id: Mapped[UUID] = mapped_column(Uuid, comment="lead_exports.id of the sale")
    offsets_id: Mapped[UUID | None] = mapped_column(Uuid, comment="the entry that a return or adjustment offsets")
    transaction_type: Mapped[Word]
    occurred_at: Mapped[Instant]
    created_at: Mapped[Created]
    gross_usd: Mapped[Usd] = mapped_column(comment="signed price between the platform and the marketplace")
    commission_rate: Mapped[Share] = mapped_column(comment="share of the gross that is Aurum's")
    amount_usd: Mapped[Usd] = mapped_column(comment="signed, what Aurum earns: gross x commission rate, to the cent")
    reason: Mapped[Word | None]
    __table_args__ = (
        ForeignKeyConstraint(["lead_id", "export_id"], ["lead_exports.lead_id", "lead_exports.id"]),
        ForeignKeyConstraint(
            ["lead_id", "offsets_id"], ["b2b_revenue_transactions.lead_id", "b2b_revenue_transactions.id"]
        ),
        one_of("transaction_type", TransactionType),
        CheckConstraint(
            "(transaction_type = 'sale' AND amount_usd >= 0) OR (transaction_type = 'return' AND amount_usd <= 0)"
            " OR transaction_type = 'adjustment'",
            name="sign",
        ),
        Index(
            "idx_transaction_occurred_platform",
            "occurred_at",
            "platform_id",
            postgresql_include=["amount_usd", "transaction_type"],
        ),
        Index("idx_transaction_platform_occurred", "platform_id", "occurred_at"),
        {"info": LEAD},
    )


class B2bStatement(Base):
    """A month's account with a platform."""

    __tablename__ = "b2b_statements"
    id: Mapped[Key]
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_platforms.id"))
    period_start: Mapped[Day]
    period_end: Mapped[Day] = mapped_column(comment="last day, included")
    statement_number: Mapped[Word] = mapped_column(unique=True)
    status: Mapped[Word] = mapped_column(server_default=text("'draft'"))
    sales_usd: Mapped[ZeroUsd]
    returns_usd: Mapped[ZeroUsd]
    adjustments_usd: Mapped[ZeroUsd]
    total_usd: Mapped[ZeroUsd] = mapped_column(comment="sales + returns + adjustments of the period's ledger")
    paid_usd: Mapped[ZeroUsd] = mapped_column(comment="sum of its payments")
    issued_on: Mapped[Day | None]
    due_on: Mapped[Day | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint("platform_id", "period_start"),
        one_of("status", StatementStatus),
        CheckConstraint("period_end >= period_start", name="period"),
        CheckConstraint("total_usd = sales_usd + returns_usd + adjustments_usd", name="total"),
        Index("idx_statement_status_due", "status", "due_on"),
        {"info": REFERENCE},
    )


class B2bStatementLine(Base):
    """A ledger entry on a statement; an entry stands on one statement at most."""

    __tablename__ = "b2b_statement_lines"
    lead_id: Mapped[LeadKey]
    transaction_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_statements.id"), index=True)
    __table_args__ = (
        ForeignKeyConstraint(
            ["lead_id", "transaction_id"], ["b2b_revenue_transactions.lead_id", "b2b_revenue_transactions.id"]
        ),
        {"info": LEAD},
    )


class B2bPayment(Base):
    """Money received from a platform for a statement."""

    __tablename__ = "b2b_payments"
    id: Mapped[Key]
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_platforms.id"))
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_statements.id"), index=True)
    amount_usd: Mapped[Usd]
    method: Mapped[Word]
    reference_encrypted: Mapped[Sealed | None]
    reference_masked: Mapped[Word | None]
    received_on: Mapped[Day]
    created_at: Mapped[Created]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    idempotency_key: Mapped[Word] = mapped_column(unique=True)
    __table_args__ = (
        one_of("method", PaymentMethod),
        CheckConstraint("amount_usd > 0", name="amount"),
        Index("idx_payment_received", "received_on", "platform_id"),
        {"info": REFERENCE},
    )


class B2bDispute(Base):
    """A platform's objection to a statement."""

    __tablename__ = "b2b_disputes"
    id: Mapped[Key]
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_platforms.id"))
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("b2b_statements.id"), index=True)
    opened_at: Mapped[Instant]
    closed_at: Mapped[Instant | None]
    amount_usd: Mapped[Usd]
    reason: Mapped[Word]
    status: Mapped[Word] = mapped_column(server_default=text("'open'"))
    __table_args__ = (one_of("status", DisputeStatus), in_range("amount_usd", 0), {"info": REFERENCE})
