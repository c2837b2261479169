"""How people arrange their lists: saved views, links to a list, and what each person set for themselves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import LOCAL, REFERENCE, Base, Created, Instant, Json, Key, No, Sealed, Word


class SavedView(Base):
    """A named view of a list: filters, columns, sort. Private unless shared."""

    __tablename__ = "saved_views"
    id: Mapped[Key]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    page: Mapped[Word]
    view_name: Mapped[Word]
    definition: Mapped[Json]
    is_shared: Mapped[No]
    is_pinned: Mapped[No] = mapped_column(comment="a button above the list, for everybody who sees the view")
    default_for_role: Mapped[Word | None] = mapped_column(
        comment="people of this role start with it, unless they chose another"
    )
    created_at: Mapped[Created]
    updated_at: Mapped[Created]
    __table_args__ = (
        UniqueConstraint("owner_id", "page", "view_name"),
        CheckConstraint("default_for_role IS NULL OR is_shared", name="default_is_shared"),
        Index("ix_saved_views_shared", "page", "view_name", postgresql_where=text("is_shared")),
        Index(
            "uq_saved_views_default_for_role",
            "page",
            "default_for_role",
            unique=True,
            postgresql_where=text("default_for_role IS NOT NULL"),
        ),
        {"info": REFERENCE},
    )


class ListLink(Base):
    """What a copied link opens: a list as somebody saw it. The address holds the id and nothing else."""

    __tablename__ = "list_links"
    id: Mapped[Key]
    page: Mapped[Word]
    definition: Mapped[Json] = mapped_column(comment="as of a saved view")
    search_encrypted: Mapped[Sealed | None] = mapped_column(comment="what was searched: a name, a phone, an email")
    created_by: Mapped[UUID] = mapped_column(Uuid)
    created_at: Mapped[Created]
    expires_at: Mapped[Instant]
    __table_args__ = (Index("ix_list_links_expires_at", "expires_at"), {"info": LOCAL})


class ListSettings(Base):
    """What a person set for themselves on a list."""

    __tablename__ = "list_settings"
    user_ref: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    page: Mapped[Word] = mapped_column(primary_key=True)
    columns: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="in their order; null: the usual ones")
    start_view_ref: Mapped[UUID | None] = mapped_column(Uuid, comment="saved_views.id that they start with")
    updated_at: Mapped[Created]
    __table_args__ = ({"info": LOCAL},)
