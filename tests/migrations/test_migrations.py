"""Migrations go up, down and up again, and leave exactly what the models and the stored schema say."""

from __future__ import annotations

import warnings
from pathlib import Path

import psycopg
import pytest

from aurum_data.operations import drift, migrations
from aurum_data.operations.account import server_account
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.operations.programs import find_programs


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


def test_down_to_base_leaves_nothing_and_up_again_restores(urls: PairUrls, owner: psycopg.Connection, pg_dump) -> None:
    owner.execute("INSERT INTO leads (zip_code, borough, utility) VALUES ('11215', 'Brooklyn', 'CON_EDISON')")
    migrations.downgrade(urls.owner)
    left = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'pg_stat_%'"
        " AND relname NOT LIKE 'alembic_version%'"
    ).fetchall()
    assert left == []
    migrations.upgrade(urls.owner)
    assert drift.schema_differences(urls.owner, pg_dump) == []
