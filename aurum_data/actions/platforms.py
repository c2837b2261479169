"""What a person may do about a platform: stop delivering to it, and begin again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.rules.identity import Permission
from aurum_data.rules.platforms import PlatformStatus
from aurum_data.rules.typed import typed_text

LONGEST_REASON = 300

_PLATFORM = text("SELECT platform_name, status, version FROM b2b_platforms WHERE id = :id FOR UPDATE")
_CHANGE = text("""
    UPDATE b2b_platforms
    SET status = :status, status_reason = :reason, status_changed_at = now(), updated_at = now(),
        version = version + 1
    WHERE id = :id
""")


def pause(session: Session, actor: Actor, *, platform_id: UUID, version: int, reason: str) -> None:
    """Stop delivering leads to an active platform. Leads already queued for it wait.

    `version` is that of the row the actor saw. Raises Conflict when somebody changed the platform since, or it
    is not active; Invalid without a reason; NotFound.
    """
    require(session, actor, Permission.PLATFORMS_WRITE)
    _change(session, actor, platform_id, version, reason, PlatformStatus.ACTIVE, PlatformStatus.PAUSED)


def resume(session: Session, actor: Actor, *, platform_id: UUID, version: int, reason: str) -> None:
    """Deliver again to a paused platform. A stopped one stays stopped: its contract has ended.

    Raises as `pause` does.
    """
    require(session, actor, Permission.PLATFORMS_WRITE)
    _change(session, actor, platform_id, version, reason, PlatformStatus.PAUSED, PlatformStatus.ACTIVE)


def _change(
    session: Session,
    actor: Actor,
    platform_id: UUID,
    version: int,
    reason: str,
    before: PlatformStatus,
    after: PlatformStatus,
) -> None:
    reason = typed_text(reason, "reason", LONGEST_REASON)
    if not reason:
        raise Invalid("Give a reason: the others will want to know.")
    row = session.execute(_PLATFORM, {"id": platform_id}).one_or_none()
    if row is None or not actor.reaches(platform_id=platform_id):
        raise NotFound("This platform does not exist any more.")
    if row.version != version or row.status != before:
        raise Conflict(f"{row.platform_name} was changed meanwhile and is {row.status} now. Look again first.")
    session.execute(_CHANGE, {"id": platform_id, "status": after, "reason": reason})
    verb = "pause" if after == PlatformStatus.PAUSED else "resume"
    audit(
        session,
        actor,
        f"platforms:platform:{verb}",
        "b2b_platform",
        platform_id,
        reason=reason,
        before=before,
        after=after,
    )
