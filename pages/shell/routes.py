"""What the application answers over plain HTTP beside Streamlit: sign-in cookies, sign-out, one-time links, health.

Sign-in ends here because only an HTTP answer can set a cookie that scripts cannot read. The ticket comes by
POST, so that it is in no address, history or log. A one-time link comes in a mail and so by address: it is moved into
a cookie at once and not spent, since mail programs look at links too.
"""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from aurum_data.actions.identity import SignedIn, redeem_ticket, sign_out
from aurum_data.database import get_database
from aurum_data.errors import AurumError
from aurum_data.security.devices import DEVICE_COOKIE, DEVICE_DAYS
from aurum_data.security.sessions import NONCE_COOKIE, SESSION_COOKIE
from aurum_data.security.tokens import new_token
from aurum_data.settings import get_settings
from pages.shell.single_sign_on import forget_identity

SEE_OTHER = 303
LINK_COOKIE = "aurum_link"
LINK_MINUTES = 15
WELCOME = "/welcome"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")
# A path of ours with its filters; never another host ("//host", "/\\host").
_OWN_PATH = re.compile(r"/[A-Za-z0-9_-]{0,40}(\?[A-Za-z0-9_.~%+&=-]{0,1000})?")
_SUBMIT = 'document.querySelector("form[data-aurum-submit]")?.submit();\n'


async def complete(request: Request) -> Response:
    """Change the ticket of a finished sign-in for the session cookie, and go on to the page asked for."""
    form = await request.form()
    signed_in = await run_in_threadpool(
        _redeem,
        str(form.get("ticket", "")),
        request.cookies.get(NONCE_COOKIE, ""),
        request.cookies.get(DEVICE_COOKIE),
        _address(request),
        request.headers.get("user-agent"),
    )
    if signed_in is None:
        return RedirectResponse("/", SEE_OTHER)
    onward = str(form.get("next", "/"))
    response = RedirectResponse(onward if _OWN_PATH.fullmatch(onward) else "/", SEE_OTHER)
    _set_cookie(response, SESSION_COOKIE, signed_in.session, get_settings().session_hours * 3600)
    _set_cookie(response, DEVICE_COOKIE, signed_in.device, DEVICE_DAYS * 86_400)
    forget_identity(request, response)
    return response


def _redeem(ticket: str, nonce: str, device: str | None, address: str | None, agent: str | None) -> SignedIn | None:
    if not ticket:
        return None
    with get_database().write(None) as session:
        return redeem_ticket(session, ticket=ticket, nonce=nonce, device=device, address=address, user_agent=agent)


def _set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    """A cookie that no script reads and no other site makes the browser send."""
    secure = get_settings().secure_cookies
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")


async def link(request: Request) -> Response:
    """Take a one-time link out of the address bar: its token into a cookie, the browser to the page that spends it.

    A browser without a device cookie gets one, worth nothing until the link is spent.
    """
    response = RedirectResponse(WELCOME, SEE_OTHER, {"Cache-Control": "no-store"})
    token = request.query_params.get("token", "")
    if _TOKEN.fullmatch(token):
        _set_cookie(response, LINK_COOKIE, token, LINK_MINUTES * 60)
    if DEVICE_COOKIE not in request.cookies:
        _set_cookie(response, DEVICE_COOKIE, new_token(), DEVICE_DAYS * 86_400)
    return response


async def leave(request: Request) -> Response:
    """End the session of this browser's cookie, and the cookie. Posts from other sites carry none."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        await run_in_threadpool(_sign_out, token, _address(request))
    response = RedirectResponse("/", SEE_OTHER)
    response.delete_cookie(SESSION_COOKIE, path="/")
    forget_identity(request, response)
    return response


async def not_me(request: Request) -> Response:
    """Forget what the identity provider said of this browser, and go back to the account page."""
    response = RedirectResponse("/account", SEE_OTHER)
    forget_identity(request, response)
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
    Route("/auth/forget-identity", not_me, methods=["POST"]),
    Route("/auth/link", link, methods=["GET"]),
    Route("/auth/sign-out", leave, methods=["POST"]),
    Route("/auth/submit.js", submit_script),
    Route("/healthz", healthz),
    Route("/readyz", readyz),
]
