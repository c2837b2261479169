"""Who may grant what."""

from __future__ import annotations

import pytest

from aurum_data.rules.identity import ROLE_PERMISSIONS, USERNAME, Permission, Role, may_grant

ADMIN = ROLE_PERMISSIONS[Role.ADMIN]


@pytest.mark.parametrize("role", Role)
def test_an_administrator_may_give_every_system_role(role: Role):
    assert may_grant(ADMIN, ROLE_PERMISSIONS[role])


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_nobody_else_may_give_any(role: Role):
    assert not may_grant(ROLE_PERMISSIONS[role], ROLE_PERMISSIONS[role])


def test_nobody_gives_what_they_do_not_hold():
    held = {Permission.USERS_WRITE, Permission.LEADS_READ}
    assert may_grant(held, {Permission.LEADS_READ})
    assert not may_grant(held, {Permission.LEADS_READ, Permission.SYSTEM_WRITE})


def test_contact_data_is_entrusted_to_those_who_manage_accounts():
    assert Permission.LEADS_READ_PII not in ADMIN
    assert may_grant(ADMIN, {Permission.LEADS_READ_PII})


@pytest.mark.parametrize("name", ["dana", "d.a-n_a2", "ab"])
def test_user_names(name: str):
    assert USERNAME.fullmatch(name)


@pytest.mark.parametrize("name", ["", "a", "Dana", "2dana", "da na", "dana\n", "d" * 41, "dâna", "a@b"])
def test_what_is_no_user_name(name: str):
    assert not USERNAME.fullmatch(name)
