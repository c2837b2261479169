"""One panel of a screen: if it fails it says so in one sentence and leaves the rest of the screen alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from aurum_data.errors import AurumError, ConfirmationNeeded, NotAllowed, UserError
from pages.parts.figure_download import Download, download_menu, send
from pages.parts.figure_tables import gathering
from pages.parts.guard import current_actor, note_denied
from pages.parts.report import report

CONFIRMATION_ASKED = "_confirmation_asked"


@contextmanager
def panel(
    title: str, *, note: str | None = None, border: bool = True, download: Download | None = None
) -> Iterator[None]:
    """A titled card. Errors inside are shown in the card: ours as they say, others as a sentence with an id.

    `note` explains the title on hover. With `download`, a menu offers the charts and tables inside as a file.
    """
    with st.container(border=border, height="stretch"):
        if download is None:
            st.header(title, help=note, anchor=False)
            chosen = None
        else:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.header(title, help=note, anchor=False)
                chosen = download_menu(title)
        with explained(title):
            if download is None or chosen is None:
                yield
            else:
                with gathering() as tables:
                    yield
                send(title, download, chosen, tables)


@contextmanager
def explained(component: str) -> Iterator[None]:
    """Show what goes wrong inside as one sentence, without a card: for forms and actions.

    What needs a fresh confirmation draws the screen again with the form for it on top (parts/confirm.py).
    Streamlit's own stop and rerun pass through: they are not Exceptions.
    """
    try:
        yield
    except ConfirmationNeeded:
        st.session_state[CONFIRMATION_ASKED] = True
        st.rerun()
    except UserError as error:
        if isinstance(error, NotAllowed):
            with suppress(AurumError):
                note_denied(current_actor(), component)
        st.warning(error.message, icon=":material/info:")
    except AurumError as error:
        st.error(f"{error.message} Try again in a minute.", icon=":material/cloud_off:")
    except Exception as error:  # noqa: BLE001 - the last resort of a panel; reported with its id
        st.error(report(error, component), icon=":material/error:")


def nothing(sentence: str) -> None:
    """The state of a panel with no rows: say what is empty and, where it helps, what to do."""
    st.caption(f":material/inbox: {sentence}")
