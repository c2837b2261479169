"""Charts and tables as rows: every point once, under the headings of the screen, exactly as it was drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd

from aurum_data.clock import NEW_YORK
from pages.parts import map as city_map
from pages.parts import table as tbl
from pages.parts import theme
from pages.parts.figure_tables import chart_table, frame_table, gather, gathering, is_gathering

DAYS = [date(2026, 3, 1), date(2026, 3, 2)]


def test_lines_over_days_are_a_row_a_day_and_a_column_a_series() -> None:
    values = pd.Series([Decimal("1234.56"), None])
    table = chart_table(theme.compared(DAYS, values, [0.1, 2.0], "money", names=("March", "February")), "Revenue")
    assert table.title == "Revenue"
    assert table.headings == ["Date", "March (USD)", "February (USD)"]
    assert table.rows == [(DAYS[0], Decimal("1234.56"), Decimal("0.10")), (DAYS[1], None, Decimal("2.00"))]


def test_lying_bars_keep_their_order_and_names() -> None:
    table = chart_table(theme.ranking(["Sent<br>90% of leads", "Sent"], [3.0, 1.0]).headed("Step", "Count"), "Steps")
    assert table.headings == ["Step", "Count"]
    assert table.rows == [("Sent, 90% of leads", 3), ("Sent", 1)]


def test_two_bars_of_one_name_stay_two_rows() -> None:
    assert chart_table(theme.ranking(["Sunline", "Sunline"], [3, 1]), "By platform").rows == [
        ("Sunline", 3), ("Sunline", 1),
    ]  # fmt: skip


def test_series_of_different_instants_share_their_rows() -> None:
    drawn = theme.figure()
    for name, times, values in (("Primary", ["10:00", "10:01"], [1, 2]), ("Replica", ["10:01"], [5])):
        drawn.add("scatter", x=pd.to_datetime([f"2026-03-01 {at}" for at in times]), y=values, name=name)
    first, second = (datetime(2026, 3, 1, 10, minute, tzinfo=NEW_YORK) for minute in (0, 1))
    table = chart_table(drawn, "Connections")
    assert table.headings == ["Time (ET)", "Primary", "Replica"]
    assert table.rows == [(first, 1, None), (second, 2, 5)]


def test_a_map_is_a_row_for_each_area_with_the_figure() -> None:
    places = city_map.Places(["10001", "10002", "10003"], [0.5, None, 0.25], ["one", "two", "three"])
    drawn = city_map.choropleth(places, shape="zip", label="Adoption (estimate)", tickformat=".0%", chosen="10003")
    table = chart_table(drawn, "Map")
    assert table.headings == ["Area", "Adoption (estimate)"]
    assert table.rows == [("10001", 0.5), ("10003", 0.25)]


def test_a_table_has_the_columns_of_the_screen_and_no_other() -> None:
    at = datetime(2026, 3, 1, 15, tzinfo=UTC)
    frame = pd.DataFrame(
        {
            "name": ["=Sunline"], "secret": ["hidden"], "price": [Decimal("12.5")], "rate": [0.0815], "count": [7],
            "days": [[1.0, 2.0]], "chips": [["Due soon", "New"]], "at": [at], "first": [DAYS[0]], "none": [None],
        }
    )  # fmt: skip
    columns = {
        "name": tbl.text("Platform"), "price": tbl.money("Price"), "rate": tbl.percent("Returned"),
        "count": tbl.number("Sold"), "days": tbl.trend("Trend"), "chips": tbl.text("State"),
        "at": tbl.instant("At (ET)"),
        "first": tbl.day("From"), "none": tbl.text("Note"),
    }  # fmt: skip
    table = frame_table(frame, columns, "By platform")
    assert table.headings == [
        "Platform", "Price (USD)", "Returned (share of 1)", "Sold", "State", "At (ET)", "From", "Note",
    ]  # fmt: skip
    assert table.rows == [("=Sunline", Decimal("12.50"), 0.0815, 7, "Due soon, New", at, DAYS[0], None)]


def test_nothing_is_made_of_what_nobody_asked_for() -> None:
    def never() -> None:
        raise AssertionError

    gather(never)  # type: ignore[arg-type]
    assert not is_gathering()


def test_what_is_drawn_is_gathered_in_order_and_only_inside() -> None:
    first, second = (frame_table(pd.DataFrame({"a": [n]}), {"a": tbl.number("A")}, f"Table {n}") for n in (1, 2))
    with gathering() as tables:
        gather(lambda: first)
        gather(lambda: second)
    assert tables == [first, second]
    assert not is_gathering()
