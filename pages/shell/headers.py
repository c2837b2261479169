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
VERSIONED_FILE = re.compile(r"/app/static/.+_v\d+\.\w+")  # boundaries: no data, and a change gets a new name
_KEEP = "public, max-age=31536000, immutable"
UNUSED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial",
    "usb", "xr-spatial-tracking",
)  # fmt: skip


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
    """ASGI middleware: adds the headers, and gives a browser without a nonce its own with the first page.

    Whatever Streamlit says about caching, other origins and cookies is made as strict as the rest.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.secure = get_settings().secure_cookies
        self.headers = {
            "Content-Security-Policy": content_security_policy(INDEX.read_text(encoding="utf-8")),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
            # Other sites learn nothing of where somebody comes from. Not stricter: without an origin of its own,
            # the form that ends a sign-in could not be told from one of another site.
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
        a_page = "text/html" in asked.get("accept", "")
        needs_nonce = a_page and NONCE_COOKIE not in SimpleCookie(asked.get("cookie", ""))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                for name in [name for name in headers if name.startswith("access-control-")]:
                    del headers[name]
                if "cache-control" not in headers or a_page:
                    headers["Cache-Control"] = _KEEP if _keeps(message["status"], scope["path"]) else "no-store"
                if needs_nonce:
                    headers.append("Set-Cookie", f"{NONCE_COOKIE}={new_token()}; Path=/; HttpOnly; SameSite=Strict")
                if self.secure:
                    message["headers"] = [_secured(name, value) for name, value in message["headers"]]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _keeps(status: int, path: str) -> bool:
    """Whether an answer may be kept. A page holds no data, yet what it shows must not come back after sign-out."""
    return status in {200, 206, 304} and VERSIONED_FILE.fullmatch(path) is not None


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A cookie with the Secure attribute: Streamlit sets it on its own ones only if it has the certificate itself."""
    plain = name.lower() == b"set-cookie" and b"secure" not in (part.strip().lower() for part in value.split(b";"))
    return name, value + b"; Secure" if plain else value
