"""Two leads of one person: linked without moving anything, never in a chain, and taken back exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.consent import withdraw_consent
from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.duplicates import confirm_duplicate, dismiss_duplicate, undo_duplicate
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.leads import Lead
from aurum_data.rules.identity import Role
from aurum_data.rules.privacy import ConsentKind, WithdrawalChannel
from tests.factories import make_actor, make_lead

DAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def seller(session: Session) -> Actor:
    return make_actor(session, Role.SALES)


def leads_on_sale(session: Session, count: int) -> list[Lead]:
    """Leads with a proven consent, the oldest first."""
    return [
        make_lead(session, created_at=DAY + timedelta(days=number), consent_state="given", sellable=True)
        for number in range(count)
    ]


def link(session: Session, actor: Actor, survivor: Lead, duplicate: Lead) -> UUID:
    fresh(session, [survivor, duplicate])
    return confirm_duplicate(
        session, actor, survivor_id=survivor.id, survivor_version=survivor.version, duplicate_id=duplicate.id,
        duplicate_version=duplicate.version,
    )  # fmt: skip


def undo(session: Session, actor: Actor, lead: Lead) -> UUID:
    fresh(session, [lead])
    return undo_duplicate(session, actor, lead_id=lead.id, version=lead.version)


def fresh(session: Session, leads: Sequence[Lead]) -> None:
    for lead in leads:
        session.refresh(lead)


def standing(session: Session, leads: Sequence[Lead]) -> list[tuple[UUID | None, bool]]:
    """What each points to, and whether it is on sale."""
    fresh(session, leads)
    return [(lead.duplicate_of, lead.sellable) for lead in leads]


def pairs(session: Session) -> list[Any]:
    return list(session.execute(text("SELECT * FROM lead_duplicate_candidates ORDER BY id")))


def audited(session: Session, lead: Lead) -> list[str]:
    found = text("SELECT event FROM audit_log WHERE entity_id = :id ORDER BY occurred_at, id")
    return list(session.scalars(found, {"id": str(lead.id)}))


def test_a_duplicate_points_to_the_survivor_and_comes_off_sale(session: Session, seller: Actor) -> None:
    old, new = leads_on_sale(session, 2)
    assert link(session, seller, old, new) == old.id
    assert standing(session, [old, new]) == [(None, True), (old.id, False)]
    (pair,) = pairs(session)
    assert (pair.older_ref, pair.lead_id, pair.state, pair.decided_by) == (old.id, new.id, "confirmed", seller.user_id)
    assert audited(session, new) == ["leads:duplicate:confirm"]


def test_the_younger_may_survive(session: Session, seller: Actor) -> None:
    old, new = leads_on_sale(session, 2)
    link(session, seller, new, old)
    assert standing(session, [old, new]) == [(new.id, False), (None, True)]
    (pair,) = pairs(session)
    assert (pair.older_ref, pair.lead_id) == (old.id, new.id)


def test_undo_brings_back_what_was_and_is_not_proposed_again(session: Session, seller: Actor) -> None:
    old, new = leads_on_sale(session, 2)
    before = standing(session, [old, new])
    link(session, seller, old, new)
    assert undo(session, seller, new) == old.id
    assert standing(session, [old, new]) == before
    assert [pair.state for pair in pairs(session)] == ["dismissed"]
    assert audited(session, new) == ["leads:duplicate:confirm", "leads:duplicate:undo"]


def test_a_survivor_that_is_a_duplicate_itself_gives_way_to_its_own(session: Session, seller: Actor) -> None:
    root, middle, new = leads_on_sale(session, 3)
    link(session, seller, root, middle)
    assert link(session, seller, middle, new) == root.id
    assert [one for one, _ in standing(session, [root, middle, new])] == [None, root.id, root.id]


def test_a_duplicate_brings_its_own_along_and_takes_them_back(session: Session, seller: Actor) -> None:
    root, middle, new = leads_on_sale(session, 3)
    link(session, seller, middle, new)
    before = standing(session, [root, middle, new])
    link(session, seller, root, middle)
    assert [one for one, _ in standing(session, [root, middle, new])] == [None, root.id, root.id]
    undo(session, seller, middle)
    assert standing(session, [root, middle, new]) == before


def test_what_was_linked_first_may_be_undone_first(session: Session, seller: Actor) -> None:
    root, middle, new = leads_on_sale(session, 3)
    link(session, seller, middle, new)
    link(session, seller, root, middle)
    undo(session, seller, new)
    assert standing(session, [root, middle, new]) == [(None, True), (root.id, False), (None, True)]
    undo(session, seller, middle)
    assert standing(session, [root, middle, new]) == [(None, True), (None, True), (None, True)]


def test_a_member_linked_anew_stays_where_its_later_decision_put_it(session: Session, seller: Actor) -> None:
    root, middle, new = leads_on_sale(session, 3)
    link(session, seller, middle, new)
    link(session, seller, root, middle)
    undo(session, seller, new)
    link(session, seller, root, new)
    undo(session, seller, middle)
    assert [one for one, _ in standing(session, [root, middle, new])] == [None, None, root.id]


def test_a_lead_recognised_on_arrival_is_freed_too(session: Session, seller: Actor) -> None:
    old = make_lead(session, created_at=DAY)
    new = make_lead(session, duplicate_of=old.id, consent_state="given", sellable=False)
    undo(session, seller, new)
    assert standing(session, [new]) == [(None, True)]
    assert [(pair.state, pair.confidence) for pair in pairs(session)] == [("dismissed", None)]


def test_a_circle_is_refused(session: Session, seller: Actor) -> None:
    old, new = leads_on_sale(session, 2)
    link(session, seller, old, new)
    with pytest.raises(Conflict, match="turn it round"):
        link(session, seller, new, old)


def test_a_duplicate_of_one_is_not_made_a_duplicate_of_another(session: Session, seller: Actor) -> None:
    old, new, other = leads_on_sale(session, 3)
    link(session, seller, old, new)
    with pytest.raises(Conflict, match="marked as a duplicate already"):
        link(session, seller, other, new)


def test_a_lead_is_no_duplicate_of_itself(session: Session, seller: Actor) -> None:
    (lead,) = leads_on_sale(session, 1)
    with pytest.raises(Invalid):
        link(session, seller, lead, lead)
    with pytest.raises(Invalid):
        dismiss_duplicate(session, seller, lead_id=lead.id, other_id=lead.id)


def test_the_later_of_two_people_is_told(session: Session, seller: Actor) -> None:
    old, new, other = leads_on_sale(session, 3)
    link(session, seller, old, new)
    with pytest.raises(Conflict, match=f"{seller.full_name} changed this lead"):
        confirm_duplicate(
            session, seller, survivor_id=other.id, survivor_version=1, duplicate_id=new.id, duplicate_version=1
        )


def test_a_dismissed_pair_may_still_be_confirmed_but_not_the_other_way_round(session: Session, seller: Actor) -> None:
    old, new = leads_on_sale(session, 2)
    dismiss_duplicate(session, seller, lead_id=new.id, other_id=old.id)
    assert [pair.state for pair in pairs(session)] == ["dismissed"]
    link(session, seller, old, new)
    with pytest.raises(Conflict, match="confirmed meanwhile"):
        dismiss_duplicate(session, seller, lead_id=new.id, other_id=old.id)


def test_who_is_no_duplicate_cannot_be_freed(session: Session, seller: Actor) -> None:
    (lead,) = leads_on_sale(session, 1)
    with pytest.raises(Conflict, match="not marked"):
        undo(session, seller, lead)


class TestConsent:
    """One of the family said no: none of them is sold."""

    def withdraw(self, session: Session, lead: Lead) -> None:
        withdraw_consent(
            session, SYSTEM, lead_id=lead.id, kind=ConsentKind.TCPA_EXPRESS_WRITTEN, channel=WithdrawalChannel.PHONE
        )

    def test_a_duplicate_that_withdrew_takes_the_survivor_off_sale_until_undone(
        self, session: Session, seller: Actor
    ) -> None:
        old, new = leads_on_sale(session, 2)
        self.withdraw(session, new)
        link(session, seller, old, new)
        assert standing(session, [old, new]) == [(None, False), (old.id, False)]
        undo(session, seller, new)
        assert standing(session, [old, new]) == [(None, True), (None, False)]

    def test_of_two_that_withdrew_the_last_undo_gives_the_sale_back(self, session: Session, seller: Actor) -> None:
        root, one, two = leads_on_sale(session, 3)
        for lead in (one, two):
            session.execute(
                text("UPDATE leads SET consent_state = 'withdrawn', sellable = false WHERE id = :id"), {"id": lead.id}
            )
            link(session, seller, root, lead)
        undo(session, seller, one)
        assert standing(session, [root]) == [(None, False)]
        undo(session, seller, two)
        assert standing(session, [root]) == [(None, True)]

    def test_a_duplicate_that_withdraws_later_takes_the_survivor_off_sale(
        self, session: Session, seller: Actor
    ) -> None:
        old, new = leads_on_sale(session, 2)
        link(session, seller, old, new)
        self.withdraw(session, new)
        assert standing(session, [old, new]) == [(None, False), (old.id, False)]

    def test_a_lead_whose_consent_was_withdrawn_meanwhile_is_not_sold_after_an_undo(
        self, session: Session, seller: Actor
    ) -> None:
        old, new = leads_on_sale(session, 2)
        link(session, seller, old, new)
        self.withdraw(session, new)
        undo(session, seller, new)
        assert standing(session, [old, new]) == [(None, True), (None, False)]

    def test_a_lead_that_was_not_on_sale_before_is_not_after(self, session: Session, seller: Actor) -> None:
        old = make_lead(session, created_at=DAY)
        new = make_lead(session, consent_state="given", sellable=False)
        link(session, seller, old, new)
        undo(session, seller, new)
        assert standing(session, [new]) == [(None, False)]


DEEDS = {
    "confirm": lambda s, a, one, other: confirm_duplicate(
        s, a, survivor_id=one, survivor_version=1, duplicate_id=other, duplicate_version=1
    ),
    "dismiss": lambda s, a, one, other: dismiss_duplicate(s, a, lead_id=one, other_id=other),
    "undo": lambda s, a, one, other: undo_duplicate(s, a, lead_id=other, version=1),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_pair_beyond_the_limits_of_the_actor_is_not_found(session: Session, seller: Actor, deed: str) -> None:
    near = make_lead(session)
    far = make_lead(session, borough="Queens", zip_code="11101", duplicate_of=near.id if deed == "undo" else None)
    with pytest.raises(NotFound):
        DEEDS[deed](session, replace(seller, scope_boroughs=frozenset({"Brooklyn"})), near.id, far.id)
    assert pairs(session) == []


@pytest.mark.parametrize("deed", DEEDS)
def test_a_lead_that_does_not_exist_is_not_found(session: Session, seller: Actor, deed: str) -> None:
    with pytest.raises(NotFound):
        DEEDS[deed](session, seller, make_lead(session).id, uuid4())


@pytest.mark.parametrize("deed", DEEDS)
def test_who_may_only_read_decides_nothing(session: Session, deed: str) -> None:
    one, other = leads_on_sale(session, 2)
    with pytest.raises(NotAllowed):
        DEEDS[deed](session, make_actor(session, Role.ANALYST), one.id, other.id)


@pytest.mark.parametrize("deed", ["confirm", "dismiss"])
def test_a_deactivated_lead_is_left_alone(session: Session, seller: Actor, deed: str) -> None:
    with pytest.raises(Conflict, match="deactivated"):
        DEEDS[deed](session, seller, make_lead(session).id, make_lead(session, is_active=False).id)
