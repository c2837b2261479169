"""Charts that look alike. Colours come from .streamlit/config.toml, so light and dark need nothing here.

Figures are built with plotly.graph_objects: plotly.express takes eight times as long for the same chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

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
_CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "topojsonURL": "/app/static/"}


def figure(unit: Unit = "number", *, height: int = HEIGHT, legend: bool = True) -> go.Figure:
    """An empty figure in the house style: values upward in `unit`, one shared hover box, legend above."""
    return go.Figure(
        layout={
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
        }
    )


def lines(x: Values, series: Mapping[str, Values], unit: Unit = "number", *, height: int = HEIGHT) -> go.Figure:
    """One line per named series over shared `x` (days or numbers)."""
    drawn = figure(unit, height=height, legend=len(series) > 1)
    for name, values in series.items():
        drawn.add_scatter(x=x, y=values, name=name, mode="lines", line={"width": 2}, hovertemplate=_hover(unit))
    return drawn


def compared(
    x: Values,
    now: Values,
    before: Values | None,
    unit: Unit = "number",
    *,
    names: tuple[str, str] = ("This period", "Compared with"),
    height: int = HEIGHT,
) -> go.Figure:
    """A period as a full line, and the period it is compared with as a dotted one on the same days."""
    drawn = figure(unit, height=height, legend=before is not None)
    drawn.add_scatter(x=x, y=now, name=names[0], mode="lines", line={"width": 2.5}, hovertemplate=_hover(unit))
    if before is not None:
        dotted = {"width": 1.5, "dash": "dot", "color": MUTED}
        drawn.add_scatter(x=x, y=before, name=names[1], mode="lines", line=dotted, hovertemplate=_hover(unit))
    return drawn


def bars(
    x: Values,
    series: Mapping[str, Values],
    unit: Unit = "number",
    *,
    stacked: bool = False,
    height: int = HEIGHT,
) -> go.Figure:
    """Upright bars, one colour per named series; side by side, or stacked."""
    drawn = figure(unit, height=height, legend=len(series) > 1)
    for name, values in series.items():
        drawn.add_bar(x=x, y=values, name=name, hovertemplate=_hover(unit))
    return drawn.update_layout(barmode="stack" if stacked else "group")


def ranking(names: Values, values: Values, unit: Unit = "number", *, height: int | None = None) -> go.Figure:
    """Lying bars, the first name on top: for 'by platform', 'by ZIP code', a funnel."""
    drawn = figure(unit, height=height or max(120, 34 * len(names) + 48), legend=False)
    drawn.add_bar(x=values, y=names, orientation="h", hovertemplate=f"%{{x:{_HOVER[unit]}}}<extra>%{{y}}</extra>")
    return drawn.update_layout(
        hovermode="closest",
        xaxis={"showgrid": True, "rangemode": "tozero", **_TICKS[unit]},
        yaxis={"autorange": "reversed", "tickprefix": "", "ticksuffix": "  ", "type": "category"},
    )


def mark(drawn: go.Figure, at: date | float, text: str) -> go.Figure:
    """Add a dotted upright line with a word: a change of price, a pause, the end of a season."""
    drawn.add_shape(
        type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", line={"dash": "dot", "width": 1, "color": MUTED}
    )
    return drawn.add_annotation(x=at, y=1, yref="paper", text=text, showarrow=False, xanchor="left")


def _hover(unit: Unit) -> str:
    return f"%{{y:{_HOVER[unit]}}}"


def show(drawn: go.Figure, *, alt: str, key: str | None = None) -> None:
    """Put a figure on the screen. `alt` says in a sentence what it shows, for people who do not see it."""
    st.plotly_chart(drawn, key=key, config=_CONFIG, alt=alt)


def show_selectable(drawn: go.Figure, *, alt: str, key: str) -> list[dict[str, Any]]:
    """Put a figure on the screen whose points can be clicked; the chosen points, as plotly describes them."""
    event = st.plotly_chart(drawn, key=key, config=_CONFIG, alt=alt, on_select="rerun", selection_mode="points")
    return list(event["selection"]["points"])
