"""A lead and its duplicates: who belongs together, and what the whole family says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.errors import NotFound
from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

_TOLD = text("SELECT id FROM leads WHERE id = :lead_id OR duplicate_of = :lead_id ORDER BY created_at, id")
# A family is flat: every duplicate points to the survivor itself.
_ROOT = text("SELECT coalesce(duplicate_of, id) FROM leads WHERE id = :lead_id")
_MEMBERS = text("""
    SELECT l.id, l.version, l.created_at, l.full_name, l.property_address, l.unit, l.zip_code, l.phone_masked,
           l.email_masked, l.status, l.consent_state, l.lead_score, l.total_revenue_earned,
           l.duplicate_of IS NULL AS survivor, s.source_name
    FROM leads l LEFT JOIN lead_sources s ON s.id = l.source_id
    WHERE l.id = :root OR l.duplicate_of = :root ORDER BY survivor DESC, l.created_at, l.id
""")
# What one of them refused counts for all, whether or not the reader may see that one: aurum_family_refusals tells
# people limited to boroughs of those beyond their limits, and nobody else anything (decision 0006).
_TOGETHER = text("""
    SELECT seen.leads, seen.messages, seen.deliveries, seen.revenue_usd,
           seen.do_not_call OR beyond.do_not_call AS do_not_call, seen.refuses OR beyond.refuses AS refuses
    FROM (SELECT count(*) AS leads, sum(conversation_count)::int AS messages, sum(export_count)::int AS deliveries,
                 sum(total_revenue_earned) AS revenue_usd, bool_or(do_not_call) AS do_not_call,
                 bool_or(consent_state = 'withdrawn' OR status = 'suppressed') AS refuses
          FROM leads WHERE id = :root OR duplicate_of = :root) seen
    CROSS JOIN aurum_family_refusals(CAST(:lead_id AS uuid)) beyond
""")


@dataclass(frozen=True)
class Together:
    """What a lead and its family come to, as far as the reader may see them.

    `refuses`: one of them withdrew consent, `do_not_call`: one asked not to be called. Each counts for all, and is of
    the whole family, also of members beyond the reader's limits.
    """

    survivor_id: UUID
    leads: int
    messages: int
    deliveries: int
    revenue_usd: Decimal
    do_not_call: bool
    refuses: bool


@needs(Permission.LEADS_READ)
def told_with(session: Session, lead_id: UUID) -> list[UUID]:
    """The leads whose story is told with a lead's: itself and, if it is a survivor, its duplicates."""
    return list(session.scalars(_TOLD, {"lead_id": lead_id}))


@needs(Permission.LEADS_READ)
def together(session: Session, lead_id: UUID) -> Together:
    """Counts, money and consent of the whole family, from whichever member it is asked. Raises NotFound."""
    root = session.scalar(_ROOT, {"lead_id": lead_id})
    if root is None:
        raise NotFound("There is no lead with this id.")
    return Together(root, *session.execute(_TOGETHER, {"root": root, "lead_id": lead_id}).one())


@needs(Permission.LEADS_READ)
def family(session: Session, lead_id: UUID) -> pd.DataFrame:
    """The lead with all its duplicates, the survivor first; one row when it has none."""
    return frame(session, _MEMBERS, {"root": session.scalar(_ROOT, {"lead_id": lead_id})})
