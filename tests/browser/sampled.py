"""A database of 20,000 sample leads, which a run fills once, however many workers it has."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.jobs.consents import count_consents
from aurum_data.jobs.rollups import roll_up_all
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.reference.load import load_reference
from aurum_data.sample.generate import ensure_sample
from aurum_data.settings import Settings

LEADS = 20_000


def sample_database(pair: LocalPair) -> PairUrls:
    """A database with reference data, sample people, leads and rollups, for the caller alone.

    Whoever comes first fills one and copies it for the other workers.
    """
    waiting = _home() / "sample_databases"
    with _alone():
        names = waiting.read_text().split() if waiting.exists() else []
        name, *others = names or _make(pair)
        waiting.write_text(" ".join(others))
        return pair.urls(name)


def _make(pair: LocalPair) -> list[str]:
    """As many as there are workers: the one that is filled is used too, since a copy takes as long as many tests."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first, *others = names = [f"sample_{uuid4().hex}" for _ in range(workers)]
    _fill(pair.create_database(first, "template_aurum"))
    for name in others:
        pair.create_database(name, first)
    return names


def sample_settings(urls: PairUrls) -> Settings:
    """The settings of an application over it; the sample people's passwords lie in the run's folder."""
    return Settings(
        primary_url=urls.primary,
        replica_url=urls.replica,
        owner_url=urls.owner,
        local_pair=True,
        leads=LEADS,
        home=_home(),
    )


def _fill(urls: PairUrls) -> None:
    owner = create_engine(urls.owner)
    with owner.begin() as connection:
        load_reference(connection)
    ensure_sample(sample_settings(urls), progress=lambda _: None)
    with Session(owner) as session:
        roll_up_all(session)
        count_consents(session)
        session.commit()
    owner.dispose()


def _home() -> Path:
    return Path(os.environ["AURUM_TEST_HOME"])


@contextmanager
def _alone() -> Iterator[None]:
    """Other workers of the run wait here."""
    with (_home() / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
