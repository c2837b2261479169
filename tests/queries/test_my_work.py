"""The lists of a sales person: what is theirs and open, in the order in which to work, by an index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.clock import now
from aurum_data.operations.cluster import PairUrls
from aurum_data.queries import my_work
from aurum_data.queries.lead_story import timeline
from aurum_data.queries.my_work import callbacks_due, calls_of, contact_speed, going_cold, new_by_score
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import OPEN_STATUSES, LeadStatus
from tests.factories import make_actor, make_lead

AT = now()
HOUR = timedelta(hours=1)


@pytest.fixture
def me(session: Session) -> UUID:
    actor: Actor = make_actor(session, Role.SALES)
    assert actor.user_id is not None
    return actor.user_id


def mine(session: Session, me: UUID, name: str, **values: Any) -> None:
    make_lead(session, first_name=name, **{"assigned_to": me, **values})


def names(frame: Any) -> list[str]:
    return list(frame["full_name"])


def test_callbacks_come_the_longest_overdue_first(session: Session, me: UUID) -> None:
    mine(session, me, "Later", next_callback_at=AT + HOUR)
    mine(session, me, "Overdue", next_callback_at=AT - HOUR)
    mine(session, me, "Tomorrow", next_callback_at=AT + 30 * HOUR)
    assert names(callbacks_due(session, user_id=me, until=AT + 5 * HOUR)) == ["Overdue", "Later"]


@pytest.mark.parametrize(
    "values",
    [
        {"assigned_to": None},
        {"is_active": False},
        {"do_not_call": True},
        {"status": "unqualified"},
        {"status": "suppressed"},
    ],
)
def test_a_callback_that_is_nobodys_or_over_is_not_listed(session: Session, me: UUID, values: dict[str, Any]) -> None:
    mine(session, me, "Not", next_callback_at=AT - HOUR, **values)
    assert callbacks_due(session, user_id=me, until=AT).empty


def test_new_leads_come_the_best_score_first(session: Session, me: UUID) -> None:
    mine(session, me, "Good", lead_score=70)
    mine(session, me, "Best", lead_score=90)
    mine(session, me, "Planned", lead_score=95, next_callback_at=AT + HOUR)
    mine(session, me, "Contacted", lead_score=99, status="contacted")
    assert names(new_by_score(session, user_id=me)) == ["Best", "Good"]


def test_a_lead_under_way_goes_cold_when_nothing_happens(session: Session, me: UUID) -> None:
    old = AT - timedelta(days=8)
    mine(session, me, "Cold", status="contacted", last_activity_at=old)
    mine(session, me, "Colder", status="qualified", last_activity_at=old, lead_score=80)
    mine(session, me, "Warm", status="contacted", last_activity_at=AT)
    mine(session, me, "Planned", status="contacted", last_activity_at=old, next_callback_at=AT + HOUR)
    mine(session, me, "New", last_activity_at=old)
    mine(session, me, "Sold", status="sold", last_activity_at=old)
    assert names(going_cold(session, user_id=me, before=AT - timedelta(days=7))) == ["Colder", "Cold"]


def test_lists_stop_at_their_limit(session: Session, me: UUID) -> None:
    for number in range(4):
        mine(session, me, f"Lead{number}", next_callback_at=AT - number * HOUR)
    assert len(callbacks_due(session, user_id=me, until=AT, limit=3)) == 3


def test_speed_is_the_median_of_those_reached(session: Session, me: UUID) -> None:
    came = AT - timedelta(days=1)
    for minutes in (5, 10, 60):
        contacted = came + timedelta(minutes=minutes)
        mine(session, me, "X", created_at=came, status="contacted", first_contacted_at=contacted)
    mine(session, me, "Waiting", created_at=came)
    mine(session, me, "Just came", created_at=AT)
    mine(session, me, "Of old", created_at=AT - timedelta(days=9), first_contacted_at=AT, status="sold")
    speed = contact_speed(session, user_id=me, at=AT, target=timedelta(minutes=15))
    assert (speed.arrived, speed.contacted, speed.in_time, speed.late) == (5, 3, 2, 1)
    assert speed.median_seconds == 600


def test_nobody_reached_has_no_median(session: Session, me: UUID) -> None:
    assert contact_speed(session, user_id=me, at=AT, target=HOUR).median_seconds is None


CALL = "INSERT INTO lead_calls (lead_id, created_at, caller_user_id, caller_name, disposition, note, next_callback_at) "


def test_a_row_says_what_came_of_the_last_call(session: Session, me: UUID) -> None:
    lead = make_lead(session, assigned_to=me)
    for disposition, at in (("voicemail", AT - HOUR), ("no_answer", AT - 2 * HOUR)):
        values = {"lead": lead.id, "at": at, "me": me, "what": disposition}
        session.execute(text(CALL + "VALUES (:lead, :at, :me, 'Sam', :what, NULL, NULL)"), values)
    [row] = new_by_score(session, user_id=me).to_dict("records")
    assert (row["last_disposition"], row["last_called_at"]) == ("voicemail", AT - HOUR)
    assert list(calls_of(session, lead.id)["disposition"]) == ["voicemail", "no_answer"]


def test_calls_stand_in_the_timeline_of_a_lead(session: Session, me: UUID) -> None:
    lead = make_lead(session)
    values = {"lead": lead.id, "at": AT, "me": me, "next": AT + HOUR}
    session.execute(text(CALL + "VALUES (:lead, :at, :me, 'Sam', 'reached', 'Wants a quote', :next)"), values)
    [event] = timeline(session, lead.id).to_dict("records")
    assert (event["kind"], event["state"], event["body"], event["actor"]) == (
        "call", "reached", "Wants a quote", "Sam"
    )  # fmt: skip
    assert datetime.fromisoformat(event["details"]["callback"]) == AT + HOUR


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a plan and all below it."""
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (my_work._CALLBACKS, {"until": AT, "open": list(OPEN_STATUSES), "limit": 50}),
        (my_work._NEW, {"candidates": 1000, "limit": 50}),
        (my_work._COLD, {"statuses": ["contacted"], "candidates": 1000, "before": AT, "limit": 50}),
        (
            my_work._SPEED,
            {"target": HOUR, "late": AT, "statuses": list(LeadStatus), "since": AT - 168 * HOUR, "cap": 10_000},
        ),
    ],
)
def test_an_index_of_a_persons_work_serves_each_list(urls: PairUrls, statement: Any, values: dict[str, Any]) -> None:
    engine = create_engine(urls.owner)  # the application may not ANALYZE
    with Session(engine) as session:
        person = make_actor(session, Role.SALES).user_id
        session.execute(
            text("""
                INSERT INTO leads (zip_code, borough, utility, status, assigned_to, created_at, next_callback_at)
                SELECT '11215', 'Brooklyn', 'CON_EDISON', (ARRAY['new', 'contacted', 'sold'])[1 + n % 3],
                       CASE WHEN n % 50 = 0 THEN CAST(:me AS uuid) END, now() - make_interval(hours => n),
                       CASE WHEN n % 40 = 0 THEN now() + make_interval(hours => n - 50) END
                FROM generate_series(1, 20000) n
            """),
            {"me": person},
        )
        session.execute(text("ANALYZE leads"))
        plan = session.scalar(text("EXPLAIN (FORMAT JSON) " + statement.text), values | {"user_id": person})
    engine.dispose()
    found = list(nodes(plan[0]["Plan"]))
    assert [node for node in found if node["Node Type"] == "Seq Scan"] == []
    used = {node["Index Name"] for node in found if node.get("Index Name", "").startswith("idx_lead_")}
    assert used - {"idx_lead_call_lead"} <= {"idx_lead_assigned"}
