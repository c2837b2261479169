"""A team at a glance: each person's load, speed and outcomes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.queries import team
from aurum_data.queries.team import left_behind, team_figures, unassigned_new
from aurum_data.rules.identity import Role
from tests.factories import make_actor, make_lead

AT = now()
DAY = timedelta(days=1)
TARGET = timedelta(minutes=15)


def seller(session: Session) -> UUID:
    user_id = make_actor(session, Role.SALES).user_id
    assert user_id is not None
    return user_id


def test_load_speed_and_outcomes_of_each_person(session: Session) -> None:
    busy, idle = seller(session), seller(session)
    make_lead(session, assigned_to=busy)
    for minutes in (10, 30):
        reached = AT - DAY + timedelta(minutes=minutes)
        make_lead(
            session, assigned_to=busy, status="contacted", created_at=AT - DAY, first_contacted_at=reached,
            next_callback_at=AT - DAY,
        )  # fmt: skip
    make_lead(session, assigned_to=busy, status="sold", created_at=AT - 20 * DAY, qualified_at=AT - 9 * DAY, sold_at=AT)
    make_lead(session, assigned_to=busy, status="qualified", created_at=AT - 20 * DAY, qualified_at=AT - 9 * DAY)
    make_lead(session, assigned_to=busy, status="qualified", created_at=AT - 90 * DAY, qualified_at=AT - 40 * DAY)
    frame = team_figures(session, people=[idle, busy], at=AT, target=TARGET)
    nothing, all_of_it = frame.to_dict("records")
    assert (nothing["user_id"], nothing["open_leads"], nothing["contacted"]) == (idle, 0, 0)
    assert nothing["median_seconds"] != nothing["median_seconds"]  # NaN
    assert {name: all_of_it[name] for name in all_of_it if name != "user_id"} == {
        "open_leads": 5, "new_leads": 1, "overdue": 2, "contacted": 2, "in_time": 1, "median_seconds": 1200,
        "qualified": 2, "sold": 1,
    }  # fmt: skip


def test_counts_stop_at_the_cap(session: Session, monkeypatch) -> None:
    monkeypatch.setattr(team, "CAP", 2)
    person = seller(session)
    for _ in range(3):
        make_lead(session, assigned_to=person)
        make_lead(session)
    [row] = team_figures(session, people=[person], at=AT, target=TARGET).to_dict("records")
    assert row["open_leads"] == 2
    assert unassigned_new(session, since=AT - DAY) == 2


def test_who_is_not_among_those_who_work_left_their_open_leads_behind(session: Session) -> None:
    here, gone = seller(session), seller(session)
    for person in (here, gone):
        make_lead(session, assigned_to=person)
        make_lead(session, assigned_to=person, next_callback_at=AT)
        make_lead(session, assigned_to=person, status="sold", next_callback_at=AT)
    [row] = left_behind(session, people=[here]).to_dict("records")
    assert (row["user_id"], row["open_leads"], row["callbacks"]) == (gone, 2, 1)
    assert len(left_behind(session, people=[here, gone])) == 0
