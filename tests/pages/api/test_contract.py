"""The running application keeps what its OpenAPI document says, whatever is sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.operations.cluster import LocalPair
from aurum_data.rules.identity import KEY_SCOPES
from pages.api.openapi import PREFIX, document
from tests.browser.served import start_application, stop_application
from tests.conftest import TEMPLATE
from tests.factories import make_key, make_lead, make_platform

# A lead may fit the document and still be refused: a number that cannot exist, a home outside the city.
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
            "max_response_time": 30.0,
        }
    }
)
SCHEMA = schemathesis.openapi.from_dict(document(), config=CONFIG)


@dataclass(frozen=True)
class Running:
    """The application, and a key that may do everything."""

    url: str
    key: str


@pytest.fixture(scope="module")
def running(pair: LocalPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The application as an operator starts it, over a database with a few leads."""
    name = f"contract_{uuid4().hex}"
    urls = pair.create_database(name, TEMPLATE)
    engine = create_engine(urls.primary)
    with Session(engine) as session:
        platform = make_platform(session)
        for _ in range(5):
            make_lead(session)
        key, _ = make_key(session, *KEY_SCOPES, platform_ref=platform.id, rate_limit_per_minute=1_000_000)
        session.commit()
    engine.dispose()
    url, process = start_application(urls, tmp_path_factory.mktemp("contract") / "server.log")
    yield Running(f"{url}{PREFIX}", key)
    stop_application(process)
    pair.drop_database(name)


@SCHEMA.parametrize()
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_described(case: schemathesis.Case, running: Running) -> None:
    case.call_and_validate(base_url=running.url, headers={"Authorization": f"Bearer {running.key}"})


def test_the_document_is_served_to_who_has_a_key(running: Running) -> None:
    answer = httpx.get(f"{running.url}/openapi.json", headers={"Authorization": f"Bearer {running.key}"}, timeout=30)
    assert answer.json() == document()
    assert httpx.get(f"{running.url}/openapi.json", timeout=30).status_code == 401


def test_the_application_adds_its_own_headers(running: Running) -> None:
    answer = httpx.get(f"{running.url}/leads", headers={"Authorization": f"Bearer {running.key}"}, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.headers.get_list("x-request-id")) == 1
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_health_is_still_answered(running: Running) -> None:
    assert httpx.get(f"{running.url.removesuffix(PREFIX)}/healthz", timeout=30).json() == {"status": "ok"}
