"""The Platforms screen in a real browser: health, one platform, pause and resume."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.clock import now, today
from aurum_data.models.platforms import B2bPlatform
from tests.browser.served import Server, SignIn
from tests.factories import make_export, make_lead, make_performance, make_platform

pytestmark = pytest.mark.browser
PATIENCE = 90_000


@pytest.fixture(scope="module")
def buyer(server: Server) -> B2bPlatform:
    """A platform that took 30 of 40 leads today, and with one refused just now."""
    engine = create_engine(server.urls.primary)
    with Session(engine, expire_on_commit=False) as session:
        buyer = make_platform(session, platform_name="Breaker Solar", daily_cap=50, health="degraded")
        make_performance(
            session,
            today(),
            buyer,
            total_exports=50,
            accepted_exports=30,
            rejected_exports=10,
            failed_exports=10,
            acceptance_rate=Decimal("0.75"),
            p95_response_ms=1500,
        )
        refused = {"status": "rejected", "rejection_reason": "wrong_utility", "created_at": now()}
        make_export(session, make_lead(session), buyer, **refused)
        session.commit()
    engine.dispose()
    return buyer


def test_one_platform_with_its_refusals(page: Page, server: Server, sign_in: SignIn, buyer: B2bPlatform) -> None:
    sign_in(page, "ops")
    page.goto(f"{server.url}/platforms?buyer=Breaker+Solar")

    expect(page.get_by_role("heading", name="Breaker Solar")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Why it rejected", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".js-plotly-plot").get_by_text("Wrong utility")).to_be_visible(timeout=PATIENCE)


def test_pause_and_resume_with_a_reason(page: Page, server: Server, sign_in: SignIn, buyer: B2bPlatform) -> None:
    sign_in(page, "ops")
    page.goto(f"{server.url}/platforms?buyer=Breaker+Solar")

    change(page, "Pause", "Rejects everything since noon")
    expect(page.get_by_text("Breaker Solar is paused.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Rejects everything since noon")).to_be_visible(timeout=PATIENCE)
    change(page, "Resume", "Mended")
    expect(page.get_by_text("Breaker Solar is delivering again.")).to_be_visible(timeout=PATIENCE)

    with server.owner() as connection:
        audited = connection.execute(
            "select event, reason from audit_log where entity_id = %s order by occurred_at", (str(buyer.id),)
        ).fetchall()
    assert audited == [
        ("platforms:platform:pause", "Rejects everything since noon"),
        ("platforms:platform:resume", "Mended"),
    ]


def test_pause_without_a_reason_says_why_not(page: Page, server: Server, sign_in: SignIn, buyer: B2bPlatform) -> None:
    sign_in(page, "ops")
    page.goto(f"{server.url}/platforms?buyer=Breaker+Solar")

    page.get_by_role("button", name="Pause", exact=True).click(timeout=PATIENCE)
    page.get_by_role("dialog").get_by_role("button", name="Pause Breaker Solar").click(timeout=PATIENCE)

    expect(page.get_by_text("Give a reason")).to_be_visible(timeout=PATIENCE)


def change(page: Page, verb: str, reason: str) -> None:
    """Press the button and send the form that it opens."""
    page.get_by_role("button", name=verb, exact=True).click(timeout=PATIENCE)
    form = page.get_by_role("dialog")
    box = form.get_by_role("textbox", name="Reason")
    box.fill(reason, timeout=PATIENCE)
    box.press("Tab")
    form.get_by_role("button", name=f"{verb} Breaker Solar").click()
    expect(form).to_have_count(0, timeout=PATIENCE)


def test_sales_reads_but_pauses_nothing(page: Page, server: Server, sign_in: SignIn, buyer: B2bPlatform) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/platforms?buyer=Breaker+Solar")

    expect(page.get_by_role("heading", name="Breaker Solar")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)
