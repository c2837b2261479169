"""SQL in every text box: no value of any filter of any query is carried out, and none widens what comes back."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

import aurum_data.queries
from aurum_data.database import Database
from aurum_data.errors import AurumError, TooSlow
from aurum_data.operations.cluster import LocalPair
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.lead_search import recognise
from aurum_data.queries.leads import count_leads, list_leads
from aurum_data.rules.geography import Borough
from tests.conftest import TEMPLATE, _database
from tests.factories import make_lead

QUOTES = [
    "'",
    '"',
    "\\",
    "%",
    "_",
    ";",
    "--",
    "/*",
    "$$",
    ")",
    "(",
    ",",
    "=",
    "|",
    "&",
    "!",
    ":",
    "?",
    "\x00",
    "\u2019",
]
ATTACKS = [
    "' OR '1'='1", "'; DROP TABLE leads; --", "1) OR (1=1", "' UNION SELECT username, password_hash FROM users --",
    "x' AND pg_sleep(30) --", "%' OR full_name ILIKE '%", "\\' OR 1=1 --", "$$; SELECT 1; $$", ":limit", "%(limit)s",
    "{filter}", "NULL", "'::text", "a' || (SELECT current_user) || '", "\uff07 OR 1=1",
]  # fmt: skip
hostile = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=40), st.lists(st.sampled_from(QUOTES)).map("".join))
OF_ONESELF = {"own_account"}  # asked with the id of the signed-in person, never with one that was typed
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

# What a parameter of a type is given; anything that is text in the end gets hostile text, its enumerations too.
_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(1, 500),
    bool: st.booleans(),
    date: st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    UUID: st.uuids(),
    types.NoneType: st.none(),
}


def strategy(kind: Any) -> st.SearchStrategy[Any] | None:
    """Values for a parameter's type; None: not a type that a filter has."""
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, type) and issubclass(kind, str):
        return hostile
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        parts = [strategy(part) for part in arguments]
        return None if None in parts else st.one_of(*parts)  # type: ignore[arg-type]
    if origin in {list, tuple, Sequence}:
        inner = strategy(arguments[0])
        return None if inner is None else st.lists(inner, max_size=4)
    return None


def queries() -> Iterator[tuple[str, Callable[..., Any], dict[str, st.SearchStrategy[Any]]]]:
    """Every query whose parameters are plain values, with what to give it."""
    for module in pkgutil.iter_modules(aurum_data.queries.__path__, "aurum_data.queries."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            if function.__module__ != module.name or name.startswith("_") or name in OF_ONESELF:
                continue
            parameters = list(inspect.signature(function).parameters)
            if parameters[:1] != ["session"] or len(parameters) < 2:
                continue
            kinds = typing.get_type_hints(function)
            given = {parameter: strategy(kinds[parameter]) for parameter in parameters[1:]}
            known = {parameter: values for parameter, values in given.items() if values is not None}
            if "first" in known:  # a period that ends before it begins is a fault of the page, refused as such
                known |= {"first": st.just(date(2026, 1, 1)), "last": st.just(date(2026, 3, 31))}
            if needed(function) <= set(known):
                yield f"{module.name.rpartition('.')[2]}.{name}", function, known


def needed(function: Callable[..., Any]) -> set[str]:
    """The parameters besides the session that have no default."""
    parameters = inspect.signature(function).parameters.items()
    return {name for name, one in parameters if one.default is inspect.Parameter.empty} - {"session"}


QUERIES = list(queries())


def test_queries_are_found() -> None:
    names = {name for name, _, _ in QUERIES}
    assert {"audit.audit_search", "security_events.security_event_search", "market_zip.rates"} <= names
    assert len(names) >= 25


@pytest.mark.parametrize(("function", "values"), [entry[1:] for entry in QUERIES], ids=[entry[0] for entry in QUERIES])
def test_a_query_takes_any_value_as_a_value(
    shared_db: Database, function: Callable[..., Any], values: dict[str, st.SearchStrategy[Any]]
) -> None:
    always = {name: values[name] for name in needed(function)}
    others = {name: one for name, one in values.items() if name not in always}

    @FEW
    @given(st.fixed_dictionaries(always, optional=others))
    def attempt(chosen: dict[str, Any]) -> None:
        refusal = refused(lambda: on_primary(shared_db, function, **chosen))
        assert refusal is None or not isinstance(refusal, TooSlow)  # nothing that sleeps was carried out

    attempt()


def on_primary(database: Database, function: Callable[..., Any], **values: Any) -> Any:
    """The query's answer where every query may be asked: a person's own account is not the reader's to see."""
    with database.read_primary() as session:
        return function(session, **values)


def refused(attempt: Callable[[], Any]) -> Exception | None:
    """How it was refused, in our own words; None: it was not. Any other error fails the test.

    ValueError is that of our own enumerations, which a page asks before a query does.
    """
    try:
        attempt()
    except (AurumError, ValueError) as refusal:
        return refusal
    return None


@pytest.fixture(scope="module")
def shared_db(pair: LocalPair) -> Iterator[Database]:
    """A database of this file's own: what it commits would disturb the tests that share one."""
    name = f"filters_{uuid4().hex}"
    yield from _database(pair.create_database(name, TEMPLATE))
    pair.drop_database(name)


@pytest.fixture(scope="module")
def named(shared_db: Database) -> list[UUID]:
    """Leads whose names are made of what a pattern or a statement is made of."""
    names = ["Ann Percent%", "Ann Under_score", "Ann Back\\slash", "Robert'); DROP TABLE leads;--", "Ann Plain"]
    with shared_db.write(None) as session:
        for borough in (Borough.BROOKLYN, Borough.QUEENS):
            for name in names:
                first, _, last = name.partition(" ")
                make_lead(session, first_name=first, last_name=last, borough=borough)
        return list(session.scalars(text("SELECT id FROM leads")))


def found(session: Session, chosen: LeadFilter) -> list[tuple[str, str]]:
    page = list_leads(session, filter=chosen, limit=200)
    ids = list(page.frame["id"])
    rows = session.execute(
        text("SELECT coalesce(full_name, '') || ' ' || coalesce(property_address, ''), borough FROM leads"
             " WHERE id = ANY (:ids)"), {"ids": ids}
    )  # fmt: skip
    return [tuple(row) for row in rows]


words = st.lists(
    st.one_of(
        st.sampled_from(["ann", "Percent%", "%", "_", "Under_", "n%", "A__", "back\\", "');", "DROP", "OR", "'1'='1"]),
        st.text("an%_\\';", min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


@FEW
@example(typed="P_ain")
@example(typed="Pl%in")
@example(typed="Und%core")
@given(typed=words)
def test_a_search_never_finds_more_than_was_typed(shared_db: Database, named: list[UUID], typed: str) -> None:
    search = recognise(typed)
    with shared_db.read_primary() as session:
        for shown, borough in found(session, LeadFilter(search=typed, boroughs=(Borough.QUEENS,))):
            assert borough == Borough.QUEENS
            assert all(word.casefold() in shown.casefold() for word in search.words)


@FEW
@given(values=st.lists(hostile, min_size=1, max_size=3))
def test_values_that_are_not_there_find_nothing(shared_db: Database, named: list[UUID], values: list[str]) -> None:
    chosen = LeadFilter(zip_codes=tuple(values))
    counts: list[int] = []
    refusal = refused(lambda: counts.append(shared_db.query(None, count_leads, chosen).value))
    assert counts == ([] if refusal else [0])


def test_nothing_was_carried_out(shared_db: Database, named: list[UUID]) -> None:
    """After all of the above."""
    with shared_db.read_primary() as session:
        assert set(session.scalars(text("SELECT id FROM leads"))) >= set(named)
