"""The sample people of the local pair. Their passwords are made at the first start and kept in the state folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from aurum_data.actions.identity import TOTP_FIELD
from aurum_data.clock import now
from aurum_data.errors import Unavailable
from aurum_data.rules.identity import SECOND_FACTOR_ROLES, Role
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField
from aurum_data.security.passwords import hash_password
from aurum_data.security.tokens import new_token
from aurum_data.security.totp import code_at, new_secret
from aurum_data.settings import Settings

FILE = "sample_people.json"
PRIVACY_NOTICE = "2026-01"


class Invented(NamedTuple):
    """A sample person."""

    username: str
    full_name: str
    role: Role


SAMPLE_PEOPLE = (
    Invented("ada", "Ada Whitfield", Role.ADMIN),
    Invented("adam", "Adam Okafor", Role.ADMIN),
    Invented("maya", "Maya Lindqvist", Role.MANAGER),
    Invented("sam", "Sam Delgado", Role.SALES),
    Invented("sofia", "Sofia Marchetti", Role.SALES),
    Invented("olga", "Olga Brandt", Role.OPS),
    Invented("carl", "Carl Nakamura", Role.COMPLIANCE),
    Invented("ana", "Ana Castellanos", Role.ANALYST),
)
FULL_NAMES = {person.username: person.full_name for person in SAMPLE_PEOPLE}


@dataclass(frozen=True)
class SamplePerson:
    """How a sample person signs in; `code` is the current one-time code, where one is asked for."""

    username: str
    full_name: str
    role: str
    password: str
    code: str | None


_USER = text("""
    INSERT INTO users (username, full_name, is_sample, password_hash, password_changed_at, totp_confirmed_at,
                       privacy_notice_version, privacy_notice_accepted_at)
    VALUES (:username, :full_name, true, :password_hash, now(), CASE WHEN :second_factor THEN now() END, :notice, now())
    ON CONFLICT (username) DO UPDATE
    SET password_hash = excluded.password_hash, password_changed_at = now(), auth_epoch = users.auth_epoch + 1,
        totp_confirmed_at = excluded.totp_confirmed_at, totp_last_step = NULL
    WHERE users.is_sample
    RETURNING id
""")
_CONTACT = text("""
    UPDATE users SET email_encrypted = :email, email_hash = :digest, email_masked = :masked,
                     totp_secret_encrypted = :secret
    WHERE id = :id
""")
_ROLE = text("""
    INSERT INTO user_roles (user_id, role_id) SELECT :id, id FROM roles WHERE role_name = :role
    ON CONFLICT (user_id, role_id) DO NOTHING
""")
_EXISTING = text("SELECT username FROM users WHERE is_sample")


def ensure_people(connection: Connection, home: Path) -> None:
    """Create the sample people that are missing, in the caller's transaction (role aurum_owner).

    Passwords and one-time-code secrets are random and kept in `sample_people.json` (mode 0600). People whose file was
    lost get new ones.
    """
    path = home / FILE
    known = _read(path)
    present = set(connection.scalars(_EXISTING))
    for person in SAMPLE_PEOPLE:
        if person.username in known and person.username in present:
            continue
        secret = known.setdefault(person.username, {"password": new_token()[:16], "totp_secret": new_secret()})
        _create(connection, person, secret)
    _write(path, known)


def _create(connection: Connection, person: Invented, secret: dict[str, str]) -> None:
    keys = get_keyring()
    second_factor = person.role in SECOND_FACTOR_ROLES
    values = {
        "username": person.username,
        "full_name": person.full_name,
        "password_hash": hash_password(secret["password"]),
        "second_factor": second_factor,
        "notice": PRIVACY_NOTICE,
    }
    user_id = connection.scalar(_USER, values)
    if user_id is None:
        raise Unavailable(f"The user name {person.username} belongs to a real person: no sample people are made.")
    email = f"{person.username}@example.com"
    connection.execute(
        _CONTACT,
        {
            "id": user_id,
            "email": keys.seal(SealedField.USER_EMAIL, user_id, email),
            "digest": keys.digest("email", email),
            "masked": f"{email[0]}***@example.com",
            "secret": keys.seal(TOTP_FIELD, user_id, secret["totp_secret"]) if second_factor else None,
        },
    )
    connection.execute(_ROLE, {"id": user_id, "role": person.role})


def sample_people(settings: Settings) -> list[SamplePerson]:
    """The sample people with their passwords and current one-time codes.

    Raises Unavailable when they have not been made yet.
    """
    known = _read(settings.home / FILE)
    if not known:
        raise Unavailable("There are no sample people yet: `make run` makes them.")
    return [
        SamplePerson(
            person.username,
            person.full_name,
            person.role,
            known[person.username]["password"],
            code_at(known[person.username]["totp_secret"], now()) if person.role in SECOND_FACTOR_ROLES else None,
        )
        for person in SAMPLE_PEOPLE
        if person.username in known
    ]


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        stored: dict[str, dict[str, str]] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError:
        raise Unavailable(f"The file {path} is damaged: remove it to give the sample people new passwords.") from None
    return stored


def _write(path: Path, known: dict[str, Any]) -> None:
    """Write the whole file under another name first, so that it is never half written; mode 0600 from the start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(known, file, indent=2)
    draft.replace(path)
