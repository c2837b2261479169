"""What the application answers over plain HTTP beside Streamlit: the sign-in cookie, sign-out, health.

Sign-in ends here because only an HTTP answer can set a cookie that scripts cannot read. The form's ticket arrives by
POST, so that it is in no address, history or log.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from aurum_data.actions.identity import redeem_ticket, sign_out
from aurum_data.database import get_database
from aurum_data.errors import AurumError
from aurum_data.queries.system import answers
from aurum_data.security.sessions import NONCE_COOKIE, SESSION_COOKIE
from aurum_data.settings import get_settings

SEE_OTHER = 303
# A path of ours with its filters; never another host ("//host", "/\\host").
_OWN_PATH = re.compile(r"/[A-Za-z0-9_-]{0,40}(\?[A-Za-z0-9_.~%+&=-]{0,1000})?")
_SUBMIT = 'document.querySelector("form[data-aurum-submit]")?.submit();\n'


async def complete(request: Request) -> Response:
    """Change the ticket of a finished sign-in form for the session cookie, and go on to the page asked for."""
    form = await request.form()
    token = await run_in_threadpool(
        _redeem,
        str(form.get("ticket", "")),
        request.cookies.get(NONCE_COOKIE, ""),
        _address(request),
        request.headers.get("user-agent"),
    )
    onward = str(form.get("next", "/"))
    response = RedirectResponse(onward if token and _OWN_PATH.fullmatch(onward) else "/", SEE_OTHER)
    response.delete_cookie(NONCE_COOKIE, path="/")
    if token is None:
        return response
    settings = get_settings()
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return response


def _redeem(ticket: str, nonce: str, address: str | None, user_agent: str | None) -> str | None:
    if not ticket or not nonce:
        return None
    with get_database().write(None) as session:
        return redeem_ticket(session, ticket=ticket, nonce=nonce, address=address, user_agent=user_agent)


async def leave(request: Request) -> Response:
    """End the session of this browser's cookie, and the cookie. Cross-site posts carry no cookie, so do nothing."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        await run_in_threadpool(_sign_out, token, _address(request))
    response = RedirectResponse("/", SEE_OTHER)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def _sign_out(token: str, address: str | None) -> None:
    with get_database().write(None) as session:
        sign_out(session, token=token, address=address)


async def submit_script(_request: Request) -> Response:
    """The one line that posts a hand-over form by itself; a file, since the policy forbids inline scripts."""
    return Response(_SUBMIT, media_type="text/javascript", headers={"Cache-Control": "max-age=86400"})


async def healthz(_request: Request) -> Response:
    """This process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> Response:
    """Both databases answer; 503 when the primary or the replica does not."""
    state = await run_in_threadpool(_readiness)
    return JSONResponse(state, 200 if all(word == "ok" for word in state.values()) else 503)


def _readiness() -> dict[str, str]:
    database = get_database()
    return {
        "primary": _word(lambda: database.primary),
        "replica": "ok" if database.status().source == "replica" else "not used",
    }


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


async def refused(_request: Request, error: Exception) -> Response:
    """Answer of a route when a database is away."""
    message = error.message if isinstance(error, AurumError) else "Not available."
    return Response(message, status_code=503, media_type="text/plain")


ROUTES = [
    Route("/auth/complete", complete, methods=["POST"]),
    Route("/auth/sign-out", leave, methods=["POST"]),
    Route("/auth/submit.js", submit_script),
    Route("/healthz", healthz),
    Route("/readyz", readyz),
]
