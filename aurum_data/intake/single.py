"""One lead delivered by a machine: checked and landed as a row of a file is, once per idempotency key.

The key is claimed first, in the transaction that lands the lead, so that of several deliveries at once one lands and
the others wait for its answer. A refused lead leaves nothing behind: it may be mended and sent again under its key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam
from uuid_utils.compat import uuid7

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import business_day, now
from aurum_data.errors import Conflict, Invalid
from aurum_data.intake import landing
from aurum_data.intake.attribution import attribute
from aurum_data.intake.columns import Field, Mapping, SourceSystem
from aurum_data.intake.copying import copy_rows
from aurum_data.intake.duplicates import Families, as_rows, claim, hold_contacts, suppressed
from aurum_data.intake.files import RawRow
from aurum_data.intake.landing import SealedLead
from aurum_data.intake.rows import IncomingLead, Problem, RowReader
from aurum_data.rules.identity import Permission
from aurum_data.security.encryption import get_keyring

# A file's lead ids and marks of test leads say something about the file; a machine has its idempotency key.
FIELDS = tuple(field for field in Field if field not in (Field.EXTERNAL_ID, Field.IS_TEST, Field.MOBILE_PHONE))
ANSWER_DAYS = 30  # how long the answer to an idempotency key is kept
RECORDED_BY = "api"
SUPPRESSED = Problem("lead", "This person must not be contacted and was not taken in.")

_HEADERS = tuple(str(field) for field in FIELDS)
_MAPPING = Mapping(SourceSystem.OTHER, _HEADERS, dict(zip(FIELDS, _HEADERS, strict=True)), dict.fromkeys(FIELDS, 1.0))
_KEY = re.compile(r"[!-~]{1,200}")

_EARLIER = text("SELECT request_hash, answer FROM api_requests WHERE key_ref = :line_id AND idempotency_key = :key")
_KEEP = text("""
    INSERT INTO api_requests (key_ref, idempotency_key, request_hash, status, answer)
    VALUES (:line_id, :key, :hash, 201, :answer)
""").bindparams(bindparam("answer", type_=JSONB))


class LeadRefused(Invalid):
    """The lead was not taken in; `problems` has every reason, none of which quotes contact data."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.reason for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class TakenIn:
    """A lead that was taken in. `unread` are values beside the needed ones that could not be read: left empty."""

    lead_id: UUID
    duplicate: bool
    consent_state: str
    sellable: bool
    unread: list[dict[str, str]]
    repeated: bool = False  # the answer to an earlier delivery under the same key


def take_in(
    session: Session,
    actor: Actor,
    *,
    line_id: UUID,
    idempotency_key: str,
    source: str,
    given: MappingType[Field, str],
) -> TakenIn:
    """Take a lead in, or give the answer that this idempotency key was given before.

    `line_id` says whose idempotency keys these are (security/api_keys.py); `source` is the source of leads that name
    none that is known. Raises LeadRefused; Invalid for a key that is none; Conflict when the key came with another
    lead, or so long ago that its answer is forgotten; NotAllowed, ReadOnly.
    """
    require(session, actor, Permission.LEADS_IMPORT)
    if not _KEY.fullmatch(idempotency_key):
        raise Invalid("An idempotency key has 1 to 200 letters, digits and signs, without spaces.")
    at = now()
    sealed = _checked(given, f"api:{line_id}:{idempotency_key}", at)
    whose = {"line_id": line_id, "key": idempotency_key}
    body = orjson.dumps({str(field): value for field, value in given.items()}, option=orjson.OPT_SORT_KEYS)
    hashes = get_keyring().digests("request", body.decode())
    rows = as_rows([sealed.identity])
    if claim(session, rows):
        return _answered_before(session, whose, hashes)
    hold_contacts(session, sealed.identity)
    if suppressed(session, rows):
        raise LeadRefused([SUPPRESSED])
    (root,) = Families().roots(session, rows, [sealed.identity])
    _land(session, sealed, root, source, line_id, at)
    taken = TakenIn(
        lead_id=sealed.identity.lead,
        duplicate=root is not None,
        consent_state=str(sealed.consent_state),
        sellable=sealed.sellable and root is None,
        unread=[problem._asdict() for problem in sealed.lead.unread],
    )
    audit(
        session, actor, "leads:lead:create", "lead", taken.lead_id,
        duplicate=taken.duplicate, consent_state=taken.consent_state, sellable=taken.sellable,
    )  # fmt: skip
    answer = asdict(taken) | {"lead_id": str(taken.lead_id)}
    session.execute(_KEEP, whose | {"hash": hashes[0], "answer": answer})
    # At the end: leads of one day share this row, and wait here for one another.
    mark_changed(session, [business_day(sealed.lead.created_at or at)])
    return taken


def _checked(given: MappingType[Field, str], key: str, at: datetime) -> SealedLead:
    """What was given as a lead, its contact data sealed. Raises LeadRefused."""
    cells = [given.get(field, "").replace("\x00", "") for field in FIELDS]
    found = RowReader(_MAPPING, at).read(RawRow(1, _HEADERS, cells))
    if not isinstance(found, IncomingLead):
        raise LeadRefused(found)
    return landing.seal(get_keyring(), uuid7(), key, found, at)


def _answered_before(session: Session, whose: dict[str, Any], hashes: list[bytes]) -> TakenIn:
    earlier = session.execute(_EARLIER, whose).one_or_none()
    if earlier is None:
        raise Conflict(f"This idempotency key took a lead in more than {ANSWER_DAYS} days ago.")
    if earlier.request_hash not in hashes:
        raise Conflict("This idempotency key came with another lead before.")
    return TakenIn(**earlier.answer | {"lead_id": UUID(earlier.answer["lead_id"]), "repeated": True})


def _land(session: Session, sealed: SealedLead, root: UUID | None, source: str, line_id: UUID, at: datetime) -> None:
    """Write the lead with its consent."""
    lead = sealed.lead
    source_id, campaign_id = attribute(
        session, named=lead.source, own=source, campaign=lead.campaign, at=lead.created_at or at, subject=str(line_id)
    )
    copy_rows(session, landing.LEADS, [landing.lead_row(sealed, None, source_id, campaign_id, root, at)])
    consent = landing.consent_row(sealed, at)
    event = landing.consent_event_row(sealed, at, RECORDED_BY)
    if consent is not None and event is not None:
        copy_rows(session, landing.CONSENTS, [consent])
        copy_rows(session, landing.CONSENT_EVENTS, [event])
