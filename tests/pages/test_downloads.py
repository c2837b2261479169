"""Downloads go through routes that ask who is there; nothing personal lies at an address that does not ask."""

from __future__ import annotations

import ast
from pathlib import Path
from time import monotonic
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware

from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.list_downloads import ask_download
from aurum_data.database import Database
from aurum_data.intake.load import import_file
from aurum_data.rules.downloads import FileFormat
from aurum_data.rules.identity import Permission, Role
from aurum_data.security.sessions import SESSION_COOKIE, find_actor
from aurum_data.settings import PROJECT_ROOT
from pages.parts import figure_download
from pages.parts.figure_download import FIGURE, Download
from pages.parts.lead_download import LEAD_LIST
from pages.shell.downloads import DOWNLOADS, _file_name
from pages.shell.headers import SecurityHeaders
from tests.factories import make_lead
from tests.loops import run
from tests.pages.conftest import AsRole
from tests.test_rights import shown

# Each of these puts what it is given at /media, which answers without a cookie.
PUBLIC = {"download_button", "image", "audio", "video", "pdf", "audio_input", "camera_input"}


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_no_page_puts_a_file_at_a_public_address(path: Path) -> None:
    tree = ast.parse(path.read_text())
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    allowed = {"image"} if path.stem == "own_second_factor" else set()  # an SVG stays in the page
    assert used & PUBLIC <= allowed


@pytest.fixture
def batch(site: Database, tmp_path: Path) -> str:
    """The address of the refused rows of an import with one."""
    path = tmp_path / 'a"b\r\nSet-Cookie: x=1.csv'
    path.write_text("first_name,phone,zip\nAda,2125550100,90210\n")
    return f"/download/rejected-rows/{import_file(site, SYSTEM, path).batch_id}"


def get(path: str, token: str | None = None) -> httpx.Response:
    app = Starlette(routes=DOWNLOADS, middleware=[Middleware(SecurityHeaders)])

    async def send() -> httpx.Response:
        cookies = {SESSION_COOKIE: token} if token else {}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://test", cookies=cookies
        ) as client:
            return await client.get(path)

    return run(send())


def token_of(monkeypatch: pytest.MonkeyPatch) -> str:
    """What the harness's browser holds after `as_role`."""
    from streamlit.runtime import context

    return str(context._get_client_context().cookies[SESSION_COOKIE])  # type: ignore[union-attr]


def test_the_right_person_gets_the_file(
    batch: str, as_role: AsRole, site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(Role.OPS)
    answer = get(batch, token_of(monkeypatch))
    assert answer.status_code == 200
    assert "Ada,2125550100,90210" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'attachment; filename="refused-rows-a-b-Set-Cookie-x-1.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("token", [None, "forged", ""])
def test_a_stranger_gets_nothing(batch: str, token: str | None) -> None:
    answer = get(batch, token)
    assert answer.status_code == 401
    assert "Ada" not in answer.text


def test_a_person_without_the_right_gets_nothing_and_is_noted(
    batch: str, as_role: AsRole, site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = as_role(Role.SALES)
    answer = get(batch, token_of(monkeypatch))
    assert (answer.status_code, "Ada" in answer.text) == (403, False)
    with site.read_primary() as session:
        denied = session.execute(text("SELECT user_ref FROM security_events WHERE event = 'permission_denied'"))
        assert denied.scalars().all() == [sam]


def test_an_ended_session_gets_nothing(
    batch: str, as_role: AsRole, site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(Role.OPS)
    with site.write(None) as session:
        session.execute(text("UPDATE sign_in_sessions SET revoked_at = now()"))
    assert get(batch, token_of(monkeypatch)).status_code == 401


def test_who_was_not_confirmed_lately_is_asked_to(
    batch: str, as_role: AsRole, site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(Role.OPS)
    with site.write(None) as session:
        session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '1 hour'"))
    answer = get(batch, token_of(monkeypatch))
    assert answer.status_code == 403
    assert "Confirm that it is you" in answer.text


@pytest.mark.parametrize("path", [str(UUID(int=1)), "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "1", "' OR 1=1--"])
def test_other_ids_lead_nowhere(site: Database, as_role: AsRole, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    as_role(Role.OPS)
    assert get(f"/download/rejected-rows/{path}", token_of(monkeypatch)).status_code == 404


@pytest.mark.parametrize(
    ("uploaded", "safe"),
    [("../../etc/passwd.csv", "etc-passwd"), ("", "import"), ("Ä.csv", "import"), ("x" * 500, "x" * 60)],
)
def test_file_names_are_harmless(uploaded: str, safe: str) -> None:
    assert _file_name(uploaded) == f"refused-rows-{safe}.csv"


def test_list_of_imports_leads_to_the_refused_rows(batch: str, as_role: AsRole) -> None:
    as_role(Role.OPS)
    app = shown("imports")
    assert [refused for refused in app.dataframe[0].value["refused_rows"] if refused] == [batch]


class TestLists:
    @pytest.fixture
    def asked(self, as_role: AsRole, site: Database) -> str:
        """The address of a list that the person who is signed in asked for."""
        user_id = as_role(Role.OPS)
        with site.write(None) as session:
            make_lead(session, first_name="Kim", last_name="Chen")
            session_id = session.scalar(text("SELECT id FROM sign_in_sessions"))
            actor = Actor(user_id, "olga", "Olga", session_id=session_id)
            return LEAD_LIST + str(
                ask_download(
                    session, actor, filter={}, sort_by="created", descending=True, file_format=FileFormat.CSV,
                    columns=["full_name"], about=1,
                )
            )  # fmt: skip

    def test_are_sent_to_who_asked_for_them(self, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
        answer = get(asked, token_of(monkeypatch))
        assert (answer.status_code, "Kim Chen" in answer.text) == (200, True)
        assert answer.headers["content-disposition"].startswith('attachment; filename="leads-')
        assert answer.headers["cache-control"] == "no-store"

    def test_are_sent_once(self, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
        token = token_of(monkeypatch)
        get(asked, token)
        assert get(asked, token).status_code == 404

    def test_a_workbook_that_would_be_too_large_is_refused_in_a_sentence(
        self, asked: str, site: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("aurum_data.downloads.leads.LARGEST_XLSX", 0)
        with site.write(None) as session:
            session.execute(text("UPDATE list_downloads SET file_format = 'xlsx'"))
        answer = get(asked, token_of(monkeypatch))
        assert (answer.status_code, answer.text.split(":")[0]) == (400, "A workbook holds at most 100,000 leads")
        assert "content-disposition" not in answer.headers

    def test_are_not_sent_to_a_stranger(self, asked: str) -> None:
        assert get(asked).status_code == 401

    def test_are_not_sent_to_somebody_else(self, asked: str, as_role: AsRole, monkeypatch: pytest.MonkeyPatch) -> None:
        as_role(Role.OPS)
        assert get(asked, token_of(monkeypatch)).status_code == 404


class TestFigures:
    @pytest.fixture
    def asked(self, as_role: AsRole, site: Database, monkeypatch: pytest.MonkeyPatch) -> str:
        """The address of a figure's rows that the person who is signed in asked for."""
        as_role(Role.MANAGER)
        return self.ask(site, monkeypatch)

    def ask(self, site: Database, monkeypatch: pytest.MonkeyPatch) -> str:
        with site.read_primary() as session:
            actor = find_actor(session, token_of(monkeypatch), address=None)
        assert actor is not None
        download = Download("Revenue", actor, Permission.REVENUE_READ)
        return FIGURE + str(figure_download._keep("revenue.csv", download, FileFormat.CSV, b"Date\r\n"))

    def test_are_sent_once_to_who_asked_for_them(self, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
        token = token_of(monkeypatch)
        answer = get(asked, token)
        assert (answer.status_code, answer.content) == (200, b"Date\r\n")
        assert answer.headers["content-disposition"] == 'attachment; filename="revenue.csv"'
        assert answer.headers["cache-control"] == "no-store"
        assert get(asked, token).status_code == 404

    def test_are_not_sent_to_a_stranger(self, asked: str) -> None:
        assert get(asked).status_code == 401

    def test_are_not_sent_to_somebody_else(self, asked: str, as_role: AsRole, monkeypatch: pytest.MonkeyPatch) -> None:
        mine = token_of(monkeypatch)
        as_role(Role.ADMIN)
        assert get(asked, token_of(monkeypatch)).status_code == 404
        assert get(asked, mine).status_code == 200  # still there for who asked

    def test_are_not_sent_to_who_lost_the_right(
        self, asked: str, site: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with site.write(None) as session:
            session.execute(text("DELETE FROM user_roles"))
        assert get(asked, token_of(monkeypatch)).status_code == 404

    def test_wait_for_a_while_only(self, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(figure_download, "monotonic", lambda: monotonic() + figure_download.SECONDS + 1)
        assert get(asked, token_of(monkeypatch)).status_code == 404

    def test_the_oldest_make_room(self, asked: str, site: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(figure_download, "MOST", 1)
        newer = self.ask(site, monkeypatch)
        assert [get(one, token_of(monkeypatch)).status_code for one in (asked, newer)] == [404, 200]
