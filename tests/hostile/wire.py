"""A client that speaks Streamlit's protocol without a browser, and says what no browser would.

with Tab(url, token) as tab:
    tab.open("leads")
    tab.send({"$$ID-...-None": "anything"})
    assert "..." in tab.words
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from aurum_data.security.sessions import SESSION_COOKIE

TIMEOUT_SECONDS = 60
PRESS = object()  # a button's click
_WORDS = re.compile(r'(?:label|body|value|title|html): "((?:[^"\\]|\\.)+)"')


def stream(
    url: str, *, origin: str | None, token: str | None = None, resume: str = "", **options: Any
) -> AbstractContextManager[ClientConnection]:
    """A live connection as the page opens one."""
    cookies = {"Cookie": f"{SESSION_COOKIE}={token}"} if token else {}
    headers = cookies | options.pop("headers", {})
    return connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        origin=origin,  # type: ignore[arg-type]
        subprotocols=["streamlit", *(["none", resume] if resume else [])],  # type: ignore[list-item]
        additional_headers=headers,
        max_size=None,
        close_timeout=0.2,
        **options,
    )


class Tab:
    """One live connection: what the server drew in it, element by element."""

    def __init__(self, url: str, token: str | None = None, *, resume: str = "", **headers: str) -> None:
        self.opened = ExitStack()
        self.socket = self.opened.enter_context(stream(url, origin=url, token=token, resume=resume, headers=headers))
        self.page = ""
        self.query = ""
        self.session_id = ""
        self.drawn: list[str] = []
        self.elements: list[Element] = []
        self.everything = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.opened.close()

    @property
    def titles(self) -> list[str]:
        """The headings of screens that were drawn."""
        return [element.heading.body for element in self.elements if element.heading.tag == "h1"]

    @property
    def words(self) -> str:
        """All text of the last run."""
        return "\n".join(self.drawn)

    def open(self, page: str = "", query: str = "") -> Self:
        """Ask for a page by name, as its address does."""
        self.page, self.query = page, query
        return self.send({})

    def send(self, widgets: dict[str, Any], *, fragment: str = "") -> Self:
        """Say what the widgets hold, and run the page (or one fragment of it)."""
        self.shout(widgets, fragment=fragment)
        return self._read()

    def shout(self, widgets: dict[str, Any] | None = None, *, fragment: str = "") -> None:
        """The same without listening to the answer."""
        message = BackMsg()
        run = message.rerun_script
        run.page_name, run.query_string, run.fragment_id = self.page, self.query, fragment
        run.widget_states.widgets.extend(_state(key, value) for key, value in (widgets or {}).items())
        self.socket.send(message.SerializeToString())

    def ids(self, label: str) -> list[str]:
        """Ids of the widgets with this label, as the server drew them."""
        found = []
        for element in self.elements:
            inner = getattr(element, element.WhichOneof("type") or "", None)
            if getattr(inner, "label", None) == label and getattr(inner, "id", ""):
                found.append(inner.id)
        return found

    @property
    def widgets(self) -> dict[str, str]:
        """Label and id of everything that takes input."""
        found = {}
        for element in self.elements:
            inner = getattr(element, element.WhichOneof("type") or "", None)
            if getattr(inner, "id", ""):
                found[getattr(inner, "label", "") or element.WhichOneof("type") or ""] = inner.id
        return found

    def _read(self) -> Self:
        self.drawn, self.elements = [], []
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=TIMEOUT_SECONDS))
            self.everything += str(message)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session_id = message.new_session.initialize.session_id
            elif kind == "delta":
                self.drawn += _WORDS.findall(str(message.delta))
                if message.delta.WhichOneof("type") == "new_element":
                    self.elements.append(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return self


def _state(key: str, value: Any) -> WidgetState:
    state = WidgetState(id=key)
    match value:
        case _ if value is PRESS:
            state.trigger_value = True
        case bool():
            state.bool_value = value
        case int():
            state.int_value = value
        case float():
            state.double_value = value
        case str():
            state.string_value = value
        case bytes():
            state.bytes_value = value
        case list():
            state.string_array_value.data.extend(value)
    return state
