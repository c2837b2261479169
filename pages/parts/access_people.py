"""The view People of the Access screen: who has an account, with which roles, and when they were last here."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.identity import list_people
from aurum_data.rules.identity import Permission
from pages.parts import table as tbl
from pages.parts.access_second_factor import reset_second_factor_dialog


def people_view(actor: Actor) -> None:
    """The list of accounts."""
    people = get_database().query(actor, list_people)
    chosen = tbl.pick_rows(
        people.assign(roles=people["roles"].map(", ".join)),
        {
            "full_name": tbl.text("Name"),
            "username": tbl.text("User name"),
            "status": tbl.text("Status"),
            "roles": tbl.text("Roles"),
            "second_factor": tbl.checkbox("Second factor"),
            "last_sign_in_at": tbl.instant("Last sign-in (ET)"),
        },
        alt="Accounts with their roles and last sign-in",
        key="people",
        empty="Nobody has an account yet.",
    )
    if not actor.may(Permission.USERS_WRITE):
        return
    person = people.iloc[chosen[0]] if chosen else None
    may_reset = person is not None and bool(person["second_factor"])
    if st.button("Remove second factor", icon=":material/lock_reset:", disabled=not may_reset) and person is not None:
        reset_second_factor_dialog(person["user_id"], person["full_name"])
