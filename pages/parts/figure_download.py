"""The rows of a panel as a file: a menu beside its title; the file is made when asked for, and fetched once.

The panel is drawn once more while its charts and tables are gathered (parts/figure_tables.py), so the file holds what
is on the screen. It waits in this process, which is also the one that draws for the person, until the browser fetches
it from a route: some rows, for two minutes, for the session that asked.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from time import monotonic
from uuid import UUID, uuid4

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.figure_downloads import download_figure
from aurum_data.clock import NEW_YORK, now
from aurum_data.database import get_database
from aurum_data.downloads.figures import FigureTable, figure_file
from aurum_data.errors import NotFound
from aurum_data.rules.downloads import FileFormat
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt

FIGURE, START = "/download/figures/", "/download/start.js"
FORMATS = {"CSV": FileFormat.CSV, "Excel (XLSX)": FileFormat.XLSX}
ICON_ONLY = 32  # pixels: wide enough for the icons, so that the name is read out and not seen
SECONDS, MOST = 120, 100  # that a file waits, and files that wait at once


@dataclass(frozen=True)
class Download:
    """What the files of a screen's panels say of themselves, and the right that they take.

    `as_of`: when the figures were counted, None: now; `filters`: what was chosen, in words, title -> text.
    """

    screen: str
    actor: Actor
    permission: Permission
    as_of: datetime | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    def also(self, **filters: str) -> Download:
        """The same, with further filters: those of one panel."""
        return replace(self, filters={**self.filters, **filters})


@dataclass(frozen=True)
class Prepared:
    """A file that waits to be fetched."""

    name: str
    file_format: FileFormat
    content: bytes
    user_id: UUID | None
    session_id: UUID | None
    permission: Permission
    until: float


_prepared: OrderedDict[UUID, Prepared] = OrderedDict()
_lock = Lock()


def download_menu(title: str) -> FileFormat | None:
    """The menu of a panel; the format that was chosen on this click."""
    chosen = st.menu_button(
        f"Download {title}", list(FORMATS), key=f"download_{_slug(title)}", icon=":material/download:",
        type="tertiary", help="Download these rows", width=ICON_ONLY, wrap=False,
    )  # fmt: skip
    return FORMATS[chosen] if chosen else None


def send(title: str, download: Download, file_format: FileFormat, tables: Sequence[FigureTable]) -> None:
    """Record that the rows leave, and make the browser fetch them. Raises NotAllowed, ReadOnly."""
    rows = sum(len(table.rows) for table in tables)
    if not rows:
        st.toast("There are no rows to download here.", icon=":material/info:")
        return
    figure, moment = f"{download.screen}: {title}", now()
    about = {
        "Figure": figure,
        **download.filters,
        "Time zone": "America/New_York",
        "As of": fmt.instant(download.as_of or moment),
        "For": download.actor.full_name,
        "Downloaded": fmt.instant(moment),
        "Rows": str(rows),
    }
    with get_database().write(download.actor) as session:
        download_figure(
            session, download.actor, permission=download.permission, figure=figure, filters=download.filters,
            file_format=file_format, rows=rows,
        )  # fmt: skip
    name = f"{_slug(download.screen)}-{_slug(title)}-{moment.astimezone(NEW_YORK):%Y-%m-%d-%H%M}.{file_format}"
    address = FIGURE + str(_keep(name, download, file_format, figure_file(file_format, tables, about)))
    st.html(
        f'<p role="status">Downloading {name}</p><a hidden href="{address}" download data-aurum-download></a>'
        f'<script src="{START}"></script>',
        unsafe_allow_javascript=True,
    )


def _keep(name: str, download: Download, file_format: FileFormat, content: bytes) -> UUID:
    actor, until = download.actor, monotonic() + SECONDS
    key = uuid4()
    with _lock:
        _prepared[key] = Prepared(
            name, file_format, content, actor.user_id, actor.session_id, download.permission, until
        )
        while len(_prepared) > MOST or next(iter(_prepared.values())).until < monotonic():
            _prepared.popitem(last=False)
    return key


def fetch(actor: Actor, key: UUID) -> Prepared:
    """A file that this session asked for, once. Raises NotFound for any other, and when the right is gone."""
    with _lock:
        found = _prepared.get(key)
        if (
            found is None
            or (found.user_id, found.session_id) != (actor.user_id, actor.session_id)
            or not actor.may(found.permission)
            or found.until < monotonic()
        ):
            raise NotFound("This file was fetched before, or asked for too long ago. Ask for it again.")
        return _prepared.pop(key)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
