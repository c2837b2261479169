"""What uvicorn must do differently, and `streamlit run` cannot tell it.

Both ways to start the application make uvicorn's configuration before they import app.py and use it afterwards.
So it is the configuration's class that gets the answers here, for both.
"""

from __future__ import annotations

from typing import Any

import uvicorn


def configure_server() -> None:
    """No answer names the server, and client.py alone judges what proxies say about the client."""
    _always("encoded_headers", [])  # all that uvicorn puts there is "server: uvicorn"
    _always("proxy_headers", False)  # would believe anybody on this machine


def _always(name: str, value: Any) -> None:
    """Whatever the configuration is told, this is its answer."""
    setattr(uvicorn.Config, name, property(lambda _: value, lambda _, __: None))
