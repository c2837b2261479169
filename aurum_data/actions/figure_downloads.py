"""Figures that leave the application as files: who may see a figure may take its rows, and it is recorded."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.rules.downloads import FileFormat
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Permission


def download_figure(
    session: Session,
    actor: Actor,
    *,
    permission: Permission,
    figure: str,
    filters: Mapping[str, str],
    file_format: FileFormat,
    rows: int,
) -> None:
    """Allow the rows of a figure to leave as a file, and record it.

    `permission`: that of the figure's screen; `figure`: "Revenue: Daily revenue"; `filters`: what was chosen, in words
    (no contact data). Raises NotAllowed, ReadOnly.
    """
    require(session, actor, permission, stopped_by=Freeze.STOP_EXPORTS)
    audit(session, actor, "figures:rows:download", "figure", figure,
          filters=dict(filters), file_format=file_format, rows=rows)  # fmt: skip
