"""What the generator writes: every table, believable figures, nothing real, nothing in the future, once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest

from aurum_data.actions.rollups import ROLLUPS
from aurum_data.clock import day_start
from aurum_data.errors import Conflict, UserError
from aurum_data.models import Base
from aurum_data.operations.cluster import LocalPair
from aurum_data.sample.arrivals import first_day
from aurum_data.sample.generate import ensure_sample, fill, generate
from aurum_data.sample.names import phone_number
from aurum_data.security.encryption import Keyring
from aurum_data.settings import Settings
from tests.sample.conftest import LEADS, UNTIL, plain

# Filled by signing in, by the worker, by importers of measured figures, or by people.
EMPTY = {
    "nyc_market_intelligence", "platform_performance", "revenue_metrics", "rollup_stamps", "sign_in_sessions",
    "sign_in_tickets", "user_recovery_codes", "consent_summary", "consent_wording_summary", "access_requests",
    "api_key_addresses", "api_requests", "encryption_keys", "key_rotations", "one_time_links", "rate_limits",
    "sealed_counts", "user_devices", "user_identities", "callback_reminders", "lead_quality_metrics",
    "lead_factor_metrics", "conversation_metrics", "message_metrics", "list_downloads",
}  # fmt: skip
# Instants that are planned, not past.
PLANNED = {
    ("leads", "next_callback_at"), ("lead_calls", "next_callback_at"), ("lead_exports", "next_attempt_at"),
    ("lead_consents", "expires_at"), ("lead_consent_events", "certificate_claimed_until"),
    ("api_keys", "expires_at"), ("sign_in_sessions", "expires_at"), ("list_links", "expires_at"),
}  # fmt: skip
# What differs from run to run: nonces, and the ids that the database gave the people.
UNEQUAL = {
    "actor_user_id", "author_user_id", "caller_user_id", "user_ref", "entity_id", "imported_by", "members",
    "acknowledged_by", "validated_by",
}  # fmt: skip


def silent(_: str) -> None:
    pass


def test_every_table_has_rows(filled: psycopg.Connection) -> None:
    empty = {
        table
        for table in Base.metadata.tables
        if filled.execute(f"SELECT EXISTS (SELECT FROM {table})").fetchone() == (False,)
    }
    assert empty <= EMPTY


def test_there_are_as_many_leads_as_asked_for(filled: psycopg.Connection) -> None:
    assert filled.execute("SELECT count(*) FROM leads").fetchone() == (LEADS,)


def test_nothing_lies_in_the_future_but_what_is_planned(filled: psycopg.Connection) -> None:
    end = day_start(date(2026, 10, 29))
    columns = filled.execute(
        """
        SELECT c.table_name, c.column_name
        FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name
        WHERE c.table_schema = 'public' AND c.data_type = 'timestamp with time zone' AND t.relkind IN ('r', 'p')
          AND NOT t.relispartition AND c.table_name = ANY (%s)
        ORDER BY 1, 2
        """,
        [list(Base.metadata.tables)],
    ).fetchall()
    made_now = {"users", "user_roles", "roles", "user_permissions", "retention_policies", "app_flags", "rollup_changes"}
    late = [
        (table, column)
        for table, column in columns
        if (table, column) not in PLANNED
        and table not in made_now
        and not table.startswith("nyc_")
        and filled.execute(f"SELECT EXISTS (SELECT FROM {table} WHERE {column} >= %s)", [end]).fetchone() == (True,)
    ]
    assert late == []


def test_the_history_begins_thirty_months_before(filled: psycopg.Connection) -> None:
    first, last = filled.execute("SELECT min(created_at), max(created_at) FROM leads").fetchone() or (None, None)
    assert day_start(first_day(UNTIL)) <= first < day_start(date(2024, 5, 10))
    assert last >= day_start(date(2026, 10, 26))


def test_contact_data_are_invented_and_open_with_the_key(filled: psycopg.Connection, keyring: Keyring) -> None:
    rows = filled.execute(
        "SELECT id, phone_encrypted, email_encrypted, phone_hash, email_hash, phone_masked, email_masked "
        "FROM leads WHERE phone_encrypted IS NOT NULL ORDER BY id LIMIT 300"
    ).fetchall()
    for lead_id, phone, email, phone_hash, email_hash, phone_masked, email_masked in rows:
        number = keyring.open("leads.phone", lead_id, phone)
        address = keyring.open("leads.email", lead_id, email)
        assert number[5:8] == "555"
        assert address.partition("@")[2] in {"example.com", "example.org", "example.net"}
        assert (keyring.digest("phone", number), keyring.digest("email", address)) == (phone_hash, email_hash)
        assert (phone_masked[-4:], email_masked[0]) == (number[-4:], address[0])


def test_phone_numbers_do_not_repeat_up_to_a_million() -> None:
    assert len({phone_number(index) for index in range(1_000_000)}) == 1_000_000


def share(connection: psycopg.Connection, condition: str, table: str = "leads") -> float:
    row = connection.execute(f"SELECT avg(({condition})::int)::float8 FROM {table}").fetchone()
    assert row is not None
    return float(row[0])


@pytest.mark.parametrize(
    ("condition", "low", "high"),
    [
        ("duplicate_of IS NOT NULL", 0.01, 0.035),
        ("status = 'sold'", 0.28, 0.55),
        ("status = 'returned'", 0.005, 0.05),
        ("status = 'invalid'", 0.02, 0.08),
        ("consent_state = 'unproven'", 0.01, 0.08),
        ("consent_state = 'withdrawn'", 0.01, 0.05),
        ("lead_quality = 'premium'", 0.08, 0.35),
        ("borough = 'Queens'", 0.3, 0.55),
        ("preferred_language = 'es'", 0.03, 0.2),
    ],
)
def test_shares_of_leads_are_believable(filled: psycopg.Connection, condition: str, low: float, high: float) -> None:
    assert low < share(filled, condition) < high


def test_returns_stay_between_three_and_twelve_in_a_hundred(filled: psycopg.Connection) -> None:
    assert 0.03 < share(filled, "status = 'returned'", "b2b_lead_mappings") < 0.12


def test_newer_scoring_versions_come_nearer_to_the_outcome(filled: psycopg.Connection) -> None:
    rows = filled.execute(
        "SELECT h.model_version, avg(abs(h.new_score - CASE WHEN l.sold_at IS NULL THEN 0 ELSE 100 END))::float8 "
        "FROM lead_quality_history h JOIN leads l ON l.id = h.lead_id WHERE h.previous_score IS NULL "
        "AND l.duplicate_of IS NULL AND l.status <> 'new' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert [version for version, _ in rows] == ["1.0", "1.4", "2.0", "2.1"]
    assert rows[2][1] < rows[0][1]


def test_scores_come_nearer_to_the_outcome_once_the_lead_has_talked(filled: psycopg.Connection) -> None:
    row = filled.execute(
        "SELECT avg(scoring_improvement), count(scoring_improvement) FROM lead_quality_history"
    ).fetchone()
    assert row is not None
    assert row[0] > 0.5
    assert row[1] > 100


def test_some_statements_are_late_and_some_disputed(filled: psycopg.Connection) -> None:
    late = "status IN ('sent', 'partly_paid') AND due_on < date '2026-10-29'"
    assert share(filled, late, "b2b_statements") > 0
    assert share(filled, "status = 'disputed'", "b2b_statements") > 0


def test_an_open_request_is_late_and_another_is_due_soon(filled: psycopg.Connection) -> None:
    rows = filled.execute(
        "SELECT due_on - date '2026-10-28' FROM privacy_requests "
        "WHERE status IN ('received', 'in_progress', 'on_hold', 'identity_unverified')"
    ).fetchall()
    days = [row[0] for row in rows]
    assert min(days) < 0
    assert any(0 <= left <= 3 for left in days)


def test_one_platform_had_a_bad_week(filled: psycopg.Connection) -> None:
    week = "e.created_at BETWEEN timestamptz '2026-10-20' AND timestamptz '2026-10-27'"
    failed = "e.status IN ('failed_permanent', 'timed_out') OR e.attempt_count > 1"
    table = f"""(
        SELECT ({failed}) AS failed, {week} AS bad
        FROM lead_exports e JOIN b2b_platforms p ON p.id = e.platform_id WHERE p.health = 'degraded') e"""
    assert share(filled, "failed", f"{table} WHERE bad") > 2 * share(filled, "failed", f"{table} WHERE NOT bad")


def test_the_rollups_are_marked_as_out_of_date(filled: psycopg.Connection) -> None:
    days = (UNTIL - first_day(UNTIL)).days + 1
    rows = filled.execute("SELECT rollup, count(*) FROM rollup_changes GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [(name, days) for name in sorted(ROLLUPS)]


def test_the_materialized_views_are_fresh(filled: psycopg.Connection) -> None:
    assert filled.execute("SELECT sum(total_leads) FROM mv_daily_revenue_summary").fetchone() == (
        filled.execute("SELECT count(*) FROM leads WHERE is_active").fetchone() or (0,)
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname !~ '_p[0-9]{6}'",
        (
            "SELECT r.relname || ' ' || conname, pg_get_constraintdef(k.oid), convalidated FROM pg_constraint k "
            "JOIN pg_class r ON r.oid = conrelid WHERE r.relnamespace = 'public'::regnamespace AND NOT relispartition"
        ),
    ],
)
def test_no_index_or_constraint_is_lost(pair: LocalPair, filled: psycopg.Connection, prepared: str, query: str) -> None:
    query += " ORDER BY 1"
    with psycopg.connect(plain(pair.urls(prepared).owner)) as before:
        assert filled.execute(query).fetchall() == before.execute(query).fetchall()


def test_the_same_seed_gives_the_same_rows(pair: LocalPair, prepared: str, keyring: Keyring) -> None:
    fingerprints = []
    for number in (1, 2):
        urls = pair.create_database(f"sample_same_{number}", prepared)
        counts = generate(urls.owner, leads=150, seed=3, keyring=keyring, progress=silent, until=UNTIL)
        with psycopg.connect(plain(urls.owner)) as connection:
            fingerprints.append((counts, [fingerprint(connection, table) for table in sorted(counts)]))
        pair.drop_database(f"sample_same_{number}")
    assert fingerprints[0] == fingerprints[1]


def fingerprint(connection: psycopg.Connection, table: str) -> tuple[str, str | None]:
    """A hash over all rows, without what is bound to differ."""
    columns = [
        column.name
        for column in Base.metadata.tables[table].columns
        if column.name not in UNEQUAL
        and not column.name.endswith("_encrypted")
        and "users" not in {foreign.column.table.name for foreign in column.foreign_keys}
    ]
    row = connection.execute(
        f"SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM (SELECT {', '.join(columns)} FROM {table}) r"
    ).fetchone()
    assert row is not None
    return table, row[0]


def test_a_database_with_leads_is_left_alone(filled_url: str, keyring: Keyring) -> None:
    with pytest.raises(Conflict, match="only written to an empty one"):
        generate(filled_url, leads=10, seed=1, keyring=keyring, progress=silent)


def test_a_failure_leaves_nothing_behind(
    pair: LocalPair, prepared: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = pair.create_database("sample_failed", prepared)
    monkeypatch.setattr("aurum_data.sample.generate._afterwards", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        generate(urls.owner, leads=50, seed=1, keyring=keyring, progress=silent, until=UNTIL)
    with psycopg.connect(plain(urls.owner)) as connection:
        assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
        assert connection.execute("SELECT to_regclass('idx_lead_search') IS NOT NULL").fetchone() == (True,)
    pair.drop_database("sample_failed")


def test_production_is_refused(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, primary_url="postgresql://app@db.example/aurum")
    with pytest.raises(UserError, match="production"):
        fill(settings, leads=10, seed=1, progress=silent)


def test_make_run_writes_nothing_to_production(tmp_path: Path) -> None:
    ensure_sample(Settings(home=tmp_path, primary_url="postgresql://app@db.example/aurum"), silent)
    assert list(tmp_path.iterdir()) == []


def test_too_many_leads_are_refused(pair: LocalPair, prepared: str, keyring: Keyring) -> None:
    with pytest.raises(UserError, match="1,000,000"):
        generate(pair.urls(prepared).owner, leads=1_000_001, seed=1, keyring=keyring, progress=silent, until=UNTIL)


def test_history_that_ends_today_ends_with_the_last_full_hour(pair: LocalPair, prepared: str, keyring: Keyring) -> None:
    urls = pair.create_database("sample_today", prepared)
    generate(urls.owner, leads=200, seed=5, keyring=keyring, progress=silent)
    with psycopg.connect(plain(urls.owner)) as connection:
        row = connection.execute("SELECT max(last_activity_at) FROM leads").fetchone()
        assert row is not None
        assert row[0] < datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    pair.drop_database("sample_today")
