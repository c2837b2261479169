"""Charts and tables as plain rows, for the files of a panel: gathered while it is drawn, and only when asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from aurum_data.clock import NEW_YORK
from aurum_data.downloads.figures import FigureTable

if TYPE_CHECKING:
    from pages.parts.theme import Chart

CENT = Decimal("0.01")
UNITS = {"money": " (USD)", "percent": " (share of 1)", "seconds": " (s)", "number": ""}
_FORMATS = {"dollar": "money", "percent": "percent"}  # of Streamlit's columns
_gathered: ContextVar[list[FigureTable] | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[list[FigureTable]]:
    """Gather every chart and table that is drawn inside, in order."""
    tables: list[FigureTable] = []
    before = _gathered.set(tables)
    try:
        yield tables
    finally:
        _gathered.reset(before)


def is_gathering() -> bool:
    """Whether what is drawn now is wanted as rows too."""
    return _gathered.get() is not None


def gather(table: Callable[[], FigureTable]) -> None:
    """Add a table, made only if it is wanted."""
    tables = _gathered.get()
    if tables is not None:
        tables.append(table())


def chart_table(drawn: Chart, title: str) -> FigureTable:
    """The points of a chart: one row per place along it, one column per series."""
    if any(trace["type"] == "choropleth" for trace in drawn.data):
        return _map_table(drawn, title)
    series = [_points(trace) for trace in drawn.data]
    names = [trace.get("name") or drawn.measure for trace in drawn.data]
    headings = [drawn.across or "Name", *(f"{name}{UNITS[drawn.unit]}" for name in names)]
    places = [[_value(place) for place in along] for along, _ in series]
    values = [[_value(value, drawn.unit) for value in heights] for _, heights in series]
    if any(isinstance(place, date) for along in places for place in along):
        moments = any(isinstance(place, datetime) for along in places for place in along)
        headings[0] = drawn.across or ("Time (ET)" if moments else "Date")
    if all(along == places[0] for along in places):
        return FigureTable(title, headings, list(zip(places[0], *values, strict=True)))
    found = [dict(zip(along, heights, strict=True)) for along, heights in zip(places, values, strict=True)]
    every = dict.fromkeys(place for along in places for place in along)
    return FigureTable(title, headings, [(place, *(one.get(place) for one in found)) for place in every])


def _points(trace: Mapping[str, Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    along, heights = ("y", "x") if trace.get("orientation") == "h" else ("x", "y")
    return list(trace[along]), list(trace[heights])


def _map_table(drawn: Chart, title: str) -> FigureTable:
    """The places of a map that have the figure."""
    coloured = [trace for trace in drawn.data if trace.get("hoverinfo") != "skip"]
    rows = [
        (str(place), _value(value))
        for trace in coloured
        for place, value in zip(trace["locations"], trace["z"], strict=True)
    ]
    label = coloured[0]["colorbar"]["title"]["text"] if coloured else drawn.measure
    return FigureTable(title, ["Area", label], rows)


def frame_table(frame: pd.DataFrame, columns: Mapping[str, Any], title: str) -> FigureTable:
    """The named columns of a frame under their headings on the screen, without small charts."""
    kinds = {name: (column.get("type_config") or {}) for name, column in columns.items()}
    shown = [name for name in columns if kinds[name].get("type") not in {"line_chart", "bar_chart", "area_chart"}]
    units = {name: _FORMATS.get(str(kinds[name].get("format")), "number") for name in shown}
    headings = [f"{columns[name].get('label') or name}{UNITS[units[name]]}" for name in shown]
    cells = [[_value(value, units[name]) for value in frame[name]] for name in shown]
    return FigureTable(title, headings, list(zip(*cells, strict=True)))


def _value(value: Any, unit: str = "number") -> Any:
    """A value as files take it: nothing for NaN, money to the cent, New York's times, midnights as days."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if value is pd.NaT or value is pd.NA:
        return None
    if hasattr(value, "dtype"):  # numpy's
        value = pd.Timestamp(value) if value.dtype.kind == "M" else value.item()
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number(value, unit)
    return value.replace("<br>", ", ") if isinstance(value, str) else value


def _number(value: float | Decimal, unit: str) -> int | float | Decimal | None:
    if not math.isfinite(value):
        return None
    if unit == "money":
        return Decimal(str(value)).quantize(CENT)
    if isinstance(value, float):
        return int(value) if value.is_integer() and unit == "number" else round(value, 6)
    return value


def _moment(value: datetime) -> date | datetime | None:
    """Without a zone it is New York's, as charts draw it."""
    if pd.isna(value):
        return None
    moment = value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value
    if moment.tzinfo is not None:
        return moment
    return moment.date() if moment.time() == time() else moment.replace(tzinfo=NEW_YORK)
