"""Leads over the API: delivered once, read without personal data, paged by key."""

from __future__ import annotations

import contextlib
import re
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.errors import Invalid
from aurum_data.queries.lead_filter import Cursor
from aurum_data.rules.identity import Permission
from pages.api.leads import _cursor, _place
from pages.api.messages import LeadDelivery, LeadDetail, LeadSummary
from tests.factories import make_lead
from tests.pages.api.conftest import Machine, MakeMachine, problem

CERTIFICATE = "https://cert.trustedform.com/" + "ab" * 20
IDS_AND_TIMES = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dt[\d:.]+"
PERSONAL = ("jane", "zwiebel", "555", "4th", "example.com")


def jane() -> dict[str, Any]:
    """A person nobody has seen before."""
    return {
        "full_name": "Jane Zwiebel", "phone": f"718-555-{uuid4().int % 10_000:04}",
        "email": f"{uuid4().hex}@example.com",
        "street": f"{uuid4().int % 9000 + 1} W 4th St", "zip_code": "10012", "monthly_bill": "$185.50",
        "certificate_url": CERTIFICATE,
    }  # fmt: skip


@pytest.fixture
def website(machine: MakeMachine) -> Machine:
    return machine(Permission.LEADS_IMPORT)


@pytest.fixture
def reader(machine: MakeMachine) -> Machine:
    return machine(Permission.LEADS_READ)


def stored(site: Database, lead_id: str) -> Any:
    with site.read_primary() as session:
        return session.execute(text("SELECT * FROM leads WHERE id = :id"), {"id": lead_id}).one()


class TestDeliver:
    def test_a_lead_lands_and_its_answer_names_nobody(self, site: Database, website: Machine) -> None:
        body = jane() | {
            "roof_age": "old",
            "consent_at": "2026-10-01T10:00:00-04:00",
            "created_at": "2026-10-01T14:00Z",
        }
        answer = website.post("/leads", body, key="one")
        assert answer.status_code == 201
        told = answer.json()
        assert told == {
            "lead_id": told["lead_id"], "duplicate": False, "consent_state": "given", "sellable": True,
            "unread": [{"field": "roof_age", "reason": "The age of the roof is not a number of years."}],
        }  # fmt: skip
        assert answer.headers["location"] == f"/api/v1/leads/{told['lead_id']}"
        assert not [word for word in PERSONAL if word in answer.text.lower()]
        row = stored(site, told["lead_id"])
        assert (row.full_name, str(row.monthly_bill_usd), row.created_at.isoformat()[:13]) == (
            "Jane Zwiebel", "185.50", "2026-10-01T10",
        )  # fmt: skip

    def test_the_source_of_the_lead_is_the_machine(self, site: Database, machine: MakeMachine) -> None:
        website = machine(Permission.LEADS_IMPORT, key_name="Landing page")
        lead_id = website.post("/leads", jane(), key="one").json()["lead_id"]
        with site.read_primary() as session:
            name = text("SELECT source_name FROM lead_sources s JOIN leads l ON l.source_id = s.id WHERE l.id = :id")
            assert session.scalar(name, {"id": lead_id}) == "Landing page"

    def test_the_same_again_gets_the_same_answer(self, website: Machine) -> None:
        body = jane()
        first, again = (website.post("/leads", body, key="one") for _ in range(2))
        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"

    def test_another_body_under_the_same_key_is_a_409(self, website: Machine) -> None:
        website.post("/leads", jane(), key="one")
        assert "another lead" in problem(website.post("/leads", jane(), key="one"), 409)

    def test_a_successor_of_a_key_knows_its_answers(self, machine: MakeMachine, website: Machine) -> None:
        body = jane()
        first = website.post("/leads", body, key="one")
        successor = machine(Permission.LEADS_IMPORT, replaces_ref=website.row.id)
        assert successor.post("/leads", body, key="one").json() == first.json()

    def test_at_once_it_is_one_lead(self, site: Database, website: Machine) -> None:
        body = jane()
        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(lambda _: website.post("/leads", body, key="one"), range(12)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1

    def test_a_key_is_needed(self, website: Machine) -> None:
        assert "idempotency key" in problem(website.post("/leads", jane()), 422)

    def test_a_refused_lead_says_every_reason_by_field(self, website: Machine) -> None:
        answer = website.post("/leads", jane() | {"zip_code": "11021", "phone": "12"}, key="one")
        assert "11021 is outside New York City." in problem(answer, 422)
        assert {error["field"] for error in answer.json()["errors"]} == {"zip_code", "phone"}
        assert not [word for word in PERSONAL if word in answer.text.lower()]

    def test_the_same_person_is_a_duplicate(self, website: Machine) -> None:
        body = jane()
        website.post("/leads", body, key="one")
        told = website.post("/leads", body, key="two").json()
        assert (told["duplicate"], told["sellable"]) == (True, False)


@pytest.fixture(scope="module")
def many(site: Database) -> list[str]:
    """25 leads of Queens with standard quality, some of one instant; their ids, newest first."""
    with site.write(None) as session:
        start = now() - timedelta(days=3)
        made = [
            make_lead(
                session, borough="Queens", zip_code="11434", lead_quality="standard", status="contacted",
                first_name="Jane", last_name="Zwiebel", property_address="12 W 4th St", phone_masked="***-***-0555",
                created_at=start + timedelta(seconds=number // 3),
            )
            for number in range(25)
        ]  # fmt: skip
    return [str(lead.id) for lead in sorted(made, key=lambda lead: (lead.created_at, lead.id), reverse=True)]


class TestFind:
    def pages(self, reader: Machine, query: str, between: Any = None) -> list[list[str]]:
        found: list[list[str]] = []
        cursor = ""
        while True:
            answer = reader.get(f"/leads?{query}{cursor}")
            assert answer.status_code == 200, answer.text
            found.append([lead["id"] for lead in answer.json()["leads"]])
            if answer.json()["next"] is None:
                return found
            cursor = f"&cursor={answer.json()['next']}"
            if between:
                between()

    def test_pages_follow_one_another_without_gap_or_repetition(self, reader: Machine, many: list[str]) -> None:
        found = self.pages(reader, "borough=Queens&limit=4")
        assert [lead for page in found for lead in page] == many
        assert [len(page) for page in found] == [4] * 6 + [1]

    def test_leads_that_arrive_meanwhile_move_nothing(self, site: Database, reader: Machine) -> None:
        with site.write(None) as session:
            made = [str(make_lead(session, zip_code="10465", borough="Bronx").id) for _ in range(6)]

        def arrive() -> None:
            with site.write(None) as session:
                make_lead(session, zip_code="10465", borough="Bronx")

        found = self.pages(reader, "zip_code=10465&limit=2", between=arrive)
        assert [lead for page in found for lead in page] == list(reversed(made))

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("status=contacted", 25),
            ("status=contacted&status=sold", 25),
            ("status=sold", 0),
            ("quality=standard&zip_code=11434", 25),
            ("quality=premium", 0),
            ("borough=Staten%20Island", 25),
        ],
    )
    def test_filters_choose(self, reader: Machine, many: list[str], query: str, count: int) -> None:
        assert len(reader.get(f"/leads?borough=Queens&limit=200&{query}").json()["leads"]) == count

    def test_days_choose(self, reader: Machine, many: list[str]) -> None:
        far, near = now().date() - timedelta(days=2), now().date()
        assert not reader.get(f"/leads?borough=Queens&created_from={far + timedelta(days=1)}").json()["leads"]
        assert reader.get(f"/leads?borough=Queens&created_from=2026-01-01&created_to={near}").json()["leads"]
        assert problem(reader.get(f"/leads?created_from={near}&created_to={far}"), 422)

    def test_nothing_personal_leaves(self, reader: Machine, many: list[str]) -> None:
        whole = reader.get("/leads?borough=Queens").text.lower() + reader.get(f"/leads/{many[0]}").text.lower()
        said = re.sub(IDS_AND_TIMES, "", whole)  # which may hold any figures
        assert not [word for word in PERSONAL if word in said]

    @pytest.mark.parametrize("model", [LeadSummary, LeadDetail])
    def test_no_personal_field_is_named(self, model: type) -> None:
        personal = {"full_name", "first_name", "last_name", "phone_masked", "email_masked", "property_address", "unit"}
        personal |= {"assigned_name", "assigned_to", "bbl", "tags", "consent_page_url", "consent_certificate_url"}
        assert personal.isdisjoint(model.model_fields)  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "cursor",
        ["x", "AAAA", "%00", urlsafe_b64encode(b"2026-01-01 x").decode(), urlsafe_b64encode(b"1 2 3").decode()],
    )
    def test_a_cursor_that_is_not_ours_is_refused(self, reader: Machine, cursor: str) -> None:
        assert "next" in problem(reader.get(f"/leads?cursor={cursor}"), 422)


class TestLookUp:
    def test_a_lead_is_found_by_its_id(self, reader: Machine, many: list[str]) -> None:
        told = reader.get(f"/leads/{many[0]}").json()
        assert (told["id"], told["zip_code"], told["total_revenue_earned"]) == (many[0], "11434", "0.00")

    @pytest.mark.parametrize("lead_id", [str(UUID(int=1)), "none", "%00", "1;drop table leads"])
    def test_what_is_not_there_is_not_found(self, reader: Machine, lead_id: str) -> None:
        problem(reader.get(f"/leads/{lead_id}"), 404)


@given(st.datetimes(timezones=st.timezones()), st.uuids())
def test_a_cursor_comes_back_as_it_went(at, lead_id) -> None:
    try:
        there = Cursor(at.astimezone(), lead_id)
    except OverflowError:
        return
    back = _place(_cursor(there))
    assert back is not None
    assert (back.value, back.lead_id) == (there.value, lead_id)


@given(st.text(min_size=1, max_size=200))
def test_no_cursor_text_does_more_than_be_refused(cursor: str) -> None:
    with contextlib.suppress(Invalid):
        _place(cursor)


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from([name for name, field in LeadDelivery.model_fields.items() if field.annotation is str]),
        st.text(max_size=60),
    )
)
def test_whatever_is_written_into_a_lead_is_read_or_refused(words: dict[str, str]) -> None:
    from aurum_data.intake.single import LeadRefused, _checked

    with contextlib.suppress(LeadRefused):
        sealed = _checked(LeadDelivery.model_validate(words).cells(), "key", now())
        assert sealed.lead.phone or sealed.lead.email
