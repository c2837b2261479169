"""The declared mix of 50 lists, searches and page turns that sales and ops ask for, run through the query layer.

Why these: sales people live in their own leads and in the new ones; ops and managers narrow the list by one to three
of status, tier, days, place, source or delivery, follow a saved view with groups, and put the list into the order they
need; everybody turns a page or two, and looks people up by whatever they have at hand. Each part has selective, broad
and empty results, and the combinations that no single index serves. Values that are rare are taken where they are
rarest: the smallest source and campaign, the ZIP code with most leads and the one with fewest. A case counts its list
and its total, as the screen does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import today
from aurum_data.queries.lead_filter import (
    SORT_COLUMNS,
    Cursor,
    Duplicates,
    Join,
    LeadConditions,
    LeadFilter,
    LeadSort,
    SortKey,
)
from aurum_data.queries.leads import LeadPage, count_leads, list_leads
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import LeadQuality, LeadStatus
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState

S, Q, B = LeadStatus, LeadQuality, Borough
Page = Literal["first", "second", "deep", "back"]
NEWEST, OLDEST = LeadSort(), LeadSort(SortKey.CREATED, descending=False)
BEST, RICHEST = LeadSort(SortKey.SCORE), LeadSort(SortKey.REVENUE)
LATEST, IDLE = LeadSort(SortKey.ACTIVITY), LeadSort(SortKey.ACTIVITY, descending=False)
DEEP = 0.9  # share of the leads that lie before a deep page


@dataclass(frozen=True)
class Known:
    """What the cases need to know of the database: ids, texts that find something, places deep in the list."""

    source: UUID
    small_source: UUID
    small_campaign: UUID
    full_zip: str
    sparse_zip: str
    platforms: tuple[UUID, ...]
    person: UUID
    lead: UUID
    full_name: str
    first_name: str
    address: str
    platform_lead_id: str
    deep: dict[SortKey, Cursor]


Filter = Callable[[Known], LeadFilter]


@dataclass(frozen=True)
class Case:
    """One combination of filter, order and page."""

    name: str
    filter: Filter
    sort: LeadSort = NEWEST
    page: Page = "first"


def _plain(**parts: object) -> Filter:
    return lambda _: LeadFilter(**parts)  # type: ignore[arg-type]


def _since(days: int, until: int = 0, **parts: object) -> Filter:
    last = today()
    return _plain(created_from=last - timedelta(days=days), created_to=last - timedelta(days=until), **parts)


def _failed_at_one_platform(facts: Known) -> LeadFilter:
    return LeadFilter(platforms=facts.platforms[:1], export_statuses=(ExportStatus.FAILED_PERMANENT,))


def _any_of(*groups: LeadConditions, **parts: object) -> Filter:
    return lambda _: LeadFilter(groups=groups, **parts)  # type: ignore[arg-type]


def _mine_or_nobodys(facts: Known) -> LeadFilter:
    mine = LeadConditions(assigned_to=facts.person, statuses=(S.CONTACTED,))
    return LeadFilter(groups=(mine, LeadConditions(assigned_to="nobody", statuses=(S.NEW,))))


EXPIRED_AT_PSEG = {"consent_states": (ConsentState.EXPIRED,), "utilities": (Utility.PSEG_LI,)}
FAILED, REJECTED = (ExportStatus.FAILED_PERMANENT,), (ExportStatus.REJECTED,)
RETURNED = LeadConditions(statuses=(S.RETURNED,))
STRONG = LeadConditions(qualities=(Q.PREMIUM,), lowest_score=85)
REFUSED = LeadConditions(export_statuses=REJECTED, has_export_error=True)
ROCKAWAY = ("11691", "11692", "11693", "11694", "11697")  # what the ZIP filter offers of Queens, linked to it

CASES: list[Case] = [
    # Everybody opens the list, turns its pages forward and back, and puts it into another order
    Case("everything, newest", _plain()),
    Case("everything, second page", _plain(), page="second"),
    Case("everything, deep", _plain(), page="deep"),
    Case("everything, back from deep", _plain(), page="back"),
    Case("everything, best score, deep", _plain(), BEST, "deep"),
    Case("everything, most revenue", _plain(), RICHEST),
    Case("everything, latest activity", _plain(), LATEST),
    Case("everything, longest idle", _plain(), IDLE),
    Case("with deactivated", _plain(include_inactive=True)),
    # Sales: what is mine, what is new, whom nobody has
    Case("new", _plain(statuses=(S.NEW,))),
    Case("new, longest waiting", _plain(statuses=(S.NEW,)), OLDEST),
    Case("new and unassigned", _plain(statuses=(S.NEW,), assigned_to="nobody")),
    Case("mine", lambda k: LeadFilter(assigned_to=k.person)),
    Case("mine, open", lambda k: LeadFilter(assigned_to=k.person, statuses=(S.NEW, S.CONTACTED))),
    Case("mine, qualified, best score", lambda k: LeadFilter(assigned_to=k.person, statuses=(S.QUALIFIED,)), BEST),
    Case("of a person who has none", _plain(assigned_to=UUID(int=1))),
    Case("contacted by me, or new and nobody's", _mine_or_nobodys),
    # Managers: how far leads are, how good, of which days
    Case("qualified, best score", _plain(statuses=(S.QUALIFIED,)), BEST),
    Case("sold, deep", _plain(statuses=(S.SOLD,)), page="deep"),
    Case("premium", _plain(qualities=(Q.PREMIUM,))),
    Case("today", _since(0)),
    Case("last 7 days, best score", _since(6), BEST),
    Case("last 90 days, most revenue", _since(89), RICHEST),
    Case("last month, qualified, Brooklyn", _since(60, 30, statuses=(S.QUALIFIED,), boroughs=(B.BROOKLYN,))),
    Case("year, no duplicates, revenue", _since(364, duplicates=Duplicates.HIDDEN), RICHEST),
    Case("premium and 85 or more, refused or failed", _any_of(STRONG, REFUSED, groups_joined=Join.AND)),
    # Where the house is: buyers buy by place
    Case("Staten Island", _plain(boroughs=(B.STATEN_ISLAND,))),
    Case("the ZIP code with most leads", lambda k: LeadFilter(zip_codes=(k.full_zip,))),
    Case("the ZIP code with fewest leads", lambda k: LeadFilter(zip_codes=(k.sparse_zip,))),
    Case("Queens and five ZIPs of it, best score", _plain(boroughs=(B.QUEENS,), zip_codes=ROCKAWAY), BEST),
    Case("premium in three ZIPs", _plain(qualities=(Q.PREMIUM,), zip_codes=("11234", "10306", "11364"))),
    Case("a ZIP of Brooklyn in the Bronx", _plain(boroughs=(B.BRONX,), zip_codes=("11234",))),
    # Where it came from: what a campaign brought
    Case("one source", lambda k: LeadFilter(sources=(k.source,))),
    Case("the smallest source", lambda k: LeadFilter(sources=(k.small_source,))),
    Case("the smallest campaign", lambda k: LeadFilter(campaigns=(k.small_campaign,))),
    Case("source, contacted, longest idle", lambda k: LeadFilter(sources=(k.source,), statuses=(S.CONTACTED,)), IDLE),
    # Ops: what became of deliveries, of consent, of duplicates
    Case("rejected somewhere", _plain(export_statuses=REJECTED)),
    Case("latest delivery failed", _plain(has_export_error=True)),
    Case("platform, failed for good", _failed_at_one_platform),
    Case("returned, or failed for good", _any_of(RETURNED, LeadConditions(export_statuses=FAILED))),
    Case("expired consent, PSEG, offered", _plain(statuses=(S.OFFERED,), **EXPIRED_AT_PSEG)),
    Case("consent withdrawn", _plain(consent_states=(ConsentState.WITHDRAWN,))),
    Case("only duplicates", _plain(duplicates=Duplicates.ONLY)),
    # Whoever is on the phone: searches
    Case("search: lead id", lambda k: LeadFilter(search=str(k.lead))),
    Case("search: phone that nobody has", _plain(search="(212) 555-0199")),
    Case("search: platform's id", lambda k: LeadFilter(search=k.platform_lead_id)),
    Case("search: full name", lambda k: LeadFilter(search=k.full_name)),
    Case("search: three letters of a first name", lambda k: LeadFilter(search=k.first_name[:3])),
    Case("search: house and street in sold", lambda k: LeadFilter(search=k.address, statuses=(S.SOLD,))),
    Case("search: nothing like it", _plain(search="zzyzx qqqq")),
]  # fmt: skip


def known(session: Session) -> Known:
    """Look up what the cases need, from a lead in the middle; not part of what is measured."""

    def one(sql: str) -> tuple[Any, ...]:
        return tuple(session.scalars(text(sql)))

    total = session.scalar(text("SELECT count(*) FROM leads WHERE is_active = true")) or 0
    place = {"skip": int(total * DEEP)}
    deep = {}
    for key, (column, _) in SORT_COLUMNS.items():
        row = session.execute(
            text(
                f"SELECT {column}, id FROM leads WHERE is_active = true"
                f" ORDER BY {column} DESC, id DESC OFFSET :skip LIMIT 1"
            ),
            place,
        ).one()
        deep[key] = Cursor(row[0], row[1])
    lead = session.execute(
        text(
            "SELECT id, full_name, first_name, property_address FROM leads WHERE is_active = true"
            " AND last_name IS NOT NULL AND property_address IS NOT NULL ORDER BY created_at, id OFFSET :skip LIMIT 1"
        ),
        {"skip": total // 2},
    ).one()
    sources, campaigns, zips = (
        one(f"SELECT {column} FROM leads WHERE is_active = true AND {column} <> '' GROUP BY 1 ORDER BY count(*), 1")
        for column in ("CAST(source_id AS text)", "CAST(campaign_id AS text)", "zip_code")
    )
    return Known(
        source=UUID(sources[-1]),
        small_source=UUID(sources[0]),
        small_campaign=UUID(campaigns[0]),
        full_zip=zips[-1],
        sparse_zip=zips[0],
        platforms=one("SELECT id FROM b2b_platforms ORDER BY id"),
        person=one("SELECT assigned_to FROM leads WHERE is_active = true AND assigned_to IS NOT NULL LIMIT 1")[0],
        lead=lead.id,
        full_name=lead.full_name,
        first_name=lead.first_name,
        address=lead.property_address,
        platform_lead_id=str(one("SELECT platform_lead_id FROM lead_platform_ids ORDER BY lead_ref LIMIT 1")[0]),
        deep=deep,
    )


def run(session: Session, case: Case, facts: Known) -> LeadPage:
    """One case as the screen asks it: the page of the list, and the total."""
    chosen = case.filter(facts)
    place = facts.deep[case.sort.by]
    after, before = place if case.page == "deep" else None, place if case.page == "back" else None
    page = list_leads(session, filter=chosen, sort=case.sort, after=after, before=before)
    if case.page == "second" and page.next:
        page = list_leads(session, filter=chosen, sort=case.sort, after=page.next)
    count_leads(session, chosen)
    return page
