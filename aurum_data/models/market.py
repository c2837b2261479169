"""The NYC market: ZIP codes, demographics, electric rates, incentives, and where each figure comes from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from aurum_data.models.base import (
    REFERENCE,
    Base,
    Created,
    Day,
    Json,
    Key,
    No,
    Rate,
    Score,
    Share,
    Usd,
    Word,
    Yes,
    Zero,
    ZeroUsd,
    in_range,
    one_of,
)
from aurum_data.rules.geography import Borough, Utility

Count = Mapped[int | None]


class NycZipCode(Base):
    """A ZIP code of the city with its market. `nyc_figure_sources` says where each figure comes from."""

    __tablename__ = "nyc_zip_codes"
    id: Mapped[Key]
    zip_code: Mapped[Word] = mapped_column(unique=True)
    borough: Mapped[Word]
    county_fips: Mapped[Word]
    neighborhood: Mapped[Word | None]
    kind: Mapped[Word] = mapped_column(comment="standard, po_box, unique")
    is_residential: Mapped[Yes]
    modzcta: Mapped[Word | None] = mapped_column(comment="the modified ZCTA whose census figures it shares")
    is_modzcta_primary: Mapped[No] = mapped_column(comment="the one ZIP of its MODZCTA whose counts may be summed")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    # Demographics and housing (the rest is in nyc_demographics)
    population: Count
    households: Count
    median_age: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    median_household_income_usd: Mapped[int | None] = mapped_column(comment="interpolated from bands: estimate")
    owner_share: Mapped[Share | None] = mapped_column(comment="1 - renting / households: estimate")
    low_rise_share: Mapped[Share | None] = mapped_column(comment="share of homes on lots of one to four homes")
    median_home_value_usd: Mapped[int | None] = mapped_column(comment="empty until a source gives it")
    # Electricity
    utility: Mapped[Word]
    utility_needs_review: Mapped[No] = mapped_column(comment="the utility depends on the address")
    average_electric_rate_usd_kwh: Mapped[Rate | None]
    peak_demand_kw: Mapped[Decimal | None] = mapped_column(Numeric(10, 1), comment="empty until a source gives it")
    # Solar market
    solar_installations: Mapped[int | None] = mapped_column(comment="estimate until measured")
    solar_adoption_rate: Mapped[Share | None] = mapped_column(comment="installations / owner households")
    average_installation_cost_usd_per_watt: Mapped[Rate | None]
    average_annual_savings_usd: Mapped[Usd | None] = mapped_column(comment="of a typical home: estimate")
    installer_count: Count
    competition_intensity: Mapped[Score | None] = mapped_column(comment="0 to 100")
    market_saturation: Mapped[Share | None]
    market_maturity: Mapped[Word | None] = mapped_column(comment="emerging, growing, mature, saturated")
    solar_potential_score: Mapped[Score | None] = mapped_column(comment="0 to 100, rules/market.py")
    is_high_value: Mapped[No]
    updated_at: Mapped[Created]
    __table_args__ = (
        one_of("borough", Borough),
        one_of("utility", Utility),
        one_of("kind", ["standard", "po_box", "unique"]),
        one_of("market_maturity", ["emerging", "growing", "mature", "saturated"]),
        CheckConstraint("zip_code ~ '^[0-9]{5}$'", name="zip_code_format"),
        in_range("owner_share", 0, 1),
        in_range("solar_adoption_rate", 0, 1),
        in_range("solar_potential_score", 0, 100),
        Index("idx_zip_borough_income", "borough", "median_household_income_usd"),
        Index("idx_zip_income", "median_household_income_usd"),
        Index("idx_zip_solar_potential", "solar_potential_score", "borough"),
        {"info": REFERENCE},
    )


class NycFigureSource(Base):
    """Where a market figure comes from: of all ZIP codes (zip_code null) or of one."""

    __tablename__ = "nyc_figure_sources"
    id: Mapped[Key]
    figure: Mapped[Word] = mapped_column(comment="column of nyc_zip_codes or nyc_demographics")
    zip_code: Mapped[Word | None]
    basis: Mapped[Word] = mapped_column(comment="measured or estimated")
    source: Mapped[Word]
    method: Mapped[Word | None]
    as_of: Mapped[Day]
    __table_args__ = (
        UniqueConstraint("figure", "zip_code", postgresql_nulls_not_distinct=True),
        one_of("basis", ["measured", "estimated"]),
        {"info": REFERENCE},
    )


class NycDemographics(Base):
    """Census figures of a ZIP code's MODZCTA (ACS 5-year); reference/data says which variable each one is."""

    __tablename__ = "nyc_demographics"
    id: Mapped[Key]
    zip_code: Mapped[Word] = mapped_column(ForeignKey("nyc_zip_codes.zip_code"))
    acs_year: Mapped[int] = mapped_column(comment="last year of the five")
    modzcta: Mapped[Word]
    population: Count
    population_margin: Mapped[int | None] = mapped_column(comment="90 % margin of error")
    age_under_18: Count
    age_18_34: Count
    age_35_54: Count
    age_55_64: Count
    age_65_plus: Count
    households: Count
    households_margin: Count
    income_under_25k: Count
    income_25k_50k: Count
    income_50k_75k: Count
    income_75k_100k: Count
    income_100k_150k: Count
    income_150k_200k: Count
    income_200k_plus: Count
    median_household_income_usd: Mapped[int | None] = mapped_column(comment="interpolated from bands: estimate")
    education_population: Mapped[int | None] = mapped_column(comment="people of 25 years and more")
    education_high_school: Count
    education_bachelor: Count
    education_graduate: Count
    renting_households: Count
    mortgaged_households: Count
    heating_gas: Count
    heating_electric: Count
    heating_oil: Count
    heating_solar: Count
    heating_other: Count
    vehicles_none: Mapped[int | None] = mapped_column(comment="households without a vehicle")
    vehicles_one: Count
    vehicles_two_plus: Count
    computer_households: Count
    broadband_households: Count
    language_english_only: Count
    language_spanish: Count
    language_other: Count
    environmental_consciousness_score: Mapped[Score | None] = mapped_column(comment="0 to 100, rules/market.py")
    technology_adoption_score: Mapped[Score | None] = mapped_column(comment="0 to 100, rules/market.py")
    __table_args__ = (
        UniqueConstraint("zip_code", "acs_year"),
        in_range("environmental_consciousness_score", 0, 100),
        in_range("technology_adoption_score", 0, 100),
        {"info": REFERENCE},
    )


class NycElectricRate(Base):
    """A component of an electric tariff over a period; a component's periods do not overlap."""

    __tablename__ = "nyc_electric_rates"
    id: Mapped[Key]
    utility: Mapped[Word]
    zip_code: Mapped[Word | None] = mapped_column(comment="null: the utility's whole territory")
    rate_plan: Mapped[Word] = mapped_column(comment="CE_SC1_R1, CE_SC1_R3_TOU, LI_194 ...")
    component: Mapped[Word] = mapped_column(
        comment="customer_charge, delivery, supply, demand, solar_charge, all_in_average"
    )
    season: Mapped[Word] = mapped_column(
        server_default=text("'all'"), comment="all, summer, winter, or a month 01 to 12"
    )
    time_of_use: Mapped[Word] = mapped_column(
        server_default=text("'all'"), comment="all, peak, off_peak, super_peak ..."
    )
    tier_from_kwh: Mapped[Zero] = mapped_column(comment="monthly use from which it applies")
    unit: Mapped[Word] = mapped_column(comment="usd_per_kwh, usd_per_month, usd_per_day, usd_per_kw, usd_per_kw_month")
    rate: Mapped[Rate]
    effective: Mapped[Range[date]] = mapped_column(DATERANGE)
    is_solar_specific: Mapped[No]
    source: Mapped[Word]
    source_grade: Mapped[Word] = mapped_column(comment="A official, B secondary, C single source, D derived")
    note: Mapped[Word | None]
    corrected_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Created]
    __table_args__ = (
        one_of("utility", Utility),
        one_of("source_grade", ["A", "B", "C", "D", "GK"]),
        ExcludeConstraint(
            ("utility", "="),
            (text("coalesce(zip_code, '')"), "="),
            ("rate_plan", "="),
            ("component", "="),
            ("season", "="),
            ("time_of_use", "="),
            ("tier_from_kwh", "="),
            ("effective", "&&"),
            name="ex_nyc_electric_rates_no_overlap",
            using="gist",
        ),
        Index("idx_rate_utility_plan", "utility", "rate_plan", "component"),
        {"info": REFERENCE},
    )


class NycIncentive(Base):
    """A solar incentive over a period; ended ones stay, and never count after their end."""

    __tablename__ = "nyc_incentives"
    id: Mapped[Key]
    incentive_code: Mapped[Word]
    incentive_name: Mapped[Word]
    level: Mapped[Word]
    utility: Mapped[Word | None] = mapped_column(comment="null: both")
    zip_code: Mapped[Word | None] = mapped_column(comment="null: the whole city")
    basis: Mapped[Word] = mapped_column(
        comment="pct_cost, pct_cost_per_year, usd_per_watt, tax_exempt, assessment_exempt"
    )
    amount: Mapped[Rate]
    years: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    cap_usd: Mapped[Usd | None] = mapped_column(comment="per year where the basis is per year")
    eligibility: Mapped[Word]
    requirements: Mapped[Json] = mapped_column(comment="machine-readable: ownership, income, size limit, tax class")
    effective: Mapped[Range[date]] = mapped_column(DATERANGE)
    authority: Mapped[Word]
    source: Mapped[Word]
    source_grade: Mapped[Word]
    __table_args__ = (
        one_of("level", ["federal", "state", "local", "utility"]),
        one_of("utility", Utility),
        one_of("basis", ["pct_cost", "pct_cost_per_year", "usd_per_watt", "tax_exempt", "assessment_exempt"]),
        ExcludeConstraint(
            ("incentive_code", "="),
            (text("coalesce(zip_code, '')"), "="),
            ("effective", "&&"),
            name="ex_nyc_incentives_no_overlap",
            using="gist",
        ),
        Index("idx_incentive_zip_level", "zip_code", "level"),
        {"info": REFERENCE},
    )


class NycIncentiveUsage(Base):
    """How often an incentive applied to leads that arrived on one New York day in one ZIP code."""

    __tablename__ = "nyc_incentive_usage"
    id: Mapped[Key]
    incentive_code: Mapped[Word]
    zip_code: Mapped[Word]
    date: Mapped[Day]
    lead_count: Mapped[Zero]
    estimated_value_usd: Mapped[ZeroUsd] = mapped_column(comment="sum over those leads: estimate")
    __table_args__ = (UniqueConstraint("incentive_code", "zip_code", "date"), {"info": REFERENCE})
