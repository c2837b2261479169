"""Freezing the application, or exports or erasures alone, and releasing it again."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.security_events import record_security_event
from aurum_data.errors import Conflict, Invalid
from aurum_data.rules.freeze import TITLES, Freeze
from aurum_data.rules.identity import Permission
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.rules.typed import typed_text

LONGEST_REASON = 300

_SET = text("""
    UPDATE app_flags SET is_on = :is_on, reason = :reason, changed_by = :user_id, changed_at = now()
    WHERE flag = :flag AND is_on <> :is_on RETURNING flag
""")


def freeze(session: Session, actor: Actor, *, switch: Freeze, reason: str) -> None:
    """Set a switch; everybody sees who did so, and why. Raises Invalid without a reason, Conflict if it is set."""
    _set(session, actor, switch, reason, is_on=True)


def unfreeze(session: Session, actor: Actor, *, switch: Freeze, reason: str = "") -> None:
    """Release a switch; works while everything is frozen. Raises Conflict if it is not set."""
    _set(session, actor, switch, reason, is_on=False)


def _set(session: Session, actor: Actor, switch: Freeze, reason: str, *, is_on: bool) -> None:
    require(session, actor, Permission.SYSTEM_WRITE, fresh=True, while_frozen=True)
    reason = typed_text(reason, "reason", LONGEST_REASON)
    if is_on and not reason:
        raise Invalid("Give a reason: everybody will read it on every page.")
    values = {"flag": switch, "is_on": is_on, "reason": reason or None, "user_id": actor.user_id}
    if session.scalar(_SET, values) is None:
        raise Conflict(f"{TITLES[switch]} is {'on' if is_on else 'off'} already.")
    verb = "freeze" if is_on else "unfreeze"
    audit(session, actor, f"system:switch:{verb}", "app_flag", switch, reason=reason or None)
    record_security_event(
        session,
        SecurityEventKind.FREEZE_CHANGED,
        user_id=actor.user_id,
        address=actor.address,
        switch=switch,
        is_on=is_on,
    )
