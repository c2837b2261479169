"""Taking a file of leads in, by the same code as the command line: upload, columns, check, load with progress.

The upload is held in memory and written nowhere, so nothing of it is left behind however the server ends; it is let go
when its load has ended. The load goes on when the tab is closed; how far it came is in the list of imports, and the
same file again goes on where one that was killed stopped.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.errors import Invalid
from aurum_data.intake.columns import Mapping, propose_mapping
from aurum_data.intake.files import FileFacts, inspect_file, read_rows
from aurum_data.intake.header_names import Field, SourceSystem
from aurum_data.intake.load import ImportReport, import_file
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.import_history import REJECTED_ROWS
from pages.parts.panel import explained

UPLOAD, LOADS = "import_upload", "import_loads"  # the file that is being taken in; how many loads were begun
NOT_READ = "Not read"
EXAMPLES = 3
_LABELS = {one.label: one for one in Field}


@dataclass
class Load:
    """A load that was begun: how many rows it has done, and what it says when it is over."""

    rows: int = 0
    ended: Future[ImportReport] = field(default_factory=Future)


@dataclass
class Upload:
    """A file that is being taken in, and how far it came."""

    file_id: str
    name: str
    content: bytes
    facts: FileFacts
    mapping: Mapping
    examples: list[list[str]]
    checked: ImportReport | None = None
    load: Load | None = None


@st.cache_resource
def _loaders() -> ThreadPoolExecutor:
    """Loads run beside the pages, two at a time: more would only wait for each other."""
    return ThreadPoolExecutor(2, thread_name_prefix="import")


def import_steps() -> None:
    """The step that the upload is at, and those before it."""
    actor = guard(Permission.LEADS_IMPORT)
    place = f"import_file_{st.session_state.get(LOADS, 0)}"  # empty again once a load has begun
    uploaded = st.file_uploader("File", type=["csv", "tsv", "txt", "xlsx"], key=place)
    upload: Upload | None = st.session_state.get(UPLOAD)
    if uploaded is None and (upload is None or upload.load is None):
        st.session_state.pop(UPLOAD, None)
        return
    with explained("Read the file"):
        if upload is None or (uploaded is not None and upload.file_id != uploaded.file_id):
            upload = st.session_state[UPLOAD] = _kept(uploaded)
        if upload.load is None:
            _columns(actor, upload)
        if upload.checked is not None:
            _checked(actor, upload, upload.checked)
        if upload.load is not None and upload.load.ended.done():
            with explained("Take the file in"):
                _result(upload.load.ended.result())
        elif upload.load is not None:
            _progress()


def _kept(uploaded: Any) -> Upload:
    """The upload, for this session. Raises Invalid if it is no list."""
    content: bytes = uploaded.getvalue()
    facts = inspect_file(content)
    rows = [row.cells for row, _ in zip(read_rows(content, facts), range(EXAMPLES), strict=False)]
    return Upload(uploaded.file_id, uploaded.name, content, facts, propose_mapping(facts.headers), rows)


def _columns(actor: Actor, upload: Upload) -> None:
    """What each column holds, as proposed; changed by the person; then the check."""
    mapping = upload.mapping
    known = mapping.source_system is not SourceSystem.OTHER
    written_by = f" as {fmt.plain(mapping.source_system.label)} writes it" if known else ""
    st.markdown(f"**Columns** · {upload.facts.format.upper()}{written_by}")
    holds = {header: one for one, header in mapping.fields.items()}
    examples = [
        " · ".join(cells[place] for cells in upload.examples if place < len(cells) and cells[place])[:120]
        for place in range(len(mapping.headers))
    ]
    proposed = pd.DataFrame(
        {
            "header": list(mapping.headers),
            "holds": [holds[header].label if header in holds else NOT_READ for header in mapping.headers],
            "sure": [mapping.confidence[holds[header]] if header in holds else None for header in mapping.headers],
            "examples": examples,
        }
    )
    with st.form("import_columns", border=False):
        edited = st.data_editor(
            proposed,
            hide_index=True,
            disabled=["header", "sure", "examples"],
            column_config={
                "header": tbl.text("Column of the file"),
                "holds": st.column_config.SelectboxColumn("Holds", options=[NOT_READ, *_LABELS], required=True),
                "sure": tbl.percent("Sure", help="100%: a known name; less: understood from its words"),
                "examples": tbl.text("First values", width="large"),
            },
            key=f"columns_{upload.file_id}",
            placeholder=fmt.MISSING,
            alt="The columns of the file, and what each holds",
        )
        sent = st.form_submit_button("Check the file", type="primary")
    if sent:
        upload.checked = None
        upload.mapping = _chosen(mapping, dict(zip(edited["header"], edited["holds"], strict=True)))
        with st.spinner("Reading every row. Nothing is written."):
            upload.checked = import_file(
                get_database(), actor, upload.content, file_name=upload.name, mapping=upload.mapping, dry_run=True
            )
        st.rerun()


def _chosen(mapping: Mapping, holds: dict[str, str]) -> Mapping:
    """The mapping that a person chose. Raises Invalid where two columns are said to hold the same."""
    headers: dict[Field, str | None] = dict.fromkeys(mapping.fields)
    for header, label in holds.items():
        if label == NOT_READ:
            continue
        if headers.get(_LABELS[label]) is not None:
            raise Invalid(f"Two columns are said to hold {label}: choose one of them.")
        headers[_LABELS[label]] = header
    changes = {one: header for one, header in headers.items() if mapping.fields.get(one) != header}
    chosen = mapping.changed(changes)
    chosen.check()
    return chosen


def _checked(actor: Actor, upload: Upload, report: ImportReport) -> None:
    """What the load would do, with the first problems, and the button that begins it."""
    if report.already_imported:
        st.info("This file was taken in before: nothing would change.", icon=":material/info:")
        return
    st.markdown(
        f"**Check** · {fmt.number(report.rows)} rows: {fmt.number(report.landed)} land, of them "
        f"{fmt.number(report.duplicates)} duplicates and {fmt.number(report.not_sellable)} not sellable; "
        f"{fmt.number(report.rejected)} are refused."
    )
    if report.first_problems:
        tbl.table(
            pd.DataFrame([problem._asdict() for problem in report.first_problems]).replace(
                {"field": {str(one): one.label for one in Field} | {"row": "Several"}}
            ),
            {
                "line_number": tbl.number("Line", width=80),
                "field": tbl.text("What does not fit", width="small"),
                "reason": tbl.text("Why it is refused", width="large"),
            },
            alt="The first problems of the file",
        )
    if upload.load is None and report.landed and st.button(
        f"Take in {fmt.number(report.landed)} leads", type="primary", icon=":material/upload:"
    ):  # fmt: skip
        upload.load = _begun(actor, upload)
        _forget(upload.file_id)
        st.rerun()


def _begun(actor: Actor, upload: Upload) -> Load:
    load, database = Load(), get_database()

    def done(rows: int) -> None:
        load.rows = rows

    def run() -> ImportReport:
        try:
            return import_file(
                database, actor, upload.content, file_name=upload.name, mapping=upload.mapping, progress=done
            )
        finally:
            upload.content, upload.examples = b"", []

    load.ended = _loaders().submit(run)
    return load


def _forget(file_id: str) -> None:
    """Streamlit keeps an upload until its session ends, and has no public way to let go of it sooner."""
    st.session_state[LOADS] = st.session_state.get(LOADS, 0) + 1
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file_id)


@st.fragment(run_every=1)
def _progress() -> None:
    """How far the load is. Once it is over the whole screen is drawn again: the list of imports has the file then."""
    guard(Permission.LEADS_IMPORT, timer=True)
    upload: Upload | None = st.session_state.get(UPLOAD)
    if upload is None or upload.load is None or upload.checked is None:
        return
    if upload.load.ended.done():
        st.rerun()
    total = max(upload.checked.rows, 1)
    done = f"{fmt.plain(upload.name)}: {fmt.number(upload.load.rows)} of {fmt.number(total)} rows"
    st.progress(min(upload.load.rows / total, 1.0), done)


def _result(report: ImportReport) -> None:
    refused = f" [Refused rows]({REJECTED_ROWS}{report.batch_id})" if report.rejected else ""
    st.success(
        f"Landed: {fmt.number(report.landed)} leads. Refused: {fmt.number(report.rejected)} rows.{refused}",
        icon=":material/check_circle:",
    )
