"""Rows of a figure that leave as a file: by whoever may see the figure, unless exports are stopped, on record."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.figure_downloads import download_figure
from aurum_data.actions.freeze import freeze
from aurum_data.errors import NotAllowed, ReadOnly
from aurum_data.rules.downloads import FileFormat
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Permission, Role
from tests.factories import make_actor, sign_in

FIGURE, FILTERS = "Revenue: Daily revenue", {"Days": "Nov 1 - 30, 2026"}


def download(session: Session, actor: Actor) -> None:
    download_figure(
        session, actor, permission=Permission.REVENUE_READ, figure=FIGURE, filters=FILTERS,
        file_format=FileFormat.CSV, rows=30,
    )  # fmt: skip


def test_it_is_recorded_with_its_filters_format_and_rows(session: Session) -> None:
    mia = sign_in(session, make_actor(session, Role.MANAGER))
    download(session, mia)
    entry = session.execute(text("SELECT actor_user_id, event, entity_id, details FROM audit_log")).one()
    details = {"filters": FILTERS, "file_format": "csv", "rows": 30}
    assert tuple(entry) == (mia.user_id, "figures:rows:download", FIGURE, details)


def test_who_may_not_see_the_figure_may_not_take_it(session: Session) -> None:
    with pytest.raises(NotAllowed):
        download(session, sign_in(session, make_actor(session, Role.SALES)))


def test_the_switch_that_stops_exports_stops_it(session: Session) -> None:
    mia = sign_in(session, make_actor(session, Role.MANAGER))
    freeze(session, SYSTEM, switch=Freeze.STOP_EXPORTS, reason="Drill")
    with pytest.raises(ReadOnly):
        download(session, mia)
