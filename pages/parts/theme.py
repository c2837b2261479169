"""Charts that look alike. Colours come from .streamlit/config.toml, so light and dark need nothing here.

A chart is what plotly.js reads, in plain dicts. Plotly's own figure objects check every property again as they are
built, copied and written out: 6 ms a chart, a hundred times what it takes to write the chart down. Here a test does it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pandas as pd
import plotly.io as pio
import streamlit as st
from plotly.basedatatypes import BaseFigure

from aurum_data.clock import today
from pages.parts.figure_tables import chart_table, gather

# Stand-ins that Streamlit's page replaces by the theme's chart colours, light or dark, in this order.
SERIES = tuple(f"#{number:06d}" for number in range(1, 7))
SEQUENTIAL = tuple(f"#{number:06d}" for number in range(11, 21))
DIVERGING = tuple(f"#{number:06d}" for number in range(21, 31))
SEQUENTIAL_SCALE = [[i / 9, colour] for i, colour in enumerate(SEQUENTIAL)]
# Meaning, not decoration: each keeps 3:1 against both surfaces. Never the only sign: say it in words as well.
GOOD, WARNING, BAD, MUTED = "#2E8B62", "#B87A14", "#CC4B3C", "#7E8994"

HEIGHT = 300
Unit = Literal["money", "number", "percent", "seconds"]
Values = Sequence[Any]

_TICKS: dict[Unit, dict[str, str]] = {
    "money": {"tickprefix": "$", "tickformat": "~s"},
    # Steps below one are written out: d3 would call half a lead "500m".
    "number": {
        "tickformatstops": [{"dtickrange": [None, 0.99], "value": "~f"}, {"dtickrange": [0.99, None], "value": "~s"}]
    },
    "percent": {"tickformat": ".0%"},
    "seconds": {"ticksuffix": " s"},
}
_HOVER: dict[Unit, str] = {"money": "$,.2f", "number": ",.0f", "percent": ".1%", "seconds": ",.2f"}
# Of plotly's buttons only the one that saves the picture: while the mouse is on the chart, or the keyboard on it.
_CONFIG: dict[str, Any] = {
    "displayModeBar": "hover",
    "displayNotifier": False,
    "modeBarButtons": [["toImage"]],
    "scrollZoom": False,
    "topojsonURL": "/app/static/",
}
# The template is Streamlit's own: its page fills in colours and sizes, light or dark. A saved picture cannot have the
# page's font, which is fetched, and text of another width would not fit: so charts use the machine's.
_LAYOUT: dict[str, Any] = {
    "template": pio.templates[pio.templates.default].to_plotly_json(),
    "font": {"family": "system-ui, sans-serif"},
    "modebar": {"color": MUTED, "activecolor": MUTED, "bgcolor": "rgba(0,0,0,0)"},
}


@dataclass
class Chart:
    """Traces and layout, named as plotly names them. Values may be lists, arrays or columns of a frame.

    `unit`, `across` and `measure` are for its rows as a file: what values are in, what lies along the chart (days say
    so themselves), what a series without a name is.
    """

    layout: dict[str, Any]
    data: list[dict[str, Any]] = field(default_factory=list)
    unit: Unit = "number"
    across: str | None = None
    measure: str = "Value"

    def add(self, kind: str, **trace: Any) -> Chart:
        """Add a trace: `add("bar", x=days, y=counts)`."""
        self.data.append({"type": kind} | {name: _plain(value) for name, value in trace.items()})
        return self

    def update_traces(self, **changes: Any) -> Chart:
        """Change settings of every trace."""
        self.data = [_merged(trace, changes) for trace in self.data]
        return self

    def update_layout(self, **changes: Any) -> Chart:
        """Change settings of the layout; those of an axis or the legend that are not named stay."""
        self.layout = _merged(self.layout, changes)
        return self

    def headed(self, across: str | None = None, measure: str = "Value") -> Chart:
        """Say what lies along the chart, and what its only series is: headings of its rows as a file."""
        self.across, self.measure = across, measure
        return self

    def spec(self) -> dict[str, Any]:
        """What plotly.js draws."""
        return {"data": self.data, "layout": _LAYOUT | self.layout}


def _merged(old: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    inner = {
        name: _merged(old[name], value)
        for name, value in new.items()
        if isinstance(value, dict) and isinstance(old.get(name), dict)
    }
    return old | {name: _plain(value) for name, value in new.items()} | inner


def _plain(value: Any) -> Any:
    """A column as the JSON writer takes it: numbers and instants as an array, text and days as a list."""
    if not isinstance(value, pd.Series | pd.Index):
        return value
    if value.dtype.kind in "biufM":
        return value.to_numpy()
    return [float(one) if isinstance(one, Decimal) else one for one in value]


class _Ready(BaseFigure):
    """A finished chart in the one form that `st.plotly_chart` takes without building it anew."""

    def __init__(self, chart: Chart) -> None:
        self._spec = chart.spec()

    def to_dict(self) -> dict[str, Any]:
        return self._spec


def figure(unit: Unit = "number", *, height: int = HEIGHT, legend: bool = True) -> Chart:
    """An empty chart in the house style: values upward in `unit`, one shared hover box, legend above."""
    return Chart(
        {
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 8 if not legend else 32, "b": 8},
            "colorway": SERIES,
            "hovermode": "x unified",
            "showlegend": legend,
            "legend": {
                "orientation": "h",
                "traceorder": "normal",
                "x": 0,
                "xanchor": "left",
                "y": 1.02,
                "yanchor": "bottom",
            },
            "xaxis": {"showgrid": False, "automargin": True},
            "yaxis": {"rangemode": "tozero", "automargin": True, "zeroline": False, **_TICKS[unit]},
            "bargap": 0.25,
        },
        unit=unit,
    )


def lines(x: Values, series: Mapping[str, Values], unit: Unit = "number", *, height: int = HEIGHT) -> Chart:
    """One line per named series over shared `x` (days or numbers)."""
    drawn = figure(unit, height=height, legend=len(series) > 1)
    for name, values in series.items():
        drawn.add("scatter", x=x, y=values, name=name, mode="lines", line={"width": 2}, hovertemplate=_hover(unit))
    return drawn


def compared(
    x: Values,
    now: Values,
    before: Values | None,
    unit: Unit = "number",
    *,
    names: tuple[str, str] = ("This period", "Compared with"),
    height: int = HEIGHT,
) -> Chart:
    """A period as a full line, and the period it is compared with as a dotted one on the same days."""
    drawn = figure(unit, height=height, legend=before is not None)
    drawn.add("scatter", x=x, y=now, name=names[0], mode="lines", line={"width": 2.5}, hovertemplate=_hover(unit))
    if before is not None:
        dotted = {"width": 1.5, "dash": "dot", "color": MUTED}
        drawn.add("scatter", x=x, y=before, name=names[1], mode="lines", line=dotted, hovertemplate=_hover(unit))
    return drawn


def bars(
    x: Values,
    series: Mapping[str, Values],
    unit: Unit = "number",
    *,
    stacked: bool = False,
    height: int = HEIGHT,
) -> Chart:
    """Upright bars, one colour per named series; side by side, or stacked."""
    drawn = figure(unit, height=height, legend=len(series) > 1)
    for name, values in series.items():
        drawn.add("bar", x=x, y=values, name=name, hovertemplate=_hover(unit))
    return drawn.update_layout(barmode="stack" if stacked else "group")


def ranking(names: Values, values: Values, unit: Unit = "number", *, height: int | None = None) -> Chart:
    """Lying bars, the first name on top: for 'by platform', 'by ZIP code', a funnel."""
    drawn = figure(unit, height=height or max(120, 34 * len(names) + 48), legend=False)
    drawn.add("bar", x=values, y=names, orientation="h", hovertemplate=f"%{{x:{_HOVER[unit]}}}<extra>%{{y}}</extra>")
    return drawn.update_layout(
        hovermode="closest",
        xaxis={"showgrid": True, "rangemode": "tozero", **_TICKS[unit]},
        yaxis={"autorange": "reversed", "tickprefix": "", "ticksuffix": "  ", "type": "category"},
    )


def _hover(unit: Unit) -> str:
    return f"%{{y:{_HOVER[unit]}}}"


def show(drawn: Chart, *, alt: str, key: str | None = None, on_pick: Callable[[], None] | None = None) -> None:
    """Put a chart on the screen. `alt` says in a sentence what it shows, for people who do not see it.

    `on_pick` runs when a point is clicked, and must guard itself; `st.session_state[key]` then says which.
    """
    gather(lambda: chart_table(drawn, alt))
    on_select = on_pick or "ignore"
    st.plotly_chart(_Ready(drawn), key=key, config=_config(alt), alt=alt, on_select=on_select, selection_mode="points")


def _config(alt: str) -> dict[str, Any]:
    """Plotly's settings; a saved picture is named after what the chart shows, and the day."""
    words = re.sub(r"[^a-z0-9]+", "-", alt.split(". ", maxsplit=1)[0].lower()).strip("-")[:80]
    return _CONFIG | {"toImageButtonOptions": {"format": "png", "scale": 2, "filename": f"{words}-{today()}"}}
