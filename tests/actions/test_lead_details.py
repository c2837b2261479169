"""Correcting a lead: read by the rules of an import, on the version that was seen, with a record of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.actions.lead_details import Detail, change_details
from aurum_data.actions.leads import change_status
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.leads import Lead
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import LeadStatus
from tests.factories import make_actor, make_lead


@pytest.fixture
def seller(session: Session) -> Actor:
    return make_actor(session, Role.SALES)


@pytest.fixture
def lead(session: Session) -> Lead:
    return make_lead(
        session, first_name="Jane", last_name="Smith", property_address="12 Elm Street", unit="3",
        monthly_bill_usd=Decimal(180), tags=["battery-interest"], consent_state="given", sellable=True,
    )  # fmt: skip


def change(session: Session, actor: Actor, lead: Lead, **typed: str) -> Lead:
    session.refresh(lead)
    named = {Detail(name): value for name, value in typed.items()}
    change_details(session, actor, lead_id=lead.id, version=lead.version, typed=named)
    session.refresh(lead)
    return lead


def audit_entry(session: Session, lead: Lead) -> Any:
    found = text("SELECT * FROM audit_log WHERE entity_id = :id ORDER BY occurred_at DESC, id DESC LIMIT 1")
    return session.execute(found, {"id": str(lead.id)}).one_or_none()


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("first_name", "  MARIA ", "Maria"),
        ("last_name", "", None),
        ("unit", "Apt. 5-b", "5B"),
        ("property_type", "coop_condo", "coop_condo"),
        ("ownership", "other", "other"),
        ("roof_type", "flat_canopy", "flat_canopy"),
        ("roof_age_years", "0", 0),
        ("utility", "PSEG_LI", "PSEG_LI"),
        ("monthly_bill_usd", "$1,200.50", Decimal("1200.50")),
        ("monthly_bill_usd", "", None),
        ("preferred_language", "español", "es"),
        ("tags", " New-Roof, has-ev,new-roof,, ", ["has-ev", "new-roof"]),
        ("do_not_call", "yes", True),
    ],
)
def test_a_value_is_kept_as_an_import_would(
    session: Session, seller: Actor, lead: Lead, field: str, typed: str, kept: Any
) -> None:
    assert getattr(change(session, seller, lead, **{field: typed}), field) == kept
    assert lead.version == 2


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("zip_code", "07030"),
        ("zip_code", ""),
        ("zip_code", "1121"),
        ("property_type", "castle"),
        ("roof_age_years", "old"),
        ("monthly_bill_usd", "ask me"),
        ("monthly_bill_usd", "-5"),
        ("preferred_language", "Klingon"),
        ("utility", ""),
        ("do_not_call", "perhaps"),
        ("tags", "x" * 41),
        ("tags", ",".join(f"tag {number}" for number in range(21))),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_saved(
    session: Session, seller: Actor, lead: Lead, field: str, typed: str
) -> None:
    with pytest.raises(Invalid):
        change(session, seller, lead, **{field: typed, "city": "Elsewhere"})
    session.refresh(lead)
    assert (lead.version, lead.city) == (1, None)


def test_an_address_takes_its_parts_and_its_key_along(session: Session, seller: Actor, lead: Lead) -> None:
    change(session, seller, lead, property_address="41-25  Kissena Blvd, Apt 5C", zip_code="11355-1234")
    assert (lead.property_address, lead.unit, lead.house_number) == ("41-25 Kissena Blvd", "5C", "41-25")
    assert (lead.zip_code, lead.borough, lead.address_key) == ("11355", "Queens", "4125 KISSENA BLVD|5C|11355")


def test_a_new_zip_code_takes_the_utility_along_unless_it_is_named(session: Session, seller: Actor, lead: Lead) -> None:
    assert change(session, seller, lead, zip_code="11691").utility == "PSEG_LI"
    assert change(session, seller, lead, zip_code="11215", utility="CON_EDISON").utility == "CON_EDISON"


def test_a_new_zip_code_has_the_days_of_the_lead_counted_again(session: Session, seller: Actor) -> None:
    lead = make_lead(session, created_at=datetime(2026, 3, 2, 15, tzinfo=UTC))
    change(session, seller, lead, zip_code="11355")
    days = set(session.scalars(text("SELECT date FROM rollup_changes")))
    assert [str(day) for day in days] == ["2026-03-02"]


def test_what_changed_is_on_record_without_name_and_address(session: Session, seller: Actor, lead: Lead) -> None:
    change(session, seller, lead, first_name="Joan", monthly_bill_usd="200", tags="")
    entry = audit_entry(session, lead)
    assert (entry.event, entry.actor_user_id) == ("leads:details:change", seller.user_id)
    assert entry.details == {
        "fields": ["first_name", "monthly_bill_usd", "tags"],
        "before": {"monthly_bill_usd": "180.00", "tags": ["battery-interest"]},
        "after": {"monthly_bill_usd": "200.00", "tags": []},
    }


def test_what_stays_the_same_is_no_change(session: Session, seller: Actor, lead: Lead) -> None:
    change(session, seller, lead, first_name="Jane", monthly_bill_usd="180")
    assert (lead.version, audit_entry(session, lead)) == (1, None)


def test_the_later_of_two_people_is_told_what_the_first_did(session: Session, seller: Actor, lead: Lead) -> None:
    change(session, seller, lead, monthly_bill_usd="200")
    other = make_actor(session, Role.OPS)
    told = rf"{seller.full_name} changed this lead at .* \(monthly bill usd\)"
    with pytest.raises(Conflict, match=told):
        change_details(session, other, lead_id=lead.id, version=1, typed={Detail.UNIT: "4"})
    with pytest.raises(Conflict, match=told):
        change_status(session, other, lead_id=lead.id, version=1, to=LeadStatus.CONTACTED)


def test_do_not_call_takes_the_lead_off_sale_and_back(session: Session, seller: Actor, lead: Lead) -> None:
    assert not change(session, seller, lead, do_not_call="yes").sellable
    assert change(session, seller, lead, do_not_call="no").sellable


def test_do_not_call_stays_once_consent_was_withdrawn(session: Session, seller: Actor) -> None:
    lead = make_lead(session, do_not_call=True, consent_state="withdrawn")
    with pytest.raises(Conflict, match="withdrew"):
        change(session, seller, lead, do_not_call="no")


def test_a_lead_beyond_the_limits_of_the_actor_is_not_found_nor_moved_there(
    session: Session, seller: Actor, lead: Lead
) -> None:
    with pytest.raises(NotFound):
        change(session, replace(seller, scope_boroughs=frozenset({"Queens"})), lead, unit="4")
    with pytest.raises(Invalid, match="no rights in Queens"):
        change(session, replace(seller, scope_boroughs=frozenset({"Brooklyn"})), lead, zip_code="11355")


def test_an_unknown_a_deactivated_and_an_erased_lead_are_left_alone(session: Session, seller: Actor) -> None:
    with pytest.raises(NotFound):
        change_details(session, seller, lead_id=uuid4(), version=1, typed={Detail.UNIT: "4"})
    for gone in (make_lead(session, is_active=False), make_lead(session, erased_at=datetime.now(UTC))):
        with pytest.raises(Conflict, match="deactivated or erased"):
            change(session, seller, gone, unit="4")


def test_who_may_only_read_changes_nothing(session: Session, lead: Lead) -> None:
    with pytest.raises(NotAllowed):
        change(session, make_actor(session, Role.ANALYST), lead, unit="4")
