"""The proof of a lead's consents: what was agreed to, when, on which page, in which wording, by which certificate."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.lead_family import together
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.queries.lead_story import consents_of
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.lead_labels import label
from pages.parts.panel import nothing
from pages.parts.wordings import wording_text

ENDS = {"expires_at": tbl.instant("Valid until (ET)"), "withdrawn_at": tbl.instant("Withdrawn (ET)")}


def lead_consent(actor: Actor, lead: LeadRecord) -> None:
    """One row per kind of consent; a survivor's has those of its duplicates, since a withdrawal counts for all.

    That one of the family withdrew it is said also when its rows stand elsewhere, or beyond the person's limits.
    """
    family = get_database().query(actor, together, lead.id)
    if family.refuses and lead.consent_state != "withdrawn":
        st.warning(
            "Another lead of this person withdrew consent. That counts for all of them, so this one may not be sold.",
            icon=":material/block:",
        )
    frame = get_database().query(actor, consents_of, lead.id)
    if frame.empty:
        nothing("No consent of this lead is on record, so it may not be sold.")
        return
    st.caption(
        "Unproven: claimed, without evidence that would stand. How old the consent was at each delivery stands beside "
        "that; every change of it in the timeline."
    )
    whose = ["" if row == lead.id else "A duplicate" for row in frame["lead_id"]]
    tbl.table(
        frame.assign(
            kind=[label(kind) for kind in frame["consent_kind"]],
            state=[label(state) for state in frame["consent_state"]],
            whose=whose,
            age=[fmt.duration(seconds) for seconds in frame["age_at_delivery_seconds"]],
        ),
        {
            "kind": tbl.text("Consent to"),
            "state": tbl.text("State"),
            "given_at": tbl.instant("Given (ET)"),
            **{name: column for name, column in ENDS.items() if frame[name].notna().any()},
            "age": tbl.text("Age at delivery", help="How old the consent was when the lead was last sent."),
            "wording_version": tbl.text("Wording shown", help="Version of the text below that the person agreed to."),
            "page_url": tbl.text("Page"),
            "certificate_provider": tbl.text("Certificate by"),
            "certificate_url": tbl.text("Certificate"),
            "certificate_claimed_until": tbl.instant(
                "Claimed until (ET)",
                help="The provider keeps the certificate for us until then. Empty: not claimed, or not known.",
            ),
            "has_ip": tbl.checkbox("IP on record", help="The address itself is not shown."),
            **({"whose": tbl.text("Of")} if any(whose) else {}),
        },
        alt="Consents of this lead and their proof",
        key=f"lead_consents_{lead.id}",
    )
    _wordings(frame)


def _wordings(frame: pd.DataFrame) -> None:
    """The text behind each version that the consents name."""
    for row in frame.dropna(subset="wording_version").drop_duplicates("wording_version").to_dict("records"):
        version = fmt.plain(row["wording_version"])
        if isinstance(row["wording"], str):
            with st.expander(f"Wording {version}", icon=":material/article:"):
                wording_text(row)
        else:
            st.caption(f":material/help: The text of version {version} is not on file.")
