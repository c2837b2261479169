"""The sign-in screen: streamlit-authenticator's widget over our own model and cookie layers.

What the package ships is replaced where it is unsafe: its cookie is a stateless token set by a script, which
sign-out cannot revoke, and its lockout lives in memory. Here the database decides about password and code,
and the cookie is set by an HTTP route (routes.py) for a one-time ticket that is bound to this browser.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import streamlit as st
from streamlit_authenticator import Authenticate
from streamlit_authenticator.controllers import AuthenticationController, CookieController
from streamlit_authenticator.models import AuthenticationModel, CookieModel

from aurum_data.actions.identity import (
    Outcome,
    begin_password_attempt,
    finish_password_attempt,
    issue_ticket,
    sign_out,
)
from aurum_data.actions.links import request_password_reset
from aurum_data.actions.second_factor import check_factor
from aurum_data.database import get_database
from aurum_data.rules.identity import LINK_HOURS, LinkPurpose
from aurum_data.security.devices import DEVICE_COOKIE
from aurum_data.security.passwords import verify_password
from aurum_data.security.sessions import NONCE_COOKIE, SESSION_COOKIE, Method
from pages.parts.hand_over import post
from pages.parts.panel import explained
from pages.shell.second_factor import recovery_code_used, set_up_first_factor
from pages.shell.single_sign_on import arrived, offer_single_sign_on

WRONG = "This user name and password do not match. After several tries an account pauses for a while."
WRONG_CODE = "This code is not right, or was used before. Wait for the next one and try again."
NO_COOKIES = "Your browser did not keep our cookie. Allow cookies for this site and reload the page."
MAIL_ASKED = (
    "If there is an account with this user name, a mail with a link is on its way to its address. "
    f"The link is good for {LINK_HOURS[LinkPurpose.PASSWORD_RESET]} hour. No mail? Ask an administrator."
)
CODE_SECONDS = 300
SET_UP_SECONDS = 1200  # long enough to install an authenticator app

# Kept in the server's memory of this tab; not a widget's key, so no browser can set it.
_STEP = "_sign_in_step"
_FORGOTTEN = "_password_forgotten"


@dataclass(frozen=True)
class _Step:
    """How far this tab has come."""

    user_id: UUID
    until: float  # time.monotonic()
    second_factor: bool = False
    done: bool = False
    set_up_as: str | None = None  # user name of somebody who has to set up a second factor first
    codes_left: int | None = None  # after a recovery code was used
    method: Method = "password"

    @classmethod
    def after(cls, outcome: Outcome, user_id: UUID, username: str, method: Method = "password") -> _Step:
        """The step that follows a right password, or the provider's word."""
        if outcome == "needs_second_factor":
            return cls(user_id, time.monotonic() + SET_UP_SECONDS, set_up_as=username, method=method)
        return cls(user_id, time.monotonic() + CODE_SECONDS, done=outcome == "right", method=method)


class DatabaseModel(AuthenticationModel):
    """Checks a user name and password against the `users` table."""

    def __init__(self) -> None:
        """Nothing to load: the package's own reads a file of passwords."""

    def login(self, username: str | None = None, password: str | None = None, *_: Any, **__: Any) -> bool:
        """Whether the password is right and nothing more is needed; shows what is wrong or missing."""
        database, browser = get_database(), _this_browser()
        username, password = (username or "").strip().lower(), password or ""
        with database.write(None) as session:
            attempt = begin_password_attempt(session, username=username, **browser)
        matches = verify_password(attempt.password_hash, password)  # slow by design: outside any transaction
        with database.write(None) as session:
            outcome = finish_password_attempt(session, attempt, matches=matches, password=password)
        if outcome == "wrong" or attempt.user_id is None:
            st.error(WRONG)
        else:
            st.session_state[_STEP] = _Step.after(outcome, attempt.user_id, username)
            return outcome == "right"
        return False


class TicketCookie(CookieModel):
    """Hands the browser over to the route that sets its cookie."""

    def __init__(self) -> None:
        """Nothing to mount: the package's own writes cookies by script."""

    def get_cookie(self) -> None:
        """No cookie signs anybody in here: main.py has asked the session table already."""

    def set_cookie(self) -> None:
        """Exchange the finished sign-in for a ticket and post it."""
        step: _Step = st.session_state.pop(_STEP)
        nonce = st.context.cookies.get(NONCE_COOKIE)
        if not nonce:
            st.error(NO_COOKIES)
            return
        with get_database().write(None) as session:
            ticket = issue_ticket(
                session, user_id=step.user_id, second_factor=step.second_factor, nonce=nonce, method=step.method
            )
        post("/auth/complete", "Signing in", ticket=ticket, next=_page_asked_for())


class _Authentication(AuthenticationController):
    def __init__(self) -> None:
        self.authentication_model = DatabaseModel()

    def login(self, username: str | None = None, password: str | None = None, *_: Any, **__: Any) -> bool:
        """As typed: the package's own strips spaces off passwords."""
        return self.authentication_model.login(username, password)


class _Cookies(CookieController):
    def __init__(self) -> None:
        self.cookie_model = TicketCookie()


class SignIn(Authenticate):
    """The package's sign-in widget, drawn so that password managers can fill it in."""

    def __init__(self) -> None:
        self.authentication_controller = _Authentication()
        self.cookie_controller = _Cookies()

    def login(self, *_: Any, **__: Any) -> None:
        """Draw the form of the step this tab is at, and take what is submitted."""
        step = st.session_state.get(_STEP)
        if step is None and (arrival := arrived()):
            step = _Step.after(arrival.outcome, arrival.user_id, arrival.username, "sso")
            st.session_state[_STEP] = step
        if step is None or time.monotonic() > step.until:
            self._ask_password()
        elif step.codes_left is not None:
            if recovery_code_used(step.codes_left):
                self.cookie_controller.set_cookie()
        elif step.done:
            self.cookie_controller.set_cookie()
        elif step.set_up_as:
            if set_up_first_factor(step.user_id, step.set_up_as):
                st.session_state[_STEP] = replace(step, second_factor=True, done=True)
                self.cookie_controller.set_cookie()
        else:
            self._ask_code(step)

    def _ask_password(self) -> None:
        with st.form("sign_in", border=False):
            username = st.text_input("User name", autocomplete="username", max_chars=80)
            password = st.text_input("Password", type="password", autocomplete="current-password")
            submitted = st.form_submit_button("Sign in", type="primary", width="stretch")
        if submitted:
            if self.authentication_controller.login(username, password):
                self.cookie_controller.set_cookie()
            elif _STEP in st.session_state:
                st.rerun()
        offer_single_sign_on()
        if st.button("Forgotten password?", type="tertiary"):
            st.session_state[_FORGOTTEN] = True
            st.rerun()

    def _ask_code(self, step: _Step) -> None:
        with st.form("one_time_code", border=False):
            code = st.text_input(
                "One-time code",
                autocomplete="one-time-code",
                max_chars=20,
                placeholder="6 digits, from your authenticator app",
                help="Phone lost? Type one of your recovery codes instead.",
            )
            submitted = st.form_submit_button("Continue", type="primary", width="stretch")
        if st.button("Start again", type="tertiary"):
            del st.session_state[_STEP]
            st.rerun()
        if not submitted:
            return
        with get_database().write(None) as session:
            proof = check_factor(session, user_id=step.user_id, typed=code, **_this_browser())
        if proof is None:
            st.error(WRONG_CODE)
            return
        st.session_state[_STEP] = replace(step, second_factor=True, done=True, codes_left=proof.codes_left)
        if proof.codes_left is None:
            self.cookie_controller.set_cookie()
        else:
            st.rerun()


def sign_in_page() -> None:
    """The wall: all that a browser without a live session sees, whatever address it asks for."""
    with wall_card("Forgotten password" if _FORGOTTEN in st.session_state else "Sign in"):
        if _FORGOTTEN in st.session_state:
            _ask_for_a_link()
            return
        if st.context.cookies.get(SESSION_COOKIE):
            st.caption("Your session has ended. Sign in to go on where you were.")
        SignIn().login()


@contextmanager
def wall_card(title: str) -> Iterator[None]:
    """The card in the middle of a page that needs no session; what goes wrong inside is said in one sentence."""
    st.space("large")
    with st.container(horizontal_alignment="center"), st.container(border=True, width=420):
        st.title(title, anchor=False, text_alignment="left")
        with explained(title):
            yield


def _ask_for_a_link() -> None:
    """Ask for the user name and have a link mailed; the answer is the same whether there is such an account."""
    with st.form("forgotten_password", border=False):
        username = st.text_input("User name", autocomplete="username", max_chars=80)
        asked = st.form_submit_button("Send a link", type="primary", width="stretch")
    if asked:
        with get_database().write(None) as session:
            request_password_reset(session, username=username.strip().lower(), address=st.context.ip_address)
        st.info(MAIL_ASKED, icon=":material/mail:")
    if st.button("Back to sign-in", type="tertiary"):
        del st.session_state[_FORGOTTEN]
        st.rerun()


def _this_browser() -> dict[str, str | None]:
    """What limits ask of the browser: its device cookie and its address."""
    return {"device": st.context.cookies.get(DEVICE_COOKIE), "address": st.context.ip_address}


def sign_out_here() -> None:
    """End this browser's session in the database at once, then have the cookie removed. Ends the run."""
    token = st.context.cookies.get(SESSION_COOKIE)
    if token:
        with explained("sign-out"), get_database().write(None) as session:
            sign_out(session, token=token, address=st.context.ip_address)
    post("/auth/sign-out", "Signing out")
    st.stop()


def _page_asked_for() -> str:
    """Path and filters of the address this browser is at, to come back to after sign-in."""
    query = urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])
    return (urlsplit(st.context.url or "").path or "/") + (f"?{query}" if query else "")
