"""Finding the local pair from another process than the one that runs it: commands, and the dashboard by hand."""

from __future__ import annotations

from aurum_data.errors import Unavailable
from aurum_data.operations.cluster import LocalPair
from aurum_data.settings import Settings, get_settings, refresh_settings


def connected_settings() -> Settings:
    """The settings with the URLs of a database pair: those of the environment, else of the running local pair.

    Raises Unavailable when there are neither.
    """
    settings = get_settings()
    if settings.primary_url is not None:
        return settings
    pair = LocalPair(settings.home, settings.pg_bin)
    if pair.status().primary != "running":
        raise Unavailable("No database is running: start one with `make run`, or set AURUM_PRIMARY_URL.")
    return adopt(settings, pair)


def key_settings() -> Settings:
    """The settings for commands that need the keys but no database: the key file of the local pair, if one is meant."""
    settings = get_settings()
    if settings.primary_url is not None or settings.key_file is not None:
        return settings
    pair = LocalPair(settings.home, settings.pg_bin)
    return refresh_settings(AURUM_KEY_FILE=str(pair.state / "keys.json"))


def adopt(settings: Settings, pair: LocalPair) -> Settings:
    """Make the local pair this process's and its children's."""
    urls = pair.urls()
    return refresh_settings(
        AURUM_LOCAL_PAIR="1",
        AURUM_HOME=str(settings.home),
        AURUM_KEY_FILE=str(settings.key_file or pair.state / "keys.json"),
        AURUM_PRIMARY_URL=urls.primary,
        AURUM_REPLICA_URL=urls.replica,
        AURUM_OWNER_URL=urls.owner,
        AURUM_JOBS_URL=urls.jobs,
    )
