"""The texts behind the versions that consents name: which are on file, and which are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

MISSING_LIMIT = 200

# Consents are counted by the worker (jobs/consents.py): live, that is a scan of every consent event.
_ON_FILE = text("""
    SELECT w.version, w.wording, w.language, w.shown_from, w.shown_until, w.recorded_at,
           coalesce(u.full_name, 'System') AS recorded_name, coalesce(s.consent_count, 0) AS consents
    FROM consent_wordings w LEFT JOIN users u ON u.id = w.recorded_by
    LEFT JOIN consent_wording_summary s ON s.wording_version = w.version
    ORDER BY w.shown_from DESC, w.version DESC
""")
_MISSING = text("""
    SELECT s.wording_version AS version, s.consent_count AS consents FROM consent_wording_summary s
    WHERE NOT EXISTS (SELECT FROM consent_wordings w WHERE w.version = s.wording_version)
    ORDER BY s.consent_count DESC, s.wording_version LIMIT :limit
""")
_COUNTED = text("SELECT as_of FROM rollup_stamps WHERE rollup = 'consent_summary'")


@dataclass(frozen=True)
class ConsentWordings:
    """Versions with their number of consents (`consents`), as counted at `as_of` (None: not yet).

    on_file  version, wording, language (ISO 639-1), shown_from, shown_until (days; None: still shown), recorded_at,
             recorded_name, consents; the newest first
    missing  version, consents: named by leads, without a text on file; the most named first, at most MISSING_LIMIT
    """

    on_file: pd.DataFrame
    missing: pd.DataFrame
    as_of: datetime | None


@needs(Permission.COMPLIANCE_READ)
def consent_wordings(session: Session) -> ConsentWordings:
    """Every wording on file, and the versions whose text is missing."""
    missing = frame(session, _MISSING, {"limit": MISSING_LIMIT})
    return ConsentWordings(frame(session, _ON_FILE), missing, session.scalar(_COUNTED))
