"""How long a session lasts, and what a device is called."""

from __future__ import annotations

import pytest

from aurum_data.rules.identity import ROLE_PERMISSIONS, Permission, Role, must_have_second_factor
from aurum_data.rules.sessions import ROLE_LIMITS, SessionLimits, device_name, session_limits

NO_CEILING = SessionLimits(1440, 168)


def test_every_role_has_its_limits():
    assert set(ROLE_LIMITS) == set(Role)


@pytest.mark.parametrize(
    ("roles", "limits"),
    [
        ([], (60, 12)),
        ([Role.SALES], (60, 12)),
        ([Role.ADMIN], (30, 8)),
        ([Role.SALES, Role.COMPLIANCE], (30, 8)),
        (["a role of our own"], (60, 12)),
    ],
)
def test_the_strictest_role_counts(roles: list[str], limits: tuple[int, int]):
    assert session_limits(roles, [], NO_CEILING) == SessionLimits(*limits)


def test_a_role_of_our_own_that_may_change_access_counts_as_strict():
    assert session_limits(["helpers"], [Permission.USERS_WRITE], NO_CEILING) == SessionLimits(30, 8)


def test_the_settings_shorten_and_never_lengthen():
    assert session_limits([Role.SALES], [], SessionLimits(10, 4)) == SessionLimits(10, 4)
    assert session_limits([Role.ADMIN], [], SessionLimits(45, 4)) == SessionLimits(30, 4)


@pytest.mark.parametrize("role", list(Role))
def test_admin_and_compliance_must_have_a_second_factor_by_name_and_by_right(role: Role):
    needed = role in {Role.ADMIN, Role.COMPLIANCE}
    assert must_have_second_factor([role], []) is needed
    assert must_have_second_factor([], ROLE_PERMISSIONS[role]) is needed


WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{WINDOWS} Chrome/150.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} Chrome/150.0.0.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/150.0 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel) Chrome/150.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/150.0 Safari/537.36", "Chrome on Linux"),
        ("<script>alert(1)</script>", "Unknown device"),
        ("", "Unknown device"),
        (None, "Unknown device"),
    ],
)
def test_a_device_has_a_name_that_people_recognise(user_agent: str | None, name: str):
    assert device_name(user_agent) == name
