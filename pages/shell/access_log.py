"""What the web server's own access log may say: paths, never queries. A query holds filters, or a one-time link."""

from __future__ import annotations

import logging

# uvicorn's arguments: client, method, path with query, HTTP version, status
_PATH = 2


def keep_queries_out_of_the_access_log() -> None:
    """Cut the query off every address that uvicorn logs."""
    logging.getLogger("uvicorn.access").addFilter(_without_query)


def _without_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple) and len(record.args) > _PATH:
        cut = str(record.args[_PATH]).partition("?")[0]
        record.args = (*record.args[:_PATH], cut, *record.args[_PATH + 1 :])
    return True
