"""Rows as a frame: the dtypes asked for, whatever the rows hold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame

ROWS = text("""
    SELECT n, n::numeric / 4 AS price, NULL::numeric AS rate, array[n, n] AS trend, 'a' AS name
    FROM (VALUES (1), (2)) v (n)
""")


@pytest.fixture
def found(session: Session):
    return frame(session, ROWS, dtypes={"rate": "float64", "price": "float64"})


def test_columns_come_in_the_statements_order(found):
    assert list(found) == ["n", "price", "rate", "trend", "name"]


def test_named_columns_are_numbers_and_null_is_nan(found):
    assert found["price"].tolist() == [0.25, 0.5]
    assert found["rate"].dtype == "float64"
    assert found["rate"].isna().all()


def test_exact_decimals_stay_exact(session: Session):
    assert frame(session, ROWS)["price"].tolist() == [Decimal("0.25"), Decimal("0.5")]


def test_lists_stay_lists(found):
    assert found["trend"].tolist() == [[1, 1], [2, 2]]


def test_no_rows_still_have_their_columns(session: Session):
    empty = frame(session, text("SELECT 1 AS n, 2 AS price WHERE :some"), {"some": False}, {"price": "float64"})
    assert (list(empty), len(empty), str(empty["price"].dtype)) == (["n", "price"], 0, "float64")


def test_text_keeps_none_for_null(session: Session):
    rows = frame(session, text("SELECT * FROM (VALUES (1, 'a'), (2, NULL)) v (n, name) ORDER BY n"))
    assert rows["name"].tolist() == ["a", None]
