"""Pairs of leads that may be one person."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LEAD,
    Base,
    Created,
    Instant,
    Json,
    Key,
    Word,
    Words,
    in_range,
    one_of,
)
from aurum_data.rules.duplicates import CandidateState

ACTIVE = text("is_active = true")


class LeadDuplicateCandidate(Base):
    """Two leads that may be the same person, and what was decided about them; a dismissed pair never comes back."""

    __tablename__ = "lead_duplicate_candidates"
    lead_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("leads.id"), primary_key=True, comment="the younger lead of the pair"
    )
    id: Mapped[Key]
    older_ref: Mapped[UUID] = mapped_column(Uuid, comment="the older lead of the pair")
    created_at: Mapped[Created]
    reasons: Mapped[Words] = mapped_column(
        comment="what the two have in common, the strongest first (rules/duplicates.py)"
    )
    confidence: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 4), comment="that they are one person; null: not judged"
    )
    state: Mapped[Word] = mapped_column(server_default=text("'open'"))
    decided_by: Mapped[UUID | None] = mapped_column(Uuid, comment="null: a process")
    decided_at: Mapped[Instant | None]
    before: Mapped[Json] = mapped_column(comment="of a confirmed pair: what an undo restores")
    __table_args__ = (
        UniqueConstraint("lead_id", "older_ref"),
        one_of("state", CandidateState),
        in_range("confidence", 0, 1),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_whole"),
        CheckConstraint("lead_id <> older_ref", name="two_leads"),
        Index("idx_duplicate_candidate_open", "confidence", "id", postgresql_where=text("state = 'open'")),
        Index("idx_duplicate_candidate_older", "older_ref"),
        {"info": LEAD},
    )
