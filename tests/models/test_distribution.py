"""The schema distributes on Citus as it stands: rules that the catalog of plain PostgreSQL can show."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, text

from aurum_data.models import Base
from aurum_data.operations.cluster import PairUrls

RULES = """
WITH owned(t, k) AS (
    SELECT c.oid, a.attnum FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND NOT a.attisdropped AND (a.attname = 'lead_id' OR (c.relname = 'leads' AND a.attname = 'id')))
SELECT 'unique index lacks the lead key' AS rule, i.indexrelid::regclass::text AS what
FROM pg_index i JOIN owned ON t = indrelid
WHERE (indisunique OR indisexclusion) AND NOT k = ANY (indkey::int2[])
UNION ALL
SELECT 'foreign key between lead tables drops the lead', conrelid::regclass || '.' || conname
FROM pg_constraint c JOIN owned o ON o.t = conrelid
WHERE contype = 'f' AND EXISTS (
    SELECT FROM owned p WHERE p.t = confrelid AND NOT EXISTS (
        SELECT FROM generate_subscripts(conkey, 1) n WHERE conkey[n] = o.k AND confkey[n] = p.k))
UNION ALL
SELECT 'set null or default on the lead key', conrelid::regclass || '.' || conname
FROM pg_constraint c JOIN owned ON t = conrelid
WHERE contype = 'f' AND (confdeltype IN ('n', 'd') OR confupdtype IN ('n', 'd')) AND k = ANY (conkey)
UNION ALL
SELECT 'points into lead tables from outside', conrelid::regclass || '.' || conname
FROM pg_constraint c JOIN owned ON t = confrelid
WHERE contype = 'f' AND conrelid NOT IN (SELECT t FROM owned)
  AND NOT EXISTS (SELECT FROM pg_class WHERE oid = conrelid AND relispartition)
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY (%(kept)s)
UNION ALL
SELECT 'policy with a subquery', polrelid::regclass || '.' || polname FROM pg_policy
WHERE polqual::text ~ 'SUBLINK' OR polwithcheck::text ~ 'SUBLINK'
UNION ALL
SELECT 'foreign key of a local table', conrelid::regclass || '.' || conname FROM pg_constraint
WHERE contype = 'f' AND conrelid::regclass::text = ANY (%(local)s)
ORDER BY 1, 2
"""
BY_KIND = {
    kind: [t.name for t in Base.metadata.tables.values() if t.info["distribution"] == kind]
    for kind in ("lead", "reference", "local")
}
ARGUMENTS = {"kept": BY_KIND["lead"] + BY_KIND["reference"], "local": BY_KIND["local"]}


def test_schema_breaks_no_distribution_rule(shared_urls: PairUrls) -> None:
    with psycopg.connect(shared_urls.owner.replace("+psycopg", "")) as connection:
        assert connection.execute(RULES, ARGUMENTS).fetchall() == []


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("CREATE UNIQUE INDEX f ON leads (email_hash)", "unique index lacks the lead key"),
        ("CREATE UNIQUE INDEX f ON lead_exports (id)", "unique index lacks the lead key"),
        ("ALTER TABLE legal_holds ADD CONSTRAINT f FOREIGN KEY (lead_ref) REFERENCES leads (id)",
         "points into lead tables from outside"),
        ("ALTER TABLE alerts ADD CONSTRAINT f FOREIGN KEY (rule_ref) REFERENCES alert_rules (id)",
         "foreign key of a local table"),
        ("ALTER TABLE leads ADD CONSTRAINT f FOREIGN KEY (duplicate_of) REFERENCES leads (id)",
         "foreign key between lead tables drops the lead"),
        ("CREATE TRIGGER f BEFORE DELETE ON b2b_platforms EXECUTE FUNCTION suppress_redundant_updates_trigger()",
         "trigger"),
        ("CREATE POLICY f ON leads USING (id IN (SELECT lead_ref FROM legal_holds))",
         "policy with a subquery"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(shared_urls: PairUrls, fault: str, rule: str) -> None:
    with psycopg.connect(shared_urls.owner.replace("+psycopg", "")) as connection:
        connection.execute(fault)  # type: ignore[call-overload]
        assert rule in {row[0] for row in connection.execute(RULES, ARGUMENTS)}
        connection.rollback()


def test_every_lead_owned_table_is_declared_so() -> None:
    carriers = {t.name for t in Base.metadata.tables.values() if "lead_id" in t.columns} | {"leads"}
    assert carriers == set(BY_KIND["lead"])


def test_every_table_has_a_uuid_key_or_a_natural_one(shared_urls: PairUrls) -> None:
    natural = {
        "lead_idempotency_keys",
        "lead_platform_ids",
        "rollup_changes",
        "rollup_stamps",
        "sign_in_tickets",
    }
    natural |= {"app_flags", "b2b_statement_lines", "consent_summary", "consent_wording_summary"}
    natural |= {"api_key_addresses", "api_requests", "key_rotations", "rate_limits"}
    natural |= {"encryption_keys", "sealed_counts", "list_settings", "bulk_operation_items", "callback_reminders"}
    without = {
        t.name
        for t in Base.metadata.tables.values()
        if not any(c.name == "id" and str(c.server_default.arg) == "uuidv7()" for c in t.columns if c.server_default)
    }
    assert without == natural


def test_keys_are_in_time_order(shared_urls: PairUrls) -> None:
    engine = create_engine(shared_urls.owner)
    with engine.connect() as connection:
        made = [connection.scalar(text("SELECT uuidv7()")) for _ in range(50)]
    engine.dispose()
    assert made == sorted(made)
