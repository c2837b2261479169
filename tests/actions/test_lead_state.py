"""Tags of one lead, and taking it out and back: on the version that was seen, with a record of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.actions.lead_state import add_tag, deactivate, remove_tag, restore
from aurum_data.actions.leads import change_status
from aurum_data.clock import business_day, now
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.leads import Lead
from aurum_data.rules.identity import Role
from aurum_data.rules.lead_changes import MOST_TAGS
from aurum_data.rules.leads import LeadStatus
from tests.factories import make_actor, make_lead


@pytest.fixture
def ops(session: Session) -> Actor:
    return make_actor(session, Role.OPS)


@pytest.fixture
def lead(session: Session) -> Lead:
    return make_lead(session, tags=["has-ev"])


def audited(session: Session, lead: Lead) -> list[Any]:
    entries = text("SELECT event, reason, details FROM audit_log WHERE entity_id = CAST(:id AS text) ORDER BY id")
    return [tuple(entry) for entry in session.execute(entries, {"id": lead.id})]


def test_a_tag_is_put_on_and_taken_off(session: Session, ops: Actor, lead: Lead) -> None:
    assert add_tag(session, ops, lead_id=lead.id, version=1, tag=" New Roof ") == 2
    session.refresh(lead)
    assert lead.tags == ["has-ev", "new roof"]
    assert remove_tag(session, ops, lead_id=lead.id, version=2, tag="has-ev") == 3
    session.refresh(lead)
    assert lead.tags == ["new roof"]
    assert audited(session, lead) == [
        ("leads:tags:add", None, {"tag": "new roof"}),
        ("leads:tags:remove", None, {"tag": "has-ev"}),
    ]


def test_a_tag_that_changes_nothing_is_refused(session: Session, ops: Actor, lead: Lead) -> None:
    with pytest.raises(Conflict, match="so already"):
        add_tag(session, ops, lead_id=lead.id, version=1, tag="Has-EV")
    with pytest.raises(Conflict, match="so already"):
        remove_tag(session, ops, lead_id=lead.id, version=1, tag="battery")


def test_a_lead_bears_so_many_tags_and_no_more(session: Session, ops: Actor) -> None:
    full = make_lead(session, tags=[f"tag {number}" for number in range(MOST_TAGS)])
    with pytest.raises(Conflict, match="at most"):
        add_tag(session, ops, lead_id=full.id, version=1, tag="one more")


def test_a_lead_is_taken_out_for_a_reason_and_back_as_it_was(session: Session, ops: Actor, lead: Lead) -> None:
    assert deactivate(session, ops, lead_id=lead.id, version=1, reason=" Test entry ") == 2
    session.refresh(lead)
    assert (lead.is_active, lead.deleted_at is not None) == (False, True)
    assert restore(session, ops, lead_id=lead.id, version=2) == 3
    session.refresh(lead)
    assert (lead.is_active, lead.deleted_at) == (True, None)
    assert audited(session, lead) == [
        ("leads:lead:deactivate", "Test entry", {}),
        ("leads:lead:restore", None, {}),
    ]


def test_taking_a_lead_out_needs_a_reason(session: Session, ops: Actor, lead: Lead) -> None:
    with pytest.raises(Invalid, match="Say why"):
        deactivate(session, ops, lead_id=lead.id, version=1, reason=" ")


def test_the_figures_of_its_days_are_counted_again(session: Session, ops: Actor, lead: Lead) -> None:
    deactivate(session, ops, lead_id=lead.id, version=1, reason="Test entry")
    noted = session.execute(text("SELECT rollup, date FROM rollup_changes ORDER BY rollup")).all()
    day = business_day(lead.created_at)
    assert [tuple(row) for row in noted] == [("nyc_market_intelligence", day), ("revenue_metrics", day)]


def test_an_erased_lead_stays_out(session: Session, ops: Actor) -> None:
    erased = make_lead(session, is_active=False, erased_at=now())
    with pytest.raises(Conflict, match="erased"):
        restore(session, ops, lead_id=erased.id, version=1)


def test_the_later_of_two_people_is_told_what_the_first_did(session: Session, ops: Actor, lead: Lead) -> None:
    change_status(session, ops, lead_id=lead.id, version=1, to=LeadStatus.CONTACTED)
    later = make_actor(session, Role.OPS)
    with pytest.raises(Conflict, match=f"{ops.full_name} changed this lead at .* now contacted"):
        deactivate(session, later, lead_id=lead.id, version=1, reason="Test entry")
    session.refresh(lead)
    assert (lead.is_active, lead.version) == (True, 2)


DEEDS = {
    "add": lambda s, a, i: add_tag(s, a, lead_id=i, version=1, tag="new-roof"),
    "remove": lambda s, a, i: remove_tag(s, a, lead_id=i, version=1, tag="has-ev"),
    "deactivate": lambda s, a, i: deactivate(s, a, lead_id=i, version=1, reason="Test entry"),
    "restore": lambda s, a, i: restore(s, a, lead_id=i, version=1),
}
MAY = {
    Role.ADMIN: set(DEEDS),
    Role.MANAGER: {"deactivate", "restore"},
    Role.SALES: {"add", "remove"},
    Role.OPS: set(DEEDS),
    Role.COMPLIANCE: set(),
    Role.ANALYST: set(),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", DEEDS)
def test_each_role_does_what_it_may_and_nothing_else(session: Session, role: Role, deed: str) -> None:
    lead = make_lead(session, tags=["has-ev"], is_active=deed != "restore")
    actor = make_actor(session, role)
    if deed in MAY[role]:
        assert DEEDS[deed](session, actor, lead.id) == 2
    else:
        with pytest.raises(NotAllowed):
            DEEDS[deed](session, actor, lead.id)
        assert audited(session, lead) == []


@pytest.mark.parametrize("deed", DEEDS)
def test_a_lead_that_is_not_there_or_beyond_the_limits_is_not_found(
    session: Session, ops: Actor, lead: Lead, deed: str
) -> None:
    with pytest.raises(NotFound):
        DEEDS[deed](session, ops, uuid4())
    with pytest.raises(NotFound):
        DEEDS[deed](session, replace(ops, scope_boroughs=frozenset({"Queens"})), lead.id)
    assert audited(session, lead) == []
