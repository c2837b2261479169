"""Sealed values open only where they were sealed, under the keys they were sealed with."""

from __future__ import annotations

import stat
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.errors import Unavailable
from aurum_data.security.encryption import Keyring, make_key_file, read_key_file

ROW = uuid4()
OLD = Keyring({1: bytes(32)}, {1: bytes(32)})
ROTATED = Keyring({1: bytes(32), 2: b"2" * 32}, {1: bytes(32), 2: b"h" * 32})


@given(st.text())
def test_a_value_comes_back(value: str) -> None:
    assert ROTATED.open("leads.phone", ROW, ROTATED.seal("leads.phone", ROW, value)) == value


def test_value_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(Unavailable, match="does not belong"):
        OLD.open("leads.phone", uuid4(), OLD.seal("leads.phone", ROW, "+12125550100"))


def test_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(Unavailable, match="does not belong"):
        OLD.open("leads.email", ROW, OLD.seal("leads.phone", ROW, "+12125550100"))


def test_altered_value_does_not_open() -> None:
    sealed = bytearray(OLD.seal("leads.phone", ROW, "+12125550100"))
    sealed[-1] ^= 1
    with pytest.raises(Unavailable, match="altered"):
        OLD.open("leads.phone", ROW, bytes(sealed))


def test_values_of_old_keys_open_after_a_rotation() -> None:
    assert ROTATED.open("leads.phone", ROW, OLD.seal("leads.phone", ROW, "x")) == "x"


def test_lost_key_fails_closed_with_its_version() -> None:
    with pytest.raises(Unavailable, match="key version 2 is missing"):
        OLD.open("leads.phone", ROW, ROTATED.seal("leads.phone", ROW, "x"))


def test_same_value_is_sealed_differently_each_time() -> None:
    assert OLD.seal("leads.phone", ROW, "x") != OLD.seal("leads.phone", ROW, "x")


def test_hash_is_keyed_and_separate_by_kind() -> None:
    hashes = {OLD.digest("phone", "x"), OLD.digest("email", "x"), ROTATED.digest("phone", "x")}
    assert len(hashes) == 3


def test_hashes_of_all_key_versions_newest_first() -> None:
    assert ROTATED.digests("phone", "x") == [ROTATED.digest("phone", "x"), OLD.digest("phone", "x")]


def test_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_key_file(path)
    before = path.read_bytes()
    make_key_file(path)
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read_key_file(path).encryption[1]) == 32


@pytest.mark.parametrize("content", ["", "{}", '{"encryption": {"1": "eA=="}, "hashing": {"1": "eA=="}}', "[]"])
def test_damaged_key_file_is_said_to_be_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(Unavailable, match="damaged"):
        read_key_file(path)


def test_missing_key_file_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="AURUM_KEY_FILE"):
        read_key_file(tmp_path / "none.json")
