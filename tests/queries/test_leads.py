"""The list of leads: filters, order, pages by key, counts."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM
from aurum_data.clock import business_day
from aurum_data.database import Database
from aurum_data.errors import Invalid, TooSlow
from aurum_data.models.identity import User
from aurum_data.models.leads import Campaign, LeadSource
from aurum_data.queries import leads as queries
from aurum_data.queries.lead_filter import Cursor, Duplicates, LeadFilter, LeadSort, SortKey, conditions, within
from aurum_data.queries.leads import count_leads, list_leads
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import LeadQuality, LeadStatus, quality_of
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState
from tests.factories import make_export, make_lead, make_platform

ZIPS = {"11215": Borough.BROOKLYN, "11201": Borough.BROOKLYN, "10301": Borough.STATEN_ISLAND, "11694": Borough.QUEENS}
NOON = datetime(2026, 3, 1, 17, tzinfo=UTC)
SAME_SESSION = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SORTS = st.builds(LeadSort, st.sampled_from(SortKey), st.booleans())


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not turn a right answer into 'too slow' or into an estimate."""
    monkeypatch.setattr(queries, "LIST_LIMIT_MS", 20_000)
    monkeypatch.setattr(queries, "COUNT_LIMIT_MS", 20_000)


@pytest.fixture
def people(session: Session) -> list[UUID]:
    """Two people who work on leads."""
    users = [User(username=f"person{number}", full_name=f"Person {number}") for number in (1, 2)]
    session.add_all(users)
    session.flush()
    return [user.id for user in users]


@pytest.fixture
def crowd(session: Session, people: list[UUID]) -> list[dict[str, Any]]:
    """Eighty leads of few distinct values, so that filters overlap and sort values tie."""
    rng = random.Random(7)
    sources = [LeadSource(source_name=f"Source {number}", channel="referral") for number in (1, 2)]
    session.add_all(sources)
    session.flush()
    buyers = [make_platform(session), make_platform(session)]
    rows = []
    for _ in range(80):
        zip_code = rng.choice(list(ZIPS))
        score = rng.choice((15, 45, 65, 65, 90))
        values: dict[str, Any] = {
            "zip_code": zip_code,
            "borough": ZIPS[zip_code],
            "utility": Utility.PSEG_LI if zip_code == "11694" else Utility.CON_EDISON,
            "status": rng.choice(list(LeadStatus)[:4]),
            "lead_quality": quality_of(score),
            "lead_score": score,
            "created_at": NOON + timedelta(hours=12 * rng.randrange(8)),
            "last_activity_at": NOON + timedelta(days=rng.randrange(4)),
            "total_revenue_earned": Decimal(rng.choice((0, 0, 80))),
            "source_id": rng.choice(sources).id,
            "assigned_to": rng.choice((None, *people)),
            "consent_state": rng.choice(list(ConsentState)),
            "has_export_error": rng.random() < 0.2,
            "is_active": rng.random() < 0.9,
        }
        lead = make_lead(session, duplicate_of=rows[0]["id"] if rows and rng.random() < 0.2 else None, **values)
        delivered = rng.random() < 0.5
        exported = (rng.choice(buyers), rng.choice(("accepted", "rejected"))) if delivered else None
        if exported:
            make_export(session, lead, exported[0], status=exported[1])
        rows.append(values | {"id": lead.id, "duplicate_of": lead.duplicate_of, "exported": exported})
    return rows


def walk(session: Session, chosen: LeadFilter, sort: LeadSort, limit: int) -> list[list[UUID]]:
    """The ids of all pages, forward."""
    pages, after = [], None
    while True:
        page = list_leads(session, filter=chosen, sort=sort, after=after, limit=limit)
        pages.append(list(page.frame["id"]))
        if page.next is None:
            return pages
        after = page.next


def matches(row: dict[str, Any], chosen: LeadFilter) -> bool:
    """The filter in plain Python, for comparison."""
    day = business_day(row["created_at"])
    buyer, answer = row["exported"] or (None, None)
    return all(
        (
            row["is_active"] or chosen.include_inactive,
            not chosen.statuses or row["status"] in chosen.statuses,
            not chosen.qualities or row["lead_quality"] in chosen.qualities,
            chosen.lowest_score is None or row["lead_score"] >= chosen.lowest_score,
            chosen.highest_score is None or row["lead_score"] <= chosen.highest_score,
            not chosen.boroughs or row["borough"] in chosen.boroughs,
            not chosen.zip_codes or row["zip_code"] in chosen.zip_codes,
            not chosen.utilities or row["utility"] in chosen.utilities,
            chosen.created_from is None or day >= chosen.created_from,
            chosen.created_to is None or day <= chosen.created_to,
            not chosen.sources or row["source_id"] in chosen.sources,
            not chosen.platforms or (buyer is not None and buyer.id in chosen.platforms),
            not chosen.export_statuses or answer in chosen.export_statuses,
            chosen.assigned_to is None
            or row["assigned_to"] == (None if chosen.assigned_to == "nobody" else chosen.assigned_to),
            not chosen.consent_states or row["consent_state"] in chosen.consent_states,
            not chosen.has_export_error or row["has_export_error"],
            chosen.duplicates is Duplicates.SHOWN
            or (row["duplicate_of"] is not None) == (chosen.duplicates is Duplicates.ONLY),
        )
    )


def some(values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(list(values)), max_size=2, unique=True).map(tuple)


@st.composite
def filters(draw: st.DrawFn, crowd: list[dict[str, Any]], people: list[UUID]) -> LeadFilter:
    low, high = sorted(draw(st.tuples(st.integers(0, 100), st.integers(0, 100))))
    first = draw(st.dates(date(2026, 2, 27), date(2026, 3, 6)))
    parts = {
        "statuses": some(list(LeadStatus)[:5]),
        "qualities": some(LeadQuality),
        "lowest_score": st.just(low),
        "highest_score": st.just(high),
        "boroughs": some(Borough),
        "zip_codes": some(ZIPS),
        "utilities": some(Utility),
        "created_from": st.just(first),
        "created_to": st.just(first + timedelta(days=draw(st.integers(0, 4)))),
        "sources": some(sorted({row["source_id"] for row in crowd})),
        "platforms": some(sorted({row["exported"][0].id for row in crowd if row["exported"]})),
        "export_statuses": some((ExportStatus.ACCEPTED, ExportStatus.REJECTED, ExportStatus.TIMED_OUT)),
        "assigned_to": st.sampled_from(["nobody", *people]),
        "consent_states": some(ConsentState),
        "has_export_error": st.booleans(),
        "duplicates": st.sampled_from(Duplicates),
        "include_inactive": st.booleans(),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(parts)), max_size=4, unique=True))
    return LeadFilter(**{part: draw(parts[part]) for part in chosen})


@SAME_SESSION
@given(data=st.data(), sort=SORTS, limit=st.integers(5, 90))
def test_pages_hold_exactly_what_the_filter_means(
    session: Session, crowd: list[dict[str, Any]], people: list[UUID], data: st.DataObject, sort: LeadSort, limit: int
) -> None:
    chosen = data.draw(filters(crowd, people))
    listed = [lead for page in walk(session, chosen, sort, limit) for lead in page]
    assert sorted(listed) == sorted(row["id"] for row in crowd if matches(row, chosen))


@SAME_SESSION
@given(sort=SORTS, limit=st.integers(7, 30), everything=st.booleans())
def test_pages_backward_are_the_pages_forward(
    session: Session, crowd: list[dict[str, Any]], sort: LeadSort, limit: int, everything: bool
) -> None:
    chosen = LeadFilter(include_inactive=everything)
    forward = walk(session, chosen, sort, limit)
    page = list_leads(session, filter=chosen, sort=sort, limit=limit)
    while page.next is not None:
        page = list_leads(session, filter=chosen, sort=sort, after=page.next, limit=limit)
    backward = [list(page.frame["id"])]
    while page.previous is not None:
        page = list_leads(session, filter=chosen, sort=sort, before=page.previous, limit=limit)
        backward.append(list(page.frame["id"]))
    assert backward[::-1] == forward


@SAME_SESSION
@given(sort=SORTS)
def test_rows_come_in_the_order_asked_for(session: Session, crowd: list[dict[str, Any]], sort: LeadSort) -> None:
    column = queries.SORT_COLUMNS[sort.by][0]
    rows = sorted(
        (row for row in crowd if row["is_active"]), key=lambda row: (row[column], row["id"]), reverse=sort.descending
    )
    assert walk(session, LeadFilter(), sort, 100) == [[row["id"] for row in rows]]


def test_rows_that_arrive_while_turning_pages_repeat_nothing(session: Session, crowd: list[dict[str, Any]]) -> None:
    first = list_leads(session, filter=LeadFilter(), limit=10)
    make_lead(session, created_at=NOON + timedelta(days=30))
    second = list_leads(session, filter=LeadFilter(), after=first.next, limit=10)
    assert not set(first.frame["id"]) & set(second.frame["id"])


def test_going_back_to_the_beginning_shows_a_whole_first_page(session: Session, crowd: list[dict[str, Any]]) -> None:
    first = list_leads(session, filter=LeadFilter(), limit=10)
    third = first.frame.iloc[3]
    page = list_leads(session, filter=LeadFilter(), before=Cursor(third["created_at"], third["id"]), limit=10)
    assert list(page.frame["id"]) == list(first.frame["id"])
    assert page.previous is None


def test_days_of_arrival_are_those_of_new_york(session: Session) -> None:
    late = make_lead(session, created_at=datetime(2026, 3, 9, 3, 30, tzinfo=UTC))  # Mar 8, 11:30 PM in New York
    eighth = LeadFilter(created_from=date(2026, 3, 8), created_to=date(2026, 3, 8))
    assert list(list_leads(session, filter=eighth).frame["id"]) == [late.id]


def test_zip_codes_say_more_closely_what_boroughs_say(session: Session, crowd: list[dict[str, Any]]) -> None:
    both = LeadFilter(boroughs=(Borough.BROOKLYN,), zip_codes=("11215", "11694"))
    assert conditions(both) == conditions(LeadFilter(zip_codes=("11215",)))
    assert list_leads(session, filter=replace(both, zip_codes=("11694",))).frame.empty


def test_leads_of_a_campaign_are_found(session: Session, crowd: list[dict[str, Any]]) -> None:
    sources = sorted({row["source_id"] for row in crowd})
    campaigns = [Campaign(source_id=source, campaign_name="Spring", starts_on=date(2026, 3, 1)) for source in sources]
    session.add_all(campaigns)
    session.flush()
    leads = [make_lead(session, source_id=one.source_id, campaign_id=one.id).id for one in campaigns]
    for chosen, expected in (((campaigns[0].id,), leads[:1]), (tuple(one.id for one in campaigns), leads)):
        assert set(list_leads(session, filter=LeadFilter(campaigns=chosen)).frame["id"]) == set(expected)


def test_names_of_source_and_person_stand_beside_a_lead(session: Session, crowd: list[dict[str, Any]]) -> None:
    frame = list_leads(session, filter=LeadFilter(assigned_to=crowd[0]["assigned_to"]), limit=100).frame
    assert set(frame["source_name"]) <= {"Source 1", "Source 2"}
    assert frame["assigned_name"].nunique() <= 1


def test_empty_list_has_its_columns(session: Session) -> None:
    page = list_leads(session, filter=LeadFilter(zip_codes=("99999",)))
    assert page.frame.empty
    assert [*queries.COLUMNS, *queries.NAMES] == list(page.frame.columns)
    assert (page.next, page.previous) == (None, None)


@pytest.mark.parametrize(
    "parts",
    [
        {"created_from": date(2026, 3, 2), "created_to": date(2026, 3, 1)},
        {"lowest_score": 60, "highest_score": 40},
    ],
)
def test_a_range_that_runs_backwards_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        LeadFilter(**parts)


def test_count_is_exact_up_to_the_cap(session: Session, crowd: list[dict[str, Any]]) -> None:
    active = sum(row["is_active"] for row in crowd)
    assert count_leads(session, LeadFilter(), cap=active) == queries.Count(active, exact=True)


def test_count_above_the_cap_is_an_estimate_not_below_it(session: Session, crowd: list[dict[str, Any]]) -> None:
    total = count_leads(session, LeadFilter(include_inactive=True), cap=20)
    assert not total.exact
    assert total.value > 20


@SAME_SESSION
@given(data=st.data())
def test_count_is_the_length_of_the_list(
    session: Session, crowd: list[dict[str, Any]], people: list[UUID], data: st.DataObject
) -> None:
    chosen = data.draw(filters(crowd, people))
    assert count_leads(session, chosen).value == sum(matches(row, chosen) for row in crowd)


def test_only_the_counting_itself_is_short_of_time(
    session: Session, crowd: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNT_LIMIT_MS", 10_000)
    session.execute(text("SET LOCAL statement_timeout = '20s'"))
    count_leads(session, LeadFilter(), cap=10)
    assert session.scalar(text("SHOW statement_timeout")) == "20s"


def test_count_that_takes_too_long_becomes_an_estimate(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.write(SYSTEM) as session:
        for _ in range(30):
            make_lead(session)
    monkeypatch.setattr(queries, "COUNT_LIMIT_MS", 1)
    slow = LeadFilter(search="nobody's name")
    monkeypatch.setattr("aurum_data.queries.lead_search._INSIDE", "(pg_sleep(1) IS NULL OR l.full_name ILIKE :word_#)")
    counted = db.query(SYSTEM, count_leads, slow, seen=51)
    assert not counted.exact
    assert counted.value >= 51  # the planner expects less of a name that nobody has


def test_list_that_takes_too_long_says_so(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.write(SYSTEM) as session:
        make_lead(session)
    monkeypatch.setattr(queries, "LIST_LIMIT_MS", 50)
    monkeypatch.setattr("aurum_data.queries.lead_search._INSIDE", "(pg_sleep(2) IS NULL OR :word_# = '')")
    with pytest.raises(TooSlow, match="Narrow the filter"):
        db.query(SYSTEM, list_leads, filter=LeadFilter(search="anything"))


def test_reader_of_the_replica_may_run_the_list(db: Database) -> None:
    with db.write(SYSTEM) as session:
        lead = make_lead(session)
    with db.read(SYSTEM) as session:
        assert list(list_leads(session, filter=LeadFilter()).frame["id"]) == [lead.id]
        assert count_leads(session, replace(LeadFilter(), include_inactive=True)).value == 1


class TestWithinTheLimitsOfAPerson:
    def test_without_a_choice_their_boroughs_are_named(self) -> None:
        assert set(within(LeadFilter(), frozenset({"Queens", "Bronx"})).boroughs) == {Borough.QUEENS, Borough.BRONX}

    def test_of_a_choice_theirs_are_kept(self) -> None:
        chosen = LeadFilter(boroughs=(Borough.QUEENS, Borough.BROOKLYN))
        assert within(chosen, frozenset({"Queens", "Bronx"})).boroughs == (Borough.QUEENS,)

    def test_a_choice_of_others_does_not_become_everything(self) -> None:
        beyond = within(LeadFilter(boroughs=(Borough.BROOKLYN,)), frozenset({"Queens"}))
        assert conditions(beyond)[0] == [["false"]]

    def test_without_limits_nothing_changes(self) -> None:
        assert within(LeadFilter(search="x"), None) == LeadFilter(search="x")
