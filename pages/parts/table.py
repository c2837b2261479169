"""Tables: named columns only, formats that match the rest of the screen, a text for those who cannot see."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import pandas as pd
import streamlit as st

from pages.parts import format as fmt
from pages.parts.figure_tables import frame_table, gather
from pages.parts.panel import nothing

Column = Any  # Streamlit's column configuration is a private TypedDict
Width = int | Literal["small", "medium", "large"]

text = st.column_config.TextColumn
link = st.column_config.LinkColumn
checkbox = st.column_config.CheckboxColumn
trend = st.column_config.LineChartColumn


def money(label: str, *, help: str | None = None, width: Width | None = None) -> Column:  # noqa: A002
    """A column of US dollars: $1,234.56."""
    return st.column_config.NumberColumn(label, help=help, width=width, format="dollar")


def number(
    label: str,
    *,
    decimals: int = 0,
    help: str | None = None,  # noqa: A002
    width: Width | None = None,
) -> Column:
    """A column of counts or quantities: 12,345."""
    return st.column_config.NumberColumn(label, help=help, width=width, format=f"%,.{decimals}f")


def percent(label: str, *, help: str | None = None, width: Width | None = None) -> Column:  # noqa: A002
    """A column of shares of one: 0.0815 reads 8.15%."""
    return st.column_config.NumberColumn(label, help=help, width=width, format="percent")


def share_bar(label: str, *, help: str | None = None, width: Width | None = None) -> Column:  # noqa: A002
    """A column of shares of one, drawn as bars."""
    return st.column_config.ProgressColumn(label, help=help, width=width, format="percent", min_value=0, max_value=1)


def day(label: str, *, help: str | None = None, width: Width | None = None) -> Column:  # noqa: A002
    """A column of calendar days: Nov 22, 2026."""
    return st.column_config.DateColumn(label, help=help, width=width, format="MMM D, YYYY")


def instant(label: str, *, help: str | None = None, width: Width | None = None) -> Column:  # noqa: A002
    """A column of instants in New York time: Nov 22, 2026, 3:04 PM. The label should end in "(ET)"."""
    return st.column_config.DatetimeColumn(
        label, help=help, width=width, format="MMM D, YYYY, h:mm A", timezone="America/New_York"
    )


def table(
    frame: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    alt: str,
    key: str | None = None,
    height: int | Literal["auto", "content", "stretch"] = "auto",
    empty: str = "Nothing to show.",
) -> None:
    """Show the named columns of a frame, in the order named; other columns do not leave the server."""
    if frame.empty:
        nothing(empty)
        return
    gather(lambda: frame_table(frame, columns, alt))
    st.dataframe(
        _shown(frame, columns),
        hide_index=True,
        column_config=dict(columns),
        key=key,
        height=height,
        alt=alt,
        placeholder=fmt.MISSING,
    )


def pick_rows(
    frame: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    alt: str,
    key: str,
    many: bool = False,
    height: int | Literal["auto", "content", "stretch"] = "auto",
    empty: str = "Nothing to show.",
) -> list[int]:
    """Like `table`, with rows that can be chosen; the positions (0-based) of the chosen rows."""
    if frame.empty:
        nothing(empty)
        return []
    gather(lambda: frame_table(frame, columns, alt))
    state = st.dataframe(
        _shown(frame, columns),
        hide_index=True,
        column_config=dict(columns),
        key=key,
        height=height,
        alt=alt,
        placeholder=fmt.MISSING,
        on_select="rerun",
        selection_mode="multi-row" if many else "single-row",
    )
    # A selection may outlive the rows it was made on.
    return [row for row in state["selection"]["rows"] if row < len(frame)]


def _shown(frame: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """The named columns; exact decimals become floats, which the browser's table can format and sort."""
    shown = frame[list(columns)]
    objects = [name for name, dtype in shown.dtypes.items() if pd.api.types.is_object_dtype(dtype)]
    exact = [name for name in objects if any(isinstance(value, Decimal) for value in shown[name])]
    return shown.assign(**{name: shown[name].astype("float64") for name in exact})
