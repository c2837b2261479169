"""Groups of conditions: the leads that a grouped filter shows are the union, or the intersection, of its parts'."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.errors import Invalid
from aurum_data.queries import lead_filter
from aurum_data.queries import leads as queries
from aurum_data.queries.lead_filter import (
    MOST_GROUPS,
    Duplicates,
    Join,
    LeadConditions,
    LeadFilter,
    conditions,
    settled,
)
from aurum_data.queries.leads import count_leads, list_leads
from aurum_data.rules.geography import Borough
from aurum_data.rules.leads import LeadQuality, LeadStatus, quality_of
from aurum_data.rules.periods import NamedPeriod
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState
from tests.factories import make_export, make_lead, make_platform

NOON = datetime(2026, 3, 1, 17, tzinfo=UTC)
BUYERS = [UUID(int=1), UUID(int=2)]
SOMEBODY = UUID(int=3)
SAME_SESSION = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Parts that make one condition together.
TOGETHER = [("lowest_score", "highest_score"), ("created_from", "created_to"), ("platforms", "export_statuses")]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not turn a right answer into 'too slow' or into an estimate."""
    monkeypatch.setattr(queries, "LIST_LIMIT_MS", 20_000)
    monkeypatch.setattr(queries, "COUNT_LIMIT_MS", 20_000)


@pytest.fixture
def crowd(session: Session) -> None:
    """Sixty leads of few distinct values."""
    rng = random.Random(11)
    buyers = [make_platform(session, id=buyer) for buyer in BUYERS]
    session.execute(text("INSERT INTO users (id, username, full_name) VALUES (:id, 's', 'S')"), {"id": SOMEBODY})
    first = None
    for _ in range(60):
        score = rng.choice((15, 45, 65, 90))
        lead = make_lead(
            session,
            borough=rng.choice((Borough.BROOKLYN, Borough.QUEENS)),
            status=rng.choice(list(LeadStatus)[:3]),
            lead_score=score,
            lead_quality=quality_of(score),
            created_at=NOON + timedelta(days=rng.randrange(6)),
            assigned_to=rng.choice((None, SOMEBODY)),
            consent_state=rng.choice(list(ConsentState)),
            has_export_error=rng.random() < 0.3,
            duplicate_of=first if rng.random() < 0.3 else None,
        )
        first = first or lead.id
        if rng.random() < 0.5:
            make_export(session, lead, rng.choice(buyers), status=rng.choice(("accepted", "rejected")))


@st.composite
def groups(draw: st.DrawFn) -> LeadConditions:
    """A few conditions, at least one."""
    parts: dict[str, st.SearchStrategy[Any]] = {
        "statuses": st.lists(st.sampled_from(list(LeadStatus)[:3]), min_size=1, max_size=2).map(tuple),
        "qualities": st.just((LeadQuality.PREMIUM,)),
        "lowest_score": st.sampled_from([20, 50]),
        "highest_score": st.sampled_from([60, 80]),
        "boroughs": st.just((Borough.QUEENS,)),
        "created_from": st.just(date(2026, 3, 2)),
        "created_to": st.just(date(2026, 3, 4)),
        "platforms": st.sampled_from(BUYERS).map(lambda buyer: (buyer,)),
        "export_statuses": st.just((ExportStatus.ACCEPTED,)),
        "assigned_to": st.sampled_from(["nobody", SOMEBODY]),
        "consent_states": st.sampled_from(ConsentState).map(lambda state: (state,)),
        "has_export_error": st.just(True),
        "duplicates": st.sampled_from([Duplicates.ONLY, Duplicates.HIDDEN]),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(parts)), min_size=1, max_size=3))
    return LeadConditions(**{part: draw(parts[part]) for part in sorted(chosen)})


def single(group: LeadConditions) -> list[LeadConditions]:
    """The conditions of a group, one by one."""
    nothing = LeadConditions()
    given_parts = {f.name: getattr(group, f.name) for f in fields(group)}
    chosen = {name: value for name, value in given_parts.items() if value != getattr(nothing, name)}
    alone = [(name,) for name in chosen if not any(name in pair for pair in TOGETHER)]
    parts = [{name: chosen[name] for name in names if name in chosen} for names in (*TOGETHER, *alone)]
    return [LeadConditions(**part) for part in parts if part]


def ids(session: Session, chosen: LeadFilter) -> set[UUID]:
    page = list_leads(session, filter=chosen, limit=200)
    assert len(page.frame) == count_leads(session, chosen).value
    return set(page.frame["id"])


def ids_of(session: Session, part: LeadConditions) -> set[UUID]:
    return ids(session, LeadFilter(**{f.name: getattr(part, f.name) for f in fields(part)}))


@SAME_SESSION
@example(chosen=[LeadConditions(has_export_error=True)], beside=LeadFilter())
@given(
    chosen=st.lists(groups(), min_size=1, max_size=3),
    beside=st.sampled_from([LeadFilter(), LeadFilter(boroughs=(Borough.QUEENS,)), LeadFilter(lowest_score=40)]),
)
def test_groups_joined_by_or_are_the_union_of_groups(
    session: Session, crowd: None, chosen: list[LeadConditions], beside: LeadFilter
) -> None:
    expected = set[UUID]().union(*(ids_of(session, group) for group in chosen)) & ids(session, beside)
    assert ids(session, replace(beside, groups=tuple(chosen), groups_joined=Join.OR)) == expected


@SAME_SESSION
@example(chosen=[LeadConditions(lowest_score=50, highest_score=80)])
@example(chosen=[LeadConditions(created_from=date(2026, 3, 2), created_to=date(2026, 3, 4))])
@given(chosen=st.lists(groups(), min_size=1, max_size=3))
def test_groups_joined_by_and_are_the_intersection_of_unions(
    session: Session, crowd: None, chosen: list[LeadConditions]
) -> None:
    unions = [set[UUID]().union(*(ids_of(session, part) for part in single(group))) for group in chosen]
    assert ids(session, LeadFilter(groups=tuple(chosen), groups_joined=Join.AND)) == set.intersection(*unions)


def test_groups_of_many_conditions_mean_the_same(
    session: Session, crowd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = LeadConditions(lowest_score=80, has_export_error=True, boroughs=(Borough.QUEENS,))
    second = LeadConditions(assigned_to=SOMEBODY, duplicates=Duplicates.ONLY)
    chosen = LeadFilter(groups=(first, second), groups_joined=Join.AND)
    one_by_one = ids(session, chosen)
    monkeypatch.setattr(lead_filter, "MOST_ALTERNATIVES", 1)
    assert len(conditions(chosen)[0]) == 1
    assert ids(session, chosen) == one_by_one


def test_pages_of_alternatives_repeat_and_miss_nothing(session: Session, crowd: None) -> None:
    chosen = LeadFilter(groups=(LeadConditions(lowest_score=60), LeadConditions(boroughs=(Borough.QUEENS,))))
    pages = [list_leads(session, filter=chosen, limit=7)]
    while pages[-1].next:
        pages.append(list_leads(session, filter=chosen, limit=7, after=pages[-1].next))
    listed = [lead for page in pages for lead in page.frame["id"]]
    assert listed == list(list_leads(session, filter=chosen, limit=200).frame["id"])


def test_a_group_without_conditions_and_a_sixth_group_are_refused() -> None:
    with pytest.raises(Invalid, match="empty"):
        LeadFilter(groups=(LeadConditions(),))
    with pytest.raises(Invalid, match="at most 5"):
        LeadFilter(groups=(LeadConditions(has_export_error=True),) * (MOST_GROUPS + 1))


def test_a_filter_is_settled_for_a_person_and_a_day() -> None:
    me, day = uuid4(), date(2026, 11, 26)
    kept = LeadConditions(created=NamedPeriod.LAST_7_DAYS, assigned_to="me")
    chosen = settled(LeadFilter(assigned_to="me", groups=(kept,)), me=me, day=day)
    assert chosen.assigned_to == me
    assert chosen.groups == (LeadConditions(created_from=date(2026, 11, 20), created_to=day, assigned_to=me),)


def test_a_filter_that_is_not_settled_is_not_carried_out() -> None:
    for unsettled in (
        LeadFilter(assigned_to="me"),
        LeadFilter(groups=(LeadConditions(created=NamedPeriod.TODAY),)),
    ):
        with pytest.raises(ValueError, match="settled"):
            conditions(unsettled)


def test_nobody_is_me_for_a_machine() -> None:
    with pytest.raises(Invalid):
        settled(LeadFilter(assigned_to="me"), me=None, day=date(2026, 11, 26))
