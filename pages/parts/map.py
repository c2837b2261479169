"""A choropleth of the city: ZIP areas or boroughs, coloured by one figure, a click chooses one.

Plotly's geo subplot, since it draws as SVG without tiles, without WebGL, and on the page's own background in light and
dark. Boundaries are static files that the browser fetches once; figures travel with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from pages.parts import theme

HEIGHT = 560
BOUNDARIES: dict[str, str] = {
    "zip": "/app/static/nyc_zcta_v1.geojson",
    "borough": "/app/static/boroughs_v1.geojson",
}
CLEAR = "rgba(0,0,0,0)"
BORDER = "rgba(126,137,148,0.55)"  # seen on the palest and on the darkest area of either theme
Shape = Literal["zip", "borough"]


@dataclass(frozen=True)
class Places:
    """What is drawn: the id of each boundary, its value (None: no figure) and the text of its box on hover."""

    ids: Sequence[str]
    values: Sequence[float | None]
    texts: Sequence[str]


def choropleth(
    places: Places, *, shape: Shape, label: str, tickformat: str, tickprefix: str = "", chosen: str | None = None
) -> theme.Chart:
    """The map; `label` names the figure beside its scale, `chosen` is outlined."""
    drawn = theme.Chart(_layout())
    without = [place for place, value in zip(places.ids, places.values, strict=True) if value is None]
    if without:
        _outline(drawn, without, shape, "rgba(126,137,148,0.18)")
    known = [
        (place, value, note)
        for place, value, note in zip(places.ids, places.values, places.texts, strict=True)
        if value is not None
    ]
    if known:
        ids, values, texts = zip(*known, strict=True)
        low = min(0.0, *values) if min(values) < 0.5 * max(values) else min(values)
        drawn.add(
            "choropleth",
            geojson=BOUNDARIES[shape],
            locations=ids,
            z=values,
            zmin=low,
            zmax=max(values) if max(values) > low else low + 1,
            text=texts,
            hovertemplate="%{text}<extra></extra>",
            colorscale=theme.SEQUENTIAL_SCALE,
            marker={"line": {"width": 0.6, "color": BORDER}},
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
            colorbar={
                "title": {"text": label, "side": "top"},
                "orientation": "h",
                "thickness": 10,
                "len": 0.5,
                "x": 0,
                "xanchor": "left",
                "y": 1,
                "yanchor": "top",
                "outlinewidth": 0,
                "tickformat": tickformat,
                "tickprefix": tickprefix,
                "nticks": 5,
            },
        )
    if chosen in set(places.ids):
        _outline(drawn, [str(chosen)], shape, CLEAR, line=3)
    return drawn


def _layout() -> dict[str, Any]:
    return {
        "height": HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "dragmode": False,
        "clickmode": "event+select",
        "geo": {
            "visible": False,
            "fitbounds": "locations",
            "projection": {"type": "mercator"},
            "bgcolor": CLEAR,
            "domain": {"y": [0, 0.9]},  # above it lies the scale
        },
    }


def _outline(drawn: theme.Chart, ids: Sequence[str], shape: Shape, fill: str, *, line: float = 0.6) -> None:
    """Boundaries in one colour, without a scale or a box."""
    drawn.add(
        "choropleth",
        geojson=BOUNDARIES[shape],
        locations=ids,
        z=[0] * len(ids),
        colorscale=[[0, fill], [1, fill]],
        showscale=False,
        hoverinfo="skip",
        marker={"line": {"width": line, "color": theme.SERIES[0] if line > 1 else BORDER}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def picked(key: str) -> str | None:
    """The id of the place that was clicked on the map of that key, if any."""
    points = st.session_state[key]["selection"]["points"]
    return str(points[0]["location"]) if points else None
