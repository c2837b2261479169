"""Rows for tests: one plain function per thing, with believable defaults; everything may be said by keyword."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.clock import now
from aurum_data.models.ai import AiModel
from aurum_data.models.analytics import PlatformPerformance, RevenueMetric
from aurum_data.models.identity import ApiKey, User
from aurum_data.models.leads import Lead
from aurum_data.models.market import NycZipCode
from aurum_data.models.platforms import B2bPlatform, LeadExport
from aurum_data.models.revenue import B2bRevenueTransaction, B2bStatement
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.identity import ROLE_PERMISSIONS, Permission, Role
from aurum_data.security.api_keys import new_key
from aurum_data.security.tokens import digest


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def make_zip(session: Session, zip_code: str = "11215", **values: Any) -> NycZipCode:
    """A ZIP code with 1,000 households, half of them owners."""
    defaults = {
        "borough": Borough.BROOKLYN,
        "county_fips": "36047",
        "kind": "standard",
        "utility": Utility.CON_EDISON,
    }
    figures = {"households": 1000, "owner_share": Decimal("0.5")}
    return _add(session, NycZipCode(**{"zip_code": zip_code, **defaults, **figures, **values}))


def make_platform(session: Session, **values: Any) -> B2bPlatform:
    """An active platform that takes leads by API."""
    defaults = {"platform_name": f"Buyer {uuid4().hex[:8]}", "delivery_method": "api_post"}
    return _add(session, B2bPlatform(**{**defaults, **values}))


def make_lead(session: Session, **values: Any) -> Lead:
    """A new lead in Brooklyn, without contact data."""
    defaults = {
        "zip_code": "11215",
        "borough": Borough.BROOKLYN,
        "utility": Utility.CON_EDISON,
        "lead_score": 50,
    }
    return _add(session, Lead(**{**defaults, **values}))


def make_model(session: Session) -> AiModel:
    """A model that leads conversations."""
    costs = {"input_usd_per_1k_tokens": Decimal(0), "output_usd_per_1k_tokens": Decimal(0)}
    names = {"model_name": f"Talker {uuid4().hex[:8]}", "model_version": "1", "provider": "Test"}
    return _add(session, AiModel(**names, **costs, purpose="conversation", released_at=now()))


def make_export(session: Session, lead: Lead, platform: B2bPlatform, **values: Any) -> LeadExport:
    """A delivery that the platform accepted for $80 in 400 ms; the lead's counter follows."""
    defaults = {
        "status": "accepted",
        "price_usd": Decimal(80),
        "commission_earned": Decimal(80),
        "response_ms": 400,
    }
    export = _add(session, LeadExport(**{"lead_id": lead.id, "platform_id": platform.id, **defaults, **values}))
    session.execute(text("UPDATE leads SET export_count = export_count + 1 WHERE id = :id"), {"id": lead.id})
    return export


def make_transaction(
    session: Session,
    export: LeadExport,
    *,
    amount_usd: Decimal = Decimal(80),
    transaction_type: str = "sale",
    occurred_at: datetime | None = None,
    offsets_id: UUID | None = None,
) -> B2bRevenueTransaction:
    """A ledger entry for an export; the lead's revenue follows."""
    entry = _add(
        session,
        B2bRevenueTransaction(
            lead_id=export.lead_id,
            platform_id=export.platform_id,
            export_id=export.id,
            offsets_id=offsets_id,
            transaction_type=transaction_type,
            occurred_at=occurred_at or now(),
            gross_usd=amount_usd,
            commission_rate=Decimal(1),
            amount_usd=amount_usd,
        ),
    )
    session.execute(
        text("UPDATE leads SET total_revenue_earned = total_revenue_earned + :amount WHERE id = :id"),
        {"amount": amount_usd, "id": export.lead_id},
    )
    return entry


def make_sale(
    session: Session,
    lead: Lead,
    platform: B2bPlatform,
    *,
    amount_usd: Decimal = Decimal(80),
    at: datetime | None = None,
) -> B2bRevenueTransaction:
    """An accepted delivery and its sale, at one instant."""
    instant = at or now()
    export = make_export(session, lead, platform, created_at=instant, price_usd=amount_usd)
    return make_transaction(session, export, amount_usd=amount_usd, occurred_at=instant)


def make_actor(session: Session, role: Role) -> Actor:
    """A person who holds one role, as the database says too."""
    person = _add(session, User(username=f"{role}-{uuid4().hex[:8]}", full_name=f"A {role}"))
    session.execute(
        text("INSERT INTO user_roles (user_id, role_id) SELECT :user_id, id FROM roles WHERE role_name = :role"),
        {"user_id": person.id, "role": role},
    )
    rights = ROLE_PERMISSIONS[role]
    return Actor(person.id, person.username, person.full_name, roles=frozenset({role}), permissions=rights)


def sign_in(session: Session, actor: Actor) -> Actor:
    """The same person in a live session in which they have just proved who they are."""
    opened = session.execute(
        text(
            "INSERT INTO sign_in_sessions (token_hash, user_ref, auth_epoch, second_factor, expires_at)"
            " SELECT decode(md5(random()::text), 'hex'), id, auth_epoch, true, now() + interval '1 hour'"
            " FROM users WHERE id = :id RETURNING id"
        ),
        {"id": actor.user_id},
    )
    return replace(actor, session_id=opened.scalar_one())


def make_metric(session: Session, day: date, platform: B2bPlatform | None = None, **values: Any) -> RevenueMetric:
    """The rolled-up money of one day, of all platforms or of one; `total_revenue` follows from its parts."""
    parts = [Decimal(values.get(name, 0)) for name in ("sales_usd", "returns_usd", "adjustments_usd")]
    keys = {"period_type": "daily", "date": day, "platform_ref": platform.id if platform else None}
    return _add(session, RevenueMetric(**{**keys, "total_revenue": sum(parts), **values}))


def make_performance(session: Session, day: date, platform: B2bPlatform, **values: Any) -> PlatformPerformance:
    """A platform's rolled-up day."""
    return _add(session, PlatformPerformance(platform_ref=platform.id, date=day, **values))


def make_statement(
    session: Session, platform: B2bPlatform, month: date, *, total_usd: Decimal = Decimal(1000), **values: Any
) -> B2bStatement:
    """The sent statement of a month that begins on `month`, all of it sales, due 30 days after the month's end."""
    end = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    days = {"period_start": month, "period_end": end, "issued_on": end, "due_on": end + timedelta(days=30)}
    money = {"sales_usd": total_usd, "total_usd": total_usd}
    number = {"statement_number": f"S-{uuid4().hex[:8]}", "status": "sent"}
    return _add(session, B2bStatement(**{"platform_id": platform.id, **days, **money, **number, **values}))


def make_key(session: Session, *scopes: Permission, **values: Any) -> tuple[str, ApiKey]:
    """A machine's key that is good for a day, and its row."""
    secret, prefix = new_key()
    defaults = {"key_name": f"Machine {prefix}", "expires_at": now() + timedelta(days=1)}
    row = ApiKey(**{**defaults, "key_prefix": prefix, "key_hash": digest(secret), "scopes": list(scopes), **values})
    return secret, _add(session, row)


def machine_of(key: ApiKey) -> Actor:
    """The machine that holds a key."""
    return Actor(None, key.key_name, key.key_name, key_id=key.id)
