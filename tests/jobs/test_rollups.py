"""Rollups say what the base tables say, day by day of New York, however they came about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import NEW_YORK, business_day
from aurum_data.database import Database
from aurum_data.jobs.rollups import ROLLUPS, process_changes, roll_up, roll_up_all
from aurum_data.operations.cluster import PairUrls
from tests.factories import make_export, make_lead, make_platform, make_sale, make_transaction, make_zip

DAY = date(2026, 11, 10)
NOON = datetime(2026, 11, 10, 12, tzinfo=NEW_YORK)


@pytest.fixture
def worker(urls: PairUrls) -> Iterator[Session]:
    """A session as the worker has it."""
    engine = create_engine(urls.jobs)
    with Session(engine) as open_session:
        yield open_session
    engine.dispose()


def rows(session: Session, table: str, where: str = "true") -> list[dict[str, Any]]:
    """All rows of a rollup without key and time of computing, in one order."""
    found = session.execute(text(f"SELECT * FROM {table} WHERE {where}")).mappings()
    stripped = [{k: v for k, v in row.items() if k not in {"id", "computed_at"}} for row in found]
    return sorted(stripped, key=str)


def of_day(session: Session, table: str, day: date = DAY) -> dict[str, Any]:
    """The one row of a day: of all platforms where a table has such."""
    where = f"date = '{day}'" + (
        " AND period_type = 'daily' AND platform_ref IS NULL" if table == "revenue_metrics" else ""
    )
    [row] = rows(session, table, where)
    return row


def test_a_day_of_revenue_counts_leads_deliveries_and_money(session: Session) -> None:
    platform = make_platform(session)
    lead = make_lead(session, created_at=NOON, qualified_at=NOON)
    make_lead(session, created_at=NOON)
    sale = make_sale(session, lead, platform, amount_usd=Decimal("120.50"), at=NOON)
    make_transaction(
        session,
        make_export(session, lead, platform, created_at=NOON, status="rejected"),
        amount_usd=Decimal("-20.50"),
        transaction_type="adjustment",
        occurred_at=NOON,
        offsets_id=sale.id,
    )
    roll_up(session, "revenue_metrics", [DAY])
    row = of_day(session, "revenue_metrics")
    assert (row["total_leads"], row["qualified_leads"], row["exported_leads"], row["sold_leads"]) == (
        2,
        1,
        2,
        1,
    )
    assert (row["sales_usd"], row["adjustments_usd"], row["total_revenue"]) == (
        Decimal("120.50"),
        Decimal("-20.50"),
        Decimal("100.00"),
    )
    assert (row["average_price_usd"], row["conversion_rate"]) == (Decimal("120.50"), Decimal("0.5"))


def test_the_rows_of_the_platforms_add_up_to_the_row_of_all(session: Session) -> None:
    lead = make_lead(session, created_at=NOON)
    for amount in (70, 90):
        make_sale(session, lead, make_platform(session), amount_usd=Decimal(amount), at=NOON)
    roll_up(session, "revenue_metrics", [DAY])
    for period in ("daily", "weekly", "monthly"):
        [total] = rows(session, "revenue_metrics", f"period_type = '{period}' AND platform_ref IS NULL")
        parts = rows(session, "revenue_metrics", f"period_type = '{period}' AND platform_ref IS NOT NULL")
        assert len(parts) == 2
        assert sum(p["total_revenue"] for p in parts) == total["total_revenue"] == Decimal(160)


def test_weeks_begin_on_monday_and_months_on_the_first(session: Session) -> None:
    make_lead(session, created_at=NOON)
    roll_up(session, "revenue_metrics", [DAY])
    firsts = {r["period_type"]: r["date"] for r in rows(session, "revenue_metrics")}
    assert firsts == {"daily": DAY, "weekly": date(2026, 11, 9), "monthly": date(2026, 11, 1)}


def test_growth_follows_a_late_change_of_the_day_before(session: Session) -> None:
    platform, lead = make_platform(session), make_lead(session, created_at=NOON)
    make_sale(session, lead, platform, amount_usd=Decimal(100), at=NOON)
    make_sale(
        session,
        make_lead(session, created_at=NOON),
        platform,
        amount_usd=Decimal(150),
        at=NOON + timedelta(days=1),
    )
    roll_up(session, "revenue_metrics", [DAY, DAY + timedelta(days=1)])
    assert of_day(session, "revenue_metrics", DAY + timedelta(days=1))["growth_rate"] == Decimal("0.5")
    make_sale(session, make_lead(session, created_at=NOON), platform, amount_usd=Decimal(200), at=NOON)
    roll_up(session, "revenue_metrics", [DAY])
    assert of_day(session, "revenue_metrics", DAY + timedelta(days=1))["growth_rate"] == Decimal("-0.5")


def test_a_day_that_has_nothing_any_more_loses_its_rows(session: Session) -> None:
    lead = make_lead(session, created_at=NOON)
    for rollup in ROLLUPS:
        roll_up(session, rollup, [DAY])
    session.execute(text("UPDATE leads SET is_active = false WHERE id = :id"), {"id": lead.id})
    for rollup in ROLLUPS:
        roll_up(session, rollup, [DAY])
        assert rows(session, rollup) == []


def test_a_platform_day_tells_answers_errors_and_speed(session: Session) -> None:
    platform, lead = make_platform(session), make_lead(session, created_at=NOON)
    answers = [("accepted", 200), ("returned", 300), ("rejected", 400), ("timed_out", 5000), ("queued", None)]
    for status, milliseconds in answers:
        make_export(session, lead, platform, created_at=NOON, status=status, response_ms=milliseconds)
    roll_up(session, "platform_performance", [DAY])
    row = of_day(session, "platform_performance")
    assert [row[f"{kind}_exports"] for kind in ("total", "accepted", "rejected", "failed")] == [4, 2, 1, 1]
    assert (row["acceptance_rate"], row["error_rate"]) == (Decimal("0.666667"), Decimal("0.25"))
    assert (row["average_response_ms"], row["p95_response_ms"]) == (Decimal(1475), Decimal("4310.0"))


def test_penetration_counts_the_leads_so_far_also_after_a_late_lead(session: Session) -> None:
    make_zip(session, households=1000, owner_share=Decimal("0.5"))
    for days in (0, 1, 2):
        make_lead(session, created_at=NOON + timedelta(days=days))
    roll_up(session, "nyc_market_intelligence", [DAY + timedelta(days=d) for d in (0, 1, 2)])
    make_lead(session, created_at=NOON)
    roll_up(session, "nyc_market_intelligence", [DAY])
    shares = [
        r["market_penetration"] for r in sorted(rows(session, "nyc_market_intelligence"), key=lambda r: r["date"])
    ]
    assert shares == [Decimal("0.004"), Decimal("0.006"), Decimal("0.008")]


def test_a_day_that_is_over_keeps_its_market_figures(session: Session) -> None:
    zip_code = make_zip(session, solar_adoption_rate=Decimal("0.10"))
    make_lead(session, created_at=NOON)
    roll_up(session, "nyc_market_intelligence", [DAY])
    zip_code.solar_adoption_rate = Decimal("0.20")
    session.flush()
    make_lead(session, created_at=NOON)
    roll_up(session, "nyc_market_intelligence", [DAY])
    row = of_day(session, "nyc_market_intelligence")
    assert (row["total_leads"], row["solar_adoption_rate"]) == (2, Decimal("0.1"))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 11, 4, 59, 59, tzinfo=UTC), DAY),  # still the evening before in New York
        (datetime(2026, 11, 11, 5, 0, tzinfo=UTC), DAY + timedelta(days=1)),
        (datetime(2026, 3, 8, 5, 0, tzinfo=UTC), date(2026, 3, 8)),  # a day of 23 hours
        (datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), date(2026, 11, 1)),  # a day of 25 hours
        (datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 5, 0, tzinfo=UTC), date(2026, 11, 2)),
    ],
)
def test_an_instant_counts_on_its_new_york_day(session: Session, instant: datetime, day: date) -> None:
    assert business_day(instant) == day
    make_lead(session, created_at=instant)
    around = [day + timedelta(days=d) for d in (-1, 0, 1)]
    for rollup, where in (("revenue_metrics", "period_type = 'daily'"), ("nyc_market_intelligence", "true")):
        roll_up(session, rollup, around)
        assert [r["date"] for r in rows(session, rollup, where)] == [day]


def test_a_change_made_while_its_day_is_computed_is_not_lost_and_does_not_wait(
    db: Database, worker: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_more_lead() -> None:
        with db.write(None) as session:
            session.execute(text("SET LOCAL lock_timeout = '500ms'"))
            make_lead(session, created_at=NOON)
            mark_changed(session, [DAY], ["revenue_metrics"])

    compute = ROLLUPS["revenue_metrics"]

    def compute_and_be_overtaken(session: Session, days: list[date]) -> None:
        compute(session, days)
        one_more_lead()

    one_more_lead()
    monkeypatch.setitem(ROLLUPS, "revenue_metrics", compute_and_be_overtaken)
    process_changes(worker)
    worker.commit()
    assert of_day(worker, "revenue_metrics")["total_leads"] == 1
    monkeypatch.undo()
    assert process_changes(worker) == 1
    worker.commit()
    assert of_day(worker, "revenue_metrics")["total_leads"] == 2
    assert process_changes(worker) == 0


def test_the_worker_role_may_roll_up_everything(db: Database, worker: Session) -> None:
    with db.write(None) as session:
        make_zip(session)
        make_sale(session, make_lead(session, created_at=NOON), make_platform(session), at=NOON)
    roll_up_all(worker)
    worker.commit()
    assert set(worker.scalars(text("SELECT rollup FROM rollup_stamps"))) == set(ROLLUPS)


def test_all_of_history_is_found_even_when_a_lead_qualifies_long_after_it_came(session: Session) -> None:
    make_lead(session, created_at=NOON, qualified_at=NOON + timedelta(days=5))
    roll_up_all(session)
    assert of_day(session, "revenue_metrics", DAY + timedelta(days=5))["qualified_leads"] == 1


# Any mix of deeds, noted and processed in pieces, gives what one computation of everything gives.
deed = st.tuples(
    st.sampled_from(["lead", "sale", "return", "reject", "delete", "qualify", "process"]),
    st.integers(0, 40 * 24),  # hours after the start, over a change to winter time
    st.integers(0, 10**6),
)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=st.lists(deed, min_size=5, max_size=30))
def test_changes_worked_piece_by_piece_equal_a_computation_of_everything(session: Session, deeds) -> None:
    session.rollback()
    start = datetime(2026, 10, 12, 4, 30, tzinfo=UTC)
    platforms = [make_platform(session) for _ in range(2)]
    make_zip(session, "11215")
    make_zip(session, "11694", borough="Queens")
    leads, sales = [], []
    for kind, hours, choice in deeds:
        at = start + timedelta(hours=hours)
        days = {business_day(at)}
        if kind == "lead" or not leads:
            zip_code, borough = [("11215", "Brooklyn"), ("11694", "Queens")][choice % 2]
            leads.append(make_lead(session, created_at=at, zip_code=zip_code, borough=borough, lead_score=choice % 100))
        lead = leads[choice % len(leads)]
        if kind == "sale":
            sales.append(make_sale(session, lead, platforms[choice % 2], amount_usd=Decimal(choice % 200), at=at))
        elif kind == "return" and sales:
            sale = sales[choice % len(sales)]
            export = make_export(session, lead, platforms[choice % 2], created_at=at, status="returned")
            make_transaction(session, export, amount_usd=-sale.amount_usd, transaction_type="return", occurred_at=at)
        elif kind == "reject":
            make_export(
                session,
                lead,
                platforms[choice % 2],
                created_at=at,
                status="rejected",
                response_ms=choice % 900,
            )
        elif kind == "delete":
            days |= {business_day(lead.created_at)} | (
                {business_day(lead.qualified_at)} if lead.qualified_at else set()
            )
            lead.is_active = False
        elif kind == "qualify":
            days |= {business_day(lead.qualified_at)} if lead.qualified_at else set()
            lead.qualified_at = max(at, lead.created_at)
            days.add(business_day(lead.qualified_at))
        session.flush()
        mark_changed(session, days)
        if kind == "process":
            process_changes(session)
    while process_changes(session):
        pass
    piecewise = {rollup: rows(session, rollup) for rollup in ROLLUPS}
    for rollup in ROLLUPS:
        session.execute(text(f"DELETE FROM {rollup}"))
    roll_up_all(session)
    assert piecewise == {rollup: rows(session, rollup) for rollup in ROLLUPS}
