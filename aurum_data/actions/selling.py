"""May a lead be sold after what changed about it? The whole family counts: who said no once said it for all.

`leads.sellable` is set at intake (rules/consent.py). Here it is judged again when a lead joins or leaves a family, or
the person's wish not to be called is noted or taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.consent import contact_hashes
from aurum_data.rules.consent import SELLING_KINDS

_FAMILIES = text("""
    SELECT own.id AS lead_id, m.*
    FROM (SELECT id, coalesce(duplicate_of, id) AS root FROM leads WHERE id = ANY (:ids)) own
    CROSS JOIN LATERAL (
        SELECT id, consent_state, status, phone_hash, email_hash, phone_encrypted, email_encrypted FROM leads
        WHERE id = own.root
        UNION ALL
        SELECT id, consent_state, status, phone_hash, email_hash, phone_encrypted, email_encrypted FROM leads
        WHERE duplicate_of = own.root) m
    ORDER BY own.id, m.id
""")
_WITHDRAWN = text("""
    SELECT DISTINCT lead_id FROM lead_consents
    WHERE lead_id = ANY (:ids) AND consent_kind = ANY (:kinds) AND consent_state = 'withdrawn'
""")
_SUPPRESSED = text("""
    SELECT contact_hash FROM suppression_list WHERE contact_kind = :kind AND contact_hash = ANY (:hashes)
""")
_OWN = text("""
    SELECT id FROM leads
    WHERE id = ANY (:ids) AND consent_state = 'given' AND duplicate_of IS NULL AND NOT do_not_call
        AND erased_at IS NULL
        AND NOT EXISTS (SELECT FROM lead_consents c WHERE c.lead_id = leads.id AND c.consent_kind = ANY (:kinds)
                        AND c.expires_at <= now())
""")
_TAKEN_OFF = text("""
    SELECT EXISTS (SELECT FROM lead_duplicate_candidates
                   WHERE (lead_id = :lead_id OR older_ref = :lead_id) AND state = 'confirmed'
                     AND before ->> 'survivor' = CAST(:lead_id AS text) AND before -> 'survivor_sellable' = 'true')
        OR EXISTS (SELECT FROM bulk_operations
                   WHERE took_off_sale AND arguments ->> 'survivor' = CAST(:lead_id AS text))
""")
_KINDS = sorted(SELLING_KINDS)


def may_be_sold(session: Session, lead_id: UUID) -> bool:
    """Whether a lead's consent, as it stands now, lets it be sold, and nobody of its family is against it."""
    return lead_id in fit_for_sale(session, [lead_id])


def fit_for_sale(session: Session, lead_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the leads that may be sold as `may_be_sold` says; as many statements for one as for many."""
    own = set(session.scalars(_OWN, {"ids": list(lead_ids), "kinds": _KINDS}))
    return own - _refused(session, own)


def family_refuses(session: Session, lead_id: UUID) -> bool:
    """Whether the lead or one of its family withdrew consent or is on the suppression list."""
    return lead_id in _refused(session, {lead_id})


def taken_off_sale(session: Session, lead_id: UUID) -> bool:
    """Whether a lead came off sale because of a duplicate, and no undo has put it back."""
    return bool(session.scalar(_TAKEN_OFF, {"lead_id": lead_id}))


def _refused(session: Session, lead_ids: set[UUID]) -> set[UUID]:
    """Those of the leads that are refused by one of their family."""
    families: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for member in session.execute(_FAMILIES, {"ids": sorted(lead_ids)}):
        families[member.lead_id].append(member)
    everybody = {member.id: member for members in families.values() for member in members}
    refusing = {one.id for one in everybody.values() if one.consent_state == "withdrawn" or one.status == "suppressed"}
    refusing |= set(session.scalars(_WITHDRAWN, {"ids": sorted(everybody), "kinds": _KINDS}))
    for kind in ("phone", "email"):
        hashes = {one.id: set(contact_hashes(one, kind)) for one in everybody.values() if one.id not in refusing}
        listed = {"kind": kind, "hashes": sorted(set().union(*hashes.values()))}
        suppressed = set(session.scalars(_SUPPRESSED, listed)) if listed["hashes"] else set()
        refusing |= {lead_id for lead_id, own in hashes.items() if own & suppressed}
    return {lead_id for lead_id, members in families.items() if any(one.id in refusing for one in members)}
