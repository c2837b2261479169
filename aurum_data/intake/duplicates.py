"""Who is known already: rows taken in before, people on the suppression list, leads of the same person.

A lead is a duplicate if its phone or its email is that of an earlier one, or if it comes from the same
dwelling under a similar name. It is stored all the same and points to the oldest of its family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.rules.contact import SIMILAR_NAME, name_similarity

# Rows come as one JSON document: a driver formats arrays of so many hashes far more slowly.
_SUPPRESSED = text("""
    SELECT i.lead FROM json_to_recordset(CAST(:rows AS json)) AS i(lead uuid, phone bytea)
    JOIN suppression_list s ON s.contact_kind = 'phone' AND s.contact_hash = i.phone
    UNION
    SELECT i.lead FROM json_to_recordset(CAST(:rows AS json)) AS i(lead uuid, email bytea)
    JOIN suppression_list s ON s.contact_kind = 'email' AND s.contact_hash = i.email
    ORDER BY lead
""")
_CLAIM = text("""
    WITH i AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS r(lead uuid, key text) WHERE key IS NOT NULL),
    claimed AS (
        INSERT INTO lead_idempotency_keys (idempotency_key, lead_ref) SELECT key, lead FROM i ORDER BY lead
        ON CONFLICT (idempotency_key) DO NOTHING RETURNING lead_ref)
    SELECT lead FROM i WHERE lead NOT IN (SELECT lead_ref FROM claimed) ORDER BY lead
""")
_CLAIMED = text("""
    SELECT i.lead FROM (
        SELECT lead, key, row_number() OVER (PARTITION BY key ORDER BY lead) AS nth
        FROM json_to_recordset(CAST(:rows AS json)) AS r(lead uuid, key text) WHERE key IS NOT NULL) i
    WHERE i.nth > 1 OR EXISTS (SELECT FROM lead_idempotency_keys k WHERE k.idempotency_key = i.key)
    ORDER BY i.lead
""")
# Who looks a person up and then writes them down must be alone with that person: two deliveries at once would not see
# each other. A lead by itself locks its own contacts; a chunk of a file, which has thousands, keeps all others out.
_HOLD_ALL = text("SELECT pg_advisory_xact_lock(hashtextextended('lead intake', 0))")
_HOLD_CONTACTS = text("""
    SELECT pg_advisory_xact_lock_shared(hashtextextended('lead intake', 0))
    UNION ALL
    SELECT pg_advisory_xact_lock(hashtextextended(contact, 1))
    FROM (SELECT DISTINCT contact FROM unnest(CAST(:contacts AS text[])) AS contact ORDER BY contact) c
""")
# A deactivated lead stands for nobody: who comes again after one, as after an import that was undone, stands alone.
# No EXISTS: in an OR the planner might read all leads for it.
_STANDS = """
    l.is_active AND coalesce((SELECT root.is_active FROM leads root WHERE root.id = l.duplicate_of), true)
"""
# OFFSET 0 keeps one index look-up per row, whatever the planner believes about the document. `full_name` is set
# where only the dwelling is the same: whether the names are alike is for one rule to say, not for two.
_KNOWN = text(f"""
    WITH i AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS r(lead uuid, phone bytea, email bytea, home text))
    SELECT i.lead, m.root, m.created_at, NULL AS full_name FROM i CROSS JOIN LATERAL (
        SELECT coalesce(l.duplicate_of, l.id) AS root, l.created_at
        FROM leads l WHERE l.phone_hash = i.phone AND {_STANDS} OFFSET 0) m
    UNION ALL
    SELECT i.lead, m.root, m.created_at, NULL FROM i CROSS JOIN LATERAL (
        SELECT coalesce(l.duplicate_of, l.id) AS root, l.created_at
        FROM leads l WHERE l.email_hash = i.email AND {_STANDS} OFFSET 0) m
    UNION ALL
    SELECT i.lead, m.root, m.created_at, m.full_name FROM i CROSS JOIN LATERAL (
        SELECT coalesce(l.duplicate_of, l.id) AS root, l.created_at, l.full_name
        FROM leads l WHERE l.address_key = i.home AND l.full_name IS NOT NULL AND {_STANDS} OFFSET 0) m
    ORDER BY lead, created_at, root
""")  # noqa: S608 - parts of our own


class Identity(NamedTuple):
    """What a lead is recognised by. Hashes stand once per version of the hash key, newest first."""

    lead: UUID
    key: str  # what it is taken in once by
    phones: Sequence[bytes]
    emails: Sequence[bytes]
    home: str | None  # address key
    name: str  # '' if unknown


def as_rows(identities: Sequence[Identity]) -> str:
    """What the functions below are given: one record per lead, one more for each older version of its hashes."""
    rows: list[dict[str, str | None]] = []
    for lead, key, phones, emails, home, name in identities:
        hashes = [(_hex(phone), _hex(email)) for phone, email in zip_longest(phones, emails)] or [(None, None)]
        for phone, email in hashes:
            rows.append({"lead": str(lead), "phone": phone, "email": email})
        rows[-len(hashes)] |= {"key": key, "home": home if name else None}
    return orjson.dumps(rows).decode()


def _hex(value: bytes | None) -> str | None:
    return None if value is None else "\\x" + value.hex()


def suppressed(session: Session, rows: str) -> set[UUID]:
    """Those who must not be taken in."""
    return set(session.scalars(_SUPPRESSED, {"rows": rows}))


def claim(session: Session, rows: str) -> set[UUID]:
    """Take each lead's key; returns those whose key was taken before."""
    return set(session.scalars(_CLAIM, {"rows": rows}))


def claimed(session: Session, rows: str) -> set[UUID]:
    """Those whose key was taken before, or is that of an earlier row; takes none."""
    return set(session.scalars(_CLAIMED, {"rows": rows}))


def hold_all(session: Session) -> None:
    """Let nobody else take leads in until this transaction ends."""
    session.execute(_HOLD_ALL)


def hold_contacts(session: Session, identity: Identity) -> None:
    """Let nobody else take this person in until this transaction ends."""
    contacts = [digest.hex() for digest in (*identity.phones[:1], *identity.emails[:1])]
    if identity.home:
        contacts.append(identity.home)
    session.execute(_HOLD_CONTACTS, {"contacts": contacts})


@dataclass
class Families:
    """Finds for each lead the oldest of its family, in the database and among those seen since `forget`."""

    _by_contact: dict[bytes, UUID] = field(default_factory=dict)
    _by_home: defaultdict[str, list[tuple[str, UUID]]] = field(default_factory=lambda: defaultdict(list))

    def forget(self) -> None:
        """Drop what was seen: from now on the database has it."""
        self._by_contact.clear()
        self._by_home.clear()

    def roots(self, session: Session, rows: str, identities: Sequence[Identity]) -> list[UUID | None]:
        """The lead that each of these duplicates, None for the first of its family; `rows` may hold more."""
        names = {identity.lead: identity.name for identity in identities}
        known: dict[UUID, UUID] = {}
        for lead, root, _, name in session.execute(_KNOWN, {"rows": rows}):
            if lead in known or lead not in names:
                continue
            if name is None or name_similarity(name, names[lead]) >= SIMILAR_NAME:
                known[lead] = root
        roots: list[UUID | None] = []
        for identity in identities:
            root = known.get(identity.lead) or self._seen(identity)
            roots.append(root)
            self._note(identity, root or identity.lead)
        return roots

    def _seen(self, identity: Identity) -> UUID | None:
        for contact in (*identity.phones, *identity.emails):
            if contact in self._by_contact:
                return self._by_contact[contact]
        if identity.home and identity.name:
            for name, root in self._by_home.get(identity.home, ()):
                if name_similarity(name, identity.name) >= SIMILAR_NAME:
                    return root
        return None

    def _note(self, identity: Identity, root: UUID) -> None:
        for contact in (*identity.phones, *identity.emails):
            self._by_contact.setdefault(contact, root)
        if identity.home and identity.name:
            self._by_home[identity.home].append((identity.name, root))
