"""Folders for tests that start servers of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder with a name that needs quoting.

    The servers' account may enter it, unlike pytest's own: as root, state below those goes to /var/lib.
    """
    with tempfile.TemporaryDirectory(prefix="a folder's name ") as name:
        Path(name).chmod(0o711)
        yield Path(name)
