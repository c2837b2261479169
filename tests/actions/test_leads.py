"""Acting on a lead: who may, from which state, on the version that they saw, with a record of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.calls import log_call
from aurum_data.actions.core import Actor
from aurum_data.actions.leads import LONGEST_NOTE, add_note, assign, change_status, reveal_contact
from aurum_data.clock import today
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.leads import Lead
from aurum_data.rules.calls import CallDisposition
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import TRANSITIONS, LeadStatus
from aurum_data.security.encryption import Keyring
from tests.factories import make_actor, make_lead


@pytest.fixture
def seller(session: Session) -> Actor:
    return make_actor(session, Role.SALES)


@pytest.fixture
def lead(session: Session) -> Lead:
    return make_lead(session)


def rows(session: Session, table: str, lead: Lead) -> list[Any]:
    column = "entity_id = CAST(:id AS text)" if table == "audit_log" else "lead_id = :id"
    return list(session.execute(text(f"SELECT * FROM {table} WHERE {column}"), {"id": lead.id}))


@pytest.mark.parametrize(("before", "to"), [(b, t) for b in LeadStatus for t in LeadStatus])
def test_only_the_steps_of_the_rules_can_be_taken(
    session: Session, seller: Actor, before: LeadStatus, to: LeadStatus
) -> None:
    lead = make_lead(session, status=before)
    if to in TRANSITIONS[before]:
        assert change_status(session, seller, lead_id=lead.id, version=1, to=to) == 2
        session.refresh(lead)
        assert lead.status == to
    else:
        with pytest.raises(Conflict, match="so already" if to is before else "by hand"):
            change_status(session, seller, lead_id=lead.id, version=1, to=to)
        assert rows(session, "lead_status_history", lead) == []


def test_a_change_of_status_is_on_record(session: Session, seller: Actor, lead: Lead) -> None:
    change_status(session, seller, lead_id=lead.id, version=1, to=LeadStatus.CONTACTED, reason=" Called ")
    (step,) = rows(session, "lead_status_history", lead)
    assert (step.from_status, step.to_status, step.reason) == ("new", "contacted", "Called")
    assert (step.actor_user_id, step.actor_name) == (seller.user_id, seller.full_name)
    (entry,) = rows(session, "audit_log", lead)
    assert (entry.event, entry.details) == ("leads:status:change", {"before": "new", "after": "contacted"})


def test_first_contact_and_qualification_keep_their_first_time(session: Session, seller: Actor) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    lead = make_lead(session, status="contacted", first_contacted_at=long_ago, qualified_at=long_ago)
    change_status(session, seller, lead_id=lead.id, version=1, to=LeadStatus.QUALIFIED)
    change_status(session, seller, lead_id=lead.id, version=2, to=LeadStatus.CONTACTED)
    session.refresh(lead)
    assert (lead.first_contacted_at, lead.qualified_at) == (long_ago, long_ago)


def test_a_newly_qualified_lead_has_todays_figures_counted_again(session: Session, seller: Actor, lead: Lead) -> None:
    change_status(session, seller, lead_id=lead.id, version=1, to=LeadStatus.QUALIFIED)
    session.refresh(lead)
    assert lead.qualified_at is not None
    changes = session.execute(text("SELECT rollup, date FROM rollup_changes ORDER BY rollup")).all()
    assert [tuple(change) for change in changes] == [
        ("nyc_market_intelligence", today()),
        ("revenue_metrics", today()),
    ]


def test_the_later_of_two_people_is_told_what_the_first_did(session: Session, seller: Actor, lead: Lead) -> None:
    change_status(session, seller, lead_id=lead.id, version=1, to=LeadStatus.CONTACTED)
    later = make_actor(session, Role.OPS)
    with pytest.raises(
        Conflict, match=f"{seller.full_name} changed this lead at .* now contacted and assigned to nobody"
    ):
        assign(session, later, lead_id=lead.id, version=1, user_id=later.user_id)
    session.refresh(lead)
    assert (lead.assigned_to, lead.version) == (None, 2)


def test_nobody_is_blamed_for_a_change_that_left_no_name(session: Session, seller: Actor, lead: Lead) -> None:
    change_status(session, seller, lead_id=lead.id, version=1, to=LeadStatus.CONTACTED)
    answered = datetime(2026, 11, 2, 19, 5, tzinfo=UTC)
    session.execute(
        text("UPDATE leads SET version = 3, updated_at = :at WHERE id = :id"), {"at": answered, "id": lead.id}
    )
    with pytest.raises(Conflict, match=r"^Somebody changed this lead at Nov 2, 2:05 PM ET: it is now contacted"):
        assign(session, seller, lead_id=lead.id, version=2, user_id=None)


def test_who_logged_a_call_meanwhile_is_named(session: Session, seller: Actor, lead: Lead) -> None:
    no_answer = CallDisposition.NO_ANSWER
    log_call(session, seller, lead_id=lead.id, call_id=uuid4(), disposition=no_answer)
    with pytest.raises(Conflict, match=f"^{seller.full_name} changed this lead at"):
        assign(session, seller, lead_id=lead.id, version=1, user_id=None)


def test_a_lead_is_given_to_a_person_and_taken_back(session: Session, seller: Actor, lead: Lead) -> None:
    assert assign(session, seller, lead_id=lead.id, version=1, user_id=seller.user_id) == 2
    session.refresh(lead)
    assert lead.assigned_to == seller.user_id
    assign(session, seller, lead_id=lead.id, version=2, user_id=None)
    session.refresh(lead)
    assert lead.assigned_to is None
    details = [entry.details for entry in rows(session, "audit_log", lead)]
    assert {"before": None, "after": str(seller.user_id)} in details


def test_a_lead_is_not_given_to_somebody_who_cannot_work_on_it(session: Session, seller: Actor, lead: Lead) -> None:
    for user_id in (make_actor(session, Role.ANALYST).user_id, uuid4()):
        with pytest.raises(Conflict, match="cannot work on leads"):
            assign(session, seller, lead_id=lead.id, version=1, user_id=user_id)


def test_a_lead_is_not_given_to_who_has_it(session: Session, seller: Actor, lead: Lead) -> None:
    assign(session, seller, lead_id=lead.id, version=1, user_id=seller.user_id)
    with pytest.raises(Conflict, match="so already"):
        assign(session, seller, lead_id=lead.id, version=2, user_id=seller.user_id)


def test_a_note_is_kept_with_its_author(session: Session, seller: Actor, lead: Lead) -> None:
    add_note(session, seller, lead_id=lead.id, body="  Call \x00back\nMonday ")
    (note,) = rows(session, "lead_notes", lead)
    assert (note.body, note.author_user_id) == ("Call back\nMonday", seller.user_id)


@pytest.mark.parametrize("body", ["", " \n ", "x" * (LONGEST_NOTE + 1)])
def test_an_empty_or_endless_note_is_refused(session: Session, seller: Actor, lead: Lead, body: str) -> None:
    with pytest.raises(Invalid):
        add_note(session, seller, lead_id=lead.id, body=body)
    assert rows(session, "lead_notes", lead) == []


@pytest.fixture
def reachable(session: Session, keyring: Keyring) -> Lead:
    """A lead of somebody, with a phone number and no email."""
    lead_id, whose = uuid4(), make_actor(session, Role.SALES).user_id
    phone = keyring.seal("leads.phone", lead_id, "+16465550123")
    return make_lead(session, id=lead_id, assigned_to=whose, phone_encrypted=phone)


def test_contact_data_is_shown_for_a_reason_that_is_recorded(session: Session, seller: Actor, reachable: Lead) -> None:
    shown = reveal_contact(session, seller, lead_id=reachable.id, field="phone", reason="Callback")
    assert shown == "+16465550123"
    (entry,) = rows(session, "audit_log", reachable)
    assert (entry.event, entry.reason, entry.details) == ("leads:contact:reveal", "Callback", {"field": "phone"})


def test_contact_data_is_not_shown_without_a_reason(session: Session, seller: Actor, reachable: Lead) -> None:
    with pytest.raises(Invalid, match="Say why"):
        reveal_contact(session, seller, lead_id=reachable.id, field="phone", reason="  ")
    assert rows(session, "audit_log", reachable) == []


def test_contact_data_that_is_not_there_is_not_found(session: Session, seller: Actor, reachable: Lead) -> None:
    with pytest.raises(NotFound, match="no email"):
        reveal_contact(session, seller, lead_id=reachable.id, field="email", reason="Callback")


DEEDS = {
    "status": lambda s, a, i: change_status(s, a, lead_id=i, version=1, to=LeadStatus.CONTACTED),
    "assign": lambda s, a, i: assign(s, a, lead_id=i, version=1, user_id=None),
    "note": lambda s, a, i: add_note(s, a, lead_id=i, body="Hello"),
    "reveal": lambda s, a, i: reveal_contact(s, a, lead_id=i, field="phone", reason="Callback"),
}
MAY = {
    Role.ADMIN: {"status", "assign", "note"},
    Role.MANAGER: {"assign"},
    Role.SALES: {"status", "assign", "note", "reveal"},
    Role.OPS: {"status", "assign", "note"},
    Role.COMPLIANCE: {"reveal"},
    Role.ANALYST: set(),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", DEEDS)
def test_each_role_does_what_it_may_and_nothing_else(session: Session, reachable: Lead, role: Role, deed: str) -> None:
    actor = make_actor(session, role)
    if deed in MAY[role]:
        DEEDS[deed](session, actor, reachable.id)
    else:
        with pytest.raises(NotAllowed):
            DEEDS[deed](session, actor, reachable.id)
        assert rows(session, "audit_log", reachable) == []


@pytest.mark.parametrize("deed", DEEDS)
def test_a_lead_that_does_not_exist_is_not_found(session: Session, seller: Actor, deed: str) -> None:
    missing: UUID = uuid4()
    with pytest.raises(NotFound):
        DEEDS[deed](session, seller, missing)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_lead_beyond_the_limits_of_the_actor_is_not_found(
    session: Session, seller: Actor, reachable: Lead, deed: str
) -> None:
    with pytest.raises(NotFound):
        DEEDS[deed](session, replace(seller, scope_boroughs=frozenset({"Queens"})), reachable.id)
    assert rows(session, "audit_log", reachable) == []
    DEEDS[deed](session, replace(seller, scope_boroughs=frozenset({reachable.borough})), reachable.id)


def test_a_lead_is_given_to_somebody_limited_only_within_their_limits(
    session: Session, seller: Actor, lead: Lead
) -> None:
    other = make_actor(session, Role.SALES).user_id
    limits = text("UPDATE user_roles SET scope_boroughs = :boroughs WHERE user_id = :id")
    session.execute(limits, {"boroughs": ["Queens"], "id": other})
    with pytest.raises(Conflict, match="cannot work on leads in this borough"):
        assign(session, seller, lead_id=lead.id, version=1, user_id=other)
    session.execute(limits, {"boroughs": ["Queens", lead.borough], "id": other})
    assert assign(session, seller, lead_id=lead.id, version=1, user_id=other) == 2


@pytest.mark.parametrize("deed", ["status", "assign", "note"])
def test_a_deactivated_lead_is_left_alone(session: Session, seller: Actor, deed: str) -> None:
    gone = make_lead(session, is_active=False)
    with pytest.raises(Conflict, match="deactivated"):
        DEEDS[deed](session, seller, gone.id)
