"""Jobs that change business data rest while the application is read-only."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import create_engine, text

from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.jobs.app import Servers, check_platforms
from aurum_data.operations.cluster import PairUrls
from tests.factories import make_export, make_lead, make_platform


def checks_made(db: Database, urls: PairUrls) -> int:
    """How many checks of platforms there are after the job ran."""
    engine = create_engine(urls.jobs)
    check_platforms(Servers(engine, None), now())
    engine.dispose()
    with db.read_primary() as session:
        return int(session.scalar(text("SELECT count(*) FROM platform_health_checks")) or 0)


def test_platforms_are_not_judged_while_all_is_read_only(db: Database, urls: PairUrls) -> None:
    with db.write(None) as session:
        buyer = make_platform(session)
        make_export(session, make_lead(session), buyer, created_at=now() - timedelta(minutes=1))
        session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'"))
    assert checks_made(db, urls) == 0
    with db.write(None) as session:
        session.execute(text("UPDATE app_flags SET is_on = false"))
    assert checks_made(db, urls) == 1
