"""Downloads. Each is a route that asks who is there and what they may, writes it down, and keeps no file.

Not `st.download_button`: that holds the whole file in memory, at an address that answers without a cookie.
"""

from __future__ import annotations

import re
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from aurum_data.actions.core import Actor
from aurum_data.actions.imports import RejectedRows, download_rejected_rows, rejected_rows_csv
from aurum_data.database import get_database
from aurum_data.errors import AurumError, ConfirmationNeeded, NotAllowed, NotFound, ReadOnly, UserError
from aurum_data.security.sessions import SESSION_COOKIE, find_actor
from pages.parts.guard import note_denied
from pages.parts.imports import REJECTED_ROWS

_STATUS: list[tuple[type[AurumError], int]] = [
    (NotAllowed, 403), (ConfirmationNeeded, 403), (ReadOnly, 503), (NotFound, 404), (UserError, 400), (AurumError, 503),
]  # fmt: skip


async def rejected_rows(request: Request) -> Response:
    """The refused rows of an import, as CSV."""
    actor = await run_in_threadpool(_who, request)
    if actor is None:
        return PlainTextResponse("Sign in, then try again.", 401)
    batch_id: UUID = request.path_params["batch_id"]
    try:
        found = await run_in_threadpool(_allowed, actor, batch_id)
    except AurumError as error:
        if isinstance(error, NotAllowed):
            await run_in_threadpool(note_denied, actor, "download of refused rows")
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        return PlainTextResponse(error.message, status)
    rows = rejected_rows_csv(get_database().read_primary, batch_id=batch_id)
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found.file_name)}"'}
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)


def _who(request: Request) -> Actor | None:
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    with get_database().read_primary() as session:
        return find_actor(session, token, address=request.client.host if request.client else None)


def _allowed(actor: Actor, batch_id: UUID) -> RejectedRows:
    with get_database().write(actor) as session:
        return download_rejected_rows(session, actor, batch_id=batch_id)


def _file_name(uploaded: str) -> str:
    """A harmless name that still tells which file it was: an uploaded one may hold anything."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", uploaded.rpartition(".")[0] or uploaded).strip("-")[:60]
    return f"refused-rows-{stem or 'import'}.csv"


DOWNLOADS = [Route(REJECTED_ROWS + "{batch_id:uuid}", rejected_rows)]
