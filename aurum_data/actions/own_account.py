"""What people do with their own account beside password, second factor and sessions."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require_self
from aurum_data.rules.own_account import NOTICE_VERSION

_ACCEPT = text("""
    UPDATE users SET privacy_notice_version = :version, privacy_notice_accepted_at = now(), updated_at = now()
    WHERE id = :user_id
""")


def accept_privacy_notice(session: Session, actor: Actor) -> None:
    """Put on record that the person has read the current notice about data on themselves."""
    require_self(session, actor)
    session.execute(_ACCEPT, {"user_id": actor.user_id, "version": NOTICE_VERSION})
    audit(session, actor, "identity:privacy_notice:accept", "user", actor.user_id, version=NOTICE_VERSION)
