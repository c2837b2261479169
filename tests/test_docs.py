"""What the documents say about settings and commands is all there is, and nothing else."""

from __future__ import annotations

import re

import pytest

from aurum_data.__main__ import parser
from aurum_data.settings import PROJECT_ROOT, Settings

SETTINGS = (PROJECT_ROOT / "docs" / "settings.md").read_text()
README = (PROJECT_ROOT / "README.md").read_text()
RUNBOOKS = {path.name: path.read_text() for path in sorted((PROJECT_ROOT / "docs" / "runbooks").glob("*.md"))}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_is_documented_with_its_meaning(name: str) -> None:
    row = re.search(rf"^\| `AURUM_{name.upper()}` \|[^|]*\| (.+) \|$", SETTINGS, re.MULTILINE)
    assert row is not None
    assert row[1] == Settings.model_fields[name].description


def test_no_setting_is_documented_that_is_not_there() -> None:
    named = set(re.findall(r"AURUM_([A-Z0-9_]+)", SETTINGS + README))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_commands_of_the_readme_exist() -> None:
    known = parser().format_help()
    assert [c for c in re.findall(r"python -m aurum_data ([a-z-]+)", README) if c not in known] == []


@pytest.mark.parametrize("name", RUNBOOKS)
def test_a_runbook_names_commands_options_and_settings_that_exist(name: str) -> None:
    commands = re.findall(r"python -m aurum_data ([a-z-]+)((?: +--[a-z-]+)*)", RUNBOOKS[name])
    helps = {command: _help(command) for command, _ in commands}
    options = [(command, option) for command, given in commands for option in given.split()]
    assert [pair for pair in options if pair[1] not in helps[pair[0]]] == []
    named = set(re.findall(r"AURUM_([A-Z]+(?:_[A-Z]+)*)", RUNBOOKS[name]))
    assert named <= {field.upper() for field in Settings.model_fields}


def _help(command: str) -> str:
    commands = next(action.choices for action in parser()._actions if isinstance(action.choices, dict))
    return commands[command].format_help()


def test_files_that_the_readme_links_exist() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [link for link in links if not (PROJECT_ROOT / link).exists()] == []


SECURITY = (PROJECT_ROOT / "docs" / "security.md").read_text()
NAMED = sorted(
    set(re.findall(r"`((?:aurum_data|pages|tests|deploy|docs|scripts|\.streamlit)/[\w./-]+(?:::\w+)?)`", SECURITY))
)


@pytest.mark.parametrize("name", NAMED)
def test_files_and_tests_that_the_security_page_names_exist(name: str) -> None:
    path, _, item = name.partition("::")
    assert (PROJECT_ROOT / path).exists()
    if item:
        assert re.search(rf"^ *(def|class) {item}\b", (PROJECT_ROOT / path).read_text(), re.MULTILINE)


def test_the_security_page_has_every_row_of_the_standard_with_a_test() -> None:
    rows = re.findall(r"^\| A(\d+) .*::\w+` \|$|^\| A(\d+) .*`tests/[^`]+` \|$", SECURITY, re.MULTILINE)
    assert [int(first or second) for first, second in rows] == list(range(1, 29))


def test_settings_that_the_security_page_names_exist() -> None:
    assert set(re.findall(r"AURUM_([A-Z0-9_]+)", SECURITY)) <= {name.upper() for name in Settings.model_fields}
