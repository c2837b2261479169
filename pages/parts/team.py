"""The team: load, speed and outcomes of each person, and the rules by which they are given leads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions import assignment
from aurum_data.actions.core import Actor
from aurum_data.clock import now
from aurum_data.database import get_database
from aurum_data.queries import team
from aurum_data.queries.lead_figures import offered
from aurum_data.queries.my_work import SPEED_DAYS
from aurum_data.queries.team import CAP, OUTCOME_DAYS
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Permission
from aurum_data.settings import get_settings
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts import team_leavers as leavers
from pages.parts.figure_download import Download
from pages.parts.figures import as_of
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.panel import explained, nothing, panel

LANGUAGES = ("en", "es", "zh", "ru", "bn", "ko", "ht", "fr", "it", "pl", "ar", "yi", "ur")
DONE, RULE = "team_done", "team_rule"
_NEW = "A new rule"
TEAM_NOTE = f"Everybody who may work on leads. Counts stop at {CAP:,}."
RULES_NOTE = (
    f"Every minute, new leads of the last {assignment.FRESH_DAYS} days that nobody has are given to the members in "
    "turn, the oldest first. The first rule that fits decides, as far as somebody in it may work in the lead's borough."
)


def team_view(actor: Actor) -> None:
    """The view."""
    if done := st.session_state.pop(DONE, None):
        st.toast(done, icon=":material/check:")
    if handed_over := st.session_state.pop(leavers.HANDED_OVER, None):
        st.success(handed_over, icon=":material/check_circle:")
    # Names only, so without the limits of the actor; the figures are of the leads that they may see.
    people = get_database().query(None, offered).people
    with panel("People", note=TEAM_NOTE, download=Download("Team", actor, Permission.LEADS_ASSIGN)):
        _people(actor, people)
    left = get_database().query(actor, team.left_behind, people=list(people))
    if len(left):
        names = get_database().query(None, team.told_apart, people=list(left["user_id"]))
        left["full_name"] = left["user_id"].map(names)
        with panel(leavers.TITLE, note=leavers.NOTE):
            leavers.leavers(actor, left, people)
    if actor.is_scoped:
        return  # rules reach over all boroughs
    with panel("Rules of assignment", note=RULES_NOTE):
        _rules(actor, people)


def _people(actor: Actor, people: dict[UUID, str]) -> None:
    if not people:
        nothing("Nobody may work on leads yet.")
        return
    at, target = now(), timedelta(minutes=get_settings().first_contact_minutes)
    frame = get_database().query(actor, team.team_figures, people=list(people), at=at, target=target)
    shown = frame.assign(
        name=[people[user_id] for user_id in frame["user_id"]],
        median=[fmt.duration(seconds) for seconds in frame["median_seconds"]],
        in_time_share=frame["in_time"] / frame["contacted"].where(frame["contacted"] > 0),
        sold_share=frame["sold"] / frame["qualified"].where(frame["qualified"] > 0),
    )
    days = f"of leads that arrived in the last {SPEED_DAYS} days"
    tbl.table(
        shown,
        {
            "name": tbl.text("Person", width="medium"),
            "open_leads": tbl.number("Open leads", help="Assigned to them and not yet sold or closed."),
            "new_leads": tbl.number("New", help="Of these, still waiting for a first contact."),
            "overdue": tbl.number("Callbacks due", help="Planned for now or before."),
            "median": tbl.text("First contact", help=f"Median from arrival to the first conversation, {days}."),
            "in_time_share": tbl.percent("In time", help=f"Within {fmt.duration(target)}, of those reached, {days}."),
            "qualified": tbl.number(
                "Qualified", help=f"Their leads that were qualified in the last {OUTCOME_DAYS} days."
            ),
            "sold": tbl.number("Sold", help="Of these, sold by now."),
            "sold_share": tbl.percent("Sold share", help="Sold / qualified."),
        },
        alt="Load, speed and outcomes, one person per row",
    )
    as_of(at, "each lead counts for the person who has it now")


def _rules(actor: Actor, people: dict[UUID, str]) -> None:
    rules = get_database().query(actor, team.assignment_rules)
    since = now() - timedelta(days=assignment.FRESH_DAYS)
    waiting = get_database().query(actor, team.unassigned_new, since=since)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"New leads that nobody has: **{fmt.number(waiting)}{' or more' if waiting == CAP else ''}**")
        ready = bool(rules["is_active"].any()) if len(rules) else False
        if st.button("Assign now", icon=":material/shuffle:", disabled=not (ready and waiting)):
            _run()
    tbl.table(
        _named(rules, people),
        {
            "position": tbl.number("Order", width="small"),
            "rule_name": tbl.text("Rule"),
            "where": tbl.text("Boroughs"),
            "speaking": tbl.text("Languages"),
            "who": tbl.text("Members, in turn", width="large"),
            "is_active": tbl.checkbox("In use"),
        },
        alt="Rules of assignment in their order",
        empty="No rules yet: new leads are assigned by hand.",
    )
    names = {_NEW: None, **{row.rule_name: row for row in rules.itertuples()}}
    with st.popover("Add or change a rule", icon=":material/rule:"):
        chosen = st.selectbox("Rule", list(names), key=RULE)
        _form(names[chosen], people, len(rules) + 1)


def _named(rules: pd.DataFrame, people: dict[UUID, str]) -> pd.DataFrame:
    """The rules with what they hold in words."""
    return rules.assign(
        where=[", ".join(boroughs) or "All" for boroughs in rules["boroughs"]],
        speaking=[", ".join(label(code) for code in codes) or "Any" for codes in rules["languages"]],
        who=[", ".join(people.get(member, "Somebody who left") for member in members) for members in rules["members"]],
    )


def _form(rule: Any, people: dict[UUID, str], place: int) -> None:
    """The form of one rule, or of a new one (None)."""
    key = rule.rule_id if rule is not None else "new"
    with st.form(f"rule_{key}", border=False):
        name = st.text_input("Name", value=rule.rule_name if rule else "", max_chars=assignment.LONGEST_NAME)
        position = st.number_input("Order", min_value=1, max_value=99, value=rule.position if rule else min(place, 99))
        members = st.multiselect(
            "Members, in turn",
            list(people),
            default=[member for member in (rule.members if rule else []) if member in people],
            format_func=lambda user_id: people[user_id],
        )
        boroughs = st.multiselect(
            "Boroughs", [str(borough) for borough in Borough], default=rule.boroughs if rule else [], placeholder="All"
        )
        languages = st.multiselect(
            "Languages", LANGUAGES, default=[code for code in (rule.languages if rule else []) if code in LANGUAGES],
            format_func=label, placeholder="Any",
        )  # fmt: skip
        active = st.toggle("In use", value=rule.is_active if rule else True)
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save rule", type="primary")
            removed = rule is not None and st.form_submit_button("Remove rule", type="tertiary")
    rule_id = rule.rule_id if rule is not None else None
    if saved:
        _save(
            rule_id=rule_id, name=name, position=int(position), members=members, boroughs=boroughs,
            languages=languages, is_active=active,
        )  # fmt: skip
    if removed and rule_id is not None:
        _remove(rule_id)


def _save(**values: Any) -> None:
    actor = guard(Permission.LEADS_ASSIGN)
    with explained("Save rule"):
        with get_database().write(actor) as session:
            assignment.save_rule(session, actor, **values)
        _done("The rule is saved.")


def _remove(rule_id: UUID) -> None:
    actor = guard(Permission.LEADS_ASSIGN)
    with explained("Remove rule"):
        with get_database().write(actor) as session:
            assignment.remove_rule(session, actor, rule_id=rule_id)
        _done("The rule is removed.")


def _run() -> None:
    """One batch at once; the worker does the rest."""
    actor = guard(Permission.LEADS_ASSIGN)
    with explained("Assign now"):
        with get_database().write(actor) as session:
            given = assignment.run_rules(session, actor)
        _done("1 lead was assigned." if given == 1 else f"{fmt.number(given)} leads were assigned.")


def _done(sentence: str) -> None:
    """Draw the screen again with what was saved, and say so."""
    st.session_state[DONE] = sentence
    st.session_state.pop(RULE, None)
    st.rerun()
