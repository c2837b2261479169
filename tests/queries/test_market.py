"""The Market screen's figures: areas, boroughs, rankings, one ZIP code, what is in force on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from aurum_data.errors import NotFound
from aurum_data.models.analytics import NycMarketIntelligence
from aurum_data.models.market import NycElectricRate
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.queries import market, market_zip
from aurum_data.queries.market import Measure
from aurum_data.reference.load import load_reference
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.market import GrowthTrend

TODAY = date(2026, 11, 22)
PERIOD: dict[str, date] = {"first": date(2026, 10, 24), "last": TODAY}
BEFORE: dict[str, date] = {"compare_first": date(2026, 9, 24), "compare_last": date(2026, 10, 23)}


@pytest.fixture(scope="module")
def reference_urls(pair: LocalPair) -> Iterator[PairUrls]:
    """A database with the reference data and nothing else."""
    name = f"market_{uuid4().hex}"
    urls = pair.create_database(name, "template_aurum")
    engine = create_engine(urls.owner)
    with engine.begin() as connection:
        load_reference(connection, TODAY)
    engine.dispose()
    yield urls
    pair.drop_database(name)


@pytest.fixture(scope="module")
def connection(reference_urls: PairUrls) -> Iterator[Connection]:
    """As aurum_app, so that tests can arrange rows; each test rolls back."""
    engine = create_engine(reference_urls.primary)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    with Session(connection) as opened:
        yield opened
        opened.rollback()


def make_day(session: Session, zip_code: str, day: date, **values: Any) -> None:
    """What we did in a ZIP code on a day."""
    borough = session.scalar(text("SELECT borough FROM nyc_zip_codes WHERE zip_code = :z"), {"z": zip_code})
    defaults = {"borough": borough or Borough.QUEENS, "total_leads": 1, "total_revenue": Decimal(0)}
    session.add(NycMarketIntelligence(**{"zip_code": zip_code, "date": day, **defaults, **values}))
    session.flush()


def zips(session: Session, **values: Any) -> pd.DataFrame:
    return market.zip_market(session, **{**PERIOD, "day": TODAY, **values})


def one(frame: pd.DataFrame, zip_code: str) -> dict[str, Any]:
    return frame.set_index("zip_code").loc[zip_code].to_dict()


def test_every_zip_code_of_the_city_has_a_row(session: Session) -> None:
    frame = zips(session)

    assert len(frame) == 268
    assert frame["zip_code"].is_monotonic_increasing
    assert len(market.areas(frame)) == 177


def test_leads_and_money_are_those_of_the_period_both_ends_included(session: Session) -> None:
    for back in (-1, 0, 29, 30):
        make_day(session, "11234", TODAY - timedelta(days=back), total_leads=10, total_revenue=Decimal("80.10"))

    row = one(zips(session), "11234")

    assert (row["leads"], row["revenue_usd"]) == (20, Decimal("160.20"))


def test_zip_codes_that_share_census_figures_share_their_leads(session: Session) -> None:
    make_day(session, "11211", TODAY, total_leads=30)
    make_day(session, "11249", TODAY, total_leads=12)

    frame = zips(session)

    assert (one(frame, "11211")["zip_leads"], one(frame, "11249")["zip_leads"]) == (30, 12)
    assert one(frame, "11211")["leads"] == one(frame, "11249")["leads"] == 42


def test_lead_rate_is_of_the_area_per_thousand_owner_households(session: Session) -> None:
    make_day(session, "11211", TODAY, total_leads=30)
    make_day(session, "11249", TODAY, total_leads=12)

    row = one(zips(session), "11211")

    assert row["leads_per_1000_owners"] == pytest.approx(42_000 / row["owner_households"])


def test_area_with_few_owner_households_has_no_rate(session: Session) -> None:
    session.execute(text("UPDATE nyc_zip_codes SET households = 398, owner_share = 0.5 WHERE zip_code = '11234'"))
    make_day(session, "11234", TODAY)

    assert pd.isna(one(zips(session), "11234")["leads_per_1000_owners"])


def test_bill_of_an_area_is_the_mean_of_its_leads(session: Session) -> None:
    make_day(session, "11211", TODAY, total_leads=3, average_monthly_bill_usd=100)
    make_day(session, "11249", TODAY, total_leads=1, average_monthly_bill_usd=200)
    make_day(session, "11249", TODAY - timedelta(days=1), total_leads=9)

    assert one(zips(session), "11249")["average_monthly_bill_usd"] == Decimal("125.00")


def test_borough_filter_keeps_its_zip_codes(session: Session) -> None:
    frame = zips(session, boroughs=["Queens", "Bronx"])

    assert set(frame["borough"]) == {"Queens", "Bronx"}


def test_savings_follow_the_rate_in_force_on_the_day(session: Session) -> None:
    before, now = zips(session, day=date(2025, 6, 30)), zips(session)

    assert one(before, "11234")["electric_rate"] == Decimal("0.338300")
    assert one(now, "11234")["electric_rate"] == Decimal("0.350000")
    assert one(now, "11234")["annual_savings_usd"] > one(before, "11234")["annual_savings_usd"]


def test_own_rate_of_a_zip_code_goes_before_its_utility_s(session: Session) -> None:
    columns = "utility, rate_plan, component, season, time_of_use, tier_from_kwh, unit, effective, source, source_grade"
    session.execute(
        text(
            f"INSERT INTO nyc_electric_rates (zip_code, rate, {columns}) SELECT '11234', 0.4, {columns}"
            " FROM nyc_electric_rates WHERE component = 'all_in_average' AND utility = 'CON_EDISON'"
            " AND effective @> date '2026-11-22'"
        )
    )

    frame = zips(session)

    assert one(frame, "11234")["electric_rate"] == Decimal("0.400000")
    assert one(frame, "11235")["electric_rate"] == Decimal("0.350000")
    assert market_zip.one_zip(session, zip_code="11234", day=TODAY).rate("all_in_average") == Decimal("0.400000")


def test_office_zip_code_bears_no_market_figures(session: Session) -> None:
    row = one(zips(session), "10118")

    assert pd.isna(row["population"])
    assert pd.isna(row["annual_savings_usd"])


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 267), st.integers(0, 60), st.integers(0, 500)), max_size=12))
def test_borough_sums_are_the_sums_of_primary_zip_codes(
    connection: Connection, rows: list[tuple[int, int, int]]
) -> None:
    with Session(connection) as session:
        codes = session.scalars(text("SELECT zip_code FROM nyc_zip_codes ORDER BY zip_code")).all()
        for (place, back), leads in {(place, back): leads for place, back, leads in rows}.items():
            make_day(session, codes[place], TODAY - timedelta(days=back), total_leads=leads)
        frame = zips(session)
        boroughs = market.borough_market(session, frame, **PERIOD).set_index("borough")
        session.rollback()
    primary = frame.loc[frame["is_primary"]].groupby("borough")
    for column in ("population", "households", "owner_households", "solar_installations"):
        assert boroughs[column].astype(int).to_dict() == primary[column].sum().astype(int).to_dict()
    # A post-office box may lie in no area: its leads count for the borough.
    assert boroughs["leads"].astype(int).to_dict() == frame.groupby("borough")["zip_leads"].sum().to_dict()


def test_city_holds_its_people_once(session: Session) -> None:
    totals = market.market_totals(market.borough_market(session, zips(session), **PERIOD))

    assert totals.population == 8_516_185


def test_borough_potential_is_weighted_by_owner_households(session: Session) -> None:
    frame = zips(session)
    bronx = frame.loc[frame["is_primary"] & (frame["borough"] == "Bronx")]
    expected = (bronx["solar_potential_score"] * bronx["owner_households"]).sum() / bronx["owner_households"].sum()

    boroughs = market.borough_market(session, frame, **PERIOD).set_index("borough")

    assert boroughs.loc["Bronx", "solar_potential_score"] == pytest.approx(expected)


def test_borough_counts_leads_of_a_zip_code_that_is_not_listed(session: Session) -> None:
    make_day(session, "11499", TODAY, borough=Borough.QUEENS, total_leads=7)

    boroughs = market.borough_market(session, zips(session), **PERIOD).set_index("borough")

    assert boroughs.loc["Queens", "leads"] == 7


def test_comparison_counts_the_period_before_only(session: Session) -> None:
    make_day(session, "11234", BEFORE["compare_last"], total_leads=5, total_revenue=Decimal(40))
    make_day(session, "11234", PERIOD["first"], total_leads=8)

    totals = market.market_totals(market.borough_market(session, zips(session), **PERIOD, **BEFORE))

    assert (totals.leads, totals.compare_leads, totals.compare_revenue_usd) == (8, 5, Decimal(40))


@pytest.mark.parametrize("measure", list(Measure))
def test_ranking_falls_from_the_first_to_the_last(session: Session, measure: Measure) -> None:
    make_day(session, "11234", TODAY, total_leads=9, total_revenue=Decimal(10))

    ranked = market.zip_ranking(zips(session), measure)

    values = ranked[measure].astype(float)
    assert values.is_monotonic_decreasing
    assert ranked["rank"].tolist() == list(range(1, len(ranked) + 1))
    ties = ranked.assign(value=values).groupby("value")["zip_code"].apply(lambda codes: codes.is_monotonic_increasing)
    assert ties.all()


def test_area_that_we_have_worked_through_is_not_the_best_to_buy_next(session: Session) -> None:
    best = market.best_next(zips(session))
    assert best is not None
    make_day(session, best, TODAY, market_penetration=Decimal("0.9"))

    assert market.best_next(zips(session)) not in {None, best}


def test_growth_compares_two_periods_and_fills_empty_days(session: Session) -> None:
    make_day(session, "11211", TODAY, total_leads=6)
    make_day(session, "11249", TODAY - timedelta(days=2), total_leads=6)
    make_day(session, "11211", BEFORE["compare_first"], total_leads=8)

    growth = market.zip_growth(session, zip_code="11211", **PERIOD, **BEFORE)

    assert (growth.leads, growth.compare_leads, growth.rate, growth.trend) == (12, 8, 0.5, GrowthTrend.RISING)
    assert len(growth.series) == 30
    assert growth.series["leads"].tolist()[-3:] == [6, 0, 6]


def test_long_period_is_drawn_in_whole_weeks_that_end_with_it(session: Session) -> None:
    make_day(session, "11211", TODAY, total_leads=6)

    first = TODAY - timedelta(days=99)
    growth = market.zip_growth(
        session, zip_code="11211", first=first, last=TODAY, compare_first=first, compare_last=TODAY
    )

    assert (growth.step_days, len(growth.series)) == (7, 14)
    assert growth.series["date"].iloc[-1] == TODAY - timedelta(days=6)
    assert growth.series["leads"].iloc[-1] == 6


@pytest.mark.parametrize("zip_code", ["11234", "11694", "10118"])
def test_one_zip_code_says_where_each_figure_comes_from(session: Session, zip_code: str) -> None:
    place = market_zip.one_zip(session, zip_code=zip_code, day=TODAY)
    shown = {name for name, value in place.figures.items() if value is not None}

    sources = place.sources.set_index("figure")
    for figure in shown & {"population", "owner_share", "solar_installations", "solar_adoption_rate", "heating_oil"}:
        assert sources.loc[figure, "basis"] in {"measured", "estimated"}
        assert sources.loc[figure, "source"]
        assert sources.loc[figure, "as_of"] <= TODAY


def test_source_of_one_zip_code_goes_before_the_city_s(session: Session) -> None:
    basis = {
        code: market_zip.figure_sources(session, zip_code=code).set_index("figure").loc["population", "basis"]
        for code in ("11004", "11234")
    }

    assert basis == {"11004": "estimated", "11234": "measured"}


def test_unknown_zip_code_is_said_so(session: Session) -> None:
    with pytest.raises(NotFound, match="07030"):
        market_zip.one_zip(session, zip_code="07030", day=TODAY)


@given(st.dates(date(2018, 1, 1), date(2040, 12, 31)))
@settings(max_examples=40)
def test_ended_incentives_never_appear_after_their_end(connection: Connection, day: date) -> None:
    with Session(connection) as session:
        frame = market_zip.incentives(session, day=day)
        session.rollback()
    for row in frame.to_dict("records"):
        assert pd.isna(row["first_day"]) or row["first_day"] <= day
        assert pd.isna(row["last_day"]) or day <= row["last_day"]


def test_federal_credit_of_households_is_over(session: Session) -> None:
    on = {
        day: set(market_zip.incentives(session, day=day)["incentive_code"])
        for day in (date(2025, 12, 31), date(2026, 1, 1))
    }

    assert "FED_25D" in on[date(2025, 12, 31)]
    assert "FED_25D" not in on[date(2026, 1, 1)]


def test_rockaways_have_the_rates_and_incentives_of_their_own_utility(session: Session) -> None:
    place = market_zip.one_zip(session, zip_code="11694", day=TODAY)

    assert set(place.rates["utility"]) == {Utility.PSEG_LI}
    assert "NYSUN_CONED_RES" not in set(place.incentives["incentive_code"])


def test_rates_are_those_in_force_on_the_day(session: Session) -> None:
    for day, charge in ((date(2026, 1, 31), Decimal(20)), (date(2026, 2, 1), Decimal(21))):
        frame = market_zip.rates(session, day=day, utility=Utility.CON_EDISON, rate_plan="CE_SC1_R1")
        assert frame.set_index("component").loc["customer_charge", "rate"] == charge


def test_household_case_counts_only_incentives_open_that_day(session: Session) -> None:
    for day, counts in ((date(2025, 12, 31), True), (TODAY, False)):
        case = market_zip.household_case(
            market_zip.one_zip(session, zip_code="11234", day=day), monthly_bill=Decimal(220), day=day
        )
        assert case is not None
        assert ("FED_25D" in {incentive.code for incentive in case.incentives}) is counts


def test_household_without_a_known_rate_has_no_case(session: Session) -> None:
    for row in session.query(NycElectricRate).filter_by(component="all_in_average"):
        session.delete(row)
    session.flush()

    place = market_zip.one_zip(session, zip_code="11234", day=TODAY)

    assert market_zip.household_case(place, monthly_bill=Decimal(220), day=TODAY) is None


def test_no_query_reads_the_leads_and_the_rollup_is_read_by_index(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO nyc_market_intelligence (zip_code, borough, date, total_leads)"
            " SELECT zip_code, borough, day, 1 FROM nyc_zip_codes,"
            " generate_series(date '2026-05-01', date '2026-11-22', interval '1 day') AS day"
        )
    )
    parameters = {**PERIOD, **BEFORE, "day": TODAY, "boroughs": None, "enough": 200, "zip_code": "11234"}
    statements = (market._ZIP_MARKET, market._OURS_BY_BOROUGH, market._GROWTH, market._LEADS_OF_AREA, market._KNOWN)
    for statement in statements:
        plan = session.execute(
            text(f"EXPLAIN {statement}"), {**parameters, "from": PERIOD["first"], "step": 1}
        ).scalars()
        nodes = "\n".join(plan)
        assert "Seq Scan on nyc_market_intelligence" not in nodes
        assert "b2b_revenue_transactions" not in nodes
        assert " on leads" not in nodes
