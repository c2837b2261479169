"""Where a request really comes from, when proxies stand between.

The middleware puts the answer into the connection's own data before anything reads it, so `request.client` of
a route and `st.context.ip_address` of a screen agree, and nobody else need know of proxies.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from aurum_data.settings import get_settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(peer: str | None, forwarded: str, trusted: Sequence[Network]) -> str | None:
    """The address of the client: of those named, the one nearest to us that is no trusted proxy.

    `peer` holds the other end of the connection. Only if it is a trusted proxy is `forwarded` (X-Forwarded-For,
    to which each proxy appends the end that it saw) read, from the right, and only as far as proxies that
    are trusted too have written it: what stands left of them anybody may have made up. An entry that is no
    address ends the walk: the proxy that passed it on is then the answer. None: the peer has no address.
    """
    nearest = _parsed(peer or "")
    if nearest is None:
        return None
    for entry in reversed(forwarded.split(",")):
        if not _is_trusted(nearest, trusted):
            break
        named = _parsed(entry)
        if named is None:
            break
        nearest = named
    return str(nearest)


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _parsed(text: str) -> Address | None:
    """An address, with or without a port; an IPv4 address in IPv6 clothes is the IPv4 address."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class ClientAddress:
    """ASGI middleware: the client's address, and the scheme it used, as trusted proxies tell."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.trusted = get_settings().trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] in {"http", "websocket"} and scope.get("client"):
            host, port = scope["client"]
            headers = Headers(scope=scope)
            peer = _parsed(host)
            address = client_address(host, ",".join(headers.getlist("x-forwarded-for")), self.trusted)
            if address is not None:
                scope["client"] = (address, port)
            if peer and _is_trusted(peer, self.trusted) and headers.get("x-forwarded-proto") == "https":
                scope["scheme"] = "wss" if scope["type"] == "websocket" else "https"
        await self.app(scope, receive, send)
