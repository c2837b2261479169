"""Rules of assignment: who is given new leads, in turn; and giving them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.leads import MAY_WORK
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.assignment import next_in_turn
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Permission

BATCH = 200
FRESH_DAYS = 7  # older leads are given by hand: who did not get them then had a reason
LONGEST_NAME = 80

_INSERT = text("""
    INSERT INTO assignment_rules (rule_name, position, boroughs, languages, members, is_active)
    VALUES (:name, :position, :boroughs, :languages, :members, :is_active) RETURNING id
""")
_UPDATE = text("""
    UPDATE assignment_rules
    SET rule_name = :name, position = :position, boroughs = :boroughs, languages = :languages, members = :members,
        is_active = :is_active
    WHERE id = :rule_id RETURNING id
""")
_DELETE = text("DELETE FROM assignment_rules WHERE id = :rule_id RETURNING rule_name")
_KNOWN = text("SELECT count(*) FROM users WHERE id = ANY (:members)")
# Locked, so that two runs do not give the same turn to two leads.
_RULES = text("""
    SELECT id, rule_name, boroughs, languages, members, last_member FROM assignment_rules
    WHERE is_active ORDER BY position, rule_name, id FOR UPDATE
""")
_MEMBERS = """
    SELECT u.id, b.borough FROM users u CROSS JOIN unnest(CAST(:boroughs AS text[])) AS b (borough)
    WHERE u.id = ANY (:members) AND
"""
_MAY_WORK = text(" ".join([_MEMBERS, MAY_WORK.replace("<borough>", "b.borough")]))
# By idx_lead_status_created. A lead that somebody works on this moment comes with the next batch.
_WAITING = text("""
    SELECT id, borough FROM leads
    WHERE is_active = true AND status = 'new' AND created_at >= now() - make_interval(days => :fresh_days)
      AND assigned_to IS NULL AND duplicate_of IS NULL AND NOT do_not_call AND borough = ANY (:boroughs)
      AND (cardinality(CAST(:languages AS text[])) = 0 OR preferred_language = ANY (:languages))
    ORDER BY created_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_GIVE = text("""
    UPDATE leads
    SET assigned_to = :user_id, version = version + 1, updated_at = now(), last_activity_at = now()
    WHERE id = :lead_id
""")
_TURN = text("UPDATE assignment_rules SET last_member = :member WHERE id = :rule_id")


def save_rule(
    session: Session,
    actor: Actor,
    *,
    rule_id: UUID | None,
    name: str,
    position: int,
    members: Sequence[UUID],
    boroughs: Sequence[str] = (),
    languages: Sequence[str] = (),
    is_active: bool = True,
) -> UUID:
    """Make a rule (`rule_id` None) or change one, and give its id. Empty boroughs or languages: all of them.

    Raises Invalid; Conflict for a name that another rule has; NotFound; NotAllowed for people with limits.
    """
    _require_whole(session, actor)
    name = name.replace("\x00", "").strip()
    members = list(dict.fromkeys(members))
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"Give the rule a name of at most {LONGEST_NAME} characters.")
    if not members or session.scalar(_KNOWN, {"members": members}) != len(members):
        raise Invalid("Choose at least one person who is given the leads.")
    if not set(boroughs) <= set(Borough):
        raise Invalid("Choose boroughs of New York City.")
    values = {"name": name, "position": position, "members": members, "is_active": is_active}
    values |= {"boroughs": list(boroughs), "languages": list(languages)}
    try:
        with session.begin_nested():
            saved: UUID | None = session.scalar(_UPDATE if rule_id else _INSERT, values | {"rule_id": rule_id})
    except IntegrityError:
        raise Conflict("Another rule has this name: choose another one.") from None
    if saved is None:
        raise NotFound("This rule was removed meanwhile.")
    audit(
        session, actor, "leads:rule:save", "assignment_rule", saved,
        name=name, position=position, members=[str(member) for member in members], boroughs=list(boroughs),
        languages=list(languages), is_active=is_active,
    )  # fmt: skip
    return saved


def remove_rule(session: Session, actor: Actor, *, rule_id: UUID) -> None:
    """Remove a rule; leads that it gave away stay where they are. Raises NotFound, NotAllowed."""
    _require_whole(session, actor)
    name = session.scalar(_DELETE, {"rule_id": rule_id})
    if name is None:
        raise NotFound("This rule was removed meanwhile.")
    audit(session, actor, "leads:rule:remove", "assignment_rule", rule_id, name=name)


def run_rules(session: Session, actor: Actor, *, limit: int = BATCH) -> int:
    """Give a batch of new leads that nobody has, the oldest first, and say how many; call again until 0.

    Of several rules that fit a lead, the first decides that has somebody who may work on leads in its borough.
    """
    _require_whole(session, actor)
    rules = session.execute(_RULES).all()
    people = {member for rule in rules for member in rule.members}
    may: dict[str, set[UUID]] = defaultdict(set)
    for user_id, borough in session.execute(_MAY_WORK, {"members": list(people), "boroughs": list(Borough)}):
        may[borough].add(user_id)
    given = 0
    for rule in rules:
        given += _run(session, actor, rule, may, limit - given)
    return given


def _run(session: Session, actor: Actor, rule: Row[Any], may: dict[str, set[UUID]], limit: int) -> int:
    """Give away what one rule fits."""
    boroughs = [b for b in rule.boroughs or list(Borough) if may[b] & set(rule.members)]
    values = {"boroughs": boroughs, "languages": rule.languages, "limit": limit, "fresh_days": FRESH_DAYS}
    waiting = session.execute(_WAITING, values).all() if boroughs and limit else []
    last = rule.last_member
    for lead in waiting:
        last = next_in_turn(rule.members, last, may[lead.borough])
        session.execute(_GIVE, {"lead_id": lead.id, "user_id": last})
        audit(
            session, actor, "leads:assignment:change", "lead", lead.id,
            before=None, after=str(last), rule=rule.rule_name,
        )  # fmt: skip
    if waiting:
        session.execute(_TURN, {"rule_id": rule.id, "member": last})
    return len(waiting)


def _require_whole(session: Session, actor: Actor) -> None:
    """Rules reach over all boroughs, so nobody with limits touches them."""
    require(session, actor, Permission.LEADS_ASSIGN)
    if actor.is_scoped:
        raise NotAllowed("Rules of assignment are for people without limits to boroughs or platforms.")
