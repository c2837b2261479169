"""Reminders: a callback that comes due goes into the inbox of the person who has the lead, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.rules.leads import OPEN_STATUSES

REMEMBERED = timedelta(days=1)  # what came due before that, while no worker ran, waits in My work
BATCH = 500

# The mark and the message are one statement: killed half-way, there is neither. No name stands in the message, which
# would outlive an erasure.
_REMIND = text("""
    WITH due AS (
        SELECT l.id, l.assigned_to, l.next_callback_at FROM leads l
        WHERE l.is_active = true AND l.next_callback_at > :since AND l.next_callback_at <= :at
          AND l.assigned_to IS NOT NULL AND l.status = ANY (:open) AND NOT l.do_not_call
          AND NOT EXISTS (SELECT FROM callback_reminders r
                          WHERE r.callback_at = l.next_callback_at AND r.lead_ref = l.id)
        ORDER BY l.next_callback_at, l.id LIMIT :batch),
    marked AS (
        INSERT INTO callback_reminders (callback_at, lead_ref, user_ref)
        SELECT next_callback_at, id, assigned_to FROM due
        ON CONFLICT (callback_at, lead_ref) DO NOTHING
        RETURNING callback_at, lead_ref, user_ref)
    INSERT INTO inbox_messages (user_ref, kind, title, body, link)
    SELECT user_ref, 'reminder', 'A callback is due',
           'Planned for ' || to_char(callback_at AT TIME ZONE 'America/New_York', 'FMHH12:MI AM') || ' ET.',
           '/leads?lead=' || lead_ref
    FROM marked ORDER BY callback_at, lead_ref
    RETURNING id
""")
_FORGET = text("DELETE FROM callback_reminders WHERE callback_at < :before")


def remind_of_callbacks(session: Session, at: datetime) -> int:
    """Tell people of callbacks that came due by `at`, each once; the caller commits. Returns how many were told."""
    asked = {"since": at - REMEMBERED, "at": at, "open": list(OPEN_STATUSES), "batch": BATCH}
    told = session.execute(_REMIND, asked).all()
    session.execute(_FORGET, {"before": at - 2 * REMEMBERED})
    return len(told)
