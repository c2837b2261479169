"""Load the reference files into the database: write what is new or changed, leave the rest alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

import psycopg
from psycopg import Cursor
from psycopg.sql import SQL, Composable, Composed, Identifier
from sqlalchemy import Connection

from aurum_data import clock
from aurum_data.reference import records
from aurum_data.reference.records import Values

RATE_KEY = ("utility", "rate_plan", "component", "season", "time_of_use", "tier_from_kwh")


def load_reference(connection: Connection, day: date | None = None) -> dict[str, int]:
    """Bring the reference tables up to the files, in the caller's transaction; rows written, by table.

    Loading the same files again writes nothing. `day` (today by default) decides which electric rate counts.
    Rows of a single ZIP, corrected rates and figures that no file gives (home values, installers, peak
    demand) are kept.
    """
    day = day or clock.today()
    raw = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with raw.cursor() as cursor:
        return {
            "nyc_zip_codes": _upsert(cursor, "nyc_zip_codes", ("zip_code",), records.zip_codes(day), stamp=True),
            "nyc_demographics": _upsert(cursor, "nyc_demographics", ("zip_code", "acs_year"), records.demographics()),
            "nyc_figure_sources": _upsert(
                cursor, "nyc_figure_sources", ("figure", "zip_code"), records.figure_sources()
            ),
            "nyc_electric_rates": _replace(cursor, "nyc_electric_rates", RATE_KEY, records.electric_rates()),
            "nyc_incentives": _replace(cursor, "nyc_incentives", ("incentive_code",), records.incentives()),
        }


def _upsert(cursor: Cursor[Any], table: str, key: Sequence[str], values: list[Values], *, stamp: bool = False) -> int:
    """Insert or update by a unique key; unchanged rows are not written. `stamp` sets updated_at."""
    incoming = _copy_in(cursor, table, values)
    columns = [Identifier(name) for name in values[0]]
    assignments: list[Composable] = [SQL("{0} = excluded.{0}").format(column) for column in columns]
    if stamp:
        assignments.append(SQL("updated_at = now()"))
    cursor.execute(
        SQL(
            "INSERT INTO {table} AS old ({columns}) SELECT {columns} FROM {incoming} "
            "ON CONFLICT ({key}) DO UPDATE SET {assignments} "
            "WHERE ({old}) IS DISTINCT FROM ({new})"
        ).format(
            table=Identifier(table),
            incoming=incoming,
            key=_list(Identifier(name) for name in key),
            columns=_list(columns),
            assignments=_list(assignments),
            old=_list(SQL("old.{}").format(column) for column in columns),
            new=_list(SQL("excluded.{}").format(column) for column in columns),
        )
    )
    return cursor.rowcount


def _replace(cursor: Cursor[Any], table: str, key: Sequence[str], values: list[Values]) -> int:
    """Make the city-wide periods of each key those of the file, except for keys that a person has corrected.

    Periods must not overlap, so rows that differ go first; then what is missing comes in.
    """
    incoming = _copy_in(cursor, table, values)
    columns = [Identifier(name) for name in values[0]]
    parts = {
        "table": Identifier(table),
        "incoming": incoming,
        "columns": _list(columns),
        "old": _list(SQL("old.{}").format(column) for column in columns),
        "new": _list(SQL("new.{}").format(column) for column in columns),
        "same_key": _all(SQL("old.{0} = new.{0}").format(Identifier(name)) for name in key),
        "corrected": _corrected(table, key),
    }
    cursor.execute(
        SQL(
            "DELETE FROM {table} AS old WHERE old.zip_code IS NULL AND NOT {corrected} "
            "AND EXISTS (SELECT FROM {incoming} AS new WHERE {same_key}) "
            "AND NOT EXISTS (SELECT FROM {incoming} AS new WHERE ({old}) IS NOT DISTINCT FROM ({new}))"
        ).format(**parts)
    )
    cursor.execute(
        SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {incoming} ON CONFLICT DO NOTHING").format(**parts)
    )
    return cursor.rowcount


def _corrected(table: str, key: Sequence[str]) -> Composable:
    """Condition: a row of the same key bears a person's correction. Only rates can be corrected."""
    if table != "nyc_electric_rates":
        return SQL("false")
    same_key = _all(SQL("old.{0} = mended.{0}").format(Identifier(name)) for name in key)
    return SQL(
        "EXISTS (SELECT FROM {table} AS mended WHERE {same_key} AND mended.zip_code IS NULL "
        "AND mended.corrected_by IS NOT NULL)"
    ).format(table=Identifier(table), same_key=same_key)


def _copy_in(cursor: Cursor[Any], table: str, values: list[Values]) -> Identifier:
    """Copy rows into a temporary table with the columns they have; its name."""
    incoming = Identifier(f"incoming_{table}")
    columns = _list(Identifier(name) for name in values[0])
    cursor.execute(SQL("DROP TABLE IF EXISTS pg_temp.{}").format(incoming))
    cursor.execute(
        SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            incoming, columns, Identifier(table)
        )
    )
    with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(incoming, columns)) as copy:
        for row in values:
            copy.write_row(tuple(row.values()))
    return incoming


def _list(parts: Iterable[Composable]) -> Composed:
    return SQL(", ").join(parts)


def _all(conditions: Iterable[Composable]) -> Composed:
    return SQL(" AND ").join(conditions)
