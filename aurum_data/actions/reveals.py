"""What every look at contact data has in common: a reason, a limit, and a word to the administrators when many."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.actions.security_events import record_security_event
from aurum_data.errors import Invalid, NotAllowed
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.rules.typed import typed_text
from aurum_data.security.limits import Limit, take

ContactField = Literal["phone", "email"]

LONGEST_REASON = 300
REVEALS = Limit("reveals", 60, 3600)
MANY = 30  # within an hour: more than a person calls


def count_reveal(session: Session, actor: Actor, reason: str) -> str:
    """Count one more look of a person and give the tidy reason for the audit entry.

    Raises Invalid without a reason, NotAllowed when the hour's looks are used up; the event is recorded once an hour.
    """
    reason = typed_text(reason, "reason", LONGEST_REASON)
    if not reason:
        raise Invalid("Say why you need it: every look at contact data is recorded with its reason.")
    if actor.user_id is None:
        return reason
    taken = take(session, REVEALS, str(actor.user_id))
    if not taken.allowed:
        minutes = max(1, round(taken.left_seconds / 60))
        raise NotAllowed(f"You have looked at {REVEALS.times} contacts within an hour. Go on in {minutes} min.")
    if taken.hits == MANY:
        record_security_event(
            session,
            SecurityEventKind.CONTACT_REVEALS_MANY,
            user_id=actor.user_id,
            address=actor.address,
            looks=MANY,
        )
    return reason
