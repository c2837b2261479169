"""Reads of the Platforms screen: which buyer accepts, rejects, errs, is slow, is at its cap.

Days and rates come from the rollup `platform_performance`. What must be of this minute reads deliveries
(`lead_exports`), always by a range of the index (platform, status, time): the caps' use today, what waits,
the reasons of rejection within a period, the latest deliveries. Days are New York's, money is Decimal in USD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import day_range
from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission
from aurum_data.rules.platforms import ExportStatus

_NAMES = text("SELECT id, platform_name FROM b2b_platforms ORDER BY platform_name")
_AS_OF = text("SELECT as_of FROM rollup_stamps WHERE rollup = 'platform_performance'")
_TOTALS = text("""
    SELECT sum(total_exports) AS deliveries, sum(accepted_exports) AS accepted, sum(rejected_exports) AS rejected,
           sum(failed_exports) AS failed
    FROM platform_performance WHERE date BETWEEN :first AND :last
""")
_HEALTH = text("""
    SELECT p.id AS platform_id, p.platform_name, p.version, p.status, p.status_reason, p.status_changed_at,
           p.health, p.delivery_method, p.exclusive, p.last_success_at, p.last_error_at, p.consecutive_errors,
           p.daily_cap, p.monthly_cap, p.return_cap_share, p.timeout_ms,
           period.deliveries, period.accepted, period.rejected, period.failed,
           period.accepted::float8 / nullif(period.accepted + period.rejected, 0) AS acceptance_rate,
           period.failed::float8 / nullif(period.deliveries, 0) AS error_rate,
           period.p95_response_ms, period.uptime_share, period.revenue_usd, period.customer_satisfaction,
           period.acceptance_trend,
           month.returned AS month_returned,
           month.returned::float8 / nullif(month.accepted, 0) AS return_rate,
           today.accepted AS accepted_today,
           coalesce(month.accepted_before, 0) + today.accepted AS accepted_this_month,
           waiting.deliveries AS waiting, waiting.worth_usd AS waiting_usd
    FROM b2b_platforms p
    LEFT JOIN LATERAL (
        SELECT sum(total_exports) AS deliveries, sum(accepted_exports) AS accepted,
               sum(rejected_exports) AS rejected, sum(failed_exports) AS failed,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY p95_response_ms::float8) AS p95_response_ms,
               avg(uptime_share)::float8 AS uptime_share, sum(total_revenue) AS revenue_usd,
               (sum(customer_satisfaction * accepted_exports)
                / nullif(sum(accepted_exports) FILTER (WHERE customer_satisfaction IS NOT NULL), 0))::float8
                   AS customer_satisfaction,
               array_agg(acceptance_rate::float8 ORDER BY date) FILTER (WHERE acceptance_rate IS NOT NULL)
                   AS acceptance_trend
        FROM platform_performance WHERE platform_ref = p.id AND date BETWEEN :first AND :last) period ON true
    LEFT JOIN LATERAL (
        SELECT sum(returned_leads) AS returned, sum(accepted_exports) AS accepted,
               sum(accepted_exports) FILTER (WHERE date < :today) AS accepted_before
        FROM platform_performance
        WHERE platform_ref = p.id
          AND date BETWEEN date_trunc('month', CAST(:today AS date))::date AND :today) month ON true
    CROSS JOIN LATERAL (
        SELECT count(*) AS accepted FROM lead_exports
        WHERE platform_id = p.id AND status IN ('accepted', 'returned')
          AND created_at >= :today_begins AND created_at < :today_ends) today
    CROSS JOIN LATERAL (
        SELECT count(*) AS deliveries,
               coalesce(round(sum(price_usd * p.commission_rate), 2), 0.00) AS worth_usd
        FROM lead_exports
        WHERE platform_id = p.id AND status IN ('queued', 'sending', 'failed_retryable')) waiting
    ORDER BY p.platform_name
""")
_DAYS = text("""
    SELECT day::date AS date, d.total_exports AS deliveries, d.accepted_exports AS accepted,
           d.rejected_exports AS rejected, d.failed_exports AS failed, d.returned_leads AS returned,
           d.acceptance_rate::float8 AS acceptance_rate, d.error_rate::float8 AS error_rate,
           d.average_response_ms::float8 AS average_response_ms, d.p95_response_ms::float8 AS p95_response_ms,
           d.uptime_share::float8 AS uptime_share, d.total_revenue AS revenue_usd,
           d.customer_satisfaction::float8 AS customer_satisfaction
    FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') AS day
    LEFT JOIN platform_performance d ON d.platform_ref = :platform_id AND d.date = day::date
    ORDER BY day
""")
# One short walk down the index per status, then the newest of them all.
_DELIVERIES = text("""
    SELECT e.lead_id, e.id AS export_id, e.created_at, e.status, e.attempt_count, e.next_attempt_at,
           e.response_ms, e.http_status, e.price_usd, e.rejection_reason, e.error_code, e.error_message,
           l.borough, l.zip_code
    FROM unnest(CAST(:statuses AS text[])) AS wanted
    CROSS JOIN LATERAL (
        SELECT lead_id, id, created_at, status, attempt_count, next_attempt_at, response_ms, http_status,
               price_usd, rejection_reason, error_code, error_message
        FROM lead_exports
        WHERE platform_id = :platform_id AND status = wanted
          AND (created_at, lead_id, id) < (:before_at, :before_lead, :before_id)
        ORDER BY created_at DESC, lead_id DESC, id DESC LIMIT :limit) e
    LEFT JOIN leads l ON l.id = e.lead_id
    ORDER BY e.created_at DESC, e.lead_id DESC, e.id DESC LIMIT :limit
""")
_REJECTIONS = text("""
    SELECT coalesce(rejection_reason, 'not_given') AS reason, count(*) AS rejections
    FROM lead_exports
    WHERE platform_id = :platform_id AND status = 'rejected' AND created_at >= :begins AND created_at < :ends
    GROUP BY rejection_reason
    ORDER BY rejections DESC, reason
""")
_ERRORS = text("""
    SELECT coalesce(error_code, 'not_given') AS error_code, count(*) AS failures, max(created_at) AS last_at
    FROM lead_exports
    WHERE platform_id = :platform_id AND status IN ('failed_retryable', 'failed_permanent', 'timed_out')
      AND created_at >= :begins AND created_at < :ends
    GROUP BY error_code
    ORDER BY failures DESC, error_code
""")

LONGEST_DETAIL_DAYS = 92  # reasons are counted from deliveries themselves: a quarter at most


@dataclass(frozen=True)
class DeliveryTotals:
    """Deliveries of all platforms in a period; None without any."""

    deliveries: int | None
    accepted: int | None
    rejected: int | None
    failed: int | None

    @property
    def acceptance_rate(self) -> float | None:
        """Accepted / (accepted + rejected)."""
        answered = (self.accepted or 0) + (self.rejected or 0)
        return (self.accepted or 0) / answered if answered else None

    @property
    def error_rate(self) -> float | None:
        """Failed / all deliveries."""
        return (self.failed or 0) / self.deliveries if self.deliveries else None


@dataclass(frozen=True)
class DeliveryKey:
    """Where a page of deliveries ends, and the next begins."""

    created_at: datetime
    lead_id: UUID
    export_id: UUID


# Begins before the newest delivery.
NEWEST = DeliveryKey(datetime.max.replace(tzinfo=UTC), UUID(int=0), UUID(int=0))


@needs(Permission.PLATFORMS_READ, Permission.REVENUE_READ)
def platform_names(session: Session) -> dict[str, UUID]:
    """Every platform's key by its name, in alphabetical order: for filters."""
    return {row.platform_name: row.id for row in session.execute(_NAMES)}


@needs(Permission.PLATFORMS_READ)
def platforms_as_of(session: Session) -> datetime | None:
    """Up to when the platforms' rates are current; None before the first rollup."""
    stamp: datetime | None = session.scalar(_AS_OF)
    return stamp


@needs(Permission.PLATFORMS_READ)
def delivery_totals(session: Session, *, first: date, last: date) -> DeliveryTotals:
    """Deliveries of all platforms from `first` to `last`."""
    return DeliveryTotals(**session.execute(_TOTALS, {"first": first, "last": last}).mappings().one())


@needs(Permission.PLATFORMS_READ)
def platform_health(session: Session, *, first: date, last: date, today: date) -> pd.DataFrame:
    """One row per platform, by name: its state now, its rates from `first` to `last`, the use of its caps.

    Columns
        platform_id (UUID), platform_name, status, health, delivery_method (str), status_reason (str
        or None), version (int), exclusive (bool), status_changed_at, last_success_at, last_error_at
        (datetime), consecutive_errors, timeout_ms (int), daily_cap, monthly_cap (float, NaN: no cap)
    of the period (NaN or None: no deliveries)
        deliveries, accepted, rejected, failed (float); acceptance_rate = accepted / (accepted + rejected);
        error_rate = failed / deliveries; p95_response_ms = median of the days' 95th percentiles;
        uptime_share = mean of the days; revenue_usd (Decimal); customer_satisfaction (1 to 5, mean of the
        days weighted by accepted leads); acceptance_trend (list of float, by day)
    of the month so far
        month_returned (float), return_rate = returned / accepted, return_cap_share, accepted_this_month (int)
    of this minute
        accepted_today (int), waiting (int: queued or to be tried again), waiting_usd (Decimal: what Aurum
        would earn from those, price x commission rate)
    """
    begins, ends = day_range(today, today)
    numbers = ["deliveries", "accepted", "rejected", "failed", "acceptance_rate", "error_rate"]
    numbers += ["p95_response_ms", "uptime_share", "customer_satisfaction", "return_rate", "return_cap_share"]
    numbers += ["month_returned", "daily_cap", "monthly_cap"]
    whole = ["accepted_this_month", "accepted_today", "waiting"]
    return frame(
        session,
        _HEALTH,
        {"first": first, "last": last, "today": today, "today_begins": begins, "today_ends": ends},
        dict.fromkeys(numbers, "float64") | dict.fromkeys(whole, "int64"),
    )


@needs(Permission.PLATFORMS_READ)
def platform_days(session: Session, *, platform_id: UUID, first: date, last: date) -> pd.DataFrame:
    """One row per day of a platform; NaN where it had no deliveries.

    Columns: date (date), deliveries, accepted, rejected, failed, returned, acceptance_rate, error_rate,
    average_response_ms, p95_response_ms, uptime_share, customer_satisfaction (float), revenue_usd (Decimal
    or None).
    """
    numbers = ["deliveries", "accepted", "rejected", "failed", "returned", "acceptance_rate", "error_rate"]
    numbers += ["average_response_ms", "p95_response_ms", "uptime_share", "customer_satisfaction"]
    return frame(
        session,
        _DAYS,
        {"platform_id": platform_id, "first": first, "last": last},
        dict.fromkeys(numbers, "float64"),
    )


@needs(Permission.PLATFORMS_READ)
def recent_deliveries(
    session: Session,
    *,
    platform_id: UUID,
    statuses: Sequence[ExportStatus] = tuple(ExportStatus),
    before: DeliveryKey = NEWEST,
    limit: int = 25,
) -> pd.DataFrame:
    """A platform's deliveries in some states, newest first, those older than `before`; no contact data.

    Columns: lead_id, export_id (UUID), created_at, next_attempt_at (datetime), status (str), borough, zip_code
    (str, missing for people who may not see leads), rejection_reason, error_code, error_message (str or None),
    attempt_count (int), response_ms, http_status (float, NaN: no answer), price_usd (Decimal or None).
    """
    return frame(
        session,
        _DELIVERIES,
        {
            "platform_id": platform_id,
            "statuses": [str(status) for status in statuses],
            "before_at": before.created_at,
            "before_lead": before.lead_id,
            "before_id": before.export_id,
            "limit": limit,
        },
        {"response_ms": "float64", "http_status": "float64", "borough": "str", "zip_code": "str"},
    )


@needs(Permission.PLATFORMS_READ)
def rejections_by_reason(session: Session, *, platform_id: UUID, first: date, last: date) -> pd.DataFrame:
    """Why a platform refused leads delivered from `first` to `last`, most first.

    Columns: reason (str), rejections (int). A period over LONGEST_DETAIL_DAYS is cut to its last days (see
    `detail_period`).
    """
    return frame(session, _REJECTIONS, _detail(platform_id, first, last))


@needs(Permission.PLATFORMS_READ)
def errors_by_code(session: Session, *, platform_id: UUID, first: date, last: date) -> pd.DataFrame:
    """How deliveries from `first` to `last` failed, most first; cut like `rejections_by_reason`.

    Columns: error_code (str), failures (int), last_at (datetime).
    """
    return frame(session, _ERRORS, _detail(platform_id, first, last))


def detail_period(first: date, last: date) -> tuple[date, date]:
    """The days that reasons and errors are counted over: the period, or its last LONGEST_DETAIL_DAYS."""
    return max(first, last - timedelta(days=LONGEST_DETAIL_DAYS - 1)), last


def _detail(platform_id: UUID, first: date, last: date) -> dict[str, Any]:
    begins, ends = day_range(*detail_period(first, last))
    return {"platform_id": platform_id, "begins": begins, "ends": ends}
