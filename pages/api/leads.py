"""Leads: delivered by machines, and read without personal data."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

from aurum_data.database import get_database
from aurum_data.errors import Invalid, NotFound
from aurum_data.intake.single import take_in
from aurum_data.queries.lead_filter import Cursor, LeadFilter
from aurum_data.queries.lead_record import get_lead
from aurum_data.queries.leads import list_leads
from pages.api.call import Answer, Call
from pages.api.messages import LeadDelivery, LeadDetail, LeadPage, LeadsAsked, LeadSummary, LeadTaken
from pages.api.rows import records


def deliver(call: Call[None, LeadDelivery]) -> Answer:
    """Take a lead in, once per idempotency key."""
    actor = call.machine.actor
    with get_database().write(actor) as session:
        taken = take_in(
            session,
            actor,
            line_id=call.machine.line_id,
            idempotency_key=call.header("idempotency-key"),
            source=actor.full_name,
            given=call.body.cells(),
        )
    body = LeadTaken.model_validate(taken, from_attributes=True)
    headers = {"Location": f"/api/v1/leads/{taken.lead_id}"}
    if taken.repeated:
        headers["Idempotent-Replayed"] = "true"
    return Answer(body, 201, headers)


def find(call: Call[LeadsAsked, None]) -> Answer:
    """A page of leads, newest first."""
    asked = call.query
    chosen = LeadFilter(
        statuses=tuple(asked.status),
        qualities=tuple(asked.quality),
        boroughs=tuple(asked.borough),
        zip_codes=tuple(asked.zip_code),
        created_from=asked.created_from,
        created_to=asked.created_to,
    )
    page = get_database().query(
        call.machine.actor, list_leads, filter=chosen, after=_place(asked.cursor), limit=asked.limit
    )
    return Answer(LeadPage(leads=records(LeadSummary, page.frame), next=page.next and _cursor(page.next)))


def look_up(call: Call[None, None]) -> Answer:
    """One lead."""
    try:
        lead_id = UUID(call.path["lead_id"])
    except ValueError:
        raise NotFound("There is no lead with this id.") from None
    lead = get_database().query(call.machine.actor, get_lead, lead_id)
    return Answer(LeadDetail.model_validate(lead, from_attributes=True))


def _cursor(place: Cursor) -> str:
    """A place in the list as clients carry it. It holds nothing but the order's own values."""
    assert isinstance(place.value, datetime)  # noqa: S101 - the order is by time
    return urlsafe_b64encode(f"{place.value.isoformat()} {place.lead_id}".encode()).decode().rstrip("=")


def _place(cursor: str) -> Cursor | None:
    """Raises Invalid for what is no cursor of ours."""
    if not cursor:
        return None
    try:
        at, lead_id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        return Cursor(datetime.fromisoformat(at).astimezone(UTC), UUID(lead_id))
    except (ValueError, OverflowError):
        raise Invalid("cursor: Send the value of `next` as it was given.") from None
