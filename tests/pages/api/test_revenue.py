"""Revenue over the API is the revenue of the screen, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from aurum_data.actions.core import SYSTEM
from aurum_data.database import Database
from aurum_data.queries.revenue import revenue_summary
from aurum_data.rules.identity import Permission
from tests.factories import make_metric, make_platform
from tests.pages.api.conftest import MakeMachine

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 3)


@pytest.fixture(scope="module", autouse=True)
def figures(site: Database) -> None:
    with site.write(None) as session:
        platform = make_platform(session, platform_name="Harbor Solar")
        for day in (FIRST, LAST):
            money = {"sales_usd": Decimal("100.10"), "returns_usd": Decimal("-20.05"), "sold_leads": 2}
            make_metric(session, day, total_leads=5, **money)
            make_metric(session, day, platform, **money)


def test_it_is_what_the_screen_says(site: Database, machine: MakeMachine) -> None:
    told = machine(Permission.REVENUE_READ).get(f"/revenue?from={FIRST}&to={LAST}").json()
    screen = site.query(SYSTEM, revenue_summary, first=FIRST, last=LAST)
    assert told["total"]["total_revenue"] == str(screen.total_revenue) == "160.10"
    assert (told["total"]["total_leads"], told["covered_days"]) == (10, 3)
    (platform,) = told["platforms"]
    assert (platform["platform_name"], platform["sales_usd"], platform["sold_leads"]) == ("Harbor Solar", "200.20", 4)


def test_days_without_figures_are_null_and_not_zero(machine: MakeMachine) -> None:
    told = machine(Permission.REVENUE_READ).get("/revenue?from=2025-01-01&to=2025-01-02").json()
    assert (told["total"]["total_revenue"], told["covered_days"], told["platforms"]) == (None, 0, [])
