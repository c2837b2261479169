"""The reference files: complete, in line with the rules, each figure with a source, no forbidden column."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import shapely
from shapely.geometry import Point, shape

from aurum_data.reference import files
from aurum_data.rules.geography import Utility, place_of_zip

STATIC = Path(__file__).parents[2] / "pages/shell/static"
CITY_POPULATION = 8_516_202  # ACS 5-year 2019-2023, New York City
CITY_HOUSEHOLDS = 3_313_316
TODAY = date(2026, 11, 22)
FILES = ["zip_codes", "demographics", "housing", "electric_rates", "incentives", "figure_sources"]

INCOME = [
    "income_under_10k",
    "income_10k_15k",
    "income_15k_25k",
    "income_25k_35k",
    "income_35k_50k",
    "income_50k_75k",
    "income_75k_100k",
    "income_100k_150k",
    "income_150k_200k",
    "income_200k_over",
]
AGES = [
    "age_under_18",
    "age_18_24",
    "age_25_34",
    "age_35_44",
    "age_45_54",
    "age_55_64",
    "age_65_74",
    "age_75_over",
]
HEAT = [
    "heat_utility_gas",
    "heat_bottled_gas",
    "heat_electricity",
    "heat_fuel_oil",
    "heat_coal",
    "heat_wood",
    "heat_solar",
    "heat_other",
    "heat_none",
]
VEHICLES = ["vehicles_0", "vehicles_1", "vehicles_2", "vehicles_3", "vehicles_4_over"]
EDUCATION = [
    "education_below_high_school",
    "education_high_school",
    "education_some_college",
    "education_bachelor",
    "education_graduate",
]
LANGUAGE = [
    "language_english_only",
    "language_spanish",
    "language_chinese",
    "language_slavic",
    "language_other",
]


def city_total(column: str) -> int:
    return sum(int(row[column]) for row in files.rows("demographics"))


def features(name: str) -> dict[str, shapely.Geometry]:
    collection = json.loads((STATIC / name).read_text())
    return {f["id"]: shape(f["geometry"]) for f in collection["features"]}


def test_every_zip_agrees_with_the_rules() -> None:
    for row in files.rows("zip_codes"):
        place = place_of_zip(row["zip_code"])
        assert (place.borough, place.utility) == (row["borough"], row["utility"])
        assert place.needs_review == (row["utility_needs_review"] == "true")
        assert place.borough is not None
        assert row["county_fips"] == place.borough.county_fips


def test_zip_codes_are_unique() -> None:
    codes = [row["zip_code"] for row in files.rows("zip_codes")]
    assert len(set(codes)) == len(codes) == 268


def test_each_area_has_one_primary_zip() -> None:
    primary = [row["modzcta"] for row in files.rows("zip_codes") if row["is_primary"] == "true"]
    assert sorted(primary) == sorted(files.by_area("demographics"))
    assert len(primary) == 177


def test_residential_zips_are_the_primary_ones_and_three_that_share_an_area() -> None:
    homes = {row["zip_code"] for row in files.rows("zip_codes") if row["residential"] == "true"}
    primary = {row["zip_code"] for row in files.rows("zip_codes") if row["is_primary"] == "true"}
    assert homes - primary == {"11249", "11005", "10162"}


def test_nassau_codes_are_left_out() -> None:
    codes = {row["zip_code"] for row in files.rows("zip_codes")}
    assert not codes & {"11001", "11003", "11040", "11096", "99999"}


def test_sharing_is_mutual() -> None:
    shared = {row["zip_code"]: set(row["shared_with"].split()) for row in files.rows("zip_codes")}
    assert all(code in shared[other] for code, others in shared.items() for other in others)


def test_population_adds_up_to_the_citys() -> None:
    assert city_total("population") == pytest.approx(CITY_POPULATION, abs=100)
    assert city_total("households") == pytest.approx(CITY_HOUSEHOLDS, abs=1000)


@pytest.mark.parametrize(
    ("bands", "total"),
    [(AGES, "population"), (INCOME, "households"), (HEAT, "households"), (VEHICLES, "households"),
     (EDUCATION, "adults_25_over"), (LANGUAGE, "people_5_over")],
    ids=["ages", "income", "heat", "vehicles", "education", "language"],
)  # fmt: skip
def test_bands_add_up(bands: list[str], total: str) -> None:
    for row in files.rows("demographics"):
        slack = 6 if row["nyc_share"] != "1.0" else 0  # each scaled count is rounded
        assert sum(int(row[band]) for band in bands) == pytest.approx(int(row[total]), abs=slack), row["modzcta"]


def test_median_income_of_the_city_is_near_the_published_one() -> None:
    weighted = sum(int(r["median_household_income"]) * int(r["households"]) for r in files.rows("demographics"))
    assert 75_000 < weighted / city_total("households") < 100_000  # published median: 79,713


def test_only_the_area_merged_with_new_hyde_park_is_scaled() -> None:
    scaled = {row["modzcta"] for row in files.rows("demographics") if row["nyc_share"] != "1.0"}
    assert scaled == {"11004"}


def test_every_column_is_defined_and_every_definition_used() -> None:
    defined = defaultdict(set)
    for row in files.rows("columns"):
        defined[row["file"]].add(row["column"])
    for name in ("demographics", "housing"):
        assert set(files.rows(name)[0]) == defined[f"{name}.csv"]


def test_no_column_tells_of_race_or_origin() -> None:
    terms = {term for row in files.rows("columns") for term in row["acs_codes"].split()}
    profile = {int(term[5:9]) for term in terms if term.startswith("DP05")}
    assert max(profile) < 33  # DP05_0033 and on: race and Hispanic origin
    assert not [term for term in terms if term.startswith(("B02", "B03", "B05", "DP02_009", "DP02_010", "DP02_0111"))]


@pytest.mark.parametrize("name", FILES)
def test_rows_are_as_wide_as_the_header(name: str) -> None:
    with (files.DATA / f"{name}.csv").open(newline="") as file:
        widths = {len(row) for row in csv.reader(file)}
    assert len(widths) == 1


@pytest.mark.parametrize("name", ["electric_rates", "incentives", "figure_sources"])
def test_every_row_has_a_known_source(name: str) -> None:
    assert all(files.citation(row["source_keys"]) for row in files.rows(name))


def periods(name: str, key: list[str]) -> dict[tuple[str, ...], list[tuple[date, date]]]:
    found = defaultdict(list)
    for row in files.rows(name):
        first, last = files.effective(row)
        found[tuple(row[column] for column in key)].append((first or date.min, last or date.max))
    return {key: sorted(spans) for key, spans in found.items()}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("electric_rates", ["utility", "rate_plan", "component", "season", "time_of_use", "tier_from_kwh"]),
        ("incentives", ["code"]),
    ],
)
def test_periods_of_one_thing_do_not_overlap(name: str, key: list[str]) -> None:
    for spans in periods(name, key).values():
        assert all(first <= last for first, last in spans)
        assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))


@pytest.mark.parametrize(("year", "rate"), [(2023, "0.2952"), (2024, "0.3345"), (2025, "0.3383"), (2026, "0.3500")])
def test_all_in_average_of_con_edison(year: int, rate: str) -> None:
    assert files.rate_on(Utility.CON_EDISON, "all_in_average", date(year, 7, 1)) == Decimal(rate)


@pytest.mark.parametrize("year", ["2023", "2024", "2025"])
def test_all_in_average_is_the_sum_of_its_parts(year: str) -> None:
    parts = [
        Decimal(row["rate"])
        for row in files.rows("electric_rates")
        if row["component"].startswith("average_") and row["effective_from"].startswith(year)
    ]
    assert len(parts) == 5
    average = files.rate_on(Utility.CON_EDISON, "all_in_average", date(int(year), 1, 1))
    assert round(sum(parts), 4) == average


def test_all_in_average_of_long_island_is_what_its_note_says() -> None:
    supply = [Decimal(row["rate"]) for row in files.rows("electric_rates") if row["component"] == "supply"]
    riders = [Decimal(row["rate"]) for row in files.rows("electric_rates") if row["component"].startswith("rider_")]
    derived = Decimal("0.1064") + sum(supply) / len(supply) + sum(riders)
    assert files.rate_on(Utility.PSEG_LI, "all_in_average", TODAY) == round(derived, 4)


def test_a_day_without_a_rate_is_an_error() -> None:
    with pytest.raises(LookupError, match="all_in_average of Con Edison"):
        files.rate_on(Utility.CON_EDISON, "all_in_average", date(2020, 1, 1))


def test_the_federal_credit_is_kept_with_its_end() -> None:
    ends = {i.code: i.ends for i in files.incentives()}
    assert ends["FED_25D"] == date(2025, 12, 31)


def test_map_has_one_polygon_per_area_and_nothing_else() -> None:
    collection = json.loads((STATIC / "nyc_zcta_v1.geojson").read_text())
    assert sorted(f["id"] for f in collection["features"]) == sorted(files.by_area("demographics"))
    assert not [f for f in collection["features"] if f["properties"]]


@pytest.mark.parametrize("name", ["nyc_zcta_v1.geojson", "boroughs_v1.geojson"])
def test_boundaries_are_small_and_sound(name: str) -> None:
    assert (STATIC / name).stat().st_size < 300_000
    assert all(polygon.is_valid and not polygon.is_empty for polygon in features(name).values())


def test_each_zips_point_lies_in_its_area() -> None:
    areas = features("nyc_zcta_v1.geojson")
    for row in files.rows("zip_codes"):
        if row["modzcta"]:
            point = Point(float(row["longitude"]), float(row["latitude"]))
            assert areas[row["modzcta"]].distance(point) < 0.0005, row["zip_code"]


def test_boroughs_are_the_five() -> None:
    assert set(features("boroughs_v1.geojson")) == {
        "Manhattan",
        "Bronx",
        "Brooklyn",
        "Queens",
        "Staten Island",
    }


def test_world_topology_is_empty() -> None:
    topology = json.loads((STATIC / "world_110m.json").read_text())
    assert topology["type"] == "Topology"
    assert not any(layer["geometries"] for layer in topology["objects"].values())
