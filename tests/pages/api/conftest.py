"""Machines that call the API in this process, over a database of the test's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from aurum_data.database import Database, get_database
from aurum_data.models.identity import ApiKey
from aurum_data.operations.cluster import LocalPair
from aurum_data.rules.identity import Permission
from aurum_data.settings import get_settings
from pages.api.serve import API
from tests.conftest import TEMPLATE
from tests.factories import make_key
from tests.loops import run
from tests.replication import catch_up

HOME = "203.0.113.7"


class Machine:
    """A client with a key (or without): its requests from an address."""

    def __init__(self, secret: str | None, row: ApiKey | None = None) -> None:
        self.secret = secret
        self.row = row
        self.app = Starlette(routes=[API])

    def send(
        self, method: str, path: str, *, address: str = HOME, headers: dict[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        """One request to an address under /api/v1."""
        own = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(address, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1") as client:
                return await client.request(method, path.lstrip("/"), headers=own | (headers or {}), **options)

        return run(ask())

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Read, once the replica has all that was written: what a test writes is nobody's own."""
        catch_up(get_database())
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any, *, key: str | None = None, **options: Any) -> httpx.Response:
        """Write; `key` is the idempotency key."""
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.send("POST", path, json=body, headers=headers, **options)


MakeMachine = Callable[..., Machine]


@pytest.fixture(scope="module")
def site(pair: LocalPair) -> Iterator[Database]:
    """The database that the API of this process serves: one for all tests of a file, which share it kindly."""
    name = f"api_{uuid4().hex}"
    urls = pair.create_database(name, TEMPLATE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURUM_PRIMARY_URL", urls.primary)
        patch.setenv("AURUM_REPLICA_URL", urls.replica)
        _forget()
        database = get_database()
        deadline = time.monotonic() + 30
        while database.status().source != "replica":  # the new database has yet to reach it
            assert time.monotonic() < deadline, database.status().message
            database.refresh_status()
            time.sleep(0.01)
        yield database
        database.dispose()
    _forget()
    pair.drop_database(name)


def _forget() -> None:
    get_settings.cache_clear()
    get_database.cache_clear()


@pytest.fixture
def machine(site: Database) -> MakeMachine:
    """Make a machine with a key that has these scopes; anything about the key by keyword."""

    def make(*scopes: Permission, **values: Any) -> Machine:
        with site.write(None) as session:
            secret, row = make_key(session, *scopes, **{"rate_limit_per_minute": 1000} | values)
        return Machine(secret, row)

    return make


def problem(answer: httpx.Response, status: int) -> str:
    """The sentence of an answer that says no, in its form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["request_id"] == answer.headers["x-request-id"]
    return str(body["detail"])
