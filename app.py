"""The application: the script pages/shell/main.py, the HTTP routes beside it, start and stop of the engines.

`streamlit run app.py` and `uvicorn app:app` (from this folder) serve the same thing.
"""

from __future__ import annotations

import gc
import importlib
import logging
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

import pages
from aurum_data.database import get_database
from aurum_data.errors import AurumError
from aurum_data.operations.cluster import LocalPair
from aurum_data.security.encryption import keys_problem
from aurum_data.settings import PROJECT_ROOT, get_settings, refresh_settings
from pages.api.serve import API
from pages.parts.report import report_script_error
from pages.shell.access_log import keep_queries_out_of_the_access_log
from pages.shell.client import ClientAddress
from pages.shell.downloads import DOWNLOADS
from pages.shell.gate import Gate, KnownHosts
from pages.shell.headers import SecurityHeaders
from pages.shell.routes import ROUTES, unavailable
from pages.shell.server import configure_server
from pages.shell.single_sign_on import prepare_single_sign_on

configure_server()

LOGGER = logging.getLogger("aurum.app")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Find the database and load the screens before the first visitor; close the connections at the end."""
    _use_the_running_pair()
    keep_queries_out_of_the_access_log()
    # streamlit-authenticator registers components as it is imported, and Streamlit warns of each.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    for module in pkgutil.iter_modules(pages.__path__):
        importlib.import_module(f"pages.{module.name}")
    importlib.import_module("pages.shell.sign_in")
    if get_settings().primary_url and (problem := keys_problem()):
        LOGGER.error(problem)  # what needs no key goes on; the rest says the same sentence
    # What is loaded by now stays: the collector need not walk through it again during every page.
    gc.collect()
    gc.freeze()
    yield
    if get_settings().primary_url:
        get_database().dispose()


def _use_the_running_pair() -> None:
    """Started by hand, with no database named: use the local pair if `make run` has one running."""
    settings = get_settings()
    if settings.primary_url:
        return
    try:
        pair = LocalPair(settings.home, settings.pg_bin)
        if pair.status().primary == "running":
            urls = pair.urls()
            # Not operations.local.adopt: the dashboard has no use for the owner's and the worker's passwords.
            refresh_settings(
                AURUM_LOCAL_PAIR="1",
                AURUM_KEY_FILE=str(settings.key_file or pair.state / "keys.json"),
                AURUM_PRIMARY_URL=urls.primary,
                AURUM_REPLICA_URL=urls.replica,
            )
    except AurumError:
        return  # the first page says what to do


prepare_single_sign_on(get_settings())
app = st.App(
    PROJECT_ROOT / "pages" / "shell" / "main.py",
    lifespan=lifespan,
    routes=[*ROUTES, *DOWNLOADS, API],
    middleware=[Middleware(ClientAddress), Middleware(SecurityHeaders), Middleware(KnownHosts), Middleware(Gate)],
    on_script_error=report_script_error,
    exception_handlers={AurumError: unavailable},
)
