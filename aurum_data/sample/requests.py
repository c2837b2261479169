"""Privacy requests on their legal clocks, legal holds and runs of the retention policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from aurum_data.rules.contact import masked_email, masked_phone
from aurum_data.rules.privacy import RETENTION_PERIODS, acknowledge_due, answer_due, extended_due, hard_stop
from aurum_data.sample.audit import audit
from aurum_data.sample.draws import DAY, HOUR, Weighted, at, day_ms, local_day, uuid7
from aurum_data.sample.lanes import Outcome
from aurum_data.sample.leads import Story
from aurum_data.sample.people import FULL_NAMES
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table
from aurum_data.security.fields import SealedField

REQUESTS = table(
    "privacy_requests",
    "id request_number request_type source status received_on acknowledge_due acknowledged_on due_on hard_stop_on "
    "extended_on extension_reason completed_at denial_reason subject_name contact_encrypted contact_masked phone_hash "
    "email_hash identity_verified_at identity_verified_by assigned_to submitted_by created_at updated_at",
)
STEPS = table("privacy_request_events", "id request_id occurred_at event actor_name note details")
HOLDS = table("legal_holds", "id matter reason lead_ref data_type placed_by placed_at released_at")
RUNS = table("retention_runs", "id data_type started_at finished_at cutoff rows_affected rows_held outcome")

_SOURCES = Weighted({"web_form": 0.55, "email": 0.28, "phone": 0.12, "post": 0.03, "agent": 0.02})
_TYPES = Weighted({"access": 0.36, "erasure": 0.2, "portability": 0.12, "correction": 0.14, "consent_withdrawal": 0.18})
_ENDS = Weighted({"completed": 0.78, "denied": 0.09, "duplicate": 0.07, "cancelled": 0.06})
_DENIALS = (
    "We could not verify that the request comes from the person it is about.",
    "We hold no data about this phone number or email address.",
)
# Open ones: what, how many days ago, where it stands. The first is late, the second due within a day.
_OPEN = (
    ("erasure", 37, "in_progress"), ("access", 29, "in_progress"), ("erasure", 54, "in_progress"),
    ("portability", 22, "on_hold"), ("erasure", 16, "in_progress"), ("correction", 12, "received"),
    ("erasure", 8, "received"), ("access", 5, "identity_unverified"), ("consent_withdrawal", 3, "received"),
    ("erasure", 1, "identity_unverified"),
)  # fmt: skip
_STEP_OF = {
    "completed": "complete",
    "denied": "deny",
    "duplicate": "mark_duplicate",
    "cancelled": "cancel",
    "on_hold": "hold",
}
_CLOSED = frozenset({"completed", "denied", "duplicate", "cancelled"})


@dataclass(frozen=True, slots=True)
class _Request:
    """A request before it is numbered; times in ms."""

    kind: str
    received: int
    status: str
    closed: int | None
    story: Story | None
    phone_hash: bytes | None
    email_hash: bytes | None


def write_requests(world: World, outcome: Outcome, leads: int, batch: Batch) -> None:
    """All requests: erasures that were carried out, past ones of other kinds, and the open ones."""
    rng, recent = world.rng, outcome.recent
    found = [
        _Request("erasure", e.asked, "completed", e.done, None, e.phone_hash, e.email_hash) for e in outcome.erasures
    ]
    for _ in range(max(12, leads // 1500)):
        received = world.end - rng.randrange(32 * DAY, 700 * DAY)
        status = _ENDS.draw(rng)
        closed = received + rng.randrange(2 * DAY, 27 * DAY)
        kind = _TYPES.draw(rng)
        kind = "access" if kind == "erasure" and status == "completed" else kind  # erasures are those above
        found += _asked(world, recent, kind, received, status, closed)
    for kind, days, status in _OPEN:
        found += _asked(world, recent, kind, world.end - days * DAY - 3 * HOUR, status, None)
    numbers: dict[int, int] = {}
    for request in sorted(found, key=lambda r: r.received):
        year = local_day(request.received).year
        numbers[year] = numbers.get(year, 0) + 1
        _write(world, request, f"PR-{year}-{numbers[year]:05d}", batch)


def _asked(
    world: World, recent: list[Story], kind: str, received: int, status: str, closed: int | None
) -> list[_Request]:
    """A request by somebody who was a lead by then; none if there was nobody."""
    known = [story for story in recent if story.created < received - DAY and story.stops is None]
    if not known:
        return []
    story = world.rng.choice(known)
    return [_Request(kind, received, status, closed, story, story.lead.phone_hash, story.lead.email_hash)]


def _write(world: World, request: _Request, number: str, batch: Batch) -> None:
    rng, received = world.rng, request.received
    request_id = uuid7(rng, received)
    day = local_day(received)
    open_days = (local_day(world.end - 1) - day).days
    extended = day + timedelta(days=26) if request.closed is None and open_days > 45 else None
    acknowledged = received + rng.randrange(HOUR, 3 * DAY) if request.status != "identity_unverified" else None
    verified = acknowledged + rng.randrange(HOUR, 30 * HOUR) if acknowledged is not None else None
    if verified is not None and verified >= min(request.closed or world.end, world.end):
        verified = acknowledged
    last = _events(world, request, request_id, (acknowledged, verified, extended), batch)
    name, sealed, masked = _contact(world, request, request_id)
    carl: UUID = world.people["carl"]
    batch.add(
        REQUESTS,
        (
            request_id, number, request.kind, _SOURCES.draw(rng), request.status, day, acknowledge_due(day),
            local_day(acknowledged) if acknowledged else None, extended_due(day) if extended else answer_due(day),
            hard_stop(day, extended=extended is not None), extended,
            "The search of older backups takes longer; the person was told." if extended else None,
            at(request.closed) if request.closed else None,
            rng.choice(_DENIALS) if request.status == "denied" else None, name, sealed, masked, request.phone_hash,
            request.email_hash, at(verified) if verified else None, carl if verified else None,
            carl if acknowledged else None, carl, at(received), at(last),
        ),
    )  # fmt: skip


def _contact(world: World, request: _Request, request_id: UUID) -> tuple[str | None, bytes | None, str | None]:
    """Name and contact data as given; gone once an erasure is complete."""
    story = request.story
    if story is None:
        return None, None, None
    sealed = world.keyring.seal(SealedField.REQUEST_CONTACT, request_id, f"{story.phone}\n{story.email}")
    masked = f"{masked_phone(story.phone)}, {masked_email(story.email)}"
    return f"{story.lead.first_name} {story.lead.last_name}", sealed, masked


def _events(
    world: World, request: _Request, request_id: UUID, times: tuple[int | None, int | None, date | None], batch: Batch
) -> int:
    """The steps of the handling, and their audit entries; the instant of the last."""
    acknowledged, verified, extended = times
    steps = [(request.received, "register")]
    if acknowledged is not None and verified is not None:
        steps += [(acknowledged, "acknowledge"), (verified, "verify_identity")]
        if request.status in {"in_progress", "on_hold", "completed", "denied"}:
            steps.append((verified + HOUR // 2, "start"))
    if extended is not None:
        steps.append((day_ms(extended) + 11 * HOUR, "extend"))
    if request.closed is not None:
        steps.append((request.closed, _STEP_OF[request.status]))
    elif request.status == "on_hold":
        steps.append((steps[-1][0] + 4 * HOUR, "hold"))
    steps = [(min(ms, request.closed or world.end - 1, world.end - 1), step) for ms, step in steps]
    for ms, step in steps:
        batch.add(STEPS, (uuid7(world.rng, ms), request_id, at(ms), step, FULL_NAMES["carl"], None, {}))
        audit(world, batch, ms, "carl", f"privacy:request:{step}", "privacy_request", request_id)
    return max(ms for ms, _ in steps)


def write_holds_and_runs(world: World, recent: list[Story], batch: Batch) -> None:
    """Legal holds, one of them in force for a lead, and the weekly runs of retention."""
    rng, end = world.rng, world.end
    carl = world.people["carl"]
    held = rng.choice(recent).lead.id if recent else None
    for matter, reason, lead, data_type, placed, released in (
        ("2026-014", "A buyer disputes whether the person asked for a call", held, None, end - 33 * DAY, None),
        ("2025-007", "Tax audit of 2024", None, "revenue_transactions", end - 410 * DAY, end - 260 * DAY),
    ):
        row_id = uuid7(rng, placed)
        batch.add(
            HOLDS, (row_id, matter, reason, lead, data_type, carl, at(placed), at(released) if released else None)
        )
    for week in range(1, 27):
        for data_type, days in RETENTION_PERIODS.items():
            begun = end - week * 7 * DAY - rng.randrange(HOUR)
            affected = rng.randrange(20, 400) if days < 100 else 0
            outcome = "failed" if week == 11 and data_type == "error_logs" else "completed"
            values = (
                uuid7(rng, begun),
                data_type,
                at(begun),
                at(begun + rng.randrange(900, 60_000)),
                at(begun - days * DAY),
            )
            batch.add(RUNS, (*values, 0 if outcome == "failed" else affected, 0, outcome))
