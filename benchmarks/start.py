"""From nothing to the first page: `make run` in an empty folder, after the install."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from aurum_data.settings import PROJECT_ROOT
from benchmarks.ground import Ground
from benchmarks.result import Result
from tests.browser.served import free_port


def measure(_: Ground) -> Iterator[Result]:
    """Seconds until the line `Ready:`, the first time and the second."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # as root, the servers run as another account, which must pass through here
        yield Result("start: from nothing to Ready", _ready(folder), 90, "s")
        yield Result("start: again on the same data", _ready(folder), 20, "s")


def _ready(folder: str) -> float:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AURUM_")}
    environment |= {"AURUM_HOME": f"{folder}/home", "AURUM_PORT": str(free_port())}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "aurum_data", "run"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Ready:"):
            break
    seconds = time.perf_counter() - started
    assert process.poll() is None, "the run ended before it was ready"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    return seconds
