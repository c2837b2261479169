"""Attacks on signing in: forged, replayed and stolen cookies and tickets, and sessions that ended meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest

from aurum_data.rules.identity import ROLE_PERMISSIONS, Role
from aurum_data.security.sessions import NONCE_COOKIE, SESSION_COOKIE
from aurum_data.security.tokens import digest, new_token
from pages.shell.screens import SCREENS
from tests.browser.served import Server
from tests.hostile.conftest import TokenOf
from tests.hostile.wire import Tab

pytestmark = pytest.mark.browser

WALL = "User name"
FORGED = [
    "x", "", "0" * 43, "../../etc/passwd", "' OR 1=1--", "null", "a" * 4000, "%00", "%C0%80", "é", "1; SELECT 1",
    "eyJhbGciOiJub25lIn0.eyJ1c2VybmFtZSI6ImFkbWluIn0.",
]  # fmt: skip


@pytest.fixture
def token(token_of: TokenOf) -> str:
    """The cookie of a sales person."""
    return token_of(Role.SALES)


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_cookie_opens_nothing(server: Server, forged: str) -> None:
    with Tab(server.url, forged) as tab:
        assert WALL in tab.open("leads").words


def test_of_two_cookies_of_one_name_a_forged_one_opens_nothing(server: Server, token: str) -> None:
    """A neighbouring site may set a second cookie of our name: then there is at most the wall."""
    with Tab(server.url, f"forged; {SESSION_COOKIE}=forged-too") as tab:
        assert WALL in tab.open("leads").words


def test_the_right_cookie_opens_the_screen(server: Server, token: str) -> None:
    with Tab(server.url, token) as tab:
        assert "Not yet contacted" in tab.open("leads").words


@pytest.mark.parametrize(
    "ending",
    [
        "update sign_in_sessions set revoked_at = now() where token_hash = %s",
        "update sign_in_sessions set expires_at = now() where token_hash = %s",
        "update sign_in_sessions set last_seen_at = now() - interval '2 days' where token_hash = %s",
        "delete from sign_in_sessions where token_hash = %s",
        """update users set auth_epoch = auth_epoch + 1
           where id = (select user_ref from sign_in_sessions where token_hash = %s)""",
    ],
)
def test_the_cookie_of_an_ended_session_opens_nothing_in_old_and_new_tabs(
    server: Server, token: str, ending: str
) -> None:
    with Tab(server.url, token) as old:
        old.open("leads")
        with server.owner() as connection:
            connection.execute(ending, (digest(token),))
        assert WALL in old.send({}).words
        assert "Not yet contacted" not in old.words
    with Tab(server.url, token) as new:
        assert WALL in new.open("leads").words


def test_a_disabled_account_has_no_session(server: Server, token: str) -> None:
    with server.owner() as connection:
        connection.execute("update users set status = 'disabled' where username = 'sales'")
    try:
        with Tab(server.url, token) as tab:
            assert WALL in tab.open("leads").words
    finally:
        with server.owner() as connection:
            connection.execute("update users set status = 'active' where username = 'sales'")


@pytest.fixture
def demoted(server: Server) -> Iterator[None]:
    """Takes the sales person's role away when asked to, and gives it back at the end."""
    yield
    with server.owner() as connection:
        connection.execute(
            "insert into user_roles (user_id, role_id) select %s, id from roles where role_name = 'sales'"
            " on conflict do nothing",
            (server.people["sales"].user_id,),
        )


def test_a_role_that_was_taken_away_shows_in_an_open_tab(server: Server, token: str, demoted: None) -> None:
    with Tab(server.url, token) as tab:
        assert "Not yet contacted" in tab.open("leads").words
        with server.owner() as connection:
            connection.execute("delete from user_roles where user_id = %s", (server.people["sales"].user_id,))
        tab.send({})
        assert "Not yet contacted" not in tab.words
        assert "No screens yet" in tab.words


@pytest.mark.parametrize("role", list(Role))
def test_no_screen_without_its_right_whatever_address_is_asked_for(
    server: Server, token_of: TokenOf, role: Role
) -> None:
    cookie = token_of(role)
    for screen in SCREENS:
        with Tab(server.url, cookie) as tab:
            tab.open(screen.path)
            assert (screen.title in tab.titles) is (screen.permission in ROLE_PERMISSIONS[role]), screen.path


def test_no_page_of_a_deeper_name_either(server: Server, token: str) -> None:
    for name in ("shell/main", "parts/guard", "main", "__init__", "../app", "access_people", "system_jobs"):
        with Tab(server.url, token) as tab:
            tab.open(name)
            assert tab.titles in ([], ["My work"])  # not found, or the person's first screen


class TestTickets:
    """The one-time ticket that a browser changes into its cookie."""

    def issue(self, server: Server, *, nonce: str, seconds: int = 60) -> str:
        ticket = new_token()
        with server.owner() as connection:
            connection.execute(
                "insert into sign_in_tickets (ticket_hash, nonce_hash, user_ref, second_factor, expires_at)"
                " values (%s, %s, %s, true, now() + make_interval(secs => %s))",
                (digest(ticket), digest(nonce), server.people["sales"].user_id, seconds),
            )
        return ticket

    def redeem(self, server: Server, ticket: str, nonce: str | None, **headers: str) -> bool:
        cookies = {"Cookie": f"{NONCE_COOKIE}={nonce}"} if nonce else {}
        answer = httpx.post(f"{server.url}/auth/complete", data={"ticket": ticket}, headers=cookies | headers)
        return SESSION_COOKIE in answer.headers.get("set-cookie", "")

    def test_is_good_for_its_browser(self, server: Server) -> None:
        assert self.redeem(server, self.issue(server, nonce="mine"), "mine")

    def test_is_good_once(self, server: Server) -> None:
        ticket = self.issue(server, nonce="mine")
        self.redeem(server, ticket, "mine")
        assert not self.redeem(server, ticket, "mine")

    @pytest.mark.parametrize("nonce", [None, "", "theirs"])
    def test_stolen_opens_nothing_and_is_spent(self, server: Server, nonce: str | None) -> None:
        ticket = self.issue(server, nonce="mine")
        assert not self.redeem(server, ticket, nonce)
        assert not self.redeem(server, ticket, "mine")

    def test_late_opens_nothing(self, server: Server) -> None:
        assert not self.redeem(server, self.issue(server, nonce="mine", seconds=-1), "mine")

    def test_planted_by_a_foreign_page_opens_nothing(self, server: Server) -> None:
        ticket = self.issue(server, nonce="mine")
        assert not self.redeem(server, ticket, "mine", Origin="https://evil.example")

    @pytest.mark.parametrize("ticket", FORGED)
    def test_forged_opens_nothing(self, server: Server, ticket: str) -> None:
        assert not self.redeem(server, ticket, "mine")

    def test_race_for_one_ticket_has_one_winner(self, server: Server) -> None:
        ticket = self.issue(server, nonce="mine")
        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(lambda _: self.redeem(server, ticket, "mine"), range(8)))
        assert sum(won) == 1


def test_no_sign_out_of_others_from_a_foreign_page(server: Server, token: str) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        cookie = {"Cookie": f"{SESSION_COOKIE}={token}"}
        assert httpx.post(f"{server.url}/auth/sign-out", headers=cookie | headers).status_code == 403
    with Tab(server.url, token) as tab:
        assert WALL not in tab.open("leads").words


def test_no_answer_and_no_address_holds_a_token(server: Server, token: str) -> None:
    with Tab(server.url, token) as tab:
        tab.open("leads")
        assert token not in tab.everything
    answer = httpx.get(server.url, headers={"Cookie": f"{SESSION_COOKIE}={token}"})
    assert token not in answer.text + str(answer.headers)


def test_someone_elses_live_connection_cannot_be_taken_over(server: Server, token_of: TokenOf) -> None:
    """A tab may come back by its session id; with another cookie it is another's tab."""
    with Tab(server.url, token_of(Role.OPS)) as theirs:
        theirs.open("leads")
        taken = theirs.session_id
    with Tab(server.url, None, resume=taken) as tab:
        assert WALL in tab.open("leads").words


def test_ids_of_people_are_no_secret_that_opens_anything(server: Server) -> None:
    person: UUID = server.people["admin"].user_id
    with Tab(server.url, str(person)) as tab:
        assert WALL in tab.open("leads").words
