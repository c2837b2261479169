"""Keys of machines: by whom they are made, what they may hold, how one follows another, how they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.api_keys import NewKey, create_key, revoke_key, rotate_key
from aurum_data.actions.core import Actor
from aurum_data.clock import now
from aurum_data.errors import ConfirmationNeeded, Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import KEY_SCOPES, Permission, Role
from aurum_data.security.api_keys import Machine, admit
from tests.factories import make_actor, make_platform

READ = [Permission.LEADS_READ]


@pytest.fixture
def admin(session: Session) -> Actor:
    """An administrator who has just confirmed who they are."""
    actor = make_actor(session, Role.ADMIN)
    session_id = session.scalar(
        text(
            "INSERT INTO sign_in_sessions (token_hash, user_ref, auth_epoch, second_factor, expires_at)"
            " VALUES ('\\x02', :id, 0, true, now() + interval '1 hour') RETURNING id"
        ),
        {"id": actor.user_id},
    )
    return Actor(actor.user_id, actor.username, actor.full_name, session_id)


def make(session: Session, admin: Actor, **values: Any) -> NewKey:
    return create_key(session, admin, **{"name": "Website", "scopes": READ, **values})


def works(session: Session, key: NewKey) -> bool:
    return isinstance(admit(session, key.secret, address="203.0.113.7", needs=None), Machine)


def stored(session: Session, key: NewKey, columns: str) -> Any:
    return session.execute(text(f"SELECT {columns} FROM api_keys WHERE id = :id"), {"id": key.key_id}).one()


class TestCreate:
    def test_a_new_key_works_for_a_year_with_what_it_was_given(self, session: Session, admin: Actor) -> None:
        key = make(session, admin, addresses=["203.0.113.7", "10.1.2.3/8"], per_minute=90)
        assert works(session, key)
        row = stored(session, key, "key_name, scopes, allowed_addresses, rate_limit_per_minute, created_by")
        assert tuple(row) == ("Website", ["leads:read"], ["203.0.113.7/32", "10.0.0.0/8"], 90, admin.user_id)
        assert timedelta(days=364) < key.expires_at - now() <= timedelta(days=365, hours=1)

    def test_the_secret_is_nowhere_but_in_the_answer(self, session: Session, admin: Actor) -> None:
        key = make(session, admin)
        kept = session.scalars(text("SELECT details::text FROM audit_log UNION ALL SELECT k::text FROM api_keys k"))
        assert key.secret[13:] not in "".join(kept)
        assert key.secret not in repr(key)

    def test_the_deed_is_audited(self, session: Session, admin: Actor) -> None:
        key = make(session, admin)
        row = session.execute(text("SELECT event, entity_id, details ->> 'prefix' FROM audit_log")).one()
        assert tuple(row) == ("identity:key:create", str(key.key_id), key.prefix)

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
    def test_only_an_administrator_may(self, session: Session, role: Role) -> None:
        with pytest.raises(NotAllowed):
            make(session, make_actor(session, role))

    def test_an_old_confirmation_is_not_enough(self, session: Session, admin: Actor) -> None:
        session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '1 hour'"))
        with pytest.raises(ConfirmationNeeded):
            make(session, admin)

    @pytest.mark.parametrize("scope", sorted(set(Permission) - KEY_SCOPES))
    def test_what_is_for_people_is_given_to_no_machine(self, session: Session, admin: Actor, scope: Permission) -> None:
        with pytest.raises(Invalid):
            make(session, admin, scopes=[scope])

    def test_nobody_gives_what_they_do_not_hold(self, session: Session, admin: Actor) -> None:
        session.execute(text("DELETE FROM user_permissions WHERE resource = 'revenue' AND action = 'read'"))
        with pytest.raises(NotAllowed):
            make(session, admin, scopes=[Permission.REVENUE_READ])

    @pytest.mark.parametrize(
        "values",
        [
            {"name": " "},
            {"name": "x" * 81},
            {"name": "a\x00b"},
            {"scopes": []},
            {"days": 0},
            {"days": 731},
            {"per_minute": 0},
            {"per_minute": 6_001},
            {"addresses": ["everywhere"]},
            {"addresses": ["300.1.1.1"]},
            {"addresses": [f"10.0.0.{n}" for n in range(21)]},
            {"scopes": [Permission.PLATFORMS_ANSWER]},
        ],
        ids=str,
    )
    def test_what_does_not_fit_is_refused(self, session: Session, admin: Actor, values: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            make(session, admin, **values)

    def test_a_platforms_key_only_answers(self, session: Session, admin: Actor) -> None:
        platform = make_platform(session)
        with pytest.raises(Invalid):
            make(session, admin, platform_id=platform.id, scopes=[Permission.PLATFORMS_ANSWER, *READ])
        key = make(session, admin, platform_id=platform.id, scopes=[Permission.PLATFORMS_ANSWER])
        assert stored(session, key, "platform_ref")[0] == platform.id

    def test_a_platform_that_is_not_there_gets_no_key(self, session: Session, admin: Actor) -> None:
        with pytest.raises(NotFound):
            make(session, admin, platform_id=admin.user_id, scopes=[Permission.PLATFORMS_ANSWER])

    def test_a_live_keys_name_is_taken_until_it_ends(self, session: Session, admin: Actor) -> None:
        key = make(session, admin)
        with pytest.raises(Conflict):
            make(session, admin, name="  WEBSITE ")
        revoke_key(session, admin, key_id=key.key_id, reason="Done")
        assert works(session, make(session, admin))


class TestRotate:
    def test_both_keys_work_until_the_old_one_ends(self, session: Session, admin: Actor) -> None:
        old = make(session, admin, addresses=["203.0.113.7"], per_minute=90)
        new = rotate_key(session, admin, key_id=old.key_id, overlap_days=3)
        assert works(session, old)
        assert works(session, new)
        row = stored(session, old, "expires_at - now() = interval '3 days'")
        assert row[0] is True
        same = "key_name, scopes, allowed_addresses, rate_limit_per_minute, platform_ref"
        assert stored(session, new, same) == stored(session, old, same)
        assert stored(session, new, "replaces_ref")[0] == old.key_id

    def test_without_overlap_the_old_key_ends_at_once(self, session: Session, admin: Actor) -> None:
        old = make(session, admin)
        rotate_key(session, admin, key_id=old.key_id, overlap_days=0)
        assert not works(session, old)

    def test_a_key_that_ends_sooner_is_not_made_to_live_longer(self, session: Session, admin: Actor) -> None:
        old = make(session, admin, days=1)
        rotate_key(session, admin, key_id=old.key_id, overlap_days=30)
        assert stored(session, old, "expires_at < now() + interval '25 hours'")[0]

    def test_a_key_has_one_that_follows(self, session: Session, admin: Actor) -> None:
        old = make(session, admin)
        rotate_key(session, admin, key_id=old.key_id)
        with pytest.raises(Conflict):
            rotate_key(session, admin, key_id=old.key_id)

    def test_a_key_that_has_ended_is_not_followed(self, session: Session, admin: Actor) -> None:
        old = make(session, admin)
        revoke_key(session, admin, key_id=old.key_id, reason="Stolen")
        with pytest.raises(Conflict):
            rotate_key(session, admin, key_id=old.key_id)

    @pytest.mark.parametrize("values", [{"overlap_days": -1}, {"overlap_days": 31}, {"days": 731}])
    def test_what_does_not_fit_is_refused(self, session: Session, admin: Actor, values: dict[str, int]) -> None:
        key = make(session, admin)
        with pytest.raises(Invalid):
            rotate_key(session, admin, key_id=key.key_id, **values)

    def test_an_old_confirmation_is_not_enough(self, session: Session, admin: Actor) -> None:
        key = make(session, admin)
        session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '1 hour'"))
        with pytest.raises(ConfirmationNeeded):
            rotate_key(session, admin, key_id=key.key_id)


class TestRevoke:
    def test_a_revoked_key_ends_at_once_with_a_reason_on_record(self, session: Session, admin: Actor) -> None:
        key = make(session, admin)
        revoke_key(session, admin, key_id=key.key_id, reason=" Laptop stolen ")
        assert not works(session, key)
        row = session.execute(text("SELECT reason FROM audit_log WHERE event = 'identity:key:revoke'")).one()
        assert row.reason == "Laptop stolen"

    def test_a_stolen_key_does_not_wait_for_a_confirmation(self, session: Session, admin: Actor) -> None:
        key = make(session, admin)
        session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '1 hour'"))
        revoke_key(session, admin, key_id=key.key_id, reason="Stolen")
        assert not works(session, key)

    def test_twice_is_refused(self, session: Session, admin: Actor) -> None:
        key = make(session, admin)
        revoke_key(session, admin, key_id=key.key_id, reason="Stolen")
        with pytest.raises(Conflict):
            revoke_key(session, admin, key_id=key.key_id, reason="Stolen")

    def test_without_a_reason_or_a_key_nothing_happens(self, session: Session, admin: Actor) -> None:
        with pytest.raises(Invalid):
            revoke_key(session, admin, key_id=make(session, admin).key_id, reason=" ")
        with pytest.raises(NotFound):
            revoke_key(session, admin, key_id=admin.user_id, reason="Gone")

    def test_somebody_else_may_not(self, session: Session, admin: Actor) -> None:
        key = make(session, admin)
        with pytest.raises(NotAllowed):
            revoke_key(session, make_actor(session, Role.OPS), key_id=key.key_id, reason="Why not")
