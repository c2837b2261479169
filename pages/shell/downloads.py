"""Downloads. Each is a route that asks who is there and what they may; what leaves is written down.

Not `st.download_button`: that holds the whole file in memory, at an address that answers without a cookie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from aurum_data.actions.core import Actor
from aurum_data.actions.imports import download_rejected_rows, rejected_rows_csv
from aurum_data.actions.list_downloads import begin_download
from aurum_data.clock import NEW_YORK, now
from aurum_data.database import get_database
from aurum_data.downloads.leads import lead_file
from aurum_data.errors import AurumError, ConfirmationNeeded, NotAllowed, NotFound, ReadOnly, UserError
from aurum_data.rules.downloads import FileFormat
from aurum_data.security.sessions import SESSION_COOKIE, find_actor
from pages.parts.figure_download import FIGURE, START, fetch
from pages.parts.guard import note_denied
from pages.parts.import_history import REJECTED_ROWS
from pages.parts.lead_download import LEAD_LIST

_STATUS: list[tuple[type[AurumError], int]] = [
    (NotAllowed, 403), (ConfirmationNeeded, 403), (ReadOnly, 503), (NotFound, 404), (UserError, 400), (AurumError, 503),
]  # fmt: skip


_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.PARQUET: "application/vnd.apache.parquet",
}


# Each link once: it stays in the page, and another may come beside it.
_START = """for (const link of document.querySelectorAll("a[data-aurum-download]")) {
  link.removeAttribute("data-aurum-download");
  link.click();
}
"""


async def rejected_rows(request: Request) -> Response:
    """The refused rows of an import, as CSV."""
    batch_id: UUID = request.path_params["batch_id"]

    def file(actor: Actor) -> Response:
        with get_database().write(actor) as session:
            found = download_rejected_rows(session, actor, batch_id=batch_id)
        rows = rejected_rows_csv(get_database().read_primary, batch_id=batch_id)
        return _streamed(rows, "text/csv; charset=utf-8", _file_name(found.file_name))

    return await _answer(request, file, "download of refused rows")


async def lead_list(request: Request) -> Response:
    """A list of leads that was asked for on the Leads screen."""
    download_id: UUID = request.path_params["download_id"]

    def file(actor: Actor) -> Response:
        database = get_database()
        with database.write(actor) as session:
            asked = begin_download(session, actor, download_id=download_id)
        name = f"leads-{now().astimezone(NEW_YORK):%Y-%m-%d-%H%M}.{asked.file_format}"
        return _streamed(_begun(lead_file(database, actor, asked)), _TYPES[asked.file_format], name)

    return await _answer(request, file, "download of a list")


async def figure(request: Request) -> Response:
    """The rows of a figure that were asked for beside it."""
    key: UUID = request.path_params["key"]

    def file(actor: Actor) -> Response:
        found = fetch(actor, key)
        return _streamed(iter([found.content]), _TYPES[found.file_format], found.name)

    return await _answer(request, file, "download of a figure")


async def start_script(_request: Request) -> Response:
    """The lines that begin a download which was just offered; a file, since the policy forbids inline scripts."""
    return Response(_START, media_type="text/javascript", headers={"Cache-Control": "max-age=86400"})


async def _answer(request: Request, file: Callable[[Actor], Response], what: str) -> Response:
    """The file, for somebody who is signed in and may have it; else a sentence."""
    actor = await run_in_threadpool(_who, request)
    if actor is None:
        return PlainTextResponse("Sign in, then try again.", 401)
    try:
        return await run_in_threadpool(file, actor)
    except AurumError as error:
        if isinstance(error, NotAllowed):
            await run_in_threadpool(note_denied, actor, what)
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        return PlainTextResponse(error.message, status)


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, the first of them made already: what refuses it is said in a sentence, not by a file cut short."""
    first = next(filter(None, pieces), b"")
    return chain([first], pieces)


def _streamed(pieces: Iterator[bytes], media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def _who(request: Request) -> Actor | None:
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    with get_database().read_primary() as session:
        return find_actor(session, token, address=request.client.host if request.client else None)


def _file_name(uploaded: str) -> str:
    """A harmless name that still tells which file it was: an uploaded one may hold anything."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", uploaded.rpartition(".")[0] or uploaded).strip("-")[:60]
    return f"refused-rows-{stem or 'import'}.csv"


DOWNLOADS = [
    Route(REJECTED_ROWS + "{batch_id:uuid}", rejected_rows),
    Route(LEAD_LIST + "{download_id:uuid}", lead_list),
    Route(FIGURE + "{key:uuid}", figure),
    Route(START, start_script),
]
