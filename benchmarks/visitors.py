"""A visitor who speaks Streamlit's protocol: what the server alone takes to run a page."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self
from uuid import UUID

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from aurum_data.operations.cluster import PairUrls
from aurum_data.security.sessions import SESSION_COOKIE, open_session

PAGES = ("leads", "revenue", "platforms", "market", "my-work", "team", "lead-quality", "compliance", "system")


class Visitor:
    """One browser tab, signed in by its cookie."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Cookie": f"{SESSION_COOKIE}={token}"}

    def __enter__(self) -> Self:
        stream = f"{self._url.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = connect(
            stream, origin=self._url, subprotocols=["streamlit"], additional_headers=self._headers, max_size=None
        )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def open(self, page: str, query: str = "") -> float:
        """Run a page; milliseconds until the server has sent all of it. Raises AssertionError if it failed."""
        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.query_string = query
        started = time.perf_counter()
        self._socket.send(request.SerializeToString())
        while True:
            message = ForwardMsg.FromString(self._socket.recv(timeout=60))
            assert message.delta.new_element.WhichOneof("type") != "exception", page
            assert not message.HasField("page_not_found"), page
            if message.HasField("script_finished"):
                return (time.perf_counter() - started) * 1000


def token_of(urls: PairUrls, username: str) -> str:
    """The cookie of a fresh session of a sample person."""
    engine = create_engine(urls.primary)
    with psycopg.connect(urls.owner.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT id FROM users WHERE username = %s", [username]).fetchone()
    assert row is not None
    assert isinstance(row[0], UUID)
    with Session(engine) as session:
        token = open_session(session, user_id=row[0], second_factor=True, address=None, user_agent="benchmark")
        session.commit()
    engine.dispose()
    assert token is not None
    return token
