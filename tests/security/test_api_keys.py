"""Who is let in with a machine's key: from where, how often, for what, and what is recorded of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.rules.identity import Permission
from aurum_data.security.api_keys import Machine, Refusal, Refused, admit, new_key, plain_address
from tests.factories import make_key

HOME = "203.0.113.7"
AWAY = "198.51.100.9"
IMPORT = Permission.LEADS_IMPORT


def enter(session: Session, secret: str, address: str | None = HOME, needs: Permission | None = None) -> Any:
    return admit(session, secret, address=address, needs=needs)


def events(session: Session) -> list[tuple[str, str, str]]:
    rows = session.execute(text("SELECT event, severity, host(address) FROM security_events ORDER BY occurred_at, id"))
    return [tuple(row) for row in rows]


def refusal(answer: Machine | Refused) -> Refusal:
    assert isinstance(answer, Refused)
    return answer.why


def test_a_good_key_acts_with_its_scopes_and_address(session: Session) -> None:
    secret, row = make_key(session, IMPORT, key_name="Website")
    machine = enter(session, secret, needs=IMPORT)
    assert machine.actor.key_id == row.id
    assert machine.actor.user_id is None
    assert machine.actor.permissions == {IMPORT}
    assert (machine.actor.full_name, machine.actor.address) == ("Website", HOME)
    assert machine.actor.username == f"Website ({row.key_prefix})"


def test_no_two_keys_are_alike_and_the_hash_alone_is_stored(session: Session) -> None:
    assert len({new_key()[0] for _ in range(100)}) == 100
    secret, row = make_key(session)
    assert secret.startswith(row.key_prefix)
    stored = session.scalar(text("SELECT k::text FROM api_keys k WHERE id = :id"), {"id": row.id})
    assert secret[12:] not in stored


@pytest.mark.parametrize("secret", ["", "aso_", "aso_12345678_" + "x" * 43, "x" * 10_000, "aso_1234567é_" + "x" * 43])
def test_what_is_no_key_of_ours_opens_nothing(session: Session, secret: str) -> None:
    assert refusal(enter(session, secret)) is Refusal.NO_KEY


def test_a_key_with_another_ending_opens_nothing(session: Session) -> None:
    secret, _ = make_key(session)
    other = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    assert refusal(enter(session, other)) is Refusal.NO_KEY


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_key_that_has_ended_opens_nothing_and_is_told_once(session: Session, column: str) -> None:
    secret, _ = make_key(session, **{column: now() - timedelta(seconds=1)})
    assert [refusal(enter(session, secret)) for _ in range(3)] == [Refusal.NO_KEY] * 3
    assert events(session) == [("key_refused", "warning", HOME)]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        (HOME, True),
        ("::ffff:203.0.113.200", True),
        ("2001:db8::5", True),
        (AWAY, False),
        ("2001:db9::5", False),
        (None, False),
        ("not an address", False),
    ],
)
def test_a_key_with_a_list_of_addresses_works_from_there_alone(
    session: Session, address: str | None, allowed: bool
) -> None:
    secret, _ = make_key(session, allowed_addresses=["203.0.113.0/24", "2001:db8::/32"])
    answer = enter(session, secret, address)
    assert isinstance(answer, Machine) is allowed
    if not allowed:
        assert refusal(answer) is Refusal.ADDRESS
        assert [event for event, _, _ in events(session)] == ["key_refused"]


def test_a_missing_scope_is_refused_and_recorded(session: Session) -> None:
    secret, _ = make_key(session, Permission.LEADS_READ)
    assert refusal(enter(session, secret, needs=IMPORT)) is Refusal.SCOPE
    assert events(session) == [("permission_denied", "info", HOME)]


def test_the_limit_of_a_minute_holds_and_says_how_long_to_wait(session: Session) -> None:
    secret, _ = make_key(session, rate_limit_per_minute=2)
    assert [isinstance(enter(session, secret), Machine) for _ in range(3)] == [True, True, False]
    answer = enter(session, secret)
    assert refusal(answer) is Refusal.TOO_MANY
    assert 59 < answer.seconds <= 60


def test_keys_are_counted_apart(session: Session) -> None:
    first, _ = make_key(session, rate_limit_per_minute=1)
    second, _ = make_key(session, rate_limit_per_minute=1)
    assert isinstance(enter(session, first), Machine)
    assert isinstance(enter(session, second), Machine)


def test_the_first_address_is_no_event_and_the_next_one_is_a_warning(session: Session) -> None:
    secret, row = make_key(session, key_name="Website")
    for address in (HOME, HOME, AWAY, AWAY, HOME):
        enter(session, secret, address)
    assert events(session) == [("key_new_address", "warning", AWAY)]
    assert session.scalar(text("SELECT details ->> 'key' FROM security_events")) == f"Website ({row.key_prefix})"


def test_the_last_use_is_written_once_a_minute(session: Session) -> None:
    secret, row = make_key(session)

    def used() -> tuple[Any, str]:
        session.refresh(row)
        return row.last_used_at, str(row.last_used_address)

    enter(session, secret, HOME)
    first = used()
    assert first[1] == HOME
    enter(session, secret, AWAY)
    assert used() == first
    session.execute(text("UPDATE api_keys SET last_used_at = now() - interval '61 seconds'"))
    enter(session, secret, AWAY)
    assert used() == (first[0], AWAY)  # one transaction, one now()


def test_keys_of_one_line_share_limit_and_known_addresses(session: Session) -> None:
    old_secret, old = make_key(session, rate_limit_per_minute=3)
    secret, row = make_key(session, rate_limit_per_minute=3, replaces_ref=old.id)
    last_secret, _ = make_key(session, rate_limit_per_minute=3, replaces_ref=row.id)
    lines: set[UUID] = {enter(session, key).line_id for key in (old_secret, secret, last_secret)}
    assert lines == {old.id}
    assert events(session) == []
    assert refusal(enter(session, last_secret)) is Refusal.TOO_MANY


@pytest.mark.parametrize(
    ("given", "plain"),
    [("::FFFF:10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::1"), ("testclient", None), (None, None)],
)
def test_addresses_are_made_plain(given: str | None, plain: str | None) -> None:
    assert plain_address(given) == plain
