"""A worker that does what waits in the queue, and stops."""

from __future__ import annotations

import os
import subprocess
import sys

from aurum_data.operations.cluster import PairUrls
from aurum_data.settings import PROJECT_ROOT

_WORK = """
import logging
from aurum_data.jobs.app import make_app
from aurum_data.settings import get_settings
logging.basicConfig(level=logging.DEBUG)
make_app(get_settings()).run_worker(wait=False, listen_notify=False, concurrency=1)
"""


def work(urls: PairUrls, **settings: str) -> str:
    """Let one work on a database with these settings besides; all that it logged."""
    settings |= {"primary_url": urls.primary, "replica_url": urls.replica, "jobs_url": urls.jobs}
    environment = os.environ | {f"AURUM_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-c", _WORK]
    options = {"cwd": PROJECT_ROOT, "env": environment, "timeout": 120}
    done = subprocess.run(command, **options, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "DEBUG" in done.stderr
    return done.stdout + done.stderr
