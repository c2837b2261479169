"""The switches that freeze the application, or a part of it."""

from __future__ import annotations

from enum import StrEnum


class Freeze(StrEnum):
    """A switch of the table `app_flags`."""

    READ_ONLY = "read_only"
    STOP_EXPORTS = "stop_exports"
    STOP_ERASURES = "stop_erasures"


# What an action says that one of them stops.
REFUSALS = {
    Freeze.READ_ONLY: "An administrator has switched the application to read-only.",
    Freeze.STOP_EXPORTS: "An administrator has stopped exports for now.",
    Freeze.STOP_ERASURES: "An administrator has stopped erasures for now.",
}
