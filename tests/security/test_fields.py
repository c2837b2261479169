"""Every encrypted column, and every hash of one, is in the registry that writers and rotation share."""

from __future__ import annotations

import pytest
from sqlalchemy import LargeBinary, Uuid
from sqlalchemy.dialects.postgresql import BYTEA

from aurum_data.models import Base
from aurum_data.models.base import SealedBytes
from aurum_data.security.fields import HASHED, SEALED, SealedField

TABLES = Base.metadata.tables
LISTED = {(table, column) for table, columns in SEALED.items() for column in columns}
# Of tokens, codes and keys of machines: random, so they are hashed without a key and never rotated.
UNKEYED = ("token_hash", "code_hash", "device_hash", "ticket_hash", "nonce_hash", "key_hash", "request_hash")


def test_every_sealed_column_is_listed_and_none_that_is_not_there() -> None:
    assert {(t.name, c.name) for t in TABLES.values() for c in t.columns if isinstance(c.type, SealedBytes)} == LISTED


def test_a_column_that_is_named_as_encrypted_is_a_sealed_one() -> None:
    named = {(t.name, c.name) for t in TABLES.values() for c in t.columns if c.name.endswith("_encrypted")}
    assert named == LISTED


def test_every_field_is_of_one_column_and_names_its_table() -> None:
    fields = [(field, table) for table, columns in SEALED.items() for field in columns.values()]
    assert sorted(field for field, _ in fields) == sorted(SealedField)
    assert [field for field, table in fields if not field.startswith(f"{table}.")] == []


@pytest.mark.parametrize("table", SEALED)
def test_values_are_bound_to_the_one_key_of_their_table(table: str) -> None:
    keys = list(TABLES[table].primary_key.columns)
    assert [key.name for key in keys] == ["id"]
    assert isinstance(keys[0].type, Uuid)


def test_every_keyed_hash_is_listed() -> None:
    hashes = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if isinstance(column.type, BYTEA | LargeBinary) and column.name.endswith("_hash") and column.name not in UNKEYED
    }
    listed = {(table, column) for table, columns in HASHED.items() for column in columns}
    assert hashes == listed | {("suppression_list", "contact_hash")}


def test_every_hash_has_its_value_beside_it() -> None:
    missing = [
        (table, of.source)
        for table, columns in HASHED.items()
        for of in columns.values()
        if of.source not in SEALED[table]
    ]
    assert missing == []
