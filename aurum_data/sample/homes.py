"""The home of a lead: address, building, roof, bill, and the solar system it could carry."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.savings import Basis
from aurum_data.sample import names
from aurum_data.sample.draws import Weighted, clamp, usd

if TYPE_CHECKING:
    from aurum_data.sample.leads import Lead, Story
    from aurum_data.sample.world import Place, World

_HOUSES = Weighted({"single_family": 0.5, "two_family": 0.36, "three_four_family": 0.14})
_APARTMENTS = Weighted({"coop_condo": 0.84, "rental": 0.11, "commercial": 0.05})
_PITCHED = Weighted(
    {"pitched_shingle": 0.72, "flat_tilt_rack": 0.12, "flat_canopy": 0.04, "flat_flush_ballasted": 0.06, "other": 0.06}
)
_FLAT = Weighted(
    {"pitched_shingle": 0.10, "flat_tilt_rack": 0.42, "flat_canopy": 0.22, "flat_flush_ballasted": 0.22, "other": 0.04}
)
_SHADING = Weighted({"none": 0.42, "light": 0.33, "moderate": 0.18, "heavy": 0.07})
_CON_EDISON_PLANS = Weighted({"CE_SC1_R1": 0.95, "CE_SC1_R3_TOU": 0.045, "CE_SC1_R4_DEMAND": 0.005})
_PSEG_PLANS = Weighted({"LI_194": 0.58, "LI_180": 0.36, "LI_195": 0.06})
# Median monthly bill (USD) and roof (square metres) by building.
_BUILDINGS = {
    "single_family": (205, 95), "two_family": (265, 105), "three_four_family": (345, 120), "coop_condo": (128, 60),
    "rental": (115, 60), "commercial": (620, 240),
}  # fmt: skip
_SHADE_SHARE = {"none": 1.0, "light": 0.94, "moderate": 0.84, "heavy": 0.66}
_SHADE_POINTS = {"none": 30, "light": 25, "moderate": 14, "heavy": 2}
_YIELD = 1200  # kWh per kW and year, rules/savings.py
_CUSTOMER_CHARGE = 21.0


def describe(world: World, story: Story, place: Place) -> None:
    """Fill in property, energy and solar potential."""
    rng, lead = world.rng, story.lead
    house = rng.random() < clamp(0.25 + 0.9 * place.low_rise, 0.15, 0.97)
    lead.property_type = (_HOUSES if house else _APARTMENTS).draw(rng)
    _address(rng, lead, house=house)
    owner = 0.06 if lead.property_type == "rental" else 0.93 if house else 0.88
    lead.ownership = "owner" if rng.random() < owner else "renter" if rng.random() < 0.8 else "other"
    pitched = lead.borough in {Borough.QUEENS, Borough.STATEN_ISLAND} and house
    lead.roof_type = (_PITCHED if pitched else _FLAT).draw(rng)
    lead.shading = _SHADING.draw(rng)
    bill, roof = _BUILDINGS[lead.property_type]
    area = clamp(rng.gauss(roof, roof * 0.25), 25, 600)
    lead.roof_area_m2 = Decimal(round(area * 10)).scaleb(-1)
    lead.roof_age_years = min(60, int(rng.expovariate(1 / 13)))
    story.bill = int(clamp(bill * rng.lognormvariate(0, 0.38), 38, 2400)) * 100
    _energy(world, story, place.utility)
    _potential(story, area)
    find_incentives(world, story)


def _address(rng: Random, lead: Lead, *, house: bool) -> None:
    borough = Borough(lead.borough)
    street = rng.choice(names.STREETS[borough])
    if borough is Borough.QUEENS:
        number = f"{rng.randrange(14, 268)}-{rng.randrange(1, 80):02d}"
        lead.city = names.QUEENS_CITIES[lead.zip_code[:3]]
    else:
        number = str(rng.randrange(8, 4200) if "Blvd" in street or "Rd" in street else rng.randrange(8, 1400))
        lead.city = "New York" if borough is Borough.MANHATTAN else borough.value
    lead.house_number, lead.street_name = number, street
    lead.property_address = f"{number} {street}"
    if not house or (lead.property_type != "single_family" and rng.random() < 0.25):
        lead.unit = f"{rng.randrange(1, 9 if house else 22)}{rng.choice('ABCDEFGH')}"
    if rng.random() < 0.7:
        lead.bbl = f"{borough.code}{rng.randrange(15, 16400):05d}{rng.randrange(1, 180):04d}"


def _energy(world: World, story: Story, utility: Utility) -> None:
    lead = story.lead
    lead.rate_plan = (_PSEG_PLANS if utility is Utility.PSEG_LI else _CON_EDISON_PLANS).draw(world.rng)
    rate = world.rate_for(story.day, utility)
    lead.electric_rate_usd_kwh = Decimal(round(rate * 10_000)).scaleb(-4)
    lead.monthly_bill_usd = usd(story.bill)
    lead.annual_kwh = round(max(story.bill / 100 - _CUSTOMER_CHARGE, 0) / rate * 12)


def _potential(story: Story, area: float) -> None:
    """System that covers the year's use as far as the roof carries it, as rules/savings.py sizes it."""
    lead = story.lead
    assert lead.shading is not None  # noqa: S101 - drawn just before
    carried = area * 0.5 * 0.20 * (1.4 if lead.roof_type == "flat_canopy" else 1.0)
    size = Decimal(int(min((lead.annual_kwh or 0) / _YIELD, carried, 25.0) * 10)).scaleb(-1)
    lead.system_kw = size
    lead.annual_production_kwh = round(float(size) * _YIELD * _SHADE_SHARE[lead.shading])
    age = lead.roof_age_years or 0
    points = (
        min(40.0, 5.5 * float(size)) + _SHADE_POINTS[lead.shading] + (20 if age < 10 else 13 if age < 20 else 5)
        + story.potential / 10
    )  # fmt: skip
    lead.solar_score = Decimal(round(clamp(points, 0, 100) * 100)).scaleb(-2)


def find_incentives(world: World, story: Story) -> None:
    """Codes that apply, and what each is worth to this home (cents); exemptions are not counted in money."""
    lead = story.lead
    codes, incentives = world.incentives_for(story.day, lead.utility)
    lead.incentives, story.incentive_cents = [], {}
    if lead.ownership != "owner" or not lead.system_kw:
        return
    lead.incentives = codes
    watts = int(lead.system_kw * 1000)
    cost = watts * (475 if lead.roof_type == "flat_canopy" else 375)
    grants = 0
    for incentive in incentives:
        amount = float(incentive.amount)
        if incentive.basis is Basis.USD_PER_WATT:
            worth = round(watts * amount * 100)
            grants += worth
        elif incentive.basis is Basis.PCT_COST:
            worth = round((cost - grants) * amount)
        elif incentive.basis is Basis.PCT_COST_PER_YEAR:
            worth = round((cost - grants) * amount * incentive.years)
        else:
            continue
        cap = incentive.cap_usd
        story.incentive_cents[incentive.code] = min(worth, int(cap * 100)) if cap is not None else worth
