"""What is refused before anything of ours, or of Streamlit's, runs: unknown host names, foreign pages, closed doors."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from aurum_data.settings import get_settings

# Streamlit's own: figures about all visitors, and an interface for programs. Both would answer strangers.
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
SAFE_METHODS = frozenset({"GET", "HEAD"})
# A name that points at this machine cannot be made to point elsewhere, or the other way round.
OF_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


class KnownHosts(TrustedHostMiddleware):
    """ASGI middleware: only the names in AURUM_ALLOWED_HOSTS are answered (no DNS rebinding, no forged links)."""

    def __init__(self, app: ASGIApp) -> None:
        settings = get_settings()
        names = [*settings.allowed_hosts, settings.host, *OF_THIS_MACHINE] if settings.allowed_hosts else ["*"]
        super().__init__(app, allowed_hosts=names, www_redirect=False)


class Gate:
    """ASGI middleware: no changes and no live connections for pages of other sites; closed doors stay closed.

    A cookie with SameSite=Strict still goes along with a request from another port of the same host, and a
    live connection is not bound by the browser's rules for other requests. So the origin decides.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or refuse one request or connection."""
        if scope["type"] == "http" and scope["path"].startswith(CLOSED):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        elif scope["type"] in {"http", "websocket"} and not _own_page(scope):
            await PlainTextResponse("Only pages of this site may do this.", 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _own_page(scope: Scope) -> bool:
    """Whether the request may have been made by one of our own pages, or is none that needs to be.

    A program that is no browser says no origin; it has no cookie of anybody's either. Only live connections,
    which nothing but our page opens, must say one.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if scope["type"] == "http":
        if scope["method"] in SAFE_METHODS:
            return True
        if headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return False
        if origin is None:
            return True
    return urlsplit(origin or "").netloc == headers.get("host")
