"""Who is given new leads."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import (
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    LOCAL,
    Base,
    Created,
    Key,
    Word,
    Words,
    Yes,
    one_of,
)

ACTIVE = text("is_active = true")


class AssignmentRule(Base):
    """Who is given new leads, in turn: those of some boroughs and languages."""

    __tablename__ = "assignment_rules"
    id: Mapped[Key]
    created_at: Mapped[Created]
    rule_name: Mapped[Word] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(comment="the first rule that fits a lead decides")
    kind: Mapped[Word] = mapped_column(server_default=text("'round_robin'"))
    boroughs: Mapped[Words] = mapped_column(comment="of the lead; empty: all five")
    languages: Mapped[Words] = mapped_column(comment="that the lead prefers, ISO 639-1; empty: any")
    members: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), comment="users.id in turn, as far as they may work")
    last_member: Mapped[UUID | None] = mapped_column(
        Uuid, comment="who was given the last lead: the next one is after them"
    )
    is_active: Mapped[Yes]
    __table_args__ = (one_of("kind", ["round_robin"]), {"info": LOCAL})
