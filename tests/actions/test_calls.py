"""A call on record: once, with what follows from it, and no callback outside the hours for calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.calls import Logged, log_call
from aurum_data.actions.consent import stop_calls
from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.leads import LONGEST_NOTE
from aurum_data.clock import NEW_YORK, now, today
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.leads import Lead
from aurum_data.rules.calls import CallDisposition
from aurum_data.rules.identity import Role
from aurum_data.security.encryption import Keyring
from tests.factories import make_actor, make_lead

TOMORROW_NOON = datetime.combine(today() + timedelta(days=1), datetime.min.time(), NEW_YORK).replace(hour=12)


@pytest.fixture
def seller(session: Session) -> Actor:
    return make_actor(session, Role.SALES)


@pytest.fixture
def lead(session: Session) -> Lead:
    return make_lead(session)


def log(session: Session, actor: Actor, lead: Lead, disposition: str = "reached", **more: Any) -> Logged:
    more = {"call_id": uuid4()} | more
    logged = log_call(session, actor, lead_id=lead.id, disposition=CallDisposition(disposition), **more)
    session.refresh(lead)
    return logged


def calls(session: Session, lead: Lead) -> list[Any]:
    return list(session.execute(text("SELECT * FROM lead_calls WHERE lead_id = :id"), {"id": lead.id}))


def test_a_call_is_on_record_with_its_caller(session: Session, seller: Actor, lead: Lead) -> None:
    log(session, seller, lead, "voicemail", note=" Back\x00 Monday ", next_callback_at=TOMORROW_NOON)
    (call,) = calls(session, lead)
    assert (call.caller_user_id, call.caller_name) == (seller.user_id, seller.full_name)
    assert (call.disposition, call.note, call.next_callback_at) == ("voicemail", "Back Monday", TOMORROW_NOON)
    audited = session.execute(
        text("SELECT event, details ->> 'disposition' FROM audit_log WHERE entity_id = :id"), {"id": str(lead.id)}
    ).one()
    assert tuple(audited) == ("leads:call:log", "voicemail")


def test_the_first_conversation_makes_a_new_lead_contacted(session: Session, seller: Actor, lead: Lead) -> None:
    assert log(session, seller, lead).status == "contacted"
    assert (lead.status, lead.version) == ("contacted", 2)
    assert lead.first_contacted_at is not None
    steps = session.execute(
        text("SELECT from_status, to_status, reason FROM lead_status_history WHERE lead_id = :id"), {"id": lead.id}
    ).all()
    assert steps == [("new", "contacted", "Call: reached")]


@pytest.mark.parametrize("disposition", ["no_answer", "voicemail", "wrong_number"])
def test_a_try_is_no_contact(session: Session, seller: Actor, lead: Lead, disposition: str) -> None:
    log(session, seller, lead, disposition)
    assert lead.first_contacted_at is None


def test_the_first_contact_keeps_its_time(session: Session, seller: Actor) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    lead = make_lead(session, status="contacted", first_contacted_at=long_ago)
    log(session, seller, lead)
    assert lead.first_contacted_at == long_ago


def test_a_call_is_the_end_of_the_callback_before_it(session: Session, seller: Actor) -> None:
    lead = make_lead(session, status="contacted", next_callback_at=now())
    log(session, seller, lead, next_callback_at=TOMORROW_NOON)
    assert lead.next_callback_at == TOMORROW_NOON
    log(session, seller, lead)
    assert lead.next_callback_at is None


def test_the_same_call_sent_twice_is_logged_once(session: Session, seller: Actor, lead: Lead) -> None:
    call_id = uuid4()
    for _ in range(2):
        assert log(session, seller, lead, call_id=call_id).status == "contacted"
    assert len(calls(session, lead)) == 1
    assert lead.version == 2


@pytest.mark.parametrize(
    ("callback", "said"),
    [
        (TOMORROW_NOON.replace(hour=21), "9:00 PM is outside"),
        (TOMORROW_NOON.replace(hour=7, minute=59), "7:59 AM is outside"),
        (datetime(2026, 1, 5, 12, tzinfo=NEW_YORK), "in the past"),
        (TOMORROW_NOON + timedelta(days=200), "180 days ahead"),
    ],
)
def test_a_callback_that_cannot_be_is_refused_and_nothing_is_saved(
    session: Session, seller: Actor, lead: Lead, callback: datetime, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        log(session, seller, lead, next_callback_at=callback)
    assert calls(session, lead) == []


@pytest.mark.parametrize("disposition", ["wrong_number", "not_interested", "do_not_call"])
def test_there_is_no_callback_after_a_no(session: Session, seller: Actor, lead: Lead, disposition: str) -> None:
    with pytest.raises(Invalid, match="nothing to call back for"):
        log(session, seller, lead, disposition, next_callback_at=TOMORROW_NOON)


def test_a_wish_not_to_be_called_goes_through_the_consent_machinery(
    session: Session, seller: Actor, keyring: Keyring
) -> None:
    phone = "+16465550123"
    first, second = uuid4(), uuid4()
    sealed = {"phone_hash": keyring.digest("phone", phone), "sellable": True, "status": "contacted"}
    lead = make_lead(session, id=first, phone_encrypted=keyring.seal("leads.phone", first, phone), **sealed)
    other = make_lead(session, id=second, phone_encrypted=keyring.seal("leads.phone", second, phone), **sealed)
    logged = log(session, seller, lead, "do_not_call")
    session.refresh(other)
    assert (logged.status, logged.other_leads) == ("suppressed", 1)
    assert (lead.do_not_call, lead.sellable, lead.status) == (True, False, "suppressed")
    assert (other.do_not_call, other.sellable, other.status) == (True, False, "contacted")
    consent = session.execute(
        text("SELECT consent_kind, consent_state, channel FROM lead_consent_events WHERE lead_id = :id"),
        {"id": lead.id},
    ).one()
    assert tuple(consent) == ("tcpa_express_written", "withdrawn", "phone")
    assert session.scalar(text("SELECT count(*) FROM suppression_list WHERE contact_kind = 'phone'")) == 1


def test_a_wish_said_twice_changes_nothing_more(session: Session, seller: Actor, lead: Lead) -> None:
    log(session, seller, lead, "do_not_call")
    log(session, seller, lead, "do_not_call")
    assert (len(calls(session, lead)), lead.status) == (2, "suppressed")
    assert stop_calls(session, seller, lead_id=lead.id).other_leads == 0


def test_no_callback_is_planned_with_somebody_who_asked_not_to_be_called(session: Session, seller: Actor) -> None:
    lead = make_lead(session, do_not_call=True)
    with pytest.raises(Conflict, match="asked not to be called"):
        log(session, seller, lead, next_callback_at=TOMORROW_NOON)


def test_a_deactivated_lead_takes_no_calls(session: Session, seller: Actor) -> None:
    with pytest.raises(Conflict, match="deactivated"):
        log(session, seller, make_lead(session, is_active=False))


def test_a_lead_beyond_ones_limits_is_not_there(session: Session, seller: Actor, lead: Lead) -> None:
    limited = replace(seller, scope_boroughs=frozenset({"Queens"}))
    for deed in (lambda: log(session, limited, lead), lambda: stop_calls(session, limited, lead_id=lead.id)):
        with pytest.raises(NotFound):
            deed()


def test_an_endless_note_is_refused(session: Session, seller: Actor, lead: Lead) -> None:
    with pytest.raises(Invalid, match="at most"):
        log(session, seller, lead, note="x" * (LONGEST_NOTE + 1))


def test_a_call_needs_a_person_who_may_work_on_leads(session: Session, lead: Lead) -> None:
    with pytest.raises(NotAllowed):
        log(session, make_actor(session, Role.ANALYST), lead)
    with pytest.raises(Invalid, match="needs a person"):
        log(session, SYSTEM, lead)
