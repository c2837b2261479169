"""The example proxy for real: a browser signs in through TLS, live connections stay, the client's address comes along.

Caddy comes with the development requirements. The client speaks from an address of its own on this machine, so that it
is told apart from the proxy.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, expect

from aurum_data.security.sessions import NONCE_COOKIE
from aurum_data.security.tokens import digest
from aurum_data.settings import PROJECT_ROOT
from tests.browser.served import Server, enter_password, free_port, start_application, stop_application

pytestmark = pytest.mark.browser

CADDYFILE = PROJECT_ROOT / "deploy" / "Caddyfile"
# Linux answers at every address of 127/8; elsewhere the other loopback address is told apart.
CLIENT = "127.0.0.2" if sys.platform == "linux" else "::1"


@dataclass(frozen=True)
class Proxy:
    """The proxy, and the application that is behind it."""

    url: str
    plain_url: str
    certificate: Path
    log: Path
    server: Server

    def client(self) -> httpx.Client:
        """A client that trusts our certificate and speaks from an address of its own."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        transport = httpx.HTTPTransport(verify=context, local_address=CLIENT)
        return httpx.Client(base_url=self.url, transport=transport, timeout=60)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def caddy() -> str:
    """The program, beside this Python or on the PATH."""
    found = shutil.which("caddy", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert found, "Caddy is missing: install requirements-dev.txt"
    return found


@pytest.fixture(scope="module")
def proxy(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The proxy as its file says, but for the port that sends plain HTTP on to TLS, which is not 80 here."""
    program, folder = caddy(), tmp_path_factory.mktemp("proxy")
    certificate, key = make_certificate(folder)
    url, process = start_application(
        server.urls, folder / "server.log", AURUM_SECURE_COOKIES="1", AURUM_ALLOWED_HOSTS="localhost",
        AURUM_TRUSTED_PROXIES="127.0.0.1",
    )  # fmt: skip
    tls, plain = free_port(), free_port()
    environment = os.environ | {
        "PROXY_SITE": f"localhost:{tls}",
        "PROXY_UPSTREAM": url.removeprefix("http://"),
        "PROXY_TLS": f'tls "{certificate}" "{key}"',
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    adapted = subprocess.run(
        [program, "adapt", "--config", str(CADDYFILE)], env=environment, capture_output=True, check=True, text=True
    )
    settings = json.loads(adapted.stdout)
    settings["apps"]["http"]["http_port"] = plain
    (folder / "caddy.json").write_text(json.dumps(settings))
    log = folder / "caddy.log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            [program, "run", "--config", str(folder / "caddy.json")], env=environment, stdout=output, stderr=output
        )
    found = Proxy(
        f"https://localhost:{tls}",
        f"http://localhost:{plain}",
        certificate,
        log,
        Server(url, server.urls, server.people),
    )
    wait_for(found, running)
    yield found
    running.terminate()
    running.wait(30)
    stop_application(process)


def wait_for(proxy: Proxy, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with proxy.client() as client:
                if client.get("/healthz").status_code == 200:
                    return
        except httpx.HTTPError:
            pass
        assert running.poll() is None, proxy.log.read_text()
        assert time.monotonic() < deadline, proxy.log.read_text()
        time.sleep(0.1)


def test_a_person_signs_in_through_tls(browser: Browser, proxy: Proxy) -> None:
    person = proxy.server.people["sales"]
    with browser.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        live: list[str] = []
        page.on("websocket", lambda socket: live.append(socket.url))
        page.goto(f"{proxy.url}/market?borough=Queens")
        enter_password(page, person.username, person.password)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=60_000)
        assert page.url.startswith(f"{proxy.url}/market?borough=Queens")
        assert live
        assert all(url.startswith("wss://") for url in live)
        cookies = context.cookies()
        assert {cookie["name"] for cookie in cookies} >= {"aurum_session", "_streamlit_xsrf"}
        assert [cookie["name"] for cookie in cookies if not cookie["secure"]] == []


def test_nobody_stays_on_plain_http(proxy: Proxy) -> None:
    answer = httpx.get(proxy.plain_url)
    assert answer.status_code == 308
    assert answer.headers["location"].startswith(proxy.url)
    with proxy.client() as client:
        assert "max-age=31536000" in client.get("/").headers["strict-transport-security"]


def test_the_address_of_the_client_comes_along_whatever_it_says_itself(proxy: Proxy) -> None:
    with proxy.server.owner() as connection:
        connection.execute(
            "insert into sign_in_tickets (ticket_hash, nonce_hash, user_ref, second_factor, expires_at)"
            " values (%s, %s, %s, true, now() + interval '1 minute')",
            (digest("through-the-proxy"), digest("mine"), proxy.server.people["ops"].user_id),
        )
    with proxy.client() as client:
        answer = client.post(
            "/auth/complete",
            data={"ticket": "through-the-proxy"},
            headers={"Cookie": f"{NONCE_COOKIE}=mine", "X-Forwarded-For": "198.51.100.7"},
        )
    assert answer.status_code == 303
    with proxy.server.owner() as connection:
        found = connection.execute(
            "select host(address) from sign_in_sessions where user_ref = %s order by created_at desc limit 1",
            (proxy.server.people["ops"].user_id,),
        ).fetchone()
    assert found == (CLIENT,)


def test_scripts_and_the_map_are_compressed_and_kept(proxy: Proxy) -> None:
    with proxy.client() as client:
        page = client.get("/").text
        script = next(part for part in page.split('"') if part.startswith("./static/js/")).removeprefix(".")
        for path in (script, "/app/static/nyc_zcta_v1.geojson"):
            headers = client.get(path, headers={"Accept-Encoding": "gzip"}).headers
            assert headers["content-encoding"] == "gzip"
            assert "immutable" in headers["cache-control"]


def test_the_proxy_does_not_name_itself(proxy: Proxy) -> None:
    with proxy.client() as client:
        for path in ("/", "/metrics", "/nowhere"):
            assert {"server", "via", "x-powered-by"} & set(client.get(path).headers) == set()


@pytest.mark.parametrize(
    "path", ["/metrics", "/readyz", "/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/script-health-check"]
)
def test_what_is_for_the_inside_is_closed(proxy: Proxy, path: str) -> None:
    with proxy.client() as client:
        answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "")


def test_an_upload_over_the_limit_is_cut_off(proxy: Proxy) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(60):
            yield b"x" * 1_000_000

    with proxy.client() as client:
        try:
            status = client.put("/_stcore/upload_file/a/b", content=endless()).status_code
        except httpx.WriteError:
            status = 413  # hung up on while still sending
    assert status in {403, 413}


def test_a_client_that_is_slow_with_its_headers_is_hung_up_on(proxy: Proxy) -> None:
    port = int(proxy.url.rpartition(":")[2])
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    with (
        socket.create_connection(("localhost", port), timeout=60) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as secured,
    ):
        secured.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert secured.recv(4096) == b""


def test_the_log_keeps_no_query_cookie_or_referrer(proxy: Proxy) -> None:
    with proxy.client() as client:
        client.get(
            "/leads?zip=11215-secret", headers={"Cookie": "a=cookie-secret", "Referer": "https://x/?referrer-secret"}
        )
    deadline = time.monotonic() + 20
    while '"/leads"' not in proxy.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "secret" not in proxy.log.read_text()
