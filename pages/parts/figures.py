"""The row of figures at the top of a screen, and the small print under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import streamlit as st

from aurum_data.clock import now
from pages.parts import format as fmt
from pages.parts.format import Numeric


@dataclass(frozen=True)
class Figure:
    """One figure.

    value        already formatted: `fmt.money(total)`
    change       relative change as a share of one (see `change`), None: nothing to compare with
    compared     what it is compared with: "vs. Oct 24 – Nov 22, 2026"
    rising       whether a rise is good, bad, or neither
    trend        values of equal steps for a small line
    estimated    says so beside the label
    """  # noqa: RUF002

    label: str
    value: str
    change: float | None = None
    compared: str | None = None
    rising: Literal["good", "bad", "neither"] = "good"
    help: str | None = None
    trend: Sequence[float] | None = None
    estimated: bool = False


OLD = timedelta(minutes=15)  # figures are renewed within a minute of a change, and stamped every few minutes
_COLOURS: dict[str, Literal["normal", "inverse", "off"]] = {
    "good": "normal",
    "bad": "inverse",
    "neither": "off",
}


def change(now: Numeric | None, before: Numeric | None) -> float | None:
    """Relative change as a share of one; None when either is missing or there was nothing before."""
    if now is None or before is None or now != now or before != before or not before:  # noqa: PLR0124
        return None
    return float(now - before) / abs(float(before))


def figure_row(figures: Sequence[Figure], *, narrowest: int = 170) -> None:
    """Draw figures as cards of equal width, wrapping where they would be narrower than `narrowest` pixels."""
    with st.grid(len(figures), min_column_width=narrowest):
        for figure in figures:
            _card(figure)


def _card(figure: Figure) -> None:
    delta: str | int | None = None
    if figure.change is not None:
        shown = f"{figure.change:+.1%}"
        delta = 0 if shown in {"+0.0%", "-0.0%"} else shown
    st.metric(
        f"{figure.label} (estimate)" if figure.estimated else figure.label,
        figure.value,
        delta,
        delta_color=_COLOURS[figure.rising],
        delta_description=figure.compared if delta is not None else None,
        help=figure.help,
        border=True,
        height="stretch",
        chart_data=figure.trend,
    )


def as_of(instant: datetime | None, source: str | None = None) -> None:
    """The line that says when the figures above were counted, and from what; old ones look different."""
    when = f"As of {fmt.instant(instant)}" if instant else "Not counted yet"
    st.caption(f"{when} · {source}" if source else when)
    if instant is not None and (age := now() - instant) > OLD:
        st.markdown(
            f":orange-badge[:material/history: {fmt.duration(age)} old] :small[Figures are not being renewed; what "
            "happened since is missing. Tell an administrator.]"
        )


def measured(source: str, on: str, *, estimated: bool) -> None:
    """The line under a market figure: where it comes from, of which date, measured or estimated."""
    st.caption(f"{'Estimated' if estimated else 'Measured'} · {source} · {on}")
