"""Alembic environment: one transaction per migration, short lock waits, one migrator at a time."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import create_engine, text

from aurum_data.models import Base
from aurum_data.operations.drift import include_name
from aurum_data.settings import get_settings

ADVISORY_LOCK = 7_245_001
LIMITS = ("SET lock_timeout = '5s'", "SET statement_timeout = '15min'")

options = {
    "target_metadata": Base.metadata,
    "include_name": include_name,
    "compare_server_default": True,
    "transaction_per_migration": True,
}


def offline() -> None:
    """Print the SQL, limits included, for review and for the linter."""
    context.configure(dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"}, **options)
    for limit in LIMITS:
        context.execute(limit)
    with context.begin_transaction():
        context.run_migrations()


def online() -> None:
    """Migrate the database of AURUM_OWNER_URL, or the one that the caller hands over."""
    url = context.config.attributes.get("url") or os.environ.get("AURUM_OWNER_URL") or get_settings().owner_url
    if not url:
        raise SystemExit("Set AURUM_OWNER_URL to the database to migrate (python -m aurum_data env shows it).")
    engine = create_engine(url)
    try:
        with engine.connect() as lock, engine.connect() as connection:
            # Held by a connection of its own, since every migration commits.
            lock.execution_options(isolation_level="AUTOCOMMIT").execute(
                text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK}
            )
            for limit in LIMITS:
                connection.execute(text(limit))
            connection.commit()
            context.configure(connection=connection, **options)
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


if context.is_offline_mode():
    offline()
else:
    online()
