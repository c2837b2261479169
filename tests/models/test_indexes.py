"""The indexes that the specification names stand as it gives them, and each index of leads has its query."""

from __future__ import annotations

import psycopg
import pytest

from aurum_data.models.leads import Lead
from aurum_data.operations.cluster import PairUrls
from scripts import data_dictionary

SPECIFIED = {
    "idx_lead_created_status": "leads USING btree (created_at, status) WHERE (is_active = true)",
    "idx_lead_quality_score": "leads USING btree (lead_quality, lead_score) WHERE (is_active = true)",
    "idx_lead_zip_quality": "leads USING btree (zip_code, lead_quality) WHERE (is_active = true)",
    "idx_revenue_date_period": "revenue_metrics USING btree (date, period_type)",
    "idx_revenue_qualified_sold": "revenue_metrics USING btree (qualified_leads, sold_leads)",
    "idx_platform_acceptance_revenue": "platform_performance USING btree (acceptance_rate, total_revenue)",
    "idx_nyc_zip_date": "nyc_market_intelligence USING btree (zip_code, date)",
    "idx_nyc_adoption_revenue": "nyc_market_intelligence USING btree (solar_adoption_rate, total_revenue)",
    "idx_lead_address_gin": "leads USING gin (to_tsvector('english'::regconfig, property_address))",
    "idx_conversation_content_gin": "lead_conversations USING gin (to_tsvector('english'::regconfig, content))",
}
LEAD_INDEXES = {str(index.name) for index in Lead.__table__.indexes}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SPECIFIED)
def test_specified_index_stands_as_given(name: str, shared_urls: PairUrls) -> None:
    with psycopg.connect(shared_urls.owner.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name]).fetchone()
    assert row is not None
    assert row[0] == f"CREATE INDEX {name} ON public.{SPECIFIED[name]}"


def test_leads_have_fifteen_indexes_or_more() -> None:
    assert len(LEAD_INDEXES) >= 15


def test_every_index_of_leads_names_the_query_it_serves() -> None:
    assert set(data_dictionary.LEAD_INDEX_QUERIES) == LEAD_INDEXES


def test_data_dictionary_is_up_to_date() -> None:
    assert data_dictionary.TARGET.read_text() == data_dictionary.text()


@pytest.mark.parametrize("view", ["mv_daily_revenue_summary", "mv_platform_performance_summary"])
def test_view_can_be_refreshed_while_it_is_read(view: str, shared_urls: PairUrls) -> None:
    with psycopg.connect(shared_urls.jobs.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}")  # type: ignore[call-overload]
