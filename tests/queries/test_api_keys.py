"""The list of machine keys: what state each is in, in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.queries.api_keys import list_keys
from aurum_data.rules.identity import Permission
from tests.factories import make_key, make_platform

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"expires_at": now() + 90 * DAY}, "live"),
        ({"expires_at": now() + 29 * DAY}, "ends_soon"),
        ({"expires_at": now() - DAY}, "expired"),
        ({"expires_at": now() + 90 * DAY, "revoked_at": now()}, "revoked"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_state_of_a_key(session: Session, values, state: str) -> None:
    make_key(session, **values)
    assert list_keys(session)["state"].tolist() == [state]


def test_a_key_that_is_followed_is_replaced_until_its_successor_is_revoked(session: Session) -> None:
    _, old = make_key(session, key_name="Website", expires_at=now() + 7 * DAY)
    _, new = make_key(session, key_name="Website", replaces_ref=old.id, expires_at=now() + 90 * DAY)
    states = list_keys(session).set_index("key_id")["state"].to_dict()
    assert states == {old.id: "replaced", new.id: "live"}
    session.execute(text("UPDATE api_keys SET revoked_at = now() WHERE id = :id"), {"id": new.id})
    assert list_keys(session).set_index("key_id")["state"][old.id] == "ends_soon"


def test_what_works_stands_first_by_name(session: Session) -> None:
    make_key(session, key_name="alpha", revoked_at=now())
    make_key(session, key_name="zeta")
    make_key(session, key_name="Beta")
    assert list_keys(session)["key_name"].tolist() == ["Beta", "zeta", "alpha"]


def test_a_platforms_key_names_it(session: Session) -> None:
    platform = make_platform(session, platform_name="Harbor Solar")
    make_key(session, Permission.PLATFORMS_ANSWER, platform_ref=platform.id, allowed_addresses=["203.0.113.0/24"])
    row = list_keys(session).iloc[0]
    assert (row["platform_name"], row["scopes"], row["allowed_addresses"]) == (
        "Harbor Solar", ["platforms:answer"], ["203.0.113.0/24"],
    )  # fmt: skip


def test_the_reader_of_the_replica_sees_the_list_and_no_hash(db: Database) -> None:
    assert db.query(None, list_keys).empty
    assert not [name for name in db.query(None, list_keys).columns if "hash" in name]
