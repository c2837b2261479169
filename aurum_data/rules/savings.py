"""What solar saves a household: system size, production, cost, incentives, bill, payback.

Money is Decimal USD rounded half up to the cent; energy is kWh, power kW (dc), all Decimal. Rates and
incentives come from `nyc_electric_rates` and `nyc_incentives` as plain values: whether an incentive applies
is decided by its dates alone, never by a stored status. Assumptions are the constants below. Not tax advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

from aurum_data.rules.geography import Utility
from aurum_data.rules.leads import RoofType

MONTHS = 12
MAX_RESIDENTIAL_KW = Decimal(25)  # residential limit of NY-Sun and of net metering
KW_PER_M2 = Decimal("0.20")  # assumption: a 400 W panel covers about 2 square metres
USABLE_ROOF_SHARE = Decimal("0.50")  # assumption: fire lanes, chimneys, shade
CANOPY_GAIN = Decimal("1.40")  # a canopy carries about 40 % more than panels laid on the roof (Brooklyn SolarWorks)
DEGRADATION_PER_YEAR = Decimal("0.005")  # usual sales default; NREL: 0.48 % in cool climates, 0.75 % fleet median
MAX_PAYBACK_YEARS = 40
CENT = Decimal("0.01")


class Financing(StrEnum):
    """How the household comes by the system; a leased one belongs to someone else."""

    CASH = "cash"
    LOAN = "loan"
    LEASE = "lease"
    PPA = "ppa"


class Basis(StrEnum):
    """What an incentive's amount multiplies."""

    PCT_COST = "pct_cost"  # fraction of cost, once
    USD_PER_WATT = "usd_per_watt"  # dollars per watt (dc), once
    PCT_COST_PER_YEAR = "pct_cost_per_year"  # fraction of cost, each of `years` years
    TAX_EXEMPT = "tax_exempt"  # a sales tax that is not charged: costs are quoted without it
    ASSESSMENT_EXEMPT = "assessment_exempt"  # added home value that is not taxed


@dataclass(frozen=True, slots=True)
class Range:
    """A low, typical and high value of one quantity."""

    low: Decimal
    typical: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Incentive:
    """One incentive over one period. `starts` and `ends` are its first and last day, None for open.

    `utility` None means all of New York City. `exclusive_group`: of several in a group only the best one
    counts. `to_household` is False where someone else (the owner of a leased system) claims it.
    """

    code: str
    basis: Basis
    amount: Decimal
    starts: date | None = None
    ends: date | None = None
    cap_usd: Decimal | None = None
    years: int = 1
    max_kw: Decimal | None = None
    utility: Utility | None = None
    financing: frozenset[Financing] = frozenset(Financing)
    income_qualified: bool = False
    exclusive_group: str | None = None
    to_household: bool = True

    def valid_on(self, day: date) -> bool:
        """Whether the incentive exists for a system completed on `day`."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class AppliedIncentive:
    """What one incentive pays a household: `per_year` in each of `years` years."""

    code: str
    per_year: Decimal
    years: int

    @property
    def total(self) -> Decimal:
        """All years together."""
        return self.per_year * self.years


@dataclass(frozen=True, slots=True)
class TieredDelivery:
    """Delivery per kWh where June to September has a dearer second tier (Con Edison SC1 Rate I)."""

    base_usd_per_kwh: Decimal
    summer_over_usd_per_kwh: Decimal
    tier_kwh: Decimal
    customer_charge_usd: Decimal


@dataclass(frozen=True, slots=True)
class Savings:
    """A household's case. `payback_years` is None when the system does not pay back within 40 years."""

    system_kw: Decimal
    annual_production_kwh: Decimal
    gross_cost: Decimal
    incentives: tuple[AppliedIncentive, ...]
    net_cost: Decimal
    annual_savings: Decimal
    payback_years: Decimal | None


def cents(amount: Decimal) -> Decimal:
    """Round half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def specific_yield(roof: RoofType) -> Range:
    """kWh per kW and year: 1,200 is a city rule of thumb (Solarize Uptown Now), the ends are assumptions."""
    high = 1300 if roof in {RoofType.PITCHED_SHINGLE, RoofType.OTHER} else 1200
    return Range(Decimal(1050), Decimal(1200), Decimal(high))


def cost_per_watt(roof: RoofType) -> Range:
    """USD per watt before incentives: assumptions around the state's $3.00-4.30; a canopy costs more."""
    if roof is RoofType.FLAT_CANOPY:
        return Range(Decimal("4.00"), Decimal("4.75"), Decimal("5.50"))
    return Range(Decimal("3.00"), Decimal("3.75"), Decimal("4.50"))


def annual_kwh_of_bill(monthly_bill: Decimal, rate_usd_per_kwh: Decimal, customer_charge: Decimal) -> Decimal:
    """Yearly use behind an average monthly bill: what is left after the fixed charge, at the all-in rate."""
    energy = max(monthly_bill - customer_charge, Decimal(0))
    return (energy / rate_usd_per_kwh * MONTHS).quantize(Decimal(1), ROUND_HALF_UP)


def system_size_kw(annual_kwh: Decimal, roof: RoofType, roof_area_m2: Decimal | None = None) -> Decimal:
    """The system that covers a year's use, at most what the roof carries and 25 kW; whole tenths."""
    size = min(annual_kwh / specific_yield(roof).typical, MAX_RESIDENTIAL_KW)
    if roof_area_m2 is not None:
        gain = CANOPY_GAIN if roof is RoofType.FLAT_CANOPY else Decimal(1)
        size = min(size, roof_area_m2 * USABLE_ROOF_SHARE * KW_PER_M2 * gain)
    return max(size, Decimal(0)).quantize(Decimal("0.1"), ROUND_DOWN)


def annual_production_kwh(system_kw: Decimal, yield_kwh_per_kw: Decimal, years_in_service: int = 0) -> Decimal:
    """One year's production, compounding 0.5 % less per year in service."""
    return system_kw * yield_kwh_per_kw * (1 - DEGRADATION_PER_YEAR) ** years_in_service


def cost_range(system_kw: Decimal, roof: RoofType) -> Range:
    """Installed cost in USD before incentives."""
    per_watt = cost_per_watt(roof)
    watts = system_kw * 1000
    return Range(*(cents(watts * usd) for usd in (per_watt.low, per_watt.typical, per_watt.high)))


def monthly_delivery_bill(kwh: Decimal, month: int, tariff: TieredDelivery) -> Decimal:
    """Base delivery plus customer charge of one month's bill: no supply, adjustments or tax."""
    if not 1 <= month <= MONTHS:
        raise ValueError("a month is 1 to 12")
    over = max(kwh - tariff.tier_kwh, Decimal(0)) if 6 <= month <= 9 else Decimal(0)
    energy = (kwh - over) * tariff.base_usd_per_kwh + over * tariff.summer_over_usd_per_kwh
    return cents(energy + tariff.customer_charge_usd)


def benefit_contribution_per_year(system_kw: Decimal, rate: Decimal, *, per_day: bool) -> Decimal:
    """Yearly Customer Benefit Contribution: Con Edison charges per kW and month, LIPA per kW and day."""
    return cents(system_kw * rate * (365 if per_day else MONTHS))


def incentives_on(
    incentives: Iterable[Incentive],
    day: date,
    *,
    utility: Utility,
    financing: Financing,
    income_qualified: bool,
) -> list[Incentive]:
    """The incentives open to such a household on `day`; of an exclusive group the highest amount."""
    open_to = [
        incentive
        for incentive in incentives
        if incentive.valid_on(day)
        and incentive.utility in {None, utility}
        and financing in incentive.financing
        and (income_qualified or not incentive.income_qualified)
    ]
    best: dict[str, Incentive] = {}
    for incentive in open_to:
        group = incentive.exclusive_group or incentive.code
        if group not in best or incentive.amount > best[group].amount:
            best[group] = incentive
    return list(best.values())


def apply_incentives(
    incentives: Sequence[Incentive],
    *,
    gross_cost: Decimal,
    system_kw: Decimal,
    yearly_property_tax: Decimal | None = None,
    grants_reduce_abatement: bool = True,
) -> tuple[AppliedIncentive, ...]:
    """What the given incentives pay a household for a system of that cost and size, largest total first.

    Dollars per watt come first, as grants, and reduce the cost that one-time percentages are taken of; a
    percentage per year (the city's abatement) is taken of cost less grants too, unless
    `grants_reduce_abatement` is off: advisers differ. A yearly amount never exceeds its cap or the year's
    property tax. Together the one-time amounts never exceed the cost. Exemptions (costs are quoted without
    the tax) and what others claim are left out.
    """
    ours = [incentive for incentive in incentives if incentive.to_household]
    applied: list[AppliedIncentive] = []
    for incentive in (i for i in ours if i.basis is Basis.USD_PER_WATT):
        size = min(system_kw, incentive.max_kw) if incentive.max_kw is not None else system_kw
        applied.append(_once(incentive, incentive.amount * size * 1000, gross_cost - _sum(applied)))
    after_grants = gross_cost - _sum(applied)
    left = after_grants
    for incentive in (i for i in ours if i.basis is Basis.PCT_COST):
        credit = _once(incentive, incentive.amount * after_grants, left)
        left -= credit.total
        applied.append(credit)
    abatement_base = after_grants if grants_reduce_abatement else gross_cost
    for incentive in (i for i in ours if i.basis is Basis.PCT_COST_PER_YEAR):
        per_year = _capped(incentive.amount * abatement_base, incentive.cap_usd, yearly_property_tax)
        applied.append(AppliedIncentive(incentive.code, per_year, incentive.years))
    return tuple(sorted((a for a in applied if a.total > 0), key=lambda a: (-a.total, a.code)))


def annual_savings(
    production_kwh: Decimal,
    annual_kwh: Decimal,
    rate_usd_per_kwh: Decimal,
    benefit_contribution: Decimal,
) -> Decimal:
    """First-year saving under net metering at retail value; production beyond the year's use is not paid."""
    return cents(min(production_kwh, annual_kwh) * rate_usd_per_kwh - benefit_contribution)


def payback_years(
    gross_cost: Decimal,
    applied: Sequence[AppliedIncentive],
    first_year_savings: Decimal,
) -> Decimal | None:
    """Years until savings and incentives have returned the cost, to a tenth; None beyond 40 years.

    Savings shrink with the panels, prices stay as they are, a loan's interest is not counted; one-time
    incentives count at the start, yearly ones in their years, each year evenly.
    """
    open_cost = gross_cost - sum((a.total for a in applied if a.years == 1), Decimal(0))
    if open_cost <= 0:
        return Decimal("0.0")
    for year in range(MAX_PAYBACK_YEARS):
        gain = first_year_savings * (1 - DEGRADATION_PER_YEAR) ** year
        gain += sum((a.per_year for a in applied if 1 < a.years > year), Decimal(0))
        if gain >= open_cost:
            return (year + open_cost / gain).quantize(Decimal("0.1"), ROUND_HALF_UP)
        open_cost -= gain
    return None


def household_savings(
    *,
    annual_kwh: Decimal,
    rate_usd_per_kwh: Decimal,
    benefit_contribution_rate: Decimal,
    utility: Utility,
    day: date,
    incentives: Iterable[Incentive],
    roof: RoofType = RoofType.OTHER,
    roof_area_m2: Decimal | None = None,
    income_qualified: bool = False,
) -> Savings:
    """The case of a household that buys its system (cash or loan) and has it completed on `day`.

    `benefit_contribution_rate` is per kW: a month for Con Edison, a day for PSEG Long Island.
    """
    size = system_size_kw(annual_kwh, roof, roof_area_m2)
    production = annual_production_kwh(size, specific_yield(roof).typical)
    gross = cost_range(size, roof).typical
    open_to = incentives_on(
        incentives, day, utility=utility, financing=Financing.CASH, income_qualified=income_qualified
    )
    applied = apply_incentives(open_to, gross_cost=gross, system_kw=size)
    contribution = benefit_contribution_per_year(size, benefit_contribution_rate, per_day=utility is Utility.PSEG_LI)
    yearly = annual_savings(production, annual_kwh, rate_usd_per_kwh, contribution)
    return Savings(
        system_kw=size,
        annual_production_kwh=production,
        gross_cost=gross,
        incentives=applied,
        net_cost=gross - _sum(applied),
        annual_savings=yearly,
        payback_years=payback_years(gross, applied, yearly) if size > 0 else None,
    )


def _once(incentive: Incentive, amount: Decimal, cost_left: Decimal) -> AppliedIncentive:
    return AppliedIncentive(incentive.code, _capped(amount, incentive.cap_usd, max(cost_left, Decimal(0))), 1)


def _capped(amount: Decimal, *caps: Decimal | None) -> Decimal:
    return cents(min([amount, *(cap for cap in caps if cap is not None)]))


def _sum(applied: Sequence[AppliedIncentive]) -> Decimal:
    return sum((a.total for a in applied), Decimal(0))
