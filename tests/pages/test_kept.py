"""What is kept is shown only as of its stamp and to its rights, and never when something failed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

import pages
import pages.parts
from aurum_data.actions.core import Actor
from aurum_data.clock import now, today
from aurum_data.database import Database
from aurum_data.queries.revenue import revenue_as_of
from aurum_data.rules.identity import Permission, Role
from pages.parts import format as fmt
from pages.parts.kept import Counted, kept
from tests.factories import make_metric
from tests.pages.conftest import AsRole
from tests.replication import catch_up

STAMP = text("""
    INSERT INTO rollup_stamps (rollup, as_of, duration_ms) VALUES ('revenue_metrics', :at, 1)
    ON CONFLICT (rollup) DO UPDATE SET as_of = excluded.as_of
""")
SOLD = text("UPDATE revenue_metrics SET sales_usd = :usd, total_revenue = :usd")
EARLIER, LATER = now() - timedelta(hours=2), now() - timedelta(hours=1)


def change(site: Database, *statements: tuple[Any, dict[str, object]]) -> None:
    """Commit on the primary, and wait until the replica shows it to everybody."""
    with site.write(None) as session:
        for statement, values in statements:
            session.execute(statement, values)
    catch_up(site)


@pytest.fixture
def earned(site: Database) -> Database:
    """$1,000.00 today, counted two hours ago."""
    with site.write(None) as session:
        make_metric(session, today(), sales_usd=Decimal("1000.00"), sold_leads=10)
    change(site, (STAMP, {"at": EARLIER}))
    return site


def revenue_screen() -> None:
    from pages import revenue

    revenue.page()


class Screen:
    """The Revenue screen of whoever is signed in."""

    def __init__(self) -> None:
        self.app = AppTest.from_function(revenue_screen).run(timeout=60)

    def again(self) -> None:
        self.app.run(timeout=60)

    @property
    def revenue(self) -> str:
        return next(metric.value for metric in self.app.metric if metric.label == "Revenue")

    def says_as_of(self, instant: datetime) -> bool:
        return any(fmt.instant(instant) in caption.value for caption in self.app.caption)


class TestStamp:
    def test_figures_are_kept_while_the_stamp_stays(self, earned: Database, as_role: AsRole):
        as_role(Role.MANAGER)
        screen = Screen()
        change(earned, (SOLD, {"usd": Decimal("1234.00")}))
        screen.again()
        assert screen.revenue == "$1,000.00"
        assert screen.says_as_of(EARLIER)

    def test_a_new_stamp_shows_new_figures_at_once(self, earned: Database, as_role: AsRole):
        as_role(Role.MANAGER)
        screen = Screen()
        change(earned, (SOLD, {"usd": Decimal("1234.00")}), (STAMP, {"at": LATER}))
        screen.again()
        assert screen.revenue == "$1,234.00"
        assert screen.says_as_of(LATER)
        assert not screen.says_as_of(EARLIER)

    def test_figures_renewed_while_a_screen_is_drawn_are_drawn_as_of_their_own_stamp(
        self, earned: Database, as_role: AsRole
    ):
        as_role(Role.MANAGER)
        app = AppTest.from_function(renewed_half_way, args=(LATER.isoformat(),)).run(timeout=60)
        assert [shown.value for shown in app.text] == [LATER.isoformat(), LATER.isoformat()]


def renewed_half_way(later: str) -> None:
    """Says up to when figures are current, and then reads them."""
    from datetime import datetime

    import streamlit as st

    from aurum_data.database import get_database
    from aurum_data.queries.revenue import revenue_as_of
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.kept import Counted
    from tests.pages.test_kept import STAMP, change

    counted = Counted.now(guard(Permission.REVENUE_READ), revenue_as_of)
    st.text(counted.stamp.astimezone(datetime.fromisoformat(later).tzinfo).isoformat())
    if "renewed" not in st.session_state:
        st.session_state["renewed"] = True
        change(get_database(), (STAMP, {"at": datetime.fromisoformat(later)}))
    read = counted.read(revenue_as_of)
    st.text(read.astimezone(datetime.fromisoformat(later).tzinfo).isoformat())


class TestRights:
    def test_nobody_gets_what_other_rights_read(self, earned: Database, as_role: AsRole):
        for role in (Role.MANAGER, Role.ANALYST):
            as_role(role)
            app = AppTest.from_function(who_read_it).run(timeout=60)
            assert [shown.value for shown in app.text] == [str(role)]

    def test_people_of_the_same_rights_share(self, earned: Database, as_role: AsRole):
        first, second = as_role(Role.MANAGER), as_role(Role.MANAGER)
        keys = {counted(user_id, Permission.REVENUE_READ).key() for user_id in (first, second)}
        assert len(keys) == 1

    def test_one_right_more_is_another_entry(self):
        narrow = counted(uuid4(), Permission.REVENUE_READ)
        wide = counted(uuid4(), Permission.REVENUE_READ, Permission.LEADS_READ_PII)
        assert narrow.key() != wide.key()


def counted(user_id: object, *rights: Permission) -> Counted[datetime]:
    actor = Actor(user_id, "test", "Test Person", permissions=frozenset(rights))  # type: ignore[arg-type]
    return Counted(EARLIER, today(), revenue_as_of, actor)


def who_read_it() -> None:
    """Shows the role of whoever a kept drawing was made for."""
    import streamlit as st

    from aurum_data.queries.revenue import revenue_as_of
    from aurum_data.rules.identity import Permission
    from pages.parts.guard import guard
    from pages.parts.kept import Counted, kept

    @kept
    def drawing(counted: Counted) -> None:
        st.text(", ".join(counted.actor.roles))

    drawing(Counted.now(guard(Permission.REVENUE_READ), revenue_as_of))


class TestFailure:
    def test_what_failed_is_asked_again(self, earned: Database, as_role: AsRole, owner: Any):
        as_role(Role.MANAGER)
        owner.execute("REVOKE SELECT ON revenue_metrics FROM aurum_reader")
        screen = Screen()
        assert screen.app.error
        owner.execute("GRANT SELECT ON revenue_metrics TO aurum_reader")
        change(earned)
        screen.again()
        assert not screen.app.error
        assert screen.revenue == "$1,000.00"


def kept_functions() -> list[Callable[..., Any]]:
    found, played = [], kept(kept_functions).__code__
    for package in (pages, pages.parts):
        for module in pkgutil.iter_modules(package.__path__):
            loaded = importlib.import_module(f"{package.__name__}.{module.name}")
            found += [
                value.__wrapped__
                for value in vars(loaded).values()
                if getattr(value, "__code__", None) is played and value.__module__ == loaded.__name__
            ]
    return [function for function in found if "counted" in inspect.signature(function).parameters]


@pytest.mark.parametrize("function", kept_functions(), ids=lambda function: function.__qualname__)
class TestEveryKeptFunction:
    def test_has_all_its_arguments_in_its_key_rights_and_stamp_first(self, function: Callable[..., Any]):
        names = list(inspect.signature(function).parameters)
        assert names[0] == "counted"
        assert not [name for name in names if name.startswith("_")]  # Streamlit leaves those out of the key

    def test_lets_failures_out_and_asks_nothing_by_itself(self, function: Callable[..., Any]):
        source = inspect.getsource(function)
        for word in ("panel(", "explained(", "get_database", "today(", "now(", "session_state", "guard("):
            assert word not in source


def test_there_are_kept_functions():
    assert len(kept_functions()) > 20
