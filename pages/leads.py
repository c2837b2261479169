"""Leads: find one among millions, see its whole story, act on it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import day_start, now, today
from aurum_data.database import get_database
from aurum_data.errors import NotFound
from aurum_data.queries import lead_figures
from aurum_data.queries.lead_figures import Waiting
from aurum_data.queries.lead_filter import settled, within
from aurum_data.queries.revenue import revenue_as_of
from aurum_data.queries.saved_views import LeadView, my_views
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.bulk_changes import bulk_changes_button
from pages.parts.duplicate_queue import duplicate_queue, duplicates_button, is_queue_asked
from pages.parts.figures import Figure, as_of, change, figure_row
from pages.parts.guard import guard
from pages.parts.kept import Counted, kept
from pages.parts.lead_download import list_download
from pages.parts.lead_filters import chips, filter_bar, search_and_sort, search_note
from pages.parts.lead_groups import groups_button
from pages.parts.lead_list import close_lead, lead_list, open_lead
from pages.parts.lead_neighbours import LEAD, open_own_page
from pages.parts.lead_panel import lead_panel
from pages.parts.lead_views import enter, offered_names, shown_columns, view_bar, view_choice, write_address
from pages.parts.panel import explained


def page() -> None:
    """The list with its figures and filters, or one lead on its own page (?lead=<id>)."""
    actor = guard(Permission.LEADS_READ)
    if asked := st.query_params.get(LEAD):
        _own_page(actor, asked)
        return
    if is_queue_asked():
        duplicate_queue(actor)
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Leads", anchor=False, width="content")
        with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            bulk_changes_button(actor)
            duplicates_button(actor)
    with explained("Figures of leads"):
        _figures(actor)
    with explained("List of leads"):
        _workbench(actor)


def _figures(actor: Actor) -> None:
    """How many came, qualified and were sold in the last seven days against the seven before; what waits.

    The first three are counted for all boroughs together, so a limited person does not see them.
    """
    until = day_start(today() + timedelta(days=1))
    waiting = get_database().query(actor, lead_figures.work_waiting, user_id=actor.user_id, until=until)
    if actor.is_scoped:
        figure_row([_first_contact(waiting), _mine(waiting)])
        return
    counted = Counted.now(actor, revenue_as_of)
    days = _days(counted)
    figure_row(
        [
            _week("New leads, 7 days", days["total_leads"], f"Today: {fmt.number(days['total_leads'].iloc[-1])}"),
            _week("Qualified, 7 days", days["qualified_leads"], "Leads that became qualified on these days"),
            _week("Sold, 7 days", days["sold_leads"], "Sales in the ledger on these days"),
            _first_contact(waiting),
            _mine(waiting),
        ],
        narrowest=145,  # all five beside the menu on a screen of 1,280 pixels: the list begins higher
    )
    as_of(counted.stamp, "new, qualified and sold by New York day")


@kept
def _days(counted: Counted) -> pd.DataFrame:
    return counted.read(lead_figures.funnel_days, last=counted.day, days=14)


def _week(name: str, daily: pd.Series[int], explanation: str) -> Figure:
    week, before = int(daily.iloc[-7:].sum()), int(daily.iloc[-14:-7].sum())
    return Figure(
        name,
        fmt.number(week),
        change=change(week, before),
        help=f"{explanation}. Compared with the seven days before.",
    )


def _first_contact(waiting: Waiting) -> Figure:
    oldest = f"The oldest came {fmt.duration(now() - waiting.oldest_new)} ago." if waiting.oldest_new else ""
    return Figure("Not yet contacted", _capped(waiting.new), help=f"Leads still new. {oldest}")


def _mine(waiting: Waiting) -> Figure:
    return Figure(
        "Mine, open",
        _capped(waiting.mine),
        help=f"Callbacks due by tonight: {_capped(waiting.callbacks)}. "
        f"Leads of all people whose latest delivery failed: {_capped(waiting.errors)}.",
    )


def _capped(count: int) -> str:
    most = count == lead_figures.WAITING_CAP
    return f"{fmt.number(count)} or more" if most else fmt.number(count)


def _workbench(actor: Actor) -> None:
    """Views, search, filters, the list, and the open lead beside it."""
    mine = get_database().query(actor, my_views, user_id=actor.user_id)
    enter(actor, mine)
    offered = offered_names()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view_choice(mine)
        typed, sort = search_and_sort()
    search_note(typed)
    asked = filter_bar(offered, typed)
    write_address()
    columns = shown_columns(mine)
    chosen = within(settled(asked, me=actor.user_id, day=today()), actor.scope_boroughs)
    with view_bar(actor, mine, LeadView(filter=asked, sort=sort, columns=columns)):
        groups_button(offered)
        list_download(actor, chosen, sort, columns)
    chips(offered, asked)
    opened = open_lead()
    # A column in any case: the table stays where it is when a lead opens, and the keyboard stays in the table.
    left, *right = st.columns([5, 6] if opened else 1, gap="medium")
    with left, explained("List of leads"):
        lead_list(actor, chosen, sort, columns, narrow=opened is not None)
    if opened is None:
        return
    with right[0], st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            st.button(
                "Own page", icon=":material/open_in_full:", type="tertiary", on_click=open_own_page, args=(opened,)
            )
            st.button("Close", icon=":material/close:", type="tertiary", on_click=close_lead)
        with explained("Lead"):
            lead_panel(actor, opened)


def _own_page(actor: Actor, asked: str) -> None:
    """One lead over the whole width."""
    if st.button("All leads", icon=":material/arrow_back:", type="tertiary"):
        del st.query_params[LEAD]
        st.rerun()
    with explained("Lead"):
        lead_panel(actor, _lead_id(asked))


def _lead_id(asked: str) -> UUID:
    try:
        return UUID(asked)
    except ValueError:
        raise NotFound("This address does not name a lead.") from None
