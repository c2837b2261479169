"""A server that nobody has visited yet serves no screen to a stranger, whatever name they ask for.

Streamlit runs files of a folder `pages` beside its script, unguarded, until the script has run once. A client that
speaks its protocol can ask for them by name; so does this test, of a server started for it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from aurum_data.operations.cluster import PairUrls
from aurum_data.settings import PROJECT_ROOT
from tests.browser.served import start_application, stop_application

pytestmark = pytest.mark.browser

NAMES = ["revenue", *sorted({path.stem for path in (PROJECT_ROOT / "pages").rglob("*.py")} - {"revenue"})]


def texts_for(url: str, page_name: str) -> list[str]:
    """The readable words in all that the server sends for one page, asked for by name."""
    request = BackMsg()
    request.rerun_script.page_name = page_name
    found: list[str] = []
    with connect(f"{url.replace('http', 'ws')}/_stcore/stream", origin=url, subprotocols=["streamlit"]) as socket:
        socket.send(request.SerializeToString())
        while True:
            raw = socket.recv(timeout=30)
            message = ForwardMsg.FromString(raw)
            if message.HasField("delta"):
                found += re.findall(r'(?:label|body|value): "([^"]+)"', str(message.delta))
            if message.HasField("script_finished"):
                return found


@pytest.mark.parametrize("uvicorn", [False, True], ids=["streamlit run", "uvicorn"])
def test_a_cold_server_shows_the_wall_for_every_name(site_urls: PairUrls, tmp_path: Path, uvicorn: bool):
    url, process = start_application(site_urls, tmp_path / "server.log", uvicorn=uvicorn)
    try:
        shown = {name: texts_for(url, name) for name in NAMES}
    finally:
        stop_application(process)
    wall = ["Sign in", "User name", "Password", "Sign in", "Forgotten password?"]
    assert {name: words for name, words in shown.items() if words != wall} == {}
