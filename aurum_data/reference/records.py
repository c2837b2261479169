"""The rows of the reference tables, by column, made of the files and of the rules' estimates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange

from aurum_data.reference.files import Row, area_facts, by_area, citation, half_open, rate_on, rows
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.market import (
    MarketEstimate,
    environmental_consciousness_score,
    estimate_market,
    installation_cost_per_watt,
    technology_adoption_score,
    typical_annual_savings,
)

ACS_YEAR = 2023

Values = Mapping[str, Any]
"""A row of a table by column name."""


def zip_codes(day: date) -> list[Values]:
    """nyc_zip_codes: every ZIP code of the file, with the electric rate of `day`."""
    markets = {market.zip_code: market for market in estimate_market(area_facts(day))}
    return [_zip_code(row, markets, day) for row in rows("zip_codes")]


def _zip_code(row: Row, markets: Mapping[str, MarketEstimate], day: date) -> Values:
    """A home ZIP bears the figures of its whole modified ZCTA; an office or post-office box bears none."""
    is_residential = row["residential"] == "true"
    area = by_area("demographics")[row["modzcta"]] if is_residential else None
    market = markets[row["modzcta"]] if is_residential else None
    utility, borough = Utility(row["utility"]), Borough(row["borough"])
    rate = rate_on(utility, "all_in_average", day)
    saving = typical_annual_savings(utility, rate, rate_on(utility, "solar_charge", day))
    return {
        "zip_code": row["zip_code"],
        "borough": borough.value,
        "county_fips": row["county_fips"],
        "neighborhood": row["neighborhood"] or None,
        "kind": row["kind"],
        "is_residential": is_residential,
        "modzcta": row["modzcta"] or None,
        "is_modzcta_primary": row["is_primary"] == "true",
        "latitude": _decimal(row["latitude"]),
        "longitude": _decimal(row["longitude"]),
        "population": int(area["population"]) if area else None,
        "households": int(area["households"]) if area else None,
        "median_age": _decimal(area["median_age"]) if area else None,
        "median_household_income_usd": int(area["median_household_income"]) if area else None,
        "owner_share": _decimal(area["owner_share"]) if area else None,
        "low_rise_share": market.low_rise_share if market else None,
        "utility": utility.value,
        "utility_needs_review": row["utility_needs_review"] == "true",
        "average_electric_rate_usd_kwh": rate,
        "solar_installations": market.solar_installations if market else None,
        "solar_adoption_rate": market.solar_adoption_rate if market else None,
        "average_installation_cost_usd_per_watt": installation_cost_per_watt(borough) if market else None,
        "average_annual_savings_usd": saving if market else None,
        "competition_intensity": market.competition_intensity if market else None,
        "market_saturation": market.market_saturation if market else None,
        "market_maturity": market.market_maturity.value if market else None,
        "solar_potential_score": market.solar_potential_score if market else None,
        "is_high_value": market is not None and market.is_high_value,
    }


def demographics() -> list[Values]:
    """nyc_demographics: a row for each home ZIP, with the figures of its modified ZCTA."""
    return [
        {
            "zip_code": row["zip_code"],
            "acs_year": ACS_YEAR,
            **_census(by_area("demographics")[row["modzcta"]]),
        }
        for row in rows("zip_codes")
        if row["residential"] == "true"
    ]


# Column of nyc_demographics -> columns of demographics.csv that it adds up.
CENSUS_COLUMNS = {
    "population": ["population"],
    "population_margin": ["population_moe"],
    "age_under_18": ["age_under_18"],
    "age_18_34": ["age_18_24", "age_25_34"],
    "age_35_54": ["age_35_44", "age_45_54"],
    "age_55_64": ["age_55_64"],
    "age_65_plus": ["age_65_74", "age_75_over"],
    "households": ["households"],
    "households_margin": ["households_moe"],
    "income_under_25k": ["income_under_10k", "income_10k_15k", "income_15k_25k"],
    "income_25k_50k": ["income_25k_35k", "income_35k_50k"],
    "income_50k_75k": ["income_50k_75k"],
    "income_75k_100k": ["income_75k_100k"],
    "income_100k_150k": ["income_100k_150k"],
    "income_150k_200k": ["income_150k_200k"],
    "income_200k_plus": ["income_200k_over"],
    "median_household_income_usd": ["median_household_income"],
    "education_population": ["adults_25_over"],
    "education_high_school": ["education_high_school"],
    "education_bachelor": ["education_bachelor"],
    "education_graduate": ["education_graduate"],
    "renting_households": ["households_renting"],
    "mortgaged_households": ["households_with_mortgage"],
    "heating_gas": ["heat_utility_gas", "heat_bottled_gas"],
    "heating_electric": ["heat_electricity"],
    "heating_oil": ["heat_fuel_oil"],
    "heating_solar": ["heat_solar"],
    "heating_other": ["heat_coal", "heat_wood", "heat_other", "heat_none"],
    "vehicles_none": ["vehicles_0"],
    "vehicles_one": ["vehicles_1"],
    "vehicles_two_plus": ["vehicles_2", "vehicles_3", "vehicles_4_over"],
    "computer_households": ["with_computer"],
    "broadband_households": ["with_broadband"],
    "language_english_only": ["language_english_only"],
    "language_spanish": ["language_spanish"],
    "language_other": ["language_chinese", "language_slavic", "language_other"],
}


def _census(area: Row) -> Values:
    def share(*columns: str) -> float:
        return sum(int(area[column]) for column in columns) / int(area["households"])

    counts = {name: sum(int(area[part]) for part in parts) for name, parts in CENSUS_COLUMNS.items()}
    environment = environmental_consciousness_score(
        no_vehicle_share=share("vehicles_0"),
        one_vehicle_share=share("vehicles_1"),
        electric_heat_share=share("heat_electricity"),
        solar_heat_share=share("heat_solar"),
        oil_coal_heat_share=share("heat_fuel_oil", "heat_coal"),
    )
    technology = technology_adoption_score(
        computer_share=share("with_computer"),
        broadband_share=share("with_broadband"),
        electric_heat_share=share("heat_electricity"),
    )
    return {
        "modzcta": area["modzcta"],
        **counts,
        "environmental_consciousness_score": environment,
        "technology_adoption_score": technology,
    }


def figure_sources() -> list[Values]:
    """nyc_figure_sources: where each market figure comes from."""
    return [
        {
            "figure": row["figure"],
            "zip_code": row["zip_code"] or None,
            "basis": row["basis"],
            "source": citation(row["source_keys"]),
            "method": row["method"] or None,
            "as_of": date.fromisoformat(row["as_of"]),
        }
        for row in rows("figure_sources")
    ]


def electric_rates() -> list[Values]:
    """nyc_electric_rates: components with their periods, for whole territories."""
    return [
        {
            **{name: row[name] for name in ("utility", "rate_plan", "component", "season", "time_of_use")},
            "tier_from_kwh": int(row["tier_from_kwh"]),
            "unit": row["unit"],
            "rate": Decimal(row["rate"]),
            "effective": DateRange(*half_open(row)),
            "is_solar_specific": row["component"] == "solar_charge",
            "source": citation(row["source_keys"]),
            "source_grade": row["grade"],
            "note": row["note"] or None,
        }
        for row in rows("electric_rates")
    ]


def incentives() -> list[Values]:
    """nyc_incentives: all of the file, ended ones included."""
    return [
        {
            "incentive_code": row["code"],
            "incentive_name": row["name"],
            "level": row["level"],
            "utility": row["utility"] or None,
            "basis": row["basis"],
            "amount": Decimal(row["amount"]),
            "years": int(row["years"] or 1),
            "cap_usd": _decimal(row["cap_usd"]),
            "eligibility": row["eligibility"],
            "requirements": Jsonb(_requirements(row)),
            "effective": DateRange(*half_open(row)),
            "authority": row["authority"],
            "source": citation(row["source_keys"]),
            "source_grade": row["grade"],
        }
        for row in rows("incentives")
    ]


def _requirements(row: Row) -> dict[str, Any]:
    """What a program can test, in the names of rules.savings.Incentive, and what a reader should know."""
    return {
        "financing": row["financing"].split(),
        "income_qualified": row["income_qualified"] == "true",
        "max_kw": row["max_kw"] or None,
        "exclusive_group": row["exclusive_group"] or None,
        "claimed_by": row["claimed_by"],
        "counts_on": row["counts_on"],
        "note": row["note"] or None,
    }


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
