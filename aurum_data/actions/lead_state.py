"""Small changes of one lead: its tags, and whether it takes part at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.lead_changes import change_one
from aurum_data.actions.reveals import LONGEST_REASON
from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import business_day
from aurum_data.errors import Invalid
from aurum_data.rules.identity import Permission
from aurum_data.rules.lead_changes import BulkKind, tidy_tag
from aurum_data.rules.typed import typed_text

# What counts active leads by the day they came or were qualified.
ACTIVE_ROLLUPS = ("revenue_metrics", "nyc_market_intelligence")


def add_tag(session: Session, actor: Actor, *, lead_id: UUID, version: int, tag: str) -> int:
    """Put a tag on a lead and give its new version. Raises Invalid; NotFound; Conflict with the reason."""
    require(session, actor, Permission.LEADS_WRITE)
    tag = tidy_tag(tag)
    changed, _ = change_one(session, actor, BulkKind.TAG, lead_id=lead_id, version=version, tag=tag)
    audit(session, actor, "leads:tags:add", "lead", lead_id, tag=tag)
    return changed


def remove_tag(session: Session, actor: Actor, *, lead_id: UUID, version: int, tag: str) -> int:
    """Take a tag off a lead and give its new version. Raises NotFound; Conflict with the reason."""
    require(session, actor, Permission.LEADS_WRITE)
    changed, _ = change_one(session, actor, BulkKind.UNTAG, lead_id=lead_id, version=version, tag=tag)
    audit(session, actor, "leads:tags:remove", "lead", lead_id, tag=tag)
    return changed


def deactivate(session: Session, actor: Actor, *, lead_id: UUID, version: int, reason: str) -> int:
    """Take a lead out of lists and figures, keeping all of it; gives its new version.

    Raises Invalid without a reason; NotFound; Conflict with the reason of the refusal.
    """
    require(session, actor, Permission.LEADS_DEACTIVATE)
    reason = typed_text(reason, "reason", LONGEST_REASON)
    if not reason:
        raise Invalid("Say why the lead is deactivated.")
    changed, lead = change_one(session, actor, BulkKind.DEACTIVATE, lead_id=lead_id, version=version)
    _count_again(session, lead)
    audit(session, actor, "leads:lead:deactivate", "lead", lead_id, reason=reason)
    return changed


def restore(session: Session, actor: Actor, *, lead_id: UUID, version: int) -> int:
    """Take a deactivated lead back into lists and figures; gives its new version. Raises NotFound; Conflict."""
    require(session, actor, Permission.LEADS_DEACTIVATE)
    changed, lead = change_one(session, actor, BulkKind.RESTORE, lead_id=lead_id, version=version)
    _count_again(session, lead)
    audit(session, actor, "leads:lead:restore", "lead", lead_id)
    return changed


def _count_again(session: Session, lead: Row[Any]) -> None:
    days = [business_day(instant) for instant in (lead.created_at, lead.qualified_at) if instant]
    mark_changed(session, days, ACTIVE_ROLLUPS)
