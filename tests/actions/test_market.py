"""Correcting an electric rate: from a day on, without a gap or an overlap, once, by those who may."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.market import CorrectedRate, correct_rate
from aurum_data.clock import today
from aurum_data.errors import Invalid, NotAllowed, NotFound
from aurum_data.models.market import NycElectricRate
from aurum_data.operations.cluster import PairUrls
from aurum_data.queries.market import known
from aurum_data.rules.identity import Role
from tests.factories import make_actor

START = date(2026, 1, 1)
MID = date(2026, 7, 1)


def make_rate(session: Session, *, ends: date | None = None, **values: Any) -> NycElectricRate:
    """A delivery rate of 16.4 cents from January 1, 2026 on; `ends` is the day after its last."""
    defaults = {
        "utility": "CON_EDISON",
        "rate_plan": f"TEST_{uuid4().hex[:8]}",
        "component": "delivery",
        "unit": "usd_per_kwh",
        "rate": Decimal("0.164"),
        "effective": Range(START, ends),
        "source": "Tariff leaf 388",
        "source_grade": "A",
    }
    row = NycElectricRate(**{**defaults, **values})
    session.add(row)
    session.flush()
    return row


def correct(session: Session, rate: NycElectricRate, **values: Any) -> CorrectedRate:
    defaults = {
        "new_rate": Decimal("0.171"),
        "effective_from": MID,
        "source": "Tariff leaf 389",
        "note": "Seen on a bill",
    }
    return correct_rate(session, SYSTEM, **{"rate_id": rate.id, **defaults, **values})


def periods(session: Session, plan: str) -> list[tuple[Decimal, date | None, date | None]]:
    rows = session.execute(
        text(
            "SELECT rate, lower(effective), upper(effective) FROM nyc_electric_rates"
            " WHERE rate_plan = :plan ORDER BY lower(effective) NULLS FIRST"
        ),
        {"plan": plan},
    )
    return [tuple(row) for row in rows]


def audits(session: Session, entity_id: UUID) -> list[dict[str, Any]]:
    return list(
        session.scalars(
            text("SELECT details FROM audit_log WHERE entity_id = :id AND event = 'market:rate:correct'"),
            {"id": str(entity_id)},
        )
    )


def test_old_rate_ends_where_the_new_one_begins(session: Session) -> None:
    rate = make_rate(session)
    correct(session, rate)

    assert periods(session, rate.rate_plan) == [
        (Decimal("0.164000"), START, MID),
        (Decimal("0.171000"), MID, None),
    ]


def test_later_period_is_left_alone(session: Session) -> None:
    later = date(2026, 10, 1)
    rate = make_rate(session, ends=later)
    make_rate(session, rate_plan=rate.rate_plan, rate=Decimal("0.2"), effective=Range(later, None))
    correct(session, rate)

    assert [(first, end) for _, first, end in periods(session, rate.rate_plan)] == [
        (START, MID),
        (MID, later),
        (later, None),
    ]


def test_correction_from_the_first_day_changes_the_row_itself(session: Session) -> None:
    rate = make_rate(session)
    done = correct(session, rate, effective_from=START)

    assert done == CorrectedRate(rate.id, changed=True)
    assert periods(session, rate.rate_plan) == [(Decimal("0.171000"), START, None)]


def test_audit_entry_keeps_the_old_value_and_source(session: Session) -> None:
    rate = make_rate(session)
    done = correct(session, rate)

    (details,) = audits(session, done.rate_id)
    assert (details["before"], details["after"]) == ("0.164000", "0.171")
    assert (details["source_before"], details["source"]) == ("Tariff leaf 388", "Tariff leaf 389")


@pytest.mark.parametrize("begins", [START, MID])
def test_what_is_kept_of_the_tariffs_before_a_correction_is_not_shown_after_it(session: Session, begins: date) -> None:
    rate = make_rate(session)
    before = known(session)
    correct(session, rate, effective_from=begins)
    assert known(session) != before


def test_repeating_a_correction_changes_nothing(session: Session) -> None:
    rate = make_rate(session)
    first = correct(session, rate)
    again = correct(session, rate)

    assert again == CorrectedRate(first.rate_id, changed=False)
    assert len(periods(session, rate.rate_plan)) == 2
    assert len(audits(session, first.rate_id)) == 1


def test_new_row_keeps_what_the_component_is(session: Session) -> None:
    rate = make_rate(session, season="summer", time_of_use="peak", tier_from_kwh=250, is_solar_specific=True)
    done = correct(session, rate)

    new = session.get_one(NycElectricRate, done.rate_id)
    assert (new.season, new.time_of_use, new.tier_from_kwh, new.unit) == ("summer", "peak", 250, "usd_per_kwh")
    assert new.is_solar_specific
    assert (new.source, new.note) == ("Tariff leaf 389", "Seen on a bill")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"new_rate": Decimal("17.1")}, "cannot be right"),
        ({"new_rate": Decimal("-0.01")}, "cannot be right"),
        ({"new_rate": Decimal("NaN")}, "at most six decimals"),
        ({"new_rate": Decimal("0.1234567")}, "at most six decimals"),
        ({"new_rate": Decimal("0.164")}, "is 0.164 already"),
        ({"effective_from": START - timedelta(days=1)}, "begins on Jan 1, 2026"),
        ({"effective_from": today() + timedelta(days=400)}, "at most a year ahead"),
        ({"source": "  "}, "Name the source"),
        ({"note": "x" * 301}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_right_is_refused(session: Session, values: dict[str, Any], reason: str) -> None:
    rate = make_rate(session)

    with pytest.raises(Invalid, match=reason):
        correct(session, rate, **values)
    assert periods(session, rate.rate_plan) == [(Decimal("0.164000"), START, None)]


def test_day_after_the_period_is_refused(session: Session) -> None:
    rate = make_rate(session, ends=MID)

    with pytest.raises(Invalid, match="ends on Jun 30, 2026"):
        correct(session, rate, effective_from=MID)


def test_rider_may_be_a_credit(session: Session) -> None:
    rate = make_rate(session, component="rider_credit_1", rate=Decimal("-0.0006"))

    assert correct(session, rate, new_rate=Decimal("-0.0007")).changed


def test_unknown_rate_is_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        correct_rate(
            session, SYSTEM, rate_id=uuid4(), new_rate=Decimal(1), effective_from=MID, source="A bill", note=""
        )


@pytest.mark.parametrize(("role", "allowed"), [(Role.OPS, True), (Role.ANALYST, False), (Role.SALES, False)])
def test_only_those_with_the_right_correct(session: Session, role: Role, allowed: bool) -> None:
    actor, rate = make_actor(session, role), make_rate(session)
    values = {"rate_id": rate.id, "new_rate": Decimal("0.171"), "effective_from": MID, "source": "Tariff leaf 389"}

    if allowed:
        done = correct_rate(session, actor, **values)
        assert session.get_one(NycElectricRate, done.rate_id).corrected_by == actor.user_id
    else:
        with pytest.raises(NotAllowed):
            correct_rate(session, actor, **values)


@settings(max_examples=25)
@given(
    days=st.lists(st.integers(0, 300), min_size=1, max_size=6),
    cents=st.lists(st.integers(1, 140), min_size=6, max_size=6, unique=True),
)
def test_any_corrections_leave_every_day_with_one_rate(
    shared_urls: PairUrls, days: list[int], cents: list[int]
) -> None:
    engine = create_engine(shared_urls.primary)
    with Session(engine) as session:
        rate = make_rate(session)
        for offset, cent in zip(days, cents, strict=False):
            day = START + timedelta(days=offset)
            row = session.scalars(
                text("SELECT id FROM nyc_electric_rates WHERE rate_plan = :plan AND effective @> CAST(:day AS date)"),
                {"plan": rate.rate_plan, "day": day},
            ).one()
            correct_rate(
                session, SYSTEM, rate_id=row, new_rate=Decimal(cent) / 100, effective_from=day, source="A bill", note=""
            )
        left = periods(session, rate.rate_plan)
        session.rollback()
    engine.dispose()

    assert (left[0][1], left[-1][2]) == (START, None)
    assert [end for _, _, end in left[:-1]] == [first for _, first, _ in left[1:]]
