"""Source and campaign of a lead as keys of `lead_sources` and `campaigns`, made where they are new."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import business_day
from aurum_data.intake.header_names import SourceSystem
from aurum_data.security.limits import Limit, take

MAX_NEW_SOURCES = 25  # per file; more distinct words than that are no list of sources
MAX_NEW_CAMPAIGNS = 200
NEW_CAMPAIGNS = Limit("api_new_campaigns", 50, 86_400)  # of leads that come one by one

_CHANNELS = {
    SourceSystem.FACEBOOK: "paid_social",
    SourceSystem.GOOGLE: "paid_search",
    SourceSystem.TYPEFORM: "organic",
}

_SOURCES = text("SELECT source_name, id FROM lead_sources ORDER BY created_at DESC, id DESC")
_CAMPAIGNS = text("""
    SELECT source_id, campaign_name, external_id, id FROM campaigns ORDER BY created_at DESC, id DESC
""")
# Both tables hold some dozens of rows.
_NAMED = text("""
    SELECT s.id AS source_id, c.id AS campaign_id
    FROM lead_sources s LEFT JOIN LATERAL (
        SELECT id FROM campaigns
        WHERE source_id = s.id AND lower(CAST(:campaign AS text)) IN (lower(campaign_name), lower(external_id))
        ORDER BY created_at, id LIMIT 1) c ON true
    WHERE lower(s.source_name) IN (lower(CAST(:named AS text)), lower(CAST(:own AS text)))
    ORDER BY lower(s.source_name) = lower(CAST(:named AS text)) DESC NULLS LAST, s.created_at, s.id LIMIT 1
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


def attribute(
    session: Session, *, named: str | None, own: str, campaign: str | None, at: datetime, subject: str
) -> tuple[UUID, UUID | None]:
    """Source and campaign of one lead that came by itself.

    A source that is not known is not made: the lead gets the sender's `own`. New campaigns are made, within a limit a
    day for each `subject`; one starts on the New York day of `at`.
    """
    found = session.execute(_NAMED, {"named": named, "own": own, "campaign": campaign}).one_or_none()
    if found is None:
        source_id: UUID = session.execute(_ADD_SOURCE, {"name": own, "channel": "import"}).scalar_one()
        campaign_id = None
    else:
        source_id, campaign_id = found
    if campaign is None or campaign_id is not None or not take(session, NEW_CAMPAIGNS, subject).allowed:
        return source_id, campaign_id
    values = {"source_id": source_id, "name": campaign, "starts_on": business_day(at)}
    return source_id, session.execute(_ADD_CAMPAIGN, values).scalar_one()
