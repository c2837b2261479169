"""Print the path of a Chromium or Chrome for the browser tests; install one if there is none.

In this order: CHROMIUM, the PATH, macOS applications, Playwright's download, Debian's package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def main() -> int:
    for candidate in candidates():
        if candidate and works(candidate):
            print(candidate)
            return 0
    print(
        "No Chromium or Chrome was found or could be installed. Set CHROMIUM to one.",
        file=sys.stderr,
    )
    return 1


def candidates() -> Iterator[str | None]:
    """Possible paths, cheapest first; installing happens only once the ones before did not do."""
    yield os.environ.get("CHROMIUM")
    yield from (shutil.which(name) for name in PROGRAMS)
    yield from (path for path in MAC_APPLICATIONS if Path(path).exists())
    yield playwrights_own()
    print("Installing Chromium for the browser tests", file=sys.stderr)
    tell([sys.executable, "-m", "playwright", "install", "chromium"])
    yield playwrights_own()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        tell(["apt-get", "update", "-q"])
        tell(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core"])
        yield shutil.which("chromium")


def works(path: str) -> bool:
    """Whether it starts: Ubuntu's `chromium-browser` may be a stub, a download may lack libraries."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def playwrights_own() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def tell(command: list[str]) -> None:
    """Run a command whose output is for the person, not part of our answer; its failure shows later."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, stdout=sys.stderr, env=environment, timeout=900, check=False)


if __name__ == "__main__":
    sys.exit(main())
