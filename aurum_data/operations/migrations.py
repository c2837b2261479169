"""Running Alembic from code, and knowing whether a database is at the version that this code needs."""

from __future__ import annotations

import time
from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from aurum_data.operations import system_rows
from aurum_data.settings import PROJECT_ROOT

LOCK_TRIES = 5


def config(url: str | None = None) -> Config:
    """Alembic's configuration, for a database given by URL (role aurum_owner)."""
    settings = Config(str(PROJECT_ROOT / "alembic.ini"))
    settings.set_main_option("script_location", str(PROJECT_ROOT / "migrations"))
    settings.attributes["url"] = url
    return settings


def upgrade(url: str) -> None:
    """Migrate up to the head and sync the system rows; a lock not to be had in time is tried for again."""
    for attempt in range(1, LOCK_TRIES + 1):
        try:
            command.upgrade(config(url), "head")
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable) or attempt == LOCK_TRIES:
                raise
            time.sleep(2.0 * attempt)
        else:
            break
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            system_rows.sync(connection)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str = "base") -> None:
    """Migrate down."""
    command.downgrade(config(url), revision)


@lru_cache(maxsize=1)
def heads() -> str:
    """The revision that this code needs; the scripts are read once."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


def current(url: str) -> str | None:
    """The revision that a database is at; None: never migrated."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
