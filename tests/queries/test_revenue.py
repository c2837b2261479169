"""The Revenue screen's figures: exact, reconciled, compared, and honest about days without figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.database import Database
from aurum_data.queries import revenue
from tests.factories import make_metric, make_platform

MONDAY = date(2026, 11, 16)
SUNDAY = date(2026, 11, 22)


@pytest.fixture
def rolled_up(session: Session) -> Callable[..., None]:
    """Says that the rollup is current up to the evening of a day."""

    def stamp(day: date) -> None:
        evening = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
        session.execute(
            text("INSERT INTO rollup_stamps (rollup, as_of) VALUES ('revenue_metrics', :as_of)"),
            {"as_of": evening},
        )

    return stamp


def test_summary_adds_the_days_of_the_period_exactly(session: Session) -> None:
    make_metric(session, MONDAY - timedelta(days=1), sales_usd=Decimal("999.99"), sold_leads=9)
    make_metric(session, MONDAY, sales_usd=Decimal("0.10"), sold_leads=1, total_leads=4)
    make_metric(session, SUNDAY, sales_usd=Decimal("0.20"), sold_leads=1, total_leads=6)

    week = revenue.revenue_summary(session, first=MONDAY, last=SUNDAY)

    assert (week.total_revenue, week.sold_leads, week.total_leads) == (Decimal("0.30"), 2, 10)
    assert week.average_price_usd == Decimal("0.15")


def test_summary_takes_daily_rows_only(session: Session) -> None:
    make_metric(session, MONDAY, sales_usd=Decimal(10))
    make_metric(session, MONDAY, sales_usd=Decimal(70), period_type="weekly")

    assert revenue.revenue_summary(session, first=MONDAY, last=SUNDAY).total_revenue == Decimal(10)


def test_period_without_any_figures_is_empty_and_not_zero(session: Session) -> None:
    make_metric(session, MONDAY, sales_usd=Decimal(10))

    before = revenue.revenue_summary(session, first=date(2020, 1, 1), last=date(2020, 1, 31))

    assert before.covered_days == 0
    assert (before.total_revenue, before.sold_leads, before.unreconciled_usd) == (None, None, None)


def test_day_on_which_nothing_happened_is_zero_once_the_rollup_has_passed_it(
    session: Session, rolled_up: Callable[..., None]
) -> None:
    make_metric(session, MONDAY, sales_usd=Decimal(10))
    rolled_up(SUNDAY)

    sunday = revenue.revenue_summary(session, first=SUNDAY, last=SUNDAY)

    assert (sunday.total_revenue, sunday.complete) == (Decimal("0.00"), True)


def test_period_that_begins_before_the_first_figure_is_not_complete(session: Session) -> None:
    make_metric(session, MONDAY, sales_usd=Decimal(10))
    make_metric(session, SUNDAY, sales_usd=Decimal(10))

    longer = revenue.revenue_summary(session, first=MONDAY - timedelta(days=7), last=SUNDAY)

    assert (longer.covered_days, longer.complete) == (7, False)


def test_sales_returns_and_adjustments_make_the_revenue(session: Session) -> None:
    money = {"sales_usd": Decimal(500), "returns_usd": Decimal("-80.50"), "adjustments_usd": Decimal("-0.25")}
    make_metric(session, MONDAY, sold_leads=5, returned_leads=1, acquisition_cost_usd=Decimal(100), **money)

    week = revenue.revenue_summary(session, first=MONDAY, last=SUNDAY)

    assert week.unreconciled_usd == Decimal(0)
    assert (week.total_revenue, week.margin_usd) == (Decimal("419.25"), Decimal("319.25"))
    assert week.return_rate == pytest.approx(0.2)


def test_rollup_that_does_not_add_up_is_found(session: Session) -> None:
    make_metric(session, MONDAY, sales_usd=Decimal(500), total_revenue=Decimal(499))

    assert revenue.revenue_summary(session, first=MONDAY, last=SUNDAY).unreconciled_usd == Decimal(1)


def test_chosen_platforms_have_money_but_no_leads(session: Session) -> None:
    one, other = make_platform(session), make_platform(session)
    make_metric(session, MONDAY, sales_usd=Decimal(30), total_leads=9)
    make_metric(session, MONDAY, one, sales_usd=Decimal(10))
    make_metric(session, MONDAY, other, sales_usd=Decimal(20))

    chosen = revenue.revenue_summary(session, first=MONDAY, last=SUNDAY, platform_ids=[one.id])

    assert (chosen.total_revenue, chosen.total_leads, chosen.margin_usd) == (Decimal(10), None, None)


def test_card_chart_and_table_have_the_same_sum(session: Session) -> None:
    platforms = [make_platform(session) for _ in range(3)]
    for offset in range(7):
        day = MONDAY + timedelta(days=offset)
        amounts = [Decimal(offset * 100 + n).scaleb(-2) for n in range(3)]
        make_metric(session, day, sales_usd=sum(amounts))
        for platform, amount in zip(platforms, amounts, strict=True):
            make_metric(session, day, platform, sales_usd=amount)
    week = {"first": MONDAY, "last": SUNDAY}

    card = revenue.revenue_summary(session, **week).total_revenue
    chart = revenue.daily_revenue(session, **week)["total_revenue"].sum()
    table = revenue.revenue_by_platform(session, **week)["total_revenue"].sum()

    assert card == chart == table == Decimal("63.21")


def test_daily_revenue_puts_the_compared_day_beside_each_day(session: Session) -> None:
    make_metric(session, MONDAY - timedelta(days=7), sales_usd=Decimal(7))
    make_metric(session, MONDAY, sales_usd=Decimal(10))

    days = revenue.daily_revenue(session, first=MONDAY, last=SUNDAY, compare_first=MONDAY - timedelta(days=7))

    assert len(days) == 7
    assert days.iloc[0].to_dict() == {
        "date": MONDAY,
        "total_revenue": Decimal("10.00"),
        "sold_leads": 0.0,
        "compare_date": MONDAY - timedelta(days=7),
        "compare_revenue": Decimal("7.00"),
    }


def test_daily_revenue_has_no_figure_for_days_beyond_the_rollup(session: Session) -> None:
    make_metric(session, MONDAY, sales_usd=Decimal(10))

    days = revenue.daily_revenue(session, first=MONDAY - timedelta(days=1), last=MONDAY + timedelta(days=1))

    assert days["total_revenue"].tolist() == [None, Decimal("10.00"), None]
    assert days["compare_revenue"].isna().all()


def test_days_across_the_clock_changes_are_all_there(session: Session) -> None:
    make_metric(session, date(2026, 3, 1), sales_usd=Decimal(1))
    make_metric(session, date(2026, 11, 22), sales_usd=Decimal(1))

    spring = revenue.daily_revenue(session, first=date(2026, 3, 7), last=date(2026, 3, 9))
    autumn = revenue.daily_revenue(session, first=date(2026, 10, 31), last=date(2026, 11, 2))

    assert spring["date"].tolist() == [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9)]
    assert autumn["date"].tolist() == [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)]


def test_platforms_come_by_revenue_with_their_trend(session: Session) -> None:
    small, big = make_platform(session), make_platform(session)
    make_metric(session, MONDAY, small, sales_usd=Decimal(10), sold_leads=1)
    make_metric(session, SUNDAY, big, sales_usd=Decimal(90), sold_leads=4, returned_leads=1)
    make_metric(session, MONDAY - timedelta(days=7), big, sales_usd=Decimal(50))

    table = revenue.revenue_by_platform(session, first=MONDAY, last=SUNDAY, compare_first=MONDAY - timedelta(days=7))

    assert table["platform_id"].tolist() == [big.id, small.id]
    first = table.iloc[0]
    assert first["trend"] == [0.0] * 6 + [90.0]
    assert (first["compare_revenue"], first["average_price_usd"]) == (Decimal(50), Decimal("22.50"))
    assert first["return_rate"] == pytest.approx(0.25)


def test_trend_of_a_long_period_is_by_whole_week_ending_with_it(session: Session) -> None:
    platform = make_platform(session)
    last = MONDAY + timedelta(days=89)
    make_metric(session, last - timedelta(days=6), platform, sales_usd=Decimal(5))
    make_metric(session, last, platform, sales_usd=Decimal(5))

    trend = revenue.revenue_by_platform(session, first=MONDAY, last=last)["trend"].iloc[0]

    assert trend == [0.0] * 11 + [10.0]


def test_funnel_counts_each_step_against_the_one_before(session: Session) -> None:
    counts = {"total_leads": 100, "qualified_leads": 40, "exported_leads": 80, "sold_leads": 60}
    make_metric(session, MONDAY, **counts, returned_leads=6)

    steps = revenue.funnel(session, first=MONDAY, last=SUNDAY).set_index("step")

    assert steps["count"].to_dict() == {
        "leads": 100,
        "qualified": 40,
        "deliveries": 80,
        "sales": 60,
        "returns": 6,
    }
    assert steps["per_previous"].tolist()[1:] == pytest.approx([0.4, 2.0, 0.75, 0.1])


def test_funnel_of_a_period_without_figures_is_empty(session: Session) -> None:
    assert revenue.funnel(session, first=MONDAY, last=SUNDAY).empty


def test_everything_reads_on_the_replica_with_the_readers_rights(db: Database) -> None:
    week = {"first": MONDAY, "last": SUNDAY}

    assert db.query(None, revenue.revenue_as_of) is None
    assert db.query(None, revenue.revenue_summary, **week).covered_days == 0
    assert db.query(None, revenue.daily_revenue, **week)["total_revenue"].isna().all()
    assert db.query(None, revenue.revenue_by_platform, **week).empty


def test_a_period_of_the_rollup_is_read_by_index(session: Session) -> None:
    session.execute(
        text("""
        INSERT INTO revenue_metrics (date, period_type, platform_ref, total_revenue, sales_usd)
        SELECT date '2018-01-01' + day, 'daily', platform, 1, 1
        FROM generate_series(0, 3000) AS day, unnest(ARRAY[NULL, uuidv7(), uuidv7()]) AS platform
    """)
    )
    parameters = revenue._periods(MONDAY, SUNDAY, MONDAY - timedelta(days=7)) | revenue._scope(()) | {"step": 1}

    for statement in (revenue._SUMMARY, revenue._DAILY, revenue._BY_PLATFORM):
        plan = session.execute(text(f"EXPLAIN {statement}"), parameters).scalars().all()
        assert not [line for line in plan if "Seq Scan on revenue_metrics" in line]
