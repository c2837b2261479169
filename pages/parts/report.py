"""Errors that nobody foresaw: logged with a short id, shown as one sentence with that id and nothing else."""

from __future__ import annotations

import logging
import secrets
import traceback

import streamlit as st

from aurum_data.actions.error_log import log_error
from aurum_data.database import get_database
from aurum_data.errors import AurumError

LOGGER = logging.getLogger("aurum.pages")


def report(error: BaseException, component: str) -> str:
    """Log an error and give the sentence for the screen, even when the log cannot be written."""
    error_id = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    location = next(
        (f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in reversed(frames) if "site-packages" not in f.filename),
        None,
    )
    LOGGER.error("error %s in %s: %s at %s", error_id, component, type(error).__name__, location)
    try:
        with get_database().write(None) as session:
            log_error(session, error_id=error_id, component=component, error=error, location=location)
    except AurumError:
        LOGGER.warning("error %s could not be written to the error log", error_id)
    return f"Something went wrong here. If it happens again, tell an administrator this number: {error_id}."


def report_script_error(error: Exception) -> bool:
    """The last resort, for what no panel caught. True: Streamlit shows nothing of its own."""
    if isinstance(error, AurumError):
        st.error(error.message, icon=":material/error:")
    else:
        st.error(report(error, "page"), icon=":material/error:")
    return True
