"""Withdrawing a consent: the lead and its twins come off sale, the contact is barred, and it is all on record."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.consent import withdraw_consent
from aurum_data.actions.core import SYSTEM
from aurum_data.errors import Conflict, NotAllowed, NotFound
from aurum_data.models.leads import Lead
from aurum_data.rules.identity import Role
from aurum_data.rules.privacy import ConsentKind, WithdrawalChannel
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import SealedField
from tests.factories import make_actor, make_lead

TCPA, SMS_STOP = ConsentKind.TCPA_EXPRESS_WRITTEN, WithdrawalChannel.SMS_STOP


@pytest.fixture
def lead(session: Session) -> Lead:
    """A sellable lead with consent to be called."""
    made = make_lead(
        session, phone_hash=uuid4().bytes * 2, email_hash=uuid4().bytes * 2, consent_state="given", sellable=True
    )
    session.execute(
        text(
            "INSERT INTO lead_consents (lead_id, consent_kind, consent_state, given_at)"
            " VALUES (:id, 'tcpa_express_written', 'given', now())"
        ),
        {"id": made.id},
    )
    return made


def test_lead_comes_off_sale_and_out_of_the_funnel(session: Session, lead: Lead) -> None:
    withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)
    session.refresh(lead)
    assert (lead.consent_state, lead.sellable, lead.do_not_call) == ("withdrawn", False, True)
    assert (lead.status, lead.version) == ("suppressed", 2)


def test_state_and_event_are_recorded_with_the_channel(session: Session, lead: Lead) -> None:
    withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)
    state = session.execute(text("SELECT * FROM lead_consents WHERE lead_id = :id"), {"id": lead.id}).one()
    event = session.execute(text("SELECT * FROM lead_consent_events WHERE lead_id = :id"), {"id": lead.id}).one()
    assert (state.consent_state, state.withdrawn_at is not None) == ("withdrawn", True)
    assert (event.consent_state, event.channel, event.recorded_by) == ("withdrawn", "sms_stop", "system")


def test_phone_is_suppressed_by_its_hash_and_the_email_is_not(session: Session, lead: Lead) -> None:
    done = withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)
    barred = session.execute(
        text("SELECT contact_kind, reason FROM suppression_list WHERE contact_hash IN (:phone, :email)"),
        {"phone": lead.phone_hash, "email": lead.email_hash},
    ).all()
    assert barred == [("phone", "opt_out")]
    assert done.suppressed == ["phone"]


def test_other_leads_of_the_same_phone_come_off_sale(session: Session, lead: Lead) -> None:
    twin = make_lead(session, phone_hash=lead.phone_hash, sellable=True, duplicate_of=lead.id)
    done = withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)
    session.refresh(twin)
    assert (done.other_leads, twin.sellable) == (1, False)


def test_contact_is_barred_and_found_under_every_hash_key(
    session: Session, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While hash keys rotate, this lead's hash is still an old one, and its twin's a new one."""
    newer = replace(keyring, hashing=dict(keyring.hashing) | {99: b"n" * 32}, hashing_in_use=99)
    monkeypatch.setattr("aurum_data.actions.consent.get_keyring", lambda: newer)
    phone, old, new = "+17185550142", keyring.digest("phone", "+17185550142"), newer.digest("phone", "+17185550142")
    lead = make_lead(session, phone_hash=old, sellable=True)
    lead.phone_encrypted = keyring.seal(SealedField.LEAD_PHONE, lead.id, phone)
    twin = make_lead(session, phone_hash=new, sellable=True)
    done = withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)
    session.refresh(twin)
    assert (done.other_leads, twin.sellable) == (1, False)
    barred = session.execute(text("SELECT contact_hash, key_version FROM suppression_list")).all()
    assert barred == [(new, 99)]


def test_sold_lead_keeps_its_status(session: Session, lead: Lead) -> None:
    lead.status = "sold"
    session.flush()
    withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)
    session.refresh(lead)
    assert (lead.status, lead.sellable) == ("sold", False)


def test_stop_of_marketing_mail_leaves_the_consent_to_calls_as_it_is(session: Session, lead: Lead) -> None:
    done = withdraw_consent(
        session, SYSTEM, lead_id=lead.id, kind=ConsentKind.EMAIL_MARKETING, channel=WithdrawalChannel.EMAIL_UNSUBSCRIBE
    )
    session.refresh(lead)
    assert (lead.consent_state, lead.status, done.suppressed) == ("given", "new", ["email"])


def test_second_withdrawal_is_refused(session: Session, lead: Lead) -> None:
    withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)


def test_unknown_lead(session: Session) -> None:
    with pytest.raises(NotFound):
        withdraw_consent(session, SYSTEM, lead_id=uuid4(), kind=TCPA, channel=SMS_STOP)


def test_sales_may_not_withdraw(session: Session, lead: Lead) -> None:
    with pytest.raises(NotAllowed):
        withdraw_consent(session, make_actor(session, Role.SALES), lead_id=lead.id, kind=TCPA, channel=SMS_STOP)


def test_withdrawal_is_audited(session: Session, lead: Lead) -> None:
    withdraw_consent(session, SYSTEM, lead_id=lead.id, kind=TCPA, channel=SMS_STOP)
    entry = session.execute(text("SELECT * FROM audit_log WHERE entity_id = :id"), {"id": str(lead.id)}).one()
    assert entry.event == "privacy:consent:withdraw"
    assert entry.details == {"kind": TCPA, "channel": SMS_STOP, "suppressed": ["phone"], "other_leads": 0}
