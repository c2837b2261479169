"""Revenue: what came in, from whom, against which period; what is owed, paid, disputed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.queries import revenue
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.platforms import platform_names
from aurum_data.queries.revenue import RevenueSummary
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadEvent
from pages.parts import format as fmt
from pages.parts import leads_behind, theme
from pages.parts import table as tbl
from pages.parts.figure_download import Download
from pages.parts.figures import Figure, as_of, change, figure_row
from pages.parts.filters import Period, period_filter, platform_filter
from pages.parts.guard import guard
from pages.parts.kept import Counted, kept
from pages.parts.lead_drill import NOTE, show_with_leads
from pages.parts.panel import explained, nothing, panel
from pages.parts.receivables import receivables_panels

STEPS = {
    "leads": "Leads received",
    "qualified": "Qualified",
    "deliveries": "Deliveries",
    "sales": "Sales",
    "returns": "Returns",
}
STEP_RATES = {
    "qualified": "of leads",
    "deliveries": "per qualified lead",
    "sales": "of deliveries",
    "returns": "of sales",
}
FUNNEL_NOTE = (
    "Each step counts on the day it happened, so a sale may be of a lead from before the period. "
    f"A lead may be delivered to several platforms: its list has it once. {NOTE}"
)
DAY_NOTE = "Ledger entries on the New York day they happened. Click a day to open the leads sold on it."
PLATFORMS_NOTE = f"All platforms, whatever is chosen above. {NOTE}"
PARTS_NOTE = "Sales + returns + adjustments = revenue, to the cent."


def page() -> None:
    """The screen."""
    actor = guard(Permission.REVENUE_READ)
    st.title("Revenue", anchor=False)
    with explained("Revenue"):
        counted = Counted.now(actor, revenue.revenue_as_of)
        left, right = st.columns([3, 2])
        with left:
            period, compared = period_filter("Last 30 days")
        with right:
            names = _names(counted)
            picked = platform_filter({name: name for name in names})
            platforms = [names[name] for name in picked]
            platforms = platforms or sorted(actor.scope_platforms or ())  # a sum of all is not theirs to see
        days = {"Days": period.text, "Compared with": compared.text if compared else "Nothing"}
        everything = Download("Revenue", actor, Permission.REVENUE_READ, counted.stamp, days)
        chosen = everything.also(Platforms=", ".join(picked) or ("Mine" if platforms else "All"))
        with explained("Revenue figures"):
            as_of(counted.stamp, "days are New York's, today is not over yet")
            _figures(counted, period, compared, platforms)
        left, right = st.columns([2, 1])
        with left, panel("Daily revenue", note=DAY_NOTE, download=chosen):
            _daily(counted, period, compared, platforms)
        with right, panel("What it is made of", note=PARTS_NOTE, download=chosen):
            _made_of(counted, period, platforms)
        left, right = st.columns([2, 1])
        with left, panel("By platform", note=PLATFORMS_NOTE, download=everything):
            _by_platform(counted, period, compared)
        with right, panel("From lead to sale", note=FUNNEL_NOTE, download=chosen):
            _funnel(counted, period, platforms)
        receivables_panels(period, platforms, chosen.filters)


def _days(period: Period) -> dict[str, Any]:
    return {"first": period.first, "last": period.last}


@kept
def _names(counted: Counted) -> dict[str, UUID]:
    return counted.read(platform_names)


@kept
def _summary(counted: Counted, period: Period, platforms: Sequence[UUID]) -> RevenueSummary:
    return counted.read(revenue.revenue_summary, **_days(period), platform_ids=platforms)


@kept
def _figures(counted: Counted, period: Period, compared: Period | None, platforms: Sequence[UUID]) -> None:
    """The cards. A period compared with that has days without figures is no comparison."""
    now = _summary(counted, period, platforms)
    before = _summary(counted, compared, platforms) if compared else None
    fair = before if before is not None and before.complete else None

    def card(label: str, field: str, show: fmt.Formatter, **more: object) -> Figure:
        value, earlier = getattr(now, field), getattr(fair, field, None)
        wide = show is fmt.money and earlier is not None and abs(earlier) >= 10_000
        said = f"from {(fmt.short_money if wide else show)(earlier)}" if earlier is not None else None
        return Figure(label, show(value), change(value, earlier), said, **more)

    figure_row(
        [
            card(
                "Revenue",
                "total_revenue",
                fmt.money,
                help="Sales, less returns, with adjustments, on their day.",
            ),
            card("Leads sold", "sold_leads", fmt.number, help="Sales in the ledger: one per lead and platform."),
            card("Average sale", "average_price_usd", fmt.money, help="Sales divided by leads sold."),
            card("Returned", "return_rate", fmt.percent, rising="bad", help="Leads returned / leads sold."),
            card("Margin", "margin_usd", fmt.money, help="Revenue less the campaigns' cost of the same days."),
        ]
    )
    if now.covered_days > 0 and not now.complete:
        days = (now.last - now.first).days + 1
        st.caption(f":material/info: {now.covered_days} of the {days} days have figures.")
    if before is not None and fair is None:
        st.caption(":material/info: The period compared with reaches back before the first figures.")


def _daily(counted: Counted, period: Period, compared: Period | None, platforms: Sequence[UUID]) -> None:
    found = _daily_chart(counted, period, compared, platforms)
    if found is None:
        nothing("No figures for these days. Choose another period.")
        return
    drawn, days = found

    def behind(curve: int, point: int) -> LeadFilter | None:
        on = Period(days[point], days[point])
        return leads_behind.earned(on, LeadEvent.SOLD, platforms) if curve == 0 else None

    sold = {"Sold in the period": leads_behind.earned(period, LeadEvent.SOLD, platforms)}
    alt = f"Revenue by day, {period.text}"
    show_with_leads(counted.actor, drawn, behind, sold, alt=alt, key="daily_revenue")


@kept
def _daily_chart(
    counted: Counted, period: Period, compared: Period | None, platforms: Sequence[UUID]
) -> tuple[theme.Chart, list[date]] | None:
    days = counted.read(
        revenue.daily_revenue,
        **_days(period),
        compare_first=compared.first if compared else None,
        platform_ids=platforms,
    )
    if days["total_revenue"].isna().all():
        return None
    drawn = theme.compared(
        days["date"],
        days["total_revenue"],
        days["compare_revenue"] if compared else None,
        "money",
        names=(period.text, compared.text if compared else ""),
    )
    drawn.data[0] |= {"mode": "lines+markers", "marker": {"size": 5}}  # only what has markers can be clicked
    drawn.data[0]["hovertemplate"] = "%{x|%b %-d, %Y}: %{y:$,.2f}"
    drawn.update_layout(hovermode="closest")  # a click is of one line
    return drawn, list(days["date"])


@kept
def _made_of(counted: Counted, period: Period, platforms: Sequence[UUID]) -> None:
    """Sales, returns and adjustments as steps down to the revenue, and whether they add up."""
    now = _summary(counted, period, platforms)
    if now.total_revenue is None:
        nothing("No figures for these days.")
        return
    amounts = [now.sales_usd, now.returns_usd, now.adjustments_usd, now.total_revenue]
    drawn = theme.figure("money", legend=False, height=270).headed("Part", "Amount")
    drawn.add(
        "waterfall",
        x=["Sales", "Returns", "Adjustments", "Revenue"],
        y=[float(amount or 0) for amount in amounts],
        measure=["relative", "relative", "relative", "total"],
        text=[fmt.short_money(amount) for amount in amounts],
        textposition="outside",
        hovertemplate="%{y:$,.2f}<extra></extra>",
        increasing={"marker": {"color": theme.SERIES[0]}},
        decreasing={"marker": {"color": theme.BAD}},
        totals={"marker": {"color": theme.SERIES[1]}},
        connector={"line": {"color": theme.MUTED, "width": 1}},
    )
    theme.show(drawn, alt="Sales, returns and adjustments that make the revenue", key="made_of")
    if now.unreconciled_usd == Decimal(0):
        st.caption(":material/check: Adds up to the cent.")
    else:
        st.warning(f"The parts differ from the total by {fmt.money(now.unreconciled_usd)}.")


@kept
def _platforms(counted: Counted, period: Period, compared: Period | None) -> pd.DataFrame:
    first = compared.first if compared else None
    return counted.read(revenue.revenue_by_platform, **_days(period), compare_first=first)


def _by_platform(counted: Counted, period: Period, compared: Period | None) -> None:
    frame = _platforms(counted, period, compared)
    if frame.empty:
        nothing("No platform earned anything on these days.")
        return
    sold = {
        name: leads_behind.earned(period, LeadEvent.SOLD, [key])
        for name, key in zip(frame["platform_name"], frame["platform_id"], strict=True)
    }
    revenues = frame["total_revenue"].astype("float64")
    drawn = theme.ranking(frame["platform_name"], revenues, "money").headed("Platform", "Revenue")
    in_order = list(sold.values())
    show_with_leads(
        counted.actor, drawn, lambda _, point: in_order[point], sold, alt="Revenue by platform", key="by_platform"
    )
    _platform_table(counted, period, compared)


@kept
def _platform_table(counted: Counted, period: Period, compared: Period | None) -> None:
    frame = _platforms(counted, period, compared)
    money = frame["total_revenue"].astype("float64")
    before = frame["compare_revenue"].astype("float64")
    frame = frame.assign(change=(money - before) / before.abs().where(before != 0))
    columns = {
        "platform_name": tbl.text("Platform"),
        "total_revenue": tbl.money("Revenue"),
        "change": tbl.percent("Change", help="Against the period compared with."),
        "sold_leads": tbl.number("Sold", help="Sales in the ledger: as many as leads open by its bar."),
        "average_price_usd": tbl.money("Average"),
        "return_rate": tbl.percent("Returned", help="Leads returned / leads sold."),
        "trend": tbl.trend("Trend", width=110, help="Revenue by day; over two months by week."),
    }
    if compared is None:
        del columns["change"]
    tbl.table(frame, columns, alt="Revenue by platform, with change and trend", key="platform_table")


@kept
def _steps(counted: Counted, period: Period, platforms: Sequence[UUID]) -> pd.DataFrame:
    return counted.read(revenue.funnel, **_days(period), platform_ids=platforms)


def _funnel(counted: Counted, period: Period, platforms: Sequence[UUID]) -> None:
    steps = _steps(counted, period, platforms)
    if steps.empty:
        nothing("No figures for these days.")
        return
    drawn = theme.ranking([_step(step) for step in steps.itertuples()], steps["count"], height=330)
    drawn.headed("Step", "Count").update_traces(
        text=[fmt.number(count) for count in steps["count"]], textposition="auto"
    )
    leads = {STEPS[step]: _leads_of(step, period, platforms) for step in steps["step"]}
    in_order = list(leads.values())
    alt = "Leads, qualified leads, deliveries, sales and returns"
    show_with_leads(counted.actor, drawn, lambda _, point: in_order[point], leads, alt=alt, key="funnel")


def _leads_of(step: str, period: Period, platforms: Sequence[UUID]) -> LeadFilter:
    """The leads that a step of the funnel counts."""
    if step == "leads":
        return leads_behind.came(period)
    if step == "qualified":
        return leads_behind.qualified(period)
    if step == "deliveries":
        return leads_behind.delivered(period, platforms)
    return leads_behind.earned(period, LeadEvent.SOLD if step == "sales" else LeadEvent.RETURNED, platforms)


def _step(step: Any) -> str:
    """A step's name, and under it how many of the step before came this far."""
    name, rate = step.step, step.per_previous
    if pd.isna(rate):
        return STEPS[name]
    shown = f"{rate:.1f}" if name == "deliveries" else fmt.percent(rate, 0)
    return f"{STEPS[name]}<br>{shown} {STEP_RATES[name]}"
