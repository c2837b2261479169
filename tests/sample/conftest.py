"""One filled database for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine

from aurum_data.operations.cluster import LocalPair
from aurum_data.reference.load import load_reference
from aurum_data.sample.generate import generate
from aurum_data.sample.people import ensure_people
from aurum_data.security.encryption import Keyring
from tests.conftest import TEMPLATE

LEADS = 4_000
UNTIL = date(2026, 10, 28)
PREPARED = f"sample_prepared_{uuid4().hex}"


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


@pytest.fixture(scope="session")
def prepared(pair: LocalPair, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database with reference data and the sample people, to be copied."""
    urls = pair.create_database(PREPARED, TEMPLATE)
    engine = create_engine(urls.owner)
    with engine.begin() as connection:
        load_reference(connection)
        ensure_people(connection, tmp_path_factory.mktemp("people"))
    engine.dispose()
    return PREPARED


@pytest.fixture(scope="session")
def filled_url(pair: LocalPair, prepared: str, keyring: Keyring) -> Iterator[str]:
    """The owner's URL of a database filled with `LEADS` leads up to `UNTIL`."""
    name = f"sample_filled_{uuid4().hex}"
    urls = pair.create_database(name, prepared)
    generate(urls.owner, leads=LEADS, seed=7, keyring=keyring, progress=lambda _: None, until=UNTIL)
    yield plain(urls.owner)
    pair.drop_database(name)


@pytest.fixture
def filled(filled_url: str) -> Iterator[psycopg.Connection]:
    """A connection to the filled database."""
    with psycopg.connect(filled_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path
