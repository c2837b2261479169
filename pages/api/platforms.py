"""Platforms: what they answer, and how they are doing."""

from __future__ import annotations

from uuid import UUID

from aurum_data.actions.core import Actor
from aurum_data.actions.platform_answers import (
    Answered,
    SoldMeanwhile,
    note_sold_meanwhile,
    record_accepted,
    record_rejected,
    record_returned,
)
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.errors import Invalid, NotAllowed
from aurum_data.queries.platforms import platform_health, platforms_as_of
from pages.api.call import Answer, Call
from pages.api.messages import (
    Accepted,
    DeliveryState,
    Period,
    PlatformAnswer,
    Platforms,
    PlatformState,
    Rejected,
    Returned,
)
from pages.api.period import days
from pages.api.rows import records


def callback(call: Call[None, PlatformAnswer]) -> Answer:
    """Record what the key's own platform says about a lead that was sent to it."""
    actor, platform_id = call.machine.actor, call.machine.platform_id
    if platform_id is None:
        raise NotAllowed("This key is not a platform's.")
    told = call.body.root
    try:
        answered = _record(actor, platform_id, told)
    except SoldMeanwhile as refusal:
        if isinstance(told, Accepted):
            with get_database().write(actor) as session:
                note_sold_meanwhile(session, actor, platform_id=platform_id, export_id=told.export_id, refusal=refusal)
        raise
    return Answer(DeliveryState.model_validate(answered, from_attributes=True))


def _record(actor: Actor, platform_id: UUID, told: Accepted | Rejected | Returned) -> Answered:
    with get_database().write(actor) as session:
        if isinstance(told, Accepted):
            return record_accepted(
                session,
                actor,
                platform_id=platform_id,
                export_id=told.export_id,
                platform_lead_id=told.platform_lead_id,
                price_usd=told.price_usd,
                quality_score=told.quality_score,
            )
        if isinstance(told, Rejected):
            return record_rejected(
                session, actor, platform_id=platform_id, export_id=told.export_id, reason=told.reason
            )
        if (told.export_id is None) == (told.platform_lead_id is None):
            raise Invalid("Name the lead by export_id or by platform_lead_id.")
        return record_returned(
            session,
            actor,
            platform_id=platform_id,
            reason=told.reason,
            export_id=told.export_id,
            platform_lead_id=told.platform_lead_id,
        )


def status(call: Call[Period, None]) -> Answer:
    """Every platform's state and rates; no money."""
    first, last = days(call.query)
    database, actor = get_database(), call.machine.actor
    frame = database.query(actor, platform_health, first=first, last=last, today=today())
    as_of = database.query(actor, platforms_as_of)
    return Answer(Platforms(first=first, last=last, as_of=as_of, platforms=records(PlatformState, frame)))
