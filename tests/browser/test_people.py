"""The life of an account in a real browser, with real mail: invited, password forgotten, kept from strangers, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from aurum_data.clock import now
from aurum_data.rules.identity import Role
from aurum_data.security.encryption import get_keyring
from aurum_data.security.totp import code_at
from tests.browser.leads.steps import settled
from tests.browser.served import Person, Server, SignIn, add_person, enter_password, send_code
from tests.browser.test_system import choose_row
from tests.one_worker import work
from tests.post_office import PostOffice, post_office

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW = "vexing juniper 47 kettle"
Elsewhere = Callable[[], Page]


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Elsewhere]:
    """Opens tabs, each in a browser that nobody has used before."""
    contexts = []

    def tab() -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        return contexts[-1].new_page()

    yield tab
    for context in contexts:
        context.close()


@pytest.fixture
def office(server: Server) -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened
    with server.owner() as connection:
        connection.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def new_person(server: Server) -> Iterator[Callable[..., Person]]:
    """Makes people of the test's own, with an address; they are gone afterwards."""
    made = []

    def add(username: str, role: Role = Role.SALES) -> Person:
        with server.owner() as connection:
            person = add_person(connection, username, role)
            sealed = get_keyring().seal("users.email", person.user_id, f"{username}@example.com")
            connection.execute(
                "UPDATE users SET full_name = 'A ' || full_name, email_encrypted = %s WHERE id = %s",  # first in lists
                (sealed, person.user_id),
            )
        made.append(person.user_id)
        return person

    yield add
    with server.owner() as connection:
        connection.execute("DELETE FROM users WHERE id = ANY (%s)", (made,))


def last_link(server: Server, office: PostOffice) -> str:
    """Let the worker send what waits; the link in the last letter."""
    work(server.urls, smtp_url=office.url, public_url=server.url)
    return office.links()[-1]


def ask_for_a_link(page: Page, server: Server, username: str) -> None:
    """Say at the wall that the password is forgotten."""
    page.goto(server.url)
    page.get_by_role("button", name="Forgotten password?").click(timeout=60_000)
    expect(page.get_by_role("heading", name="Forgotten password")).to_be_visible(timeout=60_000)
    settled(page)  # the form before is gone
    page.get_by_label("User name").fill(username)
    page.get_by_role("button", name="Send a link").click()
    expect(page.get_by_text("If there is an account with this user name")).to_be_visible(timeout=60_000)


def choose_a_password(page: Page, server: Server, link: str, password: str = NEW) -> None:
    """Follow a mailed link, choose a password, and go on to the sign-in form."""
    page.goto(link)
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible(timeout=60_000)
    assert page.url == f"{server.url}/welcome"
    page.get_by_role("textbox", name="New password").fill(password)
    page.get_by_role("textbox", name="The same again").fill(password)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("Your password is set")).to_be_visible(timeout=60_000)
    page.goto(server.url)


def is_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=60_000)


def is_refused(page: Page) -> None:
    expect(page.get_by_role("alert")).to_contain_text("do not match", timeout=60_000)


def test_an_invited_person_gets_in(
    page: Page, server: Server, sign_in: SignIn, office: PostOffice, elsewhere: Elsewhere
):
    sign_in(page, "admin")
    page.goto(f"{server.url}/access")
    page.get_by_role("button", name="Invite a person").click(timeout=60_000)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Ines Invited")
    dialog.get_by_label("User name").fill("ines")
    dialog.get_by_label("Email").fill("ines@example.com")
    dialog.get_by_role("combobox", name="Role").click()
    page.get_by_role("option", name="Sales").click()
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Ines Invited is invited")).to_be_visible(timeout=60_000)
    link, theirs = last_link(server, office), elsewhere()
    assert office.letters[-1]["To"] == "ines@example.com"
    choose_a_password(theirs, server, link)
    enter_password(theirs, "ines", NEW)
    is_in(theirs)
    again = elsewhere()
    again.goto(link)
    expect(again.get_by_text("This link was used before")).to_be_visible(timeout=60_000)


def test_a_forgotten_password_is_replaced_and_the_second_factor_is_asked_for(
    page: Page, server: Server, office: PostOffice, new_person: Callable[..., Person]
):
    person = new_person("fay", Role.COMPLIANCE)
    ask_for_a_link(page, server, "fay")
    choose_a_password(page, server, last_link(server, office))
    enter_password(page, "fay", person.password)
    is_refused(page)
    enter_password(page, "fay", NEW)
    send_code(page, lambda: code_at(person.secret or "", now()))
    is_in(page)


def test_a_stranger_gets_the_same_answer_and_no_mail(page: Page, server: Server, office: PostOffice):
    ask_for_a_link(page, server, "nobody-of-that-name")
    work(server.urls, smtp_url=office.url)
    assert office.letters == []


def test_a_weak_password_is_refused_with_the_reason_and_the_link_stays_good(
    page: Page, server: Server, office: PostOffice, new_person: Callable[..., Person]
):
    new_person("wes")
    ask_for_a_link(page, server, "wes")
    page.goto(last_link(server, office))
    for label in ("New password", "The same again"):
        box = page.get_by_role("textbox", name=label)
        box.fill("Password2026!", timeout=60_000)
        expect(box).to_have_attribute("autocomplete", "new-password")
    expect(page.get_by_label("User name")).to_have_value("wes")
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("among those that guessers try first")).to_be_visible(timeout=60_000)
    page.get_by_role("textbox", name="New password").fill(NEW)
    page.get_by_role("textbox", name="The same again").fill(NEW)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("Your password is set")).to_be_visible(timeout=60_000)


def test_a_leaver_is_out_of_the_open_tab(
    page: Page, server: Server, sign_in: SignIn, elsewhere: Elsewhere, new_person: Callable[..., Person]
):
    person, theirs = new_person("leo"), elsewhere()
    theirs.goto(server.url)
    enter_password(theirs, "leo", person.password)
    is_in(theirs)
    sign_in(page, "admin")
    page.goto(f"{server.url}/access")
    expect(page.get_by_role("button", name="Invite a person")).to_be_visible(timeout=60_000)
    with server.owner() as connection:
        names = connection.execute("SELECT username FROM users ORDER BY full_name, username").fetchall()
    choose_row(page, "people", [name for (name,) in names].index("leo"))
    page.get_by_role("button", name="End employment").click(timeout=60_000)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Test Leo")
    dialog.get_by_label("Reason").fill("Left the company")
    dialog.get_by_role("button", name="End employment").click()
    expect(page.get_by_text("The account of A Test Leo is closed")).to_be_visible(timeout=60_000)
    theirs.get_by_role("link", name="Market").click()
    expect(theirs.get_by_role("button", name="Sign in")).to_be_visible(timeout=60_000)
    enter_password(theirs, "leo", person.password)
    is_refused(theirs)


def test_the_owner_gets_in_while_a_stranger_holds_the_account_paused(
    page: Page, server: Server, elsewhere: Elsewhere, new_person: Callable[..., Person]
):
    person, stranger = new_person("otto"), elsewhere()
    page.goto(server.url)
    enter_password(page, "otto", person.password)
    is_in(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=60_000)
    with server.owner() as connection:
        connection.execute(
            "UPDATE users SET failed_attempts = 20, blocked_until = now() + interval '15 minutes' WHERE id = %s",
            (person.user_id,),
        )
    stranger.goto(server.url)
    enter_password(stranger, "otto", person.password)
    is_refused(stranger)
    enter_password(page, "otto", person.password)
    is_in(page)
