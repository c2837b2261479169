"""Messages to a person."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.inbox import mark_read, tell
from aurum_data.rules.identity import Role
from tests.actions.test_second_factor import signed_in


def unread(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT title FROM inbox_messages WHERE read_at IS NULL ORDER BY title")))


def test_a_person_marks_one_or_all_of_their_own(session: Session):
    dana, _ = signed_in(session, "dana", Role.SALES)
    erin, _ = signed_in(session, "erin", Role.SALES)
    for actor, titles in ((dana, "ABC"), (erin, "D")):
        for title in titles:
            assert actor.user_id is not None
            tell(session, actor.user_id, title=title, body="News")
    first = session.scalar(text("SELECT id FROM inbox_messages WHERE title = 'A'"))
    mark_read(session, erin, message_id=first)
    assert unread(session) == ["A", "B", "C", "D"]
    mark_read(session, dana, message_id=first)
    assert unread(session) == ["B", "C", "D"]
    mark_read(session, dana)
    assert unread(session) == ["D"]
