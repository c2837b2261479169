"""The application as an operator starts it, people who can sign in to it, and the steps they take."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.operations.cluster import PairUrls
from aurum_data.rules.identity import SECOND_FACTOR_ROLES, Role
from aurum_data.security.encryption import get_keyring
from aurum_data.security.passwords import hash_password
from aurum_data.security.sessions import SESSION_COOKIE, open_session
from aurum_data.security.totp import code_at, new_secret
from aurum_data.settings import PROJECT_ROOT, Settings
from tests.replication import catch_up

START_SECONDS = 60


SignIn = Callable[[Page, str], None]


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    user_id: UUID
    username: str
    password: str
    secret: str | None


@dataclass(frozen=True)
class Server:
    """The running application and its database."""

    url: str
    urls: PairUrls
    people: dict[str, Person]

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """An autocommit connection as aurum_owner; what it wrote is on the replica afterwards."""
        with psycopg.connect(self.urls.owner.replace("+psycopg", ""), autocommit=True) as connection:
            yield connection
        self.catch_up()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction as the application, to do what another browser would have done; it is replayed afterwards."""
        with self._database() as database:
            with database.write(None) as session:
                yield session
            catch_up(database)

    def catch_up(self) -> None:
        """Wait until everybody sees what anybody has written: one browser's writes show in another's after the lag."""
        with self._database() as database:
            catch_up(database)

    @contextmanager
    def _database(self) -> Iterator[Database]:
        database = Database(Settings(primary_url=self.urls.primary, replica_url=self.urls.replica))
        try:
            yield database
        finally:
            database.dispose()


def add_person(connection: psycopg.Connection[tuple[object, ...]], username: str, role: Role | None) -> Person:
    """Write a person with a role; those who must have a second factor get one."""
    person = Person(
        uuid4(),
        username,
        f"{username}-has-a-long-password",
        new_secret() if role in SECOND_FACTOR_ROLES else None,
    )
    sealed = person.secret and get_keyring().seal("users.totp_secret_encrypted", person.user_id, person.secret)
    connection.execute(
        "insert into users (id, username, full_name, password_hash, totp_secret_encrypted, totp_confirmed_at)"
        " values (%s, %s, %s, %s, %s, %s)",
        (
            person.user_id,
            username,
            f"Test {username.title()}",
            hash_password(person.password),
            sealed,
            sealed and now(),
        ),
    )
    connection.execute(
        "insert into user_roles (user_id, role_id) select %s, id from roles where role_name = %s",
        (person.user_id, role),
    )
    return person


def free_port() -> int:
    """A port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_application(
    urls: PairUrls,
    log: Path,
    *,
    script: Path = PROJECT_ROOT / "app.py",
    uvicorn: bool = False,
    port: int | None = None,
    **settings: str,
) -> tuple[str, subprocess.Popen[bytes]]:
    """Start the application as an operator would, with further settings; its URL and process, once it answers."""
    port = port or free_port()
    if uvicorn:
        command = ["uvicorn", "app:app", "--port", str(port)]
    else:
        command = [
            "streamlit",
            "run",
            str(script),
            "--server.port",
            str(port),
            "--server.address",
            "127.0.0.1",
        ]
    environment = os.environ | {
        "AURUM_LOCAL_PAIR": "1",
        "AURUM_PRIMARY_URL": urls.primary,
        "AURUM_REPLICA_URL": urls.replica,
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=PROJECT_ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    return url, process


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_stcore/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def stop_application(process: subprocess.Popen[bytes]) -> None:
    """Stop it as an operator would."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def give_cookie(context: BrowserContext, server: Server, username: str) -> None:
    """Make a browser that of a person, as the forms would leave it, once the replica has all that was written."""
    with server.writing() as session:
        user_id = server.people[username].user_id
        token = open_session(session, user_id=user_id, second_factor=True, address=None, user_agent=None)
    context.add_cookies([{"name": SESSION_COOKIE, "value": str(token), "url": server.url}])


def enter_password(page: Page, username: str, password: str) -> None:
    """Fill in and send the first form."""
    page.get_by_label("User name").fill(username, timeout=60_000)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def enter_code(page: Page, server: Server, username: str) -> None:
    """Fill in and send the second form with the code of this moment, which an earlier test may have used."""
    person = server.people[username]
    with server.owner() as connection:
        connection.execute("update users set totp_last_step = null where id = %s", (person.user_id,))
    send_code(page, lambda: code_at(person.secret or "", now()))


def send_code(page: Page, code: Callable[[], str]) -> None:
    """Type the code and send it; once more if the page swallowed the click while it was still drawing itself."""
    box = page.get_by_role("textbox", name="One-time code")
    box.fill(code(), timeout=60_000)
    page.get_by_role("button", name="Continue").click()
    try:
        box.wait_for(state="hidden", timeout=15_000)
    except PlaywrightTimeout:
        box.fill(code())
        page.get_by_role("button", name="Continue").click()
