"""What is read and drawn once and shown to everybody who asks for the same, until its figures are renewed.

    @kept
    def _daily(counted: Counted, period: Period) -> None:
        days = counted.read(revenue.daily_revenue, first=period.first, last=period.last)
        theme.show(theme.bars(days["date"], {"Revenue": days["total_revenue"]}), alt="Revenue by day")

A kept function depends on nothing but its arguments, and all of them are its key. The first is `Counted`: the stamp
of the rollups, and the rights of whoever reads them. Figures of this minute are read by the caller and handed in.
Streamlit plays back what the function drew. It holds no widget, no `panel` and nothing about a person; what fails in
it is raised, and so is never kept.
"""

from __future__ import annotations

import pickle  # only to make a key of a frame: nothing is ever loaded  # nosec B403
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.errors import Renewed
from pages.parts.figure_tables import is_gathering
from pages.parts.filters import Period

P = ParamSpec("P")
T = TypeVar("T")
Stamp = TypeVar("Stamp")
Session = Any  # screens know no SQLAlchemy

TTL_SECONDS = 60  # bounds the age of what no stamp speaks of: the name of a platform
MOST_ENTRIES = 100  # of each function; an entry takes some 20 kB


@dataclass(frozen=True)
class Counted(Generic[Stamp]):
    """Rollups as of one stamp, as one actor may read them; `day` is the New York day they are looked at on."""

    stamp: Stamp
    day: date
    stamp_of: Callable[[Session], Stamp]
    actor: Actor

    @classmethod
    def now(cls, actor: Actor, stamp_of: Callable[[Session], Stamp]) -> Counted[Stamp]:
        """The rollups as they stand; `stamp_of` is the query that says up to when they are current."""
        return cls(get_database().query(actor, stamp_of), today(), stamp_of, actor)

    def read(self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a query says of the rollups at this stamp. Renewed meanwhile, the whole screen is drawn again."""
        try:
            return get_database().query_at(self.actor, self.stamp_of, self.stamp, function, *args, **kwargs)
        except Renewed:
            st.rerun()

    def key(self) -> str:
        """What may be shown to whom: the stamp, the day, and every right of the reader with its limits."""
        rights = " ".join(sorted(self.actor.permissions))
        limits = [
            None if scope is None else sorted(map(str, scope))
            for scope in (self.actor.scope_boroughs, self.actor.scope_platforms)
        ]
        return f"{self.stamp!r} {self.day} {rights} {limits}"


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what the function drew and gave. Drawn anew when its figures are gathered for a file."""
    cached = st.cache_data(
        ttl=TTL_SECONDS,
        max_entries=MOST_ENTRIES,
        show_spinner=False,
        hash_funcs={Counted: Counted.key, Period: repr, pd.DataFrame: pickle.dumps},
    )(function)

    @wraps(function)
    def played(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs) if is_gathering() else cached(*args, **kwargs)

    return played
