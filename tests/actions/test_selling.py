"""May a lead be sold: its own consent must stand, and nobody of its family may be against it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from aurum_data.actions.selling import family_refuses, may_be_sold
from aurum_data.clock import now
from aurum_data.models.leads import Lead
from aurum_data.models.privacy import LeadConsent
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import SealedField
from tests.factories import make_lead


def on_sale(session: Session, **values: Any) -> Lead:
    return make_lead(session, **{"consent_state": "given", "sellable": True, **values})


def test_a_proven_consent_lets_it_be_sold(session: Session) -> None:
    assert may_be_sold(session, on_sale(session).id)


@pytest.mark.parametrize(
    "against",
    [
        {"consent_state": "unproven"},
        {"consent_state": "withdrawn"},
        {"do_not_call": True},
        {"erased_at": now()},
        {"status": "suppressed"},
    ],
    ids=["unproven", "withdrawn", "do_not_call", "erased", "suppressed"],
)
def test_what_stands_against_it_on_the_lead_itself(session: Session, against: dict[str, Any]) -> None:
    assert not may_be_sold(session, on_sale(session, **against).id)


def test_a_duplicate_is_not_sold(session: Session) -> None:
    assert not may_be_sold(session, on_sale(session, duplicate_of=on_sale(session).id).id)


def test_a_consent_that_ran_out_counts_no_more(session: Session) -> None:
    lead = on_sale(session)
    ended = {"consent_kind": "tcpa_express_written", "consent_state": "given", "expires_at": now() - timedelta(days=1)}
    session.add(LeadConsent(lead_id=lead.id, **ended))
    session.flush()
    assert not may_be_sold(session, lead.id)


def test_a_consent_that_is_not_needed_for_selling_may_be_withdrawn(session: Session) -> None:
    lead = on_sale(session)
    session.add(LeadConsent(lead_id=lead.id, consent_kind="email_marketing", consent_state="withdrawn"))
    session.flush()
    assert may_be_sold(session, lead.id)


def test_a_contact_of_one_of_the_family_on_the_suppression_list_counts_for_all(
    session: Session, keyring: Keyring
) -> None:
    survivor, twin_id = on_sale(session), uuid7()
    sealed = keyring.seal(SealedField.LEAD_PHONE, twin_id, "+16465550123")
    on_sale(session, id=twin_id, duplicate_of=survivor.id, sellable=False, phone_encrypted=sealed)
    assert not family_refuses(session, survivor.id)
    session.execute(
        text(
            "INSERT INTO suppression_list (contact_kind, contact_hash, key_version, reason)"
            " VALUES ('phone', :hash, :version, 'opt_out')"
        ),
        {"hash": keyring.digest("phone", "+16465550123"), "version": keyring.current_hashing},
    )
    assert family_refuses(session, survivor.id)
    assert family_refuses(session, twin_id)
    assert not may_be_sold(session, survivor.id)
