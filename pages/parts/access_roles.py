"""The view Roles of the Access screen: the matrix of roles and permissions, and the roles of the house's own."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from aurum_data.actions import custom_roles as actions
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.rights import RoleEntry, list_roles
from aurum_data.rules.identity import ADMIN_ONLY, ROLE_PERMISSIONS, Permission, Role
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.access_labels import MEANINGS, meaning
from pages.parts.guard import guard
from pages.parts.panel import explained

DONE = "access_roles_done"


def roles_view(actor: Actor) -> None:
    """The matrix; for those who may, the forms that make and change roles."""
    if done := st.session_state.pop(DONE, None):
        st.toast(done, icon=":material/check:")
    roles = get_database().query(actor, list_roles)
    own = [role for role in roles if not role.is_system]
    if actor.may(Permission.USERS_WRITE):
        with st.container(horizontal=True, gap="small"):
            if st.button("New role", icon=":material/add:", type="primary"):
                _make()
            for role in own:
                if st.button(f"Change {role.name}", icon=":material/edit:", key=f"change_{role.role_id}"):
                    _change(role)
    tbl.table(
        _matrix(roles),
        {"permission": tbl.text("Permission"), "meaning": tbl.text("What it opens", width="large")}
        | {role.name: tbl.checkbox(fmt.label(role.name), help=role.description) for role in roles},
        alt="Which role holds which permission",
        height="content",
    )
    st.caption(
        "People: " + ", ".join(f"{fmt.label(role.name)} {role.holders}" for role in roles) + ". "
        "The system's roles are those of this version of the program and cannot be changed here."
    )
    _differences(roles)


def _matrix(roles: list[RoleEntry]) -> pd.DataFrame:
    """One row per permission that the code knows, one column per role that the database holds."""
    return pd.DataFrame(
        {
            "permission": [str(permission) for permission in Permission],
            "meaning": [MEANINGS[permission] for permission in Permission],
            **{role.name: [permission in role.permissions for permission in Permission] for role in roles},
        }
    )


def _differences(roles: list[RoleEntry]) -> None:
    """Say so where the database gives a system role something else than the code."""
    for role in roles:
        if role.is_system and role.name in set(Role) and role.permissions != ROLE_PERMISSIONS[Role(role.name)]:
            st.warning(
                f"The database gives {fmt.label(role.name)} other permissions than this version of the program. "
                "Run the migration command again.",
                icon=":material/rule:",
            )


@st.dialog("New role", width="medium")
def _make() -> None:
    guard(Permission.USERS_WRITE)

    def save(actor: Actor, name: str, description: str, permissions: list[Permission]) -> None:
        with get_database().write(actor) as session:
            actions.make_role(session, actor, name=name, description=description, permissions=permissions)
        _done(f"The role {name} can be given now.")

    _form(None, save)


@st.dialog("Change a role", width="medium")
def _change(role: RoleEntry) -> None:
    guard(Permission.USERS_WRITE)

    def save(actor: Actor, name: str, description: str, permissions: list[Permission]) -> None:
        with get_database().write(actor) as session:
            actions.change_role(
                session, actor, role_id=role.role_id, name=name, description=description, permissions=permissions
            )
        _done(f"The role {name} was changed; people who hold it sign in again.")

    _form(role, save)
    if st.button("Remove this role", icon=":material/delete:", type="tertiary"):
        actor = guard(Permission.USERS_WRITE)
        with explained("Remove a role"):
            with get_database().write(actor) as session:
                actions.remove_role(session, actor, role_id=role.role_id)
            _done(f"The role {role.name} is gone.")


def _form(role: RoleEntry | None, save: Callable[[Actor, str, str, list[Permission]], None]) -> None:
    with st.form("role", border=False):
        name = st.text_input("Name", role.name if role else "", max_chars=actions.LONGEST_NAME)
        description = st.text_input(
            "What it is for", role.description if role else "", max_chars=actions.LONGEST_DESCRIPTION
        )
        permissions = st.multiselect(
            "Permissions", [p for p in Permission if p not in ADMIN_ONLY],
            default=sorted(role.permissions) if role else [], format_func=meaning,
        )  # fmt: skip
        sent = st.form_submit_button("Save", type="primary")
    if sent:
        actor = guard(Permission.USERS_WRITE)
        with explained("Save a role"):
            save(actor, name, description, permissions)


def _done(sentence: str) -> None:
    st.session_state[DONE] = sentence
    st.rerun()
