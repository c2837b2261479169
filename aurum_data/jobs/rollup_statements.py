"""The SQL behind the rollups. Each statement takes `days` (New York days) and recomputes exactly those.

A day is a half-open range of instants, so the indexes on created_at and occurred_at serve, and the days of a
change to or from daylight-saving time last 23 or 25 hours. Every insert is an upsert; rows that nothing stands
behind any more go.

Definitions: a lead counts on the day it arrived unless it was deleted; a delivery counts on the day it was made,
once it has left the queue; money counts on the day of the ledger entry. Leads, qualified leads and campaign costs
belong to no platform, so only the rows of all platforms carry them.
"""

from __future__ import annotations

from sqlalchemy import TextClause, text

DAYS = """
    WITH days AS MATERIALIZED (
        SELECT day,
               day::timestamp AT TIME ZONE 'America/New_York' AS starts,
               (day + 1)::timestamp AT TIME ZONE 'America/New_York' AS ends
        FROM unnest(CAST(:days AS date[])) AS day)
"""

_REVENUE_INSERT = """
    INSERT INTO revenue_metrics
        (period_type, date, platform_ref, total_leads, qualified_leads, exported_leads, sold_leads,
         returned_leads, sales_usd, returns_usd, adjustments_usd, total_revenue, acquisition_cost_usd,
         average_price_usd, conversion_rate)
"""
_REVENUE_STORE = """
    ON CONFLICT (period_type, date, platform_ref) DO UPDATE SET
        total_leads = excluded.total_leads, qualified_leads = excluded.qualified_leads,
        exported_leads = excluded.exported_leads, sold_leads = excluded.sold_leads,
        returned_leads = excluded.returned_leads, sales_usd = excluded.sales_usd,
        returns_usd = excluded.returns_usd, adjustments_usd = excluded.adjustments_usd,
        total_revenue = excluded.total_revenue, acquisition_cost_usd = excluded.acquisition_cost_usd,
        average_price_usd = excluded.average_price_usd, conversion_rate = excluded.conversion_rate,
        computed_at = now()
"""
# A return may meet a day without a lead: the share is kept between nothing and the column's limit.
_REVENUE_VALUES = """
        , coalesce(sum(total_leads), 0), coalesce(sum(qualified_leads), 0), coalesce(sum(exported_leads), 0),
        coalesce(sum(sold_leads), 0), coalesce(sum(returned_leads), 0), coalesce(sum(sales_usd), 0),
        coalesce(sum(returns_usd), 0), coalesce(sum(adjustments_usd), 0),
        coalesce(sum(sales_usd), 0) + coalesce(sum(returns_usd), 0) + coalesce(sum(adjustments_usd), 0),
        coalesce(sum(acquisition_cost_usd), 0),
        round(sum(sales_usd) / nullif(sum(sold_leads), 0), 2),
        CASE WHEN sum(sold_leads) <= 9 * sum(total_leads)
            THEN round(sum(sold_leads) / nullif(sum(total_leads), 0), 6) END
"""

_DAILY_PARTS = """,
    parts AS (
        SELECT d.day, NULL::uuid AS platform_ref, count(*) AS total_leads, NULL::bigint AS qualified_leads,
               NULL::bigint AS exported_leads, NULL::bigint AS sold_leads, NULL::bigint AS returned_leads,
               NULL::numeric AS sales_usd, NULL::numeric AS returns_usd, NULL::numeric AS adjustments_usd,
               NULL::numeric AS acquisition_cost_usd
        FROM days d JOIN leads l ON l.created_at >= d.starts AND l.created_at < d.ends
        WHERE l.is_active = true
        GROUP BY d.day
        UNION ALL
        SELECT d.day, NULL, NULL, count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM days d JOIN leads l ON l.qualified_at >= d.starts AND l.qualified_at < d.ends
        WHERE l.is_active = true
        GROUP BY d.day
        UNION ALL
        SELECT d.day, e.platform_id, NULL, NULL, count(*), NULL, NULL, NULL, NULL, NULL, NULL
        FROM days d JOIN lead_exports e ON e.created_at >= d.starts AND e.created_at < d.ends
        WHERE e.status NOT IN ('queued', 'sending', 'cancelled')
        GROUP BY GROUPING SETS ((d.day), (d.day, e.platform_id))
        UNION ALL
        SELECT d.day, t.platform_id, NULL, NULL, NULL,
               count(*) FILTER (WHERE t.transaction_type = 'sale'),
               count(*) FILTER (WHERE t.transaction_type = 'return'),
               sum(t.amount_usd) FILTER (WHERE t.transaction_type = 'sale'),
               sum(t.amount_usd) FILTER (WHERE t.transaction_type = 'return'),
               sum(t.amount_usd) FILTER (WHERE t.transaction_type = 'adjustment'),
               NULL
        FROM days d JOIN b2b_revenue_transactions t ON t.occurred_at >= d.starts AND t.occurred_at < d.ends
        GROUP BY GROUPING SETS ((d.day), (d.day, t.platform_id))
        UNION ALL
        SELECT d.day, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, sum(c.cost_usd)
        FROM days d JOIN campaign_costs c ON c.date = d.day
        GROUP BY d.day),
    gone AS (
        DELETE FROM revenue_metrics m USING days d
        WHERE m.period_type = 'daily' AND m.date = d.day
          AND NOT EXISTS (SELECT FROM parts p
                          WHERE p.day = m.date AND p.platform_ref IS NOT DISTINCT FROM m.platform_ref))
"""
_DAILY_KEY, _DAILY_GROUP = "'daily', day, platform_ref", "day, platform_ref"

# The weeks and months that hold the days, summed from their daily rows.
_PERIOD_PARTS = """
    WITH periods AS MATERIALIZED (
        SELECT 'weekly' AS period_type, date_trunc('week', day::timestamp)::date AS first,
               (date_trunc('week', day::timestamp) + interval '7 days')::date AS next
        FROM unnest(CAST(:days AS date[])) AS day
        UNION
        SELECT 'monthly', date_trunc('month', day::timestamp)::date,
               (date_trunc('month', day::timestamp) + interval '1 month')::date
        FROM unnest(CAST(:days AS date[])) AS day),
    parts AS (
        SELECT p.period_type AS kind, p.first, m.* FROM periods p
        JOIN revenue_metrics m ON m.period_type = 'daily' AND m.date >= p.first AND m.date < p.next),
    gone AS (
        DELETE FROM revenue_metrics m USING periods p
        WHERE m.period_type = p.period_type AND m.date = p.first
          AND NOT EXISTS (SELECT FROM parts x
                          WHERE x.kind = m.period_type AND x.first = m.date
                            AND x.platform_ref IS NOT DISTINCT FROM m.platform_ref))
"""
_PERIOD_KEY = _PERIOD_GROUP = "kind, first, platform_ref"


def _revenue(parts: str, key: str, group: str) -> TextClause:
    """The rows of `revenue_metrics` that add up `parts`, by what stands behind them."""
    pieces = (parts, _REVENUE_INSERT, "SELECT", key, _REVENUE_VALUES, "FROM parts GROUP BY", group, _REVENUE_STORE)
    return text(" ".join(pieces))


REVENUE_DAILY = _revenue(DAYS + _DAILY_PARTS, _DAILY_KEY, _DAILY_GROUP)
REVENUE_PERIODS = _revenue(_PERIOD_PARTS, _PERIOD_KEY, _PERIOD_GROUP)

# Of the periods that hold the days, and of the ones right after, whose 'period before' changed.
REVENUE_GROWTH = text("""
    WITH touched AS MATERIALIZED (
        SELECT 'daily' AS period_type, day + step AS first, day + step - 1 AS before
        FROM unnest(CAST(:days AS date[])) AS day, generate_series(0, 1) AS step
        UNION
        SELECT 'weekly', week + 7 * step, week + 7 * step - 7
        FROM unnest(CAST(:days AS date[])) AS day, generate_series(0, 1) AS step,
             LATERAL (SELECT date_trunc('week', day::timestamp)::date AS week) AS w
        UNION
        SELECT 'monthly', (month + step * interval '1 month')::date,
               (month + (step - 1) * interval '1 month')::date
        FROM unnest(CAST(:days AS date[])) AS day, generate_series(0, 1) AS step,
             LATERAL (SELECT date_trunc('month', day::timestamp) AS month) AS m),
    growth AS (
        SELECT n.id, round((n.total_revenue - b.total_revenue) / nullif(abs(b.total_revenue), 0), 6) AS rate
        FROM touched t
        JOIN revenue_metrics n ON n.period_type = t.period_type AND n.date = t.first
        LEFT JOIN revenue_metrics b ON b.period_type = t.period_type AND b.date = t.before
                                   AND b.platform_ref IS NOT DISTINCT FROM n.platform_ref)
    UPDATE revenue_metrics m SET growth_rate = g.rate
    FROM growth g WHERE g.id = m.id AND m.growth_rate IS DISTINCT FROM g.rate
""")

_PLATFORM = """,
    exports AS (
        SELECT d.day, e.platform_id AS platform_ref, count(*) AS total,
               count(*) FILTER (WHERE e.status IN ('accepted', 'returned')) AS accepted,
               count(*) FILTER (WHERE e.status = 'rejected') AS rejected,
               count(*) FILTER (WHERE e.status IN ('failed_retryable', 'failed_permanent', 'timed_out')) AS failed,
               avg(e.response_ms) AS average_ms,
               percentile_cont(0.95) WITHIN GROUP (ORDER BY e.response_ms) AS p95_ms
        FROM days d JOIN lead_exports e ON e.created_at >= d.starts AND e.created_at < d.ends
        WHERE e.status NOT IN ('queued', 'sending', 'cancelled')
        GROUP BY d.day, e.platform_id),
    money AS (
        SELECT d.day, t.platform_id AS platform_ref, sum(t.amount_usd) AS revenue,
               count(*) FILTER (WHERE t.transaction_type = 'return') AS returned
        FROM days d JOIN b2b_revenue_transactions t ON t.occurred_at >= d.starts AND t.occurred_at < d.ends
        GROUP BY d.day, t.platform_id),
    satisfaction AS (
        SELECT d.day, t.platform_id AS platform_ref, avg(c.satisfaction_score) AS score
        FROM days d
        JOIN b2b_revenue_transactions t ON t.occurred_at >= d.starts AND t.occurred_at < d.ends
        CROSS JOIN LATERAL (  -- OFFSET keeps it a look-up per sale
            SELECT satisfaction_score FROM ai_conversations WHERE lead_id = t.lead_id OFFSET 0) c
        WHERE t.transaction_type = 'sale' AND c.satisfaction_score IS NOT NULL
        GROUP BY d.day, t.platform_id),
    checks AS (
        SELECT d.day, h.platform_ref, avg(h.ok::int) AS uptime
        FROM days d JOIN platform_health_checks h ON h.checked_at >= d.starts AND h.checked_at < d.ends
        GROUP BY d.day, h.platform_ref),
    keys AS (
        SELECT day, platform_ref FROM exports UNION SELECT day, platform_ref FROM money
        UNION SELECT day, platform_ref FROM checks),
    gone AS (
        DELETE FROM platform_performance p USING days d
        WHERE p.date = d.day
          AND NOT EXISTS (SELECT FROM keys k WHERE k.day = p.date AND k.platform_ref = p.platform_ref))
    INSERT INTO platform_performance AS p
        (platform_ref, date, total_exports, accepted_exports, rejected_exports, failed_exports, returned_leads,
         acceptance_rate, error_rate, average_response_ms, p95_response_ms, uptime_share, total_revenue,
         customer_satisfaction)
    SELECT platform_ref, day, coalesce(total, 0), coalesce(accepted, 0), coalesce(rejected, 0), coalesce(failed, 0),
           coalesce(returned, 0), round(accepted::numeric / nullif(accepted + rejected, 0), 6),
           round(failed::numeric / nullif(total, 0), 6), round(average_ms, 1), round(p95_ms::numeric, 1),
           round(uptime, 6), coalesce(revenue, 0), round(score, 2)
    FROM keys LEFT JOIN exports USING (day, platform_ref) LEFT JOIN money USING (day, platform_ref)
    LEFT JOIN satisfaction USING (day, platform_ref) LEFT JOIN checks USING (day, platform_ref)
    ON CONFLICT (platform_ref, date) DO UPDATE SET
        total_exports = excluded.total_exports, accepted_exports = excluded.accepted_exports,
        rejected_exports = excluded.rejected_exports, failed_exports = excluded.failed_exports,
        returned_leads = excluded.returned_leads, acceptance_rate = excluded.acceptance_rate,
        error_rate = excluded.error_rate, average_response_ms = excluded.average_response_ms,
        p95_response_ms = excluded.p95_response_ms, uptime_share = excluded.uptime_share,
        total_revenue = excluded.total_revenue, customer_satisfaction = excluded.customer_satisfaction,
        computed_at = now()
"""
PLATFORM_PERFORMANCE = text(DAYS + _PLATFORM)

# Market figures are copied as they stand; a day that is over keeps the ones it has. The penetration of a new row is
# right when all days are computed at once; otherwise MARKET_PENETRATION mends it.
# Gives, per ZIP code whose number of leads changed, the first day it changed on.
_MARKET = """,
    parts AS (
        SELECT d.day, l.zip_code, l.borough, count(*) AS leads, NULL::bigint AS qualified, NULL::bigint AS sold,
               NULL::numeric AS revenue, sum(l.lead_score) AS scores, sum(l.monthly_bill_usd) AS bills,
               count(l.monthly_bill_usd) AS billed
        FROM days d JOIN leads l ON l.created_at >= d.starts AND l.created_at < d.ends
        WHERE l.is_active = true
        GROUP BY d.day, l.zip_code, l.borough
        UNION ALL
        SELECT d.day, l.zip_code, l.borough, NULL, count(*), NULL, NULL, NULL, NULL, NULL
        FROM days d JOIN leads l ON l.qualified_at >= d.starts AND l.qualified_at < d.ends
        WHERE l.is_active = true
        GROUP BY d.day, l.zip_code, l.borough
        UNION ALL
        SELECT d.day, l.zip_code, l.borough, NULL, NULL,
               count(*) FILTER (WHERE t.transaction_type = 'sale'), sum(t.amount_usd), NULL, NULL, NULL
        FROM days d
        JOIN b2b_revenue_transactions t ON t.occurred_at >= d.starts AND t.occurred_at < d.ends
        JOIN leads l ON l.id = t.lead_id
        GROUP BY d.day, l.zip_code, l.borough),
    computed AS (
        SELECT day, zip_code, max(borough) AS borough, coalesce(sum(leads), 0) AS leads,
               coalesce(sum(qualified), 0) AS qualified, coalesce(sum(sold), 0) AS sold,
               coalesce(sum(revenue), 0) AS revenue, sum(scores) / nullif(sum(leads), 0) AS score,
               sum(bills) / nullif(sum(billed), 0) AS bill,
               sum(coalesce(sum(leads), 0)) OVER (PARTITION BY zip_code ORDER BY day) AS leads_so_far
        FROM parts GROUP BY day, zip_code),
    gone AS (
        DELETE FROM nyc_market_intelligence m USING days d
        WHERE m.date = d.day AND NOT EXISTS (
            SELECT FROM computed c WHERE c.day = m.date AND c.zip_code = m.zip_code)
        RETURNING m.zip_code, m.date),
    stored AS (
        INSERT INTO nyc_market_intelligence AS m
            (zip_code, borough, date, total_leads, qualified_leads, sold_leads, total_revenue, average_lead_score,
             average_monthly_bill_usd, market_penetration, solar_adoption_rate, competition_intensity,
             market_maturity)
        SELECT c.zip_code, coalesce(z.borough, c.borough), c.day, c.leads, c.qualified, c.sold, c.revenue,
               round(c.score, 2), round(c.bill, 2),
               CASE WHEN c.leads_so_far < 10 * round(z.households * z.owner_share)
                   THEN round(c.leads_so_far / round(z.households * z.owner_share), 6) END,
               z.solar_adoption_rate, z.competition_intensity, z.market_maturity
        FROM computed c LEFT JOIN nyc_zip_codes z ON z.zip_code = c.zip_code
        ON CONFLICT (zip_code, date) DO UPDATE SET
            borough = excluded.borough, total_leads = excluded.total_leads,
            qualified_leads = excluded.qualified_leads, sold_leads = excluded.sold_leads,
            total_revenue = excluded.total_revenue, average_lead_score = excluded.average_lead_score,
            average_monthly_bill_usd = excluded.average_monthly_bill_usd,
            solar_adoption_rate = CASE WHEN m.date >= :today
                THEN excluded.solar_adoption_rate ELSE m.solar_adoption_rate END,
            competition_intensity = CASE WHEN m.date >= :today
                THEN excluded.competition_intensity ELSE m.competition_intensity END,
            market_maturity = CASE WHEN m.date >= :today
                THEN excluded.market_maturity ELSE m.market_maturity END,
            computed_at = now()
        RETURNING new.zip_code, new.date, old.total_leads IS DISTINCT FROM new.total_leads AS is_changed)
    SELECT zip_code, min(date) AS first
    FROM (SELECT zip_code, date FROM stored WHERE is_changed UNION ALL SELECT zip_code, date FROM gone) AS changed
    GROUP BY zip_code
"""
MARKET = text(DAYS + _MARKET)

# Leads so far are a running sum of the ZIP code's days, so every day from the first changed one on is looked at.
MARKET_PENETRATION = text("""
    WITH changed AS MATERIALIZED (
        SELECT zip_code, first FROM unnest(CAST(:zip_codes AS text[]), CAST(:firsts AS date[])) AS c (zip_code, first)),
    sums AS (
        SELECT m.id, m.date >= c.first AS is_touched,
               sum(m.total_leads) OVER (PARTITION BY m.zip_code ORDER BY m.date) AS leads_so_far,
               round(z.households * z.owner_share) AS owners
        FROM changed c
        JOIN nyc_market_intelligence m ON m.zip_code = c.zip_code
        JOIN nyc_zip_codes z ON z.zip_code = c.zip_code),
    shares AS (
        SELECT id, CASE WHEN leads_so_far < 10 * owners THEN round(leads_so_far / owners, 6) END AS share
        FROM sums WHERE is_touched)
    UPDATE nyc_market_intelligence m SET market_penetration = s.share
    FROM shares s WHERE s.id = m.id AND m.market_penetration IS DISTINCT FROM s.share
""")
