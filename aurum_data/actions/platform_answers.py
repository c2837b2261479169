"""What a platform says about a lead that was sent to it: taken, refused, or handed back.

Each answer is good once: told again, it changes nothing. Money follows the ledger: a sale when the lead is taken, a
return that offsets it when it comes back; `leads.total_revenue_earned` and `b2b_lead_mappings.revenue_usd` are the
ledger's sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import business_day, day_start
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadStatus
from aurum_data.rules.platforms import (
    FAILED,
    ExportStatus,
    MappingStatus,
    RejectionReason,
    ReturnReason,
    returns_allowed,
)
from aurum_data.rules.revenue import commission

LONGEST_PLATFORM_ID = 100
# What was sent may be answered, also after we gave up waiting.
_AWAITED = FAILED | {ExportStatus.SENDING}
_SOLD_MEANWHILE = "sold_meanwhile"  # error code of a delivery
_SOLD = frozenset({ExportStatus.ACCEPTED, ExportStatus.RETURNED})

_OWN_PLATFORM = text("SELECT platform_ref FROM api_keys WHERE id = :key_id")
_LEAD_OF_EXPORT = text("SELECT lead_id FROM lead_exports WHERE id = :export_id AND platform_id = :platform_id")
_EXPORT_OF_THEIR_ID = text("""
    SELECT m.export_id FROM lead_platform_ids i
    JOIN b2b_lead_mappings m ON m.lead_id = i.lead_ref AND m.platform_id = i.platform_ref
    WHERE i.platform_ref = :platform_id AND i.platform_lead_id = :platform_lead_id
""")
# The lead first: whoever changes anything about a lead waits for the others here.
_LOCK_LEAD = text("SELECT status, lead_quality FROM leads WHERE id = :lead_id FOR UPDATE")
_EXPORT = text("""
    SELECT e.lead_id, e.id, e.platform_id, e.created_at, e.status, e.sent_at, e.exclusive, e.price_usd,
           e.platform_lead_id, e.rejection_reason, e.error_code, p.platform_name, p.commission_rate, p.max_buyers,
           p.return_window_hours, p.return_cap_share, now() AS at
    FROM lead_exports e JOIN b2b_platforms p ON p.id = e.platform_id
    WHERE e.lead_id = :lead_id AND e.id = :export_id
""")
_CLAIM_THEIR_ID = text("""
    INSERT INTO lead_platform_ids (platform_ref, platform_lead_id, lead_ref)
    VALUES (:platform_id, :platform_lead_id, :lead_id) ON CONFLICT DO NOTHING RETURNING lead_ref
""")
_BUYERS = text("""
    SELECT bool_or(m.platform_id = :platform_id) AS ours,
           bool_or(m.exclusive AND m.status <> 'returned') AS exclusive,
           count(*) FILTER (WHERE m.status <> 'returned') AS standing,
           min(p.max_buyers) FILTER (WHERE m.status <> 'returned') AS most
    FROM b2b_lead_mappings m JOIN b2b_platforms p ON p.id = m.platform_id WHERE m.lead_id = :lead_id
""")
_ACCEPT = text("""
    UPDATE lead_exports
    SET status = 'accepted', answered_at = :at, next_attempt_at = NULL, error_code = NULL, error_message = NULL,
        platform_lead_id = :platform_lead_id, commission_earned = :amount_usd
    WHERE lead_id = :lead_id AND id = :export_id
""")
# It is not tried again; if another buyer returns the lead, the platform may accept once more.
_TOO_LATE = text("""
    UPDATE lead_exports
    SET status = 'failed_permanent', next_attempt_at = NULL, error_code = :code, error_message = :said
    WHERE lead_id = :lead_id AND id = :export_id
""")
_REJECT = text("""
    UPDATE lead_exports
    SET status = 'rejected', answered_at = :at, next_attempt_at = NULL, error_code = NULL, error_message = NULL,
        rejection_reason = :reason
    WHERE lead_id = :lead_id AND id = :export_id
""")
_MAP = text("""
    INSERT INTO b2b_lead_mappings (lead_id, platform_id, export_id, platform_lead_id, created_at, lead_quality,
                                   platform_quality_score, exclusive, price_usd, revenue_usd)
    VALUES (:lead_id, :platform_id, :export_id, :platform_lead_id, :at, :quality, :quality_score, :exclusive,
            :price_usd, :amount_usd)
""")
_SALE = text("""
    INSERT INTO b2b_revenue_transactions (lead_id, platform_id, export_id, transaction_type, occurred_at, gross_usd,
                                          commission_rate, amount_usd)
    VALUES (:lead_id, :platform_id, :export_id, 'sale', :at, :price_usd, :rate, :amount_usd)
""")
_MAPPING = text("""
    SELECT status, created_at, return_requested_at FROM b2b_lead_mappings
    WHERE lead_id = :lead_id AND export_id = :export_id FOR UPDATE
""")
# Returns to one platform take turns, so that no two of them are the last that is allowed.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:lock, hashtext(CAST(:platform_id AS text)))")
_LOCK = 0x5254  # of returns
_OF_THE_MONTH = text("""
    SELECT count(*) AS accepted, count(*) FILTER (WHERE status = 'returned') AS returned
    FROM b2b_lead_mappings WHERE platform_id = :platform_id AND created_at >= :begins AND created_at < :ends
""")
_EARNED = text("""
    SELECT coalesce(sum(amount_usd), 0.00) FROM b2b_revenue_transactions
    WHERE lead_id = :lead_id AND export_id = :export_id
""")
# The whole sale, and whatever corrected it: nothing of a lead that came back stays earned.
_TAKE_BACK = text("""
    INSERT INTO b2b_revenue_transactions (lead_id, platform_id, export_id, offsets_id, transaction_type, occurred_at,
                                          gross_usd, commission_rate, amount_usd, reason)
    SELECT lead_id, platform_id, export_id, id,
           CASE transaction_type WHEN 'sale' THEN 'return' ELSE 'adjustment' END, :at, -gross_usd, commission_rate,
           -amount_usd, :reason
    FROM b2b_revenue_transactions
    WHERE lead_id = :lead_id AND export_id = :export_id AND transaction_type IN ('sale', 'adjustment')
""")
_RETURN_MAPPING = text("""
    UPDATE b2b_lead_mappings
    SET status = 'returned', return_requested_at = coalesce(return_requested_at, :at), return_decided_at = :at,
        return_reason = :reason,
        revenue_usd = (SELECT sum(amount_usd) FROM b2b_revenue_transactions
                       WHERE lead_id = :lead_id AND platform_id = :platform_id)
    WHERE lead_id = :lead_id AND export_id = :export_id
""")
_RETURN_EXPORT = text("UPDATE lead_exports SET status = 'returned' WHERE lead_id = :lead_id AND id = :export_id")
# What a lead says about its deliveries and its money, taken from them.
_FOLLOW = text("""
    UPDATE leads l
    SET status = :status, version = version + 1, updated_at = now(), last_activity_at = now(),
        sold_at = (SELECT min(created_at) FROM b2b_lead_mappings WHERE lead_id = l.id),
        total_revenue_earned = coalesce(
            (SELECT sum(amount_usd) FROM b2b_revenue_transactions WHERE lead_id = l.id), 0),
        has_export_error = coalesce(
            (SELECT error_code IS NOT NULL FROM lead_exports WHERE lead_id = l.id
             ORDER BY created_at DESC, id DESC LIMIT 1), false)
    WHERE l.id = :lead_id
""")
_HISTORY = text("""
    INSERT INTO lead_status_history (lead_id, from_status, to_status, actor_name, actor_user_id, reason)
    VALUES (:lead_id, :before, :after, :actor_name, :user_id, :reason)
""")


class SoldMeanwhile(Conflict):
    """An acceptance came too late: others bought the lead. Whoever catches it tells ops by `note_sold_meanwhile`."""


@dataclass(frozen=True)
class Answered:
    """Where a delivery stands after an answer. `repeated`: it had been told before, and nothing was changed.

    `amount_usd` is what this answer earned Aurum; negative for a return.
    """

    lead_id: UUID
    export_id: UUID
    status: ExportStatus
    amount_usd: Decimal = Decimal("0.00")
    repeated: bool = False


def record_accepted(
    session: Session,
    actor: Actor,
    *,
    platform_id: UUID,
    export_id: UUID,
    platform_lead_id: str,
    price_usd: Decimal | None = None,
    quality_score: Decimal | None = None,
) -> Answered:
    """A platform took a lead: the delivery is accepted, the lead sold, and its price and commission are earned.

    `price_usd`, if told, must be the price of the delivery; `quality_score` is the platform's own, 0 to 100.
    Raises NotFound for a delivery that is not this platform's; Conflict when it was never sent, was answered
    otherwise, has no price or another one, when the platform's id is taken already, or the lead by as many buyers as
    may share it (SoldMeanwhile); Invalid, NotAllowed.
    """
    _require(session, actor, platform_id)
    platform_lead_id = _their_id(platform_lead_id)
    lead, export = _delivery(session, platform_id, export_id)
    if export.status in _SOLD and export.platform_lead_id == platform_lead_id:
        return _repeated(export)
    _check_awaited(export)
    if export.price_usd is None or (price_usd is not None and price_usd != export.price_usd):
        agreed = "no price" if export.price_usd is None else f"${export.price_usd:,.2f}"
        raise Conflict(f"The price does not fit: {agreed} was agreed on for this delivery.")
    _check_buyers(session, export)
    amount = commission(export.price_usd, export.commission_rate)
    values = {
        "lead_id": export.lead_id, "platform_id": platform_id, "export_id": export.id, "at": export.at,
        "platform_lead_id": platform_lead_id, "price_usd": export.price_usd, "rate": export.commission_rate,
        "amount_usd": amount, "quality": lead.lead_quality, "quality_score": quality_score,
        "exclusive": export.exclusive,
    }  # fmt: skip
    if session.scalar(_CLAIM_THEIR_ID, values) is None:
        raise Conflict("This platform's lead id is that of another lead already.")
    for statement in (_ACCEPT, _MAP, _SALE):
        session.execute(statement, values)
    _follow(session, actor, lead, export, LeadStatus.SOLD, "Sold")
    audit(
        session, actor, "platforms:delivery:accept", "lead_export", export.id, lead_id=str(export.lead_id),
        platform_id=str(platform_id), price_usd=str(export.price_usd), amount_usd=str(amount),
    )  # fmt: skip
    return Answered(export.lead_id, export.id, ExportStatus.ACCEPTED, amount)


def note_sold_meanwhile(
    session: Session, actor: Actor, *, platform_id: UUID, export_id: UUID, refusal: SoldMeanwhile
) -> None:
    """Put on a delivery, for ops to see, that the platform wanted the lead and came too late. Noted once.

    Raises NotFound for a delivery that is not this platform's; Conflict when it was answered otherwise; NotAllowed.
    """
    _require(session, actor, platform_id)
    lead, export = _delivery(session, platform_id, export_id)
    _check_awaited(export)
    if export.error_code == _SOLD_MEANWHILE:
        return
    said = {"code": _SOLD_MEANWHILE, "said": f"The platform accepted too late. {refusal.message}"}
    session.execute(_TOO_LATE, {"lead_id": export.lead_id, "export_id": export.id} | said)
    _follow(session, actor, lead, export, LeadStatus(lead.status), "")
    audit(
        session, actor, "platforms:delivery:late", "lead_export", export.id, lead_id=str(export.lead_id),
        platform_id=str(platform_id),
    )  # fmt: skip


def record_rejected(
    session: Session, actor: Actor, *, platform_id: UUID, export_id: UUID, reason: RejectionReason
) -> Answered:
    """A platform refused a lead that was sent to it.

    Raises NotFound for a delivery that is not this platform's; Conflict when it was never sent or was answered
    otherwise; NotAllowed.
    """
    _require(session, actor, platform_id)
    lead, export = _delivery(session, platform_id, export_id)
    if export.status == ExportStatus.REJECTED and export.rejection_reason == reason:
        return _repeated(export)
    _check_awaited(export)
    session.execute(
        _REJECT, {"lead_id": export.lead_id, "export_id": export.id, "at": export.at, "reason": str(reason)}
    )
    _follow(session, actor, lead, export, LeadStatus(lead.status), "")
    audit(
        session, actor, "platforms:delivery:reject", "lead_export", export.id, lead_id=str(export.lead_id),
        platform_id=str(platform_id), why=str(reason),
    )  # fmt: skip
    return Answered(export.lead_id, export.id, ExportStatus.REJECTED)


def record_returned(
    session: Session,
    actor: Actor,
    *,
    platform_id: UUID,
    reason: ReturnReason,
    export_id: UUID | None = None,
    platform_lead_id: str | None = None,
) -> Answered:
    """A platform handed a lead back within its return window and its return limit: its sale is offset.

    The delivery is named by our id or by the platform's own. Raises NotFound for one that is not this platform's;
    Conflict when it was not accepted, its return was refused before, the window is over, or the platform returned as
    many of the month's leads as it may; Invalid, NotAllowed.
    """
    _require(session, actor, platform_id)
    if export_id is None:
        export_id = _by_their_id(session, platform_id, _their_id(platform_lead_id or ""))
    lead, export = _delivery(session, platform_id, export_id)
    if export.status == ExportStatus.RETURNED:
        return _repeated(export)
    values = {
        "lead_id": export.lead_id, "platform_id": platform_id, "export_id": export.id, "at": export.at,
        "reason": str(reason),
    }  # fmt: skip
    mapping = session.execute(_MAPPING, values).one_or_none()
    if mapping is None:
        raise Conflict("This lead was not accepted, so it cannot be returned.")
    if mapping.status == MappingStatus.RETURN_REFUSED:
        raise Conflict("The return of this lead was refused.")
    asked_at = mapping.return_requested_at or export.at
    if asked_at > mapping.created_at + timedelta(hours=export.return_window_hours):
        raise Conflict(f"The {export.return_window_hours} hours in which this lead could be returned are over.")
    _check_return_limit(session, export, mapping.created_at)
    earned: Decimal = session.scalars(_EARNED, values).one()
    for statement in (_TAKE_BACK, _RETURN_MAPPING, _RETURN_EXPORT):
        session.execute(statement, values)
    standing = session.execute(_BUYERS, values).one().standing
    _follow(session, actor, lead, export, LeadStatus.SOLD if standing else LeadStatus.RETURNED, "Returned")
    audit(
        session, actor, "platforms:delivery:return", "lead_export", export.id, lead_id=str(export.lead_id),
        platform_id=str(platform_id), why=str(reason), amount_usd=str(-earned),
    )  # fmt: skip
    return Answered(export.lead_id, export.id, ExportStatus.RETURNED, -earned)


def _require(session: Session, actor: Actor, platform_id: UUID) -> None:
    """The right to answer; a machine has it for its own platform only."""
    require(session, actor, Permission.PLATFORMS_ANSWER)
    if actor.key_id is not None and session.scalar(_OWN_PLATFORM, {"key_id": actor.key_id}) != platform_id:
        raise NotAllowed("This key answers for another platform.")


def _delivery(session: Session, platform_id: UUID, export_id: UUID) -> tuple[Row[Any], Row[Any]]:
    """The lead, locked until the transaction ends, and the delivery. Raises NotFound."""
    values = {"platform_id": platform_id, "export_id": export_id}
    lead_id = session.scalar(_LEAD_OF_EXPORT, values)
    if lead_id is None:
        raise NotFound("There is no such delivery to this platform.")
    lead = session.execute(_LOCK_LEAD, {"lead_id": lead_id}).one()
    return lead, session.execute(_EXPORT, {"lead_id": lead_id, "export_id": export_id}).one()


def _by_their_id(session: Session, platform_id: UUID, platform_lead_id: str) -> UUID:
    values = {"platform_id": platform_id, "platform_lead_id": platform_lead_id}
    export_id: UUID | None = session.scalar(_EXPORT_OF_THEIR_ID, values)
    if export_id is None:
        raise NotFound("This platform has no lead with this id.")
    return export_id


def _their_id(platform_lead_id: str) -> str:
    kept = platform_lead_id.strip()
    if not kept or len(kept) > LONGEST_PLATFORM_ID or not kept.isprintable():
        raise Invalid(f"A platform's lead id has 1 to {LONGEST_PLATFORM_ID} characters.")
    return kept


def _check_awaited(export: Row[Any]) -> None:
    """Raises Conflict unless the lead was sent and the platform has not answered yet."""
    if export.status in _AWAITED and export.sent_at is not None:
        return
    if export.sent_at is None:
        raise Conflict("This lead was not sent to the platform.")
    raise Conflict(f"This delivery was answered before: it is {export.status}.")


def _check_buyers(session: Session, export: Row[Any]) -> None:
    """Raises Conflict when the platform has this lead already, or somebody else has it alone."""
    buyers = session.execute(_BUYERS, {"lead_id": export.lead_id, "platform_id": export.platform_id}).one()
    if buyers.ours:
        raise Conflict("This platform took this lead before, by another delivery.")
    if buyers.exclusive or (export.exclusive and buyers.standing):
        raise SoldMeanwhile("This lead was sold to another buyer meanwhile.")
    most = export.max_buyers if buyers.most is None else min(export.max_buyers, buyers.most)
    if buyers.standing >= most:
        sold_to = "1 buyer" if buyers.standing == 1 else f"{buyers.standing} buyers"
        raise SoldMeanwhile(f"This lead was sold to {sold_to} meanwhile, and no more than {most} may share it.")


def _check_return_limit(session: Session, export: Row[Any], accepted_at: datetime) -> None:
    """Raises Conflict when the platform has returned its share of the leads that it accepted in the same month."""
    values = {"platform_id": export.platform_id, "lock": _LOCK}
    session.execute(_ONE_AT_A_TIME, values)
    first = business_day(accepted_at).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    month = session.execute(_OF_THE_MONTH, values | {"begins": day_start(first), "ends": day_start(following)}).one()
    allowed = returns_allowed(month.accepted, export.return_cap_share)
    if month.returned >= allowed:
        raise Conflict(
            f"{export.platform_name} returned {month.returned:,} of the {month.accepted:,} leads that it accepted in"
            f" {first:%B %Y}, and may return {export.return_cap_share:.0%} of them ({allowed:,}). This lead stays sold."
        )


def _follow(session: Session, actor: Actor, lead: Row[Any], export: Row[Any], status: LeadStatus, reason: str) -> None:
    """Bring the lead to what its deliveries and its ledger say, and have the days rolled up again."""
    after = LeadStatus.ERASED if lead.status == LeadStatus.ERASED else status
    session.execute(_FOLLOW, {"lead_id": export.lead_id, "status": str(after)})
    if after != lead.status:
        states = {"lead_id": export.lead_id, "before": lead.status, "after": str(after), "reason": reason}
        session.execute(_HISTORY, states | {"actor_name": actor.full_name, "user_id": actor.user_id})
    mark_changed(session, {business_day(export.at), business_day(export.created_at)})


def _repeated(export: Row[Any]) -> Answered:
    return Answered(export.lead_id, export.id, ExportStatus(export.status), repeated=True)
