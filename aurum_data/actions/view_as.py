"""Trying how the application looks to a role: read-only, and never more than the administrator may see themselves."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.errors import Invalid, NotFound
from aurum_data.rules.identity import Permission

_VIEW = text("""
    UPDATE sign_in_sessions SET viewing_as = r.role_name
    FROM roles r WHERE r.role_name = :role AND sign_in_sessions.id = :session_id RETURNING viewing_as
""")
_LEAVE = text("""
    UPDATE sign_in_sessions SET viewing_as = NULL
    WHERE id = :session_id AND user_ref = :user_id AND viewing_as IS NOT NULL RETURNING old.viewing_as
""")


def view_as(session: Session, actor: Actor, *, role: str) -> None:
    """From the next click on, show this session what a role sees; nothing can be changed meanwhile.

    Raises NotAllowed, Invalid without a signed-in session, NotFound.
    """
    require(session, actor, Permission.USERS_WRITE)
    if actor.session_id is None:
        raise Invalid("Only somebody who is signed in can try another view.")
    if session.scalar(_VIEW, {"role": role, "session_id": actor.session_id}) is None:
        raise NotFound("There is no such role.")
    audit(session, actor, "identity:view_as:start", "role", role)


def leave_view(session: Session, actor: Actor) -> None:
    """Go back to one's own rights. Needs none, for none may be left; without another view nothing happens."""
    left = session.scalar(_LEAVE, {"session_id": actor.session_id, "user_id": actor.user_id})
    if left is not None:
        audit(session, actor, "identity:view_as:end", "role", left)
