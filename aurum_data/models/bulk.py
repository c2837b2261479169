"""Changes of many leads at once: the operation, and what became of each of its leads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LEAD,
    LOCAL,
    Base,
    Created,
    Instant,
    Json,
    Key,
    LeadKey,
    No,
    Word,
    Zero,
    in_range,
    one_of,
)
from aurum_data.rules.lead_changes import BulkKind, BulkState, Refusal


class BulkOperation(Base):
    """A change that a person made to many leads, or the undoing of one."""

    __tablename__ = "bulk_operations"
    id: Mapped[Key]
    user_ref: Mapped[UUID] = mapped_column(Uuid, comment="who began it; their rights are asked for again per batch")
    kind: Mapped[Word]
    arguments: Mapped[Json] = mapped_column(comment="status, person, tag or survivor; ids and words, no contact data")
    reason: Mapped[Word | None]
    undoes_ref: Mapped[UUID | None] = mapped_column(Uuid, comment="bulk_operations.id that this one takes back")
    state: Mapped[Word] = mapped_column(server_default=text("'waiting'"))
    lead_count: Mapped[int]
    done_count: Mapped[Zero]
    refused_count: Mapped[Zero]
    took_off_sale: Mapped[No] = mapped_column(
        comment="of duplicates: the lead to keep came off sale by it, and is still to be put back"
    )
    created_at: Mapped[Created]
    finished_at: Mapped[Instant | None]
    __table_args__ = (
        one_of("kind", BulkKind),
        one_of("state", BulkState),
        in_range("lead_count", 1),
        Index("ix_bulk_operations_user", "user_ref", "created_at"),
        Index(
            "ix_bulk_operations_off_sale", text("(arguments ->> 'survivor')"), postgresql_where=text("took_off_sale")
        ),
        Index("ix_bulk_operations_undoes", "undoes_ref", postgresql_where=text("undoes_ref IS NOT NULL")),
        {"info": LOCAL},
    )


class BulkOperationItem(Base):
    """A lead of a change: whether it was changed or refused, and what it was before."""

    __tablename__ = "bulk_operation_items"
    lead_id: Mapped[LeadKey]
    operation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    position: Mapped[int] = mapped_column(comment="the order in which the leads are worked, from 1")
    version_seen: Mapped[int] = mapped_column(comment="changed only if the lead still has it")
    outcome: Mapped[Word | None] = mapped_column(comment="null: not reached")
    refusal: Mapped[Word | None] = mapped_column(comment="why it was left as it is: rules/lead_changes.py")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="the columns that changed, for the undo")
    version_after: Mapped[int | None]
    worked_at: Mapped[Instant | None]
    __table_args__ = (
        one_of("outcome", ["done", "refused"]),
        one_of("refusal", Refusal),
        Index("idx_bulk_item_operation", "operation_id", "position"),
        {"info": LEAD},
    )
