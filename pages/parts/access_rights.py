"""The view Rights of the Access screen: why somebody may do something, who may do it, and what to tidy up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import now
from aurum_data.database import get_database
from aurum_data.queries.identity import list_people
from aurum_data.queries.rights import HeldGrant, held_grants, unused_accounts, who, why
from aurum_data.rules.identity import Permission, rights_of
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.access_grants import change_grants
from pages.parts.access_labels import limits, meaning, source
from pages.parts.panel import nothing, panel

UNUSED_DAYS = 60
EXPIRING_DAYS = 30
COLUMNS = {
    "source": tbl.text("Through"),
    "where": tbl.text("Where"),
    "expires_at": tbl.instant("Until (ET)"),
    "granted_by": tbl.text("Given by"),
    "granted_at": tbl.instant("Given (ET)"),
}


def rights_view(actor: Actor) -> None:
    """One person and their grants on the left, one permission and its holders on the right, tidying below."""
    database = get_database()
    held = database.query(actor, held_grants)
    people = database.query(actor, list_people)
    left, right = st.columns(2, gap="medium")
    with left, panel("One person"):
        _person(actor, held, people)
    with right, panel("Who can do that"):
        permission = st.selectbox("Permission", list(Permission), format_func=meaning, key="who_permission")
        entries = who(held, permission)
        _table(entries, {"full_name": tbl.text("Name")}, empty="Nobody may do this.", alt="People who may do this")
        if entries:
            st.caption(f"{len({entry.user_id for entry in entries})} people")
    left, right = st.columns(2, gap="medium")
    with left, panel("Unused accounts", note=f"Active accounts without a sign-in for {UNUSED_DAYS} days"):
        tbl.table(
            database.query(actor, unused_accounts, days=UNUSED_DAYS),
            {
                "full_name": tbl.text("Name"),
                "username": tbl.text("User name"),
                "last_sign_in_at": tbl.instant("Last sign-in (ET)"),
                "created_at": tbl.instant("Made (ET)"),
            },
            alt="Accounts that nobody has used lately",
            empty="Every active account was used lately.",
        )
    with right, panel("Grants that end soon", note=f"Roles and permissions that end within {EXPIRING_DAYS} days"):
        _table(
            sorted(
                (e for e in held if e.expires_at and e.expires_at < now() + timedelta(days=EXPIRING_DAYS)),
                key=lambda entry: entry.expires_at or now(),
            ),
            {"full_name": tbl.text("Name")},
            empty="No grant ends soon.",
            alt="Grants that end soon",
        )


def _person(actor: Actor, held: list[HeldGrant], people: pd.DataFrame) -> None:
    if people.empty:
        nothing("Nobody has an account yet.")
        return
    names: dict[UUID, str] = {row.user_id: f"{row.full_name} ({row.username})" for row in people.itertuples()}
    user_id = st.selectbox("Person", list(names), format_func=lambda user: names.get(user, fmt.MISSING), key="person")
    own = [entry for entry in held if entry.user_id == user_id]
    _table(own, {}, empty="Holds nothing.", alt="Roles and permissions of this person")
    if actor.may(Permission.USERS_WRITE) and user_id != actor.user_id:
        change_grants(actor, user_id, own)
    st.markdown("##### Why can this person do that")
    permission = st.selectbox("Permission", list(Permission), format_func=meaning, key="why_permission")
    _explain(own, user_id, permission)


def _explain(own: list[HeldGrant], user_id: UUID, permission: Permission) -> None:
    giving = why(own, user_id, permission)
    for entry in giving:
        until = f"until {fmt.instant(entry.expires_at)}" if entry.expires_at else "for good"
        by = f"given by {entry.granted_by}" if entry.granted_by else "given by the system"
        st.markdown(
            f":material/check: {fmt.plain(source(entry))}: {fmt.plain(limits(entry))}, {fmt.plain(until)}, "
            f"{fmt.plain(by)} on {fmt.plain(fmt.instant(entry.granted_at))}"
        )
    if giving:
        return
    if any(permission in entry.grant.permissions for entry in own):
        rights = rights_of([entry.grant for entry in own])
        where = " and ".join(
            kind
            for kind, limit in (("boroughs", rights.boroughs), ("platforms", rights.platforms))
            if limit is not None
        )
        st.markdown(f":material/block: No: the person is limited to {where or 'some'}, and this cannot be limited so.")
    else:
        st.markdown(":material/block: No: nothing that this person holds gives it.")


def _table(entries: list[HeldGrant], first: dict[str, tbl.Column], *, empty: str, alt: str) -> None:
    frame = pd.DataFrame(
        {
            "full_name": [entry.full_name for entry in entries],
            "source": [source(entry) for entry in entries],
            "where": [limits(entry) for entry in entries],
            "expires_at": pd.to_datetime([entry.expires_at for entry in entries], utc=True),
            "granted_by": [entry.granted_by for entry in entries],
            "granted_at": pd.to_datetime([entry.granted_at for entry in entries], utc=True),
        }
    )
    tbl.table(frame, {**first, **COLUMNS}, alt=alt, empty=empty)
