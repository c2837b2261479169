"""The cookies of a sign-in and of a one-time link: which are set, how, and for whom."""

from __future__ import annotations

import logging
from http.cookies import SimpleCookie

import httpx
import pytest
from sqlalchemy import text

from aurum_data.actions import identity
from aurum_data.actions.core import SYSTEM
from aurum_data.actions.links import holder_of, make_link
from aurum_data.database import Database
from aurum_data.rules.identity import LinkPurpose
from pages.shell.access_log import keep_queries_out_of_the_access_log
from tests.pages.test_shell import Client, opens_a_session
from tests.security.test_sign_in import add_user, events

TOKEN = "a-token-of-forty-three-characters-like-ours"


@pytest.fixture
def client() -> Client:
    """A fresh browser."""
    return Client()


def cookies(answer: httpx.Response) -> SimpleCookie:
    found = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        found.load(line)
    return found


def ticket(site: Database, nonce: str) -> str:
    with site.write(None) as session:
        return identity.issue_ticket(session, user_id=add_user(session), second_factor=False, nonce=nonce)


class TestComplete:
    def test_sets_the_session_and_the_device_cookie(self, site: Database, client: Client):
        client.cookies["aurum_browser"] = "mine"
        answer = client.request("POST", "/auth/complete", data={"ticket": ticket(site, "mine"), "next": "/leads"})
        assert answer.headers["location"] == "/leads"
        made = cookies(answer)
        for name, days in (("aurum_session", 0.5), ("aurum_device", 365)):
            assert (made[name]["httponly"], made[name]["samesite"], made[name]["path"]) == (True, "strict", "/")
            assert int(made[name]["max-age"]) == days * 86_400

    def test_the_device_cookie_is_new_each_time(self, site: Database, client: Client):
        client.cookies |= {"aurum_browser": "mine", "aurum_device": "old"}
        answer = client.request("POST", "/auth/complete", data={"ticket": ticket(site, "mine")})
        assert cookies(answer)["aurum_device"].value != "old"

    @pytest.mark.parametrize("nonce", ["theirs", None])
    def test_a_stolen_ticket_sets_nothing_and_is_a_security_event(
        self, site: Database, client: Client, nonce: str | None
    ):
        if nonce:
            client.cookies["aurum_browser"] = nonce
        stolen = ticket(site, "mine")
        assert not opens_a_session(client.request("POST", "/auth/complete", data={"ticket": stolen}))
        with site.read_primary() as session:
            assert events(session) == ["ticket_misused"]
            assert session.scalar(text("SELECT count(*) FROM sign_in_tickets")) == 0

    def test_two_tabs_of_one_browser_may_both_finish(self, site: Database, client: Client):
        """Both showed the form before either signed in: the second is no thief."""
        client.cookies["aurum_browser"] = "mine"
        first = ticket(site, "mine")
        with site.write(None) as session:
            user_id = session.scalar(text("SELECT id FROM users"))
            second = identity.issue_ticket(session, user_id=user_id, second_factor=False, nonce="mine")
        assert opens_a_session(client.request("POST", "/auth/complete", data={"ticket": first}))
        client.request("GET", "/healthz", headers={"accept": "text/html"})
        assert opens_a_session(client.request("POST", "/auth/complete", data={"ticket": second}))


class TestLink:
    def test_moves_the_token_into_a_cookie_and_out_of_the_address(self, client: Client):
        answer = client.request("GET", f"/auth/link?token={TOKEN}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
        made = cookies(answer)["aurum_link"]
        assert (made.value, made["httponly"], made["samesite"]) == (TOKEN, True, "strict")
        assert int(made["max-age"]) <= 1800

    def test_is_kept_by_nobody_on_the_way(self, client: Client):
        headers = client.request("GET", f"/auth/link?token={TOKEN}").headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] in {"same-origin", "no-referrer", "strict-origin-when-cross-origin"}

    def test_does_not_spend_the_link(self, site: Database, client: Client):
        with site.write(None) as session:
            user_id = add_user(session)
            letter = make_link(session, SYSTEM, user_id=user_id, purpose=LinkPurpose.PASSWORD_RESET)
        assert letter is not None
        for _ in range(3):
            client.request("GET", f"/auth/link?token={letter.token}")
        with site.read_primary() as session:
            assert holder_of(session, letter.token) is not None

    @pytest.mark.parametrize("token", ["", "x", "a b", "a%0d%0aSet-Cookie:%20x=y", "é" * 43, "a" * 500])
    def test_sets_no_cookie_for_what_is_no_token(self, client: Client, token: str):
        answer = client.request("GET", f"/auth/link?token={token}")
        assert (answer.status_code, "aurum_link" in cookies(answer)) == (303, False)

    def test_gives_a_device_cookie_to_a_browser_without_one_only(self, client: Client):
        assert "aurum_device" in cookies(client.request("GET", f"/auth/link?token={TOKEN}"))
        assert "aurum_device" not in cookies(client.request("GET", f"/auth/link?token={TOKEN}"))

    def test_takes_no_post(self, client: Client):
        assert client.request("POST", f"/auth/link?token={TOKEN}").status_code == 405


def test_the_access_log_of_the_server_shows_no_query(caplog: pytest.LogCaptureFixture):
    keep_queries_out_of_the_access_log()
    logger = logging.getLogger("uvicorn.access")
    with caplog.at_level(logging.INFO, "uvicorn.access"):
        arguments = ("127.0.0.1:5", "GET", f"/auth/link?token={TOKEN}", "1.1", 303)
        logger.info('%s - "%s %s HTTP/%s" %d', *arguments)
    assert caplog.messages == ['127.0.0.1:5 - "GET /auth/link HTTP/1.1" 303']
