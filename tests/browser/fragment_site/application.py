"""An application for a test: the real routes and headers around a script with a fragment and a callback."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from pages.shell.headers import SecurityHeaders
from pages.shell.routes import ROUTES

app = st.App(Path(__file__).with_name("script.py"), routes=ROUTES, middleware=[Middleware(SecurityHeaders)])
