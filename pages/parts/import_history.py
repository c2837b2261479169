"""The files of leads that were taken in: what became of their rows, the refused ones, and the way back."""

from __future__ import annotations

from typing import Any

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.imports import undo_import
from aurum_data.database import get_database
from aurum_data.queries.imports import latest_imports
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.panel import explained

REJECTED_ROWS = "/download/rejected-rows/"
_SAID = "import_history_said"
_STATES = {
    "loading": "Not finished: the same file again goes on",
    "completed": "Taken in",
    "failed": "Failed",
    "undone": "Undone",
}


def import_history(actor: Actor) -> None:
    """One line per file, newest first; one that is chosen can be undone."""
    if said := st.session_state.pop(_SAID, None):
        st.toast(said, icon=":material/undo:")
    imports = get_database().query(actor, latest_imports)
    links = REJECTED_ROWS + imports["batch_id"].astype(str)
    chosen = tbl.pick_rows(
        imports.assign(
            state=imports["status"].map(_STATES).mask(imports["is_running"], "Loading"),
            by=imports["imported_by"].fillna("Command line"),
            refused_rows=links.where(imports["has_rejected_rows"], None),
        ),
        {  # as wide as a window of 1,280 pixels has room for
            "file_name": tbl.text("File", width=152),
            "started_at": tbl.instant("Began (ET)", width=134),
            "by": tbl.text("By", width=80),
            "state": tbl.text("State", width=66),
            "landed_count": tbl.number("Landed", width=60, help="Landed and refused are all rows of the file."),
            "duplicate_count": tbl.number("Duplicates", width=76),
            "unsellable_count": tbl.number("Unsellable", width=74),
            "rejected_count": tbl.number("Refused", width=62),
            "refused_rows": tbl.link("Rows", display_text="Download", width=78, help="The refused ones, as CSV."),
        },
        alt="The latest imports, newest first",
        key=f"imports_{hash(tuple(imports['batch_id'])):x}",  # a choice never stays on another file's row
        empty="No file of leads was taken in yet.",
    )
    if chosen and st.button("Undo this import", icon=":material/undo:"):
        _undo(imports.iloc[chosen[0]].to_dict())
    st.caption(
        "Refused rows hold personal data in the clear and are kept for a month. Who downloads them is recorded; "
        "it needs a sign-in or confirmation of the last ten minutes."
    )


@st.dialog("Undo an import")
def _undo(batch: dict[str, Any]) -> None:
    actor = guard(Permission.LEADS_IMPORT)
    count, name = batch["landed_count"], fmt.plain(batch["file_name"])
    leads = "lead" if count == 1 else f"{fmt.number(count)} leads"
    st.write(f"The {leads} of {name} will be deactivated, if nobody worked on any since.")
    if st.button("Undo", type="primary"):
        with explained("Undo an import"), st.spinner("Deactivating the leads. A large file takes some minutes."):
            with get_database().write(actor) as session:
                undone = undo_import(session, actor, batch_id=batch["batch_id"])
            said = "1 lead is" if undone == 1 else f"{fmt.number(undone)} leads are"
            st.session_state[_SAID] = f"Undone: {said} deactivated."
            st.rerun()
