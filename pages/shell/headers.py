"""Security headers on every answer, and the nonce that ties a sign-in to one browser."""

from __future__ import annotations

import base64
import hashlib
import re
from http.cookies import SimpleCookie
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aurum_data.security.sessions import NONCE_COOKIE
from aurum_data.security.tokens import new_token
from aurum_data.settings import get_settings

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"


def content_security_policy(index: str) -> str:
    """The policy for Streamlit's page: nothing from other hosts, and of inline scripts only the page's own.

    Their hashes come from the installed page, since they change with Streamlit's version. Inline styles must
    be allowed: Streamlit's style engine writes them.
    """
    inline = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in inline)
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
        ]
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


class SecurityHeaders:
    """ASGI middleware: adds the headers, and gives a browser without a nonce its own with the first page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.secure = get_settings().secure_cookies
        self.headers = {
            "Content-Security-Policy": content_security_policy(INDEX.read_text(encoding="utf-8")),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        if self.secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        # By what is asked for, not what is answered: a page from the browser's cache is a bare 304.
        needs_nonce = "text/html" in asked.get("accept", "") and NONCE_COOKIE not in SimpleCookie(
            asked.get("cookie", "")
        )

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if needs_nonce:
                    headers.append("Set-Cookie", self._nonce_cookie())
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _nonce_cookie(self) -> str:
        secure = "; Secure" if self.secure else ""
        return f"{NONCE_COOKIE}={new_token()}; Path=/; HttpOnly; SameSite=Strict{secure}"
