"""Changes of many leads that the person made: how far they are, what was refused and why, stop and undo."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from aurum_data.actions import lead_bulk as actions
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.bulk_changes import PAGE_ROWS, BulkChange, get_change, latest_changes, refusals, results
from aurum_data.rules.identity import Permission
from aurum_data.rules.lead_changes import REFUSALS, RIGHTS, BulkKind, BulkState, Refusal
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.panel import explained, nothing

WATCH_SECONDS = 2
SHOWN, AFTER = "bulk_change_shown", "bulk_change_after"
_WORDS: dict[str, Callable[[BulkChange], str]] = {
    BulkKind.STATUS: lambda change: f"Status to {label(change.arguments['to']).lower()}",
    BulkKind.ASSIGN: lambda change: f"Assigned to {fmt.plain(change.person or 'nobody')}",
    BulkKind.TAG: lambda change: f"Tag {fmt.plain(change.arguments['tag'])} added",
    BulkKind.UNTAG: lambda change: f"Tag {fmt.plain(change.arguments['tag'])} taken off",
    BulkKind.DUPLICATE: lambda _: "Marked as duplicates",
    BulkKind.DEACTIVATE: lambda _: "Deactivated",
    BulkKind.RESTORE: lambda _: "Restored",
}


def bulk_changes_button(actor: Actor) -> None:
    """A button for people who may change leads; it opens the list of their changes."""
    if any(actor.may(right) for right in RIGHTS.values()) and st.button(
        "Bulk changes", icon=":material/checklist:", key="bulk_changes"
    ):
        show_change(None)
        _bulk_changes()


@st.dialog("Bulk changes", width="large", on_dismiss="rerun")
def _bulk_changes() -> None:
    guard(Permission.LEADS_READ)
    _latest()


@st.fragment(run_every=WATCH_SECONDS)
def _latest() -> None:
    """The person's latest changes, or one of them with its leads."""
    actor = guard(Permission.LEADS_READ, timer=True)
    with explained("Bulk changes"):
        if shown_change() is not None:
            if st.button("All bulk changes", icon=":material/arrow_back:", type="tertiary"):
                show_change(None)
                st.rerun(scope="fragment")
            _one(actor)
            return
        changes = get_database().query(actor, latest_changes, _person(actor))
        if not changes:
            nothing("You have not changed many leads at once yet. Select some in the list.")
        for change in changes:
            with st.container(border=True):
                _head(change)
                with st.container(horizontal=True):
                    _stop_or_undo(actor, change)
                    asked = st.button(
                        "Results", key=f"bulk_results_{change.id}", icon=":material/list:", type="tertiary"
                    )
                if asked:
                    show_change(change.id)
                    st.rerun(scope="fragment")


def show_change(operation_id: UUID | None) -> None:
    """Let the next dialog show this change, from its first lead on; None: all changes."""
    st.session_state[SHOWN], st.session_state[AFTER] = operation_id, []


def shown_change() -> UUID | None:
    """The change that the open dialog shows."""
    return st.session_state.get(SHOWN)


@st.fragment(run_every=WATCH_SECONDS)
def watched_change() -> None:
    """The shown change with its leads, on its way to the end."""
    actor = guard(Permission.LEADS_READ, timer=True)
    with explained("Bulk changes"):
        _one(actor)


def _head(change: BulkChange) -> None:
    """What it is, and how far it is."""
    undo = "Undo: " if change.is_undo else ""
    st.markdown(f"**{undo}{_WORDS[change.kind](change)}** · {fmt.instant(change.created_at)}")
    if change.is_open:
        st.progress((change.done_count + change.refused_count) / change.lead_count, text=_standing(change))
    else:
        st.markdown(_standing(change))


def _stop_or_undo(actor: Actor, change: BulkChange) -> None:
    """The button for what can still be done about it."""
    if change.is_open and st.button("Stop", key=f"bulk_stop_{change.id}", icon=":material/stop_circle:"):
        _stop(change.id)
    may_undo = change.can_be_undone and actor.may(RIGHTS[BulkKind(change.kind)])
    if may_undo and st.button("Undo", key=f"bulk_undo_{change.id}", icon=":material/undo:"):
        _undo(change)


def _standing(change: BulkChange) -> str:
    """How many were changed, refused and left, in words."""
    words = [f"{change.done_count:,} of {change.lead_count:,} leads changed"]
    if change.refused_count:
        words.append(f"{change.refused_count:,} refused")
    if change.left and not change.is_open:
        words.append(f"{change.left:,} left as they were")
    ends = {
        BulkState.WAITING: "waiting for the worker",
        BulkState.STOPPED: "stopped",
        BulkState.FAILED: "ended by an error of ours, which is in the error log",
    }
    end = ends.get(BulkState(change.state))
    return ", ".join([*words, *([end] if end else []), *(["undone since"] if change.undone else [])]) + "."


def _stop(operation_id: UUID) -> None:
    actor = guard(Permission.LEADS_READ)
    with explained("Stop"):
        with get_database().write(actor) as session:
            actions.stop(session, actor, operation_id=operation_id)
        st.rerun(scope="fragment")


def _undo(change: BulkChange) -> None:
    actor = guard(RIGHTS[BulkKind(change.kind)])
    with explained("Undo"):
        with get_database().write(actor) as session:
            show_change(actions.undo(session, actor, operation_id=change.id))
        st.rerun(scope="fragment")


def _one(actor: Actor) -> None:
    """The shown change, and its leads: those that were refused, or all if none was."""
    change = get_database().query(actor, get_change, _person(actor), shown_change())
    _head(change)
    _stop_or_undo(actor, change)
    if change.is_open and not change.refused_count:
        return
    pages: list[int] = st.session_state.setdefault(AFTER, [])
    outcome = "refused" if change.refused_count else None
    found = get_database().query(
        actor,
        results,
        user_id=_person(actor),
        operation_id=change.id,
        outcome=outcome,
        after=pages[-1] if pages else 0,
    )
    if outcome:
        _refusals(actor, change)
    tbl.table(
        found.assign(
            name=found["full_name"].fillna("No name"),
            result=[_result(*row) for row in found[["outcome", "refusal", "changed_by"]].itertuples(index=False)],
            status=found["status"].map(label),
        ),
        {
            "name": tbl.text("Lead", width=140),
            "result": tbl.text("Result", width=330),
            "status": tbl.text("Status now", width=95),
            "assigned_name": tbl.text("Assigned to now", width=130),
        },
        alt="What became of the leads of this change",
        height="content" if len(found) < 8 else 320,
        empty="No lead to show.",
    )
    with st.container(horizontal=True):
        if pages and st.button("Previous leads", key="bulk_earlier", icon=":material/chevron_left:"):
            st.session_state[AFTER] = pages[:-1]
            st.rerun(scope="fragment")
        if len(found) == PAGE_ROWS and st.button("Next leads", key="bulk_later", icon=":material/chevron_right:"):
            st.session_state[AFTER] = [*pages, int(found["position"].iloc[-1])]
            st.rerun(scope="fragment")


def _refusals(actor: Actor, change: BulkChange) -> None:
    """Why how many were left as they are."""
    counts = get_database().query(actor, refusals, user_id=_person(actor), operation_id=change.id)
    st.caption("  \n".join(f"{count:,} refused: {REFUSALS[Refusal(why)]}" for why, count in counts.items()))


def _person(actor: Actor) -> UUID:
    assert actor.user_id is not None  # noqa: S101 - screens are for people
    return actor.user_id


def _result(outcome: str | None, refusal: str | None, changed_by: str | None) -> str:
    """What became of one lead, in words."""
    if not isinstance(outcome, str):
        return "Not reached"
    if outcome == "done":
        return "Changed"
    reason = REFUSALS[Refusal(refusal)]
    return f"{changed_by} changed this lead after you chose it." if isinstance(changed_by, str) else reason
