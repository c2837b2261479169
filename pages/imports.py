"""Imports: take a file of leads in, step by step, and see what became of the earlier ones."""

from __future__ import annotations

import streamlit as st

from aurum_data.rules.identity import Permission
from pages.parts.guard import guard
from pages.parts.import_file import import_steps
from pages.parts.import_history import import_history
from pages.parts.panel import panel


def page() -> None:
    """The screen."""
    actor = guard(Permission.LEADS_IMPORT)
    st.title("Imports", anchor=False)
    with panel("Take a file in", note="CSV or XLSX, as advertising platforms, CRMs and spreadsheets write them."):
        import_steps()
    with panel("Files taken in", note="The latest 30. A file is known by its content: again, it changes nothing."):
        import_history(actor)
