"""Counting encrypted values by key version."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from aurum_data.database import Database
from aurum_data.jobs.sealed import count_sealed
from aurum_data.operations.cluster import PairUrls
from aurum_data.queries.encryption import sealed_counted_at, sealed_counts
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import SealedField
from tests.factories import make_lead


def test_values_are_counted_by_column_and_version(db: Database, urls: PairUrls, keyring: Keyring) -> None:
    newer = replace(keyring, encryption=dict(keyring.encryption) | {258: b"2" * 32})
    with db.write(None) as session:
        for keys in (keyring, keyring, replace(newer, encryption_in_use=258)):
            lead = make_lead(session)
            lead.phone_encrypted = keys.seal(SealedField.LEAD_PHONE, lead.id, "+12125550100")
    engine = create_engine(urls.jobs)
    with Session(engine) as session, session.begin():
        count_sealed(session)
        count_sealed(session)
    engine.dispose()
    with db.read_primary() as session:
        assert sealed_counts(session).to_dict("records") == [
            {"field": "leads.phone_encrypted", "key_version": 1, "value_count": 2},
            {"field": "leads.phone_encrypted", "key_version": 258, "value_count": 1},
        ]
        assert sealed_counted_at(session) == session.scalar(text("SELECT as_of FROM rollup_stamps"))
