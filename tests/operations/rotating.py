"""What an operator who rotates keys does, and leads to rotate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from uuid_utils.compat import uuid7

from aurum_data.operations import key_rotation, key_versions
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField
from aurum_data.settings import Settings

Owner = psycopg.Connection[tuple[Any, ...]]


def quiet(_: str) -> None:
    """Somebody who is told how far a rotation is."""


def fill_leads(owner: Owner, count: int, phone: str = "+1646555{:04}") -> list[UUID]:
    """Leads with contact data under the keys in use, in key order."""
    keys, ids = get_keyring(), [uuid7() for _ in range(count)]
    rows = []
    for number, lead_id in enumerate(ids):
        values = phone.format(number), f"lead{number}@example.com"
        rows.append(
            (lead_id, keys.seal(SealedField.LEAD_PHONE, lead_id, values[0]), keys.digest("phone", values[0]),
             keys.seal(SealedField.LEAD_EMAIL, lead_id, values[1]), keys.digest("email", values[1]))
        )  # fmt: skip
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO leads (id, zip_code, borough, utility, phone_encrypted, phone_hash, email_encrypted,"
            " email_hash) VALUES (%s, '11215', 'Brooklyn', 'CON_EDISON', %s, %s, %s, %s)",
            rows,
        )
    return ids


def rotate(settings: Settings, sort: key_rotation.Sort = "encryption") -> int:
    key_versions.add(settings, sort, quiet)
    return key_versions.rotate(settings, sort, quiet)


def long_in_use(owner: Owner) -> None:
    owner.execute("UPDATE encryption_keys SET used_since = used_since - interval '1 hour'")
