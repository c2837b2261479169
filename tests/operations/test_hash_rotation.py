"""Rotation of the hash keys: everybody is found all the while, and the suppression list keeps its keys."""

from __future__ import annotations

from typing import Any

import pytest

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.privacy import register_request
from aurum_data.clock import today
from aurum_data.database import get_database
from aurum_data.errors import Conflict
from aurum_data.operations import key_rotation, key_versions
from aurum_data.queries.privacy import one_request
from aurum_data.rules.privacy import RequestSource, RequestType
from aurum_data.security.encryption import get_keyring
from aurum_data.settings import Settings
from tests.operations.rotating import Owner, fill_leads, long_in_use, quiet, rotate


class TestHashes:
    @pytest.fixture
    def request_number(self, settings: Settings, owner: Owner) -> str:
        """A request of a person whose phone number is that of the second lead."""
        fill_leads(owner, 3)
        with get_database().write(None) as session:
            made = register_request(
                session, SYSTEM, request_type=RequestType.ACCESS, source=RequestSource.EMAIL, subject_name="Jane",
                phone="+16465550001", email="", received_on=today(),
            )  # fmt: skip
        return made.request_number

    def found(self, number: str) -> int:
        with get_database().read_primary() as session:
            request = one_request(session, number)
        assert request is not None
        return len(request.leads)

    def test_hashes_are_made_anew_and_found_all_the_while(
        self, settings: Settings, owner: Owner, request_number: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        finds = [self.found(request_number)]
        key_versions.add(settings, "hashing", quiet)
        finds.append(self.found(request_number))
        walk = key_rotation.Rotation.walk

        def look_and_walk(self_: Any, table: str) -> Any:
            finds.append(self.found(request_number))
            done = walk(self_, table)
            finds.append(self.found(request_number))
            return done

        monkeypatch.setattr(key_rotation.Rotation, "walk", look_and_walk)
        assert key_versions.rotate(settings, "hashing", quiet) == 0
        assert finds == [1] * 6
        hashes = {row[0] for row in owner.execute("SELECT phone_hash FROM leads").fetchall()}
        assert hashes == {get_keyring().digest("phone", f"+1646555{number:04}", 2) for number in range(3)}

    def test_the_old_hash_key_goes_once_nothing_is_under_it(
        self, settings: Settings, owner: Owner, request_number: str
    ) -> None:
        rotate(settings, "hashing")
        long_in_use(owner)
        key_versions.retire(settings, "hashing", 1, quiet)
        assert sorted(get_keyring().hashing) == [2]
        assert self.found(request_number) == 1
        row = owner.execute("SELECT phone_hash, other_hashes FROM privacy_requests").fetchone()
        assert row == (get_keyring().digest("phone", "+16465550001"), [])

    def test_a_hash_that_came_in_late_keeps_the_old_key_and_is_mended(self, settings: Settings, owner: Owner) -> None:
        fill_leads(owner, 2)
        old = get_keyring()
        rotate(settings, "hashing")
        long_in_use(owner)
        late = old.digest("phone", "+16465550001", 1)
        mail = get_keyring().digest("email", "lead1@example.com")
        owner.execute("UPDATE leads SET phone_hash = %s WHERE email_hash = %s", [late, mail])
        with pytest.raises(Conflict, match="1 rows of leads were still under it"):
            key_versions.retire(settings, "hashing", 1, quiet)
        key_versions.retire(settings, "hashing", 1, quiet)
        assert sorted(get_keyring().hashing) == [2]

    def test_a_hash_that_fits_no_version_is_left_and_named(self, settings: Settings, owner: Owner) -> None:
        fill_leads(owner, 1)
        owner.execute("UPDATE leads SET phone_hash = '\\x00'")
        said: list[str] = []
        key_versions.add(settings, "hashing", quiet)
        assert key_versions.rotate(settings, "hashing", said.append) == 1
        assert any("phone_hash does not fit its value" in line for line in said)
        assert owner.execute("SELECT phone_hash FROM leads").fetchone() == (b"\x00",)

    def test_a_request_whose_contact_does_not_open_keeps_the_old_key(
        self, settings: Settings, owner: Owner, request_number: str
    ) -> None:
        owner.execute("UPDATE privacy_requests SET contact_encrypted = '\\x0001ff'")
        assert rotate(settings, "hashing") == 1
        long_in_use(owner)
        with pytest.raises(Conflict, match="1 rows of privacy_requests"):
            key_versions.retire(settings, "hashing", 1, quiet)

    def test_the_suppression_list_keeps_its_key_for_ever(self, settings: Settings, owner: Owner) -> None:
        barred = get_keyring().digest("phone", "+16465550001")
        owner.execute(
            "INSERT INTO suppression_list (contact_kind, contact_hash, key_version, reason)"
            " VALUES ('phone', %s, 1, 'erasure')",
            [barred],
        )
        rotate(settings, "hashing")
        long_in_use(owner)
        assert owner.execute("SELECT contact_hash FROM suppression_list").fetchone() == (barred,)
        with pytest.raises(Conflict, match="suppression list"):
            key_versions.retire(settings, "hashing", 1, quiet)
        assert barred in get_keyring().digests("phone", "+16465550001")
