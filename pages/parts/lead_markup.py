"""Facts and events of a lead as plain HTML lists. Every value is escaped here; there are no scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from pages.parts import format as fmt

_FACTS = (
    "display:grid;grid-template-columns:minmax(6.5rem,36%) 1fr;gap:.3rem .75rem;margin:0;padding:0;font-size:.9rem;"
    "line-height:1.35"
)
_QUIET = "opacity:.78"
_EVENT = "border-left:2px solid rgba(128,128,128,.35);padding:0 0 .95rem .85rem;margin:0 0 0 .25rem;font-size:.9rem"


def facts(rows: Iterable[tuple[str, str | None]]) -> None:
    """Named values in two columns; those that are missing are left out."""
    shown = [(name, value) for name, value in rows if value and value != fmt.MISSING]
    if not shown:
        st.caption("Nothing is known yet.")
        return
    lines = "".join(
        f'<dt style="{_QUIET};margin:0;padding:0;font-weight:400">{escape(name)}</dt>'
        f'<dd style="margin:0;padding:0;overflow-wrap:anywhere">{escape(value)}</dd>'
        for name, value in shown
    )
    st.html(f'<dl style="{_FACTS}">{lines}</dl>')


def events(rows: Sequence[tuple[str, str, str, str]]) -> None:
    """A list of events: (when, title, body, small print), in the order given."""
    lines = "".join(
        f'<li style="{_EVENT}"><div style="{_QUIET};font-size:.8rem">{escape(when)}</div>'
        f'<div style="font-weight:600">{escape(title)}</div>'
        + (f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{escape(body)}</div>' if body else "")
        + (f'<div style="{_QUIET};font-size:.8rem">{escape(small)}</div>' if small else "")
        + "</li>"
        for when, title, body, small in rows
    )
    st.html(f'<ol style="list-style:none;padding:0;margin:0">{lines}</ol>')
