"""What solar saves: worked examples to the cent, incentives by date, what holds for any house."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurum_data.reference import files
from aurum_data.rules.geography import Utility
from aurum_data.rules.leads import RoofType
from aurum_data.rules.savings import (
    AppliedIncentive,
    Basis,
    Financing,
    Incentive,
    Savings,
    TieredDelivery,
    annual_kwh_of_bill,
    annual_production_kwh,
    annual_savings,
    apply_incentives,
    benefit_contribution_per_year,
    cost_per_watt,
    cost_range,
    household_savings,
    incentives_on,
    monthly_delivery_bill,
    payback_years,
    specific_yield,
    system_size_kw,
)

TODAY = date(2026, 11, 22)
INCENTIVES = files.incentives()
SC1_2026 = TieredDelivery(Decimal("0.16402"), Decimal("0.18858"), Decimal(250), Decimal("21.00"))
COST, SIZE = Decimal(24_500), Decimal(7)  # 7 kW at $3.50 per watt


def applying(
    day: date, utility: Utility = Utility.CON_EDISON, *, financing=Financing.CASH, poor=False
) -> list[Incentive]:
    return incentives_on(INCENTIVES, day, utility=utility, financing=financing, income_qualified=poor)


def paid(day: date = TODAY, **choices) -> dict[str, Decimal]:
    applied = apply_incentives(applying(day), gross_cost=COST, system_kw=SIZE, **choices)
    return {a.code: a.total for a in applied}


def case(annual_kwh: Decimal, utility: Utility = Utility.CON_EDISON, **choices) -> Savings:
    return household_savings(
        annual_kwh=annual_kwh,
        rate_usd_per_kwh=files.rate_on(utility, "all_in_average", TODAY),
        benefit_contribution_rate=files.rate_on(utility, "solar_charge", TODAY),
        utility=utility,
        day=TODAY,
        incentives=INCENTIVES,
        **choices,
    )


@pytest.mark.parametrize(
    ("kwh", "month", "bill"),
    [(280, 7, "67.66"), (280, 1, "66.93"), (600, 7, "128.01"), (600, 1, "119.41"), (250, 7, "62.01")],
)
def test_delivery_bill_of_2026(kwh: int, month: int, bill: str) -> None:
    assert monthly_delivery_bill(Decimal(kwh), month, SC1_2026) == Decimal(bill)


@pytest.mark.parametrize(("month", "bill"), [(5, "103.01"), (6, "109.15"), (9, "109.15"), (10, "103.01")])
def test_the_dear_tier_runs_from_june_to_september(month: int, bill: str) -> None:
    assert monthly_delivery_bill(Decimal(500), month, SC1_2026) == Decimal(bill)


def test_a_thirteenth_month_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        monthly_delivery_bill(Decimal(1), 13, SC1_2026)


def test_benefit_contribution_of_con_edison_is_per_month() -> None:
    assert benefit_contribution_per_year(SIZE, Decimal("1.84"), per_day=False) == Decimal("154.56")


def test_benefit_contribution_of_long_island_is_per_day() -> None:
    assert benefit_contribution_per_year(SIZE, Decimal("0.0372"), per_day=True) == Decimal("95.05")


def test_incentives_of_the_worked_example() -> None:
    assert paid() == {
        "NYSUN_CONED_RES": Decimal("1400.00"),
        "NYS_SOLAR_CREDIT": Decimal("5000.00"),
        "NYC_PTA": Decimal("6930.00"),
    }


def test_abatement_when_ny_sun_is_not_treated_as_a_grant() -> None:
    assert paid(grants_reduce_abatement=False)["NYC_PTA"] == Decimal("7350.00")


def test_abatement_never_exceeds_the_years_property_tax() -> None:
    assert paid(yearly_property_tax=Decimal("1200.50"))["NYC_PTA"] == Decimal("4802.00")


def test_abatement_is_capped_per_year() -> None:
    applied = apply_incentives(applying(TODAY), gross_cost=Decimal(2_000_000), system_kw=Decimal(25))
    assert {a.code: a.total for a in applied}["NYC_PTA"] == Decimal(250_000)


def test_state_credit_below_its_cap_is_a_quarter_of_cost_less_grants() -> None:
    applied = apply_incentives(applying(TODAY), gross_cost=Decimal(12_000), system_kw=Decimal(3))
    assert {a.code: a.total for a in applied}["NYS_SOLAR_CREDIT"] == Decimal("2850.00")


def test_federal_credit_ends_with_2025() -> None:
    assert "FED_25D" in {i.code for i in applying(date(2025, 12, 31))}
    assert "FED_25D" not in {i.code for i in applying(date(2026, 1, 1))}


@settings(deadline=None)
@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from(Utility), st.booleans())
def test_federal_credit_never_counts_after_its_end(day: date, utility: Utility, poor: bool) -> None:
    for financing in Financing:
        assert "FED_25D" not in {i.code for i in applying(day, utility, financing=financing, poor=poor)}


def test_federal_credit_of_2025_is_thirty_percent() -> None:
    assert paid(date(2025, 6, 30))["FED_25D"] == Decimal("7350.00")


@pytest.mark.parametrize(
    ("day", "rate"),
    [(date(2023, 12, 31), "0.05"), (date(2024, 1, 1), "0.075"), (date(2034, 12, 31), "0.075")],
)
def test_abatement_rate_by_year(day: date, rate: str) -> None:
    assert [i.amount for i in applying(day) if i.code == "NYC_PTA"] == [Decimal(rate)]


def test_abatement_ends_with_2034() -> None:
    assert "NYC_PTA" not in {i.code for i in applying(date(2035, 1, 1))}


def test_affordable_solar_replaces_the_standard_incentive() -> None:
    codes = {i.code for i in applying(TODAY, poor=True)}
    assert "NYSUN_CONED_AFFORDABLE" in codes
    assert "NYSUN_CONED_RES" not in codes


def test_ny_sun_of_con_edison_does_not_reach_the_rockaways() -> None:
    assert not [i for i in applying(TODAY, Utility.PSEG_LI) if i.basis is Basis.USD_PER_WATT]


def test_affordable_solar_of_long_island() -> None:
    open_to = applying(TODAY, Utility.PSEG_LI, poor=True)
    assert [i.amount for i in open_to if i.basis is Basis.USD_PER_WATT] == [Decimal("0.40")]


def test_ny_sun_pays_for_25_kw_at_most() -> None:
    applied = apply_incentives(applying(TODAY, poor=True), gross_cost=Decimal(200_000), system_kw=Decimal(40))
    assert {a.code: a.total for a in applied}["NYSUN_CONED_AFFORDABLE"] == Decimal(20_000)


def test_what_the_owner_of_a_leased_system_claims_is_not_the_households() -> None:
    leased = applying(TODAY, financing=Financing.LEASE)
    assert "FED_48E_TPO" in {i.code for i in leased}
    applied = apply_incentives(leased, gross_cost=COST, system_kw=SIZE)
    assert not [a for a in applied if a.code.startswith("FED_48E")]


def test_use_behind_a_bill() -> None:
    assert annual_kwh_of_bill(Decimal("140.00"), Decimal("0.35"), Decimal("21.00")) == Decimal(4080)


def test_a_bill_below_the_fixed_charge_means_no_use() -> None:
    assert annual_kwh_of_bill(Decimal("10.00"), Decimal("0.35"), Decimal("21.00")) == 0


@pytest.mark.parametrize(
    ("kwh", "roof", "area", "size"),
    [
        (6000, RoofType.PITCHED_SHINGLE, None, "5.0"),
        (6000, RoofType.PITCHED_SHINGLE, 40, "4.0"),
        (9000, RoofType.FLAT_CANOPY, 40, "5.6"),
        (90_000, RoofType.OTHER, None, "25.0"),
        (6119, RoofType.OTHER, None, "5.0"),
        (0, RoofType.OTHER, 40, "0.0"),
    ],
)
def test_system_size(kwh: int, roof: RoofType, area: int | None, size: str) -> None:
    assert system_size_kw(Decimal(kwh), roof, Decimal(area) if area else None) == Decimal(size)


def test_production_of_four_kilowatts() -> None:
    assert annual_production_kwh(Decimal(4), specific_yield(RoofType.OTHER).typical) == 4800


@pytest.mark.parametrize(("years", "factor"), [(1, "0.995"), (10, "0.951"), (25, "0.882")])
def test_production_wanes_by_half_a_percent_a_year(years: int, factor: str) -> None:
    assert round(annual_production_kwh(Decimal(1), Decimal(1), years), 3) == Decimal(factor)


@pytest.mark.parametrize("roof", RoofType)
def test_ranges_are_in_order(roof: RoofType) -> None:
    for values in (specific_yield(roof), cost_per_watt(roof), cost_range(Decimal(6), roof)):
        assert values.low < values.typical <= values.high


def test_saving_under_net_metering() -> None:
    assert annual_savings(Decimal(8400), Decimal(8400), Decimal("0.35"), Decimal("154.56")) == Decimal("2785.44")


def test_production_beyond_use_is_not_paid() -> None:
    assert annual_savings(Decimal(8400), Decimal(6000), Decimal("0.35"), Decimal(0)) == Decimal("2100.00")


def test_payback_of_the_worked_example() -> None:
    applied = apply_incentives(applying(TODAY), gross_cost=COST, system_kw=SIZE)
    # 18,100 open at the start; four years return 17,989 (the abatement included), the fifth the rest.
    assert payback_years(COST, applied, Decimal("2785.44")) == Decimal("4.0")


def test_a_yearly_incentive_counts_in_its_years_only() -> None:
    # Four years of about 10 + 10 return 79.70; the saving alone takes two more for the other 20.30.
    abatement = AppliedIncentive("NYC_PTA", Decimal(10), 4)
    assert payback_years(Decimal(100), [abatement], Decimal(10)) == Decimal("6.1")


def test_no_payback_within_forty_years() -> None:
    assert payback_years(COST, (), Decimal(100)) is None


def test_case_of_a_con_edison_house() -> None:
    home = case(Decimal(7200), roof=RoofType.PITCHED_SHINGLE)
    assert (home.system_kw, home.gross_cost) == (Decimal("6.0"), Decimal("22500.00"))
    assert home.annual_savings == Decimal("2387.52")
    assert home.net_cost == Decimal("9910.00")
    assert [a.code for a in home.incentives] == ["NYC_PTA", "NYS_SOLAR_CREDIT", "NYSUN_CONED_RES"]


def test_case_of_a_rockaway_house() -> None:
    home = case(Decimal(7200), Utility.PSEG_LI)
    assert home.annual_savings == Decimal("1728.61")
    assert [a.code for a in home.incentives] == ["NYC_PTA", "NYS_SOLAR_CREDIT"]


def test_no_use_means_no_system_and_no_payback() -> None:
    home = case(Decimal(0))
    assert (home.system_kw, home.gross_cost, home.payback_years) == (0, 0, None)


KWH = st.decimals(min_value=0, max_value=100_000, places=1)
AREA = st.none() | st.decimals(min_value=0, max_value=2000, places=1)


@settings(deadline=None)
@given(KWH, AREA, st.sampled_from(RoofType), st.sampled_from(Utility), st.booleans())
def test_any_house_gets_a_sound_case(
    kwh: Decimal, area: Decimal | None, roof: RoofType, utility: Utility, poor: bool
) -> None:
    home = case(kwh, utility, roof=roof, roof_area_m2=area, income_qualified=poor)
    assert 0 <= home.system_kw <= 25
    assert 0 <= home.net_cost <= home.gross_cost
    assert all(a.total > 0 for a in home.incentives)
    assert home.payback_years is None or 0 <= home.payback_years <= 40


@settings(deadline=None)
@given(KWH, KWH, st.sampled_from(RoofType))
def test_more_use_never_means_a_smaller_system(a: Decimal, b: Decimal, roof: RoofType) -> None:
    low, high = sorted((a, b))
    assert system_size_kw(low, roof) <= system_size_kw(high, roof)


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=100, places=2), st.decimals(min_value=0, max_value=5000, places=1))
def test_a_bill_rises_with_use(extra: Decimal, kwh: Decimal) -> None:
    assert monthly_delivery_bill(kwh, 7, SC1_2026) <= monthly_delivery_bill(kwh + extra, 7, SC1_2026)


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10_000, places=2), st.decimals(min_value="0.1", max_value=25, places=1))
def test_incentives_never_return_more_than_the_cost(cost: Decimal, kw: Decimal) -> None:
    for day in (TODAY, date(2025, 6, 1)):
        applied = apply_incentives(applying(day, poor=True), gross_cost=cost, system_kw=kw)
        assert sum((a.total for a in applied), Decimal(0)) <= cost + Decimal("0.04")
