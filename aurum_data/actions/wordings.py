"""The texts that people were shown when they agreed: recorded once, ended, and withdrawn if it was a mistake."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.clock import today
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.rules.contact import tidy
from aurum_data.rules.identity import Permission
from aurum_data.rules.typed import typed_text

LONGEST_VERSION = 200  # of what a lead may bring with it (intake/rows.py)
LONGEST_WORDING = 10_000
DAYS_AHEAD = 366
_LANGUAGE = re.compile(r"[a-z]{2}")

_INSERT = text("""
    INSERT INTO consent_wordings (version, wording, language, shown_from, shown_until, recorded_by)
    VALUES (:version, :wording, :language, :shown_from, :shown_until, :user_id)
    ON CONFLICT (version) DO NOTHING RETURNING id
""")
_ON_FILE = text("""
    SELECT id, version, wording, language, shown_from, shown_until
    FROM consent_wordings WHERE version = :version FOR UPDATE
""")
_END = text("UPDATE consent_wordings SET shown_until = :shown_until WHERE id = :id")
# Without an index: a scan of under a second at a million leads, for a deed of once a year.
_NAMED = text("SELECT EXISTS (SELECT FROM lead_consent_events WHERE wording_version = :version)")
_DELETE = text("DELETE FROM consent_wordings WHERE id = :id")


def record_wording(
    session: Session,
    actor: Actor,
    *,
    version: str,
    wording: str,
    language: str,
    shown_from: date,
    shown_until: date | None = None,
) -> bool:
    """Put the text of a version on file, as people saw it; whether it is new there.

    It stays as it is: another text is another version. `language` is ISO 639-1, `shown_until` the last day (None: still
    shown). Repeating it changes nothing. Raises Invalid, and Conflict when something else is on file for the version.
    """
    require(session, actor, Permission.COMPLIANCE_WRITE)
    said = {"version": _version(version), "wording": _wording(wording), "language": language}
    days = {"shown_from": shown_from, "shown_until": shown_until}
    if not _LANGUAGE.fullmatch(language):
        raise Invalid("Choose the language of the text.")
    if shown_from > today() + timedelta(days=DAYS_AHEAD):
        raise Invalid("Choose a first day at most a year ahead.")
    _in_order(shown_from, shown_until)
    made = session.scalar(_INSERT, said | days | {"user_id": actor.user_id})
    if made is None:
        found = _on_file(session, said["version"])._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
        if any(found[name] != value for name, value in (said | days).items()):
            raise Conflict(
                f"Version {said['version']} is on file with another text, language or days. "
                "A text is never changed: give a new one a version of its own."
            )
        return False
    audit(
        session, actor, "privacy:wording:record", "consent_wording", made,
        version=said["version"], language=language, shown_from=shown_from.isoformat(),
        shown_until=shown_until and shown_until.isoformat(),
    )  # fmt: skip
    return True


def end_wording(session: Session, actor: Actor, *, version: str, shown_until: date) -> None:
    """Note the last day on which a wording was shown. Raises Invalid for a day before its first, NotFound."""
    require(session, actor, Permission.COMPLIANCE_WRITE)
    row = _on_file(session, version)
    _in_order(row.shown_from, shown_until)
    session.execute(_END, {"id": row.id, "shown_until": shown_until})
    audit(
        session, actor, "privacy:wording:end", "consent_wording", row.id,
        version=row.version, before=row.shown_until and row.shown_until.isoformat(), after=shown_until.isoformat(),
    )  # fmt: skip


def withdraw_wording(session: Session, actor: Actor, *, version: str) -> None:
    """Take a text off file that was recorded by mistake; the audit entry keeps it.

    Raises Conflict as soon as a lead names its version: then it is evidence. NotFound.
    """
    require(session, actor, Permission.COMPLIANCE_WRITE)
    row = _on_file(session, version)
    if session.scalar(_NAMED, {"version": row.version}):
        raise Conflict(f"Leads name version {row.version}: its text is evidence and stays on file.")
    session.execute(_DELETE, {"id": row.id})
    audit(
        session, actor, "privacy:wording:withdraw", "consent_wording", row.id,
        version=row.version, wording=row.wording, language=row.language, shown_from=row.shown_from.isoformat(),
        shown_until=row.shown_until and row.shown_until.isoformat(),
    )  # fmt: skip


def _on_file(session: Session, version: str) -> Row[Any]:
    row = session.execute(_ON_FILE, {"version": version}).one_or_none()
    if row is None:
        raise NotFound(f"No text is on file for version {version}.")
    return row


def _version(typed: str) -> str:
    """The version as intake keeps it, so that it is the one that leads name."""
    if len(typed) > LONGEST_VERSION:
        raise Invalid(f"The version may have at most {LONGEST_VERSION} characters.")
    version = tidy(typed, LONGEST_VERSION)
    if not version:
        raise Invalid("Give the version that leads name.")
    return version


def _wording(typed: str) -> str:
    wording = typed_text(typed.replace("\r\n", "\n"), "text", LONGEST_WORDING)
    if not wording:
        raise Invalid("Give the text, as people see it.")
    return wording


def _in_order(shown_from: date, shown_until: date | None) -> None:
    if shown_until is not None and shown_until < shown_from:
        raise Invalid("The last day lies before the first one.")
