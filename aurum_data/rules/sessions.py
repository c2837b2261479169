"""How long a sign-in lasts, by role, and what a browser calls itself.

A session ends when it was not used for a while (idle) and at the latest after some hours (absolute), ASVS 7.3.
Administrators and compliance staff can change access and erase data, so an unattended desk must not stay open
longer than a meeting, and they sign in afresh every working day. Everybody else works on lists all day: an hour
covers lunch, twelve hours the longest shift. The settings AURUM_SESSION_HOURS and AURUM_SESSION_IDLE_MINUTES are
ceilings: they shorten these limits, never lengthen them. The number of parallel sessions is not limited; each
person sees theirs and can end them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from aurum_data.rules.identity import Role, must_have_second_factor


@dataclass(frozen=True)
class SessionLimits:
    """Ends when unused for `idle_minutes`, and `hours` after it began."""

    idle_minutes: int
    hours: int

    def within(self, other: SessionLimits) -> SessionLimits:
        """The stricter of two, in both respects."""
        return SessionLimits(min(self.idle_minutes, other.idle_minutes), min(self.hours, other.hours))


STRICT = SessionLimits(idle_minutes=30, hours=8)
NORMAL = SessionLimits(idle_minutes=60, hours=12)
ROLE_LIMITS: dict[str, SessionLimits] = {
    Role.ADMIN: STRICT,
    Role.COMPLIANCE: STRICT,
    Role.MANAGER: NORMAL,
    Role.SALES: NORMAL,
    Role.OPS: NORMAL,
    Role.ANALYST: NORMAL,
}


def session_limits(roles: Collection[str], permissions: Collection[str], ceiling: SessionLimits) -> SessionLimits:
    """The limits of a person's new session: the strictest of their roles, within the ceiling of the settings.

    A role that was made in the database counts as a normal one, unless what it opens needs a second factor.
    """
    limits = ceiling.within(STRICT if must_have_second_factor(roles, permissions) else NORMAL)
    for role in roles:
        limits = limits.within(ROLE_LIMITS.get(role, NORMAL))
    return limits


# The first that fits, so the more particular names come first: Edge and Opera call themselves Chrome too.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str | None) -> str:
    """What a person recognises their device by: "Firefox on Windows"; "Unknown device" if it does not say."""
    said = user_agent or ""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b(?:Headless)?{mark}", said)), None)
    system = next((name for mark, name in _SYSTEMS if mark in said), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown device"
