"""The Platforms screen's figures: rates, caps, returns, what waits, deliveries and their reasons."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import day_start
from aurum_data.database import Database
from aurum_data.models.leads import Lead
from aurum_data.models.platforms import B2bPlatform
from aurum_data.queries import platforms
from aurum_data.queries.platforms import DeliveryKey
from aurum_data.rules.platforms import FAILED, ExportStatus
from tests.factories import make_export, make_lead, make_performance, make_platform

TODAY = date(2026, 11, 22)
NOON = day_start(TODAY) + timedelta(hours=12)
WEEK = {"first": TODAY - timedelta(days=6), "last": TODAY}


@pytest.fixture
def platform(session: Session) -> B2bPlatform:
    return make_platform(session)


@pytest.fixture
def lead(session: Session) -> Lead:
    return make_lead(session)


def health(session: Session, platform: B2bPlatform, **values: Any) -> dict[str, Any]:
    frame = platforms.platform_health(session, **{**WEEK, "today": TODAY, **values})
    return frame.set_index("platform_id").loc[platform.id].to_dict()


def test_rates_are_of_the_whole_period_and_not_means_of_days(session: Session, platform: B2bPlatform) -> None:
    days = [(90, 10, 0), (1, 9, 10)]
    for back, (accepted, rejected, failed) in enumerate(days):
        counts = {"accepted_exports": accepted, "rejected_exports": rejected, "failed_exports": failed}
        total = accepted + rejected + failed
        make_performance(session, TODAY - timedelta(days=back), platform, total_exports=total, **counts)

    row = health(session, platform)

    assert row["acceptance_rate"] == pytest.approx(91 / 110)
    assert row["error_rate"] == pytest.approx(10 / 120)


def test_each_platform_has_its_own_figures(session: Session, platform: B2bPlatform, lead: Lead) -> None:
    other = make_platform(session)
    make_performance(session, TODAY, other, total_exports=9, accepted_exports=9, total_revenue=Decimal(9))
    make_export(session, lead, other, created_at=NOON)

    mine, its = health(session, platform), health(session, other)

    assert (mine["accepted_today"], its["accepted_today"]) == (0, 1)
    assert pd.isna(mine["deliveries"])
    assert (its["deliveries"], its["revenue_usd"]) == (9, Decimal(9))


def test_platform_without_deliveries_has_no_rates(session: Session, platform: B2bPlatform) -> None:
    row = health(session, platform)

    assert pd.isna(row["acceptance_rate"])
    assert pd.isna(row["p95_response_ms"])
    assert (row["accepted_today"], row["waiting"], row["waiting_usd"]) == (0, 0, Decimal(0))


def test_answer_time_is_the_median_of_the_days(session: Session, platform: B2bPlatform) -> None:
    for back, p95 in enumerate((400, 600, 9000)):
        make_performance(session, TODAY - timedelta(days=back), platform, p95_response_ms=p95)

    assert health(session, platform)["p95_response_ms"] == 600


def test_satisfaction_is_weighted_by_accepted_leads(session: Session, platform: B2bPlatform) -> None:
    for back, (score, accepted) in enumerate(((5, 30), (2, 10), (None, 60))):
        day = TODAY - timedelta(days=back)
        make_performance(session, day, platform, customer_satisfaction=score, accepted_exports=accepted)

    assert health(session, platform)["customer_satisfaction"] == pytest.approx((5 * 30 + 2 * 10) / 40)


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        (day_start(TODAY), 1),
        (day_start(TODAY) - timedelta(microseconds=1), 0),
        (day_start(TODAY + timedelta(days=1)) - timedelta(microseconds=1), 1),
        (day_start(TODAY + timedelta(days=1)), 0),
    ],
)
def test_cap_use_counts_the_new_york_day(
    session: Session, platform: B2bPlatform, lead: Lead, at: datetime, counted: int
) -> None:
    make_export(session, lead, platform, created_at=at)

    assert health(session, platform)["accepted_today"] == counted


def test_cap_use_counts_accepted_leads_returned_or_not(session: Session, platform: B2bPlatform, lead: Lead) -> None:
    for status in ("accepted", "returned", "rejected", "timed_out", "queued"):
        make_export(session, lead, platform, created_at=NOON, status=status)
    make_performance(session, TODAY - timedelta(days=1), platform, accepted_exports=40)
    make_performance(session, TODAY, platform, accepted_exports=1)
    make_performance(session, date(2026, 10, 31), platform, accepted_exports=500)

    row = health(session, platform)

    assert (row["accepted_today"], row["accepted_this_month"]) == (2, 42)


def test_return_rate_is_of_the_month_so_far(session: Session, platform: B2bPlatform) -> None:
    make_performance(session, date(2026, 10, 31), platform, accepted_exports=10, returned_leads=10)
    make_performance(session, date(2026, 11, 1), platform, accepted_exports=30, returned_leads=2)
    make_performance(session, TODAY, platform, accepted_exports=10, returned_leads=1)

    assert health(session, platform)["return_rate"] == pytest.approx(3 / 40)


def test_what_waits_is_worth_what_aurum_keeps_of_its_price(session: Session, lead: Lead) -> None:
    platform = make_platform(session, status="paused", commission_rate=Decimal("0.25"))
    for status in ("queued", "failed_retryable", "failed_permanent", "accepted"):
        make_export(session, lead, platform, status=status, price_usd=Decimal("80.10"))

    row = health(session, platform)

    assert (row["waiting"], row["waiting_usd"]) == (2, Decimal("40.05"))


def test_days_without_deliveries_are_missing_and_not_zero(session: Session, platform: B2bPlatform) -> None:
    make_performance(session, TODAY, platform, total_exports=3, accepted_exports=3, total_revenue=Decimal("9.99"))

    days = platforms.platform_days(session, platform_id=platform.id, **WEEK)

    assert len(days) == 7
    assert days["deliveries"].isna().sum() == 6
    assert days.iloc[-1]["revenue_usd"] == Decimal("9.99")


def test_deliveries_turn_pages_without_gap_or_repeat(session: Session, platform: B2bPlatform, lead: Lead) -> None:
    statuses = ["accepted", "rejected", "timed_out"]
    made = {
        make_export(session, lead, platform, status=statuses[n % 3], created_at=NOON - timedelta(minutes=n // 4)).id
        for n in range(23)
    }
    seen: list[Any] = []
    key = platforms.NEWEST
    while len(page := platforms.recent_deliveries(session, platform_id=platform.id, before=key, limit=5)):
        seen += page["export_id"].tolist()
        last = page.iloc[-1]
        key = DeliveryKey(last["created_at"], last["lead_id"], last["export_id"])

    assert len(seen) == 23
    assert set(seen) == made


def test_deliveries_of_chosen_states_newest_first(session: Session, platform: B2bPlatform, lead: Lead) -> None:
    for n, status in enumerate(("accepted", "timed_out", "failed_permanent", "rejected")):
        make_export(session, lead, platform, status=status, created_at=NOON - timedelta(hours=n))

    found = platforms.recent_deliveries(session, platform_id=platform.id, statuses=sorted(FAILED))

    assert found["status"].tolist() == ["timed_out", "failed_permanent"]


def test_rejections_are_counted_by_reason_within_the_period(
    session: Session, platform: B2bPlatform, lead: Lead
) -> None:
    for reason, days in (("duplicate", 0), ("duplicate", 1), ("dnc", 2), ("dnc", 30), (None, 3)):
        at = NOON - timedelta(days=days)
        make_export(session, lead, platform, status="rejected", rejection_reason=reason, created_at=at)

    reasons = platforms.rejections_by_reason(session, platform_id=platform.id, **WEEK)

    assert reasons.set_index("reason")["rejections"].to_dict() == {"duplicate": 2, "dnc": 1, "not_given": 1}


def test_errors_are_counted_by_code(session: Session, platform: B2bPlatform, lead: Lead) -> None:
    for code in ("timeout", "http_500", "timeout"):
        make_export(session, lead, platform, status="timed_out", error_code=code, created_at=NOON)
    make_export(session, lead, platform, status="accepted", created_at=NOON)

    errors = platforms.errors_by_code(session, platform_id=platform.id, **WEEK)

    assert errors[["error_code", "failures"]].to_numpy().tolist() == [["timeout", 2], ["http_500", 1]]


def test_reasons_of_a_long_period_are_those_of_its_last_quarter() -> None:
    assert platforms.detail_period(date(2020, 1, 1), TODAY) == (date(2026, 8, 23), TODAY)
    assert platforms.detail_period(TODAY, TODAY) == (TODAY, TODAY)


def test_everything_reads_on_the_replica_with_the_readers_rights(db: Database) -> None:
    nobody = platforms.NEWEST.lead_id

    assert db.query(None, platforms.platforms_as_of) is None
    assert db.query(None, platforms.platform_health, **WEEK, today=TODAY).empty
    assert db.query(None, platforms.platform_days, platform_id=nobody, **WEEK)["deliveries"].isna().all()
    assert db.query(None, platforms.recent_deliveries, platform_id=nobody).empty
    assert db.query(None, platforms.rejections_by_reason, platform_id=nobody, **WEEK).empty
    assert db.query(None, platforms.errors_by_code, platform_id=nobody, **WEEK).empty


def test_deliveries_are_read_by_index_ranges_only(session: Session, platform: B2bPlatform, lead: Lead) -> None:
    session.execute(
        text("""
            INSERT INTO lead_exports (lead_id, platform_id, status, created_at)
            SELECT :lead, :platform, CASE WHEN n % 7 = 0 THEN 'rejected' ELSE 'accepted' END,
                   now() - n * interval '10 minutes' FROM generate_series(1, 20000) AS n"""),
        {"lead": lead.id, "platform": platform.id},
    )
    begins = day_start(TODAY)
    key = platforms.NEWEST
    parameters = {
        **WEEK,
        "today": TODAY,
        "today_begins": begins,
        "today_ends": begins + timedelta(days=1),
        "platform_id": platform.id,
        "begins": begins,
        "ends": begins + timedelta(days=1),
        "statuses": list(ExportStatus),
        "limit": 25,
        "before_at": key.created_at,
        "before_lead": key.lead_id,
        "before_id": key.export_id,
    }

    for statement in (platforms._HEALTH, platforms._DELIVERIES, platforms._REJECTIONS, platforms._ERRORS):
        plan = session.execute(text(f"EXPLAIN {statement}"), parameters).scalars().all()
        assert not [line for line in plan if "Seq Scan on lead_exports" in line], plan
