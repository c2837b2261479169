"""What the application answers over plain HTTP beside Streamlit: the sign-in cookie, sign-out, health.

Sign-in ends here because only an HTTP answer can set a cookie that scripts cannot read. The ticket comes by
POST, so that it is in no address, history or log.
"""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from aurum_data.actions.identity import redeem_ticket, sign_out
from aurum_data.database import get_database
from aurum_data.errors import AurumError
from aurum_data.security.sessions import NONCE_COOKIE, SESSION_COOKIE
from aurum_data.settings import get_settings

SEE_OTHER = 303
# A path of ours with its filters; never another host ("//host", "/\\host").
_OWN_PATH = re.compile(r"/[A-Za-z0-9_-]{0,40}(\?[A-Za-z0-9_.~%+&=-]{0,1000})?")
_SUBMIT = 'document.querySelector("form[data-aurum-submit]")?.submit();\n'


async def complete(request: Request) -> Response:
    """Change the ticket of a finished sign-in for the session cookie, and go on to the page asked for."""
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
    """End the session of this browser's cookie, and the cookie. Posts from other sites carry none."""
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
    state = {"primary": "ok", "replica": "ok"}
    try:
        database = get_database()
        if database.status().source != "replica":
            state["replica"] = "not in use"
        with database.read_primary() as session:
            session.connection()
    except AurumError:
        state["primary"] = "does not answer"
    return state


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


async def unavailable(_request: Request, error: AurumError) -> Response:
    """Answer of a route when it cannot do its work."""
    return PlainTextResponse(error.message, 503)


ROUTES = [
    Route("/auth/complete", complete, methods=["POST"]),
    Route("/auth/sign-out", leave, methods=["POST"]),
    Route("/auth/submit.js", submit_script),
    Route("/healthz", healthz),
    Route("/readyz", readyz),
]
