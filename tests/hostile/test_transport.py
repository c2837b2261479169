"""Attacks on the server itself, started either way: banners, foreign pages, closed doors, path tricks, floods."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from aurum_data.rules.identity import Role
from pages.shell.gate import CLOSED
from tests.browser.served import Server
from tests.hostile.conftest import TokenOf
from tests.hostile.wire import PRESS, Tab, stream

pytestmark = pytest.mark.browser


def raw(site: Server, request: str) -> str:
    """What the server answers to these very bytes."""
    with _connected(site) as connection:
        connection.sendall(request.encode())
        found = b""
        while piece := connection.recv(65536):
            found += piece
    return found.decode(errors="replace")


def _connected(site: Server) -> socket.socket:
    address = urlsplit(site.url)
    return socket.create_connection((address.hostname, address.port), timeout=30)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/leads"), ("GET", "/healthz"), ("GET", "/_stcore/health"), ("GET", "/media/none"),
        ("GET", "/auth/sign-out"), ("POST", "/nowhere"), ("GET", "/app/static/none"), ("GET", "//etc"),
    ],
)  # fmt: skip
def test_no_answer_names_the_server(site: Server, method: str, path: str) -> None:
    headers = httpx.request(method, site.url + path).headers
    assert "server" not in headers
    assert "x-powered-by" not in headers


def test_not_even_one_to_nonsense(site: Server) -> None:
    assert "uvicorn" not in raw(site, "GET / HTTP/9.9\r\n\r\n").lower()


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "http://localhost", "null", None])
def test_a_foreign_page_gets_no_live_connection(site: Server, token_of: TokenOf, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused, stream(site.url, origin=origin, token=token_of(Role.SALES)):
        pass
    assert refused.value.response.status_code == 403


def test_our_own_page_does(site: Server) -> None:
    with Tab(site.url) as tab:
        assert "Sign in" in tab.open().words


@pytest.mark.parametrize("path", CLOSED)
def test_closed_doors(site: Server, path: str) -> None:
    assert httpx.get(site.url + path).status_code == 404


class TestUploads:
    def put(
        self, site: Server, session_id: str, *, file_id: str = "1", size: int = 10, token: bool = True, origin: str = ""
    ) -> int:
        value = "2|01020304|00112233445566778899aabbccddeeff|1700000000"
        headers = ({"X-Xsrftoken": value} if token else {}) | ({"Origin": origin} if origin else {})
        answer = httpx.put(
            f"{site.url}/_stcore/upload_file/{session_id}/{file_id}",
            files={"file": ("../../evil.csv", b"x" * size)},
            headers=headers | {"Cookie": f"_streamlit_xsrf={value}"},
        )
        return answer.status_code

    def test_without_the_token_of_the_page(self, site: Server) -> None:
        with Tab(site.url) as tab:
            assert self.put(site, tab.open().session_id, token=False) == 403

    def test_from_a_foreign_page(self, site: Server) -> None:
        with Tab(site.url) as tab:
            assert self.put(site, tab.open().session_id, origin="https://evil.example") == 403

    def test_with_a_path_for_a_name(self, site: Server) -> None:
        with Tab(site.url) as tab:
            assert self.put(site, tab.open().session_id, file_id="..%2f..%2fetc%2fpasswd") == 400

    def test_to_nobodys_session(self, site: Server) -> None:
        assert self.put(site, "made-up") == 400

    def test_over_the_limit(self, site: Server) -> None:
        with Tab(site.url) as tab:
            assert self.put(site, tab.open().session_id, size=51 * 1024 * 1024) == 413


PATHS = [
    "/app/static/../main.py",
    "/app/static/%2e%2e/main.py",
    "/app/static/..%2fmain.py",
    "/app/static/....//main.py",
    "/app/static//etc/passwd",
    "/app/static/..\\main.py",
    "/app/static/%5c..%5cmain.py",
    "/app/static/\x01",
    "/static/../../../../../../etc/passwd",
    "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/component/../../etc/passwd",
    "/component/streamlit_authenticator.x/../../../etc/passwd",
    "/media/../../etc/passwd",
    "/media/%2fetc%2fpasswd",
    "/.git/config",
    "/.streamlit/config.toml",
    "/.aurum/keys.json",
    "/aurum_data/settings.py",
    "/app.py",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_to_a_file_that_is_not_for_the_browser(site: Server, path: str) -> None:
    answer = raw(site, f"GET {path} HTTP/1.1\r\nHost: {urlsplit(site.url).netloc}\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition("\r\n\r\n")
    is_the_shell = "<title>Streamlit</title>" in body
    assert is_the_shell or head.split(" ")[1] in {"400", "404"}
    assert "root:" not in body
    assert "import" not in body.partition("<body")[0] or is_the_shell


class TestFrames:
    def closed_with(self, site: Server, frame: bytes | str) -> int | None:
        with stream(site.url, origin=site.url) as connection:
            connection.send(frame)
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    connection.recv(timeout=30)
        return closed.value.rcvd and closed.value.rcvd.code

    def test_too_large(self, site: Server) -> None:
        assert self.closed_with(site, b"x" * (3 * 1024 * 1024)) == 1009

    def test_garbage(self, site: Server) -> None:
        assert self.closed_with(site, b"\xff\xff\xff\xff") == 1002

    def test_text(self, site: Server) -> None:
        assert self.closed_with(site, "words") in {None, 1000, 1011}


class TestSlowClients:
    def test_that_send_their_headers_slowly_stall_nobody(self, site: Server) -> None:
        with ExitStack() as stack:
            for _ in range(200):
                stack.enter_context(_connected(site)).sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            assert httpx.get(f"{site.url}/healthz", timeout=20).status_code == 200
            with Tab(site.url) as tab:
                assert "Sign in" in tab.open().words

    def test_that_never_read_stall_nobody(self, site: Server) -> None:
        script = next(
            line for line in httpx.get(site.url).text.split('"') if line.startswith("./static/js/")
        ).removeprefix(".")
        with ExitStack() as stack:
            for _ in range(60):
                connection = stack.enter_context(_connected(site))
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                connection.sendall(f"GET {script} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert httpx.get(f"{site.url}{script}", timeout=20).status_code == 200
            with Tab(site.url) as tab:
                assert "Sign in" in tab.open().words

    def test_that_ask_and_never_listen_stall_nobody(self, site: Server) -> None:
        with ExitStack() as stack:
            for _ in range(10):
                deaf = stack.enter_context(Tab(site.url))
                for _ in range(20):
                    deaf.shout()
            with Tab(site.url) as tab:
                assert "Sign in" in tab.open().words


def attempt(site: Server, forwarded: str) -> str | None:
    """The address that a failed sign-in was recorded with."""
    with Tab(site.url, **{"X-Forwarded-For": forwarded}) as tab:
        tab.open()
        name, password, button = (tab.ids(label)[0] for label in ("User name", "Password", "Sign in"))
        tab.send({name: f"nobody-{forwarded}", password: "wrong", button: PRESS})
    with site.owner() as connection:
        found = connection.execute(
            "select host(address) from sign_in_attempts where username = %s", (f"nobody-{forwarded}",)
        ).fetchone()
    assert found is not None
    return found[0]  # type: ignore[return-value]


def test_what_a_client_says_of_its_address_is_ignored(server: Server) -> None:
    assert attempt(server, "198.51.100.7") in {None, "127.0.0.1"}


def test_what_a_trusted_proxy_says_is_taken_from_the_right(behind: Server) -> None:
    assert attempt(behind, "198.51.100.7, 203.0.113.9") == "203.0.113.9"
