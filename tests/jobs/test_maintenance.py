"""Housekeeping that forgets."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.clock import today
from aurum_data.jobs.maintenance import drop_security_events
from aurum_data.operations.cluster import PairUrls
from aurum_data.rules.security_events import KEPT_MONTHS

Owner = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def months(owner: Owner) -> tuple[str, str]:
    """A month that is past its time, and the last one that is not; both have a partition."""
    first = today().replace(day=1)
    kept = first.replace(year=first.year - KEPT_MONTHS // 12)
    past = (kept - timedelta(days=1)).replace(day=1)
    owner.execute("select aurum_make_partitions(%s, %s)", (past, kept))
    return f"security_events_p{past:%Y%m}", f"security_events_p{kept:%Y%m}"


def test_security_events_are_dropped_by_whole_months(urls: PairUrls, owner: Owner, months: tuple[str, str]) -> None:
    past, kept = months
    engine = create_engine(urls.jobs)
    with Session(engine) as session, session.begin():
        dropped = drop_security_events(session)
    engine.dispose()
    assert dropped >= 1
    exists = owner.execute("select to_regclass(%s), to_regclass(%s)", (past, kept)).fetchone()
    assert exists == (None, kept)
