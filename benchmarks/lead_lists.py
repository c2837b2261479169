"""The declared mix of 50 lists, searches and page turns that sales and ops ask for, run through the query layer.

Why these: a person opens the list, narrows it by one or two of status, quality, borough or arrival, turns a page or
two, and looks people up by whatever they have at hand. Selective, broad and empty results are all in, and so are
the combinations that no single index serves. A case counts its list and its total, as the screen does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import today
from aurum_data.queries.lead_filter import SORT_COLUMNS, Cursor, Duplicates, LeadFilter, LeadSort, SortKey
from aurum_data.queries.leads import LeadPage, count_leads, list_leads
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import LeadQuality, LeadStatus
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState

S, Q, B = LeadStatus, LeadQuality, Borough
Page = Literal["first", "second", "deep"]
NEWEST, OLDEST = LeadSort(), LeadSort(SortKey.CREATED, descending=False)
BEST, RICHEST = LeadSort(SortKey.SCORE), LeadSort(SortKey.REVENUE)
LATEST, IDLE = LeadSort(SortKey.ACTIVITY), LeadSort(SortKey.ACTIVITY, descending=False)
DEEP = 0.9  # share of the leads that lie before a deep page


@dataclass(frozen=True)
class Known:
    """What the cases need to know of the database: ids, texts that find something, places deep in the list."""

    source: UUID
    campaign: UUID
    platforms: tuple[UUID, ...]
    person: UUID
    lead: UUID
    full_name: str
    first_name: str
    last_name: str
    address: str
    street: str
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


EXPIRED_AT_PSEG = {"consent_states": (ConsentState.EXPIRED,), "utilities": (Utility.PSEG_LI,)}

CASES: list[Case] = [
    # Opening the list and turning its pages, in every order that is offered
    Case("everything, newest", _plain()),
    Case("everything, second page", _plain(), page="second"),
    Case("everything, deep", _plain(), page="deep"),
    Case("everything, oldest", _plain(), OLDEST),
    Case("everything, best score", _plain(), BEST),
    Case("everything, best score, deep", _plain(), BEST, "deep"),
    Case("everything, most revenue", _plain(), RICHEST),
    Case("everything, latest activity", _plain(), LATEST),
    Case("everything, longest idle", _plain(), IDLE),
    Case("with deactivated", _plain(include_inactive=True)),
    # One filter
    Case("new", _plain(statuses=(S.NEW,))),
    Case("new, longest waiting", _plain(statuses=(S.NEW,)), OLDEST),
    Case("qualified, best score", _plain(statuses=(S.QUALIFIED,)), BEST),
    Case("sold, deep", _plain(statuses=(S.SOLD,)), page="deep"),
    Case("premium", _plain(qualities=(Q.PREMIUM,))),
    Case("score from 90", _plain(lowest_score=90)),
    Case("Staten Island", _plain(boroughs=(B.STATEN_ISLAND,))),
    Case("one ZIP code", _plain(zip_codes=("11234",))),
    Case("PSEG Long Island", _plain(utilities=(Utility.PSEG_LI,))),
    Case("today", _since(0)),
    Case("last 7 days, best score", _since(6), BEST),
    Case("last 90 days, most revenue", _since(89), RICHEST),
    Case("one source", lambda k: LeadFilter(sources=(k.source,))),
    Case("one campaign", lambda k: LeadFilter(campaigns=(k.campaign,))),
    Case("delivered to one platform", lambda k: LeadFilter(platforms=k.platforms[:1])),
    Case("rejected somewhere", _plain(export_statuses=(ExportStatus.REJECTED,))),
    Case("latest delivery failed", _plain(has_export_error=True)),
    Case("mine", lambda k: LeadFilter(assigned_to=k.person)),
    Case("consent withdrawn", _plain(consent_states=(ConsentState.WITHDRAWN,))),
    Case("only duplicates", _plain(duplicates=Duplicates.ONLY)),
    # Several filters
    Case("new and unassigned", _plain(statuses=(S.NEW,), assigned_to="nobody")),
    Case("mine, open", lambda k: LeadFilter(assigned_to=k.person, statuses=(S.NEW, S.CONTACTED))),
    Case("mine, qualified, best score", lambda k: LeadFilter(assigned_to=k.person, statuses=(S.QUALIFIED,)), BEST),
    Case("sold or returned in Queens", _plain(statuses=(S.SOLD, S.RETURNED), boroughs=(B.QUEENS,))),
    Case("premium in three ZIPs", _plain(qualities=(Q.PREMIUM,), zip_codes=("11234", "10306", "11364"))),
    Case("last month, qualified, Brooklyn", _since(60, 30, statuses=(S.QUALIFIED,), boroughs=(B.BROOKLYN,))),
    Case("platform, failed for good", _failed_at_one_platform),
    Case("year, no duplicates, revenue", _since(364, duplicates=Duplicates.HIDDEN), RICHEST),
    Case("expired consent, PSEG, offered", _plain(statuses=(S.OFFERED,), **EXPIRED_AT_PSEG)),
    Case("source, contacted, longest idle", lambda k: LeadFilter(sources=(k.source,), statuses=(S.CONTACTED,)), IDLE),
    # Searches
    Case("search: lead id", lambda k: LeadFilter(search=str(k.lead))),
    Case("search: phone that nobody has", _plain(search="(212) 555-0199")),
    Case("search: email that nobody has", _plain(search="nobody@example.com")),
    Case("search: platform's id", lambda k: LeadFilter(search=k.platform_lead_id)),
    Case("search: full name", lambda k: LeadFilter(search=k.full_name)),
    Case("search: last name, best score", lambda k: LeadFilter(search=k.last_name), BEST),
    Case("search: three letters of a first name", lambda k: LeadFilter(search=k.first_name[:3])),
    Case("search: house and street", lambda k: LeadFilter(search=k.address)),
    Case("search: street in sold", lambda k: LeadFilter(search=k.street, statuses=(S.SOLD,))),
    Case("search: nothing like it", _plain(search="zzyzx qqqq")),
]  # fmt: skip


def known(session: Session) -> Known:
    """Look up what the cases need, from a lead in the middle; not part of what is measured."""

    def one(sql: str) -> tuple[UUID, ...]:
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
            "SELECT id, full_name, first_name, last_name, property_address FROM leads WHERE is_active = true"
            " AND last_name IS NOT NULL AND property_address IS NOT NULL ORDER BY created_at, id OFFSET :skip LIMIT 1"
        ),
        {"skip": total // 2},
    ).one()
    return Known(
        source=one("SELECT id FROM lead_sources ORDER BY id LIMIT 1")[0],
        campaign=one("SELECT id FROM campaigns ORDER BY id LIMIT 1")[0],
        platforms=one("SELECT id FROM b2b_platforms ORDER BY id"),
        person=one("SELECT assigned_to FROM leads WHERE is_active = true AND assigned_to IS NOT NULL LIMIT 1")[0],
        lead=lead.id,
        full_name=lead.full_name,
        first_name=lead.first_name,
        last_name=lead.last_name,
        address=lead.property_address,
        street=max(lead.property_address.split(), key=len),
        platform_lead_id=str(one("SELECT platform_lead_id FROM lead_platform_ids ORDER BY lead_ref LIMIT 1")[0]),
        deep=deep,
    )


def run(session: Session, case: Case, facts: Known) -> LeadPage:
    """One case as the screen asks it: the page of the list, and the total."""
    chosen = case.filter(facts)
    after = facts.deep[case.sort.by] if case.page == "deep" else None
    page = list_leads(session, filter=chosen, sort=case.sort, after=after)
    if case.page == "second" and page.next:
        page = list_leads(session, filter=chosen, sort=case.sort, after=page.next)
    count_leads(session, chosen)
    return page
