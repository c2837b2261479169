"""Whoever is signed in stays so while the primary is away, and nobody else gets in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from aurum_data.database import Database
from aurum_data.errors import ReadOnly, Unavailable
from aurum_data.operations import migrations
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.rules.identity import Role
from pages.parts import guard
from pages.parts.guard import current_actor
from tests.pages.conftest import AsRole
from tests.replication import catch_up

pytestmark = pytest.mark.slow


@pytest.fixture
def own_pair() -> Iterator[LocalPair]:
    """Two servers that this test may kill."""
    pair = LocalPair(Path(os.environ["AURUM_TEST_HOME"]) / f"away-{os.getpid()}", durable=False)
    pair.start()
    yield pair
    pair.stop()


@pytest.fixture
def urls(own_pair: LocalPair) -> PairUrls:
    """The database of this test is on its own pair."""
    urls = own_pair.create_database("away")
    migrations.upgrade(urls.owner)
    return urls


def test_a_known_session_goes_on_and_nobody_new_gets_in(own_pair: LocalPair, site: Database, as_role: AsRole):
    as_role(Role.MANAGER)
    before = current_actor()
    catch_up(site)
    own_pair.kill("primary")
    assert before is not None
    assert current_actor() == before
    guard._seen.clear()
    with pytest.raises(Unavailable):
        current_actor()
    with pytest.raises(ReadOnly):
        as_role(Role.MANAGER)
