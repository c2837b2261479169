"""The script behind every address: who is there, which screens they have, which one they asked for.

It lies here, and not beside the folder `pages`, because Streamlit serves a folder of that name unguarded.
`st.navigation` runs in every case, so the sign-in screen is itself a page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.errors import AurumError
from pages import account
from pages.leads import LEAD
from pages.parts import format as fmt
from pages.parts.confirm import offer_confirmation
from pages.parts.freeze_banner import freeze_banner
from pages.parts.guard import current_actor
from pages.parts.lead_drill import go_to_asked
from pages.parts.own_identities import identity_here
from pages.parts.own_inbox import account_link
from pages.shell.screens import SCREENS
from pages.shell.sign_in import sign_in_page, sign_out_here
from pages.shell.view_as import banner, begin
from pages.shell.welcome import welcome_page

STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Draw the frame and run the page asked for."""
    st.set_page_config(page_title="Aurum Solar Ops", page_icon=str(STATIC / "mark.svg"), layout="wide")
    st.logo(str(STATIC / f"logo_{st.context.theme.type or 'light'}.svg"), size="large")
    try:
        actor = current_actor()
    except AurumError as error:
        message = error.message
        _under_every_address(lambda: _away(message), "Not available").run()
        return
    if actor is None:
        _under_every_address(sign_in_page, "Sign in", _welcome()).run()
        return
    screens = [screen for screen in SCREENS if actor.may(screen.permission)]
    screens.sort(key=lambda screen: screen.first_for not in actor.roles)
    pages = [st.Page(screen.page, title=screen.title, icon=screen.icon, url_path=screen.path) for screen in screens]
    # A default page answers at "/" alone, so the start page is one of its own and goes on to the first screen.
    first = pages[0] if pages else None
    if LEAD in st.query_params:  # links to a lead name no screen
        first = next((page for page in pages if page.url_path == "leads"), first)
    mine = st.Page(account.page, title="My account", url_path=account.PATH, visibility="hidden")
    if identity_here():
        first = mine  # back from the provider, to link the account
    start = st.Page(lambda: _start(first), title="Start", default=True, visibility="hidden")
    chosen = st.navigation([start, *pages, mine, _welcome()])
    go_to_asked(next((page for page in pages if page.url_path == "leads"), None), chosen)
    _who_is_here(actor, mine)
    banner(actor, start)
    offer_confirmation()
    state = get_database().status()
    if state.message:
        st.warning(state.message, icon=":material/sync_problem:")
    freeze_banner(actor)
    chosen.run()


def _welcome() -> st.Page:
    """Where a one-time link leads; whoever holds one needs no session."""
    return st.Page(welcome_page, title="Choose a password", url_path="welcome", visibility="hidden")


def _under_every_address(page: Callable[[], None], title: str, *besides: st.Page) -> st.Page:
    """One page whatever is asked for, so that the address is kept until the person may go there."""
    pages = [st.Page(page, title=title, default=True), *besides]
    pages += [st.Page(page, title=title, url_path=path) for path in (account.PATH, *(s.path for s in SCREENS))]
    return st.navigation(pages, position="hidden")


def _who_is_here(actor: Actor, mine: st.Page) -> None:
    roles = ", ".join(fmt.label(role) for role in sorted(actor.roles)) or "No role"
    with st.sidebar.container(border=True):
        st.markdown(f"**{fmt.plain(actor.full_name)}**  \n:gray[{fmt.plain(roles)}]")
        account_link(mine)
        begin(actor)
        leaving = st.button("Sign out", icon=":material/logout:", width="stretch")
    if leaving:
        sign_out_here()


def _start(first: st.Page | None) -> None:
    if first is not None:
        st.switch_page(first, query_params={name: st.query_params.get_all(name) for name in st.query_params})
    st.title("No screens yet", anchor=False)
    st.caption("Your account has no role that opens a screen. Ask an administrator for one.")


def _away(message: str) -> None:
    st.title("Not available", anchor=False)
    st.error(message, icon=":material/cloud_off:")


main()
