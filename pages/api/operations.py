"""Every operation of the API, once: the routes and the OpenAPI document are made from this list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from aurum_data.rules.identity import Permission
from pages.api import leads, platforms, revenue
from pages.api.call import Answer, Call
from pages.api.messages import (
    DeliveryState,
    LeadDelivery,
    LeadDetail,
    LeadPage,
    LeadsAsked,
    LeadTaken,
    Period,
    PlatformAnswer,
    Platforms,
    Revenue,
)


@dataclass(frozen=True)
class Operation:
    """What can be asked for at an address. `refusals` are the statuses of its own, beside those of all."""

    method: str
    path: str
    name: str
    summary: str
    needs: Permission | None
    work: Callable[[Call[Any, Any]], Answer]
    answer: type[BaseModel]
    status: int = 200
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    idempotency_key: bool = False
    refusals: tuple[int, ...] = ()


OPERATIONS = (
    Operation(
        "POST", "/leads", "deliverLead", "Deliver a lead, once per Idempotency-Key", Permission.LEADS_IMPORT,
        leads.deliver, LeadTaken, status=201, body=LeadDelivery, idempotency_key=True, refusals=(409,),
    ),
    Operation(
        "GET", "/leads", "listLeads", "Leads without personal data, newest first", Permission.LEADS_READ,
        leads.find, LeadPage, query=LeadsAsked,
    ),
    Operation(
        "GET", "/leads/{lead_id}", "getLead", "One lead without personal data", Permission.LEADS_READ,
        leads.look_up, LeadDetail, refusals=(404,),
    ),
    Operation(
        "POST", "/platforms/callbacks", "answerDelivery", "A platform's answer to a lead that was sent to it",
        Permission.PLATFORMS_ANSWER, platforms.callback, DeliveryState, body=PlatformAnswer, refusals=(404, 409),
    ),
    Operation(
        "GET", "/platforms", "listPlatforms", "State and rates of every platform", Permission.PLATFORMS_READ,
        platforms.status, Platforms, query=Period,
    ),
    Operation(
        "GET", "/revenue", "getRevenue", "Revenue of a period", Permission.REVENUE_READ,
        revenue.revenue, Revenue, query=Period,
    ),
)  # fmt: skip
