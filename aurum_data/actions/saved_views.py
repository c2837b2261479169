"""Saving, sharing and choosing views of the list of leads, and links to it.

A view's definition is what queries/saved_views.py writes and reads; here it is kept as it is.
A shared view is changed by its owner, and by administrators.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam
from uuid_utils.compat import uuid7

from aurum_data.actions.core import Actor, audit, require
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import Permission
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

LONGEST_NAME = 60
MOST_VIEWS = 100  # of one person
LARGEST_DEFINITION = 20_000  # characters
MOST_COLUMNS = 50
LONGEST_SEARCH = 1_000
LINK_DAYS = 90

_COUNT = text("SELECT count(*) FROM saved_views WHERE owner_id = :owner_id AND page = 'leads'")
_SAVE = text("""
    INSERT INTO saved_views (owner_id, page, view_name, definition, is_shared)
    VALUES (:owner_id, 'leads', :name, :definition, :is_shared)
    ON CONFLICT (owner_id, page, view_name) DO NOTHING RETURNING id
""").bindparams(bindparam("definition", type_=JSONB))
_VIEW = text("""
    SELECT id, owner_id, view_name, definition, is_shared, is_pinned, default_for_role FROM saved_views
    WHERE id = :view_id AND page = 'leads' AND (owner_id = :user_id OR is_shared) FOR UPDATE
""")
_NAME_TAKEN = text("""
    SELECT EXISTS (SELECT FROM saved_views
                   WHERE owner_id = :owner_id AND page = 'leads' AND view_name = :name AND id <> :view_id)
""")
_DEFINE = text("UPDATE saved_views SET definition = :definition, updated_at = now() WHERE id = :view_id").bindparams(
    bindparam("definition", type_=JSONB)
)
_RENAME = text("UPDATE saved_views SET view_name = :name, updated_at = now() WHERE id = :view_id")
_SHARE = text("UPDATE saved_views SET is_shared = :is_shared, updated_at = now() WHERE id = :view_id")
_PIN = text("UPDATE saved_views SET is_pinned = :is_pinned, updated_at = now() WHERE id = :view_id")
_DELETE = text("DELETE FROM saved_views WHERE id = :view_id")
_ROLE_KNOWN = text("SELECT EXISTS (SELECT FROM roles WHERE role_name = :role)")
_END_DEFAULT = text("""
    UPDATE saved_views SET default_for_role = NULL, updated_at = now()
    WHERE page = 'leads' AND default_for_role = :role AND id <> :view_id
""")
_DEFAULT = text("UPDATE saved_views SET default_for_role = :role, updated_at = now() WHERE id = :view_id")
_START_WITH = text("""
    INSERT INTO list_settings (user_ref, page, start_view_ref) VALUES (:user_id, 'leads', :view_id)
    ON CONFLICT (user_ref, page) DO UPDATE SET start_view_ref = excluded.start_view_ref, updated_at = now()
""")
_COLUMNS = text("""
    INSERT INTO list_settings (user_ref, page, columns) VALUES (:user_id, 'leads', :columns)
    ON CONFLICT (user_ref, page) DO UPDATE SET columns = excluded.columns, updated_at = now()
""")
_LINK = text("""
    INSERT INTO list_links (id, page, definition, search_encrypted, created_by, expires_at)
    VALUES (:link_id, 'leads', :definition, :search, :user_id, now() + make_interval(days => :days))
""").bindparams(bindparam("definition", type_=JSONB))


def save_view(session: Session, actor: Actor, *, name: str, definition: dict[str, Any], is_shared: bool) -> UUID:
    """Save a new view of the actor's own and give its id. Raises NotAllowed, Invalid, Conflict for a taken name."""
    require(session, actor, Permission.LEADS_READ)
    name = _named(name)
    _fit(definition)
    if (session.scalar(_COUNT, {"owner_id": actor.user_id}) or 0) >= MOST_VIEWS:
        raise Conflict(f"You have {MOST_VIEWS} views: delete one that you do not need any more.")
    values = {"owner_id": actor.user_id, "name": name, "definition": definition, "is_shared": is_shared}
    view_id: UUID | None = session.scalar(_SAVE, values)
    if view_id is None:
        raise Conflict("You have a view of this name already.")
    audit(session, actor, "views:view:save", "saved_view", view_id, name=name, shared=is_shared, definition=definition)
    return view_id


def change_view(session: Session, actor: Actor, *, view_id: UUID, definition: dict[str, Any]) -> None:
    """Give a view another filter, order and columns. Raises NotAllowed, NotFound, Invalid."""
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id)
    _fit(definition)
    session.execute(_DEFINE, {"view_id": view_id, "definition": definition})
    audit(session, actor, "views:view:change", "saved_view", view_id, before=view.definition, after=definition)


def rename_view(session: Session, actor: Actor, *, view_id: UUID, name: str) -> None:
    """Give a view another name. Raises NotAllowed, NotFound, Invalid, Conflict for a name its owner uses already."""
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id)
    name = _named(name)
    if session.scalar(_NAME_TAKEN, {"owner_id": view.owner_id, "name": name, "view_id": view_id}):
        raise Conflict("There is a view of this name already.")
    session.execute(_RENAME, {"view_id": view_id, "name": name})
    audit(session, actor, "views:view:rename", "saved_view", view_id, before=view.view_name, after=name)


def share_view(session: Session, actor: Actor, *, view_id: UUID, is_shared: bool) -> None:
    """Show a view to everybody who may read leads, or to its owner alone again.

    Raises NotAllowed, NotFound, Conflict while people of a role start with it.
    """
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id)
    if not is_shared:
        _refuse_while_default(view)
    session.execute(_SHARE, {"view_id": view_id, "is_shared": is_shared})
    audit(session, actor, "views:view:share", "saved_view", view_id, name=view.view_name, shared=is_shared)


def pin_view(session: Session, actor: Actor, *, view_id: UUID, is_pinned: bool) -> None:
    """Put a view above the list, for everybody who sees it, or take it away there. Raises NotAllowed, NotFound."""
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id)
    session.execute(_PIN, {"view_id": view_id, "is_pinned": is_pinned})
    audit(session, actor, "views:view:pin", "saved_view", view_id, name=view.view_name, pinned=is_pinned)


def delete_view(session: Session, actor: Actor, *, view_id: UUID) -> None:
    """Delete a view. Raises NotAllowed, NotFound, Conflict while people of a role start with it."""
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id)
    _refuse_while_default(view)
    session.execute(_DELETE, {"view_id": view_id})
    audit(
        session, actor, "views:view:delete", "saved_view", view_id, name=view.view_name, definition=view.definition
    )  # fmt: skip


def set_role_default(session: Session, actor: Actor, *, view_id: UUID, role: str | None) -> None:
    """Have people of a role start with a shared view, unless they chose one themselves; None: no longer.

    Another view that was the role's default is so no longer. Raises NotAllowed, NotFound, Invalid, Conflict.
    """
    require(session, actor, Permission.USERS_WRITE)
    view = _changeable(session, actor, view_id)
    if role is not None:
        if not view.is_shared:
            raise Conflict("Share this view first: people of the role could not see it.")
        if not session.scalar(_ROLE_KNOWN, {"role": role}):
            raise Invalid("There is no such role.")
        session.execute(_END_DEFAULT, {"role": role, "view_id": view_id})
    session.execute(_DEFAULT, {"role": role, "view_id": view_id})
    audit(session, actor, "views:default:set", "saved_view", view_id, before=view.default_for_role, after=role)


def start_with(session: Session, actor: Actor, *, view_id: UUID | None) -> None:
    """Choose the view that the actor starts with; None: the one of their role. Raises NotAllowed, NotFound."""
    require(session, actor, Permission.LEADS_READ)
    if view_id is not None:
        _seen(session, actor, view_id)
    session.execute(_START_WITH, {"user_id": actor.user_id, "view_id": view_id})


def choose_columns(session: Session, actor: Actor, *, columns: Sequence[str]) -> None:
    """Remember the columns of the actor's lists, in their order; none: the usual ones. Raises NotAllowed, Invalid."""
    require(session, actor, Permission.LEADS_READ)
    if len(columns) > MOST_COLUMNS or any(len(column) > LONGEST_NAME for column in columns):
        raise Invalid("These are more columns than a list has.")
    session.execute(_COLUMNS, {"user_id": actor.user_id, "columns": list(columns) or None})


def make_link(session: Session, actor: Actor, *, definition: dict[str, Any], search: str) -> UUID:
    """Keep a list as the actor sees it for `LINK_DAYS`, and give the id by which others open it.

    What was searched may be a name or a phone number: it is kept encrypted. Raises NotAllowed, Invalid.
    """
    require(session, actor, Permission.LEADS_READ)
    _fit(definition)
    link_id, search = uuid7(), search.replace("\x00", "")[:LONGEST_SEARCH]
    sealed = get_keyring().seal(SealedField.LINK_SEARCH, link_id, search) if search else None
    values = {"link_id": link_id, "definition": definition, "search": sealed, "user_id": actor.user_id}
    session.execute(_LINK, values | {"days": LINK_DAYS})
    audit(session, actor, "views:link:make", "list_link", link_id, definition=definition, searched=bool(search))
    return link_id


def _named(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"Name the view in at most {LONGEST_NAME} characters.")
    return name


def _fit(definition: dict[str, Any]) -> None:
    if len(json.dumps(definition)) > LARGEST_DEFINITION:
        raise Invalid("This is more than a view can hold: choose fewer values.")


def _seen(session: Session, actor: Actor, view_id: UUID) -> Row[Any]:
    """A view that the actor owns or that is shared, locked."""
    view = session.execute(_VIEW, {"view_id": view_id, "user_id": actor.user_id}).one_or_none()
    if view is None:
        raise NotFound("There is no such view any more, or it is no longer shared.")
    return view


def _changeable(session: Session, actor: Actor, view_id: UUID) -> Row[Any]:
    """A view that the actor may change, locked."""
    view = _seen(session, actor, view_id)
    if view.owner_id != actor.user_id:
        try:
            require(session, actor, Permission.USERS_WRITE)
        except NotAllowed:
            raise NotAllowed("Its owner or an administrator changes this view. Save it as a new one instead.") from None
    return view


def _refuse_while_default(view: Row[Any]) -> None:
    if view.default_for_role is not None:
        raise Conflict(
            f"People with the role {view.default_for_role} start with this view: an administrator must end that first."
        )
