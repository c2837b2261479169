"""Market estimates: each rule at its edges, and what must hold for any area."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurum_data.reference import files
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.market import (
    CITY_ROOFTOP_PROJECTS,
    AreaFacts,
    GrowthTrend,
    MarketMaturity,
    adoption_rate,
    competition_intensity,
    environmental_consciousness_score,
    estimate_market,
    growth_rate,
    growth_trend,
    installation_cost_per_watt,
    interpolated_median,
    is_high_value,
    market_maturity,
    market_saturation,
    solar_potential_score,
    spread,
    technology_adoption_score,
    typical_annual_savings,
)

SHARE = st.floats(min_value=0, max_value=1)
WILD = st.floats(allow_nan=False, allow_infinity=False)


def area(zip_code: str = "11413", **changes) -> AreaFacts:
    facts = {
        "borough": Borough.QUEENS, "households": 10_000, "owner_share": 0.7, "low_rise_lots": 7000,
        "low_rise_homes": 9000, "homes": 10_000, "median_household_income": 100_000,
        "electric_rate": Decimal("0.35"),
    }  # fmt: skip
    return AreaFacts(zip_code=zip_code, **{**facts, **changes})


def potential(**changes) -> float:
    facts = {"low_rise_owner_households": 4000, "low_rise_share": 0.8, "median_household_income": 90_000,
             "electric_rate": Decimal("0.30")}  # fmt: skip
    return solar_potential_score(**{**facts, **changes})


def test_low_rise_owners_are_owners_times_the_low_rise_share() -> None:
    assert area().low_rise_owner_households == 6300


def test_low_rise_owners_are_at_most_one_per_house() -> None:
    assert area(low_rise_lots=5000).low_rise_owner_households == 5000


def test_an_area_without_homes_has_no_low_rise_share() -> None:
    assert area(homes=0, low_rise_homes=0).low_rise_share == 0


def test_projects_are_spread_by_low_rise_owners() -> None:
    first, second = estimate_market([area("11413"), area("10001", low_rise_lots=700)])
    assert (first.solar_installations, second.solar_installations) == (38_700, 4_300)


def test_estimates_say_what_they_are() -> None:
    estimate = estimate_market([area()])[0]
    assert estimate.is_estimate
    assert "Estimate" in estimate.source
    assert estimate.as_of == date(2023, 3, 6)


def test_the_city_keeps_its_number_of_projects() -> None:
    estimates = estimate_market(files.area_facts(date(2026, 11, 22)))
    assert len(estimates) == 177
    assert sum(e.solar_installations for e in estimates) == CITY_ROOFTOP_PROJECTS


def test_no_areas_give_no_estimates() -> None:
    assert estimate_market([]) == []


def test_spread_gives_the_remainder_to_the_largest_fractions() -> None:
    assert spread(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}


def test_spread_rounds_the_larger_fraction_up() -> None:
    assert spread(10, {"a": 26, "b": 74}) == {"a": 3, "b": 7}


def test_spread_without_weight_gives_nothing() -> None:
    assert spread(10, {"a": 0}) == {"a": 0}


@settings(deadline=None)
@given(st.integers(0, 10**6), st.dictionaries(st.text(max_size=3), st.integers(0, 10**6), min_size=1))
def test_spread_adds_up_and_is_fair(total: int, weights: dict[str, int]) -> None:
    shares = spread(total, weights)
    whole = sum(weights.values())
    assert sum(shares.values()) == (total if whole else 0)
    assert all(abs(shares[key] - total * weights[key] / whole) < 1 + 1e-6 for key in weights if whole)


@pytest.mark.parametrize(
    ("adoption", "stage"),
    [(0, MarketMaturity.EMERGING), (0.0249, MarketMaturity.EMERGING), (0.025, MarketMaturity.GROWING),
     (0.16, MarketMaturity.MATURE), (0.5, MarketMaturity.SATURATED), (1, MarketMaturity.SATURATED)],
)  # fmt: skip
def test_maturity_by_adoption(adoption: float, stage: MarketMaturity) -> None:
    assert market_maturity(adoption) is stage


def test_saturation_counts_suitable_roofs_only() -> None:
    assert market_saturation(300, 1000) == 0.5


def test_saturation_without_houses_is_none_at_all() -> None:
    assert market_saturation(0, 0) == 0


def test_adoption_never_exceeds_one() -> None:
    assert adoption_rate(10, 5) == 1


def test_competition_is_full_at_a_quarter() -> None:
    assert (competition_intensity(0.125), competition_intensity(0.25), competition_intensity(0.9)) == (
        50,
        100,
        100,
    )


def test_potential_of_a_middling_area() -> None:
    # 0.35 x 0.5 + 0.30 x 0.8 + 0.20 x 0.625 + 0.15 x 0.5
    assert potential() == 61.5


@pytest.mark.parametrize(
    ("name", "more"),
    [("low_rise_owner_households", 5000), ("low_rise_share", 0.9), ("median_household_income", 110_000),
     ("electric_rate", Decimal("0.33"))],
)  # fmt: skip
def test_potential_rises_with_each_part(name: str, more: object) -> None:
    assert potential(**{name: more}) > potential()


@settings(deadline=None)
@given(st.integers(0, 10**6), WILD, st.integers(0, 10**7), st.decimals(0, 10, places=4))
def test_potential_is_bounded(owners: int, low_rise: float, income: int, rate: Decimal) -> None:
    score = solar_potential_score(
        low_rise_owner_households=owners,
        low_rise_share=low_rise,
        median_household_income=income,
        electric_rate=rate,
    )
    assert 0 <= score <= 100


def test_high_value_needs_potential_and_room() -> None:
    assert is_high_value(65, 0.49)
    assert not is_high_value(64.9, 0.1)
    assert not is_high_value(90, 0.5)


def environment(**changes: float) -> float:
    shares = {"no_vehicle_share": 0.4, "one_vehicle_share": 0.4, "electric_heat_share": 0.12,
              "solar_heat_share": 0.001, "oil_coal_heat_share": 0.1}  # fmt: skip
    return environmental_consciousness_score(**{**shares, **changes})


def test_environmental_score_of_a_middling_area() -> None:
    # 0.50 x 0.6 + 0.25 x 0.3 + 0.20 x 0.75 + 0.05 x 0.1
    assert environment() == 53.0


@pytest.mark.parametrize("name", ["no_vehicle_share", "one_vehicle_share", "electric_heat_share", "solar_heat_share"])
def test_environmental_score_rises(name: str) -> None:
    assert environment(**{name: 0.5}) > environment()


def test_environmental_score_falls_with_oil() -> None:
    assert environment(oil_coal_heat_share=0.3) < environment()


@settings(deadline=None)
@given(SHARE, SHARE, SHARE, SHARE, SHARE)
def test_environmental_score_is_bounded(a: float, b: float, c: float, d: float, e: float) -> None:
    score = environmental_consciousness_score(
        no_vehicle_share=a,
        one_vehicle_share=b,
        electric_heat_share=c,
        solar_heat_share=d,
        oil_coal_heat_share=e,
    )
    assert 0 <= score <= 100


def technology(**changes: float) -> float:
    shares = {"computer_share": 0.9, "broadband_share": 0.8, "electric_heat_share": 0.1}
    return technology_adoption_score(**{**shares, **changes})


def test_technology_score_of_a_middling_area() -> None:
    # 0.50 x 0.5 + 0.35 x 0.75 + 0.15 x 0.25
    assert technology() == 55.0


@pytest.mark.parametrize("name", ["computer_share", "broadband_share", "electric_heat_share"])
def test_technology_score_rises(name: str) -> None:
    assert technology(**{name: 0.95}) > technology()


@settings(deadline=None)
@given(WILD, WILD, WILD)
def test_technology_score_is_bounded(computer: float, broadband: float, electric: float) -> None:
    score = technology_adoption_score(computer_share=computer, broadband_share=broadband, electric_heat_share=electric)
    assert 0 <= score <= 100


@pytest.mark.parametrize(
    ("now", "before", "trend"),
    [(106, 100, GrowthTrend.RISING), (105, 100, GrowthTrend.STEADY), (95, 100, GrowthTrend.STEADY),
     (94, 100, GrowthTrend.FALLING), (5, 0, GrowthTrend.UNKNOWN)],
)  # fmt: skip
def test_growth_trend(now: float, before: float, trend: GrowthTrend) -> None:
    assert growth_trend(now, before) is trend


def test_growth_rate_without_a_past_is_unknown() -> None:
    assert growth_rate(5, 0) is None


def test_median_inside_a_band() -> None:
    assert interpolated_median([(0, 10), (10, 20), (30, 10)]) == (20.0, True)


def test_median_in_the_open_band_is_a_lower_bound() -> None:
    assert interpolated_median([(0, 1), (10, 1), (200, 9)]) == (200.0, False)


def test_median_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        interpolated_median([(0, 0), (10, 0)])


@settings(deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=12).filter(any))
def test_median_lies_within_the_bands(counts: list[int]) -> None:
    median, _ = interpolated_median([(i * 10, count) for i, count in enumerate(counts)])
    assert 0 <= median <= (len(counts) - 1) * 10


def test_flat_roofed_boroughs_cost_more() -> None:
    assert installation_cost_per_watt(Borough.BROOKLYN) == Decimal("4.25")
    assert installation_cost_per_watt(Borough.QUEENS) == Decimal("3.75")


def test_typical_saving() -> None:
    assert typical_annual_savings(Utility.CON_EDISON, Decimal("0.35"), Decimal("1.84")) == Decimal("2387.52")
