"""What ends a session shows the wall at once in every open tab, in fragments and timers too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from aurum_data.actions import accounts, roles, second_factor, sessions
from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.clock import now
from aurum_data.rules.identity import Role
from aurum_data.security.sessions import find_actor, open_session
from aurum_data.security.totp import code_at, new_secret
from pages.parts.own_inbox import WATCH_SECONDS
from tests.browser.served import Person, Server, SignIn, add_person, start_application, stop_application
from tests.browser.test_sign_in import FRAGMENT_APP

pytestmark = pytest.mark.browser

WAIT = 60_000
NEW_SECRET = new_secret()


@pytest.fixture(scope="module")
def fragment_url(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small application with a fragment, a callback and a timer of one second, over the same database."""
    url, process = start_application(
        server.urls, tmp_path_factory.mktemp("fragments") / "server.log", script=FRAGMENT_APP
    )
    yield f"{url}/?ticking=1"
    stop_application(process)


@pytest.fixture
def person(server: Server) -> Person:
    """Somebody of this test's own, without a second factor."""
    with server.owner() as connection:
        connection.execute("update users set username = 'old-' || id where username = 'leaver'")
        server.people["leaver"] = add_person(connection, "leaver", Role.SALES)
    return server.people["leaver"]


def elsewhere(session: Session, person: Person) -> Actor:
    """The same person in another browser."""
    token = open_session(session, user_id=person.user_id, second_factor=False, address=None, user_agent=None)
    actor = find_actor(session, str(token))
    assert actor is not None
    return actor


def change_password(session: Session, person: Person) -> None:
    actor = elsewhere(session, person)
    assert accounts.change_password(session, actor, old=person.password, new="quite another set of words 7")


def set_up_factor(session: Session, person: Person) -> None:
    second_factor.set_up(session, elsewhere(session, person), secret=NEW_SECRET, code=code_at(NEW_SECRET, now()))


ENDINGS: dict[str, Callable[[Session, Person], object]] = {
    "an administrator": lambda s, p: sessions.end_of_person(s, SYSTEM, user_id=p.user_id),
    "the person, elsewhere": lambda s, p: sessions.end_others(s, elsewhere(s, p)),
    "a change of password": change_password,
    "a second factor": set_up_factor,
    "a change of role": lambda s, p: roles.grant_role(s, SYSTEM, user_id=p.user_id, role=Role.ANALYST, reason="New"),
    "the end of employment": lambda s, p: accounts.end_employment(s, SYSTEM, user_id=p.user_id, reason="Left"),
}


def wall(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=WAIT)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_tab_shows_the_wall_at_once_after(
    page: Page, context: BrowserContext, server: Server, person: Person, by_form: SignIn, fragment_url: str, ending: str
):
    page.goto(fragment_url)
    by_form(page, "leaver")
    other = context.new_page()
    other.goto(fragment_url)
    for tab in (page, other):
        expect(tab.get_by_text(re.compile(r"Ticks: \d\d*"))).to_be_visible(timeout=WAIT)
    with server.writing() as session:
        ENDINGS[ending](session, person)
    for tab in (page, other):  # nobody clicks: the timer asks
        wall(tab)
        expect(tab.get_by_text("Ticks")).to_have_count(0)


def test_a_timer_does_not_keep_an_unattended_session_alive(
    page: Page, server: Server, person: Person, by_form: SignIn, fragment_url: str
):
    page.goto(fragment_url)
    by_form(page, "leaver")
    used = "update sign_in_sessions set last_seen_at = now() - %s * interval '1 minute' where user_ref = %s"
    with server.owner() as connection:
        connection.execute(used, (30, person.user_id))
        ticks = page.get_by_text("Ticks:").inner_text(timeout=WAIT)
        expect(page.get_by_text(ticks, exact=True)).to_have_count(0, timeout=WAIT)  # it has ticked since
        page.wait_for_timeout(2000)
        minutes = "select extract(epoch from now() - last_seen_at) / 60 from sign_in_sessions where user_ref = %s"
        row = connection.execute(minutes, (person.user_id,)).fetchone()
        assert row is not None
        assert float(str(row[0])) > 29
        connection.execute(used, (61, person.user_id))
    wall(page)


def test_in_the_application_itself_open_tabs_notice_without_a_click(
    page: Page, context: BrowserContext, server: Server, person: Person, by_form: SignIn
):
    page.goto(f"{server.url}/leads")
    by_form(page, "leaver")
    other = context.new_page()
    other.goto(f"{server.url}/account")
    expect(other.get_by_role("heading", name="My account")).to_be_visible(timeout=WAIT)
    with server.writing() as session:
        sessions.end_of_person(session, SYSTEM, user_id=person.user_id)
    assert WATCH_SECONDS <= 30
    for tab in (page, other):
        wall(tab)
        expect(tab.get_by_text("Your session has ended")).to_be_visible()


def session_ids(server: Server, person: Person) -> list[UUID]:
    with server.owner() as connection:
        rows = connection.execute(
            "select id from sign_in_sessions where user_ref = %s and revoked_at is null order by id", (person.user_id,)
        ).fetchall()
    return [UUID(str(row[0])) for row in rows]


class TestAccountPage:
    @pytest.fixture(autouse=True)
    def opened(self, page: Page, server: Server, person: Person, by_form: SignIn) -> None:
        page.goto(f"{server.url}/account")
        by_form(page, "leaver")
        expect(page.get_by_role("heading", name="My account")).to_be_visible(timeout=WAIT)

    def test_lists_ones_own_sessions_and_marks_this_one(self, page: Page, server: Server, person: Person):
        with server.writing() as session:
            open_session(
                session, user_id=person.user_id, second_factor=False, address="203.0.113.9",
                user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            )  # fmt: skip
        page.reload()
        expect(page.get_by_text("Safari on iPhone")).to_be_visible(timeout=WAIT)
        expect(page.get_by_text("203.0.113.9")).to_be_visible()
        expect(page.get_by_text("Chrome on Linux")).to_be_visible()
        expect(page.get_by_text("This one")).to_have_count(1)

    def test_ends_one_of_them(self, page: Page, server: Server, person: Person):
        with server.writing() as session:
            elsewhere(session, person)
        page.reload()
        page.get_by_role("button", name="End", exact=True).click(timeout=WAIT)
        expect(page.get_by_role("button", name="End", exact=True)).to_have_count(0, timeout=WAIT)
        assert len(session_ids(server, person)) == 1
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    def test_ends_all_others(self, page: Page, server: Server, person: Person):
        with server.writing() as session:
            for _ in range(3):
                elsewhere(session, person)
        page.reload()
        page.get_by_role("button", name="End all others").click(timeout=WAIT)
        expect(page.get_by_role("button", name="End all others")).to_have_count(0, timeout=WAIT)
        assert len(session_ids(server, person)) == 1
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    def test_shows_messages_and_counts_the_new_ones_in_the_sidebar(self, page: Page, server: Server, person: Person):
        with server.owner() as connection:
            connection.execute(
                "insert into inbox_messages (user_ref, kind, title, body) values (%s, 'alert', 'News', 'Body')",
                (person.user_id,),
            )
        page.reload()
        expect(page.get_by_text("My account · 1 new")).to_be_visible(timeout=WAIT)
        page.get_by_role("button", name="Mark as read").click()
        expect(page.get_by_role("button", name="Mark as read")).to_have_count(0, timeout=WAIT)
        expect(page.get_by_text("1 new")).to_have_count(0, timeout=WAIT)
        expect(page.get_by_text("News")).to_be_visible()

    def test_asks_once_to_read_the_notice(self, page: Page, server: Server, person: Person):
        page.get_by_role("button", name="I have read this").click(timeout=WAIT)
        expect(page.get_by_text("You read this on")).to_be_visible(timeout=WAIT)

    def test_somebody_without_any_role_has_it_too(self, page: Page, server: Server, person: Person):
        with server.owner() as connection:
            connection.execute("delete from user_roles where user_id = %s", (person.user_id,))
        page.goto(server.url)
        expect(page.get_by_text("No screens yet")).to_be_visible(timeout=WAIT)
        page.get_by_role("link", name="My account").click()
        expect(page.get_by_role("heading", name="My account")).to_be_visible(timeout=WAIT)


def test_an_administrator_ends_the_session_of_somebody_else(
    page: Page, server: Server, person: Person, by_form: SignIn
):
    with server.owner() as connection:
        connection.execute("update sign_in_sessions set revoked_at = now() where revoked_at is null")
    page.goto(f"{server.url}/access?view=Sessions")
    by_form(page, "admin")
    with server.writing() as session:
        elsewhere(session, person)
    page.reload()
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible(timeout=WAIT)
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 12, box["y"] + 35 + 17)  # the first row: the session that was used last
    page.get_by_role("button", name="End 1 session").click(timeout=WAIT)
    expect(page.get_by_role("button", name="End sessions")).to_be_visible(timeout=WAIT)
    assert session_ids(server, person) == []
