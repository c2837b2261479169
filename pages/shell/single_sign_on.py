"""Single sign-on through Streamlit's own `st.login`, as the first step of a sign-in like the password.

Streamlit talks to the provider, checks what it says and keeps it in a signed cookie of its own, good for 30 days. Here
that cookie opens nothing: it is taken once, within minutes, to begin a sign-in (actions/single_sign_on.py), and
removed when the sign-in ends, at sign-out too. Streamlit reads the provider's data from a file of secrets only: it is
written at start, into AURUM_HOME and for this account alone, from the settings.
"""

from __future__ import annotations

import json
import os

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from streamlit import config

from aurum_data.actions.single_sign_on import Arrival, arrive
from aurum_data.database import get_database
from aurum_data.settings import Settings, get_settings
from pages.parts.own_identities import identity_here

SECRETS = "single_sign_on.toml"
CALLBACK = "/oauth2callback"
UNKNOWN = "No account here is linked to this identity. Sign in with your password and link it under My account."
# Streamlit's cookies with what the provider said; long ones are split into numbered parts.
_COOKIES = ("_streamlit_user", "_streamlit_user_tokens")
_SEEN = "_identity_seen"


def prepare_single_sign_on(settings: Settings) -> None:
    """Write Streamlit's file of secrets, and have it read. Without a provider: no file."""
    path = settings.home / SECRETS
    path.unlink(missing_ok=True)
    if not settings.single_sign_on:
        return
    values = {
        "redirect_uri": settings.address + CALLBACK,
        # Made anew at each start, unless replicas were given one together; the cookie lives for minutes.
        "cookie_secret": config.get_option("server.cookieSecret"),
        "client_id": settings.oidc_client_id,
        "client_secret": settings.oidc_client_secret,
        "server_metadata_url": settings.oidc_metadata_url,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    # A JSON string is a TOML string.
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in values.items()]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(["[auth]\n", *lines])
    config.set_option("secrets.files", [str(path)])
    st.secrets.load_if_toml_exists()


def offer_single_sign_on() -> None:
    """The button that leads to the provider, where one is set."""
    settings = get_settings()
    if settings.single_sign_on and st.button(f"Continue with {settings.oidc_name}", width="stretch", key="sso"):
        st.login()


def arrived() -> Arrival | None:
    """Whoever has just come back from the provider and has an account here; says so when they have none."""
    identity = identity_here()
    if identity is None or st.session_state.get(_SEEN) == identity:
        return None
    with get_database().write(None) as session:
        arrival = arrive(session, identity, address=st.context.ip_address)
    if isinstance(arrival, Arrival):
        st.session_state[_SEEN] = identity
        return arrival
    if arrival == "unknown":
        st.warning(UNKNOWN, icon=":material/link_off:")
    return None


def forget_identity(request: Request, response: Response) -> None:
    """Remove what Streamlit keeps in the browser of the provider's word."""
    for name in request.cookies:
        if name in _COOKIES or (name.startswith(_COOKIES) and name.rpartition("_")[2].isdigit()):
            response.delete_cookie(name, path="/")
