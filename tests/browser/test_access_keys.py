"""Machine keys in a real browser: made, shown once, used, and revoked."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
SLOW = 90_000


def test_a_key_is_made_shown_once_used_and_revoked(page: Page, server: Server, sign_in: SignIn) -> None:
    page.set_default_timeout(SLOW)
    sign_in(page, "admin")
    page.goto(f"{server.url}/access?view=Machine+keys")
    page.get_by_role("button", name="New key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Website")
    dialog.get_by_role("combobox", name="It may").click()
    page.get_by_role("option", name="Read leads, without personal data").click()
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Make the key").click()
    shown = dialog.get_by_text(re.compile(r"^aso_[0-9a-f]{8}_"))
    expect(shown).to_be_visible(timeout=SLOW)
    key = shown.inner_text().strip()
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.get(f"{server.url}/api/v1/leads", headers=headers, timeout=30).status_code == 200

    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0, timeout=SLOW)
    assert key not in page.content()

    with server.owner() as connection:
        connection.execute("update api_keys set revoked_at = now() where key_name = 'Website'")
    assert httpx.get(f"{server.url}/api/v1/leads", headers=headers, timeout=30).status_code == 401
