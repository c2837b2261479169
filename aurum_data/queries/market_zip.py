"""Reads about one ZIP code: who lives there, what electricity costs, what incentives apply, what a household saves.

Every figure says where it comes from. Periods of rates and incentives decide by their days alone: what has ended
before the day asked about is never given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.errors import NotFound
from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.identity import Permission
from aurum_data.rules.savings import (
    Basis,
    Financing,
    Incentive,
    Savings,
    annual_kwh_of_bill,
    household_savings,
)

_ZIP = text("""
    SELECT z.zip_code, z.borough, z.neighborhood, z.is_residential, z.latitude, z.longitude, z.population,
           z.households, z.median_age, z.median_household_income_usd, z.owner_share, z.low_rise_share,
           z.median_home_value_usd, z.utility, z.utility_needs_review, z.peak_demand_kw, z.solar_installations,
           z.solar_adoption_rate, z.average_installation_cost_usd_per_watt, z.installer_count,
           z.competition_intensity, z.market_saturation, z.market_maturity, z.solar_potential_score, z.is_high_value,
           d.acs_year, d.population_margin, d.households_margin, d.age_under_18, d.age_18_34, d.age_35_54,
           d.age_55_64, d.age_65_plus, d.income_under_25k, d.income_25k_50k, d.income_50k_75k,
           d.income_75k_100k, d.income_100k_150k, d.income_150k_200k, d.income_200k_plus,
           d.education_population, d.education_high_school, d.education_bachelor, d.education_graduate,
           d.renting_households, d.mortgaged_households, d.heating_gas, d.heating_electric, d.heating_oil,
           d.heating_solar, d.heating_other, d.vehicles_none, d.vehicles_one, d.vehicles_two_plus,
           d.computer_households, d.broadband_households, d.environmental_consciousness_score,
           d.technology_adoption_score,
           (SELECT array_agg(o.zip_code ORDER BY o.zip_code) FROM nyc_zip_codes o
            WHERE o.modzcta = z.modzcta) AS area_zip_codes
    FROM nyc_zip_codes z
    LEFT JOIN nyc_demographics d ON d.zip_code = z.zip_code
         AND d.acs_year = (SELECT max(acs_year) FROM nyc_demographics WHERE zip_code = z.zip_code)
    WHERE z.zip_code = :zip_code
""")
_RATES = text("""
    SELECT r.id, r.utility, r.zip_code, r.rate_plan, r.component, r.season, r.time_of_use, r.tier_from_kwh, r.unit,
           r.rate, lower(r.effective) AS first_day, upper(r.effective) - 1 AS last_day, r.is_solar_specific,
           r.source, r.source_grade, r.note, r.corrected_by IS NOT NULL AS is_corrected
    FROM nyc_electric_rates r
    WHERE r.effective @> CAST(:day AS date)
      AND (CAST(:utility AS text) IS NULL OR r.utility = :utility)
      AND (CAST(:rate_plan AS text) IS NULL OR r.rate_plan = :rate_plan)
      AND (r.zip_code IS NULL OR r.zip_code = :zip_code)
    ORDER BY r.utility, r.rate_plan, r.component, r.season, r.time_of_use, r.tier_from_kwh, r.zip_code NULLS FIRST
""")
_INCENTIVES = text("""
    SELECT i.incentive_code, i.incentive_name, i.level, i.utility, i.basis, i.amount, i.years, i.cap_usd,
           i.eligibility, i.requirements, lower(i.effective) AS first_day, upper(i.effective) - 1 AS last_day,
           i.authority, i.source, i.source_grade
    FROM nyc_incentives i
    WHERE i.effective @> CAST(:day AS date)
      AND (CAST(:utility AS text) IS NULL OR i.utility IS NULL OR i.utility = :utility)
      AND (i.zip_code IS NULL OR i.zip_code = :zip_code)
    ORDER BY array_position(ARRAY['federal', 'state', 'local', 'utility'], i.level), i.incentive_code, i.zip_code
""")
# Of a figure, the ZIP code's own row goes before the city's.
_SOURCES = text("""
    SELECT DISTINCT ON (figure) figure, zip_code, basis, source, method, as_of
    FROM nyc_figure_sources
    WHERE zip_code IS NULL OR zip_code = :zip_code
    ORDER BY figure, zip_code NULLS LAST
""")


@dataclass(frozen=True)
class ZipDetail:
    """One ZIP code on one day.

    `figures` holds its columns of `nyc_zip_codes` and of the newest year of `nyc_demographics` by name (Decimal
    shares, scores and money; whole counts), those of its whole area; None where no source gives one.
    """

    zip_code: str
    borough: Borough
    neighborhood: str | None
    utility: Utility
    utility_needs_review: bool
    is_residential: bool
    acs_year: int | None
    area_zip_codes: tuple[str, ...]
    figures: Mapping[str, Any]
    rates: pd.DataFrame
    incentives: pd.DataFrame
    sources: pd.DataFrame

    @property
    def owner_households(self) -> int | None:
        """Estimated households that own their home."""
        homes, share = self.figures["households"], self.figures["owner_share"]
        return None if homes is None or share is None else round(homes * share)

    def rate(self, component: str) -> Decimal | None:
        """The rate of a component that has one value at a time; the ZIP code's own before the utility's."""
        found = self.rates.loc[self.rates["component"] == component]
        return Decimal(found.iloc[-1]["rate"]) if len(found) else None


@needs(Permission.MARKET_READ)
def one_zip(session: Session, *, zip_code: str, day: date) -> ZipDetail:
    """Everything about a ZIP code on a day. Raises NotFound for a code that we do not list."""
    row = session.execute(_ZIP, {"zip_code": zip_code}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"{zip_code} is not a ZIP code of New York City that we know.")
    utility = Utility(row["utility"])
    return ZipDetail(
        zip_code=zip_code,
        borough=Borough(row["borough"]),
        neighborhood=row["neighborhood"],
        utility=utility,
        utility_needs_review=row["utility_needs_review"],
        is_residential=row["is_residential"],
        acs_year=row["acs_year"],
        area_zip_codes=tuple(row["area_zip_codes"] or (zip_code,)),
        figures=dict(row),
        rates=rates(session, day=day, utility=utility, zip_code=zip_code),
        incentives=incentives(session, day=day, utility=utility, zip_code=zip_code),
        sources=figure_sources(session, zip_code=zip_code),
    )


@needs(Permission.MARKET_READ)
def rates(
    session: Session,
    *,
    day: date,
    utility: Utility | None = None,
    rate_plan: str | None = None,
    zip_code: str | None = None,
) -> pd.DataFrame:
    """Tariff components in force on a day: of a utility's territory, and of the ZIP code where one is given.

    Columns: id, utility, zip_code (None: the territory), rate_plan, component, season, time_of_use,
    tier_from_kwh, unit, rate (Decimal), first_day, last_day (None: open), is_solar_specific, source,
    source_grade, note, is_corrected.
    """
    return frame(session, _RATES, {"day": day, "utility": utility, "rate_plan": rate_plan, "zip_code": zip_code})


@needs(Permission.MARKET_READ)
def incentives(
    session: Session, *, day: date, utility: Utility | None = None, zip_code: str | None = None
) -> pd.DataFrame:
    """Incentives open on a day, federal first; never one that has ended or not begun.

    Columns: incentive_code, incentive_name, level, utility (None: both), basis, amount (Decimal), years, cap_usd,
    eligibility, requirements (dict), first_day, last_day (None: open), authority, source, source_grade.
    """
    return frame(session, _INCENTIVES, {"day": day, "utility": utility, "zip_code": zip_code})


@needs(Permission.MARKET_READ)
def figure_sources(session: Session, *, zip_code: str | None = None) -> pd.DataFrame:
    """Where each market figure comes from, one row per figure: of the ZIP code where it differs, else of the city.

    Columns: figure, zip_code, basis (measured or estimated), source, method, as_of.
    """
    return frame(session, _SOURCES, {"zip_code": zip_code})


def household_case(
    place: ZipDetail, *, monthly_bill: Decimal, day: date, income_qualified: bool = False
) -> Savings | None:
    """What a household there saves that buys a system completed on `day`; None without a rate of that day.

    Its use follows from its average bill, at the all-in rate, after the fixed charge.
    """
    rate, charge = place.rate("all_in_average"), place.rate("solar_charge")
    if not rate or charge is None:
        return None
    use = annual_kwh_of_bill(monthly_bill, rate, _fixed_monthly_charge(place))
    return household_savings(
        annual_kwh=use,
        rate_usd_per_kwh=rate,
        benefit_contribution_rate=charge,
        utility=place.utility,
        day=day,
        incentives=[_incentive(row) for row in place.incentives.to_dict("records")],
        income_qualified=income_qualified,
    )


def _fixed_monthly_charge(place: ZipDetail) -> Decimal:
    """The standard plan's charge per month, whatever is used; a charge per day counts 365 / 12 days."""
    if place.utility is Utility.CON_EDISON:
        return place.rate("customer_charge") or Decimal(0)
    return (place.rate("service_charge") or Decimal(0)) * 365 / 12


def _incentive(row: Mapping[Any, Any]) -> Incentive:
    requires, ends = row["requirements"], row["last_day"]
    return Incentive(
        code=row["incentive_code"],
        basis=Basis(row["basis"]),
        amount=row["amount"],
        starts=None if pd.isna(row["first_day"]) else row["first_day"],
        ends=None if pd.isna(ends) else ends,
        cap_usd=None if pd.isna(row["cap_usd"]) else row["cap_usd"],
        years=int(row["years"]),
        max_kw=Decimal(requires["max_kw"]) if requires.get("max_kw") else None,
        utility=None if pd.isna(row["utility"]) else Utility(row["utility"]),
        financing=frozenset(Financing(kind) for kind in requires.get("financing", [])) or frozenset(Financing),
        income_qualified=bool(requires.get("income_qualified")),
        exclusive_group=requires.get("exclusive_group"),
        to_household=requires.get("claimed_by") != "system_owner",
    )
