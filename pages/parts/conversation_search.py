"""Search in conversations: what was said, with what was searched for marked. The question never reaches the address."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.errors import TooSlow
from aurum_data.queries.conversation_search import HITS, LONGEST_QUESTION, Hit, search_messages
from aurum_data.rules.ai import Sender
from pages.parts import format as fmt
from pages.parts.lead_labels import label
from pages.parts.panel import nothing

_HIT = "border-left:2px solid rgba(128,128,128,.35);padding:0 0 .95rem .85rem;margin:0 0 0 .25rem;font-size:.9rem"
_QUIET = "opacity:.78;font-size:.8rem"
_MARK = "background:rgba(230,170,40,.35);color:inherit;font-weight:600;border-radius:2px;padding:0 .1em"
HELP = 'Words, "exact phrases", or, and -words that must not occur. Forms of a word are found too: save, saving, saved.'


def search_view(actor: Actor) -> None:
    """The search box and the newest messages that match."""
    question = st.text_input(
        "Search conversations", max_chars=LONGEST_QUESTION, help=HELP, icon=":material/search:", key="said"
    )
    if not question.strip():
        nothing("Type what was said, such as: battery, or: roof -rent.")
        return
    try:
        hits = get_database().query(actor, search_messages, question=question)
    except TooSlow:
        raise TooSlow("Too many messages hold these words: add another word, or a phrase in quotes.") from None
    if not hits:
        nothing("No message matches. Try another word.")
        return
    st.caption(f"The newest {HITS} messages that match" if len(hits) >= HITS else _count(len(hits)))
    st.html(f'<ol style="list-style:none;padding:0;margin:0">{"".join(_item(hit) for hit in hits)}</ol>')


def _count(hits: int) -> str:
    return "1 message matches" if hits == 1 else f"{hits} messages match"


def _item(hit: Hit) -> str:
    """One hit as HTML; every value is escaped here."""
    who = "Lead" if hit.sender == Sender.LEAD else "Agent"
    signs = [who, label(hit.message_type), *(label(sign) for sign in (hit.intent, hit.sentiment) if sign)]
    return (
        f'<li style="{_HIT}"><div style="{_QUIET}">{escape(fmt.instant(hit.created_at))} · '
        f'<a href="/leads?lead={hit.lead_id}" target="_self">{escape(hit.full_name or "No name")}</a></div>'
        f'<div style="overflow-wrap:anywhere">{_marked(hit.snippet)}</div>'
        f'<div style="{_QUIET}">{escape(" · ".join(signs))}</div></li>'
    )


def _marked(snippet: Sequence[tuple[str, bool]]) -> str:
    return "".join(
        f'<mark style="{_MARK}">{escape(piece)}</mark>' if is_hit else escape(piece) for piece, is_hit in snippet
    )
