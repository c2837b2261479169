"""Calls to leads, and the reminders of callbacks."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LEAD,
    LOCAL,
    Base,
    Created,
    Instant,
    Key,
    LeadKey,
    Word,
    one_of,
)
from aurum_data.rules.calls import CallDisposition

ACTIVE = text("is_active = true")


class LeadCall(Base):
    """A call that a person made to a lead, and what came of it."""

    __tablename__ = "lead_calls"
    lead_id: Mapped[LeadKey] = mapped_column(ForeignKey("leads.id"))
    id: Mapped[Key]
    created_at: Mapped[Created]
    caller_user_id: Mapped[UUID] = mapped_column(Uuid)
    caller_name: Mapped[Word]
    disposition: Mapped[Word]
    note: Mapped[Word | None]
    next_callback_at: Mapped[Instant | None] = mapped_column(comment="as arranged in this call")
    __table_args__ = (
        one_of("disposition", CallDisposition),
        Index("idx_lead_call_lead", "lead_id", "created_at"),
        {"info": LEAD},
    )


class CallbackReminder(Base):
    """A callback that its person was reminded of, so that it happens once; forgotten after some days."""

    __tablename__ = "callback_reminders"
    callback_at: Mapped[Instant] = mapped_column(primary_key=True)
    lead_ref: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    user_ref: Mapped[UUID] = mapped_column(Uuid)
    __table_args__ = ({"info": LOCAL},)
