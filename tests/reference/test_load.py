"""Loading the reference files: complete, repeatable, and careful with what people have corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Connection, create_engine, text

from aurum_data.operations.cluster import PairUrls
from aurum_data.reference.load import load_reference

TODAY = date(2026, 11, 22)


@pytest.fixture
def connection(shared_urls: PairUrls) -> Iterator[Connection]:
    """A transaction as aurum_owner, rolled back at the end, with the reference data loaded."""
    engine = create_engine(shared_urls.owner)
    with engine.connect() as opened:
        load_reference(opened, TODAY)
        yield opened
        opened.rollback()
    engine.dispose()


def value(connection: Connection, query: str, **parameters: object) -> object:
    return connection.execute(text(query), parameters).scalar_one()


def person(connection: Connection) -> UUID:
    """Somebody who may correct a rate."""
    query = "INSERT INTO users (username, full_name) VALUES ('rae', 'Rae Corrector') RETURNING id"
    return connection.execute(text(query)).scalar_one()


def test_first_load_writes_every_row(shared_urls: PairUrls) -> None:
    engine = create_engine(shared_urls.owner)
    with engine.connect() as connection:
        written = load_reference(connection, TODAY)
        connection.rollback()
    engine.dispose()
    assert written == {
        "nyc_zip_codes": 268,
        "nyc_demographics": 180,
        "nyc_figure_sources": 56,
        "nyc_electric_rates": 78,
        "nyc_incentives": 13,
    }


def test_second_load_writes_nothing(connection: Connection) -> None:
    assert set(load_reference(connection, TODAY).values()) == {0}


def test_a_changed_figure_is_brought_back(connection: Connection) -> None:
    connection.execute(text("UPDATE nyc_zip_codes SET population = 1 WHERE zip_code = '11215'"))
    assert load_reference(connection, TODAY)["nyc_zip_codes"] == 1
    assert value(connection, "SELECT population FROM nyc_zip_codes WHERE zip_code = '11215'") > 50_000


def test_a_figure_that_no_file_gives_is_kept(connection: Connection) -> None:
    connection.execute(text("UPDATE nyc_zip_codes SET median_home_value_usd = 900000 WHERE zip_code = '11215'"))
    load_reference(connection, TODAY)
    found = value(connection, "SELECT median_home_value_usd FROM nyc_zip_codes WHERE zip_code = '11215'")
    assert found == 900_000


def test_counts_of_the_primary_zips_add_up(connection: Connection) -> None:
    total = "SELECT sum({}) FROM nyc_zip_codes WHERE is_modzcta_primary"
    assert value(connection, total.format("population")) == 8_516_185
    assert value(connection, total.format("solar_installations")) == 43_000


def test_a_zip_that_shares_an_area_has_its_figures_but_is_not_primary(connection: Connection) -> None:
    rows = connection.execute(
        text(
            "SELECT zip_code, population, is_modzcta_primary FROM nyc_zip_codes "
            "WHERE modzcta = '11211' ORDER BY zip_code"
        )
    ).all()
    assert [(row.zip_code, row.is_modzcta_primary) for row in rows] == [("11211", True), ("11249", False)]
    assert rows[0].population == rows[1].population


def test_offices_and_boxes_bear_no_census_figures(connection: Connection) -> None:
    query = "SELECT count(*) FROM nyc_zip_codes WHERE NOT is_residential AND population IS NOT NULL"
    assert value(connection, query) == 0


def test_every_estimated_or_measured_figure_of_a_zip_has_a_source(connection: Connection) -> None:
    query = """
        SELECT string_agg(column_name, ' ' ORDER BY column_name)
        FROM information_schema.columns
        WHERE table_name IN ('nyc_zip_codes', 'nyc_demographics')
          AND (data_type IN ('integer', 'numeric') OR column_name = 'market_maturity')
          AND column_name NOT IN (SELECT figure FROM nyc_figure_sources)
    """
    without_source = "acs_year installer_count latitude longitude median_home_value_usd peak_demand_kw"
    assert value(connection, query) == without_source


def test_a_rate_that_differs_from_the_file_is_replaced(connection: Connection) -> None:
    connection.execute(text("UPDATE nyc_electric_rates SET rate = 9 WHERE component = 'demand'"))
    assert load_reference(connection, TODAY)["nyc_electric_rates"] == 6
    assert value(connection, "SELECT max(rate) FROM nyc_electric_rates WHERE component = 'demand'") == Decimal("30.68")


def test_a_corrected_rate_survives_the_next_load(connection: Connection) -> None:
    connection.execute(
        text(
            "UPDATE nyc_electric_rates SET rate = 0.36, corrected_by = :person "
            "WHERE utility = 'CON_EDISON' AND component = 'all_in_average' AND effective @> :day"
        ),
        {"person": person(connection), "day": TODAY},
    )
    assert load_reference(connection, TODAY)["nyc_electric_rates"] == 0
    corrected = "SELECT rate FROM nyc_electric_rates WHERE component = 'all_in_average' AND corrected_by IS NOT NULL"
    assert value(connection, corrected) == Decimal("0.36")


def test_the_history_beside_a_corrected_rate_survives_too(connection: Connection) -> None:
    same = "utility = 'CON_EDISON' AND rate_plan = 'CE_SC1_R1' AND component = 'customer_charge'"
    connection.execute(
        text(
            f"UPDATE nyc_electric_rates SET effective = daterange('2026-02-01', '2026-11-22') "
            f"WHERE {same} AND effective @> date '2026-11-22'"
        )
    )
    connection.execute(
        text(
            "INSERT INTO nyc_electric_rates (utility, rate_plan, component, unit, rate, effective, source, "
            "source_grade, corrected_by) VALUES ('CON_EDISON', 'CE_SC1_R1', 'customer_charge', "
            "'usd_per_month', 22, daterange('2026-11-22', NULL), 'bill', 'A', :person)"
        ),
        {"person": person(connection)},
    )
    load_reference(connection, TODAY)
    rows = connection.execute(text(f"SELECT rate FROM nyc_electric_rates WHERE {same} ORDER BY effective")).scalars()
    assert list(rows) == [Decimal(20), Decimal(21), Decimal(22)]


def test_a_rate_of_one_zip_is_kept(connection: Connection) -> None:
    connection.execute(
        text(
            "INSERT INTO nyc_electric_rates (utility, zip_code, rate_plan, component, unit, rate, "
            "effective, source, source_grade) "
            "VALUES ('PSEG_LI', '11693', 'LI_180', 'all_in_average', 'usd_per_kwh', 0.26, "
            "daterange('2026-01-01', NULL), 'bill', 'A')"
        )
    )
    load_reference(connection, TODAY)
    assert value(connection, "SELECT count(*) FROM nyc_electric_rates WHERE zip_code = '11693'") == 1


def test_the_ended_federal_credit_is_stored_and_no_longer_in_effect(connection: Connection) -> None:
    query = "SELECT effective @> :day FROM nyc_incentives WHERE incentive_code = 'FED_25D'"
    assert value(connection, query, day=date(2025, 12, 31)) is True
    assert value(connection, query, day=date(2026, 1, 1)) is False


def test_scores_lie_within_their_range(connection: Connection) -> None:
    query = """
        SELECT count(*) FROM nyc_demographics
        WHERE environmental_consciousness_score IS NULL OR technology_adoption_score IS NULL
    """
    assert value(connection, query) == 0
