"""A server that nobody has visited yet serves no screen to who may not see it, whatever name they ask for.

Streamlit runs files of a folder `pages` beside its script, unguarded, until the script has run once. A client that
speaks its protocol can ask for them by name; so does this test, of servers started for it: as nobody, and with the
cookie of each role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from aurum_data.actions.links import NOT_GOOD
from aurum_data.database import Database
from aurum_data.operations.cluster import PairUrls
from aurum_data.rules.identity import ROLE_PERMISSIONS, Role
from aurum_data.security.sessions import SESSION_COOKIE, open_session
from aurum_data.settings import PROJECT_ROOT, Settings
from pages.shell.screens import SCREENS, Screen
from tests.browser.served import add_person, start_application, stop_application
from tests.replication import catch_up

pytestmark = pytest.mark.browser

NAMES = ["revenue", *sorted({path.stem for path in (PROJECT_ROOT / "pages").rglob("*.py")} - {"revenue"})]
SERVERS = pytest.mark.parametrize("uvicorn", [False, True], ids=["streamlit run", "uvicorn"])


def texts_for(url: str, page_name: str, token: str | None = None) -> list[str]:
    """The readable words in all that the server sends for one page, asked for by name."""
    request = BackMsg()
    request.rerun_script.page_name = page_name
    found: list[str] = []
    cookie = {"Cookie": f"{SESSION_COOKIE}={token}"} if token else {}
    address = f"{url.replace('http', 'ws')}/_stcore/stream"
    with connect(address, origin=url, subprotocols=["streamlit"], additional_headers=cookie, max_size=None) as socket:
        socket.send(request.SerializeToString())
        while True:
            message = ForwardMsg.FromString(socket.recv(timeout=60))
            if message.HasField("delta"):
                found += re.findall(r'(?:label|body|value): "([^"]+)"', str(message.delta))
            if message.HasField("script_finished") and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return found


@SERVERS
def test_a_cold_server_shows_the_wall_for_every_name(site_urls: PairUrls, tmp_path: Path, uvicorn: bool):
    url, process = start_application(site_urls, tmp_path / "server.log", uvicorn=uvicorn)
    try:
        shown = {name: texts_for(url, name) for name in NAMES}
    finally:
        stop_application(process)
    wall = ["Sign in", "User name", "Password", "Sign in", "Forgotten password?"]
    assert {name: words for name, words in shown.items() if words != wall} == {
        "welcome": ["Choose a password", NOT_GOOD]
    }


@pytest.fixture
def tokens(site_urls: PairUrls) -> Iterator[dict[Role, str]]:
    """The cookie of somebody of each role."""
    database = Database(Settings(primary_url=site_urls.primary, replica_url=site_urls.replica))
    made = {}
    with psycopg.connect(site_urls.owner.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("delete from users where username like 'cold-%'")
        for role in Role:
            person = add_person(connection, f"cold-{role}", role)
            connection.execute("update users set username = 'cold-' || id where id = %s", (person.user_id,))
            with database.write(None) as session:
                made[role] = str(
                    open_session(session, user_id=person.user_id, second_factor=True, address=None, user_agent=None)
                )
    catch_up(database)
    yield made
    database.dispose()


def refused(role: Role) -> list[Screen]:
    return [screen for screen in SCREENS if screen.permission not in ROLE_PERMISSIONS[role]]


@SERVERS
def test_a_cold_server_shows_a_role_none_of_the_screens_of_others(
    site_urls: PairUrls, tmp_path: Path, tokens: dict[Role, str], uvicorn: bool
):
    """The very first request to the process is one for a screen that the person may not see."""
    asked = [(role, screen) for role in Role for screen in refused(role)]
    assert {role for role, _ in asked} == set(Role) - {Role.ADMIN}
    url, process = start_application(site_urls, tmp_path / "server.log", uvicorn=uvicorn)
    try:
        shown = {(role, screen.path): texts_for(url, screen.path, tokens[role]) for role, screen in asked}
        own = {screen.title: texts_for(url, screen.path, tokens[Role.ADMIN]) for screen in SCREENS}
    finally:
        stop_application(process)
    titles = {screen.path: screen.title for screen in SCREENS}
    assert {ask for ask, words in shown.items() if titles[ask[1]] in words} == set()
    assert {ask for ask, words in shown.items() if "Sign out" not in words} == set()  # they were somebody
    assert {title for title, words in own.items() if title not in words} == set()  # who may see them does
