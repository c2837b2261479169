"""The client's address: what trusted proxies say, and nothing that anybody else says."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aurum_data.settings import Settings, get_settings
from pages.shell.client import ClientAddress, client_address
from tests.loops import run

PROXIES = [ip_network("10.0.0.0/8"), ip_network("192.0.2.1"), ip_network("fd00::/8")]

proxies = st.one_of(
    st.ip_addresses(network="10.0.0.0/8"), st.just(ip_address("192.0.2.1")), st.ip_addresses(network="fd00::/8")
)
strangers = st.ip_addresses().filter(
    lambda address: not any(address in network for network in PROXIES) and not getattr(address, "ipv4_mapped", None)
)
anything = st.one_of(strangers.map(str), proxies.map(str), st.text(max_size=20), st.just("unknown"))


@given(strangers, st.lists(anything))
def test_what_a_stranger_says_is_ignored(peer: Any, said: list[str]) -> None:
    assert client_address(str(peer), ",".join(said), PROXIES) == str(peer)


@given(st.ip_addresses(), st.lists(anything))
def test_without_trusted_proxies_nobody_is_believed(peer: Any, said: list[str]) -> None:
    assume(not getattr(peer, "ipv4_mapped", None))
    assert client_address(str(peer), ",".join(said), []) == str(peer)


@given(st.lists(anything), strangers, st.lists(proxies, min_size=1))
def test_the_nearest_that_is_no_proxy_is_the_client_whatever_it_made_up(
    made_up: list[str], client: Any, chain: list[Any]
) -> None:
    header = ", ".join([*made_up, str(client), *(str(proxy) for proxy in chain[:-1])])
    assert client_address(str(chain[-1]), header, PROXIES) == str(client)


@given(st.text(), st.text())
def test_never_anything_but_an_address(peer: str, header: str) -> None:
    found = client_address(peer, header, PROXIES)
    assert found is None or ip_address(found)


@pytest.mark.parametrize(
    ("peer", "header", "client"),
    [
        ("10.0.0.1", "203.0.113.9:5012", "203.0.113.9"),
        ("10.0.0.1", "[2001:db8::5]:443", "2001:db8::5"),
        ("10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, not an address", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
    ],
)
def test_ways_to_write_an_address(peer: str, header: str, client: str) -> None:
    assert client_address(peer, header, PROXIES) == client


def seen_by_the_application(scope: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("AURUM_TRUSTED_PROXIES", "10.0.0.0/8")
    get_settings.cache_clear()
    seen: dict[str, Any] = {}

    async def application(scope: dict[str, Any], *_: Any) -> None:
        seen.update(scope)

    run(ClientAddress(application)(scope, None, None))  # type: ignore[arg-type]
    monkeypatch.undo()
    get_settings.cache_clear()
    return seen


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_requests_and_live_connections_carry_the_address(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"203.0.113.9")]
    scope = {"type": kind, "client": ("10.0.0.1", 50000), "headers": headers, "scheme": "http"}
    assert seen_by_the_application(scope, monkeypatch)["client"] == ("203.0.113.9", 50000)


@pytest.mark.parametrize(("peer", "scheme"), [("10.0.0.1", "https"), ("203.0.113.9", "http")])
def test_the_scheme_is_believed_of_a_proxy_only(peer: str, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = [(b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "client": (peer, 50000), "headers": headers, "scheme": "http"}
    assert seen_by_the_application(scope, monkeypatch)["scheme"] == scheme


def test_setting_takes_networks_and_single_addresses() -> None:
    settings = Settings(trusted_proxies="10.0.0.0/8, 192.0.2.1")  # type: ignore[arg-type]
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("192.0.2.1/32"))


def test_setting_refuses_what_is_no_network() -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies="proxy.example.com")  # type: ignore[arg-type]
