"""One lead: beside the list, or on its own page. Each tab reads only when it is open."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.queries import lead_story
from aurum_data.queries.lead_family import Together, together
from aurum_data.queries.lead_record import LeadRecord, get_lead
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts import theme
from pages.parts.lead_actions import act, reveal_buttons
from pages.parts.lead_consent import lead_consent
from pages.parts.lead_deliveries import lead_deliveries
from pages.parts.lead_details import details_form, edit_button, is_edited
from pages.parts.lead_duplicates import lead_duplicates, may_be_others
from pages.parts.lead_labels import colour, label
from pages.parts.lead_markup import facts
from pages.parts.lead_neighbours import neighbour_buttons
from pages.parts.lead_timeline import lead_timeline
from pages.parts.panel import explained, nothing

Tab = Callable[[Actor, LeadRecord], None]


def lead_panel(actor: Actor, lead_id: UUID) -> None:
    """Head, actions and tabs of a lead."""
    database = get_database()
    lead = database.query(actor, get_lead, lead_id)
    family = database.query(actor, together, lead_id)
    neighbour_buttons(actor, lead)
    _head(lead, family, may_be_others(actor, lead))
    act(actor, lead)
    tabs: dict[str, Tab] = {
        "Overview": _overview,
        "Timeline": lead_timeline,
        "Deliveries": lead_deliveries,
        "Consent": lead_consent,
        "Score": _score,
        "Duplicates": lead_duplicates,
    }
    for shown, (title, draw) in zip(st.tabs(list(tabs), on_change="rerun", key="lead_tabs"), tabs.items(), strict=True):
        if shown.open:
            with shown, explained(title):
                draw(actor, lead)


def _head(lead: LeadRecord, family: Together, doubt: str | None) -> None:
    """Name, place, home and the badges; `doubt`: that the lead may be somebody known."""
    place = lead.neighborhood or lead.borough
    st.header(fmt.plain(lead.full_name or "No name"), anchor=False)
    st.caption(fmt.plain(f"{lead.property_address or 'Address unknown'}, {place}, NY {lead.zip_code}"))
    st.caption(fmt.plain(" · ".join(_at_a_glance(lead))))
    with st.container(horizontal=True, gap="small"):
        st.badge(label(lead.status), color=colour(lead.status))
        st.badge(f"{label(lead.lead_quality)} · score {lead.lead_score}", color=colour(lead.lead_quality))
        st.badge(f"Consent {label(lead.consent_state).lower()}", color=colour(lead.consent_state))
        for sign, on in {
            "Deactivated": not lead.is_active,
            "Erased": lead.erased_at is not None,
            "Do not call": family.do_not_call,
            "Consent withdrawn on another lead": family.refuses and lead.consent_state != "withdrawn",
            "Duplicate": lead.duplicate_of is not None,
            "Delivery failed": lead.has_export_error,
            "Not sellable": not lead.sellable,
        }.items():
            if on:
                st.badge(sign, color="red", icon=":material/priority_high:")
        if doubt:
            st.badge(fmt.plain(doubt), color="orange", icon=":material/join_inner:")


def _at_a_glance(lead: LeadRecord) -> list[str]:
    """The home and what the sun can do for it, in a few words."""
    made, used = lead.annual_production_kwh, lead.annual_kwh
    known = {
        label(lead.property_type): lead.property_type,
        label(lead.ownership).lower(): lead.ownership,
        f"bill {fmt.money(lead.monthly_bill_usd, cents=False)}": lead.monthly_bill_usd,
        f"solar score {fmt.number(lead.solar_score)} of 100": lead.solar_score,
        f"{fmt.number(lead.system_kw, 1)} kW": lead.system_kw,
        f"covers {fmt.percent(made / used, 0)} of use" if made and used else "": made and used,
    }
    return [words for words, there in known.items() if there is not None and words] or ["Home not known yet"]


def _overview(actor: Actor, lead: LeadRecord) -> None:
    if is_edited(actor, lead):
        details_form(lead)
        return
    edit_button(actor, lead)
    left, right = st.columns(2, gap="medium")
    with left:
        _section("Contact", _contact(lead))
        reveal_buttons(actor, lead)
        _section("Home", _home(lead))
        _section("Electricity", _electricity(lead))
    with right:
        _section("Solar potential", _solar(lead))
        _section("Where it stands", _standing(lead))
        _section("Consent", _consent(lead))
        _section("Where it came from", _origin(lead))


def _section(title: str, rows: list[tuple[str, str | None]]) -> None:
    st.markdown(f"### {title}")
    facts(rows)


def _contact(lead: LeadRecord) -> list[tuple[str, str | None]]:
    return [
        ("Phone", lead.phone_masked),
        ("Email", lead.email_masked),
        ("Language", label(lead.preferred_language)),
        ("May be called", "No, on request" if lead.do_not_call else "Yes"),
    ]


def _home(lead: LeadRecord) -> list[tuple[str, str | None]]:
    area = None if lead.roof_area_m2 is None else f"{fmt.number(lead.roof_area_m2)} m²"
    age = None if lead.roof_age_years is None else f"{lead.roof_age_years} years"
    return [
        ("Address", " ".join(filter(None, (lead.property_address, lead.unit)))),
        ("City", f"{lead.city or lead.borough}, NY {lead.zip_code}"),
        ("Property", label(lead.property_type)),
        ("Lives there as", label(lead.ownership)),
        ("Roof", label(lead.roof_type)),
        ("Roof area", area),
        ("Roof age", age),
        ("Borough, block, lot", lead.bbl),
    ]


def _electricity(lead: LeadRecord) -> list[tuple[str, str | None]]:
    rate = None if lead.electric_rate_usd_kwh is None else f"${lead.electric_rate_usd_kwh:.4f} per kWh"
    use = None if lead.annual_kwh is None else f"{fmt.number(lead.annual_kwh)} kWh"
    return [
        ("Utility", label(lead.utility)),
        ("Monthly bill", fmt.money(lead.monthly_bill_usd)),
        ("Use per year", use),
        ("Rate", rate),
        ("Rate plan", lead.rate_plan),
    ]


def _solar(lead: LeadRecord) -> list[tuple[str, str | None]]:
    made = lead.annual_production_kwh
    return [
        ("Solar score", None if lead.solar_score is None else f"{fmt.number(lead.solar_score)} of 100"),
        ("System", None if lead.system_kw is None else f"{lead.system_kw:.1f} kW"),
        ("Production per year", None if made is None else f"{fmt.number(made)} kWh"),
        (
            "Covers",
            None if not made or not lead.annual_kwh else fmt.percent(made / lead.annual_kwh, 0) + " of use",
        ),
        ("Shading", label(lead.shading)),
        ("Incentives", "; ".join(lead.incentive_names or []) or None),
    ]


def _standing(lead: LeadRecord) -> list[tuple[str, str | None]]:
    return [
        ("Assigned to", lead.assigned_name or "Nobody"),
        ("Revenue", fmt.money(lead.total_revenue_earned)),
        ("Created", fmt.instant(lead.created_at)),
        ("First contact", fmt.instant(lead.first_contacted_at)),
        ("Qualified", fmt.instant(lead.qualified_at)),
        ("Sold", fmt.instant(lead.sold_at)),
        ("Next callback", fmt.instant(lead.next_callback_at)),
        ("Last activity", fmt.instant(lead.last_activity_at)),
        ("Messages", fmt.number(lead.conversation_count)),
        ("Tags", ", ".join(lead.tags) or None),
    ]


def _consent(lead: LeadRecord) -> list[tuple[str, str | None]]:
    return [
        ("State", label(lead.consent_state)),
        ("May be sold", "Yes" if lead.sellable else "No"),
        ("Given", fmt.instant(lead.consent_at)),
        ("Certificate", lead.consent_certificate_provider),
        ("Certificate link", lead.consent_certificate_url),
        ("Wording", lead.consent_wording_version),
        ("Page", lead.consent_page_url),
    ]


def _origin(lead: LeadRecord) -> list[tuple[str, str | None]]:
    last = [lead.utm_source, lead.utm_medium, lead.utm_campaign]
    first = [lead.first_utm_source, lead.first_utm_medium, lead.first_utm_campaign]
    return [
        ("Source", lead.source_name),
        ("Campaign", lead.campaign_name),
        ("Last touch", " / ".join(filter(None, last))),
        ("First touch", " / ".join(filter(None, first))),
        ("Lead ID", str(lead.id)),
    ]


def _score(actor: Actor, lead: LeadRecord) -> None:
    history = get_database().query(actor, lead_story.score_history, lead.id)
    latest = get_database().query(actor, lead_story.latest_scoring, lead.id)
    if history.empty and latest is None:
        nothing("This lead has not been scored yet.")
        return
    factors = latest["factors"] if latest else history.iloc[-1]["factors"]
    if factors:
        st.markdown("### What the score is made of")
        points = dict(sorted(factors.items(), key=lambda factor: -factor[1]))
        theme.show(
            theme.ranking([label(name) for name in points], list(points.values())),
            alt="Points of the score by factor: "
            + ", ".join(f"{label(name)} {value}" for name, value in points.items()),
            key=f"lead_factors_{lead.id}",
        )
    if latest:
        facts(
            [
                ("Scored by", f"{latest['model_name']} {latest['model_version']}"),
                ("On", fmt.instant(latest["created_at"])),
                ("Confidence", fmt.percent(latest["confidence"], 0)),
                ("Noticed", "; ".join(map(str, latest["insights"])) or None),
                ("Advice", "; ".join(map(str, latest["recommendations"])) or None),
            ]
        )
    if not history.empty:
        _score_chart(history, lead)


def _score_chart(history: pd.DataFrame, lead: LeadRecord) -> None:
    st.markdown("### How it changed")
    drawn = theme.lines([*history["created_at"], today()], {"Score": [*history["new_score"], lead.lead_score]})
    drawn.update_traces(mode="lines+markers", line={"shape": "hv", "width": 2})
    drawn.update_layout(yaxis={"range": [0, 100]})
    last = history.iloc[-1]
    theme.show(
        drawn,
        alt=f"Score over time, {len(history)} changes, now {last['new_score']}",
        key=f"lead_scores_{lead.id}",
    )
    history["quality"] = [label(quality) for quality in history["new_quality"]]
    tbl.table(
        history.iloc[::-1],
        {
            "created_at": tbl.instant("When (ET)"),
            "new_score": tbl.number("Score"),
            "score_change": tbl.number("Change"),
            "quality": tbl.text("Quality"),
            "reason": tbl.text("Reason"),
            "model_version": tbl.text("Model version"),
        },
        alt="Changes of the score, newest first",
        key=f"lead_score_table_{lead.id}",
    )
