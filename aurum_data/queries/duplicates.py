"""Pairs of leads that may be the same person and wait for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

PAGE_PAIRS = 50
PAIRS_CAP = 100  # every drawing of the list counts them

# A pair of which one was linked, deactivated or erased meanwhile needs no decision; undone, it is there again.
_WAITING = """
    FROM lead_duplicate_candidates c JOIN leads y ON y.id = c.lead_id JOIN leads o ON o.id = c.older_ref
    WHERE c.state = 'open' AND y.duplicate_of IS NULL AND o.duplicate_of IS NULL AND y.is_active AND o.is_active
      AND y.erased_at IS NULL AND o.erased_at IS NULL
"""
_PAIR = """
    SELECT c.id, c.older_ref AS older_id, c.lead_id AS younger_id, c.confidence, c.reasons,
           o.full_name AS older_name, y.full_name AS younger_name, o.created_at AS older_created_at,
           y.created_at AS younger_created_at
"""
_PLACE = """
    AND (CAST(:confidence AS numeric) IS NULL
         OR (c.confidence, c.id) < (CAST(:confidence AS numeric), CAST(:pair_id AS uuid)))
    ORDER BY c.confidence DESC, c.id DESC LIMIT :limit
"""
_PAIRS = text(" ".join([_PAIR, _WAITING, _PLACE]))
# A bitmap of both indexes; a lead has few pairs.
_PAIRS_OF = text(" ".join([_PAIR, _WAITING, "AND (c.lead_id = :lead_id OR c.older_ref = :lead_id)", _PLACE]))
_COUNT = text(" ".join(["SELECT count(*) FROM (SELECT", _WAITING, "LIMIT :cap) waiting"]))
_SEARCHED = text("SELECT as_of FROM rollup_stamps WHERE rollup = 'duplicate_search'")


@dataclass(frozen=True)
class PairCursor:
    """A place in the queue: a pair, behind which the next page begins."""

    confidence: Decimal
    pair_id: UUID


@dataclass(frozen=True)
class Queue:
    """How many pairs wait, up to `PAIRS_CAP`; as of when all leads were last looked through (None: never)."""

    count: int
    as_of: datetime | None


@needs(Permission.LEADS_READ)
def waiting_pairs(session: Session, *, after: PairCursor | None = None, limit: int = PAGE_PAIRS) -> pd.DataFrame:
    """Pairs to decide on, the surest first; a page of them.

    Columns: id, older_id, younger_id (UUID), confidence (Decimal, 0 to 1), reasons (list of `DuplicateReason`),
    older_name, younger_name (str or None), older_created_at, younger_created_at (aware).
    """
    place = {"confidence": after and after.confidence, "pair_id": after and after.pair_id}
    return frame(session, _PAIRS, place | {"limit": limit})


@needs(Permission.LEADS_READ)
def waiting_pairs_of(session: Session, lead_id: UUID, limit: int = PAGE_PAIRS) -> pd.DataFrame:
    """The pairs of one lead that wait for a decision, the surest first; the columns of `waiting_pairs`."""
    asked = {"lead_id": lead_id, "confidence": None, "pair_id": None, "limit": limit}
    return frame(session, _PAIRS_OF, asked)


@needs(Permission.LEADS_READ)
def waiting_queue(session: Session) -> Queue:
    """How many pairs wait for a decision."""
    return Queue(session.scalar(_COUNT, {"cap": PAIRS_CAP}) or 0, session.scalar(_SEARCHED))
