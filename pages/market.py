"""Market: boroughs and ZIP codes on a map, where to buy leads next, what a household there saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from aurum_data.queries import market
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.market import MIN_OWNER_HOUSEHOLDS, Known, Measure
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Permission
from pages.parts import electric_rates, leads_behind, theme, zip_detail
from pages.parts import format as fmt
from pages.parts import map as city_map
from pages.parts import table as tbl
from pages.parts.figure_download import Download
from pages.parts.figures import Figure, as_of, change, figure_row
from pages.parts.filters import Period, borough_filter, period_filter
from pages.parts.guard import guard
from pages.parts.kept import Counted, kept
from pages.parts.lead_drill import leads_menu
from pages.parts.market_areas import borough_figures, offered, one_zip, zip_figures, zip_row
from pages.parts.panel import explained, nothing, panel

ZIP_CODES, BOROUGHS = "ZIP codes", "Boroughs"
MAP = "market_map"


@dataclass(frozen=True)
class Shown:
    """How a measure reads on the screen. `help` says what it is and, for an estimate, by which rule."""

    name: str
    form: str  # of fmt: number, percent, money, rate
    help: str

    def text(self, value: float | None) -> str:
        """One value of it."""
        if self.form == "percent":
            return fmt.percent(value)
        if self.form == "money":
            return fmt.money(value, cents=False)
        return fmt.number(value, 1 if self.form == "rate" else 0)


MEASURES = {
    Measure.POTENTIAL: Shown(
        "Solar potential (estimate)",
        "number",
        "0 to 100: owner households in one- to four-family houses, their share of homes, income, electric rate.",
    ),
    Measure.ADOPTION: Shown(
        "Adoption (estimate)",
        "percent",
        "Rooftop systems per owner household: the city's 43,000 projects spread by low-rise owner households.",
    ),
    Measure.OWNERS: Shown(
        "Owner households (estimate)", "number", "Households x (1 - renting share); a few points high by its source."
    ),
    Measure.SAVINGS: Shown(
        "Yearly bill savings (estimate)", "money", "First year of a typical 6 kW system at today's all-in rate."
    ),
    Measure.LEADS: Shown("Our leads", "number", "Leads that arrived in the period."),
    Measure.LEAD_RATE: Shown(
        "Our leads per 1,000 owner households",
        "rate",
        f"Areas with fewer than {MIN_OWNER_HOUSEHOLDS} owner households have no rate: it would be chance.",
    ),
    Measure.REVENUE: Shown("Our revenue", "money", "Ledger of the period: sales, returns, adjustments."),
}
BUY_NEXT = "solar potential x share of suitable roofs still free x share of owner households that we have no lead of."
AREAS_NOTE = "One row per area: a ZIP code, or a few that share census figures."
TICKS = {"number": ("~s", ""), "rate": (",.1f", ""), "percent": (".0%", ""), "money": ("~s", "$")}


def page() -> None:
    """Lay out the screen."""
    actor = guard(Permission.MARKET_READ)
    st.title("Market", anchor=False)
    boroughs, period, compared = _filters()
    with explained("Market"):
        counted = Counted.now(actor, market.known)
        options, best = offered(counted, period, boroughs)
        if not options:
            nothing("No ZIP codes are loaded. Load the reference data first.")
            return
        since = counted.stamp.since
        fair = compared if compared and since and since <= compared.first else None
        _figures(counted, period, fair, boroughs)
        within = "Mine" if actor.scope_boroughs is not None else "All"
        filters = {"Boroughs": ", ".join(boroughs) or within, "Days": period.text}
        download = Download("Market", actor, Permission.MARKET_READ, counted.stamp.as_of, filters)
        asked = st.session_state.get("zip_code")
        of_zip = download.also(ZIP=asked if asked in options else best or options[0])
        left, right = st.columns([5, 4])
        with right, panel("One ZIP code", download=of_zip):
            zip_code = _choose_zip(options, best)
            zip_detail.summary(counted, period, fair, boroughs, zip_code)
        with left, panel("Map", download=download):
            measure = _map(counted, period, fair, boroughs, zip_code)
        with panel(f"Areas by {_in_words(measure)}", note=AREAS_NOTE, download=download):
            _ranking(counted, period, boroughs, measure)
        _one_zip(counted, period, boroughs, zip_code, of_zip)


def _filters() -> tuple[list[str], Period, Period | None]:
    left, right = st.columns([1, 1], vertical_alignment="top")
    with left:
        boroughs = borough_filter()
    with right:
        period, compared = period_filter()
    return boroughs, period, compared


@kept
def _figures(counted: Counted[Known], period: Period, compared: Period | None, boroughs: Sequence[str]) -> None:
    totals = market.market_totals(borough_figures(counted, period, compared, boroughs))
    _, best = offered(counted, period, boroughs)
    against = "vs. before" if compared else None
    figure_row(
        [
            Figure(
                "Owner homes",
                fmt.short_number(totals.owner_households),
                estimated=True,
                help=f"Owner households among {fmt.number(totals.population)} people (ACS 2019-2023).",
            ),
            Figure(
                "Potential",
                fmt.number(totals.solar_potential_score, 1),
                estimated=True,
                help="Average solar potential, 0 to 100, weighted by owner households.",
            ),
            Figure(
                "Our leads",
                fmt.number(totals.leads),
                change=change(totals.leads, totals.compare_leads) if compared else None,
                compared=against,
            ),
            Figure(
                "Our revenue",
                fmt.money(totals.revenue_usd, cents=False),
                change=change(totals.revenue_usd, totals.compare_revenue_usd) if compared else None,
                compared=against,
            ),
            Figure(
                "Buy next",
                best or fmt.MISSING,
                estimated=True,
                help=f"The ZIP code with the highest score: {BUY_NEXT}",
            ),
        ]
    )
    covered = f"{fmt.short_number(totals.population)} people (ACS 2019-2023, measured)"
    as_of(counted.stamp.as_of, f"leads and revenue by New York day · {covered}")


def _map(
    counted: Counted[Known], period: Period, compared: Period | None, boroughs: Sequence[str], zip_code: str
) -> Measure:
    """The map with its switch and measure; the measure that was chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = st.segmented_control(
            "Show", [ZIP_CODES, BOROUGHS], default=ZIP_CODES, required=True, key="show", bind="query-params"
        )
        measure = Measure(
            st.selectbox(
                "Measure",
                [str(measure) for measure in Measure],
                format_func=lambda value: MEASURES[Measure(value)].name,
                key="measure",
                bind="query-params",
                width=310,
            )
        )
    st.caption(MEASURES[measure].help)
    if level == BOROUGHS:
        drawn = _map_of_boroughs(counted, period, compared, boroughs, measure)
    else:
        drawn = _map_of_zips(counted, period, boroughs, measure, zip_code)
    if drawn is None:
        nothing("Nothing to draw.")
        return measure
    alt = f"Map of New York City by {level.lower()}, coloured by {_in_words(measure)}. The table below has the figures."
    theme.show(drawn, alt=alt, key=MAP, on_pick=_picked)
    leads_menu(counted.actor, _leads_of(period, boroughs), key=f"{MAP}_leads")
    return measure


def _leads_of(period: Period, boroughs: Sequence[str]) -> dict[str, LeadFilter]:
    """The leads of the period, by borough; a ZIP code's are opened in its own panel."""
    names = list(boroughs) or [str(borough) for borough in Borough]
    everywhere = {"Whole map": leads_behind.came(period, boroughs=boroughs)}
    return everywhere | {name: leads_behind.came(period, boroughs=[name]) for name in names}


@kept
def _map_of_boroughs(
    counted: Counted[Known], period: Period, compared: Period | None, boroughs: Sequence[str], measure: Measure
) -> theme.Chart | None:
    frame = borough_figures(counted, period, compared, boroughs)
    return _choropleth(frame, "borough", frame["borough"], frame["borough"], measure)


@kept
def _map_of_zips(
    counted: Counted[Known], period: Period, boroughs: Sequence[str], measure: Measure, zip_code: str
) -> theme.Chart | None:
    zips = zip_figures(counted, period, boroughs)
    frame = market.areas(zips)
    names = frame["zip_code"] + " " + frame["neighborhood"].fillna("")
    chosen = str(zips.loc[zips["zip_code"] == zip_code, "area"].iloc[0])
    return _choropleth(frame, "zip", frame["zip_code"], names, measure, chosen)


def _choropleth(
    frame: pd.DataFrame,
    shape: city_map.Shape,
    ids: pd.Series,
    names: pd.Series,
    measure: Measure,
    chosen: str | None = None,
) -> theme.Chart | None:
    """Places coloured by a measure; None when there are none."""
    if frame.empty:
        return None
    shown = MEASURES[measure]
    values = [None if pd.isna(value) else float(value) for value in frame[measure]]
    texts = [
        f"<b>{name}</b><br>{shown.name}: {shown.text(value)}{_beside(measure, rate)}"
        for name, value, rate in zip(names, values, frame["leads_per_1000_owners"], strict=True)
    ]
    tickformat, prefix = TICKS[shown.form]
    return city_map.choropleth(
        city_map.Places(list(ids), values, texts),
        shape=shape,
        label=shown.name,
        tickformat=tickformat,
        tickprefix=prefix,
        chosen=chosen,
    )


def _beside(measure: Measure, per_1000_owners: float | None) -> str:
    """A count never stands alone: how many owner households it is of."""
    if measure not in {Measure.LEADS, Measure.REVENUE}:
        return ""
    return f"<br>{fmt.number(per_1000_owners, 1)} leads per 1,000 owner households"


def _picked() -> None:
    """A click on the map: a ZIP area is chosen; a borough is opened into its ZIP codes."""
    guard(Permission.MARKET_READ)
    place = city_map.picked(MAP)
    if place is None:
        return
    if place.isdigit():
        st.session_state["zip_code"] = place
    else:
        st.session_state["borough"], st.session_state["show"] = [place], ZIP_CODES


def _choose_zip(options: list[str], best: str | None) -> str:
    """The chosen ZIP code: the best one to buy next until somebody chooses."""
    best = best or options[0]
    if st.session_state.get("zip_code") not in {None, *options}:
        st.session_state["zip_code"] = best  # the borough filter took the old one away
    return str(
        st.selectbox(
            "ZIP code",
            options,
            index=options.index(best),
            key="zip_code",
            bind="query-params",
            help="Or click on the map.",
        )
    )


@kept
def _ranking(counted: Counted[Known], period: Period, boroughs: Sequence[str], measure: Measure) -> None:
    """The measure's column comes first; the savings, alike all over a utility's territory, only if chosen."""
    columns = {
        Measure.POTENTIAL: tbl.number("Potential (est.)", decimals=1, help=MEASURES[Measure.POTENTIAL].help),
        Measure.OWNERS: tbl.number("Owner homes (est.)", help=MEASURES[Measure.OWNERS].help),
        Measure.ADOPTION: tbl.percent("Adoption (est.)", help=MEASURES[Measure.ADOPTION].help),
        Measure.SAVINGS: tbl.money("Yearly savings (est.)", help=MEASURES[Measure.SAVINGS].help),
        Measure.LEADS: tbl.number("Our leads"),
        Measure.LEAD_RATE: tbl.number("Per 1,000 owners", decimals=1, help=MEASURES[Measure.LEAD_RATE].help),
        Measure.REVENUE: tbl.money("Our revenue"),
    }
    chosen = {measure: columns.pop(measure)}
    columns.pop(Measure.SAVINGS, None)
    tbl.table(
        market.zip_ranking(zip_figures(counted, period, boroughs), measure),
        {
            "rank": tbl.number("Rank", width=60),
            "zip_code": tbl.text("ZIP code", width=80),
            "neighborhood": tbl.text("Neighborhood", width=240),
            "borough": tbl.text("Borough", width=110),
            **chosen,
            **columns,
            "opportunity_score": tbl.number("Buy next (est.)", decimals=1, help=BUY_NEXT),
        },
        alt=f"Areas of the city from the highest to the lowest {_in_words(measure)}.",
        key="market_ranking",
        height=390,
        empty="No area has this figure.",
    )


def _one_zip(
    counted: Counted[Known], period: Period, boroughs: Sequence[str], zip_code: str, download: Download
) -> None:
    """What is known of the chosen ZIP code, panel by panel."""
    place = one_zip(counted, zip_code)
    st.header(f"{zip_code} {fmt.plain(place.neighborhood or '')}", anchor=False)
    left, right = st.columns(2)
    with left, panel("Who lives there", download=download):
        zip_detail.people(counted, zip_code)
    with right, panel("What a household saves (estimate)", download=download):
        bill = zip_row(counted, period, boroughs, zip_code)["average_monthly_bill_usd"]
        zip_detail.savings(counted, zip_code, bill)
    note = "Only those open today; ended ones are kept, and never shown or counted."
    with panel("Incentives today", note=note, download=download):
        zip_detail.incentives(counted, zip_code)
    with panel(f"Electric rates today: {place.utility.label}", download=download):
        electric_rates.rates(counted, place)
    with panel("Where the figures come from", download=download):
        zip_detail.provenance(counted, zip_code)


def _in_words(measure: Measure) -> str:
    name = MEASURES[measure].name
    return name[0].lower() + name[1:]
