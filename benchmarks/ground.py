"""What the measurements stand on: a pair of its own with sample data, kept in a folder and used again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.database import Database
from aurum_data.jobs.rollups import roll_up_all
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.operations.local import adopt
from aurum_data.operations.migrations import upgrade
from aurum_data.reference.load import load_reference
from aurum_data.sample.generate import ensure_sample
from aurum_data.security.encryption import make_key_file
from aurum_data.settings import PROJECT_ROOT, Settings, refresh_settings


@dataclass
class Ground:
    """A running pair, filled; `leads` is how many sample leads it holds."""

    pair: LocalPair
    urls: PairUrls
    settings: Settings
    database: Database
    leads: int


@contextmanager
def ground(leads: int) -> Iterator[Ground]:
    """Start (and at first fill) the pair for so many leads; stop it at the end."""
    home = Path(os.environ.get("AURUM_HOME") or PROJECT_ROOT / ".aurum") / f"bench-{leads}"
    for name in [name for name in os.environ if name.startswith("AURUM_") and name.endswith(("_URL", "_FILE"))]:
        del os.environ[name]
    settings = refresh_settings(AURUM_HOME=str(home), AURUM_LEADS=str(leads))
    pair = LocalPair(home, settings.pg_bin)
    print(f"# {leads:,} leads in {pair.state}", flush=True)
    make_key_file(pair.state / "keys.json")
    urls = pair.start()
    settings = adopt(settings, pair)
    try:
        _fill(urls, settings)
        database = Database(settings)
        yield Ground(pair, urls, settings, database, leads)
        database.dispose()
    finally:
        pair.stop()


def vacuum_leads(url: str) -> None:
    """Clear away what a measurement wrote and took back: the next one would pass over it."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE leads"))
    engine.dispose()


def _fill(urls: PairUrls, settings: Settings) -> None:
    upgrade(urls.owner)
    owner = create_engine(urls.owner)
    with owner.begin() as connection:
        load_reference(connection)
    ensure_sample(settings)
    with Session(owner) as session:
        if session.scalar(text("SELECT EXISTS (SELECT FROM rollup_changes)")):
            roll_up_all(session)
            session.commit()
    owner.dispose()
