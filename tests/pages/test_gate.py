"""What is refused before anything runs, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from aurum_data.settings import Settings, get_settings
from pages.shell.gate import CLOSED, Gate, KnownHosts
from pages.shell.headers import SecurityHeaders
from tests.loops import run

HOST = "ops.example.com"


async def answer(request: Request) -> Response:
    """Says what Streamlit may say of cookies, other origins and caching."""
    reply = PlainTextResponse("here")
    reply.headers["Access-Control-Allow-Origin"] = "*"
    reply.headers["Access-Control-Allow-Credentials"] = "true"
    reply.set_cookie("_streamlit_xsrf", "token", samesite="strict")
    if keep := request.query_params.get("keep"):
        reply.headers["Cache-Control"] = keep
    return reply


ANY = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
APPLICATION = Starlette(
    routes=[Route("/{path:path}", answer, methods=ANY)],
    middleware=[Middleware(SecurityHeaders), Middleware(KnownHosts), Middleware(Gate)],
)


def ask(method: str = "GET", path: str = "/", host: str = HOST, **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(APPLICATION)
        async with httpx.AsyncClient(transport=transport, base_url=f"https://{host}") as client:
            return await client.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    APPLICATION.middleware_stack = None  # the settings are read when it is built
    return run(send())


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One host name, behind TLS."""
    monkeypatch.setenv("AURUM_ALLOWED_HOSTS", f"{HOST}, *.lab.example.com")
    monkeypatch.setenv("AURUM_SECURE_COOKIES", "1")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


class TestHosts:
    @pytest.mark.parametrize("host", [HOST, f"{HOST}:8443", "a.lab.example.com", "127.0.0.1:8501", "localhost"])
    def test_named_ones_are_answered(self, production: None, host: str) -> None:
        assert ask(host=host).status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "ops.example.com.evil.example", "lab.example.com"])
    def test_others_are_not(self, production: None, host: str) -> None:
        assert ask(host=host).status_code == 400

    def test_any_name_will_do_where_none_is_set(self) -> None:
        assert ask(host="anything.example").status_code == 200

    @pytest.mark.parametrize("name", ["https://ops.example.com", "ops.example.com:8501", "*"])
    def test_setting_takes_names_only(self, name: str) -> None:
        with pytest.raises(ValueError, match="allowed_hosts"):
            Settings(allowed_hosts=name)  # type: ignore[arg-type]


class TestOrigin:
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
    def test_a_foreign_page_changes_nothing(self, method: str) -> None:
        assert ask(method, origin="https://evil.example").status_code == 403

    def test_another_port_of_the_same_host_is_foreign(self) -> None:
        assert ask("POST", origin=f"https://{HOST}:9999").status_code == 403

    def test_a_page_without_an_origin_of_its_own_is_foreign(self) -> None:
        assert ask("POST", origin="null").status_code == 403

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_what_the_browser_calls_foreign_is(self, site: str) -> None:
        assert ask("POST", sec_fetch_site=site).status_code == 403

    def test_our_own_page_may(self) -> None:
        assert ask("POST", origin=f"https://{HOST}", sec_fetch_site="same-origin").status_code == 200

    def test_a_program_that_is_no_browser_may(self) -> None:
        assert ask("POST").status_code == 200

    def test_a_link_from_elsewhere_may_open_a_page(self) -> None:
        assert ask(sec_fetch_site="cross-site", accept="text/html").status_code == 200


def connect(origin: str | None) -> int:
    """The status that a live connection is answered with; 101: it goes through."""
    scope: dict[str, Any] = {"type": "websocket", "path": "/_stcore/stream", "extensions": {}}
    scope["headers"] = [(b"host", HOST.encode())] + ([(b"origin", origin.encode())] if origin else [])
    answers: list[int] = []

    async def application(*_: Any) -> None:
        answers.append(101)

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.http.response.start":
            answers.append(message["status"])

    run(Gate(application)(scope, None, send))  # type: ignore[arg-type]
    return answers[0]


@pytest.mark.parametrize(
    ("origin", "status"),
    [(f"https://{HOST}", 101), ("https://evil.example", 403), (f"https://{HOST}:1", 403), ("null", 403), (None, 403)],
)
def test_live_connections_are_for_our_own_pages(origin: str | None, status: int) -> None:
    assert connect(origin) == status


@pytest.mark.parametrize("path", CLOSED)
def test_closed_doors(path: str) -> None:
    assert ask(path=path).status_code == 404
    assert ask("POST", path=f"{path}/interact").status_code == 404


class TestHeaders:
    def test_nothing_is_for_other_origins(self) -> None:
        headers = ask(origin="https://evil.example").headers
        assert [name for name in headers if name.startswith("access-control-")] == []
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"

    def test_no_referrer_reaches_another_site(self) -> None:
        assert ask().headers["referrer-policy"] == "same-origin"

    def test_refusals_carry_them_too(self, production: None) -> None:
        for refused in (ask(host="evil.example"), ask("POST", origin="null"), ask(path=CLOSED[0])):
            assert "frame-ancestors 'none'" in refused.headers["content-security-policy"]

    def test_features_of_the_machine_are_off(self) -> None:
        assert {"camera=()", "microphone=()", "geolocation=()"} <= set(ask().headers["permissions-policy"].split(", "))

    def test_behind_tls_every_cookie_is_secure_and_the_browser_stays_with_tls(self, production: None) -> None:
        headers = ask(accept="text/html").headers
        cookies = headers.get_list("set-cookie")
        assert len(cookies) == 2  # Streamlit's and our nonce
        assert all(cookie.count("Secure") == 1 for cookie in cookies)
        assert "max-age=31536000" in headers["strict-transport-security"]

    def test_without_tls_they_are_not(self) -> None:
        headers = ask(accept="text/html").headers
        assert "Secure" not in headers["set-cookie"]
        assert "strict-transport-security" not in headers


class TestCaching:
    @pytest.mark.parametrize("path", ["/auth/complete", "/healthz", "/download/rejected-rows/1", "/media/a.png"])
    def test_answers_are_not_kept(self, path: str) -> None:
        assert ask(path=path).headers["cache-control"] == "no-store"

    def test_nor_is_a_page_whatever_streamlit_says(self) -> None:
        assert ask(path="/leads?keep=no-cache", accept="text/html").headers["cache-control"] == "no-store"

    def test_streamlits_own_scripts_are(self) -> None:
        assert ask(path="/static/js/a.js?keep=immutable").headers["cache-control"] == "immutable"

    def test_so_is_a_file_with_a_version_in_its_name(self) -> None:
        kept = ask(path="/app/static/nyc_zcta_v1.geojson").headers["cache-control"]
        assert kept == "public, max-age=31536000, immutable"
