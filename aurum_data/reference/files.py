"""The reference files, read into the values that the rules take. data/README.md says what each file holds."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.market import AreaFacts
from aurum_data.rules.savings import Basis, Financing, Incentive

DATA = Path(__file__).resolve().parent / "data"

Row = dict[str, str]
"""A row of a file by column name; an empty cell is ''."""


@cache
def rows(name: str) -> tuple[Row, ...]:
    """All rows of `data/<name>.csv`, in the file's order. Treat them as read-only."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def by_area(name: str) -> dict[str, Row]:
    """Rows of a file that has one per modified ZCTA, by its code."""
    return {row["modzcta"]: row for row in rows(name)}


def citation(keys: str) -> str:
    """Names and public addresses behind source keys such as 'I1 I2'."""
    named = {row["key"]: row for row in rows("sources")}
    return "; ".join(", ".join(filter(None, (named[k]["source"], named[k]["url"]))) for k in keys.split())


def effective(row: Row) -> tuple[date | None, date | None]:
    """First and last day of a rate or incentive; None for an open side."""
    return _day(row["effective_from"]), _day(row["effective_to"])


def half_open(row: Row) -> tuple[date | None, date | None]:
    """The same period as PostgreSQL's canonical date range: first day, and the day after the last."""
    first, last = effective(row)
    return first, last + timedelta(days=1) if last else None


def rate_on(utility: Utility, component: str, day: date) -> Decimal:
    """The file's rate of a component that has one value per utility at a time.

    Raises LookupError when no rate covers the day.
    """
    for row in rows("electric_rates"):
        if (row["utility"], row["component"]) != (utility, component):
            continue
        first, last = effective(row)
        if (first is None or first <= day) and (last is None or day <= last):
            return Decimal(row["rate"])
    raise LookupError(f"no {component} of {utility.label} on {day}")


def incentives() -> list[Incentive]:
    """Every incentive of the file, ended ones included."""
    return [_incentive(row) for row in rows("incentives")]


def area_facts(day: date) -> list[AreaFacts]:
    """What the market estimates take, for each of the 177 modified ZCTAs, with the electric rate of `day`."""
    zips = {row["zip_code"]: row for row in rows("zip_codes")}
    return [
        _facts(area, zips[area["modzcta"]], by_area("housing")[area["modzcta"]], day) for area in rows("demographics")
    ]


def _facts(area: Row, place: Row, housing: Row, day: date) -> AreaFacts:
    homes = {name: int(count) for name, count in housing.items() if name.startswith("homes_")}
    low_rise = ("1_unit", "2_unit", "3_4_unit")
    return AreaFacts(
        zip_code=area["modzcta"],
        borough=Borough(place["borough"]),
        households=int(area["households"]),
        owner_share=float(area["owner_share"]),
        low_rise_lots=sum(int(housing[f"lots_{band}"]) for band in low_rise),
        low_rise_homes=sum(homes[f"homes_{band}"] for band in low_rise),
        homes=sum(homes.values()),
        median_household_income=int(area["median_household_income"]),
        electric_rate=rate_on(Utility(place["utility"]), "all_in_average", day),
    )


def _incentive(row: Row) -> Incentive:
    starts, ends = effective(row)
    return Incentive(
        code=row["code"],
        basis=Basis(row["basis"]),
        amount=Decimal(row["amount"]),
        starts=starts,
        ends=ends,
        cap_usd=Decimal(row["cap_usd"]) if row["cap_usd"] else None,
        years=int(row["years"] or 1),
        max_kw=Decimal(row["max_kw"]) if row["max_kw"] else None,
        utility=Utility(row["utility"]) if row["utility"] else None,
        financing=frozenset(Financing(kind) for kind in row["financing"].split()),
        income_qualified=row["income_qualified"] == "true",
        exclusive_group=row["exclusive_group"] or None,
        to_household=row["claimed_by"] != "system_owner",
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
