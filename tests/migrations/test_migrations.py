"""Migrations go up, down and up again, and leave exactly what the models and the stored schema say."""

from __future__ import annotations

import warnings
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from aurum_data.operations import drift, migrations
from aurum_data.operations.account import server_account
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.operations.programs import find_programs
from aurum_data.reference.load import load_reference
from aurum_data.sample.generate import generate
from aurum_data.sample.people import ensure_people
from aurum_data.security.encryption import Keyring


@pytest.fixture
def pg_dump(pair: LocalPair):
    return Path(find_programs(pair.state, None, server_account()).path("pg_dump"))


def test_database_is_at_the_revision_the_code_needs(urls: PairUrls) -> None:
    assert migrations.current(urls.owner) == migrations.heads()


def test_models_and_database_do_not_drift(urls: PairUrls) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Computed default")
        assert drift.model_differences(urls.owner) == []


def test_stored_schema_equals_the_database(urls: PairUrls, pg_dump) -> None:
    assert drift.schema_differences(urls.owner, pg_dump) == []


def test_a_changed_check_is_drift(urls: PairUrls, owner: psycopg.Connection, pg_dump) -> None:
    owner.execute("ALTER TABLE leads DROP CONSTRAINT ck_leads_lead_score_range")
    assert any("ck_leads_lead_score_range" in line for line in drift.schema_differences(urls.owner, pg_dump))


@pytest.fixture
def filled(urls: PairUrls, tmp_path: Path, keyring: Keyring) -> PairUrls:
    """The database with reference data, people and leads: rows in every table that people or jobs do not fill."""
    engine = create_engine(urls.owner)
    with engine.begin() as connection:
        load_reference(connection)
        ensure_people(connection, tmp_path)
    engine.dispose()
    generate(urls.owner, leads=200, seed=3, keyring=keyring, progress=lambda _: None)
    return urls


def test_filled_database_goes_down_to_nothing_and_up_again(
    filled: PairUrls, owner: psycopg.Connection, pg_dump
) -> None:
    assert owner.execute("SELECT count(*) FROM leads").fetchone() == (200,)
    migrations.downgrade(filled.owner)
    left = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'pg_stat_%'"
        " AND relname NOT LIKE 'alembic_version%'"
    ).fetchall()
    assert left == []
    migrations.upgrade(filled.owner)
    assert drift.schema_differences(filled.owner, pg_dump) == []


def test_the_newest_revisions_go_down_and_up_with_the_rows_kept(filled: PairUrls, owner: psycopg.Connection) -> None:
    kept = (
        "SELECT (SELECT count(*) FROM leads), (SELECT count(*) FROM users),"
        " (SELECT sum(amount_usd) FROM b2b_revenue_transactions)"
    )
    before = owner.execute(kept).fetchone()
    migrations.downgrade(filled.owner, "0003")
    migrations.upgrade(filled.owner)
    assert owner.execute(kept).fetchone() == before
