"""Messages to a person inside the application: written by other actions, marked as read by their owner."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, require_self

_TELL = text("""
    INSERT INTO inbox_messages (user_ref, kind, title, body, link) VALUES (:user_id, :kind, :title, :body, :link)
""")
_READ = text("""
    UPDATE inbox_messages SET read_at = now()
    WHERE user_ref = :user_id AND read_at IS NULL AND (CAST(:message_id AS uuid) IS NULL OR id = :message_id)
""")


def tell(
    session: Session, user_id: UUID, *, title: str, body: str, kind: str = "security", link: str | None = None
) -> None:
    """Put a message into somebody's inbox, in the caller's transaction. No contact data, no secrets."""
    session.execute(_TELL, {"user_id": user_id, "kind": kind, "title": title, "body": body, "link": link})


def mark_read(session: Session, actor: Actor, *, message_id: UUID | None = None) -> None:
    """Mark one of the actor's own messages as read, or all of them. Somebody else's stay as they are."""
    require_self(session, actor)
    session.execute(_READ, {"user_id": actor.user_id, "message_id": message_id})
