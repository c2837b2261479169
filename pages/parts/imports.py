"""The files of leads that were taken in, and a way to the rows that did not fit."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.imports import latest_imports
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.panel import explained

REJECTED_ROWS = "/download/rejected-rows/"


def imports_button(actor: Actor) -> None:
    """A button for people who bring leads in; it opens the list."""
    if actor.may(Permission.LEADS_IMPORT) and st.button("Imports", icon=":material/upload_file:"):
        _imports()


@st.dialog("Imports", width="large")
def _imports() -> None:
    actor = guard(Permission.LEADS_IMPORT)
    with explained("Imports"):
        imports = get_database().query(actor, latest_imports)
        links = REJECTED_ROWS + imports["batch_id"].astype(str)
        tbl.table(
            imports.assign(
                state=imports["status"].map(fmt.label),
                by=imports["imported_by"].fillna("Command line"),
                refused_rows=links.where(imports["has_rejected_rows"], None),
            ),
            {
                "file_name": tbl.text("File", width="medium"),
                "started_at": tbl.instant("Began (ET)"),
                "by": tbl.text("By"),
                "state": tbl.text("State", width="small"),
                "row_count": tbl.number("Rows"),
                "landed_count": tbl.number("Landed"),
                "duplicate_count": tbl.number("Duplicates"),
                "rejected_count": tbl.number("Refused"),
                "refused_rows": tbl.link("Refused rows", display_text="Download"),
            },
            alt="The latest imports, newest first",
            empty="No file of leads was taken in yet.",
        )
        st.caption(
            "Refused rows hold personal data in the clear and are kept for a month. Who downloads them is recorded; "
            "it needs a sign-in or confirmation of the last ten minutes."
        )
