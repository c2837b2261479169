"""The view Encryption of the Access screen: key versions, what is under each of them, rotations."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.operations.health import on_node
from aurum_data.queries import encryption as queries
from aurum_data.security.encryption import keys_problem
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.panel import nothing, panel

SORTS = {"encryption": "Encryption", "hashing": "Look-up hashes"}


def encryption_view(actor: Actor) -> None:
    """How the keys stand. Keys are changed by command only, by somebody who can read the key file."""
    _own_keys()
    running = on_node(get_database(), "primary", queries.rotation_is_running)
    if running:
        st.info("A key rotation is running.", icon=":material/autorenew:")
    left, right = st.columns(2)
    with left, panel("Key versions", note="The database keeps a fingerprint of each key, never a key."):
        _versions(actor)
    with right, panel("Values by key version", note="Counted every hour and after each rotation."):
        _values(actor)
    with panel("Rotations"):
        _rotations(actor, running=bool(running))
    st.caption(
        "Keys are rotated, backed up and restored by command: `python -m aurum_data rotate-keys --new`, `backup-keys`, "
        "`restore-keys`."
    )


def _own_keys() -> None:
    """Whether this dashboard's own keys are there and are those of the database."""
    if problem := keys_problem():
        st.error(problem, icon=":material/key_off:")


def _versions(actor: Actor) -> None:
    versions = get_database().query(actor, queries.key_versions)
    tbl.table(
        versions.assign(sort=versions["sort"].map(SORTS)),
        {
            "sort": tbl.text("Key"),
            "version": tbl.number("Version"),
            "in_use": tbl.checkbox("In use"),
            "added_at": tbl.instant("Added (ET)"),
            "used_since": tbl.instant("Used since (ET)"),
            "retired_at": tbl.instant("Retired (ET)"),
        },
        alt="Versions of the encryption and hash keys",
        empty="No program has used a key with this database yet.",
    )


def _values(actor: Actor) -> None:
    counted_at = get_database().query(actor, queries.sealed_counted_at)
    counts = get_database().query(actor, queries.sealed_counts)
    if counts.empty:
        nothing("Nothing is encrypted yet." if counted_at else "Not counted yet: the worker does so every hour.")
        return
    wide = counts.pivot_table(index="field", columns="key_version", values="value_count", fill_value=0, aggfunc="sum")
    wide.columns = [f"version_{version}" for version in wide.columns]
    tbl.table(
        wide.reset_index(),
        {"field": tbl.text("Column")}
        | {name: tbl.number(f"Version {name.removeprefix('version_')}") for name in wide.columns},
        alt="Encrypted values by column and key version",
    )
    st.caption(f"As of {fmt.instant(counted_at)}.")


def _rotations(actor: Actor, *, running: bool) -> None:
    rotations = get_database().query(actor, queries.rotations)
    open_state = "Running" if running else "Stopped: rotate-keys goes on"
    state = rotations["finished_at"].map(lambda at: open_state if pd.isna(at) else "Done")
    tbl.table(
        rotations.assign(sort=rotations["sort"].map(SORTS), state=state),
        {
            "started_at": tbl.instant("Started (ET)"),
            "sort": tbl.text("Key"),
            "table_name": tbl.text("Table"),
            "key_version": tbl.number("To version"),
            "rows_done": tbl.number("Rows"),
            "state": tbl.text("State"),
            "finished_at": tbl.instant("Finished (ET)"),
        },
        alt="Key rotations by table",
        empty="No key was rotated yet.",
    )
