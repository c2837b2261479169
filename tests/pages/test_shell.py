"""The frame: the wall, the routes and headers, and what a panel does with errors."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from streamlit.testing.v1 import AppTest

from aurum_data.database import Database, get_database
from aurum_data.errors import Invalid, Unavailable
from aurum_data.rules.identity import Role
from aurum_data.settings import PROJECT_ROOT
from pages.shell.headers import INDEX, SecurityHeaders, content_security_policy
from pages.shell.routes import _OWN_PATH, ROUTES
from tests.loops import run
from tests.pages.conftest import AsRole

MAIN = PROJECT_ROOT / "pages" / "shell" / "main.py"


class Client:
    """A browser's plain requests to the routes and headers, without Streamlit."""

    def __init__(self) -> None:
        self.app = Starlette(routes=ROUTES, middleware=[Middleware(SecurityHeaders)])
        self.cookies: dict[str, str] = {}

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test", cookies=self.cookies) as client:
                answer = await client.request(method, path, **options)
                self.cookies = {str(cookie.name): str(cookie.value) for cookie in client.cookies.jar}
                return answer

        return run(send())


@pytest.fixture
def client() -> Client:
    """A fresh browser."""
    return Client()


def test_a_stranger_gets_the_wall(site: Database):
    app = AppTest.from_file(str(MAIN)).run(timeout=30)
    assert [title.value for title in app.title] == ["Sign in"]
    assert not app.exception


@pytest.mark.parametrize("role", list(Role))
def test_a_person_gets_the_first_screen_of_their_role(site: Database, as_role: AsRole, role: Role):
    as_role(role)
    app = AppTest.from_file(str(MAIN)).run(timeout=30)
    offered = ["View as a role", "Sign out"] if role is Role.ADMIN else ["Sign out"]
    assert [button.label for button in app.sidebar.button] == offered
    assert "Sign in" not in [title.value for title in app.title]


def test_a_person_without_a_role_is_told_so(site: Database, as_role: AsRole):
    user_id = as_role(Role.SALES)
    with site.write(None) as session:
        session.execute(text("DELETE FROM user_roles WHERE user_id = :id"), {"id": user_id})
    app = AppTest.from_file(str(MAIN)).run(timeout=30)
    assert app.title[0].value == "No screens yet"


def test_without_a_database_the_page_says_what_to_do():
    get_database.cache_clear()
    app = AppTest.from_file(str(MAIN)).run(timeout=30)
    assert "make run" in app.error[0].value


def test_screens_hold_nothing_at_import():
    """Beside the script lies no folder `pages`, which Streamlit would serve unguarded."""
    assert not (MAIN.parent / "pages").exists()


class TestPolicy:
    def test_allows_the_inline_script_of_the_installed_page_by_its_hash(self):
        index = INDEX.read_text()
        inline = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
        assert inline
        for script in inline:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in content_security_policy(index)

    def test_allows_no_other_host_and_no_other_inline_script(self):
        policy = content_security_policy(INDEX.read_text())
        assert "http" not in policy
        assert "'unsafe-inline'" not in policy.split("style-src")[0]
        assert "unsafe-eval" not in policy


def opens_a_session(answer: httpx.Response) -> bool:
    assert answer.status_code == 303
    return "aurum_session" in answer.headers.get("set-cookie", "")


class TestRoutes:
    def test_alive_and_ready(self, site: Database, client: Client):
        assert client.request("GET", "/healthz").json() == {"status": "ok"}
        answer = client.request("GET", "/readyz")
        assert (answer.status_code, answer.json()) == (200, {"primary": "ok", "replica": "ok"})

    def test_every_answer_carries_the_headers(self, client: Client):
        headers = client.request("GET", "/healthz").headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]

    def test_a_page_gives_a_browser_its_nonce_once(self, client: Client):
        first = client.request("GET", "/healthz", headers={"accept": "text/html"})
        assert "HttpOnly; SameSite=Strict" in first.headers["set-cookie"]
        assert "set-cookie" not in client.request("GET", "/healthz", headers={"accept": "text/html"}).headers

    @pytest.mark.parametrize("form", [{}, {"ticket": ""}])
    def test_no_ticket_no_session(self, client: Client, form: dict[str, str]):
        client.cookies["aurum_browser"] = "mine"
        assert not opens_a_session(client.request("POST", "/auth/complete", data=form))

    def test_a_made_up_ticket_opens_no_session(self, site: Database, client: Client):
        client.cookies["aurum_browser"] = "mine"
        assert not opens_a_session(client.request("POST", "/auth/complete", data={"ticket": "made up"}))

    def test_a_ticket_does_not_travel_in_an_address(self, client: Client):
        assert client.request("GET", "/auth/complete?ticket=x").status_code == 405

    def test_signing_out_takes_a_post(self, client: Client):
        assert client.request("GET", "/auth/sign-out").status_code == 405

    @pytest.mark.parametrize("path", ["/", "/leads", "/market?borough=Queens&borough=Bronx", "/a?zip=11215%2B"])
    def test_sign_in_may_lead_on_to_our_own_pages(self, path: str):
        assert _OWN_PATH.fullmatch(path)

    @pytest.mark.parametrize(
        "path", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "", "javascript:x", "/a/b"]
    )
    def test_sign_in_never_leads_elsewhere(self, path: str):
        assert not _OWN_PATH.fullmatch(path)


def failing_panel(kind: str) -> None:
    import streamlit as st

    from aurum_data.errors import Invalid, Unavailable
    from pages.parts.panel import panel

    errors = {
        "user": Invalid("The bill is negative."),
        "away": Unavailable("The database does not answer."),
        "bug": ValueError("secret +1 212 555 0100"),
    }
    with panel("First"):
        raise errors[kind]
    st.write("the rest of the screen")


class TestPanel:
    def run(self, kind: str) -> AppTest:
        return AppTest.from_function(failing_panel, args=(kind,)).run(timeout=30)

    def test_shows_our_own_sentence(self, site: Database):
        assert self.run("user").warning[0].value == Invalid("The bill is negative.").message

    def test_says_when_a_server_is_away(self, site: Database):
        assert self.run("away").error[0].value.startswith(Unavailable("The database does not answer.").message)

    def test_leaves_the_rest_alone(self, site: Database):
        assert self.run("bug").markdown[-1].value == "the rest of the screen"

    def test_shows_a_bug_as_an_id_that_is_in_the_error_log_without_the_values(self, site: Database):
        shown = self.run("bug").error[0].value
        with site.read_primary() as session:
            row = session.execute(text("SELECT error_id, component, error_type, message, location FROM error_logs"))
            entry = row.one()
        assert entry.error_id in shown
        assert (entry.component, entry.error_type, entry.message) == ("First", "ValueError", "ValueError")
        assert entry.location.rpartition(":")[2].isdigit()
        assert "555" not in shown
