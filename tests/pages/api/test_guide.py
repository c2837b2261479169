"""docs/api.md tells the truth: every example is sent as it stands, and every operation is in it."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from itertools import pairwise
from string import Template
from urllib.parse import urlsplit

import pytest

from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.rules.identity import KEY_SCOPES, PLATFORM_KEY_SCOPES
from aurum_data.settings import PROJECT_ROOT
from pages.api.openapi import PREFIX, document
from tests.factories import make_export, make_lead, make_platform
from tests.pages.api.conftest import Machine, MakeMachine

GUIDE = (PROJECT_ROOT / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```sh\n(curl .*?)```", GUIDE, re.DOTALL)


def send(machine: Machine, command: str) -> int:
    """What the server answers to a curl command."""
    words = shlex.split(command.replace("\\\n", " "))
    headers: dict[str, str] = {}
    options = {"-X": "GET", "-d": ""}
    url = words[1]
    for flag, value in pairwise(words):
        if flag == "-H":
            name, _, content = value.partition(": ")
            headers[name] = content
        elif flag in options:
            options[flag] = value
        if value.startswith("http://test"):
            url = value
    path = urlsplit(url)
    asked = f"{path.path.removeprefix(PREFIX)}?{path.query}".rstrip("?")
    return machine.send(options["-X"], asked, headers=headers, content=options["-d"].encode()).status_code


def test_every_example_does_what_it_shows(site: Database, machine: MakeMachine) -> None:
    at = now() - timedelta(minutes=1)
    with site.write(None) as session:
        platform = make_platform(session)
        export = make_export(
            session, make_lead(session), platform, status="sending", commission_earned=0, sent_at=at, created_at=at
        )
    values = {
        "AURUM_URL": "http://test",
        "AURUM_KEY": machine(*(KEY_SCOPES - PLATFORM_KEY_SCOPES)).secret,
        "AURUM_PLATFORM_KEY": machine(*PLATFORM_KEY_SCOPES, platform_ref=platform.id).secret,
        "EXPORT_ID": str(export.id),
    }
    answers = [send(Machine(None), Template(example).safe_substitute(values)) for example in EXAMPLES]
    assert len(answers) >= 6
    assert set(answers) == {200, 201}


@pytest.mark.parametrize("path", [path for path in document()["paths"] if "{" not in path])
def test_every_address_is_in_the_guide(path: str) -> None:
    assert path in GUIDE


def test_every_scope_and_refusal_is_in_the_guide() -> None:
    described = document()["paths"].values()
    statuses = {status for methods in described for one in methods.values() for status in one["responses"]}
    missing = [word for word in [*map(str, KEY_SCOPES), *statuses - {"200"}] if word not in GUIDE]
    assert missing == []
