"""The life of an account: made by invitation, its password changed, ended at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import accounts
from aurum_data.actions.core import Actor
from aurum_data.actions.links import choose_password, holder_of
from aurum_data.errors import ConfirmationNeeded, Conflict, Invalid, NotAllowed, NotFound, ReadOnly, UserError
from aurum_data.rules.identity import LinkPurpose, Role
from aurum_data.security.encryption import get_keyring
from aurum_data.security.passwords import hash_password
from aurum_data.security.sessions import find_actor, open_session
from tests.actions.test_links import NEW, link, queued
from tests.factories import make_actor
from tests.security.test_sign_in import PASSWORD, events, try_password

ERIN: dict[str, str] = {"username": "erin", "full_name": "Erin Example", "email": "Erin@Example.com"}
HASH = hash_password(PASSWORD)


def signed_in(session: Session, role: Role = Role.ADMIN) -> tuple[Actor, str]:
    """Somebody with a role, a password and an open session; the session's token."""
    actor = make_actor(session, role)
    values = {"id": actor.user_id, "hash": HASH}
    session.execute(text("UPDATE users SET password_hash = :hash, totp_confirmed_at = now() WHERE id = :id"), values)
    assert actor.user_id is not None
    token = open_session(session, user_id=actor.user_id, second_factor=True, address=None, user_agent=None)
    row = text("SELECT id FROM sign_in_sessions WHERE user_ref = :id")
    return replace(actor, session_id=session.scalar(row, values)), str(token)


@pytest.fixture
def admin(session: Session) -> Actor:
    return signed_in(session)[0]


def user(session: Session, user_id: UUID) -> Any:
    return session.execute(text("SELECT * FROM users WHERE id = :id"), {"id": user_id}).one()


def roles(session: Session, user_id: UUID) -> list[str]:
    query = "SELECT role_name FROM user_roles g JOIN roles r ON r.id = g.role_id WHERE g.user_id = :id"
    return list(session.scalars(text(query), {"id": user_id}))


def last_audit(session: Session) -> Any:
    return session.execute(text("SELECT * FROM audit_log ORDER BY id DESC LIMIT 1")).one()


class TestInvite:
    def test_makes_an_account_that_cannot_sign_in_yet(self, session: Session, admin: Actor):
        user_id = accounts.invite(session, admin, **ERIN, role_name="sales")
        row = user(session, user_id)
        assert (row.username, row.full_name, row.status) == ("erin", "Erin Example", "invited")
        assert (row.password_hash, roles(session, user_id)) == (None, ["sales"])
        assert try_password(session, "", "erin") == "wrong"

    def test_keeps_the_email_sealed_and_masked(self, session: Session, admin: Actor):
        row = user(session, accounts.invite(session, admin, **ERIN, role_name="sales"))
        assert get_keyring().open("users.email", row.id, row.email_encrypted) == "erin@example.com"
        assert row.email_masked == "e***@example.com"

    def test_queues_the_mail_without_a_secret(self, session: Session, admin: Actor):
        user_id = accounts.invite(session, admin, **ERIN, role_name="sales")
        assert queued(session) == [{"user_id": str(user_id), "purpose": "invitation"}]

    def test_is_audited_and_told_to_the_administrators(self, session: Session, admin: Actor):
        user_id = accounts.invite(session, admin, **ERIN, role_name="sales")
        entry = last_audit(session)
        assert (entry.event, entry.entity_id) == ("identity:account:invite", str(user_id))
        assert "example.com" not in str(entry.details)
        assert events(session) == ["role_changed"]

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
    def test_is_for_administrators(self, session: Session, role: Role):
        with pytest.raises(NotAllowed):
            accounts.invite(session, signed_in(session, role)[0], **ERIN, role_name="sales")

    def test_asks_for_a_fresh_confirmation(self, session: Session, admin: Actor):
        session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '1 hour'"))
        with pytest.raises(ConfirmationNeeded):
            accounts.invite(session, admin, **ERIN, role_name="sales")

    def test_nobody_gives_more_than_they_may(self, session: Session):
        keeper = signed_in(session, Role.SALES)[0]
        grant = "INSERT INTO user_permissions (user_id, resource, action) VALUES (:id, 'users', 'write')"
        session.execute(text(grant), {"id": keeper.user_id})
        accounts.invite(session, keeper, **ERIN, role_name="sales")
        with pytest.raises(NotAllowed, match="more than you may give"):
            accounts.invite(session, keeper, **ERIN | {"username": "erin2"}, role_name="admin")

    @pytest.mark.parametrize(
        "wrong",
        [{"username": "Erin E"}, {"username": ""}, {"full_name": "  "}, {"email": "nowhere"}, {"role_name": "emperor"}],
    )
    def test_refuses_what_does_not_fit(self, session: Session, admin: Actor, wrong: dict[str, str]):
        with pytest.raises(Invalid):
            accounts.invite(session, admin, **{**ERIN, "role_name": "sales", **wrong})

    def test_a_user_name_belongs_to_one_person(self, session: Session, admin: Actor):
        accounts.invite(session, admin, **ERIN, role_name="sales")
        with pytest.raises(Conflict, match="taken"):
            accounts.invite(session, admin, **ERIN, role_name="ops")


class TestResend:
    def test_the_earlier_link_ends_and_another_is_queued(self, session: Session, admin: Actor):
        user_id = accounts.invite(session, admin, **ERIN, role_name="sales")
        first = link(session, user_id, LinkPurpose.INVITATION)
        session.execute(text("DELETE FROM procrastinate_events; DELETE FROM procrastinate_jobs"))
        accounts.resend_invitation(session, admin, user_id=user_id)
        assert holder_of(session, first) is None
        assert len(queued(session)) == 1

    @pytest.mark.parametrize("status", ["active", "disabled"])
    def test_only_for_those_who_have_not_come_yet(self, session: Session, admin: Actor, status: str):
        user_id = accounts.invite(session, admin, **ERIN, role_name="sales")
        session.execute(text("UPDATE users SET status = :s WHERE id = :id"), {"s": status, "id": user_id})
        with pytest.raises(Conflict):
            accounts.resend_invitation(session, admin, user_id=user_id)

    def test_is_for_administrators(self, session: Session, admin: Actor):
        user_id = accounts.invite(session, admin, **ERIN, role_name="sales")
        with pytest.raises(NotAllowed):
            accounts.resend_invitation(session, signed_in(session, Role.MANAGER)[0], user_id=user_id)


class TestFirstAdministrator:
    def test_is_invited_and_gets_a_link_and_no_password(self, session: Session):
        letter = accounts.first_administrator(session, **ERIN)
        row = session.execute(text("SELECT id, status, password_hash FROM users")).one()
        assert (row.status, row.password_hash, roles(session, row.id)) == ("invited", None, ["admin"])
        choose_password(session, token=letter.token, password=NEW)
        assert try_password(session, NEW, "erin") == "needs_second_factor"

    def test_is_refused_while_an_administrator_is_active(self, session: Session, admin: Actor):
        with pytest.raises(Conflict):
            accounts.first_administrator(session, **ERIN)

    def test_asked_for_again_before_it_was_used_the_old_link_ends(self, session: Session):
        first = accounts.first_administrator(session, **ERIN).token
        second = accounts.first_administrator(session, **ERIN).token
        assert holder_of(session, first) is None
        assert holder_of(session, second) is not None
        assert session.scalar(text("SELECT count(*) FROM users")) == 1

    @pytest.mark.parametrize("status", ["active", "invited"])
    def test_does_not_take_over_another_persons_account(self, session: Session, status: str):
        actor = make_actor(session, Role.SALES)
        session.execute(text("UPDATE users SET status = :s"), {"s": status})
        with pytest.raises(Conflict, match="taken"):
            accounts.first_administrator(session, **ERIN | {"username": actor.username})

    def test_the_link_ends_by_itself(self, session: Session):
        token = accounts.first_administrator(session, **ERIN).token
        session.execute(text("UPDATE one_time_links SET expires_at = expires_at - interval '24 hours'"))
        assert holder_of(session, token) is None


def leave(session: Session, admin: Actor, user_id: UUID | None) -> None:
    assert user_id is not None
    accounts.end_employment(session, admin, user_id=user_id, reason="Left the company")


# What somebody may have, how to give it, and the question that is true while it lets anybody in.
POSSESSIONS = {
    "role": (
        "SELECT",
        "SELECT count(*) FROM user_roles WHERE user_id = :id",
    ),
    "permission": (
        "INSERT INTO user_permissions (user_id, resource, action) VALUES (:id, 'leads', 'export')",
        "SELECT count(*) FROM user_permissions WHERE user_id = :id",
    ),
    "machine key": (
        "INSERT INTO api_keys (key_name, key_prefix, key_hash, created_by) VALUES ('k', 'p', '\\x02', :id)",
        "SELECT count(*) FROM api_keys WHERE created_by = :id AND revoked_at IS NULL",
    ),
    "identity at a provider": (
        "INSERT INTO user_identities (user_id, issuer, subject) VALUES (:id, 'i', 's')",
        "SELECT count(*) FROM user_identities WHERE user_id = :id",
    ),
    "known browser": (
        "INSERT INTO user_devices (user_ref, device_hash) VALUES (:id, '\\x03')",
        "SELECT count(*) FROM user_devices WHERE user_ref = :id",
    ),
    "ticket": (
        (
            "INSERT INTO sign_in_tickets (ticket_hash, nonce_hash, user_ref, expires_at)"
            " VALUES ('\\x04', '\\x05', :id, now() + interval '1 minute')"
        ),
        "SELECT count(*) FROM sign_in_tickets WHERE user_ref = :id",
    ),
    "open request": (
        (
            "INSERT INTO access_requests (kind, user_ref, reason, requested_by, expires_at)"
            " VALUES ('role_grant', uuidv7(), 'r', :id, now() + interval '1 day')"
        ),
        "SELECT count(*) FROM access_requests WHERE decision IS NULL",
    ),
    "link": (
        (
            "INSERT INTO one_time_links (token_hash, purpose, user_ref, expires_at)"
            " VALUES ('\\x06', 'password_reset', :id, now() + interval '1 hour')"
        ),
        "SELECT count(*) FROM one_time_links WHERE user_ref = :id AND used_at IS NULL",
    ),
    "session": (
        "SELECT",
        "SELECT count(*) FROM sign_in_sessions WHERE user_ref = :id AND revoked_at IS NULL",
    ),
    "password": (
        "SELECT",
        "SELECT count(password_hash) FROM users WHERE id = :id",
    ),
}


class TestLeaver:
    @pytest.mark.parametrize(("give", "has"), POSSESSIONS.values(), ids=POSSESSIONS)
    def test_has_nothing_left(self, session: Session, admin: Actor, give: str, has: str):
        leaver = signed_in(session, Role.SALES)[0]
        session.execute(text(give), {"id": leaver.user_id})
        assert session.scalar(text(has), {"id": leaver.user_id}) == 1
        leave(session, admin, leaver.user_id)
        assert session.scalar(text(has), {"id": leaver.user_id}) == 0

    def test_is_out_at_once_and_stays_out(self, session: Session, admin: Actor):
        leaver, token = signed_in(session, Role.SALES)
        leave(session, admin, leaver.user_id)
        assert find_actor(session, token) is None
        assert try_password(session, PASSWORD, leaver.username) == "wrong"

    def test_others_keep_what_they_have(self, session: Session, admin: Actor):
        leaver, (other, token) = signed_in(session, Role.SALES)[0], signed_in(session, Role.SALES)
        leave(session, admin, leaver.user_id)
        assert find_actor(session, token) is not None
        assert roles(session, UUID(str(other.user_id))) == ["sales"]

    def test_is_audited_with_the_reason_and_what_ended(self, session: Session, admin: Actor):
        leaver = signed_in(session, Role.SALES)[0]
        leave(session, admin, leaver.user_id)
        entry = last_audit(session)
        assert (entry.event, entry.reason, entry.actor_name) == (
            "identity:account:end", "Left the company", admin.username,
        )  # fmt: skip
        assert (entry.details["sessions"], entry.details["roles"], entry.details["api_keys"]) == (1, 1, 0)
        assert events(session) == ["role_changed"]

    def test_keeps_the_day_from_which_retention_counts(self, session: Session, admin: Actor):
        leaver = signed_in(session, Role.SALES)[0]
        leave(session, admin, leaver.user_id)
        assert user(session, UUID(str(leaver.user_id))).left_on is not None

    def test_nobody_ends_their_own_employment(self, session: Session, admin: Actor):
        signed_in(session)
        with pytest.raises(NotAllowed, match="your own"):
            leave(session, admin, admin.user_id)

    def test_two_administrators_remain(self, session: Session):
        leaver, _ = signed_in(session)[0], signed_in(session)
        keeper = signed_in(session, Role.SALES)[0]
        grant = "INSERT INTO user_permissions (user_id, resource, action) VALUES (:id, 'users', 'write')"
        session.execute(text(grant), {"id": keeper.user_id})
        with pytest.raises(Conflict, match="Two administrators must remain"):
            leave(session, keeper, leaver.user_id)
        signed_in(session)
        leave(session, keeper, leaver.user_id)

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
    def test_is_for_administrators(self, session: Session, admin: Actor, role: Role):
        with pytest.raises(NotAllowed):
            leave(session, signed_in(session, role)[0], signed_in(session, Role.SALES)[0].user_id)

    def test_asks_for_a_fresh_confirmation(self, session: Session, admin: Actor):
        leaver = signed_in(session, Role.SALES)[0]
        session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '1 hour'"))
        with pytest.raises(ConfirmationNeeded):
            leave(session, admin, leaver.user_id)

    def test_asks_for_a_reason(self, session: Session, admin: Actor):
        leaver = signed_in(session, Role.SALES)[0]
        with pytest.raises(Invalid):
            accounts.end_employment(session, admin, user_id=UUID(str(leaver.user_id)), reason="  ")

    def test_leaves_once(self, session: Session, admin: Actor):
        leaver = signed_in(session, Role.SALES)[0]
        leave(session, admin, leaver.user_id)
        with pytest.raises(Conflict):
            leave(session, admin, leaver.user_id)

    def test_nobody_of_that_id(self, session: Session, admin: Actor):
        with pytest.raises(NotFound):
            leave(session, admin, uuid4())


class TestChangePassword:
    def test_the_new_one_is_good_and_the_old_one_is_not(self, session: Session):
        actor = signed_in(session, Role.SALES)[0]
        assert accounts.change_password(session, actor, old=PASSWORD, new=NEW)
        assert try_password(session, PASSWORD, actor.username) == "wrong"
        assert try_password(session, NEW, actor.username) == "needs_code"

    @pytest.mark.parametrize("stay", [True, False])
    def test_every_other_session_ends_and_this_one_if_asked(self, session: Session, stay: bool):
        actor, here = signed_in(session, Role.SALES)
        assert actor.user_id is not None
        there = open_session(session, user_id=actor.user_id, second_factor=True, address=None, user_agent=None)
        assert accounts.change_password(session, actor, old=PASSWORD, new=NEW, stay=stay)
        assert find_actor(session, str(there)) is None
        assert (find_actor(session, here) is not None) is stay

    def test_a_wrong_old_password_changes_nothing(self, session: Session):
        actor = signed_in(session, Role.SALES)[0]
        assert not accounts.change_password(session, actor, old="guess", new=NEW)
        assert events(session) == ["sign_in_failed"]
        assert try_password(session, PASSWORD, actor.username) == "needs_code"

    def test_guessing_the_old_password_meets_a_limit(self, session: Session):
        actor = signed_in(session, Role.SALES)[0]
        for _ in range(accounts.OLD_PASSWORD_TRIES.times + 1):
            accounts.change_password(session, actor, old="guess", new=NEW)
        assert not accounts.change_password(session, actor, old=PASSWORD, new=NEW)
        assert events(session).count("sign_in_guessing") == 1

    def test_a_stranger_who_keeps_the_account_paused_does_not_prevent_it(self, session: Session):
        actor = signed_in(session, Role.SALES)[0]
        for _ in range(6):
            try_password(session, "guess", actor.username)
        assert accounts.change_password(session, actor, old=PASSWORD, new=NEW)

    @pytest.mark.parametrize("new", ["short", "password1234", "Brooklyn-Solar-1"])
    def test_a_weak_one_is_refused(self, session: Session, new: str):
        with pytest.raises(Invalid):
            accounts.change_password(session, signed_in(session, Role.SALES)[0], old=PASSWORD, new=new)

    def test_the_old_one_again_is_refused(self, session: Session):
        with pytest.raises(Invalid):
            accounts.change_password(session, signed_in(session, Role.SALES)[0], old=PASSWORD, new=PASSWORD)

    @pytest.mark.parametrize(
        ("end", "error"),
        [
            ("UPDATE sign_in_sessions SET revoked_at = now()", NotAllowed),
            ("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'", ReadOnly),
        ],
    )
    def test_takes_a_live_session_and_an_application_that_is_not_frozen(
        self, session: Session, end: str, error: type[UserError]
    ):
        actor = signed_in(session, Role.SALES)[0]
        session.execute(text(end))
        with pytest.raises(error):
            accounts.change_password(session, actor, old=PASSWORD, new=NEW)

    def test_mailed_links_end(self, session: Session):
        actor = signed_in(session, Role.SALES)[0]
        assert actor.user_id is not None
        token = link(session, actor.user_id)
        accounts.change_password(session, actor, old=PASSWORD, new=NEW)
        assert holder_of(session, token) is None
