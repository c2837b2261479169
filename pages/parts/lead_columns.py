"""The columns of the list of leads: what each shows, and the dialog in which a person chooses and orders them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from aurum_data.actions.saved_views import choose_columns
from aurum_data.database import get_database
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.panel import explained

CHOSEN, DRAFT = "lead_columns", "lead_columns_draft"
USUAL = (
    "name", "status", "quality", "lead_score", "address", "zip_code", "borough", "phone_masked",
    "monthly_bill_usd", "total_revenue_earned", "source_name", "assigned_name", "created_at",
    "last_activity_at", "notes",
)  # fmt: skip
_NARROW = ("name", "status", "lead_score", "address", "created_at", "assigned_name", "notes")
TITLES = {
    "name": "Lead",
    "status": "Status",
    "quality": "Quality",
    "lead_score": "Score",
    "address": "Address",
    "zip_code": "ZIP code",
    "borough": "Borough",
    "phone_masked": "Phone",
    "email_masked": "Email",
    "monthly_bill_usd": "Monthly bill",
    "total_revenue_earned": "Revenue",
    "source_name": "Source",
    "assigned_name": "Assigned to",
    "created_at": "Created (ET)",
    "last_activity_at": "Last activity (ET)",
    "next_callback_at": "Callback (ET)",
    "utility": "Utility",
    "consent": "Consent",
    "system_kw": "System size, kW",
    "conversation_count": "Messages",
    "export_count": "Deliveries",
    "notes": "Attention",
}


# What a file has for a column of the list, where that is not one of the same name.
_IN_A_FILE = {
    "name": ("full_name",),
    "quality": ("lead_quality",),
    "address": ("property_address", "unit"),
    "consent": ("consent_state",),
    "notes": ("is_active", "do_not_call", "duplicate_of", "has_export_error", "sellable"),
}


def in_a_file(columns: Iterable[str]) -> list[str]:
    """The columns of a file (downloads.columns.COLUMNS) that hold what these columns of the list show, in order."""
    return [name for column in columns for name in _IN_A_FILE.get(column, (column,))]


def known(columns: Iterable[str]) -> tuple[str, ...]:
    """Those of the columns that the list has (still)."""
    return tuple(column for column in columns if column in TITLES)


def beside_a_lead(columns: tuple[str, ...]) -> tuple[str, ...]:
    """What there is room for while a lead is open beside the list."""
    return _NARROW if columns == USUAL else columns[: len(_NARROW)]


def column_config() -> dict[str, tbl.Column]:
    """How each column is shown."""
    widths: dict[str, tbl.Width] = {
        "name": "medium", "status": 100, "quality": 95, "address": "medium", "zip_code": 80, "borough": 110,
        "phone_masked": 120, "email_masked": "medium", "source_name": 130, "assigned_name": 130, "utility": 110,
        "consent": 110, "notes": 150,
    }  # fmt: skip
    score = st.column_config.ProgressColumn(TITLES["lead_score"], min_value=0, max_value=100, format="%d", width=95)
    return (
        {name: tbl.text(TITLES[name], width=width) for name, width in widths.items()}
        | {"lead_score": score, "system_kw": tbl.number(TITLES["system_kw"], decimals=1, width=110)}
        | {name: tbl.number(TITLES[name], width=95) for name in ("conversation_count", "export_count")}
        | {name: tbl.money(TITLES[name], width=110) for name in ("monthly_bill_usd", "total_revenue_earned")}
        | {name: tbl.instant(TITLES[name], width=170) for name in _INSTANTS}
    )


_AS_THEY_ARE = (
    "lead_score", "zip_code", "borough", "phone_masked", "email_masked", "source_name", "assigned_name",
    "conversation_count", "export_count",
)  # fmt: skip
_INSTANTS = ("created_at", "last_activity_at", "next_callback_at")
_DECIMALS = ("monthly_bill_usd", "total_revenue_earned", "system_kw")


def cells(frame: pd.DataFrame) -> pd.DataFrame:
    """What the table shows of a page of leads: words for states, nothing but the columns named above."""
    leads = frame.to_dict("list")
    return pd.DataFrame(
        {name: leads[name] for name in _AS_THEY_ARE}
        | {name: pd.to_datetime(frame[name], utc=True) for name in _INSTANTS}
        | {name: frame[name].astype("float64") for name in _DECIMALS}
        | {
            "name": frame["full_name"].fillna("No name"),
            "status": [label(status) for status in leads["status"]],
            "quality": [label(quality) for quality in leads["lead_quality"]],
            "utility": [label(utility) for utility in leads["utility"]],
            "consent": [label(state) for state in leads["consent_state"]],
            "address": [
                " ".join(part for part in parts if isinstance(part, str)) or fmt.MISSING
                for parts in zip(leads["property_address"], leads["unit"], strict=True)
            ],
            "notes": [_attention(*signs) for signs in zip(*(leads[name] for name in _SIGNS), strict=True)],
        }
    )


_SIGNS = ("is_active", "do_not_call", "duplicate_of", "has_export_error", "sellable")


def _attention(*signs: Any) -> str:
    """What a person should know before acting on the lead, in few words; the signs as named above."""
    active, do_not_call, duplicate_of, failed, sellable = signs
    said = {
        "Deactivated": not active,
        "Do not call": do_not_call,
        "Duplicate": pd.notna(duplicate_of),
        "Delivery failed": failed,
        "Not sellable": not sellable,
    }
    return ", ".join(sign for sign, on in said.items() if on)


def columns_button(shown: tuple[str, ...]) -> None:
    """The button that opens the dialog."""
    if st.button("Columns", icon=":material/view_column:", type="tertiary"):
        st.session_state[DRAFT] = list(shown)
        _choose()


@st.dialog("Columns")
def _choose() -> None:
    guard(Permission.LEADS_READ)
    draft: list[str] = st.session_state[DRAFT]
    st.caption("Shown from left to right in this order, and remembered for you.")
    with st.container(height=400, gap=None):
        for place, column in enumerate(draft):
            _row(column, place, len(draft))
    others = [column for column in TITLES if column not in draft]
    adding = f"add_column_{'_'.join(draft)}"  # another widget each time, so that it is empty again
    st.selectbox(
        "Add a column",
        others,
        None,
        TITLES.__getitem__,
        key=adding,
        placeholder="Choose",
        on_change=lambda: _add(adding),
    )
    with st.container(horizontal=True, gap="small"):
        applied = st.button("Show these columns", type="primary")
        st.button("Usual columns", type="tertiary", on_click=_usual)
    if applied:
        _remember()


def _row(column: str, place: int, count: int) -> None:
    """A column of the draft, with the buttons that move and remove it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"column_{column}"):
        st.markdown(TITLES[column], width="stretch")
        for name, icon, step in (("Up", "arrow_upward", -1), ("Down", "arrow_downward", 1)):
            st.button(
                name,
                key=f"{name}_{column}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=not 0 <= place + step < count,
                on_click=_move,
                args=(place, step),
                help=f"Move {TITLES[column]} {name.lower()}",
            )
        st.button(
            "Remove",
            key=f"remove_{column}",
            icon=":material/close:",
            type="tertiary",
            disabled=count == 1,
            on_click=_remove,
            args=(place,),
            help=f"Do not show {TITLES[column]}",
        )


def _remember() -> None:
    actor = guard(Permission.LEADS_READ)
    draft = tuple(st.session_state[DRAFT])
    with explained("Columns"):
        with get_database().write(actor) as session:
            choose_columns(session, actor, columns=() if draft == USUAL else draft)
        st.session_state[CHOSEN] = draft
        st.rerun()


def _move(place: int, step: int) -> None:
    guard(Permission.LEADS_READ)
    draft = st.session_state[DRAFT]
    draft[place], draft[place + step] = draft[place + step], draft[place]


def _remove(place: int) -> None:
    guard(Permission.LEADS_READ)
    del st.session_state[DRAFT][place]


def _add(key: str) -> None:
    guard(Permission.LEADS_READ)
    if column := st.session_state[key]:
        st.session_state[DRAFT].append(column)


def _usual() -> None:
    guard(Permission.LEADS_READ)
    st.session_state[DRAFT] = list(USUAL)
