"""The panels about one ZIP code on the Market screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from aurum_data.queries import market, market_zip
from aurum_data.queries.market import Growth, Known
from aurum_data.queries.market_zip import ZipDetail
from pages.parts import format as fmt
from pages.parts import leads_behind, theme
from pages.parts import table as tbl
from pages.parts.figures import Figure, change, figure_row
from pages.parts.filters import Period
from pages.parts.kept import Counted, kept
from pages.parts.lead_drill import NOTE, show_with_leads
from pages.parts.market_areas import one_zip, zip_row
from pages.parts.panel import nothing

ASSUMED_BILL = 200  # USD a month, where no lead of the area told us its bill
AGES = {
    "age_under_18": "Under 18",
    "age_18_34": "18 to 34",
    "age_35_54": "35 to 54",
    "age_55_64": "55 to 64",
    "age_65_plus": "65 and over",
}
INCOMES = {
    "income_under_25k": "Under $25K",
    "income_25k_50k": "$25K to $50K",
    "income_50k_75k": "$50K to $75K",
    "income_75k_100k": "$75K to $100K",
    "income_100k_150k": "$100K to $150K",
    "income_150k_200k": "$150K to $200K",
    "income_200k_plus": "$200K and over",
}
GRADES = {
    "A": "A, official",
    "B": "B, secondary",
    "C": "C, single source",
    "D": "D, derived",
    "GK": "General knowledge",
}
# Figures of the provenance table: label and format. Shares of `households` where a column counts households.
FIGURES = {
    "population": ("People", "number"),
    "households": ("Households", "number"),
    "median_age": ("Median age", "decimal"),
    "median_household_income_usd": ("Median household income", "money"),
    "owner_share": ("Owner households, share", "percent"),
    "mortgaged_households": ("Households with a mortgage", "of_households"),
    "low_rise_share": ("Homes in one- to four-family lots", "percent"),
    "median_home_value_usd": ("Median home value", "money"),
    "education_bachelor": ("Bachelor's degree, of people of 25 and over", "of_adults"),
    "education_graduate": ("Graduate degree, of people of 25 and over", "of_adults"),
    "heating_gas": ("Gas heat", "of_households"),
    "heating_oil": ("Oil heat", "of_households"),
    "heating_electric": ("Electric heat", "of_households"),
    "vehicles_none": ("Households without a vehicle", "of_households"),
    "computer_households": ("Households with a computer", "of_households"),
    "broadband_households": ("Households with broadband", "of_households"),
    "environmental_consciousness_score": ("Environmental consciousness, 0 to 100", "decimal"),
    "technology_adoption_score": ("Technology adoption, 0 to 100", "decimal"),
    "solar_potential_score": ("Solar potential, 0 to 100", "decimal"),
    "solar_installations": ("Rooftop solar systems", "number"),
    "solar_adoption_rate": ("Solar adoption, per owner household", "percent"),
    "market_saturation": ("Suitable roofs taken", "percent"),
    "competition_intensity": ("Competition, 0 to 100", "decimal"),
    "market_maturity": ("Market maturity", "label"),
    "average_installation_cost_usd_per_watt": ("Installation cost per watt", "cents"),
    "installer_count": ("Installers", "number"),
    "peak_demand_kw": ("Peak demand, kW", "number"),
}


@kept
def _growth(counted: Counted[Known], period: Period, compared: Period | None, zip_code: str) -> Growth:
    before = compared or period.previous()
    return counted.read(
        market.zip_growth,
        zip_code=zip_code,
        first=period.first,
        last=period.last,
        compare_first=before.first,
        compare_last=before.last,
    )


def summary(
    counted: Counted[Known], period: Period, compared: Period | None, boroughs: Sequence[str], zip_code: str
) -> None:
    """The headline figures of a ZIP code and its leads over the period."""
    row = zip_row(counted, period, boroughs, zip_code)
    growth = _growth(counted, period, compared, zip_code)
    st.caption(_remarks(row))
    if not row["is_residential"]:
        nothing("Offices or post-office boxes: no homes, so no market figures of its own.")
    figure_row(
        [
            Figure("Solar potential", fmt.number(row["solar_potential_score"], 1), estimated=True),
            Figure("Owner households", fmt.number(row["owner_households"]), estimated=True),
            Figure("Adoption", fmt.percent(row["solar_adoption_rate"]), estimated=True),
            Figure("Yearly savings", fmt.money(row["annual_savings_usd"], cents=False), estimated=True),
            Figure(
                "Our leads",
                fmt.number(row["leads"]),
                change=change(growth.leads, growth.compare_leads) if compared else None,
                help=f"{fmt.number(row['leads_per_1000_owners'], 1)} per 1,000 owner households in the period.",
            ),
            Figure("Our revenue", fmt.money(row["revenue_usd"], cents=False)),
        ]
    )
    if not growth.series["leads"].any():
        nothing("No leads from here in this period.")
        return
    step = "day" if growth.step_days == 1 else "week"
    zips, steps = str(row["area_zip_codes"] or zip_code).split(", "), list(growth.series["date"])
    show_with_leads(
        counted.actor,
        theme.bars(steps, {"Leads": growth.series["leads"]}, height=210),
        lambda _, point: leads_behind.came(leads_behind.step_within(period, steps[point], growth.step_days), zips),
        {f"All of {', '.join(zips)}": leads_behind.came(period, zips)},
        alt=f"Our leads per {step} from {zip_code}, {period.text}: {growth.leads} in all. {NOTE}",
        key="market_zip_trend",
    )


def _remarks(row: pd.Series) -> str:
    place = ", ".join(filter(None, (fmt.plain(row["neighborhood"] or ""), row["borough"])))
    said = [place, _utility(row)]
    if row["is_residential"]:
        said.append(f"{fmt.label(row['market_maturity'])} market (estimate)")
    if row["is_high_value"]:
        said.append("High value (estimate)")
    if "," in (row["area_zip_codes"] or "") and row["is_residential"]:
        said.append(f"Figures are of the area of {row['area_zip_codes']}")
    return " · ".join(filter(None, said))


def _utility(row: pd.Series) -> str:
    name = "Con Edison" if row["utility"] == "CON_EDISON" else "PSEG Long Island"
    return f"{name}, check by address" if row["utility_needs_review"] else name


@kept
def people(counted: Counted[Known], zip_code: str) -> None:
    """Age and income as bars, in shares."""
    place = one_zip(counted, zip_code)
    if place.acs_year is None:
        nothing("No homes, so no census figures.")
        return
    for title, bands in (("Age", AGES), ("Household income", INCOMES)):
        counts = [place.figures[column] for column in bands]
        whole = sum(counts)
        if not whole:
            continue
        st.markdown(f"**{title}**")
        theme.show(
            theme.ranking(
                list(bands.values()), [count / whole for count in counts], "percent", height=28 * len(bands) + 40
            ).headed(title, "People" if title == "Age" else "Households"),
            alt=f"{title} in {place.zip_code}: "
            + ", ".join(f"{name} {fmt.percent(n / whole, 0)}" for name, n in zip(bands.values(), counts, strict=True)),
            key=f"market_{title}",
        )
    margin = place.figures["population_margin"]
    st.caption(
        f"Measured · American Community Survey {place.acs_year - 4}-{place.acs_year} · "
        f"{fmt.number(place.figures['population'])} people" + (f" (± {fmt.number(margin)} at 90%)" if margin else "")
    )


def savings(counted: Counted[Known], zip_code: str, average_bill: Decimal | None) -> None:
    """The case of one household: its bill in, cost, incentives, saving and payback out."""
    known_bill = None if pd.isna(average_bill) else float(average_bill)
    left, right = st.columns(2, vertical_alignment="bottom")
    bill = left.number_input(
        "Monthly electric bill, $",
        min_value=20,
        max_value=2000,
        value=round(known_bill or ASSUMED_BILL),
        step=10,
        key=f"market_bill_{zip_code}",
    )
    qualified = right.checkbox("Low or moderate income", key="market_income_qualified")
    given = "the mean of our leads here in the period" if known_bill else "an assumption: no lead here told us one"
    _case(counted, zip_code, bill, given, qualified=qualified)


@kept
def _case(counted: Counted[Known], zip_code: str, bill: int, given: str, *, qualified: bool) -> None:
    """What the household pays and saves; `given` says where its bill is from, `qualified` is of a low income."""
    place = one_zip(counted, zip_code)
    case = market_zip.household_case(place, monthly_bill=Decimal(bill), day=counted.day, income_qualified=qualified)
    if case is None or not case.system_kw:
        nothing("No electric rate of today is known here, or the bill is too small for a system.")
        return
    figure_row(
        [
            Figure("First-year savings", fmt.money(case.annual_savings, cents=False)),
            Figure("Payback", f"{case.payback_years} years" if case.payback_years else "Over 40 years"),
            Figure("System", f"{case.system_kw} kW", help=f"{fmt.number(case.annual_production_kwh)} kWh a year."),
        ]
    )
    names = dict(zip(place.incentives["incentive_code"], place.incentives["incentive_name"], strict=True))
    lines = [("Cost before incentives", case.gross_cost)]
    lines += [(names[i.code] + (f", over {i.years} years" if i.years > 1 else ""), -i.total) for i in case.incentives]
    lines.append(("Cost after incentives", case.net_cost))
    tbl.table(
        pd.DataFrame(lines, columns=["item", "amount"]),
        {"item": tbl.text("Item"), "amount": tbl.money("Amount")},
        alt=f"Cost of the system in {zip_code}, less each incentive.",
        key="market_case",
    )
    st.caption(
        f"Estimated · buys the system and has it completed today · the bill is {given} · sales tax exempt · "
        "not tax advice"
    )


@kept
def incentives(counted: Counted[Known], zip_code: str) -> None:
    """What is open today."""
    frame = one_zip(counted, zip_code).incentives
    frame = frame.assign(
        level=frame["level"].map(fmt.label),
        worth=[_worth(row) for row in frame.to_dict("records")],
        until=["No end set" if pd.isna(last) else fmt.day(last) for last in frame["last_day"]],
        eligibility=_without_codes(frame),
        source_grade=frame["source_grade"].map(GRADES),
    )
    tbl.table(
        frame,
        {
            "incentive_name": tbl.text("Incentive", width="large"),
            "level": tbl.text("Level"),
            "worth": tbl.text("Worth"),
            "until": tbl.text("Last day"),
            "eligibility": tbl.text("Who", width="large"),
            "source_grade": tbl.text("Evidence"),
            "source": tbl.text("Source"),
        },
        alt=f"Incentives open today in {zip_code}.",
        key="market_incentives",
        height="content",
        empty="No incentive is open here today.",
    )
    st.caption(f"Open on {fmt.day(counted.day)}.")


def _without_codes(frame: pd.DataFrame) -> list[str]:
    """Who may have each incentive, with the codes of others in the text replaced by their names."""
    names = dict(zip(frame["incentive_code"], frame["incentive_name"], strict=True))
    return [re.sub(r"[A-Z0-9]+(?:_[A-Z0-9]+)+", lambda m: names.get(m[0], m[0]), t) for t in frame["eligibility"]]


def _worth(row: dict[str, object]) -> str:
    amount, cap = row["amount"], row["cap_usd"]
    text = {
        "pct_cost": f"{fmt.percent(amount, 0)} of cost",
        "pct_cost_per_year": f"{fmt.percent(amount)} of cost a year, {row['years']} years",
        "usd_per_watt": f"{fmt.money(amount)} per watt",
        "tax_exempt": f"No sales tax ({fmt.percent(amount, 3).rstrip('%').rstrip('0').rstrip('.')}%)",
        "assessment_exempt": f"Added home value untaxed, {row['years']} years",
    }[str(row["basis"])]
    limit = "" if pd.isna(cap) else f", at most {fmt.money(cap, cents=False)}"
    return text + limit


@kept
def provenance(counted: Counted[Known], zip_code: str) -> None:
    """Every figure with its value, measured or estimated, its source and date."""
    place = one_zip(counted, zip_code)
    sources = {row["figure"]: row for row in place.sources.to_dict("records")}
    rows = [
        {
            "figure": label,
            "value": _value(place, column, form),
            "basis": fmt.label(sources[column]["basis"]) if column in sources else "No source yet",
            "as_of": sources.get(column, {}).get("as_of"),
            "source": sources.get(column, {}).get("source"),
            "method": sources.get(column, {}).get("method"),
        }
        for column, (label, form) in FIGURES.items()
    ]
    tbl.table(
        pd.DataFrame(rows),
        {
            "figure": tbl.text("Figure", width="medium"),
            "value": tbl.text("Value"),
            "basis": tbl.text("Basis"),
            "as_of": tbl.day("As of"),
            "source": tbl.text("Source", width="large"),
            "method": tbl.text("Method", width="large"),
        },
        alt=f"Each figure of {place.zip_code} with its value, whether it is measured, its source and date.",
        key="market_sources",
        height=390,
    )


_FORMS: dict[str, Callable[[Any], str]] = {
    "number": fmt.number,
    "decimal": lambda value: fmt.number(value, 1),
    "percent": fmt.percent,
    "money": lambda value: fmt.money(value, cents=False),
    "cents": fmt.money,
    "label": fmt.label,
}


def _value(place: ZipDetail, column: str, form: str) -> str:
    value = place.figures[column]
    if form.startswith("of_"):
        whole = place.figures[{"of_households": "households", "of_adults": "education_population"}[form]]
        return fmt.percent(value / whole) if value is not None and whole else fmt.MISSING
    return _FORMS[form](value)
