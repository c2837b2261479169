"""Reads of the security events: newest first, paged by key along the index of the log's monthly partitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import day_range
from aurum_data.queries.frames import rows_frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission
from aurum_data.rules.security_events import SecurityEventKind, Severity

PAGE_ROWS = 50

# Conditions that are not asked for fall away when the statement is planned, with its values.
_SEARCH = text("""
    SELECT e.occurred_at, e.id AS event_id, e.event, e.severity, u.full_name AS person, u.username,
           host(e.address) AS address, e.details
    FROM security_events e LEFT JOIN users u ON u.id = e.user_ref
    WHERE e.occurred_at >= :begins AND e.occurred_at < :ends
      AND (CAST(:kind AS text) IS NULL OR e.event = :kind)
      AND (CAST(:severity AS text) IS NULL OR e.severity = :severity)
      AND (CAST(:person AS uuid) IS NULL OR e.user_ref = :person)
      AND (CAST(:before_at AS timestamptz) IS NULL OR (e.occurred_at, e.id) < (:before_at, :before_id))
    ORDER BY e.occurred_at DESC, e.id DESC LIMIT :limit
""")
_LAST_DAY = text("""
    SELECT count(*) FILTER (WHERE event = :failed) AS failed, count(*) FILTER (WHERE event = :guessing) AS guessing,
           count(*) FILTER (WHERE event = :denied) AS denied, count(*) FILTER (WHERE severity = :critical) AS critical
    FROM security_events WHERE occurred_at > now() - interval '24 hours'
""")


@dataclass(frozen=True)
class EventCursor:
    """Where a page of events ends, and the next, older one begins."""

    occurred_at: datetime
    event_id: UUID


@dataclass(frozen=True)
class EventPage:
    """A page, newest first: occurred_at, event_id, event, severity, person, username, address, details.

    person and username are None where no account is concerned. `older`: where to go on; None: this is the end.
    """

    frame: pd.DataFrame
    older: EventCursor | None


@dataclass(frozen=True)
class LastDay:
    """Events of the last 24 hours: failed sign-ins, bursts of guessing, refusals, and all that are critical."""

    failed: int
    guessing: int
    denied: int
    critical: int


@needs(Permission.USERS_READ)
def security_event_search(
    session: Session,
    *,
    first: date,
    last: date,
    kind: SecurityEventKind | None = None,
    severity: Severity | None = None,
    person_id: UUID | None = None,
    before: EventCursor | None = None,
    limit: int = PAGE_ROWS,
) -> EventPage:
    """Events of the New York days `first` to `last`: of one kind, one severity, about one person."""
    begins, ends = day_range(first, last)
    values = {"begins": begins, "ends": ends, "kind": kind, "severity": severity, "person": person_id}
    place = {"before_at": before and before.occurred_at, "before_id": before and before.event_id}
    result = session.execute(_SEARCH, values | place | {"limit": limit + 1})
    rows = result.all()
    shown = rows[:limit]
    older = EventCursor(shown[-1].occurred_at, shown[-1].event_id) if len(rows) > limit else None
    return EventPage(rows_frame(list(result.keys()), shown), older)


@needs(Permission.USERS_READ)
def security_events_of_the_last_day(session: Session) -> LastDay:
    """The figures of the view."""
    kinds = {
        "failed": SecurityEventKind.SIGN_IN_FAILED,
        "guessing": SecurityEventKind.SIGN_IN_GUESSING,
        "denied": SecurityEventKind.PERMISSION_DENIED,
        "critical": Severity.CRITICAL,
    }
    return LastDay(*session.execute(_LAST_DAY, kinds).one())
