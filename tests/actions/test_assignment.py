"""New leads go to the members of the first rule that fits, in turn, past those who may not work there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.actions import lead_bulk
from aurum_data.actions.assignment import FRESH_DAYS, hand_over, remove_rule, run_rules, save_rule
from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.jobs.app import Servers, assign_new_leads
from aurum_data.models.leads import Lead
from aurum_data.operations.cluster import PairUrls
from aurum_data.rules.identity import Role
from tests.factories import make_actor, make_lead


@pytest.fixture
def chief(session: Session) -> Actor:
    return make_actor(session, Role.SALES)


@pytest.fixture
def sellers(session: Session) -> list[UUID]:
    """Two people of sales."""
    return [
        actor.user_id for actor in (make_actor(session, Role.SALES), make_actor(session, Role.SALES)) if actor.user_id
    ]


def rule(session: Session, actor: Actor, members: list[UUID], **values: Any) -> UUID:
    return save_rule(session, actor, **{"rule_id": None, "name": "All", "position": 1, "members": members, **values})


def owners(session: Session, *leads: Lead) -> list[UUID | None]:
    for lead in leads:
        session.refresh(lead)
    return [lead.assigned_to for lead in leads]


def old(minutes: int) -> dict[str, Any]:
    return {"created_at": now() - timedelta(minutes=minutes)}


def test_leads_go_round_the_oldest_first_and_the_turn_is_kept(
    session: Session, chief: Actor, sellers: list[UUID]
) -> None:
    rule(session, chief, sellers)
    third, first, second = (make_lead(session, **old(minutes)) for minutes in (1, 9, 5))
    assert run_rules(session, SYSTEM, limit=1) == 1
    assert owners(session, first, second, third) == [sellers[0], None, None]
    assert run_rules(session, SYSTEM) == 2
    assert owners(session, second, third) == [sellers[1], sellers[0]]
    assert run_rules(session, SYSTEM) == 0


def test_an_assignment_is_on_record_with_its_rule(session: Session, chief: Actor, sellers: list[UUID]) -> None:
    rule(session, chief, sellers)
    lead = make_lead(session)
    run_rules(session, chief)
    session.refresh(lead)
    assert lead.version == 2
    entry = session.execute(
        text("SELECT event, details FROM audit_log WHERE entity_id = :id"), {"id": str(lead.id)}
    ).one()
    assert tuple(entry) == (
        "leads:assignment:change", {"before": None, "after": str(sellers[0]), "rule": "All"}
    )  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {"status": "contacted"},
        {"is_active": False},
        {"do_not_call": True},
        {"created_at": now() - timedelta(days=FRESH_DAYS + 1)},
        {"borough": "Queens"},
        {"preferred_language": "en"},
    ],
)
def test_what_is_not_new_or_does_not_fit_is_left(
    session: Session, chief: Actor, sellers: list[UUID], values: dict[str, Any]
) -> None:
    rule(session, chief, sellers, boroughs=["Brooklyn"], languages=["es"])
    lead = make_lead(session, **{"preferred_language": "es", **values})
    assert run_rules(session, SYSTEM) == 0
    assert owners(session, lead) == [None]


def test_the_first_rule_that_fits_decides(session: Session, chief: Actor, sellers: list[UUID]) -> None:
    rule(session, chief, [sellers[0]], position=2)
    rule(session, chief, [sellers[1]], name="Spanish", position=1, languages=["es"])
    spanish, english = make_lead(session, preferred_language="es"), make_lead(session)
    run_rules(session, SYSTEM)
    assert owners(session, spanish, english) == [sellers[1], sellers[0]]


def test_somebody_who_may_not_work_in_the_borough_is_passed_over(
    session: Session, chief: Actor, sellers: list[UUID]
) -> None:
    limit = text("UPDATE user_roles SET scope_boroughs = '{Queens}' WHERE user_id = :id")
    session.execute(limit, {"id": sellers[0]})
    rule(session, chief, sellers)
    brooklyn = [make_lead(session) for _ in range(2)]
    queens = make_lead(session, borough="Queens")
    run_rules(session, SYSTEM)
    assert owners(session, *brooklyn) == [sellers[1], sellers[1]]
    assert owners(session, queens) == [sellers[0]]


@pytest.mark.parametrize("change", ["UPDATE users SET status = 'disabled'", "DELETE FROM user_roles"])
def test_somebody_who_left_gets_nothing(session: Session, chief: Actor, sellers: list[UUID], change: str) -> None:
    rule(session, chief, sellers)
    session.execute(text(f"{change} WHERE {'id' if 'users' in change else 'user_id'} = :id"), {"id": sellers[0]})
    lead = make_lead(session)
    run_rules(session, SYSTEM)
    assert owners(session, lead) == [sellers[1]]


def test_a_rule_that_nobody_can_follow_holds_up_no_other(session: Session, chief: Actor, sellers: list[UUID]) -> None:
    analyst = make_actor(session, Role.ANALYST).user_id
    assert analyst is not None
    rule(session, chief, [analyst], name="Nobody", position=1)
    rule(session, chief, sellers, position=2)
    lead = make_lead(session)
    run_rules(session, SYSTEM)
    assert owners(session, lead) == [sellers[0]]


def test_a_rule_out_of_use_gives_nothing(session: Session, chief: Actor, sellers: list[UUID]) -> None:
    saved = rule(session, chief, sellers)
    rule(session, chief, sellers, rule_id=saved, is_active=False)
    make_lead(session)
    assert run_rules(session, SYSTEM) == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"members": []}, "at least one person"),
        ({"members": [uuid4()]}, "at least one person"),
        ({"boroughs": ["Jersey City"]}, "boroughs"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    session: Session, chief: Actor, sellers: list[UUID], values: dict[str, Any], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        rule(session, chief, values.pop("members", sellers), **values)


def test_two_rules_have_two_names(session: Session, chief: Actor, sellers: list[UUID]) -> None:
    rule(session, chief, sellers)
    with pytest.raises(Conflict, match="has this name"):
        rule(session, chief, sellers)


def test_a_rule_is_removed_once(session: Session, chief: Actor, sellers: list[UUID]) -> None:
    saved = rule(session, chief, sellers)
    remove_rule(session, chief, rule_id=saved)
    with pytest.raises(NotFound):
        remove_rule(session, chief, rule_id=saved)
    with pytest.raises(NotFound):
        rule(session, chief, sellers, rule_id=saved)


def test_people_with_limits_touch_no_rules(session: Session, chief: Actor, sellers: list[UUID]) -> None:
    limited = replace(chief, scope_boroughs=frozenset({"Queens"}))
    for deed in (lambda: rule(session, limited, sellers), lambda: run_rules(session, limited)):
        with pytest.raises(NotAllowed, match="without limits"):
            deed()


def test_the_worker_gives_leads_as_they_come_but_not_while_all_is_read_only(db: Database, urls: PairUrls) -> None:
    with db.write(None) as session:
        seller = make_actor(session, Role.SALES).user_id
        assert seller is not None
        rule(session, SYSTEM, [seller])
        make_lead(session)
        session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'"))
    engine = create_engine(urls.jobs)
    given = []
    for _ in range(2):
        assign_new_leads(Servers(engine, None), now())
        with db.write(None) as session:
            given.append(session.scalar(text("SELECT assigned_to FROM leads")))
            session.execute(text("UPDATE app_flags SET is_on = false"))
    engine.dispose()
    assert given == [None, seller]


class TestHandOver:
    @pytest.fixture
    def leaver(self, session: Session) -> UUID:
        """Somebody of sales who left."""
        user_id = make_actor(session, Role.SALES).user_id
        assert user_id is not None
        session.execute(text("UPDATE users SET status = 'disabled' WHERE id = :id"), {"id": user_id})
        return user_id

    def test_open_leads_go_to_the_others_in_turn_with_their_callbacks(
        self, session: Session, chief: Actor, sellers: list[UUID], leaver: UUID
    ) -> None:
        callback = now() + timedelta(days=1)
        leads = [
            make_lead(session, assigned_to=leaver, next_callback_at=callback, **old(minutes)) for minutes in (3, 2, 1)
        ]
        closed = make_lead(session, assigned_to=leaver, status="sold")
        done = hand_over(session, chief, user_id=leaver, members=sellers)
        assert (done.given, done.left, set(done.operations)) == (3, 0, set(sellers))
        assert owners(session, *leads, closed) == [sellers[0], sellers[1], sellers[0], leaver]
        assert {lead.next_callback_at for lead in leads} == {callback}

    def test_it_can_be_undone(self, session: Session, chief: Actor, sellers: list[UUID], leaver: UUID) -> None:
        leads = [make_lead(session, assigned_to=leaver) for _ in range(3)]
        for operation in hand_over(session, chief, user_id=leaver, members=sellers).operations.values():
            lead_bulk.undo(session, chief, operation_id=operation)
        assert owners(session, *leads) == [leaver] * 3

    def test_who_may_not_work_in_the_borough_takes_nothing_there(
        self, session: Session, chief: Actor, sellers: list[UUID], leaver: UUID
    ) -> None:
        session.execute(
            text("UPDATE user_roles SET scope_boroughs = '{Queens}' WHERE user_id = :id"), {"id": sellers[0]}
        )
        brooklyn, queens = (make_lead(session, assigned_to=leaver, borough=b) for b in ("Brooklyn", "Queens"))
        done = hand_over(session, chief, user_id=leaver, members=sellers[:1])
        assert (done.given, done.left) == (1, 1)
        assert owners(session, brooklyn, queens) == [leaver, sellers[0]]
        with pytest.raises(Invalid, match="Nobody of these may work"):
            hand_over(session, chief, user_id=leaver, members=sellers[:1])

    def test_leads_beyond_the_limits_of_the_actor_stay(
        self, session: Session, chief: Actor, sellers: list[UUID], leaver: UUID
    ) -> None:
        lead = make_lead(session, assigned_to=leaver, borough="Queens")
        with pytest.raises(NotFound):
            hand_over(session, replace(chief, scope_boroughs=frozenset({"Bronx"})), user_id=leaver, members=sellers)
        assert owners(session, lead) == [leaver]

    def test_somebody_must_take_them(self, session: Session, chief: Actor, leaver: UUID) -> None:
        make_lead(session, assigned_to=leaver)
        with pytest.raises(Invalid, match="Choose who"):
            hand_over(session, chief, user_id=leaver, members=[leaver])
