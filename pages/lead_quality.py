"""Lead quality: how scores develop and whether buyers agree with them; what is said in conversations."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.rules.identity import Permission
from pages.parts.conversation_search import search_view
from pages.parts.guard import guard
from pages.parts.panel import explained
from pages.parts.quality_conversations import conversations_view
from pages.parts.quality_scores import scores_view

# A view: who may open it, and what draws it.
VIEWS: dict[str, tuple[Permission, Callable[[Actor], None]]] = {
    "Scores": (Permission.AI_READ, scores_view),
    "Conversations": (Permission.AI_READ, conversations_view),
    "Search": (Permission.LEADS_READ, search_view),
}


def page() -> None:
    """The screen: one of the views that the person may open."""
    actor = guard(Permission.AI_READ)
    st.title("Lead quality", anchor=False)
    views = {name: draw for name, (permission, draw) in VIEWS.items() if actor.may(permission)}
    chosen = st.segmented_control(
        "View", list(views), default=next(iter(views)), required=True, key="view", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    with explained(f"Lead quality: {chosen}"):
        views[chosen](actor)
