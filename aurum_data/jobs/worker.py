"""The worker process: one per installation is enough, more do no harm."""

from __future__ import annotations

import logging

from procrastinate.exceptions import ConnectorException

from aurum_data.errors import Unavailable
from aurum_data.jobs.app import HEARTBEAT_SECONDS, SILENT_SECONDS, make_app
from aurum_data.security.encryption import keys_problem
from aurum_data.settings import Settings

CONCURRENCY = 3  # a long refresh must not hold up the rollups
GRACE_SECONDS = 10.0


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; jobs under way are given some seconds to finish.

    Raises Unavailable when AURUM_JOBS_URL is not set or the primary does not answer. Returns as well when the primary
    goes away: whatever started the worker starts it again.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    app = make_app(settings)
    if problem := keys_problem():
        logging.getLogger("aurum.jobs").error(problem)
    try:
        app.run_worker(
            concurrency=CONCURRENCY,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
        )
    except ConnectorException:
        raise Unavailable("The worker cannot reach the primary database.") from None
