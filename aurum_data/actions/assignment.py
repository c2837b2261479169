"""Rules of assignment: who is given new leads, in turn; giving them; handing over what somebody left behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.lead_bulk import assign_leads
from aurum_data.actions.lead_changes import limits
from aurum_data.actions.leads import MAY_WORK
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.assignment import next_in_turn
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Permission
from aurum_data.rules.lead_changes import MOST_LEADS
from aurum_data.rules.leads import OPEN_STATUSES

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
_LEFT_BEHIND = text("""
    SELECT id, version, borough FROM leads
    WHERE is_active = true AND assigned_to = :user_id AND status = ANY (:open)
      AND (CAST(:limits AS text[]) IS NULL OR borough = ANY (CAST(:limits AS text[])))
    ORDER BY created_at, id LIMIT :most
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


@dataclass(frozen=True)
class HandedOver:
    """What was handed over: a bulk change for each person who was given leads, and how many leads found nobody."""

    operations: dict[UUID, UUID]  # person -> bulk_operations.id
    given: int
    left: int


def hand_over(session: Session, actor: Actor, *, user_id: UUID, members: Sequence[UUID]) -> HandedOver:
    """Give a person's open leads, with the callbacks planned for them, to others: in turn, the oldest first.

    Each of them gets a bulk change of their own, which can be stopped and undone like any other. Leads in boroughs
    where none of them may work stay where they are, as do those beyond the actor's limits. Raises Invalid when nobody
    is chosen or may take any; NotFound when there is nothing to hand over; NotAllowed.
    """
    require(session, actor, Permission.LEADS_ASSIGN)
    members = [member for member in dict.fromkeys(members or []) if member != user_id]
    if not members:
        raise Invalid("Choose who takes the leads over.")
    asked = {"user_id": user_id, "open": list(OPEN_STATUSES), "limits": limits(actor), "most": MOST_LEADS}
    leads = session.execute(_LEFT_BEHIND, asked).all()
    if not leads:
        raise NotFound("This person has no open leads any more.")
    may, last = _who_may(session, members), None
    dealt: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    for lead in leads:
        taker = next_in_turn(members, last, may[lead.borough])
        if taker is not None:
            last = taker
            dealt[taker].append((lead.id, lead.version))
    if not dealt:
        raise Invalid("Nobody of these may work on leads in the boroughs where these lie: choose others.")
    operations = {taker: assign_leads(session, actor, leads=seen, user_id=taker) for taker, seen in dealt.items()}
    given = sum(map(len, dealt.values()))
    audit(
        session, actor, "leads:assignment:hand_over", "user", user_id,
        leads=given, left=len(leads) - given, operations=[str(one) for one in operations.values()],
    )  # fmt: skip
    return HandedOver(operations, given, len(leads) - given)


def run_rules(session: Session, actor: Actor, *, limit: int = BATCH) -> int:
    """Give a batch of new leads that nobody has, the oldest first, and say how many; call again until 0.

    Of several rules that fit a lead, the first decides that has somebody who may work on leads in its borough.
    """
    _require_whole(session, actor)
    rules = session.execute(_RULES).all()
    may = _who_may(session, {member for rule in rules for member in rule.members})
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


def _who_may(session: Session, members: Collection[UUID]) -> dict[str, set[UUID]]:
    """Those of the members who may work on leads, by borough: not who has left."""
    may: dict[str, set[UUID]] = defaultdict(set)
    for user_id, borough in session.execute(_MAY_WORK, {"members": list(members), "boroughs": list(Borough)}):
        may[borough].add(user_id)
    return may


def _require_whole(session: Session, actor: Actor) -> None:
    """Rules reach over all boroughs, so nobody with limits touches them."""
    require(session, actor, Permission.LEADS_ASSIGN)
    if actor.is_scoped:
        raise NotAllowed("Rules of assignment are for people without limits to boroughs or platforms.")
