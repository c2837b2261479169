"""Every screen, action and query, tried with every role: open exactly where the matrix says so."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

import aurum_data.actions
import aurum_data.queries
from aurum_data.actions.core import Actor
from aurum_data.clock import now, today
from aurum_data.database import Database
from aurum_data.errors import NotAllowed
from aurum_data.rules.identity import ROLE_PERMISSIONS, Permission, Role
from pages import access, compliance, lead_quality
from pages.shell.screens import SCREENS
from tests.factories import make_actor, sign_in
from tests.pages.conftest import AsRole, as_role, site  # noqa: F401 - fixtures

P = Permission
REFUSED = "You do not have the right to see this."

EVERYBODY: set[Permission] = set()  # for oneself: whoever is signed in
# What each action needs: all of these rights.
ACTIONS: dict[str, set[Permission]] = {
    "access_requests.approve": {P.USERS_WRITE},
    "access_requests.ask": {P.USERS_WRITE},
    "access_requests.refuse": {P.USERS_WRITE},
    "accounts.change_password": EVERYBODY,
    "accounts.end_employment": {P.USERS_WRITE},
    "accounts.invite": {P.USERS_WRITE},
    "accounts.resend_invitation": {P.USERS_WRITE},
    "api_keys.create_key": {P.KEYS_WRITE},
    "api_keys.revoke_key": {P.KEYS_WRITE},
    "api_keys.rotate_key": {P.KEYS_WRITE},
    "assignment.hand_over": {P.LEADS_ASSIGN},
    "assignment.remove_rule": {P.LEADS_ASSIGN},
    "assignment.run_rules": {P.LEADS_ASSIGN},
    "assignment.save_rule": {P.LEADS_ASSIGN},
    "calls.log_call": {P.LEADS_WRITE},
    "confirmation.asked_for": EVERYBODY,
    "confirmation.confirm": EVERYBODY,
    "consent.stop_calls": {P.LEADS_WRITE},
    "consent.withdraw_consent": {P.COMPLIANCE_WRITE},
    "custom_roles.change_role": {P.USERS_WRITE},
    "custom_roles.make_role": {P.USERS_WRITE},
    "custom_roles.remove_role": {P.USERS_WRITE},
    "duplicates.confirm_duplicate": {P.LEADS_WRITE},
    "duplicates.dismiss_duplicate": {P.LEADS_WRITE},
    "duplicates.undo_duplicate": {P.LEADS_WRITE},
    "figure_downloads.download_figure": {next(iter(P))},  # whichever the figure's screen takes
    "freeze.freeze": {P.SYSTEM_WRITE},
    "freeze.unfreeze": {P.SYSTEM_WRITE},
    "imports.download_rejected_rows": {P.LEADS_IMPORT},
    "imports.undo_import": {P.LEADS_IMPORT},
    "inbox.mark_read": EVERYBODY,
    "lead_bulk.assign_leads": {P.LEADS_ASSIGN},
    "lead_bulk.change_statuses": {P.LEADS_WRITE},
    "lead_bulk.deactivate_leads": {P.LEADS_DEACTIVATE},
    "lead_bulk.mark_duplicates": {P.LEADS_WRITE},
    "lead_bulk.restore_leads": {P.LEADS_DEACTIVATE},
    "lead_bulk.stop": {P.LEADS_READ},
    "lead_bulk.tag_leads": {P.LEADS_WRITE},
    "lead_bulk.undo": {P.LEADS_READ},  # and the right of what is undone
    "lead_bulk.untag_leads": {P.LEADS_WRITE},
    "lead_state.add_tag": {P.LEADS_WRITE},
    "lead_state.deactivate": {P.LEADS_DEACTIVATE},
    "lead_state.remove_tag": {P.LEADS_WRITE},
    "lead_state.restore": {P.LEADS_DEACTIVATE},
    "lead_details.change_details": {P.LEADS_WRITE},
    "leads.add_note": {P.LEADS_WRITE},
    "list_downloads.ask_download": {P.LEADS_EXPORT},
    "list_downloads.begin_download": {P.LEADS_EXPORT},
    "list_downloads.go_on": {P.LEADS_EXPORT},
    "leads.assign": {P.LEADS_ASSIGN},
    "leads.change_status": {P.LEADS_WRITE},
    "leads.reveal_contact": {P.LEADS_READ_PII},
    "market.correct_rate": {P.MARKET_WRITE},
    "own_account.accept_privacy_notice": EVERYBODY,
    "platform_answers.note_sold_meanwhile": {P.PLATFORMS_ANSWER},
    "platform_answers.record_accepted": {P.PLATFORMS_ANSWER},
    "platform_answers.record_rejected": {P.PLATFORMS_ANSWER},
    "platform_answers.record_returned": {P.PLATFORMS_ANSWER},
    "platforms.pause": {P.PLATFORMS_WRITE},
    "platforms.resume": {P.PLATFORMS_WRITE},
    "privacy.acknowledge": {P.COMPLIANCE_WRITE},
    "privacy.assign": {P.COMPLIANCE_WRITE},
    "privacy.cancel": {P.COMPLIANCE_WRITE},
    "privacy.complete": {P.COMPLIANCE_WRITE},
    "privacy.deny": {P.COMPLIANCE_WRITE},
    "privacy.extend_once": {P.COMPLIANCE_WRITE},
    "privacy.mark_duplicate": {P.COMPLIANCE_WRITE},
    "privacy.place_on_hold": {P.COMPLIANCE_WRITE},
    "privacy.register_request": {P.COMPLIANCE_WRITE},
    "privacy.resume": {P.COMPLIANCE_WRITE},
    "privacy.reveal_contact": {P.COMPLIANCE_WRITE, P.LEADS_READ_PII},
    "privacy.start": {P.COMPLIANCE_WRITE},
    "privacy.verify_identity": {P.COMPLIANCE_WRITE},
    "revenue.record_payment": {P.REVENUE_WRITE},
    "roles.decide_role_grant": {P.USERS_WRITE},
    "roles.end_role": {P.USERS_WRITE},
    "roles.grant_role": {P.USERS_WRITE},
    "saved_views.change_view": {P.LEADS_READ},
    "saved_views.choose_columns": {P.LEADS_READ},
    "saved_views.delete_view": {P.LEADS_READ},
    "saved_views.make_link": {P.LEADS_READ},
    "saved_views.pin_view": {P.LEADS_READ},
    "saved_views.rename_view": {P.LEADS_READ},
    "saved_views.save_view": {P.LEADS_READ},
    "saved_views.set_role_default": {P.USERS_WRITE},
    "saved_views.share_view": {P.LEADS_READ},
    "saved_views.start_with": {P.LEADS_READ},
    "second_factor.approve_reset": {P.USERS_WRITE},
    "second_factor.new_codes": EVERYBODY,
    "second_factor.remove": EVERYBODY,
    "second_factor.reset": {P.USERS_WRITE},
    "second_factor.set_up": EVERYBODY,
    "sessions.end_of_person": {P.USERS_WRITE},
    "sessions.end_others": EVERYBODY,
    "sessions.end_own": EVERYBODY,
    "single_sign_on.link": EVERYBODY,
    "single_sign_on.link_for": {P.USERS_WRITE},
    "single_sign_on.unlink": EVERYBODY,
    "system.acknowledge_alert": {P.SYSTEM_WRITE},
    "system.analyze_table": {P.SYSTEM_WRITE},
    "system.retry_job": {P.SYSTEM_WRITE},
    "user_permissions.give_permission": {P.USERS_WRITE},
    "user_permissions.withdraw_permission": {P.USERS_WRITE},
    "view_as.leave_view": set(),  # everybody: with another view one may hold no right at all
    "view_as.view_as": {P.USERS_WRITE},
    "wordings.end_wording": {P.COMPLIANCE_WRITE},
    "wordings.record_wording": {P.COMPLIANCE_WRITE},
    "wordings.withdraw_wording": {P.COMPLIANCE_WRITE},
}
# What the queries of a file need: one of these rights. A query of its own need has a line of its own.
QUERIES: dict[str, set[Permission]] = {
    "access_requests": {P.USERS_READ},
    "api_keys": {P.KEYS_READ},
    "audit": {P.AUDIT_READ},
    "bulk_changes": {P.LEADS_READ},
    "conversation_search": {P.LEADS_READ},
    "database_health": {P.SYSTEM_READ},
    "duplicates": {P.LEADS_READ},
    "encryption": {P.SYSTEM_READ},
    "health_checks": {P.SYSTEM_READ},
    "identity": {P.USERS_READ},
    "imports": {P.LEADS_IMPORT},
    "lead_family": {P.LEADS_READ},
    "lead_figures": {P.LEADS_READ},
    "lead_quality": {P.AI_READ},
    "lead_record": {P.LEADS_READ},
    "lead_search": {P.LEADS_READ},
    "lead_story": {P.LEADS_READ},
    "leads": {P.LEADS_READ},
    "market": {P.MARKET_READ},
    "market_zip": {P.MARKET_READ},
    "my_work": {P.LEADS_WRITE},
    "my_work.calls_of": {P.LEADS_READ},
    "own_account.all_live_sessions": {P.USERS_READ},
    "platforms": {P.PLATFORMS_READ},
    "platforms.platform_names": {P.PLATFORMS_READ, P.REVENUE_READ},
    "privacy": {P.COMPLIANCE_READ},
    "receivables": {P.REVENUE_READ},
    "revenue": {P.REVENUE_READ},
    "revenue.revenue_as_of": {P.REVENUE_READ, P.LEADS_READ},
    "rights": {P.USERS_READ},
    "saved_views": {P.LEADS_READ},
    "security_events": {P.USERS_READ},
    "system": {P.SYSTEM_READ},
    "team": {P.LEADS_ASSIGN},
    "wordings": {P.COMPLIANCE_READ},
}
# Views of a screen that need more than the screen: parameter `view`, and the right.
VIEWS = {("access", name): permission for name, (permission, _) in access.VIEWS.items()}
VIEWS |= {("lead-quality", name): permission for name, (permission, _) in lead_quality.VIEWS.items()}
VIEWS |= {("compliance", view): P.COMPLIANCE_READ for view in compliance.VIEWS} | {
    ("compliance", "Audit trail"): P.AUDIT_READ
}
# No deeds of their own: what all actions share.
SHARED = {"core", "lead_changes", "links", "reveals", "rights"}


def functions(package: Any, *first: str) -> dict[str, Callable[..., Any]]:
    """Public functions of a package's modules whose parameters begin so, by module.name."""
    found = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and tuple(inspect.signature(function).parameters)[: len(first)] == first:
                found[f"{info.name}.{name}"] = function
    return found


DEEDS = {
    name: deed
    for name, deed in functions(aurum_data.actions, "session", "actor").items()
    if name.partition(".")[0] not in SHARED
}
# How rows become a frame; the switches, which everybody is told of who is signed in.
NO_QUERIES = {"frames.frame", "freeze.switches"}
QUESTIONS = {n: read for n, read in functions(aurum_data.queries, "session").items() if n not in NO_QUERIES}
# About the person who asks, and nobody else.
OF_ONESELF = {name: read for name, read in QUESTIONS.items() if hasattr(read, "of_oneself")}
READS = {name: read for name, read in QUESTIONS.items() if name not in OF_ONESELF}


def believable(kind: Any) -> Any:
    """Some value of a parameter's type."""
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return next(iter(kind))
    values = {
        UUID: uuid4(),
        int: 1,
        bool: True,
        date: today(),
        datetime: now() + timedelta(days=1),
        Decimal: Decimal(1),
    }
    return values.get(kind, "text" if kind is str else [])


def arguments(deed: Callable[..., Any]) -> dict[str, Any]:
    """Believable arguments for all that a deed must be told; nothing that they name exists."""
    hints = get_type_hints(deed)
    needed = [p for p in inspect.signature(deed).parameters.values() if p.default is inspect.Parameter.empty]
    return {p.name: believable(hints[p.name]) for p in needed if p.name not in {"session", "actor"}}


@pytest.fixture
def people(session: Session) -> dict[Role, Actor]:
    """Somebody of each role, signed in."""
    return {role: sign_in(session, make_actor(session, role)) for role in Role}


def test_every_action_is_in_the_matrix() -> None:
    assert set(DEEDS) == set(ACTIONS)


@pytest.mark.parametrize("name", DEEDS)
def test_an_action_is_open_to_those_roles_that_hold_its_rights(
    session: Session, people: dict[Role, Actor], name: str
) -> None:
    allowed = set()
    for role, actor in people.items():
        savepoint = session.begin_nested()
        try:
            DEEDS[name](session, actor, **arguments(DEEDS[name]))
            allowed.add(role)
        except NotAllowed:
            pass
        except Exception:  # refused for another reason, after the check of the right
            allowed.add(role)
        savepoint.rollback()
    assert allowed == {role for role in Role if ACTIONS[name] <= ROLE_PERMISSIONS[role]}


def test_every_query_names_its_rights() -> None:
    assert [name for name, read in READS.items() if not getattr(read, "needs", ())] == []


@pytest.mark.parametrize("name", READS)
def test_a_query_is_open_to_those_roles_that_hold_its_right(shared_db: Database, name: str) -> None:
    allowed = set()
    for role in Role:
        actor = Actor(uuid4(), role, role, permissions=ROLE_PERMISSIONS[role])
        try:
            shared_db.query(actor, READS[name], no_such_parameter=1)
        except NotAllowed:
            continue
        except TypeError:  # the function itself was reached
            allowed.add(role)
    needed = QUERIES.get(name) or QUERIES[name.partition(".")[0]]
    assert allowed == {role for role in Role if needed & ROLE_PERMISSIONS[role]}


@pytest.mark.parametrize("name", OF_ONESELF)
def test_a_query_about_oneself_answers_about_nobody_else(shared_db: Database, name: str) -> None:
    me, somebody = uuid4(), uuid4()
    actor = Actor(me, "me", "Me", permissions=frozenset(Permission))
    with pytest.raises(NotAllowed):
        shared_db.query(actor, OF_ONESELF[name], somebody)
    with pytest.raises(TypeError):  # the function itself was reached
        shared_db.query(actor, OF_ONESELF[name], me, no_such_parameter=1)


def screen(path: str) -> None:
    from pages.shell.screens import SCREENS

    next(screen for screen in SCREENS if screen.path == path).page()


def shown(path: str, view: str | None = None) -> AppTest:
    app = AppTest.from_function(screen, args=(path,))
    if view:
        app.query_params["view"] = view
    return app.run(timeout=60)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_its_screens_and_no_other(site: Database, as_role: AsRole, role: Role) -> None:  # noqa: F811
    as_role(role)
    opened = {}
    for one in SCREENS:
        app = shown(one.path)
        opened[one.path] = [title.value for title in app.title] == [one.title]
        assert (REFUSED in [error.value for error in app.error]) != opened[one.path], one.path
    assert opened == {one.path: one.permission in ROLE_PERMISSIONS[role] for one in SCREENS}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_its_views_and_no_other(site: Database, as_role: AsRole, role: Role) -> None:  # noqa: F811
    as_role(role)
    opening = {one.path: one.permission for one in SCREENS}
    held = ROLE_PERMISSIONS[role]
    for (path, view), permission in VIEWS.items():
        if opening[path] not in held:
            continue
        chosen = [group.value for group in shown(path, view).segmented_control]
        assert (view in chosen) == (permission in held), (path, view)
