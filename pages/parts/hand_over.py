"""Handing the browser over to one of our HTTP routes, which alone can set and remove cookies."""

from __future__ import annotations

import html

import streamlit as st


def post(path: str, doing: str, **fields: str) -> None:
    """Make the browser post a form to one of our routes; the script that submits it is a file of ours."""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items()
    )
    st.html(
        f'<form data-aurum-submit method="post" action="{path}">{hidden}</form>'
        f'<p role="status">{doing}…</p><script src="/auth/submit.js"></script>',
        unsafe_allow_javascript=True,
    )
