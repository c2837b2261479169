"""What stands before the first lead arrives: the time span, the people, the places, sources, platforms and models."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from aurum_data.errors import UserError
from aurum_data.reference.files import incentives, rate_on
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.savings import Basis, Financing, Incentive, incentives_on
from aurum_data.sample import arrivals
from aurum_data.sample.acquisition import Source, make_sources, months_after
from aurum_data.sample.draws import Draws, Weighted, uuid7
from aurum_data.sample.models import Model, make_models
from aurum_data.sample.platforms import Platform, make_platforms
from aurum_data.sample.write import Batch
from aurum_data.security.encryption import Keyring

COMPLETION_DAYS = 90  # a system is taken to be completed so long after the lead; incentives count on that day
IMPORT_DAY = 5
MAX_LEADS = 1_000_000  # so many phone numbers there are without repeats


@dataclass(frozen=True)
class Order:
    """What is asked for. The same order gives the same leads; `end` (ms) is the end of `until`, or now.

    `url` is the database's, the owner's, as psycopg takes it.
    """

    url: str
    leads: int
    seed: int
    until: date
    end: int
    keyring: Keyring


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A ZIP code with what its homes are like."""

    zip_code: str
    borough: Borough
    utility: Utility
    low_rise: float
    potential: float


@dataclass(frozen=True, slots=True)
class Erasure:
    """A person who asked to be erased and was: the lead, when (ms), and the hashes that remain."""

    lead_id: UUID
    asked: int
    done: int
    phone_hash: bytes
    email_hash: bytes


@dataclass(slots=True)
class ImportedFile:
    """A file of leads: its batch, when it was loaded (ms), and how many rows landed."""

    id: UUID
    started: int
    rows: int = 0
    duplicates: int = 0
    unsellable: int = 0


@dataclass(slots=True)
class World:
    """Everything that the leads' stories draw on."""

    rng: Random
    keyring: Keyring
    first: date
    until: date
    end: int
    people: dict[str, UUID]
    places: Weighted[Place]
    sources: list[Source]
    platforms: list[Platform]
    models: list[Model]
    corrections: dict[tuple[UUID, date], int] = field(default_factory=dict)
    erasures: list[Erasure] = field(default_factory=list)
    imports: dict[date, ImportedFile] = field(default_factory=dict)
    _incentives: dict[tuple[int, int, str], tuple[list[str], list[Incentive]]] = field(default_factory=dict)
    _rates: dict[tuple[int, Utility], float] = field(default_factory=dict)
    _sources_of: dict[tuple[date, bool], Weighted[Source]] = field(default_factory=dict)
    _all_incentives: list[Incentive] = field(default_factory=incentives)

    def month(self, number: int) -> date:
        """The first day of a month, counted from the start of the history."""
        return months_after(self.first, number)

    def source_on(self, day: date) -> Source:
        """A source that brought leads on a day; files of leads come on one day of the month."""
        file_day = day.day == IMPORT_DAY
        key = (day.replace(day=1), file_day)
        if key not in self._sources_of:
            self._sources_of[key] = Weighted(
                {
                    source: source.plan.weight * (30 if source.plan.channel == "import" else 1)
                    for source in self.sources
                    if source.starts_on <= key[0] and (file_day or source.plan.channel != "import")
                }
            )
        return self._sources_of[key].draw(self.rng)

    def next_of_import(self, day: date, arrival: int) -> tuple[UUID, int]:
        """The batch of a day's file, and the instant (ms) at which its next row landed."""
        batch = self.imports.setdefault(day, ImportedFile(uuid7(self.rng, arrival), arrival))
        batch.rows += 1
        return batch.id, batch.started + 40 * batch.rows

    def incentives_for(self, day: date, utility: str) -> tuple[list[str], list[Incentive]]:
        """What a buying household that comes on a day can count on: the codes, and the incentives, grants first.

        Programs that pay nothing are left out.
        """
        key = (day.year, day.month, utility)
        if key not in self._incentives:
            month = months_after(day, COMPLETION_DAYS // 30)
            found = incentives_on(
                self._all_incentives, month, utility=Utility(utility), financing=Financing.CASH, income_qualified=False
            )
            paid = [i for i in found if i.amount > 0 and i.to_household and i.basis is not Basis.ASSESSMENT_EXEMPT]
            grants_first = sorted(paid, key=lambda i: i.basis is not Basis.USD_PER_WATT)
            self._incentives[key] = (sorted({i.code for i in paid}), grants_first)
        return self._incentives[key]

    def rate_for(self, day: date, utility: Utility) -> float:
        """All-in USD per kWh; before the first known year its value, less 5 % a year."""
        if (day.year, utility) not in self._rates:
            back = 0
            while True:
                try:
                    rate = float(rate_on(utility, "all_in_average", day.replace(year=day.year + back, day=1)))
                    break
                except LookupError:
                    back += 1
            self._rates[day.year, utility] = round(rate * 0.95**back, 4)
        return self._rates[day.year, utility]


def make_world(connection: psycopg.Connection[Any], order: Order, batch: Batch) -> World:
    """Read people and places, make sources, platforms and models with their rows.

    Raises UserError when people or reference data are missing, or when there are not phone numbers enough.
    """
    if order.leads > MAX_LEADS:
        raise UserError(f"Sample data goes up to {MAX_LEADS:,} leads.")
    rng = Draws(order.seed)
    first = arrivals.first_day(order.until)
    people = dict(connection.execute("SELECT username, id FROM users WHERE is_sample ORDER BY username").fetchall())
    if not people:
        raise UserError("The sample people are missing: they come before the sample leads.")
    days = (order.until - first).days + 1
    return World(
        rng=rng,
        keyring=order.keyring,
        first=first,
        until=order.until,
        end=order.end,
        people=people,
        places=_places(connection),
        sources=make_sources(rng, first, order.until, batch),
        platforms=make_platforms(rng, first, order.end, order.leads / days, order.keyring, batch),
        models=make_models(rng, first, order.end, batch),
    )


def _places(connection: psycopg.Connection[Any]) -> Weighted[Place]:
    """ZIP codes, weighted by their estimated owner households, those in houses six times those in apartments."""
    query = """
        SELECT zip_code, borough, utility, coalesce(low_rise_share, 0.2), coalesce(solar_potential_score, 40),
               households * owner_share
        FROM nyc_zip_codes
        WHERE is_modzcta_primary AND is_residential AND households > 0 AND owner_share > 0
        ORDER BY zip_code
    """
    weights = {}
    for zip_code, borough, utility, low_rise, potential, owners in connection.execute(query):
        place = Place(zip_code, Borough(borough), Utility(utility), float(low_rise), float(potential))
        weights[place] = float(owners) * (0.15 + 0.85 * float(low_rise))
    if not weights:
        raise UserError("The NYC reference data are missing: run `python -m aurum_data load-reference` first.")
    return Weighted(weights)
