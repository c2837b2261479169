"""One-time links: made for one account, spent once, asked for by anybody and told to nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import links
from aurum_data.actions.core import SYSTEM
from aurum_data.database import Database
from aurum_data.errors import Invalid, NotFound, ReadOnly
from aurum_data.rules.identity import LinkPurpose
from aurum_data.security.passwords import verify_password
from aurum_data.security.sessions import find_actor, open_session
from tests.security.test_sign_in import PASSWORD, add_user, events, try_password

NEW = "vexing juniper 47 kettle"


def link(session: Session, user_id: UUID, purpose: LinkPurpose = LinkPurpose.PASSWORD_RESET) -> str:
    letter = links.make_link(session, SYSTEM, user_id=user_id, purpose=purpose)
    assert letter is not None
    return letter.token


def invited(session: Session) -> UUID:
    user_id = add_user(session)
    session.execute(text("UPDATE users SET status = 'invited', password_hash = NULL"))
    return user_id


def queued(session: Session) -> list[dict[str, str]]:
    return list(session.scalars(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'send_link' ORDER BY id")))


class TestMake:
    def test_only_the_hash_is_stored(self, session: Session):
        token = link(session, add_user(session))
        assert token not in str(session.scalar(text("SELECT one_time_links::text FROM one_time_links")))

    @pytest.mark.parametrize(
        ("purpose", "status"),
        [
            (LinkPurpose.PASSWORD_RESET, "invited"),
            (LinkPurpose.PASSWORD_RESET, "disabled"),
            (LinkPurpose.INVITATION, "active"),
            (LinkPurpose.INVITATION, "disabled"),
            (LinkPurpose.FIRST_ADMINISTRATOR, "active"),
        ],
    )
    def test_none_for_an_account_in_another_state(self, session: Session, purpose: LinkPurpose, status: str):
        user_id = add_user(session)
        session.execute(text("UPDATE users SET status = :status"), {"status": status})
        assert links.make_link(session, SYSTEM, user_id=user_id, purpose=purpose) is None

    def test_none_for_nobody(self, session: Session):
        assert links.make_link(session, SYSTEM, user_id=uuid4(), purpose=LinkPurpose.INVITATION) is None


class TestChoose:
    def test_an_invited_person_becomes_active_with_the_password(self, session: Session):
        token = link(session, invited(session), LinkPurpose.INVITATION)
        links.choose_password(session, token=token, password=NEW)
        assert try_password(session, NEW) == "right"

    def test_a_link_is_good_once(self, session: Session):
        token = link(session, add_user(session))
        links.choose_password(session, token=token, password=NEW)
        with pytest.raises(NotFound):
            links.choose_password(session, token=token, password="another vexing kettle")

    def test_parallel_uses_spend_it_once(self, db: Database):
        with db.write(None) as session:
            token = link(session, add_user(session))

        def use(number: int) -> bool:
            try:
                with db.write(None) as session:
                    links.choose_password(session, token=token, password=f"{NEW} {number}")
            except NotFound:
                return False
            return True

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(use, range(6))) == 1

    def test_looking_at_it_does_not_spend_it(self, session: Session):
        token = link(session, add_user(session))
        for _ in range(3):
            holder = links.holder_of(session, token)
            assert holder is not None
            assert holder.username == "dana"

    def test_it_ends_by_itself(self, session: Session):
        token = link(session, add_user(session))
        session.execute(text("UPDATE one_time_links SET expires_at = now()"))
        assert links.holder_of(session, token) is None
        with pytest.raises(NotFound):
            links.choose_password(session, token=token, password=NEW)

    def test_a_weak_password_leaves_it_good(self, session: Session):
        token = link(session, add_user(session))
        with pytest.raises(Invalid):
            links.choose_password(session, token=token, password="dana.dana.test")
        links.choose_password(session, token=token, password=NEW)

    def test_it_opens_nothing_once_the_account_is_closed(self, session: Session):
        token = link(session, add_user(session))
        session.execute(text("UPDATE users SET status = 'disabled'"))
        with pytest.raises(NotFound):
            links.choose_password(session, token=token, password=NEW)

    def test_all_sessions_and_other_links_end(self, session: Session):
        user_id = add_user(session)
        open_tab = open_session(session, user_id=user_id, second_factor=False, address=None, user_agent=None)
        token, other = link(session, user_id), link(session, user_id)
        links.choose_password(session, token=token, password=NEW)
        assert find_actor(session, str(open_tab)) is None
        assert links.holder_of(session, other) is None

    def test_the_second_factor_stays_and_is_asked_for(self, session: Session):
        user_id = add_user(session, totp=True)
        before = session.execute(text("SELECT totp_secret_encrypted, totp_confirmed_at FROM users")).one()
        links.choose_password(session, token=link(session, user_id), password=NEW)
        assert session.execute(text("SELECT totp_secret_encrypted, totp_confirmed_at FROM users")).one() == before
        assert try_password(session, NEW) == "needs_code"
        assert session.scalar(text("SELECT count(*) FROM sign_in_sessions")) == 0

    def test_it_ends_the_pause_that_a_stranger_caused(self, session: Session):
        user_id = add_user(session)
        for _ in range(6):
            try_password(session, "guess")
        links.choose_password(session, token=link(session, user_id), password=NEW)
        assert try_password(session, NEW) == "right"

    def test_it_makes_the_browser_one_that_no_limit_of_strangers_stops(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ):
        from aurum_data.actions import identity

        user_id = add_user(session)
        links.choose_password(session, token=link(session, user_id), password=NEW, device="of this browser")
        monkeypatch.setattr(identity, "ALL_TRIES", identity.Limit("sign_in_all", 0, 900))
        assert try_password(session, NEW, device="of this browser") == "right"
        assert events(session)[0] == "new_device"

    def test_a_frozen_application_refuses_it(self, session: Session):
        token = link(session, add_user(session))
        session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'"))
        with pytest.raises(ReadOnly):
            links.choose_password(session, token=token, password=NEW)

    def test_it_leaves_an_audit_entry_without_the_token(self, session: Session):
        user_id = add_user(session)
        token = link(session, user_id)
        links.choose_password(session, token=token, password=NEW)
        entries = session.scalars(text("SELECT audit_log::text FROM audit_log ORDER BY id")).all()
        assert "identity:password:choose" in entries[-1]
        assert not [entry for entry in entries if token in entry or NEW in entry]

    def test_the_password_is_stored_as_it_was_typed(self, session: Session):
        typed = "  Ünïcode AND spaces "
        links.choose_password(session, token=link(session, add_user(session)), password=typed)
        stored = session.scalar(text("SELECT password_hash FROM users"))
        assert verify_password(stored, typed)
        assert not verify_password(stored, typed.strip())


class TestForgotten:
    def ask(self, session: Session, username: str = "dana", address: str | None = "192.0.2.1") -> None:
        links.request_password_reset(session, username=username, address=address)

    def test_the_job_knows_the_person_and_nothing_else(self, session: Session):
        user_id = add_user(session)
        self.ask(session)
        assert queued(session) == [{"user_id": str(user_id), "purpose": "password_reset"}]

    @pytest.mark.parametrize("name", ["stranger", "", "'; DROP TABLE users; --"])
    def test_for_a_name_that_nobody_has_the_same_is_done(self, session: Session, name: str):
        self.ask(session, name)
        [job] = queued(session)
        assert set(job) == {"user_id", "purpose"}
        assert (
            links.make_link(session, SYSTEM, user_id=UUID(job["user_id"]), purpose=LinkPurpose.PASSWORD_RESET) is None
        )

    @pytest.mark.parametrize("name", ["dana", "stranger"])
    def test_the_same_rows_are_written_for_both(self, session: Session, name: str):
        add_user(session)
        self.ask(session, name)
        counts = "SELECT (SELECT count(*) FROM {}), (SELECT count(*) FROM {})"
        found = session.execute(text(counts.format("rate_limits", "procrastinate_jobs"))).one()
        assert tuple(found) == (2, 1)
        assert session.scalar(text("SELECT count(*) FROM audit_log")) == 0

    def test_the_password_stays_good(self, session: Session):
        add_user(session)
        self.ask(session)
        assert try_password(session, PASSWORD) == "right"

    def test_a_mailbox_cannot_be_filled(self, session: Session):
        add_user(session)
        for number in range(9):
            self.ask(session, address=f"192.0.2.{number}")
            session.execute(text("UPDATE procrastinate_jobs SET queueing_lock = NULL, lock = NULL"))
        assert len(queued(session)) == links.PERSON_ASKS.times

    def test_an_address_cannot_fill_the_queue(self, session: Session):
        for number in range(links.ADDRESS_ASKS.times + 5):
            self.ask(session, f"name{number}")
        assert len(queued(session)) == links.ADDRESS_ASKS.times

    def test_a_good_link_lies_in_the_mailbox_while_no_other_is_sent(self, session: Session):
        """Nobody holds the owner out by asking first: the limit lasts no longer than the link, and links stay good."""
        user_id = add_user(session)
        tokens = [link(session, user_id) for _ in range(links.PERSON_ASKS.times)]
        assert all(links.holder_of(session, token) for token in tokens)
        life = session.scalar(text("SELECT extract(epoch FROM expires_at - created_at) FROM one_time_links LIMIT 1"))
        assert life >= links.PERSON_ASKS.seconds
