"""Calls to leads: what came of one, what follows from it, and when a person may be called at all.

Telephone solicitations are allowed from 8 a.m. to 9 p.m., local time at the called person's location (47 CFR
64.1200(c)(1)). Every lead's home is in New York City, so that is New York's time, whatever the area code of the phone.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from aurum_data.clock import NEW_YORK
from aurum_data.rules.leads import LeadStatus, may_move

EARLIEST, LATEST = time(8), time(21)
CALL_HOURS = "8 AM to 9 PM ET"
FURTHEST_CALLBACK = timedelta(days=180)


class CallDisposition(StrEnum):
    """What came of a call."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"
    NOT_INTERESTED = "not_interested"
    DO_NOT_CALL = "do_not_call"


# The person was on the line: the others were only tries.
SPOKE = frozenset({CallDisposition.REACHED, CallDisposition.NOT_INTERESTED, CallDisposition.DO_NOT_CALL})
# After these there is nothing to call back for.
CLOSING = frozenset({CallDisposition.WRONG_NUMBER, CallDisposition.NOT_INTERESTED, CallDisposition.DO_NOT_CALL})
_LEADS_TO = {
    CallDisposition.REACHED: LeadStatus.CONTACTED,
    CallDisposition.WRONG_NUMBER: LeadStatus.INVALID,
    CallDisposition.NOT_INTERESTED: LeadStatus.UNQUALIFIED,
}


def may_call_at(instant: datetime) -> bool:
    """Whether a person in New York may be called at an aware instant; a call at 9 PM sharp is too late."""
    return EARLIEST <= instant.astimezone(NEW_YORK).time() < LATEST


def next_call_time(instant: datetime) -> datetime:
    """The instant itself if people may be called then, else the next 8 AM in New York."""
    if may_call_at(instant):
        return instant
    local = instant.astimezone(NEW_YORK)
    day = local.date() if local.time() < EARLIEST else local.date() + timedelta(days=1)
    return datetime.combine(day, EARLIEST, NEW_YORK)


def usual_callbacks(at: datetime) -> dict[str, datetime]:
    """What people arrange most, from `at` on, each within the hours for calls."""
    day = at.astimezone(NEW_YORK).date()
    ten, six = time(10), time(18)
    named = {
        "In 1 hour": at + timedelta(hours=1),
        "In 3 hours": at + timedelta(hours=3),
        "Tomorrow 10 AM": datetime.combine(day + timedelta(days=1), ten, NEW_YORK),
        "Tomorrow 6 PM": datetime.combine(day + timedelta(days=1), six, NEW_YORK),
        "In 3 days, 10 AM": datetime.combine(day + timedelta(days=3), ten, NEW_YORK),
        "In a week, 10 AM": datetime.combine(day + timedelta(days=7), ten, NEW_YORK),
    }
    return {name: next_call_time(instant) for name, instant in named.items()}


def status_after(current: LeadStatus, disposition: CallDisposition) -> LeadStatus:
    """Where a call takes a lead. A first conversation makes a new one contacted; else only what a person may do by
    hand. A withdrawal ("do not call") has its own consequences (actions/consent.py)."""
    wanted = _LEADS_TO.get(disposition)
    if wanted is LeadStatus.CONTACTED and current is not LeadStatus.NEW:
        return current
    return wanted if wanted is not None and may_move(current, wanted) else current
