"""The list of leads, or the selected ones, as a file: what goes into it, then a link that fetches it once."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.list_downloads import ask_download
from aurum_data.actions.reveals import LONGEST_REASON
from aurum_data.database import get_database
from aurum_data.downloads.columns import COLUMNS
from aurum_data.queries.lead_filter import LeadFilter, LeadSort
from aurum_data.queries.lead_filter_json import to_json
from aurum_data.queries.leads import Count, count_leads
from aurum_data.rules.downloads import FETCH_MINUTES, LARGEST_XLSX, FileFormat
from aurum_data.rules.identity import Permission
from pages.parts.confirm import confirmed
from pages.parts.guard import guard
from pages.parts.lead_columns import in_a_file
from pages.parts.lead_list import total_text
from pages.parts.lead_selection import selected
from pages.parts.panel import explained

LEAD_LIST = "/download/leads/"
_FORMATS = {FileFormat.CSV: "CSV", FileFormat.XLSX: "Excel (XLSX)", FileFormat.PARQUET: "Parquet"}
_HELP = f"CSV and Parquet take any number of leads; a workbook takes {LARGEST_XLSX:,}. Parquet is for programs."


def list_download(actor: Actor, chosen: LeadFilter, sort: LeadSort, columns: tuple[str, ...]) -> None:
    """A button for people who take lists out; it opens the dialog. `columns`: those of the list, in their order."""
    if actor.may(Permission.LEADS_EXPORT) and st.button(
        "Download", icon=":material/download:", type="tertiary", key="download_list"
    ):
        _ask(chosen, sort, columns)


@st.dialog("Download the list", width="medium")
def _ask(chosen: LeadFilter, sort: LeadSort, shown: tuple[str, ...]) -> None:
    actor = guard(Permission.LEADS_EXPORT)
    with explained("Download the list"):
        chosen, total = _which(actor, chosen)
        may_open = actor.may(Permission.LEADS_READ_PII)
        in_clear = may_open and st.toggle(
            "With phone numbers and emails", help="Else they are masked. It is recorded, with your reason."
        )
        if in_clear and not confirmed(actor):
            return
        with st.form("download", border=False):
            picked = st.segmented_control(
                "Format", list(_FORMATS), default=FileFormat.CSV, format_func=_FORMATS.__getitem__, help=_HELP
            )
            columns = st.multiselect(
                "Columns",
                list(COLUMNS),
                default=in_a_file(shown),
                format_func=lambda name: COLUMNS[name].title,
                help="As in the list, in their order. Take some away, or add others at the end.",
            )
            reason = st.text_input("Reason", max_chars=LONGEST_REASON) if in_clear else ""
            sent = st.form_submit_button("Prepare the file", type="primary")
        if not sent:
            return
        with get_database().write(actor) as session:
            asked = ask_download(
                session, actor, filter=to_json(chosen), sort_by=sort.by, descending=sort.descending,
                file_format=FileFormat(picked or FileFormat.CSV), columns=columns, about=total.value,
                in_clear=in_clear, reason=reason,
            )  # fmt: skip
        st.link_button("Download now", f"{LEAD_LIST}{asked}", icon=":material/download:", type="primary")
        st.caption(
            f"Good once, for {FETCH_MINUTES} minutes. The file says at its end which filters it has, as of when and "
            "for whom; one without that end broke off on the way."
        )


def _which(actor: Actor, chosen: LeadFilter) -> tuple[LeadFilter, Count]:
    """The filter of the file, and how many leads that is: the selected ones if there are any, or all that match."""
    picked = selected()
    if picked:
        both = {True: f"The {total_text(Count(len(picked), exact=True))} selected", False: "All that match the filters"}
        if st.radio("Which leads", list(both), format_func=both.__getitem__, horizontal=True):
            return LeadFilter(leads=tuple(picked), include_inactive=True), Count(len(picked), exact=True)
    total = get_database().query(actor, count_leads, chosen)
    st.markdown(f"The file will hold **{total_text(total)}**: all that match the filters.")
    return chosen, total
