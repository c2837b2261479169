"""Views of the list of leads: which one is shown, the bar that chooses, saves and shares them, and copied links.

On arrival the address decides: its filters, else the view or link that it names, else the view that the person
starts with. After that the widgets hold what is shown, and the view is what they are compared with.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aurum_data.actions import saved_views as actions
from aurum_data.actions.core import Actor
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.errors import NotFound, UserError
from aurum_data.queries import lead_figures
from aurum_data.queries.lead_figures import Offered
from aurum_data.queries.saved_views import LeadView, MyViews, SavedView, open_link, read_view, write_view
from aurum_data.rules.identity import Permission
from aurum_data.settings import get_settings
from pages.parts import format as fmt
from pages.parts.guard import guard
from pages.parts.lead_columns import CHOSEN as COLUMNS
from pages.parts.lead_columns import USUAL, columns_button, known
from pages.parts.lead_drill import asked_for, read_happened, write_happened
from pages.parts.lead_filters import PARAMETERS, read_days, show_filter, write_days
from pages.parts.lead_groups import read_groups, write_groups
from pages.parts.lead_list import OPEN
from pages.parts.lead_view_options import DONE, VERSION, changed_view, done, save_as, view_options
from pages.parts.panel import explained

VIEW = "view"  # parameter of the address: a saved view, or a copied link
SHOWN, ASKED, ENTERED, NOTE = "lead_view_shown", "lead_view_asked", "lead_views_entered", "lead_view_note"
CHOICE = "lead_view"
ALL = "All leads"
_GONE = "This view names a source, buyer, person or ZIP code that is no longer offered; that was left out."
_TAKEN_AWAY = "The view that you saw was deleted, or is no longer shared. Save what it shows as a new one to keep it."


@st.cache_data(ttl=60, max_entries=1, show_spinner=False)
def offered_names() -> Offered:
    """Names for the filters; the same for everybody who may read leads."""
    return get_database().query(None, lead_figures.offered)


def enter(actor: Actor, mine: MyViews) -> None:
    """Show what was asked for, by the address on arrival or in the bar. Before any widget of the list is drawn."""
    state = st.session_state
    try:
        if (behind := asked_for()) is not None:
            state[ENTERED], state[SHOWN], state[OPEN] = True, None, None
            _show(LeadView(filter=behind), arriving=True)
        elif ASKED in state:
            _show_saved(mine.find(state.pop(ASKED)), arriving=False)
        elif not state.get(ENTERED):
            state[ENTERED] = True
            _arrive(actor, mine)
    except UserError as error:
        state[NOTE] = error.message


def _arrive(actor: Actor, mine: MyViews) -> None:
    asked = st.query_params.get(VIEW)
    filtered = any(name in PARAMETERS for name in st.query_params)
    read_days()
    read_groups()
    read_happened()
    if asked is None:
        saved = None if filtered else mine.first(actor.roles)
        if saved is not None:
            _show_saved(saved, arriving=True)
    elif saved := mine.find(view_id := _id(asked)):
        if filtered:  # a reload: the address holds what was changed since
            st.session_state[SHOWN], st.session_state[VERSION] = saved.view_id, saved.version
            st.session_state[COLUMNS] = known(read_view(saved.definition).columns)
        else:
            _show_saved(saved, arriving=True)
    else:
        with get_database().read_primary() as session:
            linked = open_link(session, view_id)
        _show(linked, arriving=True)


def _id(asked: str) -> UUID:
    try:
        return UUID(asked)
    except ValueError:
        raise NotFound("This address does not name a view.") from None


def _show_saved(view: SavedView | None, *, arriving: bool) -> None:
    """Show a saved view, or all leads. Raises Invalid for one in a form that is not known; it is shown as chosen."""
    st.session_state[SHOWN], st.session_state[VERSION] = view and view.view_id, view and view.version
    _show(read_view(view.definition) if view else LeadView(), arriving=arriving)


def _show(view: LeadView, *, arriving: bool) -> None:
    st.session_state[COLUMNS] = known(view.columns)
    if show_filter(view.filter, view.sort, offered_names(), arriving=arriving):
        return
    offered_names.clear()  # it may name what was added a moment ago
    if not show_filter(view.filter, view.sort, offered_names(), arriving=arriving):
        st.session_state[NOTE] = _GONE


def shown_columns(mine: MyViews) -> tuple[str, ...]:
    """The columns of the list: chosen just now or by the view, else the person's own, else the usual ones."""
    return st.session_state.get(COLUMNS) or _own_columns(mine)


def _own_columns(mine: MyViews) -> tuple[str, ...]:
    return known(mine.columns) or USUAL


def write_address() -> None:
    """Put into the address what no widget puts there: the view, days, groups. After the filters, before the list."""
    shown = st.session_state.get(SHOWN)
    wanted = None if shown is None else str(shown)
    if st.query_params.get(VIEW) != wanted:
        if wanted is None:
            del st.query_params[VIEW]
        else:
            st.query_params[VIEW] = wanted
    write_days()
    write_groups()
    write_happened()


def view_choice(mine: MyViews) -> None:
    """The choice of views: all leads, the person's own, those that others share."""
    shown = mine.find(asked := st.session_state.get(SHOWN))
    if asked is not None and shown is None and DONE not in st.session_state:  # the person did not delete it just now
        st.session_state[NOTE] = _TAKEN_AWAY
    st.session_state[SHOWN] = shown and shown.view_id
    st.session_state[CHOICE] = "" if shown is None else str(shown.view_id)
    names = {str(view.view_id): _name(view) for view in mine.views}
    st.selectbox(
        "View",
        ["", *names],
        format_func=lambda one: names.get(one, ALL),
        key=CHOICE,
        on_change=_choose,
        width=260,
    )


def view_bar(actor: Actor, mine: MyViews, current: LeadView) -> DeltaGenerator:
    """The pinned views, what can be done with the one that is shown, columns and the link; the row they stand in.

    `current` is what the screen shows, not settled, search text included.
    """
    done()
    if note := st.session_state.pop(NOTE, None):
        st.warning(note, icon=":material/info:")
    shown = mine.find(st.session_state[SHOWN])
    unsearched = replace(current, filter=replace(current.filter, search=""))
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with row:
        for view in mine.views:
            if view.is_pinned:
                _pinned(view, is_shown=view == shown)
        st.space("stretch")
        if not _differs(unsearched, shown, mine):
            st.session_state[VERSION] = shown and shown.version  # whatever was changed of it is what the person sees
        else:
            st.button(
                "Reset",
                icon=":material/restart_alt:",
                type="tertiary",
                help="Back to the view as it was saved" if shown else "Back to all leads, the newest first",
                on_click=_open,
                args=(shown and shown.view_id,),
            )
            _save_buttons(actor, shown, unsearched)
        if shown is not None:
            view_options(actor, shown, starts=mine.start == shown.view_id)
        columns_button(current.columns)
        if st.button("Copy link", icon=":material/link:", type="tertiary"):
            _copy_link(current)
    return row


def _name(view: SavedView) -> str:
    if view.is_mine:
        return f"{view.name} · shared" if view.is_shared else view.name
    return f"{view.name} · by {view.owner_name}"


def _pinned(view: SavedView, *, is_shown: bool) -> None:
    st.button(
        fmt.plain(view.name),
        key=f"pinned_{view.view_id}",
        icon=":material/keep:",
        type="secondary" if is_shown else "tertiary",
        on_click=_open,
        args=(view.view_id,),
    )


def _choose() -> None:
    guard(Permission.LEADS_READ)
    chosen = st.session_state[CHOICE]
    st.session_state[ASKED] = UUID(chosen) if chosen else None


def _open(view_id: UUID | None) -> None:
    guard(Permission.LEADS_READ)
    st.session_state[ASKED] = view_id


def _differs(current: LeadView, shown: SavedView | None, mine: MyViews) -> bool:
    """Whether what is on the screen is something else than the view that is shown."""
    try:
        saved = read_view(shown.definition) if shown else LeadView()
    except UserError:
        return True
    return current != replace(saved, columns=known(saved.columns) or _own_columns(mine))


def _save_buttons(actor: Actor, shown: SavedView | None, current: LeadView) -> None:
    may_change = shown is not None and (shown.is_mine or actor.may(Permission.USERS_WRITE))
    if shown is not None and shown.version != st.session_state[VERSION]:
        changed_view(shown)
        st.button("Show it now", icon=":material/refresh:", type="tertiary", on_click=_open, args=(shown.view_id,))
    elif shown is not None and may_change and st.button("Save changes", icon=":material/save:", type="tertiary"):
        with explained("Save changes"):
            with get_database().write(actor) as session:
                st.session_state[VERSION] = actions.change_view(
                    session, actor, view_id=shown.view_id, version=shown.version, definition=write_view(current)
                )
            done(f"{shown.name} was saved.")
    if st.button("Save as new", icon=":material/bookmark_add:", type="tertiary"):
        save_as(write_view(current), SHOWN)


def _copy_link(current: LeadView) -> None:
    actor = guard(Permission.LEADS_READ)
    with explained("Copy link"):
        with get_database().write(actor) as session:
            link_id = actions.make_link(session, actor, definition=write_view(current), search=current.filter.search)
        _link(f"{get_settings().address}/leads?{VIEW}={link_id}")


@st.dialog("Link to this list", width="medium")
def _link(address: str) -> None:
    guard(Permission.LEADS_READ)
    st.code(address, language=None, wrap_lines=True)
    until = fmt.day(today() + timedelta(days=actions.LINK_DAYS))
    st.caption(
        "It opens this list with its filters, order, columns and what is searched, for anybody who may read leads, "
        f"until {until}. The address itself holds none of that."
    )
