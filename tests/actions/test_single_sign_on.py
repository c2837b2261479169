"""Single sign-on: who is let in for what the provider says, and how accounts are linked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import single_sign_on as sso
from aurum_data.actions.single_sign_on import Arrival, Identity
from aurum_data.clock import now
from aurum_data.errors import ConfirmationNeeded, Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import Role
from tests.actions.test_second_factor import events, inbox, long_ago, security_events, signed_in
from tests.security.test_sign_in import add_user

ISSUER = "https://id.example"


def said(subject: str = "s-1", at: datetime | None = None, issuer: str = ISSUER) -> Identity:
    return Identity(issuer, subject, (at or now()).replace(microsecond=0))


def linked(session: Session, role: Role = Role.SALES, *, totp: bool = False) -> UUID:
    user_id = add_user(session, role=role, totp=totp)
    session.execute(
        text("INSERT INTO user_identities (user_id, issuer, subject) VALUES (:id, :issuer, 's-1')"),
        {"id": user_id, "issuer": ISSUER},
    )
    return user_id


def outcome(session: Session, identity: Identity) -> str:
    arrival = sso.arrive(session, identity, address="192.0.2.1")
    return arrival.outcome if isinstance(arrival, Arrival) else arrival


class TestArrive:
    def test_by_issuer_and_subject(self, session: Session):
        user_id = linked(session)
        assert sso.arrive(session, said(), address=None) == Arrival("right", user_id, "dana")

    @pytest.mark.parametrize(("subject", "issuer"), [("s-2", ISSUER), ("dana", ISSUER), ("s-1", f"{ISSUER}/")])
    def test_nobody_else(self, session: Session, subject: str, issuer: str):
        linked(session)
        assert outcome(session, said(subject, issuer=issuer)) == "unknown"
        assert security_events(session) == ["sign_in_failed"]

    def test_a_disabled_account_is_nobody(self, session: Session):
        linked(session)
        session.execute(text("UPDATE users SET status = 'disabled'"))
        assert outcome(session, said()) == "unknown"

    def test_with_a_second_factor_the_code_is_asked_for(self, session: Session):
        linked(session, totp=True)
        assert outcome(session, said()) == "needs_code"

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.COMPLIANCE])
    def test_who_must_have_one_sets_it_up(self, session: Session, role: Role):
        linked(session, role)
        assert outcome(session, said()) == "needs_second_factor"

    def test_each_word_of_the_provider_is_good_once(self, session: Session):
        linked(session)
        word, later = said(), said(at=now() + timedelta(seconds=2))
        assert [outcome(session, w) for w in (word, word, later, word)] == ["right", "spent", "right", "spent"]

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_and_within_minutes_only(self, session: Session, minutes: int):
        linked(session)
        assert outcome(session, said(at=now() + timedelta(minutes=minutes))) == "spent"


class TestLink:
    def test_ones_own_account(self, session: Session):
        dana, _ = signed_in(session, "dana", Role.SALES)
        sso.link(session, dana, said())
        assert outcome(session, said(at=now() + timedelta(seconds=2))) == "right"
        assert events(session) == ["identity:single_sign_on:link"]
        assert security_events(session) == ["identity_changed"]
        assert inbox(session, dana.user_id) == ["Your account was linked to single sign-on"]

    def test_the_word_it_was_linked_with_signs_nobody_in(self, session: Session):
        dana, _ = signed_in(session, "dana", Role.SALES)
        word = said()
        sso.link(session, dana, word)
        assert outcome(session, word) == "spent"

    def test_needs_a_fresh_confirmation(self, session: Session):
        dana, _ = signed_in(session, "dana", Role.SALES)
        long_ago(session)
        with pytest.raises(ConfirmationNeeded):
            sso.link(session, dana, said())

    def test_not_an_identity_of_somebody_else(self, session: Session):
        linked(session)
        erin, _ = signed_in(session, "erin", Role.SALES)
        with pytest.raises(Conflict):
            sso.link(session, erin, said())

    def test_not_with_an_old_word(self, session: Session):
        dana, _ = signed_in(session, "dana", Role.SALES)
        with pytest.raises(Invalid):
            sso.link(session, dana, said(at=now() - timedelta(minutes=6)))

    def test_and_take_it_away_again(self, session: Session):
        dana, _ = signed_in(session, "dana", Role.SALES)
        erin, _ = signed_in(session, "erin", Role.SALES)
        sso.link(session, dana, said())
        identity_id = session.scalar(text("SELECT id FROM user_identities"))
        with pytest.raises(NotFound):
            sso.unlink(session, erin, identity_id=identity_id)
        sso.unlink(session, dana, identity_id=identity_id)
        assert outcome(session, said(at=now() + timedelta(seconds=2))) == "unknown"
        assert events(session)[-1] == "identity:single_sign_on:unlink"


class TestLinkForSomebodyElse:
    def link(self, session: Session, user_id: UUID | None, *, issuer: str = ISSUER, actor: Role = Role.ADMIN) -> None:
        admin, _ = signed_in(session, "ada", actor)
        assert user_id is not None
        sso.link_for(session, admin, user_id=user_id, issuer=issuer, subject="s-1", reason="Asked on the phone")

    def test_by_an_administrator(self, session: Session):
        user_id = add_user(session)
        self.link(session, user_id)
        assert outcome(session, said()) == "right"
        assert inbox(session, user_id) == ["Your account was linked to single sign-on"]

    def test_not_for_an_administrator(self, session: Session):
        user_id = add_user(session, role=Role.ADMIN)
        with pytest.raises(NotAllowed):
            self.link(session, user_id)

    def test_not_by_others(self, session: Session):
        user_id = add_user(session)
        with pytest.raises(NotAllowed):
            self.link(session, user_id, actor=Role.COMPLIANCE)

    @pytest.mark.parametrize("issuer", ["", "http://id.example", "https://" + "x" * 300])
    def test_not_to_a_made_up_issuer(self, session: Session, issuer: str):
        user_id = add_user(session)
        with pytest.raises(Invalid):
            self.link(session, user_id, issuer=issuer)
