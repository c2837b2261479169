"""Who is known already: the suppression list, and leads of the same person.

A lead is a duplicate if its phone or its email is that of an earlier one, or if it comes from the same
dwelling under a similar name. It is stored all the same and points to the oldest of its family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.rules.contact import SIMILAR_NAME, name_similarity

# OFFSET 0 keeps one index look-up per row, whatever the planner believes about the arrays.
_KNOWN = text("""
    SELECT i.place, m.root, m.created_at
    FROM unnest(CAST(:phone_places AS int[]), CAST(:phones AS bytea[])) AS i(place, hash)
    CROSS JOIN LATERAL (
        SELECT coalesce(l.duplicate_of, l.id) AS root, l.created_at
        FROM leads l WHERE l.phone_hash = i.hash OFFSET 0) m
    UNION ALL
    SELECT i.place, m.root, m.created_at
    FROM unnest(CAST(:email_places AS int[]), CAST(:emails AS bytea[])) AS i(place, hash)
    CROSS JOIN LATERAL (
        SELECT coalesce(l.duplicate_of, l.id) AS root, l.created_at
        FROM leads l WHERE l.email_hash = i.hash OFFSET 0) m
    UNION ALL
    SELECT i.place, m.root, m.created_at
    FROM unnest(CAST(:home_places AS int[]), CAST(:homes AS text[]), CAST(:names AS text[]))
        AS i(place, home, name)
    CROSS JOIN LATERAL (
        SELECT coalesce(l.duplicate_of, l.id) AS root, l.created_at
        FROM leads l WHERE l.address_key = i.home AND similarity(l.full_name, i.name) >= :similar OFFSET 0) m
    ORDER BY place, created_at, root
""")
_SUPPRESSED = text("""
    SELECT i.place FROM unnest(CAST(:phone_places AS int[]), CAST(:phones AS bytea[])) AS i(place, hash)
    WHERE EXISTS (SELECT FROM suppression_list s WHERE s.contact_kind = 'phone' AND s.contact_hash = i.hash)
    UNION
    SELECT i.place FROM unnest(CAST(:email_places AS int[]), CAST(:emails AS bytea[])) AS i(place, hash)
    WHERE EXISTS (SELECT FROM suppression_list s WHERE s.contact_kind = 'email' AND s.contact_hash = i.hash)
    ORDER BY place
""")


class Identity(NamedTuple):
    """What a lead is recognised by. Hashes stand once per version of the hash key, newest first."""

    phones: Sequence[bytes]
    emails: Sequence[bytes]
    home: str | None  # address key
    name: str  # '' if unknown


def _contacts(identities: Sequence[Identity]) -> dict[str, list[int] | list[bytes]]:
    """Bound values: every hash with the place of its lead in the sequence."""
    phones = [(place, one) for place, identity in enumerate(identities) for one in identity.phones]
    emails = [(place, one) for place, identity in enumerate(identities) for one in identity.emails]
    return {
        "phone_places": [place for place, _ in phones],
        "phones": [one for _, one in phones],
        "email_places": [place for place, _ in emails],
        "emails": [one for _, one in emails],
    }


def suppressed(session: Session, identities: Sequence[Identity]) -> set[int]:
    """The places of those who must not be taken in again."""
    return set(session.scalars(_SUPPRESSED, _contacts(identities)))


@dataclass
class Families:
    """Finds for each lead the oldest of its family, in the database and among those seen since `forget`."""

    _by_contact: dict[bytes, UUID] = field(default_factory=dict)
    _by_home: defaultdict[str, list[tuple[str, UUID]]] = field(default_factory=lambda: defaultdict(list))

    def forget(self) -> None:
        """Drop what was seen: from now on the database has it."""
        self._by_contact.clear()
        self._by_home.clear()

    def roots(
        self, session: Session, ids: Sequence[UUID], identities: Sequence[Identity]
    ) -> list[UUID | None]:
        """The lead that each one duplicates, None for the first of its family. Earlier ones come first."""
        known: dict[int, UUID] = {}
        for place, root, _ in session.execute(_KNOWN, self._parameters(identities)):
            known.setdefault(place, root)
        roots: list[UUID | None] = []
        for place, (lead_id, identity) in enumerate(zip(ids, identities, strict=True)):
            root = known.get(place) or self._seen(identity)
            roots.append(root)
            self._note(identity, root or lead_id)
        return roots

    def _parameters(self, identities: Sequence[Identity]) -> dict[str, object]:
        homes = [(place, one) for place, one in enumerate(identities) if one.home and one.name]
        return _contacts(identities) | {
            "home_places": [place for place, _ in homes],
            "homes": [one.home for _, one in homes],
            "names": [one.name for _, one in homes],
            "similar": SIMILAR_NAME,
        }

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
