"""Charts: what screens write down is what plotly knows, and values arrive as they were."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from pages.parts import map as city_map
from pages.parts import theme
from pages.parts.theme import Chart

DAYS = [date(2026, 3, 1), date(2026, 3, 2)]
CHARTS = {
    "lines": theme.lines(DAYS, {"Mean": [1.0, 2.0], "Most": [2.0, 3.0]}, "seconds"),
    "compared": theme.compared(DAYS, [1.0, 2.0], [2.0, 1.0], "money"),
    "bars": theme.bars(DAYS, {"Leads": [1, 2]}, stacked=True),
    "ranking": theme.ranking(["Sunline", "Helio"], [0.5, 0.25], "percent"),
    "map": city_map.choropleth(
        city_map.Places(["10001", "10002"], [1.0, None], ["one", "two"]),
        shape="zip",
        label="Leads",
        tickformat="~s",
        chosen="10002",
    ),
}


def written(chart: Chart) -> dict[str, object]:
    """The chart as the browser gets it."""
    return json.loads(pio.to_json(chart.spec(), validate=False))


@pytest.mark.parametrize("name", CHARTS)
def test_plotly_knows_every_property(name: str):
    spec = written(CHARTS[name])
    assert go.Figure(spec).to_plotly_json()["layout"].keys() == spec["layout"].keys()


def test_columns_arrive_as_they_were():
    frame = pd.DataFrame(
        {
            "day": DAYS,
            "name": ["Sunline", None],
            "price": [Decimal("1.50"), None],
            "share": [0.5, None],
            "at": pd.to_datetime(["2026-03-01 10:00", "2026-03-02 11:30"]),
        }
    )
    traces = written(Chart({}).add("bar", **{name: frame[name] for name in frame}))["data"]
    assert traces == [
        {
            "type": "bar",
            "day": ["2026-03-01", "2026-03-02"],
            "name": ["Sunline", None],
            "price": [1.5, None],
            "share": [0.5, None],
            "at": ["2026-03-01T10:00:00", "2026-03-02T11:30:00"],
        }
    ]


def test_a_change_leaves_the_rest_of_an_axis_alone():
    chart = theme.figure("money").update_layout(yaxis={"range": [0, 1]}, barmode="stack")
    assert chart.layout["yaxis"] == theme.figure("money").layout["yaxis"] | {"range": [0, 1]}
    assert chart.layout["barmode"] == "stack"


def test_a_change_of_all_traces_leaves_other_charts_alone():
    first, second = theme.lines(DAYS, {"a": [1, 2]}), theme.lines(DAYS, {"a": [1, 2]})
    first.update_traces(line={"shape": "hv"})
    assert first.data[0]["line"] == {"width": 2, "shape": "hv"}
    assert second.data[0]["line"] == {"width": 2}
