"""Platforms over the API: they answer for themselves, once; their state is read without money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from aurum_data.clock import now, today
from aurum_data.database import Database
from aurum_data.models.platforms import B2bPlatform, LeadExport
from aurum_data.rules.identity import Permission
from tests.factories import make_export, make_lead, make_performance, make_platform
from tests.pages.api.conftest import Machine, MakeMachine, problem

CALLBACKS = "/platforms/callbacks"
NOBODYS = str(UUID(int=1))


@pytest.fixture
def platform(site: Database) -> B2bPlatform:
    with site.write(None) as session:
        return make_platform(session, commission_rate=Decimal("0.5"))


@pytest.fixture
def buyer(machine: MakeMachine, platform: B2bPlatform) -> Machine:
    """A platform with its own key."""
    return machine(Permission.PLATFORMS_ANSWER, platform_ref=platform.id)


@pytest.fixture
def export(site: Database, platform: B2bPlatform) -> LeadExport:
    """A lead that was sent to it a minute ago, for $80."""
    at = now() - timedelta(minutes=1)
    with site.write(None) as session:
        return make_export(
            session, make_lead(session), platform, status="sending", commission_earned=0, sent_at=at, created_at=at
        )


def accepted(export: LeadExport, **values: Any) -> dict[str, Any]:
    return {"event": "accepted", "export_id": str(export.id), "platform_lead_id": f"SUN-{export.id}"} | values


def earned(site: Database, export: LeadExport) -> Any:
    with site.read_primary() as session:
        query = text("SELECT status, total_revenue_earned FROM leads WHERE id = :id")
        return tuple(session.execute(query, {"id": export.lead_id}).one())


def test_accepted_then_returned(site: Database, buyer: Machine, export: LeadExport) -> None:
    answer = buyer.post(CALLBACKS, accepted(export, price_usd="80.00", quality_score=71.5))
    assert answer.json() == {"export_id": str(export.id), "status": "accepted", "repeated": False}
    assert earned(site, export) == ("sold", Decimal("40.00"))
    assert buyer.post(CALLBACKS, accepted(export)).json()["repeated"] is True
    back = {"event": "returned", "platform_lead_id": f"SUN-{export.id}", "reason": "wrong_number"}
    assert buyer.post(CALLBACKS, back).json() == {"export_id": str(export.id), "status": "returned", "repeated": False}
    assert buyer.post(CALLBACKS, back).json()["repeated"] is True
    assert earned(site, export) == ("returned", Decimal("0.00"))


def test_rejected(site: Database, buyer: Machine, export: LeadExport) -> None:
    told = {"event": "rejected", "export_id": str(export.id), "reason": "duplicate"}
    assert buyer.post(CALLBACKS, told).json()["status"] == "rejected"
    assert earned(site, export) == ("new", Decimal("0.00"))
    assert "rejected" in problem(buyer.post(CALLBACKS, accepted(export)), 409)


def test_what_we_earn_is_not_told_to_the_platform(buyer: Machine, export: LeadExport) -> None:
    assert "40" not in buyer.post(CALLBACKS, accepted(export)).text.replace(str(export.id), "")


def test_another_platforms_delivery_is_not_found(site: Database, machine: MakeMachine, export: LeadExport) -> None:
    with site.write(None) as session:
        other = make_platform(session)
    stranger = machine(Permission.PLATFORMS_ANSWER, platform_ref=other.id)
    unknown = accepted(export) | {"export_id": str(uuid4())}
    sentences = {problem(stranger.post(CALLBACKS, body), 404) for body in (accepted(export), unknown)}
    assert len(sentences) == 1
    assert earned(site, export) == ("new", Decimal("0.00"))


def test_a_key_of_no_platform_does_not_answer(machine: MakeMachine, export: LeadExport) -> None:
    problem(machine(Permission.PLATFORMS_ANSWER).post(CALLBACKS, accepted(export)), 403)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": "sold"},
        {"event": "accepted"},
        {"event": "rejected", "export_id": NOBODYS, "reason": "no"},
        {"event": "returned", "reason": "duplicate"},
        {"event": "returned", "reason": "duplicate", "export_id": NOBODYS, "platform_lead_id": "SUN-1"},
        {"event": "accepted", "export_id": NOBODYS, "platform_lead_id": "SUN 1"},
        {"event": "accepted", "export_id": NOBODYS, "platform_lead_id": "S", "price_usd": "NaN"},
        {"event": "accepted", "export_id": NOBODYS, "platform_lead_id": "S", "price_usd": -1},
        {"event": "accepted", "export_id": NOBODYS, "platform_lead_id": "S", "lead_id": "x"},
        [],
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(buyer: Machine, body: Any) -> None:
    problem(buyer.post(CALLBACKS, body), 422)


def test_status_says_how_platforms_do_and_nothing_of_money(
    site: Database, machine: MakeMachine, platform: B2bPlatform
) -> None:
    with site.write(None) as session:
        make_performance(session, today(), platform, total_exports=10, accepted_exports=6, rejected_exports=2)
    answer = machine(Permission.PLATFORMS_READ).get("/platforms").json()
    (told,) = [entry for entry in answer["platforms"] if entry["platform_id"] == str(platform.id)]
    assert (told["platform_name"], told["status"], told["acceptance_rate"]) == (platform.platform_name, "active", 0.75)
    assert (answer["from"], answer["to"]) == (str(today() - timedelta(days=29)), str(today()))
    assert not [name for name in told if "usd" in name or "revenue" in name]


@pytest.mark.parametrize(
    "query", ["from=2026-02-30", "from=2026-11-02&to=2026-11-01", "from=2024-01-01&to=2026-01-01", "to=9999-12-31",
              "from=0", "from=2026-11-01T00:00:00"],
)  # fmt: skip
def test_what_is_no_period_is_refused(machine: MakeMachine, query: str) -> None:
    problem(machine(Permission.PLATFORMS_READ).get(f"/platforms?{query}"), 422)


def test_who_accepts_too_late_is_refused_and_ops_see_why(site: Database, buyer: Machine, export: LeadExport) -> None:
    with site.write(None) as session:
        values = {"id": export.lead_id, "other": make_platform(session, max_buyers=1).id}
        session.execute(text("UPDATE lead_exports SET status = 'timed_out', error_code = 'timeout'"))
        other = session.scalar(
            text(
                "INSERT INTO lead_exports (lead_id, platform_id, status, price_usd, created_at)"
                " VALUES (:id, :other, 'accepted', 80, now() - interval '1 hour') RETURNING id"
            ),
            values,
        )
        session.execute(
            text(
                "INSERT INTO b2b_lead_mappings"
                " (lead_id, platform_id, export_id, platform_lead_id, lead_quality, price_usd)"
                " VALUES (:id, :other, :export, 'X-1', 'standard', 80)"
            ),
            values | {"export": other},
        )
    for _ in range(2):  # told again, it is the same
        refused = buyer.post(CALLBACKS, accepted(export))
        assert problem(refused, 409).startswith("This lead was sold to 1 buyer meanwhile")
    with site.read_primary() as session:
        row = session.execute(
            text("SELECT status, error_code, error_message FROM lead_exports WHERE id = :id"), {"id": export.id}
        ).one()
        entries = session.scalars(text("SELECT event FROM audit_log WHERE entity_id = :id"), {"id": str(export.id)})
        assert list(entries) == ["platforms:delivery:late"]
    said = "The platform accepted too late. This lead was sold to 1 buyer meanwhile, and no more than 1 may share it."
    assert tuple(row) == ("failed_permanent", "sold_meanwhile", said)
