"""Who is let in, what is read of a request, and the form of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.rules.identity import KEY_SCOPES, Permission
from aurum_data.settings import Settings
from pages.api import operations
from pages.api.operations import OPERATIONS, Operation
from pages.api.serve import BODY_BYTES
from tests.pages.api.conftest import Machine, MakeMachine, problem

IMPORT, READ = Permission.LEADS_IMPORT, Permission.LEADS_READ
EVERY = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def ask(machine: Machine, operation: Operation):
    return machine.send(operation.method, operation.path, headers={"Content-Type": "application/json"}, content=b"{}")


class TestLetIn:
    @EVERY
    def test_nobody_without_a_key(self, site: Database, operation: Operation) -> None:
        answer = ask(Machine(None), operation)
        problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")

    @EVERY
    def test_nobody_without_the_scope(self, machine: MakeMachine, operation: Operation) -> None:
        others = [scope for scope in KEY_SCOPES if scope != operation.needs]
        assert "right" in problem(ask(machine(*others), operation), 403)

    @pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
    def test_nobody_with_a_key_that_has_ended(self, machine: MakeMachine, column: str) -> None:
        problem(machine(READ, **{column: now() - timedelta(seconds=1)}).get("/leads"), 401)

    @pytest.mark.parametrize("header", ["Basic aso", "aso", "Bearer", "Bearer ", "bearer x y", "Bearer \x00"])
    def test_nobody_with_another_header(self, site: Database, header: str) -> None:
        problem(Machine(None).get("/leads", headers={"Authorization": header}), 401)

    def test_the_word_bearer_may_be_written_small(self, machine: MakeMachine) -> None:
        key = machine(READ).secret
        assert Machine(None).get("/leads", headers={"Authorization": f"bearer {key}"}).status_code == 200

    def test_nobody_from_a_foreign_address(self, machine: MakeMachine) -> None:
        client = machine(READ, allowed_addresses=["203.0.113.0/24"])
        assert client.get("/leads").status_code == 200
        assert "address" in problem(client.get("/leads", address="198.51.100.9"), 403)

    def test_nobody_beyond_the_limit_of_a_minute(self, machine: MakeMachine) -> None:
        client = machine(READ, rate_limit_per_minute=2)
        assert [client.get("/leads").status_code for _ in range(2)] == [200, 200]
        answer = client.get("/leads")
        problem(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 60

    def test_a_refusal_is_counted_and_its_event_kept(self, site: Database, machine: MakeMachine) -> None:
        client = machine(READ)
        problem(client.get("/revenue"), 403)
        with site.read_primary() as session:
            events = text("SELECT event FROM security_events WHERE details ->> 'key' LIKE :name")
            assert session.scalars(events, {"name": f"{client.row.key_name}%"}).all() == ["permission_denied"]
            hits = text("SELECT hits FROM rate_limits WHERE limiter = 'api_key' AND subject = :id")
            assert session.scalar(hits, {"id": str(client.row.id)}) == 1


class TestBody:
    @pytest.fixture
    def client(self, machine: MakeMachine) -> Machine:
        return machine(IMPORT)

    def post(self, client: Machine, content: bytes | Iterator[bytes], kind: str = "application/json"):
        return client.send("POST", "/leads", content=content, headers={"Content-Type": kind, "Idempotency-Key": "one"})

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
    def test_another_form_is_refused(self, client: Machine, kind: str) -> None:
        problem(self.post(client, b"{}", kind), 415)

    def test_the_character_set_may_be_named(self, client: Machine) -> None:
        problem(self.post(client, b"{}", "application/json; charset=utf-8"), 422)

    @pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 10_000, b'{"a":1}}', b'"\xed\xa0\x80"'])
    def test_what_is_not_json_is_refused(self, client: Machine, content: bytes) -> None:
        assert problem(self.post(client, content), 422) == "The body is not JSON."

    @pytest.mark.parametrize("content", [b"[]", b"null", b"1", b'"x"', b'{"phone": 7185550101}', b'{"phone": null}'])
    def test_what_does_not_fit_is_refused(self, client: Machine, content: bytes) -> None:
        problem(self.post(client, content), 422)

    def test_a_body_that_is_too_long_is_refused_by_its_length(self, client: Machine) -> None:
        problem(self.post(client, b" " * (BODY_BYTES + 1)), 413)

    def test_and_without_a_length_as_it_comes(self, client: Machine) -> None:
        sent = []

        async def endless():
            for _ in range(1_000):
                sent.append(1)
                yield b" " * 10_000

        problem(self.post(client, endless()), 413)  # type: ignore[arg-type]
        assert len(sent) < 20

    def test_a_fault_names_the_field_and_not_the_value(self, client: Machine) -> None:
        answer = client.post("/leads", {"phone": ["718-555-0101"], "jane@example.com": 1}, key="one")
        problem(answer, 422)
        assert {error["field"] for error in answer.json()["errors"]} == {"phone", "unknown field"}
        assert "555" not in answer.text
        assert "jane" not in answer.text


class TestAnswers:
    def test_every_answer_has_its_own_id_and_is_not_stored(self, site: Database, machine: MakeMachine) -> None:
        client = machine(READ)
        answers = [
            client.get("/leads"),
            client.get("/nothing"),
            client.send("PUT", "/leads"),
            Machine(None).get("/leads"),
        ]
        assert [answer.status_code for answer in answers] == [200, 404, 405, 401]
        assert len({answer.headers["x-request-id"] for answer in answers}) == 4
        assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}

    def test_no_other_site_is_let_in(self, machine: MakeMachine) -> None:
        client = machine(READ)
        asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
        assert client.send("OPTIONS", "/leads", headers=asked).status_code == 405
        answer = client.get("/leads", headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control")]

    def test_unknown_addresses_and_methods_are_problems_too(self, site: Database) -> None:
        problem(Machine(None).get("/nothing"), 404)
        answer = Machine(None).send("DELETE", "/leads")
        problem(answer, 405)
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}

    def test_a_parameter_that_is_not_known_is_refused(self, machine: MakeMachine) -> None:
        assert "unknown field" in problem(machine(READ).get("/leads?phone=7185550101"), 422)

    @pytest.mark.parametrize(
        "query", ["limit=1&limit=2", "limit=0", "limit=201", "limit=x", "status=gone", "zip_code=1"]
    )
    def test_a_parameter_that_does_not_fit_is_refused(self, machine: MakeMachine, query: str) -> None:
        problem(machine(READ).get(f"/leads?{query}"), 422)

    def test_a_fault_of_ours_is_a_number_and_no_more(
        self, site: Database, machine: MakeMachine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: object, **__: object) -> None:
            raise RuntimeError("secret +1 718 555 0101")

        client = machine(READ)
        monkeypatch.setattr("pages.api.leads.list_leads", fails)
        answer = client.get("/leads")
        sentence = problem(answer, 500)
        with site.read_primary() as session:
            rows = session.execute(text("SELECT error_id, component, message FROM error_logs")).all()
        (row,) = [row for row in rows if row.error_id in sentence]
        assert (row.component, row.message) == ("api listLeads", "RuntimeError")
        assert "555" not in answer.text

    @pytest.fixture
    def frozen(self, site: Database) -> Iterator[None]:
        switch = text("UPDATE app_flags SET is_on = :on WHERE flag = 'read_only'")
        with site.write(None) as session:
            session.execute(switch, {"on": True})
        yield
        with site.write(None) as session:
            session.execute(switch, {"on": False})

    def test_read_only_is_a_503_that_says_when_to_come_again(self, machine: MakeMachine, frozen: None) -> None:
        answer = machine(IMPORT).post("/leads", {"phone": "718-555-0101", "zip_code": "11215"}, key="one")
        assert "read-only" in problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0

    def test_without_a_database_it_is_a_503(self, monkeypatch: pytest.MonkeyPatch) -> None:
        away = Database(Settings(primary_url="postgresql+psycopg://aurum_app@127.0.0.1:1/none"))
        monkeypatch.setattr("pages.api.serve.get_database", lambda: away)
        answer = Machine("aso_12345678_" + "x" * 43).get("/leads")
        assert problem(answer, 503) == "The database does not answer."
        away.dispose()


def test_no_operation_is_without_a_scope() -> None:
    assert [operation.name for operation in operations.OPERATIONS if operation.needs not in KEY_SCOPES] == []
