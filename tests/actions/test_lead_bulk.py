"""Changing many leads: each only as it was seen, each refusal with its reason, and back again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import lead_bulk as bulk
from aurum_data.actions.core import Actor
from aurum_data.actions.leads import change_status
from aurum_data.clock import business_day, today
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.leads import Lead
from aurum_data.rules.identity import Role
from aurum_data.rules.lead_changes import MOST_LEADS, MOST_TAGS
from aurum_data.rules.leads import TRANSITIONS, LeadStatus
from tests.factories import make_actor, make_lead

Deed = Callable[[Session, Actor, Sequence[Any]], UUID]
DEEDS: dict[str, Deed] = {
    "status": lambda s, a, leads: bulk.change_statuses(s, a, leads=seen(leads), to=LeadStatus.QUALIFIED, reason="Show"),
    "assign": lambda s, a, leads: bulk.assign_leads(s, a, leads=seen(leads), user_id=a.user_id),
    "tag": lambda s, a, leads: bulk.tag_leads(s, a, leads=seen(leads), tag="Spring Fair"),
    "untag": lambda s, a, leads: bulk.untag_leads(s, a, leads=seen(leads), tag="has-ev"),
    "duplicate": lambda s, a, leads: bulk.mark_duplicates(s, a, leads=seen(leads), survivor=make_lead(s).id),
    "deactivate": lambda s, a, leads: bulk.deactivate_leads(s, a, leads=seen(leads), reason="Test entries"),
    "restore": lambda s, a, leads: bulk.restore_leads(s, a, leads=seen(leads)),
}
DONE = {
    "status": ("status", "qualified"),
    "tag": ("tags", ["has-ev", "spring fair"]),
    "untag": ("tags", []),
    "deactivate": ("is_active", False),
    "restore": ("is_active", True),
}
MAY = {
    Role.ADMIN: set(DEEDS),
    Role.MANAGER: {"assign", "deactivate", "restore"},
    Role.SALES: {"status", "assign", "tag", "untag", "duplicate"},
    Role.OPS: set(DEEDS),
    Role.COMPLIANCE: set(),
    Role.ANALYST: set(),
}


def seen(leads: Sequence[Any]) -> list[bulk.Seen]:
    return [(lead.id, lead.version) for lead in leads]


@pytest.fixture
def ops(session: Session) -> Actor:
    return make_actor(session, Role.OPS)


def leads_for(session: Session, deed: str, count: int = 3, **values: Any) -> list[Lead]:
    """Leads that the deed changes."""
    fitting = {"tags": ["has-ev"], "consent_state": "given", "sellable": True, "is_active": deed != "restore"}
    return [make_lead(session, **(fitting | values)) for _ in range(count)]


def operation(session: Session, operation_id: UUID) -> Any:
    return session.execute(text("SELECT * FROM bulk_operations WHERE id = :id"), {"id": operation_id}).one()


def outcomes(session: Session, operation_id: UUID) -> dict[UUID, str]:
    """Of each lead: "done", or why it was refused; None: not reached."""
    query = text("SELECT lead_id, coalesce(refusal, outcome) FROM bulk_operation_items WHERE operation_id = :id")
    return {row[0]: row[1] for row in session.execute(query, {"id": operation_id})}


def rows(session: Session, leads: Sequence[Lead]) -> list[dict[str, Any]]:
    """The leads without what every change moves."""
    moved = {"version", "updated_at"}
    found = session.execute(
        text("SELECT * FROM leads WHERE id = ANY (:ids) ORDER BY id"), {"ids": [lead.id for lead in leads]}
    )
    return [{name: value for name, value in row._mapping.items() if name not in moved} for row in found]


def suppress(session: Session, phone_hash: bytes) -> None:
    """Put a phone number on the suppression list."""
    session.execute(
        text(
            "INSERT INTO suppression_list (contact_kind, contact_hash, key_version, reason)"
            " VALUES ('phone', :hash, 1, 'opt_out')"
        ),
        {"hash": phone_hash},
    )


def many(session: Session, count: int) -> list[bulk.Seen]:
    made = session.execute(
        text(
            "INSERT INTO leads (zip_code, borough, utility) SELECT '11215', 'Brooklyn', 'CON_EDISON'"
            " FROM generate_series(1, :count) RETURNING id, version"
        ),
        {"count": count},
    )
    return [(row.id, row.version) for row in made]


@pytest.mark.parametrize("deed", DEEDS)
def test_every_lead_is_changed_and_counts_one_version_more(session: Session, ops: Actor, deed: str) -> None:
    leads = leads_for(session, deed)
    done = DEEDS[deed](session, ops, leads)
    for lead in leads:
        session.refresh(lead)
        assert lead.version == 2
        if deed in DONE:
            assert getattr(lead, DONE[deed][0]) == DONE[deed][1]
    assert outcomes(session, done) == {lead.id: "done" for lead in leads}
    row = operation(session, done)
    assert (row.state, row.lead_count, row.done_count, row.refused_count) == ("finished", 3, 3, 0)


@pytest.mark.parametrize("to", LeadStatus)
def test_only_the_steps_of_the_rules_are_taken(session: Session, ops: Actor, to: LeadStatus) -> None:
    leads = {before: make_lead(session, status=before) for before in LeadStatus}
    done = outcomes(session, bulk.change_statuses(session, ops, leads=seen(list(leads.values())), to=to))
    for before, lead in leads.items():
        session.refresh(lead)
        allowed = to in TRANSITIONS[before]
        assert lead.status == (to if allowed else before)
        assert done[lead.id] == ("done" if allowed else "already_so" if before is to else "step_not_allowed")


def test_many_at_once_leave_what_one_by_one_leave(session: Session, ops: Actor) -> None:
    one, other = leads_for(session, "status", 2)
    change_status(session, ops, lead_id=one.id, version=1, to=LeadStatus.QUALIFIED, reason="Show")
    DEEDS["status"](session, ops, [other])
    alone, together = rows(session, [one, other])
    assert alone | {"id": None} == together | {"id": None}
    history = text(
        "SELECT from_status, to_status, actor_name, actor_user_id, reason FROM lead_status_history WHERE lead_id = :id"
    )
    assert session.execute(history, {"id": one.id}).all() == session.execute(history, {"id": other.id}).all()


def test_a_lead_that_somebody_changed_meanwhile_is_left_to_them(session: Session, ops: Actor) -> None:
    changed, untouched = leads_for(session, "tag", 2)
    as_seen = seen([changed, untouched])
    change_status(session, ops, lead_id=changed.id, version=1, to=LeadStatus.CONTACTED)
    done = bulk.tag_leads(session, ops, leads=as_seen, tag="fair")
    assert outcomes(session, done) == {changed.id: "changed_since", untouched.id: "done"}
    session.refresh(changed)
    assert (changed.tags, changed.version) == (["has-ev"], 2)


def test_who_acts_on_one_after_a_change_of_many_is_told_who_made_it(session: Session, ops: Actor) -> None:
    (lead,) = leads_for(session, "status", 1)
    DEEDS["status"](session, ops, [lead])
    with pytest.raises(Conflict, match=f"{ops.full_name} changed this lead at .* now qualified"):
        change_status(session, ops, lead_id=lead.id, version=1, to=LeadStatus.CONTACTED)


@pytest.mark.parametrize("deed", sorted(set(DEEDS) - {"restore", "deactivate"}))
def test_a_deactivated_lead_is_left_alone(session: Session, ops: Actor, deed: str) -> None:
    leads = leads_for(session, deed, is_active=False)
    assert set(outcomes(session, DEEDS[deed](session, ops, leads)).values()) == {"deactivated"}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_so_already_is_said_and_not_done_again(session: Session, ops: Actor, deed: str) -> None:
    if deed == "duplicate":
        survivor = make_lead(session)
        leads = leads_for(session, deed, duplicate_of=survivor.id)
        again = bulk.mark_duplicates(session, ops, leads=seen(leads), survivor=survivor.id)
    else:
        leads = leads_for(session, deed)
        DEEDS[deed](session, ops, leads)
        for lead in leads:
            session.refresh(lead)
        again = DEEDS[deed](session, ops, leads)
    assert set(outcomes(session, again).values()) == {"already_so"}


def test_a_lead_beyond_the_limits_of_the_person_is_not_found(session: Session, ops: Actor) -> None:
    session.execute(text("UPDATE user_roles SET scope_boroughs = '{Queens}' WHERE user_id = :id"), {"id": ops.user_id})
    near, far = make_lead(session, borough="Queens", zip_code="11375"), make_lead(session)
    assert outcomes(session, DEEDS["tag"](session, ops, [near, far])) == {near.id: "done", far.id: "not_found"}


def test_leads_are_given_only_to_who_can_work_where_they_lie(session: Session, ops: Actor) -> None:
    sam = make_actor(session, Role.SALES)
    session.execute(text("UPDATE user_roles SET scope_boroughs = '{Queens}' WHERE user_id = :i"), {"i": sam.user_id})
    near, far = make_lead(session, borough="Queens", zip_code="11375"), make_lead(session)
    done = bulk.assign_leads(session, ops, leads=seen([near, far]), user_id=sam.user_id)
    assert outcomes(session, done) == {near.id: "done", far.id: "cannot_work_here"}
    nobody = make_actor(session, Role.ANALYST)
    done = bulk.assign_leads(session, ops, leads=seen([far]), user_id=nobody.user_id)
    assert outcomes(session, done) == {far.id: "cannot_work_here"}


def test_a_lead_full_of_tags_gets_no_more(session: Session, ops: Actor) -> None:
    leads = leads_for(session, "tag", 1, tags=[str(number) for number in range(MOST_TAGS)])
    assert list(outcomes(session, DEEDS["tag"](session, ops, leads)).values()) == ["too_many_tags"]


def test_an_erased_lead_is_not_restored(session: Session, ops: Actor) -> None:
    (lead,) = leads_for(session, "restore", 1)
    session.execute(text("UPDATE leads SET erased_at = now() WHERE id = :id"), {"id": lead.id})
    assert outcomes(session, DEEDS["restore"](session, ops, [lead])) == {lead.id: "erased"}


def test_days_whose_figures_change_are_counted_again(session: Session, ops: Actor) -> None:
    def noted() -> set[Any]:
        days = session.scalars(text("DELETE FROM rollup_changes RETURNING rollup || ' ' || date")).all()
        return set(days)

    leads = leads_for(session, "status")
    qualify = DEEDS["status"](session, ops, leads)
    both = {f"{rollup} {today()}" for rollup in ("revenue_metrics", "nyc_market_intelligence")}
    assert noted() == both
    bulk.undo(session, ops, operation_id=qualify)
    assert noted() == both
    for lead in leads:
        session.refresh(lead)
    DEEDS["deactivate"](session, ops, leads)
    assert {day[-10:] for day in noted()} == {str(business_day(leads[0].created_at))}
    DEEDS["tag"](session, ops, leads_for(session, "tag"))
    assert noted() == set()


def test_one_entry_of_the_audit_log_says_what_was_done_to_how_many(session: Session, ops: Actor) -> None:
    done = DEEDS["deactivate"](session, ops, leads_for(session, "deactivate"))
    entries = session.execute(text("SELECT event, entity_id, reason, details FROM audit_log")).all()
    assert [tuple(entry) for entry in entries] == [
        ("leads:bulk:deactivate", str(done), "Test entries", {"leads": 3}),
    ]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", DEEDS)
def test_each_role_does_what_it_may_and_nothing_else(session: Session, role: Role, deed: str) -> None:
    leads, actor = leads_for(session, deed), make_actor(session, role)
    if deed in MAY[role]:
        DEEDS[deed](session, actor, leads)
    else:
        with pytest.raises(NotAllowed):
            DEEDS[deed](session, actor, leads)
        assert session.scalar(text("SELECT count(*) FROM bulk_operations")) == 0


def test_nothing_and_too_much_are_refused(session: Session, ops: Actor) -> None:
    with pytest.raises(Invalid, match="at least one"):
        bulk.restore_leads(session, ops, leads=[])
    with pytest.raises(Invalid, match="narrow the filter"):
        bulk.restore_leads(session, ops, leads=[(UUID(int=n), 1) for n in range(MOST_LEADS + 1)])
    with pytest.raises(Invalid, match="Say why"):
        bulk.deactivate_leads(session, ops, leads=seen(leads_for(session, "tag")), reason=" ")


class TestUndo:
    @pytest.mark.parametrize("deed", DEEDS)
    def test_everything_is_as_it_was(self, session: Session, ops: Actor, deed: str) -> None:
        leads = leads_for(session, deed)
        before = rows(session, leads)
        done = DEEDS[deed](session, ops, leads)
        assert rows(session, leads) != before
        undone = bulk.undo(session, ops, operation_id=done)
        assert rows(session, leads) == before
        assert outcomes(session, undone) == {lead.id: "done" for lead in leads}

    def test_what_was_touched_since_is_left_and_named(self, session: Session, ops: Actor) -> None:
        touched, untouched = leads_for(session, "deactivate", 2)
        done = DEEDS["tag"](session, ops, [touched, untouched])
        change_status(session, ops, lead_id=touched.id, version=2, to=LeadStatus.CONTACTED)
        undone = bulk.undo(session, ops, operation_id=done)
        assert outcomes(session, undone) == {touched.id: "changed_since", untouched.id: "done"}
        session.refresh(touched)
        assert (touched.status, touched.tags) == ("contacted", ["has-ev", "spring fair"])

    def test_what_was_refused_is_not_touched(self, session: Session, ops: Actor) -> None:
        done = bulk.change_statuses(
            session, ops, leads=seen([make_lead(session, status="sold"), make_lead(session)]), to=LeadStatus.CONTACTED
        )
        undone = bulk.undo(session, ops, operation_id=done)
        assert operation(session, undone).lead_count == 1

    def test_the_history_of_a_status_tells_both_ways(self, session: Session, ops: Actor) -> None:
        (lead,) = leads_for(session, "status", 1)
        bulk.undo(session, ops, operation_id=DEEDS["status"](session, ops, [lead]))
        steps = session.execute(text("SELECT from_status, to_status, reason FROM lead_status_history ORDER BY id"))
        assert [tuple(step) for step in steps] == [
            ("new", "qualified", "Show"),
            ("qualified", "new", "Undo of a bulk change"),
        ]

    def test_it_is_audited(self, session: Session, ops: Actor) -> None:
        done = DEEDS["tag"](session, ops, leads_for(session, "tag"))
        undone = bulk.undo(session, ops, operation_id=done)
        entry = session.execute(text("SELECT entity_id, details FROM audit_log WHERE event = 'leads:bulk:undo'")).one()
        assert tuple(entry) == (str(undone), {"undoes": str(done)})

    def test_once_and_not_back_again(self, session: Session, ops: Actor) -> None:
        done = DEEDS["tag"](session, ops, leads_for(session, "tag"))
        undone = bulk.undo(session, ops, operation_id=done)
        with pytest.raises(Conflict, match="undone already"):
            bulk.undo(session, ops, operation_id=done)
        with pytest.raises(Conflict, match="cannot be undone"):
            bulk.undo(session, ops, operation_id=undone)

    def test_of_nothing(self, session: Session, ops: Actor) -> None:
        done = DEEDS["tag"](session, ops, leads_for(session, "tag", is_active=False))
        with pytest.raises(Conflict, match="nothing to undo"):
            bulk.undo(session, ops, operation_id=done)

    def test_only_ones_own_and_with_the_right_of_the_change(self, session: Session, ops: Actor) -> None:
        done = DEEDS["deactivate"](session, ops, leads_for(session, "tag"))
        with pytest.raises(NotFound):
            bulk.undo(session, make_actor(session, Role.ADMIN), operation_id=done)
        take_role_away(session, ops, but="sales")
        with pytest.raises(NotAllowed):
            bulk.undo(session, ops, operation_id=done)


def take_role_away(session: Session, actor: Actor, but: str) -> None:
    """Leave the person only another role."""
    session.execute(
        text("UPDATE user_roles SET role_id = (SELECT id FROM roles WHERE role_name = :but) WHERE user_id = :id"),
        {"but": but, "id": actor.user_id},
    )
