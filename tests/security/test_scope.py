"""What a person who is limited to some boroughs or platforms can read: through the queries, and in bare SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.clock import today
from aurum_data.database import Database
from aurum_data.errors import NotAllowed, NotFound
from aurum_data.models import Base
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.queries import lead_family, lead_story, market, platforms, receivables, revenue
from aurum_data.queries.bulk_changes import latest_changes, results
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.lead_record import get_lead
from aurum_data.queries.leads import count_leads, list_leads, matching_versions
from aurum_data.queries.needs import of_oneself
from aurum_data.rules.identity import BY_BOROUGH, BY_PLATFORM
from aurum_data.security.encryption import Keyring
from aurum_data.settings import Settings
from tests.conftest import TEMPLATE
from tests.security.scope_world import World, fill

WEEK = {"first": today() - timedelta(days=6), "last": today()}
# Row-level security binds these for people with limits; all of them hold rows of the world below.
LIMITED_BY_LEAD = {
    "leads", "lead_notes", "lead_calls", "lead_status_history", "lead_conversations", "lead_quality_history",
    "lead_consents", "lead_consent_events", "ai_analyses", "bulk_operation_items",
}  # fmt: skip
BETWEEN = {"lead_exports", "b2b_lead_mappings", "b2b_revenue_transactions", "lead_platform_ids"}
LIMITED_BY_PLATFORM = {
    "b2b_price_tiers", "b2b_statements", "b2b_payments", "b2b_disputes", "platform_performance", "revenue_metrics",
}  # fmt: skip
OF_BOROUGHS = {"nyc_zip_codes", "nyc_market_intelligence"}
OPEN_TO_ALL = {
    "ai_models", "campaigns", "consent_wordings", "lead_sources", "nyc_demographics", "nyc_electric_rates",
    "nyc_figure_sources", "nyc_incentives", "rollup_stamps", "saved_views", "list_settings", "users", "bulk_operations",
}  # fmt: skip
OPENED = LIMITED_BY_LEAD | BETWEEN | LIMITED_BY_PLATFORM | OF_BOROUGHS | OPEN_TO_ALL | {"b2b_platforms", "audit_log"}
OPENED |= {"lead_duplicate_candidates"}  # lies between two leads: tests/queries/test_duplicates.py


@pytest.fixture(scope="module")
def world_urls(pair: LocalPair) -> Iterator[PairUrls]:
    """A database of this module's own."""
    name = f"scope_{uuid4().hex}"
    yield pair.create_database(name, TEMPLATE)
    pair.drop_database(name)


@pytest.fixture(scope="module")
def world(world_urls: PairUrls, keyring: Keyring) -> World:
    """Filled."""
    engine = create_engine(world_urls.primary)
    with Session(engine) as session:
        made = fill(session, keyring.digest("phone", "+12125550123"), QUEENS.user_id)  # type: ignore[arg-type]
        session.commit()
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def reading(world: World, world_urls: PairUrls) -> Iterator[Database]:
    """The application's view, from the primary as the reader: what was written is there at once."""
    database = Database(Settings(primary_url=world_urls.primary, replica_url=as_reader(world_urls)))
    yield database
    database.dispose()


def as_reader(urls: PairUrls) -> str:
    primary = make_url(urls.primary)
    replica = make_url(urls.replica)
    return replica.set(host=primary.host, port=primary.port).render_as_string(hide_password=False)


def person(*, boroughs: set[str] | None = None, platforms: set[UUID] | None = None) -> Actor:
    """Somebody who holds what their limits leave of everything."""
    held = (BY_BOROUGH if boroughs else frozenset()) | (BY_PLATFORM if platforms else frozenset())
    return Actor(
        uuid4(), "pat", "Pat", permissions=held,
        scope_boroughs=frozenset(boroughs) if boroughs else None,
        scope_platforms=frozenset(platforms) if platforms else None,
    )  # fmt: skip


QUEENS = person(boroughs={"Queens"})


@pytest.fixture
def harbor(world: World) -> Actor:
    """Somebody for the platform Harbor."""
    return person(platforms={world.harbor})


class TestLimitedToABorough:
    def test_lists_the_leads_of_the_borough(self, reading: Database, world: World):
        page = reading.query(QUEENS, list_leads, filter=LeadFilter())
        assert page.frame["id"].tolist() == [world.queens]
        assert reading.query(QUEENS, count_leads, LeadFilter()).value == 1

    @pytest.mark.parametrize("search", ["Rosa", "elm", "(212) 555-0123", "id", "platform's id"])
    def test_finds_no_other_lead_by_any_search(self, reading: Database, world: World, search: str):
        for lead, found in ((world.brooklyn, []), (world.queens, [world.queens])):
            typed = str(lead) if "id" in search else search
            shown = reading.query(QUEENS, list_leads, filter=LeadFilter(search=typed)).frame["id"].tolist()
            assert shown == (found if "id" in search else [world.queens])

    def test_filters_by_deliveries_of_the_borough(self, reading: Database, world: World):
        page = reading.query(QUEENS, list_leads, filter=LeadFilter(platforms=(world.summit,)))
        assert page.frame["id"].tolist() == [world.queens]

    def test_opens_the_leads_of_the_borough_whole(self, reading: Database, world: World):
        assert reading.query(QUEENS, get_lead, world.queens).borough == "Queens"
        told = set(reading.query(QUEENS, lead_story.timeline, world.queens)["kind"])
        assert told == {
            "status",
            "quality",
            "message",
            "analysis",
            "export",
            "money",
            "consent",
            "note",
            "call",
            "edit",
        }
        assert set(reading.query(QUEENS, lead_story.exports_of, world.queens)["platform_name"]) == {"Harbor", "Summit"}

    def test_opens_no_other_lead(self, reading: Database, world: World):
        with pytest.raises(NotFound):
            reading.query(QUEENS, get_lead, world.brooklyn)
        for story in (lead_story.timeline, lead_story.exports_of, lead_story.score_history, lead_family.family):
            assert reading.query(QUEENS, story, world.brooklyn).empty
        assert reading.query(QUEENS, lead_story.latest_scoring, world.brooklyn) is None

    def test_sees_what_became_of_the_leads_of_the_borough(self, reading: Database, world: World):
        (change,) = reading.query(QUEENS, latest_changes, QUEENS.user_id)
        found = reading.query(QUEENS, results, user_id=QUEENS.user_id, operation_id=change.id)
        assert found["lead_id"].tolist() == [world.queens]

    def test_selects_only_leads_of_the_borough(self, reading: Database, world: World):
        assert reading.query(QUEENS, matching_versions, LeadFilter(), 10) == {world.queens: 1}

    def test_sees_the_market_of_the_borough(self, reading: Database):
        zips = reading.query(QUEENS, market.zip_market, **WEEK, day=today())
        assert set(zips["zip_code"]) == {"11375"}

    def test_sees_no_figures_of_platforms(self, reading: Database):
        with pytest.raises(NotAllowed):
            reading.query(QUEENS, platforms.delivery_totals, **WEEK)
        with reading.read(QUEENS) as session:  # the wall behind the check of the right
            assert platforms.delivery_totals(session, **WEEK).deliveries is None
            assert receivables.statements(session, today=today()).empty

    def test_is_told_that_other_things_are_closed(self, reading: Database):
        with pytest.raises(NotAllowed, match="not split"), reading.read(QUEENS) as session:
            session.execute(text("SELECT count(*) FROM privacy_requests"))

    def test_sees_of_the_audit_trail_what_is_about_their_leads(self, reading: Database, world: World):
        with reading.read(QUEENS) as session:
            assert session.scalars(text("SELECT entity_id FROM audit_log")).all() == [str(world.queens)]

    def test_a_rollback_inside_does_not_lift_the_limits(self, reading: Database, world: World):
        with reading.read(QUEENS) as session:
            session.rollback()
            assert session.scalars(text("SELECT id FROM leads")).all() == [world.queens]

    def test_a_connection_used_again_has_no_limits_left(self, reading: Database, world: World):
        with reading.read(QUEENS) as session:
            session.execute(text("SELECT 1"))
        for _ in range(3):
            with reading.read(None) as session:
                assert session.scalar(text("SELECT count(*) FROM leads")) == 2


class TestLimitedToAPlatform:
    def test_sees_that_platform(self, reading: Database, world: World, harbor: Actor):
        health = reading.query(harbor, platforms.platform_health, **WEEK, today=today())
        assert health["platform_name"].tolist() == ["Harbor"]
        assert health["deliveries"].tolist() == [2]
        assert reading.query(harbor, platforms.delivery_totals, **WEEK).deliveries == 2
        assert list(reading.query(harbor, platforms.platform_names)) == ["Harbor"]

    def test_sees_its_deliveries_and_no_others(self, reading: Database, world: World, harbor: Actor):
        assert len(reading.query(harbor, platforms.recent_deliveries, platform_id=world.harbor)) == 2
        assert reading.query(harbor, platforms.recent_deliveries, platform_id=world.summit).empty

    def test_sees_its_money_and_not_the_sum_of_all(self, reading: Database, world: World, harbor: Actor):
        own = reading.query(harbor, revenue.revenue_summary, **WEEK, platform_ids=[world.harbor])
        assert own.total_revenue == 160
        assert reading.query(harbor, revenue.revenue_by_platform, **WEEK)["platform_name"].tolist() == ["Harbor"]
        everything = reading.query(harbor, revenue.revenue_summary, **WEEK)
        assert not everything.total_revenue
        statements = reading.query(harbor, receivables.statements, today=today())
        assert statements["platform_name"].tolist() == ["Harbor"]

    def test_sees_no_leads(self, reading: Database, harbor: Actor):
        with pytest.raises(NotAllowed):
            reading.query(harbor, list_leads, filter=LeadFilter())
        with reading.read(harbor) as session:
            assert list_leads(session, filter=LeadFilter()).frame.empty


def test_two_limits_hold_at_once(reading: Database, world: World):
    both = person(boroughs={"Queens"}, platforms={world.harbor})
    exports = reading.query(both, lead_story.exports_of, world.queens)
    assert exports["platform_name"].tolist() == ["Harbor"]
    assert reading.query(both, lead_story.exports_of, world.brooklyn).empty


def test_an_account_of_ones_own_is_read_without_the_limits(reading: Database):
    @of_oneself
    def sessions(session: Session, user_id: UUID | None) -> int:
        found = text("SELECT count(*) FROM sign_in_sessions WHERE user_ref = :user_id")
        return session.scalar(found, {"user_id": user_id}) or 0

    assert reading.query(QUEENS, sessions, QUEENS.user_id) == 0


class TestBareSql:
    """As aurum_scoped itself, which is what row-level security sees."""

    @contextmanager
    def scoped(self, urls: PairUrls, **settings: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        with psycopg.connect(as_reader(urls).replace("+psycopg", "")) as connection:
            connection.execute("SET LOCAL ROLE aurum_scoped")
            for name, value in settings.items():
                connection.execute(f"SET LOCAL app.{name} = '{value}'")
            yield connection
            connection.rollback()

    def count(self, connection: psycopg.Connection[tuple[object, ...]], table: str) -> int:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(str(row[0])) if row else 0

    @pytest.mark.parametrize("table", sorted(OPENED - OPEN_TO_ALL))
    def test_without_settings_nothing_is_seen(self, world: World, world_urls: PairUrls, table: str):
        with self.scoped(world_urls) as connection:
            assert self.count(connection, table) == 0

    @pytest.mark.parametrize("table", sorted(OPENED - OPEN_TO_ALL))
    def test_settings_emptied_by_an_earlier_transaction_open_nothing(
        self, world: World, world_urls: PairUrls, table: str
    ):
        with self.scoped(world_urls, boroughs="", platforms="") as connection:
            assert self.count(connection, table) == 0

    @pytest.mark.parametrize("table", sorted(LIMITED_BY_LEAD | BETWEEN | OF_BOROUGHS | {"audit_log"}))
    def test_a_borough_opens_half(self, world: World, world_urls: PairUrls, owner_count, table: str):
        with self.scoped(world_urls, boroughs="Queens") as connection:
            of_leads = "WHERE entity_type = 'lead'" if table == "audit_log" else ""
            assert 0 < self.count(connection, table) * 2 == owner_count(f"{table} {of_leads}")

    @pytest.mark.parametrize("table", sorted(LIMITED_BY_PLATFORM | BETWEEN | {"b2b_platforms"}))
    def test_a_platform_opens_half(self, world: World, world_urls: PairUrls, owner_count, table: str):
        with self.scoped(world_urls, platforms=str(world.harbor)) as connection:
            of_platforms = "WHERE platform_ref IS NOT NULL" if table == "revenue_metrics" else ""
            assert 0 < self.count(connection, table) * 2 == owner_count(f"{table} {of_platforms}")

    @pytest.mark.parametrize("table", sorted(LIMITED_BY_PLATFORM))
    def test_a_borough_opens_no_figures_of_platforms(self, world: World, world_urls: PairUrls, table: str):
        with self.scoped(world_urls, boroughs="Queens") as connection:
            assert self.count(connection, table) == 0

    @pytest.mark.parametrize("table", sorted(LIMITED_BY_LEAD | OF_BOROUGHS | {"audit_log"}))
    def test_a_platform_opens_no_leads(self, world: World, world_urls: PairUrls, table: str):
        with self.scoped(world_urls, platforms=str(world.harbor)) as connection:
            assert self.count(connection, table) == 0

    @pytest.mark.parametrize("table", sorted({t.name for t in Base.metadata.tables.values()} - OPENED))
    def test_everything_else_is_closed(self, world: World, world_urls: PairUrls, table: str):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with self.scoped(world_urls, boroughs="Queens", platforms="*") as connection, refused:
            self.count(connection, table)

    def test_it_writes_nothing(self, world: World, world_urls: PairUrls):
        with self.scoped(world_urls, boroughs="Queens") as connection:
            connection.execute("SET LOCAL transaction_read_only = off")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("UPDATE leads SET first_name = 'x'")

    def test_it_sees_the_columns_of_the_reader_and_no_more(self, world_urls: PairUrls):
        statement = """
            SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
              AND NOT a.attisdropped AND c.relname <> 'users'
              AND has_column_privilege('aurum_scoped', c.oid, a.attnum, 'SELECT')
                  <> has_column_privilege('aurum_reader', c.oid, a.attnum, 'SELECT')
        """
        with psycopg.connect(world_urls.owner.replace("+psycopg", "")) as connection:
            assert connection.execute(statement, [sorted(OPENED)]).fetchall() == []

    def test_of_accounts_it_sees_the_names(self, world_urls: PairUrls):
        with self.scoped(world_urls) as connection:
            connection.execute("SELECT id, full_name FROM users")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT username FROM users")


@pytest.fixture
def owner_count(world_urls: PairUrls):
    def count(source: str) -> int:
        with psycopg.connect(world_urls.owner.replace("+psycopg", "")) as connection:
            row = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
            return int(row[0])

    return count


@pytest.mark.parametrize(
    ("role", "bypasses"), [("aurum_app", True), ("aurum_jobs", True), ("aurum_reader", True), ("aurum_scoped", False)]
)
def test_only_limited_people_are_bound(world_urls: PairUrls, role: str, bypasses: bool):
    with psycopg.connect(world_urls.admin.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT rolbypassrls, rolsuper FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        assert row == (bypasses, False)


def test_nobody_has_the_limited_role_without_switching_to_it(world_urls: PairUrls):
    with psycopg.connect(world_urls.admin.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT member::regrole::text, inherit_option, set_option, admin_option FROM pg_auth_members"
            " WHERE roleid = 'aurum_scoped'::regrole ORDER BY 1"
        ).fetchall()
        assert rows == [("aurum_app", False, True, False), ("aurum_reader", False, True, False)]
