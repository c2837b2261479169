"""The worker mails one-time links: to the address of the account, with a link that works, and says nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, create_engine, text

from aurum_data.actions import links as actions
from aurum_data.actions.core import SYSTEM
from aurum_data.database import Database
from aurum_data.errors import Invalid
from aurum_data.jobs import links
from aurum_data.jobs.app import Servers
from aurum_data.jobs.links import LINK_PATH, forget_expired
from aurum_data.operations.cluster import PairUrls
from aurum_data.rules.identity import LinkPurpose
from aurum_data.security.encryption import get_keyring
from aurum_data.settings import Settings
from tests.actions.test_links import NEW
from tests.one_worker import work
from tests.post_office import PostOffice, post_office
from tests.security.test_sign_in import add_user, try_password

RESET = LinkPurpose.PASSWORD_RESET


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def settings(urls: PairUrls, office: PostOffice) -> Settings:
    addresses = {"primary_url": urls.primary, "replica_url": urls.replica, "jobs_url": urls.jobs}
    return Settings(**addresses, smtp_url=office.url, public_url="https://ops.example.com/aurum/")


@pytest.fixture
def servers(urls: PairUrls) -> Iterator[Servers]:
    engine = create_engine(urls.jobs)
    yield Servers(engine, None)
    engine.dispose()


@pytest.fixture
def dana(db: Database) -> UUID:
    """Somebody with an account and an address."""
    with db.write(None) as session:
        user_id = add_user(session)
        sealed = get_keyring().seal(actions.EMAIL_FIELD, user_id, "dana@example.com")
        session.execute(text("UPDATE users SET email_encrypted = :sealed"), {"sealed": sealed})
    return user_id


def ask(db: Database, username: str = "dana") -> None:
    with db.write(None) as session:
        actions.request_password_reset(session, username=username, address=None)


def job(db: Database) -> Row[tuple[str, int]]:
    """State and tries of the job."""
    query = "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = 'send_link'"
    with db.read_primary() as session:
        return session.execute(text(query)).one()


def test_the_link_in_the_mail_opens_the_account(
    servers: Servers, settings: Settings, office: PostOffice, db: Database, dana: UUID
):
    links.send_link(servers, settings, dana, RESET)
    [letter], [address] = office.letters, office.links()
    assert letter["To"] == "dana@example.com"
    assert address.startswith(f"https://ops.example.com/aurum{LINK_PATH}")
    token = urlsplit(address).query.removeprefix("token=")
    with db.write(None) as session:
        actions.choose_password(session, token=token, password=NEW)
        assert try_password(session, NEW) == "right"


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_the_mail_names_the_person_the_user_name_and_the_time(
    servers: Servers, settings: Settings, office: PostOffice, db: Database, dana: UUID, purpose: LinkPurpose
):
    if purpose != RESET:
        with db.write(None) as session:
            session.execute(text("UPDATE users SET status = 'invited'"))
    links.send_link(servers, settings, dana, purpose)
    words = office.letters[0].get_content()
    assert "Hello Dana Test," in words
    assert "user name dana" in words.replace("is dana", "dana")
    assert {"invitation": "72 hours", "password_reset": "one hour", "first_administrator": "24 hours"}[purpose] in words


def test_nobody_gets_no_mail(servers: Servers, settings: Settings, office: PostOffice, db: Database):
    links.send_link(servers, settings, uuid4(), RESET)
    assert office.letters == []


def test_an_account_without_an_address_is_an_error_that_is_not_tried_again(
    servers: Servers, settings: Settings, db: Database, dana: UUID
):
    with db.write(None) as session:
        session.execute(text("UPDATE users SET email_encrypted = NULL"))
    with pytest.raises(Invalid):
        links.send_link(servers, settings, dana, RESET)


def test_the_worker_does_what_the_page_asked_for(urls: PairUrls, office: PostOffice, db: Database, dana: UUID):
    ask(db)
    ask(db, "stranger")
    work(urls, smtp_url=office.url)
    assert [letter["To"] for letter in office.letters] == ["dana@example.com"]
    with db.read_primary() as session:
        query = "SELECT DISTINCT status::text FROM procrastinate_jobs WHERE task_name = 'send_link'"
        assert session.scalars(text(query)).all() == ["succeeded"]


def test_a_mail_waits_for_a_server_that_is_away(urls: PairUrls, office: PostOffice, db: Database, dana: UUID):
    ask(db)
    work(urls, smtp_url="smtp://127.0.0.1:1")
    assert job(db) == ("todo", 1)
    with db.write(None) as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    work(urls, smtp_url=office.url)
    assert job(db) == ("succeeded", 2)
    assert len(office.links()) == 1


def test_a_letter_refused_for_good_is_not_tried_again(urls: PairUrls, office: PostOffice, db: Database, dana: UUID):
    office.refusal = "550 No such mailbox"
    ask(db)
    work(urls, smtp_url=office.url)
    assert job(db) == ("failed", 1)


def test_neither_link_nor_address_is_logged_or_stored(urls: PairUrls, office: PostOffice, db: Database, dana: UUID):
    office.refusal = "451 Later"
    ask(db)
    said = work(urls, smtp_url=office.url)
    office.refusal = None
    with db.write(None) as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    said += work(urls, smtp_url=office.url)
    token = urlsplit(office.links()[0]).query.removeprefix("token=")
    with db.read_primary() as session:
        tables = ["procrastinate_jobs", "procrastinate_events", "error_logs", "audit_log", "one_time_links", "users"]
        stored = [str(session.scalars(text(f"SELECT t::text FROM {table} t")).all()) for table in tables]
    for secret in (token, "dana@example.com"):
        assert secret not in said
        assert [table for table, rows in zip(tables, stored, strict=True) if secret in rows] == []


def test_without_a_mail_server_the_local_pair_keeps_the_letter_and_says_so(
    servers: Servers, settings: Settings, db: Database, dana: UUID, tmp_path, caplog: pytest.LogCaptureFixture
):
    local = settings.model_copy(update={"smtp_url": None, "local_pair": True, "home": tmp_path})
    links.send_link(servers, local, dana, RESET)
    [kept] = (tmp_path / "outbox").iterdir()
    assert LINK_PATH in kept.read_text()
    assert "a letter was kept" in caplog.text
    with db.read_primary() as session:
        entry = session.execute(text("SELECT event, details FROM audit_log ORDER BY id DESC LIMIT 1")).one()
    assert entry == ("system:mail:keep", {"file": kept.name})


def test_what_has_run_out_is_forgotten_and_nothing_else(session):
    user_id = add_user(session)
    for _ in range(2):
        actions.make_link(session, SYSTEM, user_id=user_id, purpose=RESET)
    session.execute(
        text("""
        INSERT INTO rate_limits (limiter, subject, window_ends_at, hits)
        VALUES ('l', 'old', now() - interval '1 s', 1), ('l', 'new', now() + interval '1 h', 1);
        INSERT INTO user_devices (user_ref, device_hash, last_seen_at)
        VALUES (uuidv7(), '\\x01', now() - interval '366 days'), (uuidv7(), '\\x02', now());
        INSERT INTO sign_in_tickets (ticket_hash, nonce_hash, user_ref, expires_at)
        VALUES ('\\x01', '\\x01', uuidv7(), now() - interval '1 s'),
               ('\\x02', '\\x01', uuidv7(), now() + interval '1 h');
        INSERT INTO api_requests (key_ref, idempotency_key, request_hash, status, created_at)
        VALUES (uuidv7(), 'old', '\\x01', 201, now() - interval '31 days'),
               (uuidv7(), 'new', '\\x01', 201, now() - interval '29 days');
        INSERT INTO list_links (page, created_by, expires_at)
        VALUES ('leads', uuidv7(), now() - interval '1 s'), ('leads', uuidv7(), now() + interval '1 h');
        INSERT INTO list_downloads (user_ref, file_format, sort_by, descending, columns, created_at)
        VALUES (uuidv7(), 'csv', 'created', true, '{id}', now() - interval '31 days'),
               (uuidv7(), 'csv', 'created', true, '{id}', now() - interval '29 days');
        INSERT INTO import_rejected_rows (batch_ref, line_number, reason, row_encrypted, delete_after)
        VALUES (uuidv7(), 1, 'No phone', '\\x01', (now() AT TIME ZONE 'America/New_York')::date - 1),
               (uuidv7(), 1, 'No phone', '\\x01', (now() AT TIME ZONE 'America/New_York')::date);
        UPDATE one_time_links SET expires_at = now() - interval '31 days'
        WHERE id = (SELECT id FROM one_time_links LIMIT 1);
        """)
    )
    forget_expired(session)
    tables = (
        "rate_limits",
        "user_devices",
        "sign_in_tickets",
        "one_time_links",
        "api_requests",
        "list_links",
        "list_downloads",
        "import_rejected_rows",
    )
    for table in tables:
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1, table
