"""Privacy requests from registration to answer: numbers, clocks, legal steps, and what is put on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions import privacy
from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.privacy import Registered
from aurum_data.clock import today
from aurum_data.database import Database
from aurum_data.errors import ConfirmationNeeded, Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import Role
from aurum_data.rules.privacy import RequestSource, RequestStatus, RequestType, acknowledge_due, answer_due, hard_stop
from aurum_data.security.encryption import Keyring
from tests.actions.test_second_factor import long_ago, signed_in
from tests.factories import make_actor, make_lead

PHONE, EMAIL = "(718) 555-0142", "Jane.Doe@Example.com"


def register(session: Session, actor: Actor = SYSTEM, **values: Any) -> Registered:
    defaults = {"request_type": RequestType.ACCESS, "source": RequestSource.EMAIL, "subject_name": "Jane Doe"}
    contact = {"phone": PHONE, "email": EMAIL, "received_on": today()}
    return privacy.register_request(session, actor, **{**defaults, **contact, **values})


def stored(session: Session, request_id: UUID) -> Row[Any]:
    return session.execute(text("SELECT * FROM privacy_requests WHERE id = :id"), {"id": request_id}).one()


def events(session: Session, request_id: UUID) -> list[tuple[str, str | None]]:
    rows = session.execute(
        text("SELECT event, note FROM privacy_request_events WHERE request_id = :id ORDER BY id"), {"id": request_id}
    )
    return [(row.event, row.note) for row in rows]


def begun(session: Session, **values: Any) -> UUID:
    """A request that is in progress."""
    request_id = register(session, **values).request_id
    privacy.verify_identity(session, SYSTEM, request_id=request_id, note="Answered from the address on file")
    privacy.start(session, SYSTEM, request_id=request_id)
    return request_id


def test_registration_starts_the_clocks_on_the_day_of_receipt(session: Session) -> None:
    received = today() - timedelta(days=3)
    row = stored(session, register(session, received_on=received).request_id)
    assert (row.acknowledge_due, row.due_on, row.hard_stop_on) == (
        acknowledge_due(received), answer_due(received), hard_stop(received),
    )  # fmt: skip
    assert row.status == "identity_unverified"


def test_contact_is_normalised_sealed_and_hashed(session: Session, keyring: Keyring) -> None:
    row = stored(session, register(session).request_id)
    opened = keyring.open("privacy_requests.contact", row.id, row.contact_encrypted)
    assert opened == "+17185550142\njane.doe@example.com"
    assert row.phone_hash == keyring.digest("phone", "+17185550142")
    assert row.email_hash == keyring.digest("email", "jane.doe@example.com")
    assert row.contact_masked == "***-***-0142, j***@example.com"


def test_numbers_of_a_year_follow_each_other(session: Session) -> None:
    numbers = [register(session).request_number for _ in range(2)]
    first, second = (int(number.rpartition("-")[2]) for number in numbers)
    assert numbers[0].startswith(f"PR-{today().year}-")
    assert second == first + 1


def test_registrations_at_the_same_time_get_different_numbers(db: Database) -> None:
    def one(_: int) -> str:
        with db.write(SYSTEM) as session:
            return register(session).request_number

    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(one, range(12)))
    assert sorted(numbers) == [f"PR-{today().year}-{n:05d}" for n in range(1, 13)]


def test_the_same_person_is_told_whichever_contact_is_repeated(session: Session) -> None:
    email = f"{uuid4().hex}@example.com"
    first = register(session, phone="", email=email)
    again = register(session, phone="646-555-0199", email=email.upper())
    assert first.same_person == []
    assert again.same_person == [first.request_number]


def test_a_closed_request_of_the_same_person_is_not_told(session: Session) -> None:
    email = f"{uuid4().hex}@example.com"
    first = register(session, phone="", email=email)
    privacy.cancel(session, SYSTEM, request_id=first.request_id, note="Taken back")
    assert register(session, phone="", email=email).same_person == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"received_on": date(2999, 1, 1)}, "future"),
        ({"received_on": date(2016, 1, 1)}, "more than a year ago"),
        ({"phone": " ", "email": ""}, "Give a phone number or an email address"),
        ({"phone": "12"}, "phone number"),
        ({"email": "jane at example"}, "email address is not a valid one"),
        ({"note": "x" * 2001}, "at most 2,000 characters"),
    ],
)
def test_registration_refuses_what_cannot_be(session: Session, values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        register(session, **values)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SALES, Role.OPS, Role.ANALYST])
def test_who_may_not_write_compliance_is_refused(session: Session, role: Role) -> None:
    with pytest.raises(NotAllowed):
        register(session, make_actor(session, role))


def test_registration_is_audited_without_contact_data(session: Session) -> None:
    carl = make_actor(session, Role.COMPLIANCE)
    made = register(session, carl, note="Call me at 718 555 0142")
    entry = session.execute(text("SELECT * FROM audit_log WHERE entity_id = :id"), {"id": str(made.request_id)}).one()
    assert (entry.event, entry.actor_user_id) == ("privacy:request:register", carl.user_id)
    assert entry.details == {"number": made.request_number, "request_type": "access", "source": "email"}
    assert entry.reason is None


def test_acknowledgment_is_noted_with_its_day(session: Session) -> None:
    request_id = register(session).request_id
    privacy.acknowledge(session, SYSTEM, request_id=request_id, note="By email")
    assert stored(session, request_id).acknowledged_on == today()
    assert events(session, request_id)[-1] == ("acknowledge", "By email")


def test_second_acknowledgment_is_refused(session: Session) -> None:
    request_id = register(session).request_id
    privacy.acknowledge(session, SYSTEM, request_id=request_id)
    with pytest.raises(Conflict, match="acknowledged already"):
        privacy.acknowledge(session, SYSTEM, request_id=request_id)


def test_verified_identity_keeps_who_and_how(session: Session) -> None:
    carl = make_actor(session, Role.COMPLIANCE)
    request_id = register(session).request_id
    privacy.verify_identity(session, carl, request_id=request_id, note="Code by text")
    row = stored(session, request_id)
    assert (row.status, row.identity_verified_by) == ("received", carl.user_id)
    assert events(session, request_id)[-1] == ("verify_identity", "Code by text")


@pytest.mark.parametrize(
    "step", [privacy.verify_identity, privacy.place_on_hold, privacy.deny, privacy.cancel, privacy.extend_once]
)
def test_steps_that_need_words_are_refused_without(session: Session, step: Any) -> None:
    with pytest.raises(Invalid, match="Give the"):
        step(session, SYSTEM, request_id=register(session).request_id, note="  ")


def test_hold_and_resume_come_back_to_work(session: Session) -> None:
    request_id = begun(session)
    privacy.place_on_hold(session, SYSTEM, request_id=request_id, note="Waiting for counsel")
    due = stored(session, request_id).due_on
    privacy.resume(session, SYSTEM, request_id=request_id)
    row = stored(session, request_id)
    assert (row.status, row.due_on) == ("in_progress", due)


def test_denial_keeps_its_reason_for_the_person(session: Session) -> None:
    request_id = register(session).request_id
    privacy.deny(session, SYSTEM, request_id=request_id, note=" Could not be verified ")
    row = stored(session, request_id)
    assert (row.status, row.denial_reason) == ("denied", "Could not be verified")
    assert row.completed_at is not None


def test_extension_moves_both_days_once(session: Session) -> None:
    request_id = register(session).request_id
    privacy.extend_once(session, SYSTEM, request_id=request_id, note="Many buyers")
    row = stored(session, request_id)
    assert (row.due_on, row.hard_stop_on) == (today() + timedelta(days=75), today() + timedelta(days=90))
    assert (row.extended_on, row.extension_reason) == (today(), "Many buyers")
    with pytest.raises(Conflict, match="once"):
        privacy.extend_once(session, SYSTEM, request_id=request_id, note="Again")


def test_extension_after_the_hard_stop_is_refused(session: Session) -> None:
    late = register(session, received_on=today() - timedelta(days=46))
    with pytest.raises(Conflict, match="is over"):
        privacy.extend_once(session, SYSTEM, request_id=late.request_id, note="Many buyers")


def test_access_is_completed_by_hand(session: Session) -> None:
    request_id = begun(session)
    privacy.complete(session, SYSTEM, request_id=request_id, note="File sent")
    row = stored(session, request_id)
    assert row.status == "completed"
    assert row.completed_at is not None


def test_erasure_is_not_completed_by_hand(session: Session) -> None:
    request_id = begun(session, request_type=RequestType.ERASURE)
    with pytest.raises(Conflict, match="by carrying it out"):
        privacy.complete(session, SYSTEM, request_id=request_id, note="Done")


def test_consent_withdrawal_is_not_complete_while_a_lead_has_a_consent(session: Session, keyring: Keyring) -> None:
    lead = make_lead(session, phone_hash=keyring.digest("phone", "+17185550142"))
    session.execute(
        text("INSERT INTO lead_consents (lead_id, consent_kind, consent_state) VALUES (:id, 'sms_marketing', 'given')"),
        {"id": lead.id},
    )
    request_id = begun(session, request_type=RequestType.CONSENT_WITHDRAWAL)
    with pytest.raises(Conflict, match="One lead of this person still has a consent"):
        privacy.complete(session, SYSTEM, request_id=request_id, note="Done")


def test_duplicate_needs_the_number_of_another_open_request(session: Session) -> None:
    first, second = register(session), register(session)
    with pytest.raises(Invalid, match="other open request"):
        privacy.mark_duplicate(session, SYSTEM, request_id=second.request_id, note=second.request_number)
    privacy.mark_duplicate(session, SYSTEM, request_id=second.request_id, note=first.request_number.lower())
    assert stored(session, second.request_id).status == "duplicate"


def test_step_on_a_closed_request_is_refused(session: Session) -> None:
    request_id = register(session).request_id
    privacy.cancel(session, SYSTEM, request_id=request_id, note="Taken back")
    with pytest.raises(Conflict, match="while the request is cancelled"):
        privacy.acknowledge(session, SYSTEM, request_id=request_id)


def test_request_is_given_only_to_who_may_work_on_it(session: Session) -> None:
    request_id = register(session).request_id
    carl, sam = make_actor(session, Role.COMPLIANCE), make_actor(session, Role.SALES)
    privacy.assign(session, SYSTEM, request_id=request_id, user_id=carl.user_id)
    assert stored(session, request_id).assigned_to == carl.user_id
    with pytest.raises(Invalid, match="may not work on privacy requests"):
        privacy.assign(session, SYSTEM, request_id=request_id, user_id=sam.user_id)


def test_unknown_request(session: Session) -> None:
    with pytest.raises(NotFound):
        privacy.acknowledge(session, SYSTEM, request_id=uuid4())


def test_shown_contact_is_audited(session: Session) -> None:
    carl = make_actor(session, Role.COMPLIANCE)
    request_id = register(session).request_id
    shown = [
        privacy.reveal_contact(session, carl, request_id=request_id, field=field, reason="To answer")
        for field in ("phone", "email")
    ]
    assert shown == ["+17185550142", "jane.doe@example.com"]
    count = text("SELECT count(*) FROM audit_log WHERE event = 'privacy:request:reveal' AND entity_id = :id")
    assert session.scalar(count, {"id": str(request_id)}) == 2


def test_admin_without_the_right_to_personal_data_is_not_shown_the_contact(session: Session) -> None:
    request_id = register(session).request_id
    with pytest.raises(NotAllowed):
        privacy.reveal_contact(
            session, make_actor(session, Role.ADMIN), request_id=request_id, field="phone", reason="To answer"
        )


@pytest.mark.parametrize("kind", [RequestType.ERASURE, RequestType.ACCESS])
def test_an_erasure_is_approved_by_somebody_who_has_just_confirmed_who_they_are(session: Session, kind: RequestType):
    carl, _ = signed_in(session, "carl", Role.COMPLIANCE)
    request_id = register(session, request_type=kind).request_id
    privacy.verify_identity(session, carl, request_id=request_id, note="Answered from the address on file")
    long_ago(session)
    if kind is RequestType.ERASURE:
        with pytest.raises(ConfirmationNeeded):
            privacy.start(session, carl, request_id=request_id)
        assert stored(session, request_id).status == RequestStatus.RECEIVED
    else:
        privacy.start(session, carl, request_id=request_id)
        assert stored(session, request_id).status == RequestStatus.IN_PROGRESS
