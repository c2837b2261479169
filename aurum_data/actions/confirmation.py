"""Proving again who one is, before a deed that asks for it: the password and, with a second factor, a code.

Two steps, as at sign-in: `begin_password_attempt` counts the try, and what it gives is compared outside any
transaction; `confirm` records how it ended. Tries count against the account like those of a sign-in.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require_self
from aurum_data.actions.identity import Attempt, finish_password_attempt
from aurum_data.actions.second_factor import check_factor

_STANDING = text("SELECT password_hash IS NOT NULL AS password, totp_confirmed_at IS NOT NULL AS second_factor "
                 "FROM users WHERE id = :user_id")  # fmt: skip
_CONFIRM = text("UPDATE sign_in_sessions SET confirmed_at = now() WHERE id = :session_id")


def asked_for(session: Session, actor: Actor) -> tuple[bool, bool]:
    """What the person can prove themselves by: whether they have a password, and a second factor."""
    require_self(session, actor, while_frozen=True)
    row = session.execute(_STANDING, {"user_id": actor.user_id}).one()
    return row.password, row.second_factor


def confirm(
    session: Session,
    actor: Actor,
    attempt: Attempt | None,
    *,
    matches: bool,
    password: str,
    code: str,
    device: str | None = None,
) -> bool:
    """Record how a confirmation ended; if everything fits, this session counts as confirmed for ten minutes.

    `attempt` is None for somebody who has no password and signs in through an identity provider: the code
    alone has to fit then, and there must be a second factor. `device` is the token in the browser's device cookie.
    """
    require_self(session, actor, while_frozen=True)  # whoever releases a switch must confirm
    has_password, has_factor = asked_for(session, actor)
    if actor.user_id is None or (attempt is None and (has_password or not has_factor)):
        return False
    if attempt is not None:
        theirs = matches and attempt.user_id == actor.user_id
        if finish_password_attempt(session, attempt, matches=theirs, password=password) == "wrong":
            return False
    if has_factor and not check_factor(
        session, user_id=actor.user_id, typed=code, device=device, address=actor.address
    ):
        return False
    session.execute(_CONFIRM, {"session_id": actor.session_id})
    audit(session, actor, "identity:session:confirm", "user", actor.user_id)
    return True
