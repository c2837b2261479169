"""Reads of the Revenue screen: what came in, from whom, against which period; the funnel that led to it.

All of it comes from the rollup `revenue_metrics`, never from the ledger. Days are New York's. Money is
`Decimal` in USD, to the cent. Days that the rollup does not reach (before its first figure, after its last)
are None, not zero.
What is owed and paid is in queries/receivables.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

TREND_DAYS = 62  # longer periods are drawn week by week

# Rows of all platforms together, or of the platforms asked for.
_SCOPE = "(CASE WHEN :everyone THEN platform_ref IS NULL ELSE platform_ref = ANY (:platform_ids) END)"
# The days that the rollup covers: an absent row on one of them means that nothing happened.
_COVER = """
    cover AS (
        SELECT (SELECT min(date) FROM revenue_metrics WHERE period_type = 'daily') AS first,
               greatest((SELECT max(date) FROM revenue_metrics WHERE period_type = 'daily'),
                        (SELECT (as_of AT TIME ZONE 'America/New_York')::date
                         FROM rollup_stamps WHERE rollup = 'revenue_metrics')) AS last)
"""
_AS_OF = text("SELECT as_of FROM rollup_stamps WHERE rollup = 'revenue_metrics'")
_SUMMARY = text(f"""
    WITH {_COVER}
    SELECT coalesce(sum(total_leads), 0) AS total_leads,
           coalesce(sum(qualified_leads), 0) AS qualified_leads,
           coalesce(sum(exported_leads), 0) AS exported_leads,
           coalesce(sum(sold_leads), 0) AS sold_leads,
           coalesce(sum(returned_leads), 0) AS returned_leads,
           coalesce(sum(sales_usd), 0.00) AS sales_usd,
           coalesce(sum(returns_usd), 0.00) AS returns_usd,
           coalesce(sum(adjustments_usd), 0.00) AS adjustments_usd,
           coalesce(sum(total_revenue), 0.00) AS total_revenue,
           coalesce(sum(acquisition_cost_usd), 0.00) AS acquisition_cost_usd,
           (SELECT greatest(0, least(cover.last, :last) - greatest(cover.first, :first) + 1)
            FROM cover WHERE cover.first IS NOT NULL) AS covered
    FROM revenue_metrics
    WHERE period_type = 'daily' AND date BETWEEN :first AND :last AND {_SCOPE}
""")  # noqa: S608 - composed of constants
_DAILY = text(f"""
    WITH {_COVER},
    money AS (
        SELECT date, sum(total_revenue) AS total_revenue, sum(sold_leads) AS sold_leads
        FROM revenue_metrics
        WHERE period_type = 'daily' AND {_SCOPE}
          AND (date BETWEEN :first AND :last OR date BETWEEN :compare_first AND :compare_last)
        GROUP BY date)
    SELECT day.now AS date,
           CASE WHEN day.now BETWEEN cover.first AND cover.last
                THEN coalesce(now.total_revenue, 0.00) END AS total_revenue,
           CASE WHEN day.now BETWEEN cover.first AND cover.last
                THEN coalesce(now.sold_leads, 0) END AS sold_leads,
           day.before AS compare_date,
           CASE WHEN day.before BETWEEN cover.first AND cover.last
                THEN coalesce(before.total_revenue, 0.00) END AS compare_revenue
    FROM (SELECT CAST(:first AS date) + n AS now, CAST(:compare_first AS date) + n AS before
          FROM generate_series(0, :last - :first) AS n) AS day
    CROSS JOIN cover
    LEFT JOIN money AS now ON now.date = day.now
    LEFT JOIN money AS before ON before.date = day.before
    ORDER BY day.now
""")  # noqa: S608 - composed of constants
_BY_PLATFORM = text("""
    WITH metric AS (
        SELECT platform_ref, date, exported_leads, sold_leads, returned_leads, sales_usd, returns_usd,
               adjustments_usd, total_revenue
        FROM revenue_metrics
        WHERE period_type = 'daily' AND platform_ref IS NOT NULL AND date BETWEEN :first AND :last),
    total AS (
        SELECT platform_ref, sum(exported_leads) AS exported_leads, sum(sold_leads) AS sold_leads,
               sum(returned_leads) AS returned_leads, sum(sales_usd) AS sales_usd,
               sum(returns_usd) AS returns_usd, sum(adjustments_usd) AS adjustments_usd,
               sum(total_revenue) AS total_revenue
        FROM metric GROUP BY platform_ref),
    before AS (
        SELECT platform_ref, sum(total_revenue) AS compare_revenue
        FROM revenue_metrics
        WHERE period_type = 'daily' AND platform_ref IS NOT NULL
          AND date BETWEEN :compare_first AND :compare_last
        GROUP BY platform_ref),
    step AS (
        SELECT platform_ref, (:last - date) / :step AS back, sum(total_revenue) AS revenue
        FROM metric GROUP BY platform_ref, back),
    trend AS (
        SELECT total.platform_ref, array_agg(coalesce(step.revenue, 0)::float8 ORDER BY back DESC) AS trend
        FROM total CROSS JOIN generate_series(0, (:last - :first + 1) / :step - 1) AS back
        LEFT JOIN step USING (platform_ref, back)
        GROUP BY total.platform_ref)
    SELECT p.id AS platform_id, p.platform_name, p.status, total.exported_leads, total.sold_leads,
           total.returned_leads, total.sales_usd, total.returns_usd, total.adjustments_usd,
           total.total_revenue,
           round(total.sales_usd / nullif(total.sold_leads, 0), 2) AS average_price_usd,
           (total.returned_leads::float8 / nullif(total.sold_leads, 0)) AS return_rate,
           before.compare_revenue, trend.trend
    FROM total
    JOIN b2b_platforms p ON p.id = total.platform_ref
    LEFT JOIN trend USING (platform_ref)
    LEFT JOIN before USING (platform_ref)
    ORDER BY total.total_revenue DESC, p.platform_name
""")


@dataclass(frozen=True)
class RevenueSummary:
    """One period's figures. Without any covered day all of them are None.

    Leads count on the day they arrived, everything else on the day it happened, so a step of the funnel may
    hold leads of an earlier day. With chosen platforms leads and cost are None: they belong to no platform.
    `returns_usd` is negative or zero; `covered_days` of the period's days have figures.
    """

    first: date
    last: date
    covered_days: int
    total_leads: int | None
    qualified_leads: int | None
    exported_leads: int | None
    sold_leads: int | None
    returned_leads: int | None
    sales_usd: Decimal | None
    returns_usd: Decimal | None
    adjustments_usd: Decimal | None
    total_revenue: Decimal | None
    acquisition_cost_usd: Decimal | None

    @property
    def complete(self) -> bool:
        """Whether every day of the period has figures; a period without is no fair comparison."""
        return self.covered_days == (self.last - self.first).days + 1

    @property
    def average_price_usd(self) -> Decimal | None:
        """Sales divided by leads sold, to the cent."""
        if not self.sold_leads or self.sales_usd is None:
            return None
        return (self.sales_usd / self.sold_leads).quantize(Decimal("0.01"))

    @property
    def return_rate(self) -> float | None:
        """Leads returned / leads sold in the period."""
        if not self.sold_leads or self.returned_leads is None:
            return None
        return self.returned_leads / self.sold_leads

    @property
    def margin_usd(self) -> Decimal | None:
        """Revenue less what the campaigns of these days cost."""
        if self.total_revenue is None or self.acquisition_cost_usd is None:
            return None
        return self.total_revenue - self.acquisition_cost_usd

    @property
    def unreconciled_usd(self) -> Decimal | None:
        """Sales + returns + adjustments - revenue: 0.00, or the rollup is wrong."""
        if self.sales_usd is None or self.returns_usd is None or self.adjustments_usd is None:
            return None
        return self.sales_usd + self.returns_usd + self.adjustments_usd - (self.total_revenue or Decimal(0))


@needs(Permission.REVENUE_READ, Permission.LEADS_READ)
def revenue_as_of(session: Session) -> datetime | None:
    """Up to when the revenue figures are current; None before the first rollup."""
    stamp: datetime | None = session.scalar(_AS_OF)
    return stamp


@needs(Permission.REVENUE_READ)
def revenue_summary(session: Session, *, first: date, last: date, platform_ids: Sequence[UUID] = ()) -> RevenueSummary:
    """Figures of the days `first` to `last`, of all platforms or of those chosen. To compare, ask twice."""
    parameters = {"first": first, "last": last, **_scope(platform_ids)}
    row = dict(session.execute(_SUMMARY, parameters).mappings().one())
    covered = row.pop("covered") or 0
    figures: dict[str, Any] = row if covered else dict.fromkeys(row)
    if platform_ids:
        figures |= dict.fromkeys(("total_leads", "qualified_leads", "acquisition_cost_usd"))
    return RevenueSummary(first, last, covered, **figures)


@needs(Permission.REVENUE_READ)
def daily_revenue(
    session: Session,
    *,
    first: date,
    last: date,
    compare_first: date | None = None,
    platform_ids: Sequence[UUID] = (),
) -> pd.DataFrame:
    """One row per day from `first` to `last`, and beside it the day as far into a period compared with.

    Columns: date (date), total_revenue (Decimal or None), sold_leads (float, NaN: no figures), compare_date
    (date or None), compare_revenue (Decimal or None).
    """
    parameters = _periods(first, last, compare_first) | _scope(platform_ids)
    return frame(session, _DAILY, parameters, {"sold_leads": "float64"})


@needs(Permission.REVENUE_READ)
def revenue_by_platform(
    session: Session, *, first: date, last: date, compare_first: date | None = None
) -> pd.DataFrame:
    """One row per platform with figures in the period, by revenue.

    Columns: platform_id (UUID), platform_name, status (str), exported_leads, sold_leads, returned_leads
    (int), sales_usd, returns_usd, adjustments_usd, total_revenue (Decimal), average_price_usd (Decimal or
    None), return_rate (float, returned / sold), compare_revenue (Decimal or None), trend (list of float:
    revenue by day; of a period longer than TREND_DAYS by whole week, ending with the period).
    """
    step = 1 if (last - first).days < TREND_DAYS else 7
    parameters = _periods(first, last, compare_first) | {"step": step}
    return frame(session, _BY_PLATFORM, parameters, {"return_rate": "float64"})


@needs(Permission.REVENUE_READ)
def funnel(session: Session, *, first: date, last: date, platform_ids: Sequence[UUID] = ()) -> pd.DataFrame:
    """The steps from lead to money, each counted on the day it happened (not a cohort: see RevenueSummary).

    Columns: step (leads, qualified, deliveries, sales, returns), count (int), per_previous (float: count
    divided by the step before; deliveries per qualified lead exceed 1 when a lead goes to several platforms).
    Empty without covered days; with chosen platforms it begins with deliveries.
    """
    total = revenue_summary(session, first=first, last=last, platform_ids=platform_ids)
    steps = {
        "leads": total.total_leads,
        "qualified": total.qualified_leads,
        "deliveries": total.exported_leads,
        "sales": total.sold_leads,
        "returns": total.returned_leads,
    }
    frame = pd.DataFrame(
        [(step, count) for step, count in steps.items() if count is not None], columns=["step", "count"]
    ).astype({"step": "str", "count": "int64"})
    before = frame["count"].shift().astype("float64")
    return frame.assign(per_previous=frame["count"] / before.where(before > 0))


def _periods(first: date, last: date, compare_first: date | None) -> dict[str, Any]:
    compare_last = compare_first + (last - first) if compare_first else None
    return {"first": first, "last": last, "compare_first": compare_first, "compare_last": compare_last}


def _scope(platform_ids: Sequence[UUID]) -> dict[str, Any]:
    return {"everyone": not platform_ids, "platform_ids": list(platform_ids)}
