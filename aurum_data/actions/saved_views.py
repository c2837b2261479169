"""Saving, sharing and choosing views of the list of leads, and links to it.

A view's definition is what queries/saved_views.py writes and reads; here it is kept as it is.
A shared view is changed by its owner, and by administrators. Whoever changes a view says which version of it they
saw: two people, or one in two tabs, never overwrite each other unseen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam
from uuid_utils.compat import uuid7

from aurum_data.actions.core import Actor, audit, require
from aurum_data.clock import NEW_YORK
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
    INSERT INTO saved_views (owner_id, page, view_name, definition, is_shared, changed_by)
    VALUES (:owner_id, 'leads', :name, :definition, :is_shared, :owner_id)
    ON CONFLICT (owner_id, page, view_name) DO NOTHING RETURNING id
""").bindparams(bindparam("definition", type_=JSONB))
_VIEW = text("""
    SELECT id, version, owner_id, view_name, definition, is_shared, is_pinned, default_for_role, changed_by, updated_at
    FROM saved_views
    WHERE id = :view_id AND page = 'leads' AND (owner_id = :user_id OR is_shared) FOR UPDATE
""")
_NAME_TAKEN = text("""
    SELECT EXISTS (SELECT FROM saved_views
                   WHERE owner_id = :owner_id AND page = 'leads' AND view_name = :name AND id <> :view_id)
""")
# Each counts one version more, and says by whom.
_CHANGE = "UPDATE saved_views SET {sets}, version = version + 1, changed_by = :user_id, updated_at = now()"
_ONE = "WHERE id = :view_id RETURNING version"
_DEFINE = text(f"{_CHANGE.format(sets='definition = :definition')} {_ONE}").bindparams(
    bindparam("definition", type_=JSONB)
)
_RENAME = text(f"{_CHANGE.format(sets='view_name = :name')} {_ONE}")
_SHARE = text(f"{_CHANGE.format(sets='is_shared = :is_shared')} {_ONE}")
_PIN = text(f"{_CHANGE.format(sets='is_pinned = :is_pinned')} {_ONE}")
_DEFAULT = text(f"{_CHANGE.format(sets='default_for_role = :role')} {_ONE}")
_END_DEFAULT = text(
    f"{_CHANGE.format(sets='default_for_role = NULL')}"
    " WHERE page = 'leads' AND default_for_role = :role AND id <> :view_id"
)
_NAME_OF = text("SELECT full_name FROM users WHERE id = :user_id")
_DELETE = text("DELETE FROM saved_views WHERE id = :view_id")
_ROLE_KNOWN = text("SELECT EXISTS (SELECT FROM roles WHERE role_name = :role)")
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


def change_view(session: Session, actor: Actor, *, view_id: UUID, version: int, definition: dict[str, Any]) -> int:
    """Give a view another filter, order and columns; gives its new version.

    Raises NotAllowed, NotFound, Invalid; Conflict when it is no longer the version that the actor saw, as all below.
    """
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id, version)
    _fit(definition)
    changed = _change(session, actor, _DEFINE, view_id, definition=definition)
    audit(session, actor, "views:view:change", "saved_view", view_id, before=view.definition, after=definition)
    return changed


def rename_view(session: Session, actor: Actor, *, view_id: UUID, version: int, name: str) -> int:
    """Give a view another name; gives its new version.

    Raises NotAllowed, NotFound, Invalid; Conflict, also for a name its owner uses already.
    """
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id, version)
    name = _named(name)
    if session.scalar(_NAME_TAKEN, {"owner_id": view.owner_id, "name": name, "view_id": view_id}):
        raise Conflict("There is a view of this name already.")
    changed = _change(session, actor, _RENAME, view_id, name=name)
    audit(session, actor, "views:view:rename", "saved_view", view_id, before=view.view_name, after=name)
    return changed


def share_view(session: Session, actor: Actor, *, view_id: UUID, version: int, is_shared: bool) -> int:
    """Show a view to everybody who may read leads, or to its owner alone again; gives its new version.

    Raises NotAllowed, NotFound; Conflict, also while people of a role start with it.
    """
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id, version)
    if not is_shared:
        _refuse_while_default(view)
    changed = _change(session, actor, _SHARE, view_id, is_shared=is_shared)
    audit(session, actor, "views:view:share", "saved_view", view_id, name=view.view_name, shared=is_shared)
    return changed


def pin_view(session: Session, actor: Actor, *, view_id: UUID, version: int, is_pinned: bool) -> int:
    """Put a view above the list, for everybody who sees it, or take it away there; gives its new version.

    Raises NotAllowed, NotFound, Conflict.
    """
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id, version)
    changed = _change(session, actor, _PIN, view_id, is_pinned=is_pinned)
    audit(session, actor, "views:view:pin", "saved_view", view_id, name=view.view_name, pinned=is_pinned)
    return changed


def delete_view(session: Session, actor: Actor, *, view_id: UUID, version: int) -> None:
    """Delete a view. Raises NotAllowed, NotFound; Conflict, also while people of a role start with it."""
    require(session, actor, Permission.LEADS_READ)
    view = _changeable(session, actor, view_id, version)
    _refuse_while_default(view)
    session.execute(_DELETE, {"view_id": view_id})
    audit(
        session, actor, "views:view:delete", "saved_view", view_id, name=view.view_name, definition=view.definition
    )  # fmt: skip


def set_role_default(session: Session, actor: Actor, *, view_id: UUID, version: int, role: str | None) -> int:
    """Have people of a role start with a shared view, unless they chose one themselves; None: no longer.

    Another view that was the role's default is so no longer. Gives the view's new version. Raises NotAllowed,
    NotFound, Invalid, Conflict.
    """
    require(session, actor, Permission.USERS_WRITE)
    view = _changeable(session, actor, view_id, version)
    if role is not None:
        if not view.is_shared:
            raise Conflict("Share this view first: people of the role could not see it.")
        if not session.scalar(_ROLE_KNOWN, {"role": role}):
            raise Invalid("There is no such role.")
        session.execute(_END_DEFAULT, {"role": role, "view_id": view_id, "user_id": actor.user_id})
    changed = _change(session, actor, _DEFAULT, view_id, role=role)
    audit(session, actor, "views:default:set", "saved_view", view_id, before=view.default_for_role, after=role)
    return changed


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


def _changeable(session: Session, actor: Actor, view_id: UUID, version: int) -> Row[Any]:
    """A view that the actor may change, as they saw it, locked."""
    view = _seen(session, actor, view_id)
    if view.owner_id != actor.user_id:
        try:
            require(session, actor, Permission.USERS_WRITE)
        except NotAllowed:
            raise NotAllowed("Its owner or an administrator changes this view. Save it as a new one instead.") from None
    if view.version != version:
        raise Conflict(_what_changed(session, actor, view))
    return view


def _what_changed(session: Session, actor: Actor, view: Row[Any]) -> str:
    who = "You" if view.changed_by == actor.user_id else session.scalar(_NAME_OF, {"user_id": view.changed_by})
    where = " in another tab" if who == "You" else ""
    at = f"{view.updated_at.astimezone(NEW_YORK):%b %-d, %H:%M} ET"
    return (
        f"{who or 'Somebody'} changed this view{where} ({at}). Nothing was saved: open it again to see it as it is "
        "now, or save yours as a new view."
    )


def _change(session: Session, actor: Actor, statement: TextClause, view_id: UUID, **values: Any) -> int:
    version: int = session.scalars(statement, values | {"view_id": view_id, "user_id": actor.user_id}).one()
    return version


def _refuse_while_default(view: Row[Any]) -> None:
    if view.default_for_role is not None:
        raise Conflict(
            f"People with the role {view.default_for_role} start with this view: an administrator must end that first."
        )
