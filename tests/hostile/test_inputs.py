"""Tampered addresses and widgets: a client that says what no browser would gets our words, or nothing.

Every screen is opened by somebody who may see it; every parameter of its address and every widget on it is then
given what it never offered.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from aurum_data.rules.identity import ROLE_PERMISSIONS, Role
from aurum_data.settings import PROJECT_ROOT
from pages.shell.screens import SCREENS, Screen
from tests.browser.served import Server
from tests.hostile.conftest import TokenOf
from tests.hostile.wire import PRESS, Tab

pytestmark = pytest.mark.browser

SQL = [
    "'", '"', "' OR '1'='1", "'; DROP TABLE leads; --", "1) UNION SELECT password_hash FROM users --",
    "%' AND pg_sleep(20) --", "\\", "%", "_", "$$", ":name", "%(name)s", "{0}", "\x00", "\ud7ff\U0001f9ff", "A" * 5000,
    "<script>alert(1)</script>", "../../etc/passwd", "-1", "1e309", "NaN", "9999-12-31", "0001-01-01",
    str(uuid4()), "null", "[]", "true", "\r\nSet-Cookie: a=b",
]  # fmt: skip
# What we say of an error that nobody foresaw, and what Streamlit or Python would.
DETAILS = re.compile(r"Traceback|psycopg|sqlalchemy|Error:|Exception|\.py|postgres|SELECT ", re.IGNORECASE)
UNFORESEEN = re.compile(rf"Something went wrong|{DETAILS.pattern}", re.IGNORECASE)


def parameters() -> list[str]:
    """Every name that a page reads from its address."""
    found: set[str] = set()
    for path in (PROJECT_ROOT / "pages").rglob("*.py"):
        source = path.read_text()
        found |= set(re.findall(r'key="(\w+)",(?:[^()]|\([^()]*\))*?bind="query-params"', source))
        found |= set(re.findall(r'query_params\.get\("(\w+)"\)', source))
        found |= set(re.findall(r'query_params\["(\w+)"\]', source))
    return sorted(found | {"lead", "period", "days", "platform", "request", "view", "zip", "page"})


def opener(screen: Screen) -> Role:
    """Somebody who may open a screen."""
    return next(role for role in (Role.OPS, Role.COMPLIANCE, Role.ADMIN) if screen.permission in ROLE_PERMISSIONS[role])


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.path)
def test_tampered_addresses(server: Server, token_of: TokenOf, screen: Screen) -> None:
    cookie, names = token_of(opener(screen)), parameters()
    unforeseen = {}
    with Tab(server.url, cookie) as tab:
        for value in SQL:
            tab.open(screen.path, "&".join(f"{name}={quote(value, errors='replace')}" for name in names))
            if found := UNFORESEEN.search(tab.words):
                unforeseen[value[:40]] = tab.words[max(0, found.start() - 100) : found.end() + 200]
    assert unforeseen == {}


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.path)
def test_tampered_parameters_one_by_one(server: Server, token_of: TokenOf, screen: Screen) -> None:
    """Alone, since one that is refused may hide the next."""
    cookie = token_of(opener(screen))
    unforeseen = {}
    for name in parameters():
        with Tab(server.url, cookie) as tab:
            for value in ("'; --", str(uuid4()), "-1"):
                tab.open(screen.path, f"{name}={quote(value)}")
                if UNFORESEEN.search(tab.words):
                    unforeseen[name] = value
    assert unforeseen == {}


WIDGET_VALUES: list[Any] = [
    "'; DROP TABLE leads; --", ["nothing", "'; --"], 10**6, -(10**6), 1e300, float("nan"), True, PRESS, "A" * 20_000,
    b"\x00\xff", [],
]  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.path)
def test_tampered_widgets(server: Server, token_of: TokenOf, screen: Screen) -> None:
    """No browser sends such values: a sentence without details is answer enough, and the next tab is as ever."""
    cookie = token_of(opener(screen))
    told = []
    with Tab(server.url, cookie) as tab:
        shown = tab.open(screen.path)
        titles = shown.titles
        widgets = {label: key for label, key in shown.widgets.items() if label != "Sign out"}
        tampered = [dict.fromkeys(widgets.values(), value) for value in WIDGET_VALUES]
        tampered += [{key: value} for key in widgets.values() for value in ("'; --", ["'; --"], 10**6, PRESS)]
        for values in tampered:
            tab.send(values)
            told += [word for word in tab.drawn if DETAILS.search(word)]
    with Tab(server.url, cookie) as tab:
        assert tab.open(screen.path).titles == titles
    assert widgets, "the screen has widgets"
    assert told == []


def test_what_was_sent_is_not_in_the_error_log(server: Server, token_of: TokenOf) -> None:
    with Tab(server.url, token_of(Role.SALES)) as tab:
        key = tab.open("leads").widgets["Search leads"]
        tab.send({key: ["kept-nowhere"]})
        assert UNFORESEEN.search(tab.words)
    with server.owner() as connection:
        logged = connection.execute("select string_agg(l::text, ' ') from error_logs l").fetchone()
    assert "TypeError" in str(logged) or "AttributeError" in str(logged)
    assert "kept-nowhere" not in str(logged)


def test_saying_who_one_is_changes_nothing(server: Server, token_of: TokenOf) -> None:
    with Tab(server.url, token_of(Role.SALES)) as tab:
        tab.open("leads")
        tab.send({"$$ID-made-up-None": "x", "role": "admin", "_sign_in_step": "done", "username": "admin"})
        assert "**Test Sales**" in tab.words
        assert "System" not in tab.open("system").titles


def test_sign_in_cannot_be_skipped_by_saying_it_was_done(server: Server) -> None:
    with Tab(server.url) as tab:
        tab.open("leads")
        tab.send({"_sign_in_step": "done", "authentication_status": True, "username": "admin", "name": "admin"})
        assert "Sign out" not in tab.words
        assert tab.titles in ([], ["Sign in"])
    with Tab(server.url) as tab:
        assert "User name" in tab.open("leads").words


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_trust_is_never_kept_where_a_client_can_write(path: Path) -> None:
    """Widget keys are written by the client: none is named after what decides about rights."""
    keys = set(re.findall(r'key="(\w+)"', path.read_text()))
    assert keys & {"role", "roles", "user", "user_id", "username", "actor", "permissions", "session"} == set()
