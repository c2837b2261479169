"""What every page says while the application, or a part of it, is frozen."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.freeze import Switch, switches
from aurum_data.rules.freeze import EFFECTS, TITLES
from pages.parts import format as fmt
from pages.parts.panel import explained

SECONDS = 3


@st.cache_data(ttl=SECONDS, max_entries=1, show_spinner=False)
def _set_switches(_actor: Actor) -> list[Switch]:
    """The switches that are set, asked for once in some seconds for everybody: they hold nothing personal."""
    return [switch for switch in get_database().query(_actor, switches) if switch.is_on]


def forget_switches() -> None:
    """Have the switches read again: whoever changed one should see it at once."""
    _set_switches.clear()


def freeze_banner(actor: Actor) -> None:
    """Who has frozen what, when and why; nothing while nothing is frozen."""
    with explained("Freeze banner"):
        for one in _set_switches(actor):
            who = f"by {one.changed_by}, {fmt.instant(one.changed_at)}"
            st.warning(
                f"**{TITLES[one.switch]}** {fmt.plain(who)}: {fmt.plain(one.reason or '')}  \n{EFFECTS[one.switch]}",
                icon=":material/lock:",
            )
