"""The deliveries of a lead to platforms: each with its attempts, the answer, the price, and what became of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.queries.lead_story import exports_of
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.lead_labels import label
from pages.parts.panel import nothing


def lead_deliveries(actor: Actor, lead: LeadRecord) -> None:
    """One row per delivery, the newest first; a survivor's has those of its duplicates among them."""
    frame = get_database().query(actor, exports_of, lead.id)
    if frame.empty:
        nothing("This lead has not been delivered to any platform.")
        return
    st.caption(
        f"{len(frame)} {'delivery' if len(frame) == 1 else 'deliveries'}, newest first. A platform is tried again "
        "after an error; the row then tells of the last attempt."
    )
    whose = ["" if row == lead.id else "A duplicate" for row in frame["lead_id"]]
    tbl.table(
        _told(frame).assign(whose=whose),
        {
            "platform_name": tbl.text("Platform"),
            "status": tbl.text("Answer"),
            "created_at": tbl.instant("Sent (ET)"),
            "problem": tbl.text("Reason or error"),
            "price_usd": tbl.money("Price"),
            "revenue_usd": tbl.money("Our revenue", help="Sum of the ledger entries of this sale."),
            "outcome": tbl.text("Since then"),
            "attempt_count": tbl.number("Attempt", help="The number of the last attempt."),
            "response_ms": tbl.number("Answer time (ms)"),
            "http_status": tbl.number("HTTP", help="Status code of the answer."),
            "response_excerpt": tbl.text("The platform said", width="medium"),
            "channel": tbl.text("Channel"),
            "consent_age": tbl.text("Consent age", help="How old the lead's consent was when it was sent."),
            "next_attempt_at": tbl.instant("Next attempt (ET)"),
            "platform_lead_id": tbl.text("Platform's ID"),
            **({"whose": tbl.text("Sent as")} if any(whose) else {}),
        },
        alt="Deliveries of this lead to platforms, newest first",
        key=f"lead_exports_{lead.id}",
    )


def _told(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in words."""
    reasons = (frame[name] for name in ("rejection_reason", "error_message", "error_code"))
    return frame.assign(
        status=[label(status) for status in frame["status"]],
        channel=[label(method) for method in frame["delivery_method"]],
        problem=[_problem(*why) for why in zip(*reasons, strict=True)],
        outcome=[
            label(sale) + (f": {label(reason).lower()}" if isinstance(reason, str) else "")
            for sale, reason in zip(frame["sale_status"], frame["return_reason"], strict=True)
        ],
        consent_age=[fmt.duration(seconds) for seconds in frame["consent_age_seconds"]],
    )


def _problem(reason: object, message: object, code: object) -> str:
    """Why a delivery came to nothing: the buyer's reason, and what its server said."""
    said = next(filter(_is_text, (message, code)), "")
    return ": ".join(filter(None, [label(reason) if isinstance(reason, str) else "", said]))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
