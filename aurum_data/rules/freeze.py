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
# What it is called, and what it does, on the screens.
TITLES = {
    Freeze.READ_ONLY: "Read-only",
    Freeze.STOP_EXPORTS: "Exports stopped",
    Freeze.STOP_ERASURES: "Erasures stopped",
}
EFFECTS = {
    Freeze.READ_ONLY: "Everything can be looked at; nothing can be changed, brought in or sent out.",
    Freeze.STOP_EXPORTS: "No leads leave the application; everything else goes on.",
    Freeze.STOP_ERASURES: "No personal data are erased; requests are taken in and their clocks run.",
}
