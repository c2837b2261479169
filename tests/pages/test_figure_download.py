"""A panel's rows as a file, from the click to what the route sends: the figures of the screen, to the cent."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.freeze import freeze
from aurum_data.clock import today
from aurum_data.database import Database
from aurum_data.queries import revenue
from aurum_data.rules.freeze import REFUSALS, Freeze
from aurum_data.rules.identity import Role
from aurum_data.security.encryption import Keyring
from pages.shell.downloads import FIGURE
from tests.factories import make_metric, make_platform
from tests.pages.conftest import AsRole
from tests.pages.test_downloads import get, token_of
from tests.pages.test_limited import limit
from tests.replication import catch_up
from tests.security.scope_world import fill
from tests.test_rights import shown

ADDRESS = re.compile(re.escape(FIGURE) + r"[0-9a-f-]{36}")


def choose(app: AppTest, panel: str, kind: str = "CSV") -> AppTest:
    """Choose a format in the menu of a panel."""
    menu = next(one for one in app.get("menu_button") if one.key == f"download_{panel}")
    menu.click(kind)
    return app.run(timeout=60)


def offered(app: AppTest) -> list[str]:
    """The addresses of files on the screen."""
    return [found for one in app.get("html") for found in ADDRESS.findall(one.proto.body)]


def rows_of(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The lines of the one file that the screen offers."""
    (address,) = offered(app)
    answer = get(address, token_of(monkeypatch))
    assert answer.status_code == 200
    return list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))


def without_about(rows: Sequence[list[str]]) -> list[list[str]]:
    return [row for row in rows if row and not row[0].startswith("#")]


@pytest.fixture
def earned(site: Database) -> Database:
    """Sums with cents on three of the last days, with returns and days of nothing between."""
    with site.write(None) as session:
        platform = make_platform(session, platform_name="Sunline")
        for back, amount in ((0, "1234.56"), (2, "0.07"), (5, "-80.10")):
            for owner in (None, platform):
                make_metric(session, today() - timedelta(days=back), owner, sales_usd=Decimal(amount), sold_leads=1)
    return site


def test_the_file_equals_the_figures_rows_and_cents(
    earned: Database, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(Role.MANAGER)
    app = choose(shown("revenue"), "daily-revenue")
    last = today()
    with earned.read_primary() as session:
        days = revenue.daily_revenue(session, first=last - timedelta(days=29), last=last)
    heading, *rows = without_about(rows_of(app, monkeypatch))
    expected = [
        [str(day), "" if amount is None or amount != amount else f"{amount:.2f}"]  # noqa: PLR0124 - NaN
        for day, amount in zip(days["date"], days["total_revenue"], strict=True)
    ]
    assert heading[0] == "Date"
    assert [row[:2] for row in rows] == expected
    assert sum(Decimal(row[1] or 0) for row in rows) == Decimal("1154.53")


def test_what_was_kept_is_drawn_anew_for_the_file_and_shown_the_same(
    earned: Database, as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(Role.MANAGER)
    app = shown("revenue")
    app.run(timeout=60)  # played back
    table = app.dataframe[0].value
    rows = without_about(rows_of(choose(app, "by-platform"), monkeypatch))
    assert ["Sunline", f"{table['total_revenue'].iloc[0]:.2f}"] in [row[:2] for row in rows[2:]]
    assert [metric.value for metric in app.metric if metric.label == "Revenue"] == ["$1,154.53"]


def test_the_link_is_gone_with_the_next_click(earned: Database, as_role: AsRole) -> None:
    as_role(Role.MANAGER)
    app = choose(shown("revenue"), "daily-revenue")
    assert len(offered(app)) == 1
    assert offered(app.run(timeout=60)) == []


def test_stopped_exports_are_said_in_the_panel_and_nothing_leaves(earned: Database, as_role: AsRole) -> None:
    as_role(Role.MANAGER)
    with earned.write(None) as session:
        freeze(session, SYSTEM, switch=Freeze.STOP_EXPORTS, reason="Drill")
    app = choose(shown("revenue"), "daily-revenue")
    assert REFUSALS[Freeze.STOP_EXPORTS] in " ".join(one.value for one in [*app.warning, *app.error])
    assert offered(app) == []
    with earned.read_primary() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_log WHERE event = 'figures:rows:download'")) == 0


def test_a_limited_person_takes_what_they_see_and_no_more(
    site: Database, as_role: AsRole, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = as_role(Role.OPS)
    with site.write(None) as session:
        world = fill(session, keyring.digest("phone", "+12125550123"), user_id)
    limit(site, user_id, scope_platforms=[world.harbor])
    catch_up(site)
    rows = rows_of(choose(shown("platforms"), "health"), monkeypatch)
    text_of_all = " ".join(cell for row in rows for cell in row)
    assert "Harbor" in text_of_all
    assert "Summit" not in text_of_all
