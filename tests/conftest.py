"""One PostgreSQL pair for the whole run, started once; a database of its own for each test that commits.

With xdist the controller owns the pair and the workers are told where it is.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.database import Database
from aurum_data.operations import migrations
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.security.encryption import Keyring, get_keyring, make_key_file
from aurum_data.settings import Settings, get_settings

# Machines are shared: how long one example takes says nothing.
hypothesis_settings.register_profile("aurum", deadline=None)
hypothesis_settings.load_profile("aurum")

pytest_plugins = ["tests.browser.fixtures"]

TEMPLATE = "template_aurum"
HOME = "AURUM_TEST_HOME"
MEMORY_NEEDED = 8 * 2**30  # bytes; about a half is used
OWNED_PAIR: list[LocalPair] = []


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than xdist finds cores: a test waits for servers and browsers for a part of its time."""
    return (yield) + 1


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the pair and migrate the template, in the controller only."""
    if hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return
    home = Path(tempfile.mkdtemp(prefix="aurum-tests-", dir=_in_memory()))
    home.chmod(0o711)  # as root, the servers run as another account, which must pass through here
    os.environ[HOME] = str(home)
    make_key_file(home / "keys.json")
    pair = LocalPair(home / "pair", durable=False)
    OWNED_PAIR.append(pair)
    pair.start()
    migrations.upgrade(pair.create_database(TEMPLATE).owner)


def _in_memory() -> Path | None:
    """A folder in memory with room for the pair; None: the usual place.

    Hundreds of databases come and go, each of a thousand files, which costs ext4 a tenfold of the time.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a folder with a name of its own is made in it
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_NEEDED else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the pair and remove everything it left."""
    for pair in OWNED_PAIR:
        pair.stop()
        shutil.rmtree(pair.home.parent, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def environment() -> None:
    """No AURUM_ setting of the person who runs the tests reaches them; keys are the run's own."""
    home = Path(os.environ[HOME])
    for name in [n for n in os.environ if n.startswith("AURUM_") and n != HOME]:
        del os.environ[name]
    os.environ["AURUM_HOME"] = str(home)
    os.environ["AURUM_KEY_FILE"] = str(home / "keys.json")
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness leaves its script behind as `__main__`, which a process started later would run again."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def pair() -> LocalPair:
    """The run's primary and replica. Do not kill its servers: tests that do so start a pair of their own."""
    return LocalPair(Path(os.environ[HOME]) / "pair", durable=False)


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """The run's encryption and hash keys."""
    return get_keyring()


@pytest.fixture
def urls(pair: LocalPair) -> Iterator[PairUrls]:
    """A fresh, migrated, empty database of this test's own, on both servers."""
    name = f"test_{uuid4().hex}"
    yield pair.create_database(name, TEMPLATE)
    pair.drop_database(name)


@pytest.fixture
def db(urls: PairUrls) -> Iterator[Database]:
    """The application's view of `urls`: writes on the primary, reads on the replica."""
    yield from _database(urls)


def _database(urls: PairUrls) -> Iterator[Database]:
    database = Database(Settings(primary_url=urls.primary, replica_url=urls.replica))
    deadline = time.monotonic() + 20
    while database.status().source != "replica":  # the new database has yet to reach it
        assert time.monotonic() < deadline, database.status().message
        database.refresh_status()
        time.sleep(0.01)
    yield database
    database.dispose()


@pytest.fixture
def owner(urls: PairUrls) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """An autocommit connection to `urls` as aurum_owner, to arrange and inspect."""
    with psycopg.connect(urls.owner.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def shared_urls(pair: LocalPair) -> Iterator[PairUrls]:
    """A migrated database for tests that roll back; one per test process."""
    name = f"shared_{uuid4().hex}"
    yield pair.create_database(name, TEMPLATE)
    pair.drop_database(name)


@pytest.fixture(scope="session")
def shared_db(shared_urls: PairUrls) -> Iterator[Database]:
    """The application's view of the shared database: for tests that do not mind what others left there."""
    yield from _database(shared_urls)


@pytest.fixture
def session(shared_urls: PairUrls) -> Iterator[Session]:
    """A transaction as aurum_app on the primary that is rolled back at the end: for actions and queries."""
    engine = create_engine(shared_urls.primary)
    with Session(engine) as open_session:
        yield open_session
        open_session.rollback()
    engine.dispose()
