"""No table that can hold a person's data is forgotten: each has its treatment in an erasure, or its reason for none."""

from __future__ import annotations

import psycopg
import pytest

from aurum_data.operations.cluster import PairUrls
from aurum_data.rules.personal_data import ELSEWHERE, OF_A_LEAD

Connection = psycopg.Connection[tuple[object, ...]]
LEAD_KEYS = {"lead_id", "lead_ref", "older_ref", "duplicate_of"}
# Columns that can hold anything: text, JSON, bytes, addresses and lists of text; not those that a check ties to words
# of ours. The queue has tables of its own, with ids alone.
COLUMNS = """
    SELECT c.relname, a.attname,
           (t.typname IN ('text', 'jsonb', 'json', 'bytea', 'inet', '_text', '_bytea', 'varchar', 'tsvector')
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                            AND k.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(k.oid) ~ '= ANY'))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname !~ '^procrastinate_' AND c.relname <> 'alembic_version'
    ORDER BY c.relname, a.attnum
"""


def catalog(connection: Connection) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Of each table: all columns, and those that can hold anything."""
    every: dict[str, set[str]] = {}
    free: dict[str, set[str]] = {}
    for table, column, can_hold_anything in connection.execute(COLUMNS):
        every.setdefault(str(table), set()).add(str(column))
        free.setdefault(str(table), set()).update({str(column)} if can_hold_anything else set())
    return every, free


def forgotten(connection: Connection) -> list[str]:
    """Tables and columns that nobody has thought about."""
    every, free = catalog(connection)
    found = []
    for table, columns in every.items():
        erasure = OF_A_LEAD.get(table)
        if erasure is None:
            if columns & LEAD_KEYS or (free[table] and table not in ELSEWHERE):
                found.append(table)
        elif not erasure.deletes:
            thought_of = set(erasure.empties) | set(erasure.keeps)
            found += [f"{table}.{column}" for column in sorted(free[table] - thought_of)]
    return found


@pytest.fixture
def connection(shared_urls: PairUrls):
    with psycopg.connect(shared_urls.owner.replace("+psycopg", "")) as opened:
        yield opened
        opened.rollback()


def test_nothing_is_forgotten(connection: Connection) -> None:
    assert forgotten(connection) == []


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("CREATE TABLE lead_visits (lead_id uuid, at timestamptz)", "lead_visits"),
        ("CREATE TABLE tellings (told text)", "tellings"),
        ("CREATE TABLE scans (document bytea, lead_ref uuid)", "scans"),
        ("ALTER TABLE leads ADD COLUMN maiden_name text", "leads.maiden_name"),
        ("ALTER TABLE lead_calls ADD COLUMN transcript jsonb", "lead_calls.transcript"),
    ],
)
def test_what_is_new_is_named_until_somebody_has_thought_about_it(
    connection: Connection, made: str, found: str
) -> None:
    connection.execute(made)  # type: ignore[call-overload]
    assert forgotten(connection) == [found]


def test_only_what_exists_is_thought_about(connection: Connection) -> None:
    every, _ = catalog(connection)
    assert set(OF_A_LEAD) | set(ELSEWHERE) <= set(every)
    assert not set(OF_A_LEAD) & set(ELSEWHERE)
    for table, erasure in OF_A_LEAD.items():
        assert set(erasure.empties) | set(erasure.keeps) <= every[table], table
        assert not set(erasure.empties) & set(erasure.keeps), table


def test_what_is_emptied_can_be(connection: Connection) -> None:
    """A column that loses its value takes null, or has an empty default."""
    fixed = {
        (str(table), str(column))
        for table, column in connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND is_nullable = 'NO' AND column_default IS NULL"
        )
    }
    assert [(t, c) for t, erasure in OF_A_LEAD.items() for c in erasure.empties if (t, c) in fixed] == []
