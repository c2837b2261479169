"""Source and campaign of a lead as keys of `lead_sources` and `campaigns`, made where they are new."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import business_day
from aurum_data.intake.header_names import SourceSystem

MAX_NEW_SOURCES = 25  # per file; more distinct words than that are no list of sources
MAX_NEW_CAMPAIGNS = 200

_CHANNELS = {
    SourceSystem.FACEBOOK: "paid_social",
    SourceSystem.GOOGLE: "paid_search",
    SourceSystem.TYPEFORM: "organic",
}

_SOURCES = text("SELECT source_name, id FROM lead_sources ORDER BY created_at DESC, id DESC")
_CAMPAIGNS = text("""
    SELECT source_id, campaign_name, external_id, id FROM campaigns ORDER BY created_at DESC, id DESC
""")
_ADD_SOURCE = text("""
    INSERT INTO lead_sources (source_name, channel) VALUES (:name, :channel)
    ON CONFLICT (source_name) DO UPDATE SET source_name = excluded.source_name RETURNING id
""")
_ADD_CAMPAIGN = text("""
    INSERT INTO campaigns (source_id, campaign_name, starts_on) VALUES (:source_id, :name, :starts_on)
    ON CONFLICT (source_id, campaign_name) DO UPDATE SET campaign_name = excluded.campaign_name RETURNING id
""")


class Attribution:
    """Looks names up without regard to case, and adds new ones up to a limit per file.

    Past the limit a lead gets the file's own source, and no campaign. One object serves one import, which
    ends when a transaction of it is rolled back.
    """

    def __init__(self, system: SourceSystem) -> None:
        self._system = system
        self._sources: dict[str, UUID] = {}
        self._campaigns: dict[tuple[UUID, str], UUID] = {}
        self._new_sources = 0
        self._new_campaigns = 0

    def read(self, session: Session) -> None:
        """Learn the names that the database has."""
        for name, key in session.execute(_SOURCES):
            self._sources[name.lower()] = key
        for source_id, name, external_id, key in session.execute(_CAMPAIGNS):
            self._campaigns[source_id, name.lower()] = key
            if external_id:
                self._campaigns[source_id, external_id.lower()] = key

    def source(self, session: Session, name: str | None) -> UUID:
        """The key of a source; without a name, or past the limit, that of the program that wrote the file."""
        name = name or self._system.label
        known = self._sources.get(name.lower())
        if known is not None:
            return known
        own = name == self._system.label
        if self._new_sources >= MAX_NEW_SOURCES and not own:
            return self.source(session, None)
        channel = _CHANNELS.get(self._system, "import") if own else "import"
        key: UUID = session.execute(_ADD_SOURCE, {"name": name, "channel": channel}).scalar_one()
        self._sources[name.lower()] = key
        self._new_sources += 1
        return key

    def campaign(self, session: Session, source_id: UUID, name: str | None, at: datetime) -> UUID | None:
        """The key of a source's campaign by its name or the advertising platform's id, or None.

        A new campaign starts on the New York day of `at`.
        """
        if name is None:
            return None
        known = self._campaigns.get((source_id, name.lower()))
        if known is not None or self._new_campaigns >= MAX_NEW_CAMPAIGNS:
            return known
        values = {"source_id": source_id, "name": name, "starts_on": business_day(at)}
        key: UUID = session.execute(_ADD_CAMPAIGN, values).scalar_one()
        self._campaigns[source_id, name.lower()] = key
        self._new_campaigns += 1
        return key
