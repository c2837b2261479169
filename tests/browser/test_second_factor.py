"""The second factor in a real browser: set up, used, replaced, reset; and being asked again who one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from aurum_data.clock import now
from aurum_data.rules.identity import Role
from aurum_data.security.totp import code_at
from tests.browser.served import Person, Server, SignIn, add_person, enter_code, enter_password

pytestmark = pytest.mark.browser

WAIT = 60_000


@pytest.fixture
def newcomer(server: Server) -> Person:
    """An administrator who has no second factor yet."""
    return add(server, "newcomer", Role.ADMIN, second_factor=False)


def add(server: Server, name: str, role: Role, *, second_factor: bool = True) -> Person:
    """Somebody of a test's own; an older one of that name makes way."""
    with server.owner() as connection:
        connection.execute("update users set username = 'old-' || id where username = %s", (name,))
        person = add_person(connection, name, role)
        if not second_factor:
            connection.execute(
                "update users set totp_secret_encrypted = null, totp_confirmed_at = null where id = %s",
                (person.user_id,),
            )
    server.people[name] = person
    return person


def forget_confirmations(server: Server) -> None:
    with server.owner() as connection:
        connection.execute("update sign_in_sessions set confirmed_at = now() - interval '11 minutes'")


def begin(page: Page, server: Server, person: Person) -> None:
    page.goto(server.url)
    enter_password(page, person.username, person.password)


def secret_on(place: Page | Locator) -> str:
    """The secret that the enrolment shows as text."""
    expect(place.get_by_role("img", name="QR code")).to_be_visible(timeout=WAIT)
    place.get_by_text("No camera?").click()
    shown = place.get_by_test_id("stCode")
    expect(shown).to_be_visible(timeout=WAIT)
    return shown.inner_text().strip()


def prove(place: Page | Locator, secret: str) -> list[str]:
    """Type the first code; the recovery codes that are then shown."""
    place.get_by_role("textbox", name="One-time code").fill(code_at(secret, now()))
    place.get_by_role("button", name="Confirm").click()
    expect(place.get_by_text("Your 10 recovery codes")).to_be_visible(timeout=WAIT)
    return place.get_by_test_id("stCode").inner_text().split()


def inside(page: Page) -> Locator:
    return page.get_by_role("button", name="Sign out")


def test_who_must_have_one_sets_it_up_at_the_first_sign_in(page: Page, server: Server, newcomer: Person):
    begin(page, server, newcomer)
    secret = secret_on(page)
    drawn = page.get_by_role("img", name="QR code").get_attribute("src") or ""
    assert drawn.startswith("data:image/svg+xml")  # in the page itself: at no address that others could open
    codes = prove(page, secret)
    assert len(codes) == 10
    page.get_by_role("button", name="I have kept them").click()
    expect(inside(page)).to_be_visible(timeout=WAIT)


def test_a_wrong_first_code_stores_nothing_and_lets_nobody_in(page: Page, server: Server, newcomer: Person):
    begin(page, server, newcomer)
    secret_on(page)
    page.get_by_role("textbox", name="One-time code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("This code does not fit")).to_be_visible(timeout=WAIT)
    with server.owner() as connection:
        row = connection.execute("select totp_confirmed_at from users where id = %s", (newcomer.user_id,)).fetchone()
    assert row == (None,)
    page.goto(server.url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=WAIT)


def test_a_recovery_code_signs_in_once_and_says_how_many_are_left(
    page: Page, browser: Browser, server: Server, newcomer: Person
):
    begin(page, server, newcomer)
    codes = prove(page, secret_on(page))
    for left in (9, None):
        other = browser.new_context().new_page()
        begin(other, server, newcomer)
        box = other.get_by_role("textbox", name="One-time code")
        box.fill(codes[0], timeout=WAIT)
        box.press("Enter")
        if left is None:
            expect(other.get_by_role("alert")).to_contain_text("This code is not right", timeout=WAIT)
        else:
            expect(other.get_by_text(f"{left} of 10 are left")).to_be_visible(timeout=WAIT)
            other.get_by_role("button", name="Continue").click()
            expect(inside(other)).to_be_visible(timeout=WAIT)
        other.context.close()


def test_the_recovery_codes_are_nowhere_in_the_page_afterwards(page: Page, server: Server, newcomer: Person):
    begin(page, server, newcomer)
    secret = secret_on(page)
    codes = prove(page, secret)
    page.get_by_role("button", name="I have kept them").click()
    expect(inside(page)).to_be_visible(timeout=WAIT)
    page.goto(f"{server.url}/account")
    expect(page.get_by_text("10 of 10 recovery codes left")).to_be_visible(timeout=WAIT)
    assert not any(word in page.content() for word in (secret, *codes))


class TestAccountPage:
    @pytest.fixture
    def person(self, server: Server) -> Person:
        """Somebody who need not have one, and has none."""
        return add(server, "willing", Role.SALES)

    def open(self, page: Page, server: Server, person: Person) -> None:
        page.goto(f"{server.url}/account")
        enter_password(page, person.username, person.password)
        expect(page.get_by_role("heading", name="My account")).to_be_visible(timeout=WAIT)

    def test_setting_one_up_ends_the_other_browser_and_keeps_this_one(
        self, page: Page, browser: Browser, server: Server, person: Person
    ):
        other = browser.new_context().new_page()
        self.open(other, server, person)
        self.open(page, server, person)
        page.get_by_role("button", name="Set up").click()
        dialog = page.get_by_role("dialog")
        prove(dialog, secret_on(dialog))
        dialog.get_by_role("button", name="I have kept them").click()
        expect(page.get_by_text("10 of 10 recovery codes left")).to_be_visible(timeout=WAIT)
        expect(inside(page)).to_be_visible()
        expect(other.get_by_role("button", name="Sign in")).to_be_visible(timeout=WAIT)
        other.context.close()

    def test_it_asks_for_the_password_first_when_the_sign_in_is_old(self, page: Page, server: Server, person: Person):
        self.open(page, server, person)
        forget_confirmations(server)
        page.get_by_role("button", name="Set up").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Your password").fill("not my password", timeout=WAIT)
        dialog.get_by_role("button", name="Confirm").click()
        expect(dialog.get_by_text("This does not match")).to_be_visible(timeout=WAIT)
        expect(dialog.get_by_role("img", name="QR code")).to_have_count(0)
        dialog.get_by_label("Your password").fill(person.password)
        dialog.get_by_role("button", name="Confirm").click()
        expect(dialog.get_by_role("img", name="QR code")).to_be_visible(timeout=WAIT)

    def test_who_need_not_have_one_removes_it(self, page: Page, server: Server):
        person = add(server, "careful", Role.COMPLIANCE)
        with server.owner() as connection:
            connection.execute(
                "update user_roles set role_id = (select id from roles where role_name = 'sales') where user_id = %s",
                (person.user_id,),
            )
        page.goto(f"{server.url}/account")
        enter_password(page, person.username, person.password)
        enter_code(page, server, "careful")
        page.get_by_role("button", name="Remove").click(timeout=WAIT)
        page.get_by_role("dialog").get_by_role("button", name="Remove").click(timeout=WAIT)
        expect(page.get_by_text("Not set up")).to_be_visible(timeout=WAIT)

    def test_who_must_have_one_is_not_offered_to_remove_it(self, page: Page, server: Server, by_form: SignIn):
        page.goto(f"{server.url}/account")
        by_form(page, "compliance")
        expect(page.get_by_role("button", name="New phone")).to_be_visible(timeout=WAIT)
        expect(page.get_by_role("button", name="Remove")).to_have_count(0)


def pick_first(page: Page, server: Server, name: str) -> None:
    """Choose somebody in the list of people, who is the first by name: its cells are drawn, so by place."""
    with server.owner() as connection:
        connection.execute("update users set full_name = 'Zoe Before' where full_name = 'Aaron First'")
        connection.execute("update users set full_name = 'Aaron First' where username = %s", (name,))
    page.reload()
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible(timeout=WAIT)
    expect(grid.locator("tr[aria-rowindex='2']")).to_contain_text(name, timeout=WAIT)
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 12, box["y"] + 35 + 17)


def test_an_administrator_removes_the_factor_of_somebody_else(page: Page, server: Server, by_form: SignIn):
    person = add(server, "unlucky", Role.COMPLIANCE)
    page.goto(f"{server.url}/access")
    by_form(page, "admin")
    pick_first(page, server, "unlucky")
    page.get_by_role("button", name="Remove second factor").click(timeout=WAIT)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("Phone lost", timeout=WAIT)
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog.get_by_text("The second factor is removed")).to_be_visible(timeout=WAIT)
    with server.owner() as connection:
        row = connection.execute("select totp_confirmed_at from users where id = %s", (person.user_id,)).fetchone()
    assert row == (None,)


def test_that_of_an_administrator_takes_a_second_one(page: Page, browser: Browser, server: Server, by_form: SignIn):
    person = add(server, "boss", Role.ADMIN)
    second = add(server, "second", Role.ADMIN)
    page.goto(f"{server.url}/access")
    by_form(page, "admin")
    pick_first(page, server, "boss")
    page.get_by_role("button", name="Remove second factor").click(timeout=WAIT)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("Phone lost", timeout=WAIT)
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog.get_by_text("Another administrator has to approve")).to_be_visible(timeout=WAIT)
    page.goto(f"{server.url}/access?view=Requests")
    expect(page.get_by_role("button", name="Withdraw")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    other = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    other.goto(f"{server.url}/access?view=Requests")
    enter_password(other, second.username, second.password)
    enter_code(other, server, "second")
    other.get_by_role("button", name="Approve").click(timeout=WAIT)
    other.get_by_role("dialog").get_by_role("button", name="Approve").click(timeout=WAIT)
    expect(other.get_by_text("No request is waiting")).to_be_visible(timeout=WAIT)
    other.context.close()
    with server.owner() as connection:
        row = connection.execute("select totp_confirmed_at from users where id = %s", (person.user_id,)).fetchone()
    assert row == (None,)


def test_approving_an_erasure_asks_again_who_one_is(page: Page, server: Server, by_form: SignIn):
    with server.owner() as connection:
        connection.execute(
            "insert into privacy_requests (request_number, request_type, source, status, received_on, acknowledge_due,"
            " due_on, hard_stop_on, identity_verified_at) values ('PR-2026-90001', 'erasure', 'email', 'received',"
            " current_date, current_date + 10, current_date + 30, current_date + 45, now())"
            " on conflict do nothing"
        )
    page.goto(f"{server.url}/compliance?request=PR-2026-90001")
    by_form(page, "compliance")
    expect(page.get_by_role("button", name="Start work")).to_be_visible(timeout=WAIT)
    forget_confirmations(server)
    page.get_by_role("button", name="Start work").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(server.people["compliance"].password, timeout=WAIT)
    with server.owner() as connection:
        connection.execute("update users set totp_last_step = null")
    dialog.get_by_role("textbox", name="One-time code").fill(code_at(str(server.people["compliance"].secret), now()))
    dialog.get_by_role("button", name="Confirm").click()
    dialog.get_by_role("button", name="Start work").click(timeout=WAIT)
    expect(page.get_by_text("start work is on record")).to_be_visible(timeout=WAIT)


def test_what_needs_it_and_was_not_asked_for_opens_the_question(page: Page, server: Server, by_form: SignIn):
    page.goto(f"{server.url}/access?view=Freeze")
    by_form(page, "admin")
    page.get_by_role("button", name="Stop exports").click(timeout=WAIT)
    form = page.get_by_role("dialog").filter(has_text="Reason")
    form.get_by_role("textbox", name="Reason").fill("A list went astray", timeout=WAIT)
    forget_confirmations(server)
    form.get_by_role("button", name="Stop exports").click()
    dialog = page.get_by_role("dialog").filter(has_text="Confirm that it is you")
    dialog.get_by_label("Your password").fill(server.people["admin"].password, timeout=WAIT)
    with server.owner() as connection:
        connection.execute("update users set totp_last_step = null")
    dialog.get_by_role("textbox", name="One-time code").fill(code_at(str(server.people["admin"].secret), now()))
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Now do it again")).to_be_visible(timeout=WAIT)
    with server.owner() as connection:
        assert connection.execute("select count(*) from app_flags where is_on").fetchone() == (0,)
    page.get_by_role("button", name="Stop exports").click()
    form.get_by_role("textbox", name="Reason").fill("A list went astray", timeout=WAIT)
    form.get_by_role("button", name="Stop exports").click()
    expect(page.get_by_text("everybody is told so")).to_be_visible(timeout=WAIT)
    with server.owner() as connection:
        connection.execute("update app_flags set is_on = false")
