"""Platforms: what they answer, and how they are doing."""

from __future__ import annotations

from aurum_data.actions.platform_answers import Answered, record_accepted, record_rejected, record_returned
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.errors import Invalid, NotAllowed
from aurum_data.queries.platforms import platform_health, platforms_as_of
from pages.api.call import Answer, Call
from pages.api.messages import Accepted, DeliveryState, Period, PlatformAnswer, Platforms, PlatformState, Rejected
from pages.api.period import days
from pages.api.rows import records


def callback(call: Call[None, PlatformAnswer]) -> Answer:
    """Record what the key's own platform says about a lead that was sent to it."""
    actor, platform_id = call.machine.actor, call.machine.platform_id
    if platform_id is None:
        raise NotAllowed("This key is not a platform's.")
    told = call.body.root
    with get_database().write(actor) as session:
        answered: Answered
        if isinstance(told, Accepted):
            answered = record_accepted(
                session,
                actor,
                platform_id=platform_id,
                export_id=told.export_id,
                platform_lead_id=told.platform_lead_id,
                price_usd=told.price_usd,
                quality_score=told.quality_score,
            )
        elif isinstance(told, Rejected):
            answered = record_rejected(
                session, actor, platform_id=platform_id, export_id=told.export_id, reason=told.reason
            )
        else:
            if (told.export_id is None) == (told.platform_lead_id is None):
                raise Invalid("Name the lead by export_id or by platform_lead_id.")
            answered = record_returned(
                session,
                actor,
                platform_id=platform_id,
                reason=told.reason,
                export_id=told.export_id,
                platform_lead_id=told.platform_lead_id,
            )
    return Answer(DeliveryState.model_validate(answered, from_attributes=True))


def status(call: Call[Period, None]) -> Answer:
    """Every platform's state and rates; no money."""
    first, last = days(call.query)
    database, actor = get_database(), call.machine.actor
    frame = database.query(actor, platform_health, first=first, last=last, today=today())
    as_of = database.query(actor, platforms_as_of)
    return Answer(Platforms(first=first, last=last, as_of=as_of, platforms=records(PlatformState, frame)))
