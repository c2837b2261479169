"""The events of a timeline in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pandas as pd

from pages.parts.lead_events import Event, timeline_events

AT = datetime(2026, 5, 1, 16, tzinfo=UTC)
LEAD, OTHER = uuid4(), uuid4()


def told(**event: Any) -> Event:
    row = {"occurred_at": AT, "id": uuid4(), "lead_id": LEAD, "state": None, "previous": None, "body": None}
    row |= {"actor": "sam", "amount_usd": None, "details": {}, **event}
    (shown,) = timeline_events(pd.DataFrame([row]), {OTHER: "Duplicate of May 1, 2026"})
    return shown


def test_a_correction_says_what_was_and_what_is() -> None:
    details = {
        "fields": ["first_name", "monthly_bill_usd", "do_not_call", "property_type", "tags"],
        "before": {"monthly_bill_usd": "180.00", "do_not_call": False, "property_type": None, "tags": ["has-ev"]},
        "after": {"monthly_bill_usd": "200.00", "do_not_call": True, "property_type": "two_family", "tags": []},
    }
    event = told(kind="edit", state="leads:details:change", details=details)
    assert event.kind == "Edits"
    assert event.shown == (
        "May 1, 2026, 12:00 PM ET",
        "Details changed",
        "\n".join(
            [
                "First name changed",
                "Monthly bill (USD): 180.00 → 200.00",
                "Do not call: no → yes",
                "Property type: unknown → Two-family",
                "Tags: has-ev → none",
            ]
        ),
        "By sam",
    )


def test_what_happened_to_a_duplicate_says_so() -> None:
    event = told(kind="note", lead_id=OTHER, body="Left a voicemail.")
    assert event.shown[1:] == ("Note", "Left a voicemail.", "Duplicate of May 1, 2026 · By sam")


def test_a_delivery_tells_of_its_last_attempt() -> None:
    details = {"attempts": 2, "channel": "api_post", "http_status": 503, "response_ms": 412}
    details |= {"answer": "try later", "next": "2026-05-01T17:00:00+00:00"}
    event = told(kind="export", state="failed_retryable", actor="Harbor", amount_usd=80, body="busy", details=details)
    assert event.shown[1:] == (
        "Harbor: failed, will be retried, $80.00",
        "Busy\nThe platform said: try later",
        "Attempt 2 · API · HTTP 503 · answered in 412 ms · Next attempt May 1, 2026, 1:00 PM ET",
    )


def test_a_delivery_that_was_never_answered_claims_nothing() -> None:
    event = told(kind="export", state="queued", actor="Harbor", details={"attempts": 0})
    assert event.shown[1:] == ("Harbor: queued", "", "")


def test_a_consent_says_by_which_wording_and_certificate() -> None:
    details = {"certificate": "TrustedForm", "wording": "2026-03"}
    event = told(kind="consent", state="given", previous="sms_marketing", body=None, details=details)
    assert event.shown[1:] == ("Marketing texts: given", "", "Certificate TrustedForm · Wording 2026-03")
