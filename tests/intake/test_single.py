"""One lead from a machine: what lands, what is linked or refused, and that one key makes one lead."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.clock import today
from aurum_data.database import Database
from aurum_data.errors import Conflict, Invalid, NotAllowed, ReadOnly
from aurum_data.intake import load, single
from aurum_data.intake.columns import Field
from aurum_data.intake.load import import_file
from aurum_data.intake.rows import Problem
from aurum_data.intake.single import LeadRefused, TakenIn, take_in
from aurum_data.rules.identity import Permission
from aurum_data.security.encryption import Keyring
from tests.factories import machine_of, make_key

CERTIFICATE = "https://cert.trustedform.com/" + "ab" * 20
JANE = {
    Field.FIRST_NAME: "jane",
    Field.LAST_NAME: "DOE",
    Field.PHONE: "(718) 555-0101",
    Field.EMAIL: "Jane@Example.com",
    Field.STREET: "12 W 4th St Apt 3B",
    Field.ZIP_CODE: "10012",
    Field.MONTHLY_BILL: "185.50",
    Field.CERTIFICATE_URL: CERTIFICATE,
}
LINE = uuid4()


def deliver(
    session: Session, given: dict[Field, str] = JANE, key: str = "one", *, actor: Actor = SYSTEM, line: UUID = LINE
) -> TakenIn:
    return take_in(session, actor, line_id=line, idempotency_key=key, source="Website", given=given)


def rows(session: Session, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(text(statement), values)]


def count(session: Session, table: str) -> int:
    return rows(session, f"SELECT count(*) FROM {table}")[0][0]


class TestLanding:
    def test_it_lands_as_a_row_of_a_file_does(self, session: Session, keyring: Keyring) -> None:
        taken = deliver(session)
        ((phone, email, *texts),) = rows(
            session,
            """SELECT phone_encrypted, email_encrypted, full_name, phone_masked, property_address, unit, zip_code,
                      borough, monthly_bill_usd::text, consent_state, sellable, status, consent_certificate_url,
                      import_batch_id FROM leads WHERE id = :id""",
            id=taken.lead_id,
        )
        assert keyring.open("leads.phone", taken.lead_id, phone) == "+17185550101"
        assert keyring.open("leads.email", taken.lead_id, email) == "jane@example.com"
        assert texts == [
            "Jane Doe", "***-***-0101", "12 W 4th St", "3B", "10012", "Manhattan", "185.50", "given", True, "new",
            CERTIFICATE, None,
        ]  # fmt: skip
        assert taken == TakenIn(taken.lead_id, duplicate=False, consent_state="given", sellable=True, unread=[])

    def test_consent_is_kept_with_its_event(self, session: Session) -> None:
        deliver(session)
        assert rows(session, "SELECT consent_kind, consent_state FROM lead_consents") == [
            ("tcpa_express_written", "given")
        ]
        assert rows(session, "SELECT certificate_url, recorded_by FROM lead_consent_events") == [(CERTIFICATE, "api")]

    def test_a_certificate_is_kept_with_the_instant_until_which_it_is_claimed(self, session: Session) -> None:
        deliver(session, JANE | {Field.CERTIFICATE_CLAIMED_UNTIL: "2031-11-01T00:00:00-04:00"})
        claimed = rows(session, "SELECT certificate_claimed_until FROM lead_consent_events")
        assert claimed == [(datetime(2031, 11, 1, 4, tzinfo=UTC),)]

    def test_a_wording_without_a_text_on_file_is_no_error(self, session: Session) -> None:
        taken = deliver(session, JANE | {Field.WORDING_VERSION: "never recorded"})
        assert (taken.consent_state, taken.unread) == ("given", [])
        assert rows(session, "SELECT wording_version FROM lead_consent_events") == [("never recorded",)]

    def test_without_consent_it_is_kept_and_not_for_sale(self, session: Session) -> None:
        taken = deliver(session, JANE | {Field.CERTIFICATE_URL: ""})
        assert (taken.consent_state, taken.sellable) == ("unproven", False)
        assert count(session, "lead_consents") == 0

    def test_what_is_welcome_but_unreadable_is_left_out_and_said(self, session: Session) -> None:
        taken = deliver(session, JANE | {Field.MONTHLY_BILL: "ask me"})
        assert taken.unread == [{"field": "monthly_bill", "reason": "The monthly bill is not an amount."}]
        assert rows(session, "SELECT monthly_bill_usd FROM leads") == [(None,)]

    def test_the_day_is_marked_for_the_rollups(self, session: Session) -> None:
        deliver(session)
        assert set(rows(session, "SELECT date FROM rollup_changes")) == {(today(),)}

    def test_the_deed_is_audited_without_contact_data(self, session: Session) -> None:
        _, key = make_key(session, Permission.LEADS_IMPORT, key_name="Website")
        taken = deliver(session, actor=machine_of(key))
        ((name, entity, details),) = rows(session, "SELECT actor_name, entity_id, details::text FROM audit_log")
        assert (name, entity) == ("Website", str(taken.lead_id))
        assert not any(word in details.lower() for word in ("jane", "doe", "555", "4th", "example"))

    def test_nul_characters_do_no_harm(self, session: Session) -> None:
        deliver(session, JANE | {Field.FIRST_NAME: "Ja\x00ne", Field.WORDING_VERSION: "\x00"})
        assert rows(session, "SELECT full_name FROM leads") == [("Jane Doe",)]


class TestAttribution:
    def source(self, session: Session) -> list[tuple[Any, ...]]:
        return rows(
            session,
            """SELECT s.source_name, c.campaign_name FROM leads l JOIN lead_sources s ON s.id = l.source_id
               LEFT JOIN campaigns c ON c.id = l.campaign_id ORDER BY l.created_at, l.id""",
        )

    def test_a_lead_that_names_no_source_has_the_machines(self, session: Session) -> None:
        deliver(session)
        deliver(session, key="two")
        assert self.source(session) == [("Website", None)] * 2
        assert count(session, "lead_sources") == 1

    def test_a_known_source_is_found_and_an_unknown_one_is_not_made(self, session: Session) -> None:
        session.execute(text("INSERT INTO lead_sources (source_name, channel) VALUES ('Google Ads', 'paid_search')"))
        deliver(session, JANE | {Field.SOURCE: "google ads"})
        deliver(session, JANE | {Field.SOURCE: "Whatever"}, key="two")
        assert self.source(session) == [("Google Ads", None), ("Website", None)]

    def test_campaigns_are_found_or_made_within_a_limit(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from aurum_data.intake import attribution

        monkeypatch.setattr(attribution, "NEW_CAMPAIGNS", attribution.Limit("api_new_campaigns", 2, 86_400))
        for number, campaign in enumerate(["Fall", "FALL", "Winter", "Spring", "Winter"]):
            deliver(session, JANE | {Field.CAMPAIGN: campaign}, key=str(number))
        assert [name for _, name in self.source(session)] == ["Fall", "Fall", "Winter", None, "Winter"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({Field.ZIP_CODE: "11021"}, Problem("zip_code", "11021 is outside New York City.")),
            ({Field.ZIP_CODE: "", Field.STREET: ""}, Problem("zip_code", "There is no ZIP code.")),
            ({Field.PHONE: "12"}, Problem("phone", "The phone number does not have ten digits.")),
            ({Field.CREATED_AT: "2999-01-01T00:00:00Z"}, Problem("created_at", "The date and time lie in the future.")),
            (
                {Field.PHONE: "", Field.EMAIL: ""},
                Problem("row", "There is neither a phone number nor an email address."),
            ),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_it_says_why_and_keeps_nothing(self, session: Session, change: dict[Field, str], problem: Problem) -> None:
        with pytest.raises(LeadRefused) as refused:
            deliver(session, JANE | change)
        assert problem in refused.value.problems
        assert count(session, "leads") == count(session, "api_requests") == 0

    @pytest.mark.parametrize(("kind", "contact"), [("phone", "+17185550101"), ("email", "jane@example.com")])
    def test_a_suppressed_person_is_not_taken_in(
        self, session: Session, keyring: Keyring, kind: str, contact: str
    ) -> None:
        session.execute(
            text(
                "INSERT INTO suppression_list (contact_kind, contact_hash, key_version, reason)"
                " VALUES (:kind, :hash, 1, 'erasure')"
            ),
            {"kind": kind, "hash": keyring.digest(kind, contact)},
        )
        with pytest.raises(LeadRefused, match="must not be contacted"):
            deliver(session)
        assert count(session, "leads") == 0

    def test_a_refused_lead_may_be_mended_under_its_key(self, db: Database) -> None:
        with pytest.raises(LeadRefused), db.write(None) as session:
            deliver(session, JANE | {Field.ZIP_CODE: "11021"})
        with db.write(None) as session:
            assert not deliver(session).repeated

    def test_a_key_without_the_scope_may_not(self, session: Session) -> None:
        _, key = make_key(session, Permission.LEADS_READ)
        with pytest.raises(NotAllowed):
            deliver(session, actor=machine_of(key))

    def test_read_only_stops_it(self, session: Session) -> None:
        session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'read_only'"))
        with pytest.raises(ReadOnly):
            deliver(session)

    @pytest.mark.parametrize("key", ["", "a b", "x" * 201, "é", "a\n"])
    def test_what_is_no_idempotency_key_is_refused(self, session: Session, key: str) -> None:
        with pytest.raises(Invalid, match="idempotency key"):
            deliver(session, key=key)


class TestDuplicates:
    @pytest.mark.parametrize(
        "other",
        [
            {Field.PHONE: "+1 718 555 0101", Field.EMAIL: "else@example.com"},
            {Field.PHONE: "718-555-0199", Field.EMAIL: "JANE@example.com"},
            {Field.PHONE: "718-555-0199", Field.EMAIL: "else@example.com", Field.STREET: "12 West Fourth St #3B"},
        ],
        ids=["phone", "email", "home and name"],
    )
    def test_the_same_person_is_stored_linked_and_not_sold(self, session: Session, other: dict[Field, str]) -> None:
        first = deliver(session)
        second = deliver(session, JANE | other, key="two")
        assert (second.duplicate, second.sellable) == (True, False)
        assert rows(session, "SELECT duplicate_of, sellable FROM leads WHERE id = :id", id=second.lead_id) == [
            (first.lead_id, False)
        ]

    def test_the_same_person_at_once_is_one_lead_and_its_duplicates(self, db: Database) -> None:
        def once(number: int) -> TakenIn:
            with db.write(None) as session:
                return deliver(session, key=f"visit-{number}")

        with ThreadPoolExecutor(8) as threads:
            taken = list(threads.map(once, range(16)))
        assert sorted(one.duplicate for one in taken) == [False] + [True] * 15
        with db.read_primary() as session:
            assert rows(session, "SELECT count(*) FROM leads WHERE duplicate_of IS NULL") == [(1,)]

    def test_a_file_with_the_same_person_waits_for_the_machine(
        self, db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "leads.csv"
        path.write_text("Name,Phone,Zip\nJane Doe,718-555-0101,10012\n")
        held: list[bool] = []
        whole = load.hold_all
        monkeypatch.setattr(load, "hold_all", lambda session: (held.append(True), whole(session)))
        with ThreadPoolExecutor(1) as threads:
            with db.write(None) as session:
                deliver(session)
                importing = threads.submit(import_file, db, SYSTEM, path)
                while not held:
                    assert not importing.done()
            assert importing.result().duplicates == 1


class TestOnce:
    def test_the_same_again_gets_the_same_answer(self, session: Session) -> None:
        first = deliver(session, JANE | {Field.MONTHLY_BILL: "ask me"})
        again = deliver(session, dict(reversed(JANE.items())) | {Field.MONTHLY_BILL: "ask me"})
        assert again.repeated
        assert (again.lead_id, again.unread, again.sellable) == (first.lead_id, first.unread, first.sellable)
        assert count(session, "leads") == count(session, "audit_log") == 1

    def test_another_lead_under_the_same_key_is_refused(self, session: Session) -> None:
        deliver(session)
        with pytest.raises(Conflict, match="another lead"):
            deliver(session, JANE | {Field.MONTHLY_BILL: "190"})
        assert count(session, "leads") == 1

    def test_keys_of_two_machines_are_two_keys(self, session: Session) -> None:
        deliver(session)
        assert not deliver(session, line=uuid4()).repeated

    def test_a_key_whose_answer_is_forgotten_still_makes_no_second_lead(self, session: Session) -> None:
        deliver(session)
        session.execute(text("DELETE FROM api_requests"))
        with pytest.raises(Conflict, match="30 days"):
            deliver(session)
        assert count(session, "leads") == 1

    def test_the_answer_holds_no_contact_data_and_the_body_cannot_be_guessed(
        self, session: Session, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deliver(session)
        ((first,),) = rows(session, "SELECT request_hash FROM api_requests")
        other = Keyring(keyring.encryption, {1: bytes(32)})
        monkeypatch.setattr(single, "get_keyring", lambda: other)
        deliver(session, line=uuid4())
        assert {bytes(first)} != {bytes(found) for (found,) in rows(session, "SELECT request_hash FROM api_requests")}
        stored = str(rows(session, "SELECT answer::text FROM api_requests")).lower()
        assert not any(word in stored for word in ("jane", "doe", "555", "4th", "example"))

    def test_deliveries_at_once_under_one_key_make_one_lead(self, db: Database) -> None:
        def once(_: int) -> TakenIn:
            with db.write(None) as session:
                return deliver(session)

        with ThreadPoolExecutor(8) as threads:
            taken = list(threads.map(once, range(24)))
        assert len({one.lead_id for one in taken}) == 1
        assert sorted(one.repeated for one in taken) == [False] + [True] * 23
        with db.read_primary() as session:
            assert count(session, "leads") == 1
