"""How people arrange their lists: saved views, links to a list, and what each person set for themselves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import LOCAL, REFERENCE, Base, Created, Instant, Json, Key, No, Sealed, Word, one_of
from aurum_data.rules.downloads import FileFormat


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
    version: Mapped[int] = mapped_column(server_default=text("1"), comment="changed only by whoever saw this one")
    changed_by: Mapped[UUID | None] = mapped_column(Uuid, comment="users.id of the last change")
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


class ListDownload(Base):
    """A list that a person takes out as a file: what they asked for, and how it ended."""

    __tablename__ = "list_downloads"
    id: Mapped[Key]
    user_ref: Mapped[UUID] = mapped_column(Uuid)
    created_at: Mapped[Created]
    file_format: Mapped[Word]
    filter: Mapped[Json] = mapped_column(comment="without what was searched")
    search_encrypted: Mapped[Sealed | None] = mapped_column(comment="what was searched: a name, a phone, an email")
    sort_by: Mapped[Word]
    descending: Mapped[bool]
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    in_clear: Mapped[No] = mapped_column(comment="with phone numbers and emails")
    reason: Mapped[Word | None]
    started_at: Mapped[Instant | None] = mapped_column(comment="when it was fetched: once")
    finished_at: Mapped[Instant | None]
    row_count: Mapped[int | None]
    is_complete: Mapped[bool | None] = mapped_column(comment="false: broken off on the way")
    __table_args__ = (
        one_of("file_format", FileFormat),
        Index("ix_list_downloads_user", "user_ref", "created_at"),
        {"info": LOCAL},
    )
