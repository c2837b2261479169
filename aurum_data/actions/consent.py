"""Withdrawing a consent: from that moment the person is not called, written to, or sold again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.errors import Conflict, NotFound
from aurum_data.rules.consent import SELLING_KINDS
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadStatus
from aurum_data.rules.privacy import CONTACTS_STOPPED, ConsentKind, ConsentState, WithdrawalChannel
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

# A lead that was sold, returned or closed keeps its status: the buyer's story does not change.
_WORKED_ON = frozenset(
    {LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED, LeadStatus.UNQUALIFIED}
    | {LeadStatus.OFFERED, LeadStatus.EXPIRED}
)

_LEAD = text("""
    SELECT id, status, borough, phone_hash, email_hash, phone_encrypted, email_encrypted, erased_at
    FROM leads WHERE id = :lead_id FOR UPDATE
""")
_STATE = text("SELECT consent_state FROM lead_consents WHERE lead_id = :lead_id AND consent_kind = :kind")
_EVENT = text("""
    INSERT INTO lead_consent_events (lead_id, occurred_at, consent_kind, consent_state, channel, recorded_by)
    VALUES (:lead_id, now(), :kind, 'withdrawn', :channel, :actor_name)
""")
_WITHDRAW = text("""
    INSERT INTO lead_consents (lead_id, consent_kind, consent_state, withdrawn_at)
    VALUES (:lead_id, :kind, 'withdrawn', now())
    ON CONFLICT (lead_id, consent_kind)
    DO UPDATE SET consent_state = 'withdrawn', withdrawn_at = now(), updated_at = now()
""")
_CHANGE_LEAD = text("""
    UPDATE leads
    SET consent_state = CASE WHEN :selling THEN 'withdrawn' ELSE consent_state END, sellable = false,
        do_not_call = do_not_call OR :no_calls, status = :status, version = version + 1,
        updated_at = now(), last_activity_at = now()
    WHERE id = :lead_id
""")
_NO_CALLS = text("""
    UPDATE leads SET do_not_call = true, version = version + 1, updated_at = now()
    WHERE id = :lead_id AND NOT do_not_call
""")
_HISTORY = text("""
    INSERT INTO lead_status_history (lead_id, from_status, to_status, actor_name, actor_user_id, reason)
    VALUES (:lead_id, :before, :after, :actor_name, :user_id, 'Consent withdrawn')
""")
_SUPPRESS = text("""
    INSERT INTO suppression_list (contact_kind, contact_hash, key_version, reason)
    VALUES (:contact, :hash, :version, 'opt_out') ON CONFLICT (contact_kind, contact_hash) DO NOTHING RETURNING id
""")
_OTHER_LEADS = {
    "phone": text("""
        UPDATE leads SET sellable = false, do_not_call = true, version = version + 1, updated_at = now()
        WHERE phone_hash = ANY (:hashes) AND (sellable OR NOT do_not_call) AND id <> :lead_id RETURNING id
    """),
    "email": text("""
        UPDATE leads SET sellable = false, version = version + 1, updated_at = now()
        WHERE email_hash = ANY (:hashes) AND sellable AND id <> :lead_id RETURNING id
    """),
}
# A family is one person: a duplicate's word counts for the survivor, which alone of them can be on sale.
_FAMILY = text("""
    UPDATE leads s SET sellable = false, version = s.version + 1, updated_at = now()
    FROM leads own WHERE own.id = :lead_id AND s.id = own.duplicate_of AND s.sellable RETURNING s.id
""")


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal did: kinds of contact newly barred, other leads of the person taken off sale."""

    suppressed: list[str]
    other_leads: int


def withdraw_consent(
    session: Session, actor: Actor, *, lead_id: UUID, kind: ConsentKind, channel: WithdrawalChannel
) -> Withdrawn:
    """Record that a person withdrew a consent, and how they said so.

    The lead, its survivor and every other lead of the same contact come off sale, the contact goes on the suppression
    list, and a lead still being worked on is suppressed if the consent to be called or passed on was withdrawn.
    Raises NotFound for an unknown or erased lead, Conflict if this consent was withdrawn already.
    """
    require(session, actor, Permission.COMPLIANCE_WRITE)
    done = _withdraw(session, actor, lead_id, kind, channel)
    if done is None:
        raise Conflict("This consent was withdrawn already.")
    return done


def stop_calls(session: Session, actor: Actor, *, lead_id: UUID) -> Withdrawn:
    """Record that a person said on the phone that they do not want to be called: no less than a withdrawal.

    Whoever works on leads must take it down on the spot. Said again, it changes nothing. Raises NotFound.
    """
    require(session, actor, Permission.LEADS_WRITE)
    done = _withdraw(session, actor, lead_id, ConsentKind.TCPA_EXPRESS_WRITTEN, WithdrawalChannel.PHONE)
    if done is None:
        session.execute(_NO_CALLS, {"lead_id": lead_id})
    return done or Withdrawn([], 0)


def _withdraw(
    session: Session, actor: Actor, lead_id: UUID, kind: ConsentKind, channel: WithdrawalChannel
) -> Withdrawn | None:
    """The withdrawal itself; None if this consent was withdrawn before."""
    lead = session.execute(_LEAD, {"lead_id": lead_id}).one_or_none()
    if lead is None or lead.erased_at is not None or not actor.reaches(borough=lead.borough):
        raise NotFound("There is no such lead, or its personal data were erased.")
    which = {"lead_id": lead_id, "kind": kind}
    if session.scalar(_STATE, which) == ConsentState.WITHDRAWN:
        return None
    session.execute(_EVENT, which | {"channel": channel, "actor_name": actor.username})
    session.execute(_WITHDRAW, which)
    _stop_lead(session, actor, lead, kind)
    done = _suppress(session, lead, kind)
    audit(
        session, actor, "privacy:consent:withdraw", "lead", lead_id,
        kind=kind, channel=channel, suppressed=done.suppressed, other_leads=done.other_leads,
    )  # fmt: skip
    return done


def _stop_lead(session: Session, actor: Actor, lead: Row[Any], kind: ConsentKind) -> None:
    """Take the lead off sale and, where nobody may work on it any more, out of the funnel."""
    selling = kind in SELLING_KINDS
    after = LeadStatus.SUPPRESSED if selling and lead.status in _WORKED_ON else LeadStatus(lead.status)
    no_calls = "phone" in CONTACTS_STOPPED[kind]
    session.execute(_CHANGE_LEAD, {"lead_id": lead.id, "selling": selling, "no_calls": no_calls, "status": after})
    if after != lead.status:
        states = {"lead_id": lead.id, "before": lead.status, "after": after}
        session.execute(_HISTORY, states | {"actor_name": actor.full_name, "user_id": actor.user_id})


def _suppress(session: Session, lead: Row[Any], kind: ConsentKind) -> Withdrawn:
    """Bar the contacts that this consent covered, and take the person's other leads off sale."""
    barred, others = [], set(session.scalars(_FAMILY, {"lead_id": lead.id}))
    for contact in CONTACTS_STOPPED[kind]:
        hashes = contact_hashes(lead, contact)
        if not hashes:
            continue
        entry = {"contact": contact, "hash": hashes[0], "version": get_keyring().current_hashing}
        if session.scalar(_SUPPRESS, entry) is not None:
            barred.append(contact)
        others |= set(session.scalars(_OTHER_LEADS[contact], {"hashes": hashes, "lead_id": lead.id}))
    return Withdrawn(barred, len(others))


def contact_hashes(lead: Row[Any], contact: str) -> list[bytes]:
    """The contact under every version of the hash key, the one in use first: other leads may be under an older one."""
    sealed, field, stored = {
        "phone": (lead.phone_encrypted, SealedField.LEAD_PHONE, lead.phone_hash),
        "email": (lead.email_encrypted, SealedField.LEAD_EMAIL, lead.email_hash),
    }[contact]
    if sealed is None:
        return [] if stored is None else [stored]
    keyring = get_keyring()
    return keyring.digests(contact, keyring.open(field, lead.id, sealed))
