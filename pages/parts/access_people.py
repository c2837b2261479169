"""The view People of the Access screen: who has an account, with which roles, and when they were last here."""

from __future__ import annotations

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.identity import list_people
from pages.parts import table as tbl


def people_view(actor: Actor) -> None:
    """The list of accounts."""
    people = get_database().query(actor, list_people)
    tbl.table(
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
        empty="Nobody has an account yet.",
    )
