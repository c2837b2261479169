"""Search in conversations: the words in all their forms, newest first, with marked snippets of plain text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.errors import Invalid
from aurum_data.queries import conversation_search
from aurum_data.queries.conversation_search import LONGEST_QUESTION, search_messages
from tests.factories import make_lead, make_model

Say = Callable[..., None]


@pytest.fixture
def say(session: Session) -> Say:
    """Adds a message to the conversation of one lead; each is an hour older than the one before."""
    lead = make_lead(session, first_name="Rosa")
    conversation: UUID = session.scalars(
        text("""
            INSERT INTO ai_conversations (lead_id, ai_model_id, channel, started_at, cost_usd)
            VALUES (:lead, :model, 'sms', now(), 0) RETURNING id
        """),
        {"lead": lead.id, "model": make_model(session).id},
    ).one()
    turns = iter(range(1, 1000))

    def add(content: str) -> None:
        turn = next(turns)
        session.execute(
            text("""
                INSERT INTO lead_conversations (lead_id, session_id, created_at, turn, sender, message_type, content)
                VALUES (:lead, :session, :at, :turn, 'lead', 'question', :content)
            """),
            {"lead": lead.id, "session": conversation, "turn": turn, "content": content,
             "at": now() - timedelta(hours=turn)},
        )  # fmt: skip

    return add


def contents(session: Session, question: str, **more: int) -> list[str]:
    hits = search_messages(session, question=question, **more)
    return ["".join(piece for piece, _ in hit.snippet) for hit in hits]


def marked(session: Session, question: str) -> list[str]:
    return [piece for hit in search_messages(session, question=question) for piece, is_hit in hit.snippet if is_hit]


def test_forms_of_a_word_are_found_and_marked(session: Session, say: Say) -> None:
    say("Would batteries survive a storm?")
    say("No roof questions")
    [hit] = search_messages(session, question="battery")
    assert hit.snippet == (("Would ", False), ("batteries", True), (" survive a storm?", False))
    assert (hit.full_name, hit.sender) == ("Rosa", "lead")


def test_the_newest_come_first_and_no_more_than_asked(session: Session, say: Say) -> None:
    for number in range(4):
        say(f"battery {number}")
    assert contents(session, "battery", limit=3) == ["battery 0", "battery 1", "battery 2"]


def test_old_messages_are_found_beyond_the_window(session: Session, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation_search, "WINDOW", 1)
    say("Something new")
    say("An old battery")
    assert contents(session, "battery") == ["An old battery"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ('"flat roof"', ["A flat roof here"]),
        ("roof -flat", ["The roof is pitched"]),
        ("pitched or flat", ["A flat roof here", "The roof is pitched"]),
        ("'; drop table leads; -- %_\\ \" (", []),
        ("\N{SUN WITH FACE} roof", []),
    ],
)
def test_a_question_is_read_as_search_engines_do(session: Session, say: Say, question: str, found: list[str]) -> None:
    say("A flat roof here")
    say("The roof is pitched")
    assert contents(session, question) == found


def test_markup_in_a_message_is_text_and_marks_of_ours_cannot_be_written(session: Session, say: Say) -> None:
    say("<b>roof</b> \x02fake\x03")
    assert marked(session, "roof") == ["roof"]
    assert "\x02" not in contents(session, "roof")[0]


@pytest.mark.parametrize("question", ["", "   ", "the and of", "\x00", "!!!"])
def test_a_question_without_a_word_is_refused(session: Session, question: str) -> None:
    with pytest.raises(Invalid, match="no word"):
        search_messages(session, question=question)


def test_an_endless_question_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="at most"):
        search_messages(session, question="x" * (LONGEST_QUESTION + 1))


def test_rare_words_go_through_the_text_index(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    values = {"question": "battery", "limit": 50, "marks": "", "options": ""}
    plan = session.scalar(text("EXPLAIN (FORMAT JSON) " + conversation_search._SEARCHES[1].text), values)
    assert "idx_conversation_content_gin" in str(plan)
