"""Electric rates on the screen, and the dialog that corrects one."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.market import correct_rate
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.queries.market import Known
from aurum_data.queries.market_zip import ZipDetail
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.guard import guard
from pages.parts.kept import Counted, kept
from pages.parts.market_areas import one_zip
from pages.parts.panel import explained
from pages.parts.zip_detail import GRADES

SAID = "market_said"  # what the dialog did, for the run after it
PLANS = {
    "CE_SC1_R1": "SC1 Rate I, standard",
    "CE_SC1_R3_TOU": "SC1 Rate III, time of use",
    "CE_SC1_R4_DEMAND": "SC1 Rate IV, demand",
    "CE_SMART_ENERGY": "Smart Energy Plan",
    "LI_180": "Rate 180, flat",
    "LI_194": "Rate 194, time of day",
    "LI_195": "Rate 195, super off-peak",
    "ALL": "All plans",
}
COMPONENTS = {
    "all_in_average": "All-in average",
    "solar_charge": "Solar charge (benefit contribution)",
    "rider_der": "Rider: distributed energy",
    "rider_merchant_function": "Rider: merchant function",
}
UNITS = {
    "usd_per_kwh": "$ per kWh",
    "usd_per_month": "$ per month",
    "usd_per_day": "$ per day",
    "usd_per_kw": "$ per kW",
    "usd_per_kw_month": "$ per kW and month",
    "usd_per_kw_day": "$ per kW and day",
    "ratio": "times the supply charge",
}


def rates(counted: Counted[Known], place: ZipDetail) -> None:
    """What electricity costs there today; those who may, correct it."""
    if said := st.session_state.pop(SAID, None):
        st.toast(said, icon=":material/check_circle:")
    may = counted.actor.may(Permission.MARKET_WRITE) and not place.rates.empty
    if may and st.button("Correct a rate", icon=":material/edit:"):
        _correct(described(place.rates))
    _table(counted, place.zip_code)


@kept
def _table(counted: Counted[Known], zip_code: str) -> None:
    place = one_zip(counted, zip_code)
    tbl.table(
        described(place.rates),
        {
            "plan": tbl.text("Plan"),
            "what": tbl.text("Component", width=190),
            "when": tbl.text("Applies", width=160),
            "rate": tbl.number("Rate", decimals=5),
            "unit_text": tbl.text("Unit"),
            "first_day": tbl.day("Since"),
            "grade": tbl.text("Evidence"),
            "source": tbl.text("Source"),
            "note": tbl.text("Note"),
        },
        alt=f"Electric rates of {place.utility.label} in force today.",
        key="market_rates",
        height=390,
        empty="No rate of today is known for this utility.",
    )


def described(frame: pd.DataFrame) -> pd.DataFrame:
    """Rates with the words of the screen: plan, what, when, unit_text, grade."""
    return frame.assign(
        plan=[PLANS.get(plan, fmt.label(plan)) for plan in frame["rate_plan"]],
        what=[COMPONENTS.get(component, fmt.label(component)) for component in frame["component"]],
        when=[_when(row) for row in frame.to_dict("records")],
        unit_text=[UNITS.get(unit, fmt.label(unit)) for unit in frame["unit"]],
        grade=[
            "Corrected here" if corrected else GRADES.get(grade, grade)
            for corrected, grade in zip(frame["is_corrected"], frame["source_grade"], strict=True)
        ],
    )


def _when(row: dict[str, object]) -> str:
    parts = [str(row[name]).replace("_", " ") for name in ("season", "time_of_use") if row[name] != "all"]
    if row["tier_from_kwh"]:
        parts.append(f"above {row['tier_from_kwh']} kWh")
    text = ", ".join(parts)
    return text[0].upper() + text[1:] if text else "Always"


@st.dialog("Correct a rate")
def _correct(shown: pd.DataFrame) -> None:
    actor = guard(Permission.MARKET_WRITE)
    by_id = {str(row["id"]): row for row in shown.to_dict("records")}
    chosen = st.selectbox("Rate", list(by_id), format_func=lambda key: _named(by_id[key]), key="rate_row")
    row = by_id[str(chosen)]
    now = float(row["rate"])
    value = st.number_input(
        f"New rate, {row['unit_text']}", value=now, step=0.001, format="%.6f", key=f"rate_value_{chosen}"
    )
    if now and value != now:
        st.caption(f"{fmt.number(now, 6)} now: a change of {value / now - 1:+.1%}.")
    begins = st.date_input("In force from", today(), format="MM/DD/YYYY", key="rate_from")
    source = st.text_input("Source", placeholder="Tariff leaf, bill or address", max_chars=300, key="rate_source")
    note = st.text_area("Note", max_chars=300, height=80, key="rate_note")
    if not st.button("Save", type="primary", width="stretch"):
        return
    with explained("Correct a rate"):
        with get_database().write(actor) as session:
            correct_rate(
                session,
                actor,
                rate_id=UUID(str(chosen)),
                new_rate=Decimal(f"{value:.6f}"),
                effective_from=begins,
                source=source,
                note=note,
            )
        st.session_state[SAID] = f"{row['what']} corrected from {fmt.day(begins)} on."
        st.rerun()


def _named(row: dict[str, object]) -> str:
    when = "" if row["when"] == "Always" else f" ({row['when']})"
    return f"{row['what']}{when} · {row['plan']} · {fmt.number(row['rate'], 5)}"
