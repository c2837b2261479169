"""Reads of the Market screen's map and lists: ZIP codes, areas and boroughs with our leads and money there.

An area is a modified ZCTA: one ZIP code, or a few that share their census figures. Every ZIP code of an area
bears the whole area's figures, so counts are summed over primary ZIP codes only, and what we did is set against
households per area. Our own figures come from the rollup `nyc_market_intelligence`, never from the leads; days are
New York's, both ends included. Money is Decimal USD, shares lie in 0..1, scores in 0..100. Market figures are
measured or estimated as `nyc_figure_sources` says (`figure_sources` in queries/market_zip.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.identity import Permission
from aurum_data.rules.market import GrowthTrend, growth_rate, growth_trend, typical_annual_savings

DAILY_UP_TO = 62  # days; longer periods are drawn week by week
MIN_OWNER_HOUSEHOLDS = 200  # below, a rate per household says more about chance than about the area


class Measure(StrEnum):
    """What areas can be compared by: a column of `zip_market` (areas) and of `borough_market`."""

    POTENTIAL = "solar_potential_score"
    ADOPTION = "solar_adoption_rate"
    OWNERS = "owner_households"
    SAVINGS = "annual_savings_usd"
    LEADS = "leads"
    LEAD_RATE = "leads_per_1000_owners"
    REVENUE = "revenue_usd"


_ZIP_MARKET = text("""
    WITH tariffs AS (
        SELECT utility, zip_code, max(rate) FILTER (WHERE component = 'all_in_average') AS electric_rate,
               max(rate) FILTER (WHERE component = 'solar_charge') AS solar_charge
        FROM nyc_electric_rates
        WHERE component IN ('all_in_average', 'solar_charge') AND effective @> CAST(:day AS date)
        GROUP BY utility, zip_code),
    period AS (
        SELECT zip_code, sum(total_leads) AS leads, sum(qualified_leads) AS qualified, sum(sold_leads) AS sold,
               sum(total_revenue) AS revenue,
               sum(average_monthly_bill_usd * total_leads) AS bills,
               sum(total_leads) FILTER (WHERE average_monthly_bill_usd IS NOT NULL) AS billed
        FROM nyc_market_intelligence
        WHERE date BETWEEN :first AND :last
        GROUP BY zip_code),
    zips AS (
        SELECT z.zip_code, coalesce(z.modzcta, z.zip_code) AS area,
               round(z.households * z.owner_share) AS owners,
               coalesce(p.leads, 0) AS leads, coalesce(p.qualified, 0) AS qualified, coalesce(p.sold, 0) AS sold,
               coalesce(p.revenue, 0.00) AS revenue, p.bills, p.billed,
               coalesce(own.electric_rate, everywhere.electric_rate) AS electric_rate,
               coalesce(own.solar_charge, everywhere.solar_charge) AS solar_charge,
               coalesce(reached.market_penetration, 0) AS penetration
        FROM nyc_zip_codes z
        LEFT JOIN period p USING (zip_code)
        LEFT JOIN tariffs everywhere ON everywhere.utility = z.utility AND everywhere.zip_code IS NULL
        LEFT JOIN tariffs own ON own.utility = z.utility AND own.zip_code = z.zip_code
        LEFT JOIN LATERAL (
            SELECT m.market_penetration FROM nyc_market_intelligence m
            WHERE m.zip_code = z.zip_code AND m.date <= :last ORDER BY m.date DESC LIMIT 1) AS reached ON true),
    areas AS (
        SELECT area, sum(leads)::bigint AS leads, sum(qualified)::bigint AS qualified, sum(sold)::bigint AS sold,
               sum(revenue) AS revenue,
               sum(bills) / nullif(sum(billed), 0) AS bill,
               sum(penetration) AS penetration, string_agg(zip_code, ', ' ORDER BY zip_code) AS zip_codes
        FROM zips GROUP BY area)
    SELECT z.zip_code, z.borough, z.neighborhood, o.area, a.zip_codes AS area_zip_codes,
           z.is_modzcta_primary AS is_primary, z.is_residential, z.utility, z.utility_needs_review,
           z.population, z.households, o.owners::float8 AS owner_households, z.owner_share::float8,
           z.median_household_income_usd, o.electric_rate, o.solar_charge,
           z.solar_installations, z.solar_adoption_rate::float8, z.market_saturation::float8,
           z.competition_intensity::float8, z.market_maturity, z.solar_potential_score::float8, z.is_high_value,
           o.leads AS zip_leads, o.revenue AS zip_revenue_usd,
           a.leads, a.qualified AS qualified_leads, a.sold AS sold_leads, a.revenue AS revenue_usd,
           round(a.bill, 2) AS average_monthly_bill_usd,
           CASE WHEN o.owners >= :enough THEN (1000.0 * a.leads / o.owners)::float8 END AS leads_per_1000_owners,
           CASE WHEN o.owners >= :enough THEN
               (z.solar_potential_score * (1 - z.market_saturation) * (1 - least(a.penetration, 1)))::float8
               END AS opportunity_score
    FROM zips o JOIN areas a USING (area) JOIN nyc_zip_codes z USING (zip_code)
    WHERE CAST(:boroughs AS text[]) IS NULL OR z.borough = ANY (:boroughs)
    ORDER BY z.zip_code
""")
_OURS_BY_BOROUGH = text("""
    SELECT borough,
           coalesce(sum(total_leads) FILTER (WHERE date BETWEEN :first AND :last), 0) AS leads,
           coalesce(sum(sold_leads) FILTER (WHERE date BETWEEN :first AND :last), 0) AS sold_leads,
           coalesce(sum(total_revenue) FILTER (WHERE date BETWEEN :first AND :last), 0.00) AS revenue_usd,
           coalesce(sum(total_leads) FILTER (WHERE date BETWEEN :compare_first AND :compare_last), 0)
               AS compare_leads,
           coalesce(sum(total_revenue) FILTER (WHERE date BETWEEN :compare_first AND :compare_last), 0.00)
               AS compare_revenue_usd
    FROM nyc_market_intelligence
    WHERE date BETWEEN :first AND :last OR date BETWEEN :compare_first AND :compare_last
    GROUP BY borough ORDER BY borough
""")
_GROWTH = text("""
    WITH zips AS (
        SELECT o.zip_code FROM nyc_zip_codes z
        JOIN nyc_zip_codes o ON coalesce(o.modzcta, o.zip_code) = coalesce(z.modzcta, z.zip_code)
        WHERE z.zip_code = :zip_code),
    ours AS (
        SELECT (m.date - CAST(:first AS date)) / :step AS bucket,
               sum(m.total_leads) AS leads, sum(m.sold_leads) AS sold, sum(m.total_revenue) AS revenue
        FROM zips JOIN nyc_market_intelligence m USING (zip_code)
        WHERE m.date BETWEEN :from AND :last
        GROUP BY bucket)
    SELECT CAST(:first AS date) + n * :step AS date, coalesce(leads, 0) AS leads, coalesce(sold, 0) AS sold_leads,
           coalesce(revenue, 0.00) AS revenue_usd
    FROM generate_series(0, (CAST(:last AS date) - CAST(:first AS date)) / :step) AS n
    LEFT JOIN ours ON ours.bucket = n
    ORDER BY n
""")
_LEADS_OF_AREA = text("""
    SELECT coalesce(sum(m.total_leads), 0)
    FROM nyc_zip_codes z
    JOIN nyc_zip_codes o ON coalesce(o.modzcta, o.zip_code) = coalesce(z.modzcta, z.zip_code)
    JOIN nyc_market_intelligence m ON m.zip_code = o.zip_code AND m.date BETWEEN :first AND :last
    WHERE z.zip_code = :zip_code
""")
_KNOWN = text("""
    SELECT (SELECT min(date) FROM nyc_market_intelligence) AS since,
           (SELECT as_of FROM rollup_stamps WHERE rollup = 'nyc_market_intelligence') AS as_of,
           (SELECT sum(hashtextextended(r::text, 0)) FROM nyc_electric_rates r) AS tariffs
""")


@dataclass(frozen=True)
class Known:
    """The first day with figures of ours, and when they were last counted; None before the first time.

    `tariffs` is another number whenever an electric rate is corrected; None without any.
    """

    since: date | None
    as_of: datetime | None
    tariffs: Decimal | None


@dataclass(frozen=True)
class MarketTotals:
    """Boroughs taken together, as `borough_market` has them one by one; None where nothing has a figure."""

    population: int
    owner_households: int
    solar_potential_score: float | None
    leads: int
    revenue_usd: Decimal
    compare_leads: int
    compare_revenue_usd: Decimal


@dataclass(frozen=True)
class Growth:
    """Leads of one area over a period: in equal steps, and against the period before it.

    `series` has date (first day of the step), leads, sold_leads, revenue_usd. `step_days` is 1, or 7 for a
    period over 62 days.
    """

    series: pd.DataFrame
    step_days: int
    leads: int
    compare_leads: int
    rate: float | None
    trend: GrowthTrend


@needs(Permission.MARKET_READ)
def known(session: Session) -> Known:
    """How far our figures reach."""
    row = session.execute(_KNOWN).one()
    return Known(row.since, row.as_of, row.tariffs)


@needs(Permission.MARKET_READ)
def zip_market(
    session: Session, *, first: date, last: date, day: date, boroughs: Sequence[str] | None = None
) -> pd.DataFrame:
    """One row per ZIP code, by ZIP code, with its market and what we did there from `first` to `last`.

    Census and market columns are those of its area; a ZIP code without homes has none of them. `leads`,
    `qualified_leads`, `sold_leads`, `revenue_usd` and `average_monthly_bill_usd` (of the leads) are the area's, so that
    they fit its households; `zip_leads` and `zip_revenue_usd` are the ZIP code's own. `electric_rate` (USD/kWh, all in)
    and `annual_savings_usd` (a 6 kW system, estimate) are of the rates in force on `day`. `leads_per_1000_owners`
    needs 200 owner households.

    `opportunity_score` (estimate) says where to buy leads next: solar potential x share of suitable roofs still free x
    share of owner households that we have no lead of. Empty `boroughs` means all.
    """
    zips = frame(
        session,
        _ZIP_MARKET,
        {
            "first": first,
            "last": last,
            "day": day,
            "boroughs": list(boroughs) if boroughs else None,
            "enough": MIN_OWNER_HOUSEHOLDS,
        },
    )
    tariffs = list(zip(zips["utility"], zips["electric_rate"], zips["solar_charge"], strict=True))
    saving = {tariff: _saving(*tariff) for tariff in set(tariffs)}
    zips["annual_savings_usd"] = pd.Series(
        [saving[tariff] if home else None for tariff, home in zip(tariffs, zips["is_residential"], strict=True)],
        index=zips.index,
        dtype=object,
    )
    return zips


def areas(zips: pd.DataFrame) -> pd.DataFrame:
    """The rows of `zip_market` that may be summed and drawn: one per area, under its primary ZIP code."""
    return zips.loc[zips["is_primary"]].reset_index(drop=True)


def zip_ranking(zips: pd.DataFrame, measure: Measure, *, limit: int | None = None) -> pd.DataFrame:
    """Areas from the highest `measure` to the lowest, with `rank` from 1; areas without the figure are left out.

    Ties go to the smaller ZIP code.
    """
    ranked = areas(zips).dropna(subset=[measure]).sort_values("zip_code")
    ranked = ranked.sort_values(measure, ascending=False, kind="stable").head(limit or len(ranked))
    return ranked.reset_index(drop=True).assign(rank=range(1, len(ranked) + 1))


def best_next(zips: pd.DataFrame) -> str | None:
    """The ZIP code with the highest `opportunity_score`; of equals the smaller one; None when none has a score."""
    scored = areas(zips).dropna(subset=["opportunity_score"])
    return str(scored["zip_code"].iloc[scored["opportunity_score"].argmax()]) if len(scored) else None


@needs(Permission.MARKET_READ)
def borough_market(
    session: Session,
    zips: pd.DataFrame,
    *,
    first: date,
    last: date,
    compare_first: date | None = None,
    compare_last: date | None = None,
) -> pd.DataFrame:
    """One row per borough of `zips` (a frame of `zip_market`), by name.

    `population`, `households`, `owner_households`, `solar_installations` are sums over primary ZIP codes.
    `owner_share` and `solar_adoption_rate` are recomputed from such sums. `solar_potential_score` and
    `annual_savings_usd` are means weighted by owner households; `median_household_income_usd` is the mean of the areas'
    medians weighted by households (an estimate: medians do not add up). `leads`, `sold_leads`, `revenue_usd` and their
    `compare_` twins count every ZIP code that a lead named, listed or not.
    """
    ours = session.execute(
        _OURS_BY_BOROUGH,
        {"first": first, "last": last, "compare_first": compare_first, "compare_last": compare_last},
    )
    done = {row.borough: row for row in ours.mappings()}
    nothing = {
        "leads": 0,
        "sold_leads": 0,
        "revenue_usd": Decimal("0.00"),
        "compare_leads": 0,
        "compare_revenue_usd": Decimal("0.00"),
    }
    primary = areas(zips)
    figures, place, listed = _figures(primary, _SUMMED), primary["borough"].to_numpy(), set(zips["borough"])
    present = [borough for borough in sorted(Borough) if borough in listed]
    rows = [
        {
            "borough": str(borough),
            **_summed({name: values[place == borough] for name, values in figures.items()}),
            **nothing,
            **done.get(borough, {}),
        }
        for borough in present
    ]
    boroughs = pd.DataFrame(rows, columns=None if rows else ["borough", *nothing])
    if rows:
        owners = boroughs["owner_households"].where(boroughs["owner_households"] >= MIN_OWNER_HOUSEHOLDS)
        boroughs["leads_per_1000_owners"] = 1000 * boroughs["leads"].astype(float) / owners
    return boroughs


def market_totals(boroughs: pd.DataFrame) -> MarketTotals:
    """The boroughs of a frame of `borough_market` together; potential weighted by owner households."""
    if boroughs.empty:
        return MarketTotals(0, 0, None, 0, Decimal("0.00"), 0, Decimal("0.00"))
    potential = _figures(boroughs, ["solar_potential_score", "owner_households"])
    return MarketTotals(
        population=int(boroughs["population"].sum()),
        owner_households=int(boroughs["owner_households"].sum()),
        solar_potential_score=_weighted(potential, "solar_potential_score", "owner_households"),
        leads=int(boroughs["leads"].sum()),
        revenue_usd=sum(boroughs["revenue_usd"], Decimal("0.00")),
        compare_leads=int(boroughs["compare_leads"].sum()),
        compare_revenue_usd=sum(boroughs["compare_revenue_usd"], Decimal("0.00")),
    )


@needs(Permission.MARKET_READ)
def zip_growth(
    session: Session, *, zip_code: str, first: date, last: date, compare_first: date, compare_last: date
) -> Growth:
    """How the leads of a ZIP code's area develop. A last step that the period cuts short is left out of the series."""
    days = (last - first).days + 1
    step = 1 if days <= DAILY_UP_TO else 7
    whole = pd.Timedelta(days=days % step)
    start = (pd.Timestamp(first) + whole).date()  # whole steps that end with the period
    series = frame(session, _GROWTH, {"zip_code": zip_code, "first": start, "from": start, "last": last, "step": step})
    leads, before = (
        int(session.scalar(_LEADS_OF_AREA, {"zip_code": zip_code, "first": start_day, "last": end_day}) or 0)
        for start_day, end_day in ((first, last), (compare_first, compare_last))
    )
    return Growth(series, step, leads, before, growth_rate(leads, before), growth_trend(leads, before))


def _saving(utility: str, rate: Decimal | None, charge: Decimal | None) -> Decimal | None:
    if rate is None or charge is None:
        return None
    return typical_annual_savings(Utility(utility), rate, charge)


_Figures = dict[str, npt.NDArray[np.float64]]
_SUMMED = (
    "population",
    "households",
    "owner_households",
    "solar_installations",
    "solar_potential_score",
    "annual_savings_usd",
    "median_household_income_usd",
    "is_high_value",
)


def _summed(areas_of: _Figures) -> dict[str, object]:
    """The figures of one borough from its areas."""
    total = {name: float(np.nansum(areas_of[name])) for name in _SUMMED}
    owners, homes = total["owner_households"], total["households"]
    return {
        "population": int(total["population"]),
        "households": int(homes),
        "owner_households": int(owners),
        "owner_share": owners / homes if homes else None,
        "solar_installations": int(total["solar_installations"]),
        "solar_adoption_rate": total["solar_installations"] / owners if owners else None,
        "solar_potential_score": _weighted(areas_of, "solar_potential_score", "owner_households"),
        "annual_savings_usd": _weighted(areas_of, "annual_savings_usd", "owner_households"),
        "median_household_income_usd": _weighted(areas_of, "median_household_income_usd", "households"),
        "high_value_areas": int(total["is_high_value"]),
    }


def _figures(places: pd.DataFrame, names: Sequence[str]) -> _Figures:
    """Columns as numbers, NaN where there is none: reckoning with them takes a tenth of what the frame's takes."""
    return {name: places[name].to_numpy(dtype=float, na_value=np.nan) for name in names}


def _weighted(figures: _Figures, name: str, weight: str) -> float | None:
    """Mean of figures weighted by others, over the places that have both."""
    values, weights = figures[name], figures[weight]
    both = ~(np.isnan(values) | np.isnan(weights))
    total = weights[both].sum()
    return float((values[both] * weights[both]).sum() / total) if total else None
