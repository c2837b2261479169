"""Market figures per ZIP area that no source measures, each by one stated rule.

Inputs are shares and counts of the ACS 5-year tables 2019-2023 and of the city's tax lots; shares lie in
0..1, scores in 0..100. Shares and scores are floats; money is Decimal. Everything returned here is an
estimate: `MarketEstimate` carries the source and the date that must be shown with it. Weights and anchors are
our own choice, fixed so that a score means the same next year; they rank areas and predict nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import RoofType
from aurum_data.rules.savings import (
    annual_production_kwh,
    annual_savings,
    benefit_contribution_per_year,
    cost_per_watt,
    specific_yield,
)

CITY_ROOFTOP_PROJECTS = 43_000
PROJECTS_AS_OF = date(2023, 3, 6)
PROJECTS_SOURCE = (
    "Estimate: the city's 43,000 rooftop projects (Habitat Magazine, March 2023) spread by estimated owner "
    "households in one- to four-family houses (ACS 2019-2023, PLUTO)"
)

TYPICAL_SYSTEM_KW = Decimal("6.0")  # middle of the 4-8 kW that a city installer names as typical
SUITABLE_ROOF_SHARE = 0.6  # assumption: shade, age, fire lanes and landmarks rule out the rest


class MarketMaturity(StrEnum):
    """Stage of a market by adoption, on Rogers' diffusion thresholds (2.5, 16 and 50 percent)."""

    EMERGING = "emerging"
    GROWING = "growing"
    MATURE = "mature"
    SATURATED = "saturated"


class GrowthTrend(StrEnum):
    """Direction of a figure between two periods of the same length."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What is known of one ZIP area. Counts cover the area once; a rate is USD per kWh, all in."""

    zip_code: str
    borough: Borough
    households: int
    owner_share: float
    low_rise_lots: int
    low_rise_homes: int
    homes: int
    median_household_income: int
    electric_rate: Decimal

    @property
    def low_rise_share(self) -> float:
        """Share of homes that stand on tax lots of one to four homes."""
        return _ratio(self.low_rise_homes, self.homes)

    @property
    def owner_households(self) -> int:
        """Estimated households that own their home."""
        return round(self.households * _unit(self.owner_share))

    @property
    def low_rise_owner_households(self) -> int:
        """Estimated owner households in one- to four-family houses, at most one per house."""
        return min(round(self.owner_households * self.low_rise_share), self.low_rise_lots)


@dataclass(frozen=True, slots=True)
class MarketEstimate:
    """Estimated market figures of one ZIP area. Installers and home values have no source, and no rule."""

    zip_code: str
    low_rise_share: float
    owner_households: int
    low_rise_owner_households: int
    solar_installations: int
    solar_adoption_rate: float
    solar_potential_score: float
    market_saturation: float
    competition_intensity: float
    market_maturity: MarketMaturity
    is_high_value: bool
    source: str = PROJECTS_SOURCE
    as_of: date = PROJECTS_AS_OF
    is_estimate: bool = True


def estimate_market(areas: Sequence[AreaFacts]) -> list[MarketEstimate]:
    """Estimate all areas together, since the city's projects are spread over them; same order as given."""
    weights = {area.zip_code: area.low_rise_owner_households for area in areas}
    projects = spread(CITY_ROOFTOP_PROJECTS, weights)
    return [_estimate(area, projects[area.zip_code]) for area in areas]


def _estimate(area: AreaFacts, installations: int) -> MarketEstimate:
    adoption = adoption_rate(installations, area.owner_households)
    saturation = market_saturation(installations, area.low_rise_lots)
    potential = solar_potential_score(
        low_rise_owner_households=area.low_rise_owner_households,
        low_rise_share=area.low_rise_share,
        median_household_income=area.median_household_income,
        electric_rate=area.electric_rate,
    )
    return MarketEstimate(
        zip_code=area.zip_code,
        low_rise_share=round(area.low_rise_share, 4),
        owner_households=area.owner_households,
        low_rise_owner_households=area.low_rise_owner_households,
        solar_installations=installations,
        solar_adoption_rate=adoption,
        solar_potential_score=potential,
        market_saturation=saturation,
        competition_intensity=competition_intensity(saturation),
        market_maturity=market_maturity(adoption),
        is_high_value=is_high_value(potential, saturation),
    )


def spread(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole shares of `total` in proportion to the weights, adding up to it exactly (largest remainder).

    Ties go to the smaller key. With no positive weight every share is 0.
    """
    whole = sum(weights.values())
    if whole <= 0:
        return dict.fromkeys(weights, 0)
    exact = {key: Fraction(total * weight, whole) for key, weight in weights.items()}
    shares = {key: int(value) for key, value in exact.items()}
    missing = total - sum(shares.values())
    by_remainder = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in by_remainder[:missing]:
        shares[key] += 1
    return shares


def adoption_rate(installations: int, owner_households: int) -> float:
    """Installations per owner household, 0..1."""
    return round(_unit(_ratio(installations, owner_households)), 4)


def market_saturation(installations: int, low_rise_lots: int) -> float:
    """Installations over the one- to four-family houses whose roof may suit (60 %, assumed), 0..1."""
    return round(_unit(_ratio(installations, low_rise_lots * SUITABLE_ROOF_SHARE)), 4)


def competition_intensity(saturation: float) -> float:
    """0..100: how far installers have worked the area, as saturation against 25 percent (taken as crowded).

    A stand-in until installer counts are imported; it cannot tell one busy installer from many.
    """
    return round(100 * _unit(saturation / 0.25), 1)


def market_maturity(adoption: float) -> MarketMaturity:
    """The stage that an adoption rate (0..1) stands for."""
    if adoption < 0.025:
        return MarketMaturity.EMERGING
    if adoption < 0.16:
        return MarketMaturity.GROWING
    return MarketMaturity.MATURE if adoption < 0.5 else MarketMaturity.SATURATED


def solar_potential_score(
    *,
    low_rise_owner_households: int,
    low_rise_share: float,
    median_household_income: int,
    electric_rate: Decimal,
) -> float:
    """0..100: how much residential solar an area could still take, before competition.

    35 % low-rise owner households (0 at none, full at 8,000), 30 % share of homes in one- to four-family
    houses, 20 % median household income (0 at $40,000, full at $120,000), 15 % electric rate (0 at $0.20,
    full at $0.40/kWh).
    """
    parts = (
        (0.35, low_rise_owner_households / 8_000),
        (0.30, low_rise_share),
        (0.20, (median_household_income - 40_000) / 80_000),
        (0.15, (float(electric_rate) - 0.20) / 0.20),
    )
    return _score(parts)


def is_high_value(solar_potential: float, saturation: float) -> bool:
    """Where to buy leads first: potential of at least 65, less than half of the suitable roofs taken."""
    return solar_potential >= 65 and saturation < 0.5


def environmental_consciousness_score(
    *,
    no_vehicle_share: float,
    one_vehicle_share: float,
    electric_heat_share: float,
    solar_heat_share: float,
    oil_coal_heat_share: float,
) -> float:
    """0..100 over ACS vehicles (B08201) and house heating fuel (B25040), each as a share of households.

    50 % car-light households (no vehicle counts 1, one vehicle a half), 25 % electric heat (full at 40
    percent), 20 % absence of oil and coal heat (0 at 40 percent or more), 5 % solar heat (full at 1 percent).
    The columns tell of buildings and streets as much as of convictions: use it to compare areas, never to
    judge a person.
    """
    parts = (
        (0.50, no_vehicle_share + one_vehicle_share / 2),
        (0.25, electric_heat_share / 0.40),
        (0.20, 1 - oil_coal_heat_share / 0.40),
        (0.05, solar_heat_share / 0.01),
    )
    return _score(parts)


def technology_adoption_score(*, computer_share: float, broadband_share: float, electric_heat_share: float) -> float:
    """0..100 over ACS computer, broadband (DP02) and electric heat (B25040), as shares of households.

    50 % broadband and 35 % computer (both 0 at 60 percent, full at 100), 15 % electric heat (full at 40
    percent).
    """
    parts = (
        (0.50, (broadband_share - 0.60) / 0.40),
        (0.35, (computer_share - 0.60) / 0.40),
        (0.15, electric_heat_share / 0.40),
    )
    return _score(parts)


def installation_cost_per_watt(borough: Borough) -> Decimal:
    """Typical USD per watt: where row houses have flat roofs (Manhattan, Brooklyn), midway to a canopy's."""
    plain = cost_per_watt(RoofType.OTHER).typical
    if borough in {Borough.MANHATTAN, Borough.BROOKLYN}:
        return (plain + cost_per_watt(RoofType.FLAT_CANOPY).typical) / 2
    return plain


def typical_annual_savings(utility: Utility, electric_rate: Decimal, solar_charge: Decimal) -> Decimal:
    """First-year USD that a 6 kW system saves where its whole production is used.

    `solar_charge` is the Customer Benefit Contribution per kW: a month for Con Edison, a day for PSEG Long
    Island.
    """
    production = annual_production_kwh(TYPICAL_SYSTEM_KW, specific_yield(RoofType.OTHER).typical)
    per_day = utility is Utility.PSEG_LI
    contribution = benefit_contribution_per_year(TYPICAL_SYSTEM_KW, solar_charge, per_day=per_day)
    return annual_savings(production, production, electric_rate, contribution)


def growth_rate(current: float, previous: float) -> float | None:
    """Relative change from the previous period; None when there is nothing to compare with."""
    return round((current - previous) / previous, 4) if previous > 0 else None


def growth_trend(current: float, previous: float) -> GrowthTrend:
    """Rising or falling beyond 5 percent, else steady; unknown without a previous period."""
    rate = growth_rate(current, previous)
    if rate is None:
        return GrowthTrend.UNKNOWN
    if abs(rate) <= 0.05:
        return GrowthTrend.STEADY
    return GrowthTrend.RISING if rate > 0 else GrowthTrend.FALLING


def interpolated_median(bands: Sequence[tuple[int, int]]) -> tuple[float, bool]:
    """Median of banded values: `bands` are (lower bound, count) in rising order, the last one open-ended.

    Linear inside the band that holds the middle. Returns (median, True), or (lower bound of the open band,
    False) when the middle lies in it: the median is at least that. Raises ValueError without any count.
    """
    half = sum(count for _, count in bands) / 2
    if half <= 0:
        raise ValueError("a median needs at least one counted value")
    below = 0
    for (low, count), (high, _) in pairwise(bands):
        if below + count >= half:
            return low + (high - low) * (half - below) / count if count else float(low), True
        below += count
    return float(bands[-1][0]), False


def _score(parts: Sequence[tuple[float, float]]) -> float:
    return round(100 * sum(weight * _unit(value) for weight, value in parts), 1)


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
