"""Pairs of leads that may be the same person, to confirm or dismiss: a view of the Leads screen."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.duplicates import PAGE_PAIRS, PAIRS_CAP, PairCursor, waiting_pairs, waiting_queue
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.duplicate_pair import compare_pair, pair_name, say_what_was_done
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.panel import explained, nothing

VIEW, NAME = "view", "duplicates"  # parameter of the address
BEHIND = "duplicates_behind"  # where the page of the queue begins


def duplicates_button(actor: Actor) -> None:
    """The way from the list to the queue, with the number of pairs that wait."""
    count = get_database().query(actor, waiting_queue).count
    more = "+" if count == PAIRS_CAP else ""
    st.button(f"Duplicates ({fmt.number(count)}{more})", icon=":material/join_inner:", on_click=_open)


def is_queue_asked() -> bool:
    """Whether the address names the queue."""
    return st.query_params.get(VIEW) == NAME


def duplicate_queue(actor: Actor) -> None:
    """The queue on the left, the chosen pair side by side on the right."""
    if st.button("All leads", icon=":material/arrow_back:", type="tertiary"):
        del st.query_params[VIEW]
        st.rerun()
    st.title("Duplicates", anchor=False)
    say_what_was_done()
    with explained("Duplicates"):
        queue = get_database().query(actor, waiting_queue)
        last = f"last on {fmt.instant(queue.as_of)}" if queue.as_of else "which has not been done yet"
        st.caption(f"Every night the leads that came or changed are looked through, {last}.")
        after = st.session_state.get(BEHIND)
        pairs = get_database().query(actor, waiting_pairs, after=after, limit=PAGE_PAIRS + 1)
        if pairs.empty and after is None:
            nothing("No pair of leads waits for a decision.")
            return
        left, right = st.columns([5, 7], gap="medium")
        with left:
            pair = _chosen_pair(pairs.iloc[:PAGE_PAIRS])
            _turning(pairs)
        with right, st.container(border=True), explained("Pair"):
            if pair is not None:
                compare_pair(actor, pair)


def _open() -> None:
    guard(Permission.LEADS_READ)
    st.query_params[VIEW] = NAME
    st.session_state[BEHIND] = None


def _chosen_pair(pairs: pd.DataFrame) -> dict[str, Any] | None:
    """The list of pairs; the first is chosen until another one is. The key changes with the rows."""
    shown = pd.DataFrame(
        {
            "confidence": pairs["confidence"].astype("float64"),
            "who": [pair_name(*names) for names in zip(pairs["older_name"], pairs["younger_name"], strict=True)],
            "why": [", ".join(label(reason).lower() for reason in reasons) for reasons in pairs["reasons"]],
        }
    )
    rows = tbl.pick_rows(
        shown,
        {
            "confidence": tbl.share_bar("Sure", width=85, help="How sure it is that they are one person."),
            "who": tbl.text("Older / younger lead", width=150),
            "why": tbl.text("Why", width=150),
        },
        alt="Pairs that may be duplicates, the surest first",
        key=f"duplicate_pairs_{hash(tuple(pairs['id'])):x}",
        empty="No pair is left on this page.",
    )
    return None if pairs.empty else pairs.iloc[rows[0] if rows else 0].to_dict()


def _turning(pairs: pd.DataFrame) -> None:
    """To the pairs behind these, and back to the surest."""
    more = len(pairs) > PAGE_PAIRS
    if not more and st.session_state.get(BEHIND) is None:
        return
    last = pairs.iloc[PAGE_PAIRS - 1] if more else None
    with st.container(horizontal=True):
        st.button("Surest first", on_click=_turn, args=(None,), disabled=st.session_state.get(BEHIND) is None)
        place = None if last is None else PairCursor(last["confidence"], last["id"])
        st.button("More pairs", on_click=_turn, args=(place,), disabled=not more)


def _turn(place: PairCursor | None) -> None:
    guard(Permission.LEADS_READ)
    st.session_state[BEHIND] = place
