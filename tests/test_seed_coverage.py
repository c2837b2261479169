"""docs/seed-coverage.md tells the truth: each thing it names exists."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

import psycopg
import pytest

from aurum_data.__main__ import parser
from aurum_data.operations.cluster import PairUrls
from aurum_data.settings import PROJECT_ROOT

DOCUMENT = PROJECT_ROOT / "docs" / "seed-coverage.md"
LATER = {"market", "revenue", "compliance", "operations", "AI"}
ROWS = [line.split("|")[1:3] for line in DOCUMENT.read_text().splitlines() if re.match(r"\| (?!Spec)[^-]", line)]
NAMES = sorted({name for _, where in ROWS for name in re.findall(r"`([^`]+)`", where)})


@pytest.fixture(scope="module")
def catalog(shared_urls: PairUrls) -> Iterator[set[str]]:
    """Relations, table.column and function() names of the migrated database."""
    with psycopg.connect(shared_urls.owner.replace("+psycopg", "")) as connection:
        rows = connection.execute("""
            SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'
            UNION SELECT proname || '()' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION SELECT conname FROM pg_constraint
        """).fetchall()
        yield {str(row[0]) for row in rows}


def in_code(name: str) -> bool:
    """Whether a dotted name is a module of ours, or something in one."""
    module, _, attribute = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ImportError:
        return hasattr(importlib.import_module(module), attribute)
    return True


@pytest.mark.parametrize("name", NAMES)
def test_named_thing_exists(name: str, catalog: set[str]) -> None:
    if name.startswith("python -m aurum_data "):
        assert name.rsplit(maxsplit=1)[-1] in parser().format_help()
    elif name.startswith("aurum_data."):
        assert in_code(name)
    elif "/" in name or name.endswith(".py"):
        assert (PROJECT_ROOT / name).exists()
    else:
        assert name in catalog


def test_every_bullet_has_a_home() -> None:
    assert len(ROWS) > 120
    assert [bullet for bullet, where in ROWS if "`" not in where and "later: " not in where] == []


def test_later_names_a_known_issue() -> None:
    named = {topic for _, where in ROWS for topic in re.findall(r"later: (\w+)", where)}
    assert named <= LATER
