"""May a lead be sold after what changed about it? The whole family counts: who said no once said it for all.

`leads.sellable` is set at intake (rules/consent.py). Here it is judged again when a lead joins or leaves a family, or
the person's wish not to be called is noted or taken back.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.consent import contact_hashes
from aurum_data.rules.consent import SELLING_KINDS

_FAMILY = text("""
    SELECT id, consent_state, status, phone_hash, email_hash, phone_encrypted, email_encrypted
    FROM leads WHERE id = :root OR duplicate_of = :root ORDER BY id
""")
_ROOT = text("SELECT coalesce(duplicate_of, id) FROM leads WHERE id = :lead_id")
_WITHDRAWN = text("""
    SELECT EXISTS (SELECT FROM lead_consents WHERE lead_id = ANY (:ids) AND consent_kind = ANY (:kinds)
                   AND consent_state = 'withdrawn')
""")
_SUPPRESSED = text("""
    SELECT EXISTS (SELECT FROM suppression_list WHERE contact_kind = :kind AND contact_hash = ANY (:hashes))
""")
_OWN = text("""
    SELECT consent_state = 'given' AND duplicate_of IS NULL AND NOT do_not_call AND erased_at IS NULL
        AND NOT EXISTS (SELECT FROM lead_consents c WHERE c.lead_id = leads.id AND c.consent_kind = ANY (:kinds)
                        AND c.expires_at <= now())
    FROM leads WHERE id = :lead_id
""")
_KINDS = sorted(SELLING_KINDS)


def may_be_sold(session: Session, lead_id: UUID) -> bool:
    """Whether a lead's consent, as it stands now, lets it be sold, and nobody of its family is against it."""
    own = session.scalar(_OWN, {"lead_id": lead_id, "kinds": _KINDS})
    return bool(own) and not family_refuses(session, lead_id)


def family_refuses(session: Session, lead_id: UUID) -> bool:
    """Whether the lead or one of its family withdrew consent or is on the suppression list."""
    root = session.scalar(_ROOT, {"lead_id": lead_id})
    members = session.execute(_FAMILY, {"root": root}).all()
    if any(one.consent_state == "withdrawn" or one.status == "suppressed" for one in members):
        return True
    if session.scalar(_WITHDRAWN, {"ids": [one.id for one in members], "kinds": _KINDS}):
        return True
    for kind in ("phone", "email"):
        hashes = [value for one in members for value in contact_hashes(one, kind)]
        if hashes and session.scalar(_SUPPRESSED, {"kind": kind, "hashes": hashes}):
            return True
    return False
