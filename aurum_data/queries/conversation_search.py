"""Search in what was said in conversations, through the text index on content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.errors import Invalid
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

LONGEST_QUESTION = 200
HITS = 50
WINDOW = 2_000
LIMIT_MS = 1_000
# What marks a hit in a snippet; removed from the content first, so that nobody else can write them.
STARTS, ENDS = "\x02", "\x03"

_LIMIT = text("SELECT set_config('statement_timeout', :limit, true)")
_NODES = text("SELECT numnode(websearch_to_tsquery('english', :question))")
_FIELDS = "m.lead_id, m.id, m.created_at, m.sender, m.message_type, m.intent, m.sentiment, m.content"
_MATCH = "to_tsvector('english', m.content) @@ websearch_to_tsquery('english', :question)"
# Words that many messages have are found among the newest; words that few have, through the index. The planner
# cannot tell the two apart, so the newest are tried first.
_NEWEST = f"""
    SELECT * FROM (SELECT {_FIELDS} FROM lead_conversations m ORDER BY m.created_at DESC LIMIT :window) m
    WHERE {_MATCH} ORDER BY m.created_at DESC, m.id DESC LIMIT :limit
"""  # noqa: S608 - parts of our own
_ALL = f"""
    WITH found AS MATERIALIZED (SELECT m.lead_id, m.id, m.created_at FROM lead_conversations m WHERE {_MATCH}),
    top AS (SELECT lead_id, id FROM found ORDER BY created_at DESC, id DESC LIMIT :limit)
    SELECT {_FIELDS} FROM top JOIN lead_conversations m ON m.lead_id = top.lead_id AND m.id = top.id
"""  # noqa: S608 - parts of our own
_SNIPPETS = """
    SELECT m.lead_id, l.full_name, m.created_at, m.sender, m.message_type, m.intent, m.sentiment,
           ts_headline('english', translate(m.content, :marks, ''), websearch_to_tsquery('english', :question),
                       :options) AS snippet
    FROM ({hits}) m JOIN leads l ON l.id = m.lead_id
    ORDER BY m.created_at DESC, m.id DESC
"""
_SEARCHES = [text(_SNIPPETS.replace("{hits}", hits)) for hits in (_NEWEST, _ALL)]
_OPTIONS = f'StartSel="{STARTS}", StopSel="{ENDS}", MaxWords=40, MinWords=20, ShortWord=0'


@dataclass(frozen=True)
class Hit:
    """A message that matches. `snippet`: its pieces of plain text, and whether each is what was searched for."""

    lead_id: UUID
    full_name: str | None
    created_at: datetime
    sender: str
    message_type: str
    intent: str | None
    sentiment: str | None
    snippet: tuple[tuple[str, bool], ...]


@needs(Permission.LEADS_READ)
def search_messages(session: Session, *, question: str, limit: int = HITS) -> list[Hit]:
    """The newest messages that match, as search engines read a question: words, "phrases", or, -without.

    Raises Invalid for a question without a word that can be searched, TooSlow (through the database module) when the
    words are in too many messages that are not new.
    """
    question = question.replace("\x00", "").strip()
    if len(question) > LONGEST_QUESTION:
        raise Invalid(f"The search may have at most {LONGEST_QUESTION} characters.")
    if not session.scalar(_NODES, {"question": question}):
        raise Invalid("There is no word in this that can be searched: words like 'the' and 'and' are left out.")
    session.execute(_LIMIT, {"limit": str(LIMIT_MS)})
    values = {"question": question, "limit": limit, "marks": STARTS + ENDS, "options": _OPTIONS}
    found = session.execute(_SEARCHES[0], values | {"window": WINDOW}).all()
    if len(found) < limit:
        found = session.execute(_SEARCHES[1], values).all()
    return [_hit(row) for row in found]


def _hit(row: Row[Any]) -> Hit:
    values = row._asdict()
    return Hit(**values | {"snippet": _pieces(values["snippet"])})


def _pieces(snippet: str) -> tuple[tuple[str, bool], ...]:
    """The snippet, cut at its marks."""
    pieces: list[tuple[str, bool]] = []
    for part in snippet.split(STARTS):
        hit, ends, rest = part.partition(ENDS)
        pieces += [(hit, True), (rest, False)] if ends else [(hit, False)]
    return tuple((piece, is_hit) for piece, is_hit in pieces if piece)
