"""Looking for leads that may be the same person, among all leads: what came or changed since the last run.

Intake links what it recognises at once (intake/duplicates.py). What shows only later, because a lead was corrected or
two families turned out to share a contact, is found here and left to people: a pair goes to the queue, nothing is
linked. Hashes are compared as stored, so pairs of two versions of the hash key are found once both are under one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import refuse_when_frozen
from aurum_data.rules.duplicates import Evidence, Judgment, judge

SEARCH = "duplicate_search"
BATCH_LEADS = 5_000  # walked in one transaction, whether they changed or not
MOST_OTHERS = 50  # of one contact or home; more share it only if it says nothing
# A transaction that began before a run may commit after it: those leads are looked at once more.
OVERLAP = timedelta(hours=1)
EVER, BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC), UUID(int=0)

_BEGIN = text("SELECT clock_timestamp(), (SELECT as_of FROM rollup_stamps WHERE rollup = :search)")
_STAMP = text("""
    INSERT INTO rollup_stamps (rollup, as_of, duration_ms) VALUES (:search, :as_of, :duration_ms)
    ON CONFLICT (rollup) DO UPDATE SET as_of = excluded.as_of, duration_ms = excluded.duration_ms
""")
# One walk over the key, cut into batches: an index on updated_at would cost every change of every lead, and asked for
# changed leads only, the planner would read the whole table for each batch.
_WALK = text("""
    WITH walked AS MATERIALIZED (
        SELECT id, updated_at, is_active, erased_at FROM leads
        WHERE id > :after ORDER BY id LIMIT :limit)
    SELECT (SELECT id FROM walked ORDER BY id DESC LIMIT 1) AS last,
           ARRAY(SELECT id FROM walked
                 WHERE updated_at >= :since AND is_active AND erased_at IS NULL ORDER BY id) AS ids
""")
# OFFSET 0 keeps one index look-up per lead, whatever the planner believes about the batch.
_OTHERS = text("""
    WITH b AS MATERIALIZED (
        SELECT id, coalesce(duplicate_of, id) AS root, phone_hash, email_hash, address_key, full_name
        FROM leads WHERE id = ANY (:ids))
    SELECT DISTINCT ON (b.id, l.id)
           b.root, coalesce(l.duplicate_of, l.id) AS other_root, coalesce(b.full_name, '') AS name,
           coalesce(l.full_name, '') AS other_name, coalesce(b.phone_hash = l.phone_hash, false) AS phone,
           coalesce(b.email_hash = l.email_hash, false) AS email,
           coalesce(b.address_key = l.address_key, false) AS home
    FROM b CROSS JOIN LATERAL (
        (SELECT id FROM leads WHERE phone_hash = b.phone_hash LIMIT :most OFFSET 0)
        UNION ALL (SELECT id FROM leads WHERE email_hash = b.email_hash LIMIT :most OFFSET 0)
        UNION ALL (SELECT id FROM leads WHERE address_key = b.address_key LIMIT :most OFFSET 0)
    ) same JOIN leads l ON l.id = same.id
    WHERE coalesce(l.duplicate_of, l.id) <> b.root AND l.is_active AND l.erased_at IS NULL
    ORDER BY b.id, l.id
""")
# A pair that was decided keeps its decision; one that waits is told better reasons.
_PROPOSE = text("""
    WITH found AS (
        SELECT * FROM json_to_recordset(CAST(:pairs AS json))
            AS f(one uuid, other uuid, confidence numeric, reasons text[]))
    INSERT INTO lead_duplicate_candidates AS c (lead_id, older_ref, confidence, reasons)
    SELECT CASE WHEN (a.created_at, a.id) < (b.created_at, b.id) THEN b.id ELSE a.id END,
           CASE WHEN (a.created_at, a.id) < (b.created_at, b.id) THEN a.id ELSE b.id END, f.confidence, f.reasons
    FROM found f JOIN leads a ON a.id = f.one JOIN leads b ON b.id = f.other
    WHERE a.is_active AND b.is_active AND a.erased_at IS NULL AND b.erased_at IS NULL
    ORDER BY f.one, f.other
    ON CONFLICT (lead_id, older_ref) DO UPDATE SET confidence = excluded.confidence, reasons = excluded.reasons
    WHERE c.state = 'open' AND c.confidence < excluded.confidence
""")


class Primary(Protocol):
    """Where transactions on the primary come from."""

    def transaction(self) -> AbstractContextManager[Session]:
        """One transaction, committed at the end."""


def find_duplicates(primary: Primary) -> None:
    """Look through the leads that came or changed since the last whole run, each batch in its own transaction.

    Killed half-way, the next run does it again from where the last whole one was. Raises ReadOnly while frozen.
    """
    started = time.monotonic()
    with primary.transaction() as session:
        began, last = session.execute(_BEGIN, {"search": SEARCH}).one()
    since = last - OVERLAP if last else EVER
    after: UUID | None = BEFORE_ALL
    while after is not None:
        with primary.transaction() as session:
            refuse_when_frozen(session)
            after, ids = walk(session, since, after)
            propose_pairs(session, ids)
    duration = round((time.monotonic() - started) * 1000)
    with primary.transaction() as session:
        session.execute(_STAMP, {"search": SEARCH, "as_of": began, "duration_ms": duration})


def walk(session: Session, since: datetime, after: UUID, limit: int = BATCH_LEADS) -> tuple[UUID | None, list[UUID]]:
    """Of the next leads behind an id, in the order of ids: the last (None: there are no more), and those that came or
    changed since an instant."""
    last, ids = session.execute(_WALK, {"since": since, "after": after, "limit": limit}).one()
    return last, ids


def propose_pairs(session: Session, ids: Sequence[UUID]) -> int:
    """Put the pairs that these leads make with others into the queue; how many were seen. The caller commits."""
    best: dict[tuple[UUID, UUID], Judgment] = {}
    for row in session.execute(_OTHERS, {"ids": list(ids), "most": MOST_OTHERS}):
        judgment = _judged(row)
        pair = (min(row.root, row.other_root), max(row.root, row.other_root))
        if judgment.reasons and judgment.confidence > best.get(pair, judgment._replace(confidence=0)).confidence:
            best[pair] = judgment
    if best:
        pairs = [
            {"one": str(one), "other": str(other), "confidence": judgment.confidence, "reasons": judgment.reasons}
            for (one, other), judgment in sorted(best.items())
        ]
        session.execute(_PROPOSE, {"pairs": orjson.dumps(pairs).decode()})
    return len(best)


def _judged(row: Row[Any]) -> Judgment:
    return judge(Evidence(row.phone, row.email, row.home, row.name, row.other_name))
