"""Access: people and their rights, machine keys, security events, and the switches that freeze the application."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.rules.identity import Permission
from pages.parts.access_encryption import encryption_view
from pages.parts.access_events import events_view
from pages.parts.access_freeze import freeze_view
from pages.parts.access_keys import keys_view
from pages.parts.access_people import people_view
from pages.parts.access_requests import requests_view
from pages.parts.access_rights import rights_view
from pages.parts.access_roles import roles_view
from pages.parts.access_sessions import sessions_view
from pages.parts.guard import guard
from pages.parts.panel import explained

# A view: who may open it, and what draws it.
VIEWS: dict[str, tuple[Permission, Callable[[Actor], None]]] = {
    "People": (Permission.USERS_READ, people_view),
    "Machine keys": (Permission.KEYS_READ, keys_view),
    "Security events": (Permission.USERS_READ, events_view),
    "Roles": (Permission.USERS_READ, roles_view),
    "Rights": (Permission.USERS_READ, rights_view),
    "Requests": (Permission.USERS_READ, requests_view),
    "Sessions": (Permission.USERS_READ, sessions_view),
    "Encryption": (Permission.SYSTEM_READ, encryption_view),
    "Freeze": (Permission.SYSTEM_WRITE, freeze_view),
}


def page() -> None:
    """The screen: one of the views that the person may open."""
    actor = guard(Permission.USERS_READ)
    st.title("Access", anchor=False)
    views = {name: draw for name, (permission, draw) in VIEWS.items() if actor.may(permission)}
    chosen = st.segmented_control(
        "View", list(views), default=next(iter(views)), required=True, key="view", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    with explained(f"Access: {chosen}"):
        views[chosen](actor)
