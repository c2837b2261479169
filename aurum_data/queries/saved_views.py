"""Saved views of the list of leads, what a person set for themselves, and what a copied link opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.errors import Invalid, NotFound
from aurum_data.queries.lead_filter import LeadFilter, LeadSort, SortKey
from aurum_data.queries.lead_filter_json import from_json, to_json
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

_VIEWS = text("""
    SELECT v.id, v.view_name, v.owner_id = :user_id AS is_mine, u.full_name AS owner_name, v.is_shared, v.is_pinned,
           v.default_for_role, v.definition, v.version, c.full_name AS changed_name, v.updated_at
    FROM saved_views v JOIN users u ON u.id = v.owner_id LEFT JOIN users c ON c.id = v.changed_by
    WHERE v.page = 'leads' AND (v.owner_id = :user_id OR v.is_shared)
    ORDER BY v.owner_id <> :user_id, lower(v.view_name), v.id
""")
_SETTINGS = text("SELECT columns, start_view_ref FROM list_settings WHERE user_ref = :user_id AND page = 'leads'")
_LINK = text("""
    SELECT definition, search_encrypted FROM list_links
    WHERE id = :link_id AND page = 'leads' AND expires_at > now()
""")


@dataclass(frozen=True, kw_only=True)
class LeadView:
    """A view of the list: its filter, order and columns. No columns: those that the person chose, or the usual ones.

    The filter is not settled (periods stay named, "me" is whoever looks), and a saved one holds no search text.
    """

    filter: LeadFilter = field(default_factory=LeadFilter)
    sort: LeadSort = field(default_factory=LeadSort)
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class SavedView:
    """A view that the person may choose; `read_view` reads its definition."""

    view_id: UUID
    name: str
    is_mine: bool
    owner_name: str
    is_shared: bool
    is_pinned: bool
    default_for_role: str | None
    definition: dict[str, Any]
    version: int
    changed_name: str | None
    changed_at: datetime


@dataclass(frozen=True)
class MyViews:
    """The views that a person may choose, their own first, and what they set: columns and the view to start with."""

    views: list[SavedView]
    columns: tuple[str, ...]
    start: UUID | None

    def find(self, view_id: UUID | None) -> SavedView | None:
        """The view with this id; None: not there, or not shared with this person (any more)."""
        return next((view for view in self.views if view.view_id == view_id), None)

    def first(self, roles: frozenset[str]) -> SavedView | None:
        """The view to start with: the person's own choice, else the default of a role they hold."""
        defaults = sorted((view for view in self.views if view.default_for_role in roles), key=_role)
        return self.find(self.start) or next(iter(defaults), None)


def _role(view: SavedView) -> str:
    return view.default_for_role or ""


def write_view(view: LeadView) -> dict[str, Any]:
    """What `read_view` reads; the search text is left out."""
    return {
        "filter": to_json(replace(view.filter, search="")),
        "sort": {"by": str(view.sort.by), "descending": view.sort.descending},
        "columns": list(view.columns),
    }


def read_view(definition: Mapping[str, Any]) -> LeadView:
    """The view that `write_view` wrote. Raises Invalid for anything that it would not have written."""
    try:
        sort, columns = definition["sort"], definition["columns"]
        by, descending = SortKey(sort["by"]), sort["descending"]
        known = (set(definition), set(sort)) == ({"filter", "sort", "columns"}, {"by", "descending"})
        chosen = from_json(definition["filter"])
    except (KeyError, TypeError, ValueError):
        known = False
    if not (known and isinstance(descending, bool) and isinstance(columns, list)) or chosen.search:
        raise Invalid("This view was saved in a form that is not known any more. Delete it and save a new one.")
    if not all(isinstance(column, str) for column in columns):
        raise Invalid("This view names its columns in a form that is not known any more.")
    return LeadView(filter=chosen, sort=LeadSort(by, descending), columns=tuple(columns))


@needs(Permission.LEADS_READ)
def my_views(session: Session, *, user_id: UUID | None) -> MyViews:
    """The views that a person owns or that are shared, and their settings."""
    views = [
        SavedView(
            row.id,
            row.view_name,
            row.is_mine,
            row.owner_name,
            row.is_shared,
            row.is_pinned,
            row.default_for_role,
            row.definition,
            row.version,
            row.changed_name,
            row.updated_at,
        )
        for row in session.execute(_VIEWS, {"user_id": user_id})
    ]
    own = session.execute(_SETTINGS, {"user_id": user_id}).one_or_none()
    return MyViews(views, tuple(own.columns or ()) if own else (), own.start_view_ref if own else None)


@needs(Permission.LEADS_READ)
def open_link(session: Session, link_id: UUID) -> LeadView:
    """What a copied link opens, its search text included: on the primary, since the replica's reader sees no
    ciphertext. Raises NotFound when it has run out or never was."""
    row = session.execute(_LINK, {"link_id": link_id}).one_or_none()
    if row is None:
        raise NotFound("This link has run out, or its view is no longer shared. Ask for a new link.")
    view = read_view(row.definition)
    if row.search_encrypted is None:
        return view
    searched = get_keyring().open(SealedField.LINK_SEARCH, link_id, bytes(row.search_encrypted))
    return replace(view, filter=replace(view.filter, search=searched))
