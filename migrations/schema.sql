\restrict aurum
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;
COMMENT ON EXTENSION btree_gin IS 'support for indexing common datatypes in GIN';
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';
CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA public;
COMMENT ON EXTENSION pg_stat_statements IS 'track planning and execution statistics of all SQL statements executed';
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';
CREATE FUNCTION public.aurum_delivery_in_scope(lead uuid, platform uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
DECLARE
    boroughs CONSTANT text[] := string_to_array(nullif(current_setting('app.boroughs', true), ''), ',');
    platforms CONSTANT text := nullif(current_setting('app.platforms', true), '');
BEGIN
    IF boroughs IS NULL AND platforms IS NULL THEN RETURN false; END IF;
    IF platforms <> '*' AND platform::text <> ALL (string_to_array(platforms, ',')) THEN RETURN false; END IF;
    IF boroughs IS NULL OR cardinality(boroughs) = 5 THEN RETURN true; END IF;
    RETURN EXISTS (SELECT FROM leads WHERE id = lead AND borough = ANY (boroughs));
END $$;
CREATE FUNCTION public.aurum_drop_partitions(parent text, before_month date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $_$
DECLARE
    child text;
    dropped integer := 0;
BEGIN
    FOR child IN
        SELECT c.relname FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
        WHERE p.relnamespace = 'public'::regnamespace AND p.relname = parent AND p.relkind = 'p'
          AND right(c.relname, 6) < to_char(before_month, 'YYYYMM') AND c.relname ~ '_p[0-9]{6}$'
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE public.%I', child);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $_$;
CREATE FUNCTION public.aurum_family_refusals(lead uuid, OUT refuses boolean, OUT do_not_call boolean) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
DECLARE
    root uuid;
BEGIN
    SELECT coalesce(l.duplicate_of, l.id) INTO root FROM leads l
    WHERE l.id = lead AND l.borough = ANY (string_to_array(nullif(current_setting('app.boroughs', true), ''), ','));
    SELECT coalesce(bool_or(l.consent_state = 'withdrawn' OR l.status = 'suppressed'), false),
           coalesce(bool_or(l.do_not_call), false)
    INTO refuses, do_not_call FROM leads l WHERE l.id = root OR l.duplicate_of = root;
END $$;
CREATE FUNCTION public.aurum_lead_in_scope(lead uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'public'
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM leads WHERE id = lead AND borough = ANY (string_to_array(nullif(current_setting('app.boroughs', true), ''), ',')));
END $$;
CREATE FUNCTION public.aurum_make_partitions(first_month date, last_month date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
DECLARE
    parent regclass;
    month date;
    child text;
    made integer := 0;
BEGIN
    FOR parent IN
        SELECT t.partrelid::regclass FROM pg_partitioned_table t JOIN pg_class c ON c.oid = t.partrelid
        WHERE c.relnamespace = 'public'::regnamespace ORDER BY c.relname
    LOOP
        FOR month IN SELECT generate_series(date_trunc('month', first_month), date_trunc('month', last_month), '1 month')
        LOOP
            child := parent::text || '_p' || to_char(month, 'YYYYMM');
            CONTINUE WHEN to_regclass('public.' || quote_ident(child)) IS NOT NULL;
            EXECUTE format('CREATE TABLE public.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', child, parent,
                month::timestamp AT TIME ZONE 'America/New_York',
                (month + interval '1 month')::timestamp AT TIME ZONE 'America/New_York');
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
CREATE FUNCTION public.aurum_platform_in_scope(platform uuid) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT current_setting('app.platforms', true) = '*'
        OR platform::text = ANY (string_to_array(nullif(current_setting('app.platforms', true), ''), ','))
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
END;
$$;
CREATE TABLE public.access_requests (
    id uuid DEFAULT uuidv7() NOT NULL,
    kind text NOT NULL,
    user_ref uuid NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decision text,
    decided_by uuid,
    decided_at timestamp with time zone,
    CONSTRAINT ck_access_requests_ck_access_requests_decided_whole CHECK ((num_nonnulls(decision, decided_by, decided_at) = ANY (ARRAY[0, 3]))),
    CONSTRAINT ck_access_requests_ck_access_requests_decision CHECK ((decision = ANY (ARRAY['approved'::text, 'refused'::text, 'withdrawn'::text]))),
    CONSTRAINT ck_access_requests_ck_access_requests_kind CHECK ((kind = ANY (ARRAY['second_factor_reset'::text, 'role_grant'::text]))),
    CONSTRAINT ck_access_requests_ck_access_requests_two_people CHECK (((decision <> 'approved'::text) OR (decided_by <> requested_by)))
);
COMMENT ON COLUMN public.access_requests.user_ref IS 'whose access is to change';
COMMENT ON COLUMN public.access_requests.details IS 'what is to change: role, scope, expiry';
CREATE TABLE public.ai_analyses (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    analysis_type text NOT NULL,
    ai_model_id uuid NOT NULL,
    model_version text NOT NULL,
    score integer,
    confidence numeric(4,3) NOT NULL,
    factors jsonb DEFAULT '{}'::jsonb NOT NULL,
    insights jsonb DEFAULT '[]'::jsonb NOT NULL,
    recommendations jsonb DEFAULT '[]'::jsonb NOT NULL,
    input_tokens integer DEFAULT 0 NOT NULL,
    output_tokens integer DEFAULT 0 NOT NULL,
    cost_usd numeric(14,6) NOT NULL,
    latency_ms integer NOT NULL,
    CONSTRAINT ck_ai_analyses_analysis_type CHECK ((analysis_type = ANY (ARRAY['lead_score'::text, 'solar_fit'::text, 'intent'::text, 'duplicate_check'::text]))),
    CONSTRAINT ck_ai_analyses_confidence_range CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT ck_ai_analyses_score_range CHECK (((score >= 0) AND (score <= 100)))
);
COMMENT ON COLUMN public.ai_analyses.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.ai_analyses.factors IS 'points by factor';
COMMENT ON COLUMN public.ai_analyses.recommendations IS 'next steps, most useful first';
CREATE TABLE public.ai_conversations (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    ai_model_id uuid NOT NULL,
    channel text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    turn_count integer DEFAULT 0 NOT NULL,
    drop_off_turn integer,
    outcome text,
    primary_intent text,
    average_sentiment numeric(4,3),
    quality_score numeric(5,2),
    satisfaction_score numeric(3,2),
    summary text,
    cost_usd numeric(14,6) NOT NULL,
    CONSTRAINT ck_ai_conversations_average_sentiment_range CHECK (((average_sentiment >= ('-1'::integer)::numeric) AND (average_sentiment <= (1)::numeric))),
    CONSTRAINT ck_ai_conversations_channel CHECK ((channel = ANY (ARRAY['web_chat'::text, 'sms'::text, 'voice'::text, 'email'::text]))),
    CONSTRAINT ck_ai_conversations_outcome CHECK ((outcome = ANY (ARRAY['qualified'::text, 'unqualified'::text, 'callback'::text, 'dropped'::text, 'opted_out'::text]))),
    CONSTRAINT ck_ai_conversations_satisfaction_score_range CHECK (((satisfaction_score >= (1)::numeric) AND (satisfaction_score <= (5)::numeric)))
);
COMMENT ON COLUMN public.ai_conversations.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.ai_conversations.drop_off_turn IS 'turn after which the lead fell silent';
COMMENT ON COLUMN public.ai_conversations.average_sentiment IS '-1 to 1';
COMMENT ON COLUMN public.ai_conversations.quality_score IS '0 to 100, how well the agent led it';
COMMENT ON COLUMN public.ai_conversations.satisfaction_score IS '1 to 5, asked at the end';
CREATE TABLE public.ai_insights (
    id uuid DEFAULT uuidv7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    insight_type text NOT NULL,
    category text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    recommendation text,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    confidence numeric(4,3) NOT NULL,
    expected_impact_usd numeric(12,2),
    model_ref uuid,
    period_start date NOT NULL,
    period_end date NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,
    validated_by uuid,
    validated_at timestamp with time zone,
    implemented_at timestamp with time zone,
    outcome text,
    CONSTRAINT ck_ai_insights_confidence_range CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT ck_ai_insights_insight_type CHECK ((insight_type = ANY (ARRAY['pattern'::text, 'trend'::text, 'recommendation'::text]))),
    CONSTRAINT ck_ai_insights_status CHECK ((status = ANY (ARRAY['new'::text, 'validated'::text, 'rejected'::text, 'implemented'::text])))
);
COMMENT ON COLUMN public.ai_insights.category IS 'revenue, market, quality, platform';
COMMENT ON COLUMN public.ai_insights.expected_impact_usd IS 'per month, estimate';
COMMENT ON COLUMN public.ai_insights.model_ref IS 'ai_models.id';
CREATE TABLE public.ai_models (
    id uuid DEFAULT uuidv7() NOT NULL,
    model_name text NOT NULL,
    model_version text NOT NULL,
    provider text NOT NULL,
    purpose text NOT NULL,
    status text DEFAULT 'testing'::text NOT NULL,
    ab_group text,
    traffic_share numeric(7,6) DEFAULT 0 NOT NULL,
    configuration jsonb DEFAULT '{}'::jsonb NOT NULL,
    requests_per_minute integer DEFAULT 60 NOT NULL,
    requests_per_day integer,
    input_usd_per_1k_tokens numeric(14,6) NOT NULL,
    output_usd_per_1k_tokens numeric(14,6) NOT NULL,
    accuracy numeric(7,6),
    auc numeric(7,6),
    calibration_error numeric(7,6),
    quality_checked_at timestamp with time zone,
    released_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT ck_ai_models_accuracy_range CHECK (((accuracy >= (0)::numeric) AND (accuracy <= (1)::numeric))),
    CONSTRAINT ck_ai_models_auc_range CHECK (((auc >= (0)::numeric) AND (auc <= (1)::numeric))),
    CONSTRAINT ck_ai_models_status CHECK ((status = ANY (ARRAY['testing'::text, 'active'::text, 'retired'::text]))),
    CONSTRAINT ck_ai_models_traffic_share_range CHECK (((traffic_share >= (0)::numeric) AND (traffic_share <= (1)::numeric)))
);
COMMENT ON COLUMN public.ai_models.purpose IS 'lead_scoring, conversation, insight';
COMMENT ON COLUMN public.ai_models.ab_group IS 'name of the A/B test it takes part in';
COMMENT ON COLUMN public.ai_models.traffic_share IS 'of the purpose''s requests';
COMMENT ON COLUMN public.ai_models.accuracy IS 'share of right calls on labelled leads';
COMMENT ON COLUMN public.ai_models.auc IS 'area under the ROC curve, sold against not sold';
COMMENT ON COLUMN public.ai_models.calibration_error IS 'expected calibration error';
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.alert_rules (
    id uuid DEFAULT uuidv7() NOT NULL,
    rule_name text NOT NULL,
    metric text NOT NULL,
    comparison text NOT NULL,
    threshold numeric(16,4) NOT NULL,
    severity text NOT NULL,
    notify_roles text[] DEFAULT '{}'::text[] NOT NULL,
    minimum_interval_minutes integer DEFAULT 60 NOT NULL,
    is_enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_alert_rules_comparison CHECK ((comparison = ANY (ARRAY['above'::text, 'below'::text]))),
    CONSTRAINT ck_alert_rules_minimum_interval_minutes_range CHECK ((minimum_interval_minutes >= 1)),
    CONSTRAINT ck_alert_rules_severity CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
);
CREATE TABLE public.alerts (
    id uuid DEFAULT uuidv7() NOT NULL,
    rule_ref uuid NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    observed numeric(16,4) NOT NULL,
    message text NOT NULL,
    acknowledged_by uuid,
    acknowledged_at timestamp with time zone
);
CREATE TABLE public.api_key_addresses (
    key_ref uuid NOT NULL,
    address inet NOT NULL,
    first_used_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.api_keys (
    id uuid DEFAULT uuidv7() NOT NULL,
    key_name text NOT NULL,
    key_prefix text NOT NULL,
    key_hash bytea NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    allowed_addresses text[] DEFAULT '{}'::text[] NOT NULL,
    rate_limit_per_minute integer DEFAULT 60 NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_address inet,
    replaces_ref uuid,
    platform_ref uuid
);
COMMENT ON COLUMN public.api_keys.key_prefix IS 'visible part';
COMMENT ON COLUMN public.api_keys.key_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.api_keys.replaces_ref IS 'api_keys.id that this one follows; both are good until that one expires';
COMMENT ON COLUMN public.api_keys.platform_ref IS 'b2b_platforms.id that answers with this key; null: not a platform''s';
CREATE TABLE public.api_requests (
    key_ref uuid NOT NULL,
    idempotency_key text NOT NULL,
    request_hash bytea NOT NULL,
    status integer NOT NULL,
    answer jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.api_requests.request_hash IS 'of method, path and body: another body is refused';
COMMENT ON COLUMN public.api_requests.answer IS 'ids and states; no contact data';
CREATE TABLE public.app_flags (
    flag text NOT NULL,
    is_on boolean DEFAULT false NOT NULL,
    reason text,
    changed_by uuid,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.assignment_rules (
    id uuid DEFAULT uuidv7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    rule_name text NOT NULL,
    "position" integer NOT NULL,
    kind text DEFAULT 'round_robin'::text NOT NULL,
    boroughs text[] DEFAULT '{}'::text[] NOT NULL,
    languages text[] DEFAULT '{}'::text[] NOT NULL,
    members uuid[] NOT NULL,
    last_member uuid,
    is_active boolean DEFAULT true NOT NULL,
    CONSTRAINT ck_assignment_rules_kind CHECK ((kind = 'round_robin'::text))
);
COMMENT ON COLUMN public.assignment_rules."position" IS 'the first rule that fits a lead decides';
COMMENT ON COLUMN public.assignment_rules.boroughs IS 'of the lead; empty: all five';
COMMENT ON COLUMN public.assignment_rules.languages IS 'that the lead prefers, ISO 639-1; empty: any';
COMMENT ON COLUMN public.assignment_rules.members IS 'users.id in turn, as far as they may work';
COMMENT ON COLUMN public.assignment_rules.last_member IS 'who was given the last lead: the next one is after them';
CREATE TABLE public.audit_log (
    id uuid DEFAULT uuidv7() NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    actor_user_id uuid,
    actor_name text NOT NULL,
    event text NOT NULL,
    entity_type text NOT NULL,
    entity_id text,
    reason text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    address inet
)
PARTITION BY RANGE (occurred_at);
COMMENT ON COLUMN public.audit_log.event IS 'source:subject:action';
COMMENT ON COLUMN public.audit_log.details IS 'ids, counts, old and new states; no contact data';
CREATE TABLE public.b2b_disputes (
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    amount_usd numeric(12,2) NOT NULL,
    reason text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    CONSTRAINT ck_b2b_disputes_amount_usd_range CHECK ((amount_usd >= (0)::numeric)),
    CONSTRAINT ck_b2b_disputes_status CHECK ((status = ANY (ARRAY['open'::text, 'accepted'::text, 'refused'::text])))
);
CREATE TABLE public.b2b_lead_mappings (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_id uuid NOT NULL,
    export_id uuid NOT NULL,
    platform_lead_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    status text DEFAULT 'accepted'::text NOT NULL,
    lead_quality text NOT NULL,
    platform_quality_score numeric(5,2),
    exclusive boolean DEFAULT false NOT NULL,
    price_usd numeric(12,2) NOT NULL,
    revenue_usd numeric(12,2) DEFAULT 0 NOT NULL,
    return_requested_at timestamp with time zone,
    return_decided_at timestamp with time zone,
    return_reason text,
    CONSTRAINT ck_b2b_lead_mappings_lead_quality CHECK ((lead_quality = ANY (ARRAY['premium'::text, 'standard'::text, 'basic'::text, 'unqualified'::text]))),
    CONSTRAINT ck_b2b_lead_mappings_platform_quality_score_range CHECK (((platform_quality_score >= (0)::numeric) AND (platform_quality_score <= (100)::numeric))),
    CONSTRAINT ck_b2b_lead_mappings_return_reason CHECK ((return_reason = ANY (ARRAY['phone_disconnected'::text, 'wrong_number'::text, 'wrong_person'::text, 'denies_request'::text, 'not_homeowner'::text, 'outside_territory'::text, 'wrong_utility'::text, 'already_solar'::text, 'bill_too_low'::text, 'bad_address'::text, 'duplicate'::text]))),
    CONSTRAINT ck_b2b_lead_mappings_status CHECK ((status = ANY (ARRAY['accepted'::text, 'return_requested'::text, 'returned'::text, 'return_refused'::text])))
);
COMMENT ON COLUMN public.b2b_lead_mappings.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.b2b_lead_mappings.export_id IS 'lead_exports.id of the accepted delivery';
COMMENT ON COLUMN public.b2b_lead_mappings.platform_lead_id IS 'the platform''s own id';
COMMENT ON COLUMN public.b2b_lead_mappings.created_at IS 'accepted';
COMMENT ON COLUMN public.b2b_lead_mappings.lead_quality IS 'tier at the time of sale';
COMMENT ON COLUMN public.b2b_lead_mappings.platform_quality_score IS '0 to 100, as the platform judged it';
COMMENT ON COLUMN public.b2b_lead_mappings.revenue_usd IS 'ledger sum of this lead at this platform';
CREATE TABLE public.b2b_payments (
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    amount_usd numeric(12,2) NOT NULL,
    method text NOT NULL,
    reference_encrypted bytea,
    reference_masked text,
    received_on date NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    recorded_by uuid,
    idempotency_key text NOT NULL,
    CONSTRAINT ck_b2b_payments_amount CHECK ((amount_usd > (0)::numeric)),
    CONSTRAINT ck_b2b_payments_method CHECK ((method = ANY (ARRAY['ach'::text, 'wire'::text, 'card'::text, 'check'::text])))
);
COMMENT ON COLUMN public.b2b_payments.reference_encrypted IS 'AES-256-GCM, bound to this row and column';
CREATE TABLE public.b2b_platforms (
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    status_reason text,
    status_changed_at timestamp with time zone DEFAULT now() NOT NULL,
    health text DEFAULT 'unknown'::text NOT NULL,
    last_success_at timestamp with time zone,
    last_error_at timestamp with time zone,
    consecutive_errors integer DEFAULT 0 NOT NULL,
    delivery_method text NOT NULL,
    api_base_url text,
    api_version text,
    credentials_encrypted bytea,
    credentials_masked text,
    timeout_ms integer DEFAULT 5000 NOT NULL,
    rate_limit_per_minute integer DEFAULT 60 NOT NULL,
    max_attempts integer DEFAULT 4 NOT NULL,
    exclusive boolean DEFAULT false NOT NULL,
    max_buyers integer DEFAULT 4 NOT NULL,
    daily_cap integer,
    monthly_cap integer,
    accepted_boroughs text[],
    minimum_score integer DEFAULT 0 NOT NULL,
    minimum_monthly_bill_usd numeric(12,2),
    commission_rate numeric(7,6) DEFAULT 1 NOT NULL,
    return_window_hours integer DEFAULT 72 NOT NULL,
    return_cap_share numeric(7,6) DEFAULT 0.10 NOT NULL,
    payment_terms_days integer DEFAULT 30 NOT NULL,
    CONSTRAINT ck_b2b_platforms_commission_rate_range CHECK (((commission_rate >= (0)::numeric) AND (commission_rate <= (1)::numeric))),
    CONSTRAINT ck_b2b_platforms_daily_cap_range CHECK ((daily_cap >= 0)),
    CONSTRAINT ck_b2b_platforms_delivery_method CHECK ((delivery_method = ANY (ARRAY['api_post'::text, 'ping_post'::text, 'email'::text, 'csv_batch'::text]))),
    CONSTRAINT ck_b2b_platforms_health CHECK ((health = ANY (ARRAY['healthy'::text, 'degraded'::text, 'down'::text, 'unknown'::text]))),
    CONSTRAINT ck_b2b_platforms_return_cap_share_range CHECK (((return_cap_share >= (0)::numeric) AND (return_cap_share <= (1)::numeric))),
    CONSTRAINT ck_b2b_platforms_status CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'stopped'::text])))
);
COMMENT ON COLUMN public.b2b_platforms.credentials_encrypted IS 'AES-256-GCM, bound to this row and column';
COMMENT ON COLUMN public.b2b_platforms.exclusive IS 'buys leads that nobody else gets';
COMMENT ON COLUMN public.b2b_platforms.max_buyers IS 'of a shared lead';
COMMENT ON COLUMN public.b2b_platforms.daily_cap IS 'leads per New York day; none: unlimited';
COMMENT ON COLUMN public.b2b_platforms.accepted_boroughs IS 'none: all five';
COMMENT ON COLUMN public.b2b_platforms.commission_rate IS 'share of the price that Aurum keeps';
COMMENT ON COLUMN public.b2b_platforms.return_cap_share IS 'of a month''s accepted leads';
CREATE TABLE public.b2b_price_tiers (
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_id uuid NOT NULL,
    lead_quality text NOT NULL,
    borough text,
    price_usd numeric(12,2) NOT NULL,
    effective daterange NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_b2b_price_tiers_borough CHECK ((borough = ANY (ARRAY['Manhattan'::text, 'Bronx'::text, 'Brooklyn'::text, 'Queens'::text, 'Staten Island'::text]))),
    CONSTRAINT ck_b2b_price_tiers_lead_quality CHECK ((lead_quality = ANY (ARRAY['premium'::text, 'standard'::text, 'basic'::text, 'unqualified'::text]))),
    CONSTRAINT ck_b2b_price_tiers_price_usd_range CHECK ((price_usd >= (0)::numeric))
);
COMMENT ON COLUMN public.b2b_price_tiers.borough IS 'none: all five';
CREATE TABLE public.b2b_revenue_transactions (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_id uuid NOT NULL,
    export_id uuid NOT NULL,
    offsets_id uuid,
    transaction_type text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    gross_usd numeric(12,2) NOT NULL,
    commission_rate numeric(7,6) NOT NULL,
    amount_usd numeric(12,2) NOT NULL,
    reason text,
    CONSTRAINT ck_b2b_revenue_transactions_sign CHECK ((((transaction_type = 'sale'::text) AND (amount_usd >= (0)::numeric)) OR ((transaction_type = 'return'::text) AND (amount_usd <= (0)::numeric)) OR (transaction_type = 'adjustment'::text))),
    CONSTRAINT ck_b2b_revenue_transactions_transaction_type CHECK ((transaction_type = ANY (ARRAY['sale'::text, 'return'::text, 'adjustment'::text])))
);
COMMENT ON COLUMN public.b2b_revenue_transactions.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.b2b_revenue_transactions.export_id IS 'lead_exports.id of the sale';
COMMENT ON COLUMN public.b2b_revenue_transactions.offsets_id IS 'the entry that a return or adjustment offsets';
COMMENT ON COLUMN public.b2b_revenue_transactions.gross_usd IS 'signed price between the platform and the marketplace';
COMMENT ON COLUMN public.b2b_revenue_transactions.commission_rate IS 'share of the gross that is Aurum''s';
COMMENT ON COLUMN public.b2b_revenue_transactions.amount_usd IS 'signed, what Aurum earns: gross x commission rate, to the cent';
CREATE TABLE public.b2b_statement_lines (
    lead_id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    statement_id uuid NOT NULL
);
COMMENT ON COLUMN public.b2b_statement_lines.lead_id IS 'the lead; part of every key';
CREATE TABLE public.b2b_statements (
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_id uuid NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    statement_number text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    sales_usd numeric(12,2) DEFAULT 0 NOT NULL,
    returns_usd numeric(12,2) DEFAULT 0 NOT NULL,
    adjustments_usd numeric(12,2) DEFAULT 0 NOT NULL,
    total_usd numeric(12,2) DEFAULT 0 NOT NULL,
    paid_usd numeric(12,2) DEFAULT 0 NOT NULL,
    issued_on date,
    due_on date,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_b2b_statements_period CHECK ((period_end >= period_start)),
    CONSTRAINT ck_b2b_statements_status CHECK ((status = ANY (ARRAY['draft'::text, 'sent'::text, 'partly_paid'::text, 'paid'::text, 'disputed'::text]))),
    CONSTRAINT ck_b2b_statements_total CHECK ((total_usd = ((sales_usd + returns_usd) + adjustments_usd)))
);
COMMENT ON COLUMN public.b2b_statements.period_end IS 'last day, included';
COMMENT ON COLUMN public.b2b_statements.total_usd IS 'sales + returns + adjustments of the period''s ledger';
COMMENT ON COLUMN public.b2b_statements.paid_usd IS 'sum of its payments';
CREATE TABLE public.bulk_operation_items (
    lead_id uuid NOT NULL,
    operation_id uuid NOT NULL,
    "position" integer NOT NULL,
    version_seen integer NOT NULL,
    outcome text,
    refusal text,
    before jsonb,
    version_after integer,
    worked_at timestamp with time zone,
    CONSTRAINT ck_bulk_operation_items_ck_bulk_operation_items_outcome CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text]))),
    CONSTRAINT ck_bulk_operation_items_ck_bulk_operation_items_refusal CHECK ((refusal = ANY (ARRAY['not_found'::text, 'changed_since'::text, 'deactivated'::text, 'already_so'::text, 'step_not_allowed'::text, 'cannot_work_here'::text, 'too_many_tags'::text, 'is_the_survivor'::text, 'has_duplicates'::text, 'is_a_duplicate'::text, 'survivor_gone'::text, 'erased'::text, 'right_lost'::text])))
);
COMMENT ON COLUMN public.bulk_operation_items.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.bulk_operation_items."position" IS 'the order in which the leads are worked, from 1';
COMMENT ON COLUMN public.bulk_operation_items.version_seen IS 'changed only if the lead still has it';
COMMENT ON COLUMN public.bulk_operation_items.outcome IS 'null: not reached';
COMMENT ON COLUMN public.bulk_operation_items.refusal IS 'why it was left as it is: rules/lead_changes.py';
COMMENT ON COLUMN public.bulk_operation_items.before IS 'the columns that changed, for the undo';
CREATE TABLE public.bulk_operations (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_ref uuid NOT NULL,
    kind text NOT NULL,
    arguments jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason text,
    undoes_ref uuid,
    state text DEFAULT 'waiting'::text NOT NULL,
    lead_count integer NOT NULL,
    done_count integer DEFAULT 0 NOT NULL,
    refused_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    took_off_sale boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_bulk_operations_ck_bulk_operations_kind CHECK ((kind = ANY (ARRAY['status'::text, 'assign'::text, 'tag'::text, 'untag'::text, 'duplicate'::text, 'deactivate'::text, 'restore'::text]))),
    CONSTRAINT ck_bulk_operations_ck_bulk_operations_lead_count_range CHECK ((lead_count >= 1)),
    CONSTRAINT ck_bulk_operations_ck_bulk_operations_state CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'finished'::text, 'stopped'::text, 'failed'::text])))
);
COMMENT ON COLUMN public.bulk_operations.user_ref IS 'who began it; their rights are asked for again per batch';
COMMENT ON COLUMN public.bulk_operations.arguments IS 'status, person, tag or survivor; ids and words, no contact data';
COMMENT ON COLUMN public.bulk_operations.undoes_ref IS 'bulk_operations.id that this one takes back';
COMMENT ON COLUMN public.bulk_operations.took_off_sale IS 'of duplicates: the lead to keep came off sale by it, and is still to be put back';
CREATE TABLE public.callback_reminders (
    callback_at timestamp with time zone NOT NULL,
    lead_ref uuid NOT NULL,
    user_ref uuid NOT NULL
);
CREATE TABLE public.campaign_costs (
    id uuid DEFAULT uuidv7() NOT NULL,
    campaign_id uuid NOT NULL,
    date date NOT NULL,
    cost_usd numeric(12,2) NOT NULL,
    impressions integer DEFAULT 0 NOT NULL,
    clicks integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_campaign_costs_cost_usd_range CHECK ((cost_usd >= (0)::numeric))
);
CREATE TABLE public.campaigns (
    id uuid DEFAULT uuidv7() NOT NULL,
    source_id uuid NOT NULL,
    campaign_name text NOT NULL,
    external_id text,
    starts_on date NOT NULL,
    ends_on date,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.campaigns.external_id IS 'the advertising platform''s id';
CREATE TABLE public.consent_summary (
    consent_kind text NOT NULL,
    consent_state text NOT NULL,
    lead_count integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_consent_summary_consent_kind CHECK ((consent_kind = ANY (ARRAY['tcpa_express_written'::text, 'email_marketing'::text, 'sms_marketing'::text, 'data_sharing_named_sellers'::text]))),
    CONSTRAINT ck_consent_summary_consent_state CHECK ((consent_state = ANY (ARRAY['given'::text, 'withdrawn'::text, 'expired'::text, 'unproven'::text])))
);
CREATE TABLE public.consent_wording_summary (
    wording_version text NOT NULL,
    consent_count integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.consent_wordings (
    id uuid DEFAULT uuidv7() NOT NULL,
    version text NOT NULL,
    wording text NOT NULL,
    language text NOT NULL,
    shown_from date NOT NULL,
    shown_until date,
    recorded_by uuid,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_consent_wordings_shown_days CHECK ((shown_until >= shown_from))
);
COMMENT ON COLUMN public.consent_wordings.version IS 'as consents name it in wording_version';
COMMENT ON COLUMN public.consent_wordings.wording IS 'the text, as the person saw it';
COMMENT ON COLUMN public.consent_wordings.language IS 'ISO 639-1';
COMMENT ON COLUMN public.consent_wordings.shown_until IS 'the last day; null: still shown';
CREATE TABLE public.conversation_metrics (
    id uuid DEFAULT uuidv7() NOT NULL,
    date date NOT NULL,
    channel text NOT NULL,
    outcome text,
    drop_off_turn integer,
    conversations integer DEFAULT 0 NOT NULL,
    turns integer DEFAULT 0 NOT NULL,
    computed_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.conversation_metrics.outcome IS 'null: still going on';
CREATE TABLE public.encryption_keys (
    sort text NOT NULL,
    version integer NOT NULL,
    fingerprint bytea NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    used_since timestamp with time zone,
    retired_at timestamp with time zone,
    CONSTRAINT ck_encryption_keys_ck_encryption_keys_sort CHECK ((sort = ANY (ARRAY['encryption'::text, 'hashing'::text]))),
    CONSTRAINT ck_encryption_keys_ck_encryption_keys_version_range CHECK (((version >= 1) AND (version <= 65535)))
);
COMMENT ON COLUMN public.encryption_keys.fingerprint IS 'keyed hash of a constant, to know the key again by';
COMMENT ON COLUMN public.encryption_keys.used_since IS 'when new values began to be made with it';
COMMENT ON COLUMN public.encryption_keys.retired_at IS 'no value was left under it';
CREATE TABLE public.error_logs (
    id uuid DEFAULT uuidv7() NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    error_id text NOT NULL,
    component text NOT NULL,
    error_type text NOT NULL,
    message text NOT NULL,
    location text,
    user_ref uuid
)
PARTITION BY RANGE (occurred_at);
COMMENT ON COLUMN public.error_logs.error_id IS 'short id shown on the screen';
COMMENT ON COLUMN public.error_logs.message IS 'without values or contact data';
CREATE TABLE public.health_samples (
    id uuid DEFAULT uuidv7() NOT NULL,
    sampled_at timestamp with time zone DEFAULT now() NOT NULL,
    node text NOT NULL,
    metric text NOT NULL,
    value numeric(20,4) NOT NULL,
    CONSTRAINT ck_health_samples_node CHECK ((node = ANY (ARRAY['primary'::text, 'replica'::text])))
)
PARTITION BY RANGE (sampled_at);
COMMENT ON COLUMN public.health_samples.node IS 'primary or replica';
CREATE TABLE public.import_batches (
    id uuid DEFAULT uuidv7() NOT NULL,
    file_name text NOT NULL,
    file_sha256 text NOT NULL,
    file_format text NOT NULL,
    source_system text,
    column_mapping jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text DEFAULT 'loading'::text NOT NULL,
    row_count integer DEFAULT 0 NOT NULL,
    landed_count integer DEFAULT 0 NOT NULL,
    duplicate_count integer DEFAULT 0 NOT NULL,
    rejected_count integer DEFAULT 0 NOT NULL,
    unsellable_count integer DEFAULT 0 NOT NULL,
    next_line integer DEFAULT 0 NOT NULL,
    imported_by uuid,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    undone_at timestamp with time zone,
    CONSTRAINT ck_import_batches_status CHECK ((status = ANY (ARRAY['loading'::text, 'completed'::text, 'failed'::text, 'undone'::text])))
);
COMMENT ON COLUMN public.import_batches.source_system IS 'facebook, google, hubspot, salesforce, typeform, other';
COMMENT ON COLUMN public.import_batches.next_line IS 'where a killed import goes on';
CREATE TABLE public.import_rejected_rows (
    id uuid DEFAULT uuidv7() NOT NULL,
    batch_ref uuid NOT NULL,
    line_number integer NOT NULL,
    field text,
    reason text NOT NULL,
    row_encrypted bytea NOT NULL,
    delete_after date NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.import_rejected_rows.row_encrypted IS 'AES-256-GCM, bound to this row and column';
CREATE TABLE public.inbox_messages (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_ref uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    link text,
    read_at timestamp with time zone
);
COMMENT ON COLUMN public.inbox_messages.kind IS 'alert, reminder, job, security';
COMMENT ON COLUMN public.inbox_messages.link IS 'page inside the application';
CREATE TABLE public.key_rotations (
    field text NOT NULL,
    key_version integer NOT NULL,
    last_key jsonb DEFAULT '{}'::jsonb NOT NULL,
    rows_done bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone
);
COMMENT ON COLUMN public.key_rotations.field IS 'sort of key and table, such as encryption:leads';
COMMENT ON COLUMN public.key_rotations.key_version IS 'the version that values are made with';
COMMENT ON COLUMN public.key_rotations.last_key IS 'where a stopped rotation goes on: the last row''s key';
CREATE TABLE public.lead_calls (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    caller_user_id uuid NOT NULL,
    caller_name text NOT NULL,
    disposition text NOT NULL,
    note text,
    next_callback_at timestamp with time zone,
    CONSTRAINT ck_lead_calls_disposition CHECK ((disposition = ANY (ARRAY['reached'::text, 'no_answer'::text, 'voicemail'::text, 'wrong_number'::text, 'not_interested'::text, 'do_not_call'::text])))
);
COMMENT ON COLUMN public.lead_calls.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.lead_calls.next_callback_at IS 'as arranged in this call';
CREATE TABLE public.lead_consent_events (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    consent_kind text NOT NULL,
    consent_state text NOT NULL,
    channel text,
    certificate_provider text,
    certificate_url text,
    wording_version text,
    page_url text,
    ip inet,
    user_agent text,
    recorded_by text DEFAULT 'system'::text NOT NULL,
    certificate_claimed_until timestamp with time zone,
    CONSTRAINT ck_lead_consent_events_channel CHECK ((channel = ANY (ARRAY['sms_stop'::text, 'email_unsubscribe'::text, 'phone'::text, 'web_form'::text, 'postal'::text, 'third_party'::text]))),
    CONSTRAINT ck_lead_consent_events_consent_kind CHECK ((consent_kind = ANY (ARRAY['tcpa_express_written'::text, 'email_marketing'::text, 'sms_marketing'::text, 'data_sharing_named_sellers'::text]))),
    CONSTRAINT ck_lead_consent_events_consent_state CHECK ((consent_state = ANY (ARRAY['given'::text, 'withdrawn'::text, 'expired'::text, 'unproven'::text])))
);
COMMENT ON COLUMN public.lead_consent_events.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.lead_consent_events.consent_state IS 'state that the event led to';
COMMENT ON COLUMN public.lead_consent_events.channel IS 'of a withdrawal';
COMMENT ON COLUMN public.lead_consent_events.certificate_claimed_until IS 'the provider keeps the certificate for us until then; null: not claimed, or not known';
CREATE TABLE public.lead_consents (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    consent_kind text NOT NULL,
    consent_state text NOT NULL,
    given_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    expires_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_lead_consents_consent_kind CHECK ((consent_kind = ANY (ARRAY['tcpa_express_written'::text, 'email_marketing'::text, 'sms_marketing'::text, 'data_sharing_named_sellers'::text]))),
    CONSTRAINT ck_lead_consents_consent_state CHECK ((consent_state = ANY (ARRAY['given'::text, 'withdrawn'::text, 'expired'::text, 'unproven'::text])))
);
COMMENT ON COLUMN public.lead_consents.lead_id IS 'the lead; part of every key';
CREATE TABLE public.lead_conversations (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    session_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    turn integer NOT NULL,
    sender text NOT NULL,
    message_type text NOT NULL,
    content text NOT NULL,
    intent text,
    intent_confidence numeric(4,3),
    sentiment text,
    sentiment_score numeric(4,3),
    entities jsonb DEFAULT '{}'::jsonb NOT NULL,
    response_ms integer,
    CONSTRAINT ck_lead_conversations_message_type CHECK ((message_type = ANY (ARRAY['greeting'::text, 'question'::text, 'answer'::text, 'objection'::text, 'scheduling'::text, 'consent'::text, 'closing'::text]))),
    CONSTRAINT ck_lead_conversations_sender CHECK ((sender = ANY (ARRAY['agent'::text, 'lead'::text]))),
    CONSTRAINT ck_lead_conversations_sentiment CHECK ((sentiment = ANY (ARRAY['negative'::text, 'neutral'::text, 'positive'::text]))),
    CONSTRAINT ck_lead_conversations_sentiment_score_range CHECK (((sentiment_score >= ('-1'::integer)::numeric) AND (sentiment_score <= (1)::numeric)))
);
COMMENT ON COLUMN public.lead_conversations.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.lead_conversations.session_id IS 'ai_conversations.id';
COMMENT ON COLUMN public.lead_conversations.sentiment_score IS '-1 to 1';
COMMENT ON COLUMN public.lead_conversations.entities IS 'what was recognised: bill, roof, timing';
CREATE TABLE public.lead_duplicate_candidates (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    older_ref uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    reasons text[] DEFAULT '{}'::text[] NOT NULL,
    confidence numeric(5,4),
    state text DEFAULT 'open'::text NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    before jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT ck_lead_duplicate_candidates_ck_lead_duplicate_candidat_8022 CHECK (((state = 'open'::text) = (decided_at IS NULL))),
    CONSTRAINT ck_lead_duplicate_candidates_ck_lead_duplicate_candidat_c120 CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT ck_lead_duplicate_candidates_ck_lead_duplicate_candidat_e0c9 CHECK ((lead_id <> older_ref)),
    CONSTRAINT ck_lead_duplicate_candidates_ck_lead_duplicate_candidates_state CHECK ((state = ANY (ARRAY['open'::text, 'confirmed'::text, 'dismissed'::text])))
);
COMMENT ON COLUMN public.lead_duplicate_candidates.lead_id IS 'the younger lead of the pair';
COMMENT ON COLUMN public.lead_duplicate_candidates.older_ref IS 'the older lead of the pair';
COMMENT ON COLUMN public.lead_duplicate_candidates.reasons IS 'what the two have in common, the strongest first (rules/duplicates.py)';
COMMENT ON COLUMN public.lead_duplicate_candidates.confidence IS 'that they are one person; null: not judged';
COMMENT ON COLUMN public.lead_duplicate_candidates.decided_by IS 'null: a process';
COMMENT ON COLUMN public.lead_duplicate_candidates.before IS 'of a confirmed pair: what an undo restores';
CREATE TABLE public.lead_exports (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    attempt_count integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone,
    sent_at timestamp with time zone,
    answered_at timestamp with time zone,
    response_ms integer,
    http_status integer,
    exclusive boolean DEFAULT false NOT NULL,
    price_usd numeric(12,2),
    commission_earned numeric(12,2) DEFAULT 0 NOT NULL,
    platform_lead_id text,
    rejection_reason text,
    error_code text,
    error_message text,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    response_excerpt text,
    CONSTRAINT ck_lead_exports_commission_earned_range CHECK ((commission_earned >= (0)::numeric)),
    CONSTRAINT ck_lead_exports_price_usd_range CHECK ((price_usd >= (0)::numeric)),
    CONSTRAINT ck_lead_exports_rejection_reason CHECK ((rejection_reason = ANY (ARRAY['duplicate'::text, 'cap_reached'::text, 'outside_territory'::text, 'wrong_utility'::text, 'below_bill_minimum'::text, 'not_homeowner'::text, 'bad_roof_or_shade'::text, 'price_too_low'::text, 'missing_field'::text, 'no_consent_proof'::text, 'dnc'::text, 'buyer_error'::text]))),
    CONSTRAINT ck_lead_exports_status CHECK ((status = ANY (ARRAY['queued'::text, 'sending'::text, 'accepted'::text, 'rejected'::text, 'failed_retryable'::text, 'failed_permanent'::text, 'timed_out'::text, 'returned'::text, 'cancelled'::text])))
);
COMMENT ON COLUMN public.lead_exports.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.lead_exports.price_usd IS 'what the platform pays for the lead';
COMMENT ON COLUMN public.lead_exports.commission_earned IS 'what Aurum keeps of the price; 0 until accepted';
COMMENT ON COLUMN public.lead_exports.platform_lead_id IS 'the platform''s own id, from its answer';
COMMENT ON COLUMN public.lead_exports.payload IS 'platform-specific fields sent; no contact data';
CREATE TABLE public.lead_factor_metrics (
    id uuid DEFAULT uuidv7() NOT NULL,
    date date NOT NULL,
    model_version text,
    factor text NOT NULL,
    scorings integer DEFAULT 0 NOT NULL,
    points numeric(14,2) DEFAULT 0 NOT NULL,
    moved integer DEFAULT 0 NOT NULL,
    raised numeric(14,2) DEFAULT 0 NOT NULL,
    lowered numeric(14,2) DEFAULT 0 NOT NULL,
    computed_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.lead_factor_metrics.points IS 'sum over these scorings';
COMMENT ON COLUMN public.lead_factor_metrics.moved IS 'scorings in which it changed against the one before';
COMMENT ON COLUMN public.lead_factor_metrics.raised IS 'points by which it raised scores';
COMMENT ON COLUMN public.lead_factor_metrics.lowered IS 'points by which it lowered scores';
CREATE TABLE public.lead_idempotency_keys (
    idempotency_key text NOT NULL,
    lead_ref uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.lead_notes (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    author_user_id uuid NOT NULL,
    author_name text NOT NULL,
    body text NOT NULL
);
COMMENT ON COLUMN public.lead_notes.lead_id IS 'the lead; part of every key';
CREATE TABLE public.lead_platform_ids (
    platform_ref uuid NOT NULL,
    platform_lead_id text NOT NULL,
    lead_ref uuid NOT NULL
);
CREATE TABLE public.lead_quality_history (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    previous_score integer,
    new_score integer NOT NULL,
    score_change integer GENERATED ALWAYS AS ((new_score - COALESCE(previous_score, 0))) STORED NOT NULL,
    previous_quality text,
    new_quality text NOT NULL,
    factors jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason text NOT NULL,
    ai_model_id uuid,
    model_version text,
    scoring_improvement numeric(6,3),
    CONSTRAINT ck_lead_quality_history_new_quality CHECK ((new_quality = ANY (ARRAY['premium'::text, 'standard'::text, 'basic'::text, 'unqualified'::text]))),
    CONSTRAINT ck_lead_quality_history_new_score_range CHECK (((new_score >= 0) AND (new_score <= 100))),
    CONSTRAINT ck_lead_quality_history_previous_quality CHECK ((previous_quality = ANY (ARRAY['premium'::text, 'standard'::text, 'basic'::text, 'unqualified'::text])))
);
COMMENT ON COLUMN public.lead_quality_history.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.lead_quality_history.factors IS 'points by factor; they add up to the new score';
COMMENT ON COLUMN public.lead_quality_history.scoring_improvement IS 'points by which this version came nearer to the outcome (100 sold, 0 not) than the entry before it';
CREATE TABLE public.lead_quality_metrics (
    id uuid DEFAULT uuidv7() NOT NULL,
    date date NOT NULL,
    source_ref uuid,
    model_version text,
    score_band integer NOT NULL,
    scorings integer DEFAULT 0 NOT NULL,
    score_sum integer DEFAULT 0 NOT NULL,
    accepted integer DEFAULT 0 NOT NULL,
    rejected integer DEFAULT 0 NOT NULL,
    computed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_lead_quality_metrics_score_band_range CHECK (((score_band >= 0) AND (score_band <= 90)))
);
COMMENT ON COLUMN public.lead_quality_metrics.source_ref IS 'lead_sources.id';
COMMENT ON COLUMN public.lead_quality_metrics.model_version IS 'that gave the score; null: a person';
COMMENT ON COLUMN public.lead_quality_metrics.score_band IS 'lowest score of the band: 0, 10 ... 90; the last holds 100 too';
COMMENT ON COLUMN public.lead_quality_metrics.score_sum IS 'of these scorings';
COMMENT ON COLUMN public.lead_quality_metrics.accepted IS 'deliveries that were accepted, returned later or not';
CREATE TABLE public.lead_sources (
    id uuid DEFAULT uuidv7() NOT NULL,
    source_name text NOT NULL,
    channel text NOT NULL,
    cost_per_lead_usd numeric(12,2) DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_lead_sources_cost_per_lead_usd_range CHECK ((cost_per_lead_usd >= (0)::numeric))
);
COMMENT ON COLUMN public.lead_sources.channel IS 'paid_search, paid_social, organic, referral, partner, import';
CREATE TABLE public.lead_status_history (
    lead_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    from_status text,
    to_status text NOT NULL,
    actor_name text NOT NULL,
    actor_user_id uuid,
    reason text,
    CONSTRAINT ck_lead_status_history_from_status CHECK ((from_status = ANY (ARRAY['new'::text, 'contacted'::text, 'qualified'::text, 'unqualified'::text, 'offered'::text, 'sold'::text, 'returned'::text, 'expired'::text, 'invalid'::text, 'suppressed'::text, 'erased'::text]))),
    CONSTRAINT ck_lead_status_history_to_status CHECK ((to_status = ANY (ARRAY['new'::text, 'contacted'::text, 'qualified'::text, 'unqualified'::text, 'offered'::text, 'sold'::text, 'returned'::text, 'expired'::text, 'invalid'::text, 'suppressed'::text, 'erased'::text])))
);
COMMENT ON COLUMN public.lead_status_history.lead_id IS 'the lead; part of every key';
COMMENT ON COLUMN public.lead_status_history.actor_name IS 'who, as named then; system for processes';
CREATE TABLE public.leads (
    id uuid DEFAULT uuidv7() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    deleted_at timestamp with time zone,
    erased_at timestamp with time zone,
    first_name text,
    last_name text,
    full_name text GENERATED ALWAYS AS (NULLIF(TRIM(BOTH FROM ((COALESCE(first_name, ''::text) || ' '::text) || COALESCE(last_name, ''::text))), ''::text)) STORED,
    phone_encrypted bytea,
    phone_hash bytea,
    phone_masked text,
    email_encrypted bytea,
    email_hash bytea,
    email_masked text,
    preferred_language text DEFAULT 'en'::text NOT NULL,
    do_not_call boolean DEFAULT false NOT NULL,
    property_address text,
    house_number text,
    street_name text,
    unit text,
    city text,
    state text DEFAULT 'NY'::text NOT NULL,
    zip_code text NOT NULL,
    borough text NOT NULL,
    address_key text,
    bbl text,
    property_type text,
    ownership text,
    roof_type text,
    roof_area_m2 numeric(8,1),
    roof_age_years integer,
    utility text NOT NULL,
    rate_plan text,
    electric_rate_usd_kwh numeric(14,6),
    monthly_bill_usd numeric(12,2),
    annual_kwh integer,
    system_kw numeric(8,2),
    annual_production_kwh integer,
    shading text,
    solar_score numeric(5,2),
    incentives text[] DEFAULT '{}'::text[] NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,
    lead_quality text DEFAULT 'unqualified'::text NOT NULL,
    lead_score integer DEFAULT 0 NOT NULL,
    ai_analysis_id uuid,
    conversation_count integer DEFAULT 0 NOT NULL,
    export_count integer DEFAULT 0 NOT NULL,
    has_export_error boolean DEFAULT false NOT NULL,
    total_revenue_earned numeric(12,2) DEFAULT 0 NOT NULL,
    duplicate_of uuid,
    assigned_to uuid,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    next_callback_at timestamp with time zone,
    first_contacted_at timestamp with time zone,
    qualified_at timestamp with time zone,
    sold_at timestamp with time zone,
    last_activity_at timestamp with time zone DEFAULT now() NOT NULL,
    consent_state text DEFAULT 'unproven'::text NOT NULL,
    sellable boolean DEFAULT false NOT NULL,
    consent_certificate_provider text,
    consent_certificate_url text,
    consent_wording_version text,
    consent_page_url text,
    consent_ip inet,
    consent_user_agent text,
    consent_at timestamp with time zone,
    source_id uuid,
    campaign_id uuid,
    import_batch_id uuid,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    utm_term text,
    utm_content text,
    last_touch_at timestamp with time zone,
    first_utm_source text,
    first_utm_medium text,
    first_utm_campaign text,
    first_utm_term text,
    first_utm_content text,
    first_touch_at timestamp with time zone,
    gclid text,
    fbclid text,
    msclkid text,
    ttclid text,
    CONSTRAINT ck_leads_annual_kwh_range CHECK ((annual_kwh >= 0)),
    CONSTRAINT ck_leads_borough CHECK ((borough = ANY (ARRAY['Manhattan'::text, 'Bronx'::text, 'Brooklyn'::text, 'Queens'::text, 'Staten Island'::text]))),
    CONSTRAINT ck_leads_consent_state CHECK ((consent_state = ANY (ARRAY['given'::text, 'withdrawn'::text, 'expired'::text, 'unproven'::text]))),
    CONSTRAINT ck_leads_lead_quality CHECK ((lead_quality = ANY (ARRAY['premium'::text, 'standard'::text, 'basic'::text, 'unqualified'::text]))),
    CONSTRAINT ck_leads_lead_score_range CHECK (((lead_score >= 0) AND (lead_score <= 100))),
    CONSTRAINT ck_leads_monthly_bill_usd_range CHECK ((monthly_bill_usd >= (0)::numeric)),
    CONSTRAINT ck_leads_ownership CHECK ((ownership = ANY (ARRAY['owner'::text, 'renter'::text, 'other'::text]))),
    CONSTRAINT ck_leads_property_type CHECK ((property_type = ANY (ARRAY['single_family'::text, 'two_family'::text, 'three_four_family'::text, 'coop_condo'::text, 'rental'::text, 'commercial'::text]))),
    CONSTRAINT ck_leads_roof_area_m2_range CHECK ((roof_area_m2 >= (0)::numeric)),
    CONSTRAINT ck_leads_roof_type CHECK ((roof_type = ANY (ARRAY['pitched_shingle'::text, 'flat_tilt_rack'::text, 'flat_canopy'::text, 'flat_flush_ballasted'::text, 'other'::text]))),
    CONSTRAINT ck_leads_shading CHECK ((shading = ANY (ARRAY['none'::text, 'light'::text, 'moderate'::text, 'heavy'::text]))),
    CONSTRAINT ck_leads_solar_score_range CHECK (((solar_score >= (0)::numeric) AND (solar_score <= (100)::numeric))),
    CONSTRAINT ck_leads_status CHECK ((status = ANY (ARRAY['new'::text, 'contacted'::text, 'qualified'::text, 'unqualified'::text, 'offered'::text, 'sold'::text, 'returned'::text, 'expired'::text, 'invalid'::text, 'suppressed'::text, 'erased'::text]))),
    CONSTRAINT ck_leads_system_kw_range CHECK ((system_kw >= (0)::numeric)),
    CONSTRAINT ck_leads_utility CHECK ((utility = ANY (ARRAY['CON_EDISON'::text, 'PSEG_LI'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.02');
COMMENT ON COLUMN public.leads.version IS 'counts changes; guards against overwriting';
COMMENT ON COLUMN public.leads.is_active IS 'false: soft-deleted';
COMMENT ON COLUMN public.leads.erased_at IS 'personal data removed on request';
COMMENT ON COLUMN public.leads.phone_encrypted IS 'AES-256-GCM, bound to this row and column';
COMMENT ON COLUMN public.leads.phone_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.leads.phone_masked IS 'last four digits';
COMMENT ON COLUMN public.leads.email_encrypted IS 'AES-256-GCM, bound to this row and column';
COMMENT ON COLUMN public.leads.email_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.leads.email_masked IS 'first letter and domain';
COMMENT ON COLUMN public.leads.preferred_language IS 'ISO 639-1';
COMMENT ON COLUMN public.leads.property_address IS 'street line as given, e.g. 123 Main Street';
COMMENT ON COLUMN public.leads.address_key IS 'normalised street line, unit and ZIP: finds duplicates';
COMMENT ON COLUMN public.leads.bbl IS 'borough, block and lot: ten digits';
COMMENT ON COLUMN public.leads.incentives IS 'codes of nyc_incentives that applied when last computed';
COMMENT ON COLUMN public.leads.ai_analysis_id IS 'the analysis that set the score: ai_analyses(lead_id, id)';
COMMENT ON COLUMN public.leads.conversation_count IS 'rows of lead_conversations';
COMMENT ON COLUMN public.leads.export_count IS 'rows of lead_exports';
COMMENT ON COLUMN public.leads.has_export_error IS 'its latest export failed or timed out';
COMMENT ON COLUMN public.leads.total_revenue_earned IS 'sum of its ledger entries';
COMMENT ON COLUMN public.leads.duplicate_of IS 'the surviving lead';
COMMENT ON COLUMN public.leads.sellable IS 'valid consent, not suppressed, not a duplicate';
COMMENT ON COLUMN public.leads.import_batch_id IS 'import_batches.id';
COMMENT ON COLUMN public.leads.utm_source IS 'last touch, as the other utm_ columns';
COMMENT ON COLUMN public.leads.first_utm_source IS 'first touch, as the other first_ columns';
COMMENT ON COLUMN public.leads.gclid IS 'click id of Google Ads';
COMMENT ON COLUMN public.leads.fbclid IS 'click id of Meta';
COMMENT ON COLUMN public.leads.msclkid IS 'click id of Microsoft Advertising';
COMMENT ON COLUMN public.leads.ttclid IS 'click id of TikTok';
CREATE TABLE public.legal_holds (
    id uuid DEFAULT uuidv7() NOT NULL,
    matter text NOT NULL,
    reason text NOT NULL,
    lead_ref uuid,
    data_type text,
    placed_by uuid,
    placed_at timestamp with time zone DEFAULT now() NOT NULL,
    released_at timestamp with time zone
);
COMMENT ON COLUMN public.legal_holds.lead_ref IS 'one lead; null: everything of the data type';
CREATE TABLE public.list_downloads (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_ref uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    file_format text NOT NULL,
    filter jsonb DEFAULT '{}'::jsonb NOT NULL,
    search_encrypted bytea,
    sort_by text NOT NULL,
    descending boolean NOT NULL,
    columns text[] NOT NULL,
    in_clear boolean DEFAULT false NOT NULL,
    reason text,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    row_count integer,
    is_complete boolean,
    CONSTRAINT ck_list_downloads_ck_list_downloads_file_format CHECK ((file_format = ANY (ARRAY['csv'::text, 'xlsx'::text, 'parquet'::text])))
);
COMMENT ON COLUMN public.list_downloads.filter IS 'without what was searched';
COMMENT ON COLUMN public.list_downloads.search_encrypted IS 'what was searched: a name, a phone, an email';
COMMENT ON COLUMN public.list_downloads.in_clear IS 'with phone numbers and emails';
COMMENT ON COLUMN public.list_downloads.started_at IS 'when it was fetched: once';
COMMENT ON COLUMN public.list_downloads.is_complete IS 'false: broken off on the way';
CREATE TABLE public.list_links (
    id uuid DEFAULT uuidv7() NOT NULL,
    page text NOT NULL,
    definition jsonb DEFAULT '{}'::jsonb NOT NULL,
    search_encrypted bytea,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
COMMENT ON COLUMN public.list_links.definition IS 'as of a saved view';
COMMENT ON COLUMN public.list_links.search_encrypted IS 'what was searched: a name, a phone, an email';
CREATE TABLE public.list_settings (
    user_ref uuid NOT NULL,
    page text NOT NULL,
    columns text[],
    start_view_ref uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.list_settings.columns IS 'in their order; null: the usual ones';
COMMENT ON COLUMN public.list_settings.start_view_ref IS 'saved_views.id that they start with';
CREATE TABLE public.message_metrics (
    id uuid DEFAULT uuidv7() NOT NULL,
    date date NOT NULL,
    sender text NOT NULL,
    message_type text NOT NULL,
    intent text,
    sentiment text,
    messages integer DEFAULT 0 NOT NULL,
    sentiment_sum numeric(14,6) DEFAULT 0 NOT NULL,
    computed_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.message_metrics.sentiment_sum IS 'of scores from -1 to 1';
CREATE MATERIALIZED VIEW public.mv_daily_revenue_summary AS
 SELECT date(created_at) AS date,
    count(*) AS total_leads,
    count(*) FILTER (WHERE (status = 'qualified'::text)) AS qualified_leads,
    sum(total_revenue_earned) AS total_revenue,
    avg(lead_score) AS avg_lead_score
   FROM public.leads
  WHERE (is_active = true)
  GROUP BY (date(created_at))
  WITH NO DATA;
CREATE MATERIALIZED VIEW public.mv_platform_performance_summary AS
 SELECT p.platform_name,
    date(le.created_at) AS date,
    count(*) AS total_exports,
    avg(le.commission_earned) AS avg_commission
   FROM (public.lead_exports le
     JOIN public.b2b_platforms p ON ((le.platform_id = p.id)))
  GROUP BY p.platform_name, (date(le.created_at))
  WITH NO DATA;
CREATE TABLE public.nyc_demographics (
    id uuid DEFAULT uuidv7() NOT NULL,
    zip_code text NOT NULL,
    acs_year integer NOT NULL,
    modzcta text NOT NULL,
    population integer,
    population_margin integer,
    age_under_18 integer,
    age_18_34 integer,
    age_35_54 integer,
    age_55_64 integer,
    age_65_plus integer,
    households integer,
    households_margin integer,
    income_under_25k integer,
    income_25k_50k integer,
    income_50k_75k integer,
    income_75k_100k integer,
    income_100k_150k integer,
    income_150k_200k integer,
    income_200k_plus integer,
    median_household_income_usd integer,
    education_population integer,
    education_high_school integer,
    education_bachelor integer,
    education_graduate integer,
    renting_households integer,
    mortgaged_households integer,
    heating_gas integer,
    heating_electric integer,
    heating_oil integer,
    heating_solar integer,
    heating_other integer,
    vehicles_none integer,
    vehicles_one integer,
    vehicles_two_plus integer,
    computer_households integer,
    broadband_households integer,
    language_english_only integer,
    language_spanish integer,
    language_other integer,
    environmental_consciousness_score numeric(5,2),
    technology_adoption_score numeric(5,2),
    CONSTRAINT ck_nyc_demographics_environmental_consciousness_score_range CHECK (((environmental_consciousness_score >= (0)::numeric) AND (environmental_consciousness_score <= (100)::numeric))),
    CONSTRAINT ck_nyc_demographics_technology_adoption_score_range CHECK (((technology_adoption_score >= (0)::numeric) AND (technology_adoption_score <= (100)::numeric)))
);
COMMENT ON COLUMN public.nyc_demographics.acs_year IS 'last year of the five';
COMMENT ON COLUMN public.nyc_demographics.population_margin IS '90 % margin of error';
COMMENT ON COLUMN public.nyc_demographics.median_household_income_usd IS 'interpolated from bands: estimate';
COMMENT ON COLUMN public.nyc_demographics.education_population IS 'people of 25 years and more';
COMMENT ON COLUMN public.nyc_demographics.vehicles_none IS 'households without a vehicle';
COMMENT ON COLUMN public.nyc_demographics.environmental_consciousness_score IS '0 to 100, rules/market.py';
COMMENT ON COLUMN public.nyc_demographics.technology_adoption_score IS '0 to 100, rules/market.py';
CREATE TABLE public.nyc_electric_rates (
    id uuid DEFAULT uuidv7() NOT NULL,
    utility text NOT NULL,
    zip_code text,
    rate_plan text NOT NULL,
    component text NOT NULL,
    season text DEFAULT 'all'::text NOT NULL,
    time_of_use text DEFAULT 'all'::text NOT NULL,
    tier_from_kwh integer DEFAULT 0 NOT NULL,
    unit text NOT NULL,
    rate numeric(14,6) NOT NULL,
    effective daterange NOT NULL,
    is_solar_specific boolean DEFAULT false NOT NULL,
    source text NOT NULL,
    source_grade text NOT NULL,
    note text,
    corrected_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_nyc_electric_rates_source_grade CHECK ((source_grade = ANY (ARRAY['A'::text, 'B'::text, 'C'::text, 'D'::text, 'GK'::text]))),
    CONSTRAINT ck_nyc_electric_rates_utility CHECK ((utility = ANY (ARRAY['CON_EDISON'::text, 'PSEG_LI'::text])))
);
COMMENT ON COLUMN public.nyc_electric_rates.zip_code IS 'null: the utility''s whole territory';
COMMENT ON COLUMN public.nyc_electric_rates.rate_plan IS 'CE_SC1_R1, CE_SC1_R3_TOU, LI_194 ...';
COMMENT ON COLUMN public.nyc_electric_rates.component IS 'customer_charge, delivery, supply, demand, solar_charge, all_in_average';
COMMENT ON COLUMN public.nyc_electric_rates.season IS 'all, summer, winter, or a month 01 to 12';
COMMENT ON COLUMN public.nyc_electric_rates.time_of_use IS 'all, peak, off_peak, super_peak ...';
COMMENT ON COLUMN public.nyc_electric_rates.tier_from_kwh IS 'monthly use from which it applies';
COMMENT ON COLUMN public.nyc_electric_rates.unit IS 'usd_per_kwh, usd_per_month, usd_per_day, usd_per_kw, usd_per_kw_month';
COMMENT ON COLUMN public.nyc_electric_rates.source_grade IS 'A official, B secondary, C single source, D derived';
CREATE TABLE public.nyc_figure_sources (
    id uuid DEFAULT uuidv7() NOT NULL,
    figure text NOT NULL,
    zip_code text,
    basis text NOT NULL,
    source text NOT NULL,
    method text,
    as_of date NOT NULL,
    CONSTRAINT ck_nyc_figure_sources_basis CHECK ((basis = ANY (ARRAY['measured'::text, 'estimated'::text])))
);
COMMENT ON COLUMN public.nyc_figure_sources.figure IS 'column of nyc_zip_codes or nyc_demographics';
COMMENT ON COLUMN public.nyc_figure_sources.basis IS 'measured or estimated';
CREATE TABLE public.nyc_incentive_usage (
    id uuid DEFAULT uuidv7() NOT NULL,
    incentive_code text NOT NULL,
    zip_code text NOT NULL,
    date date NOT NULL,
    lead_count integer DEFAULT 0 NOT NULL,
    estimated_value_usd numeric(12,2) DEFAULT 0 NOT NULL
);
COMMENT ON COLUMN public.nyc_incentive_usage.estimated_value_usd IS 'sum over those leads: estimate';
CREATE TABLE public.nyc_incentives (
    id uuid DEFAULT uuidv7() NOT NULL,
    incentive_code text NOT NULL,
    incentive_name text NOT NULL,
    level text NOT NULL,
    utility text,
    zip_code text,
    basis text NOT NULL,
    amount numeric(14,6) NOT NULL,
    years integer DEFAULT 1 NOT NULL,
    cap_usd numeric(12,2),
    eligibility text NOT NULL,
    requirements jsonb DEFAULT '{}'::jsonb NOT NULL,
    effective daterange NOT NULL,
    authority text NOT NULL,
    source text NOT NULL,
    source_grade text NOT NULL,
    CONSTRAINT ck_nyc_incentives_basis CHECK ((basis = ANY (ARRAY['pct_cost'::text, 'pct_cost_per_year'::text, 'usd_per_watt'::text, 'tax_exempt'::text, 'assessment_exempt'::text]))),
    CONSTRAINT ck_nyc_incentives_level CHECK ((level = ANY (ARRAY['federal'::text, 'state'::text, 'local'::text, 'utility'::text]))),
    CONSTRAINT ck_nyc_incentives_utility CHECK ((utility = ANY (ARRAY['CON_EDISON'::text, 'PSEG_LI'::text])))
);
COMMENT ON COLUMN public.nyc_incentives.utility IS 'null: both';
COMMENT ON COLUMN public.nyc_incentives.zip_code IS 'null: the whole city';
COMMENT ON COLUMN public.nyc_incentives.basis IS 'pct_cost, pct_cost_per_year, usd_per_watt, tax_exempt, assessment_exempt';
COMMENT ON COLUMN public.nyc_incentives.cap_usd IS 'per year where the basis is per year';
COMMENT ON COLUMN public.nyc_incentives.requirements IS 'machine-readable: ownership, income, size limit, tax class';
CREATE TABLE public.nyc_market_intelligence (
    id uuid DEFAULT uuidv7() NOT NULL,
    zip_code text NOT NULL,
    borough text NOT NULL,
    date date NOT NULL,
    total_leads integer DEFAULT 0 NOT NULL,
    qualified_leads integer DEFAULT 0 NOT NULL,
    sold_leads integer DEFAULT 0 NOT NULL,
    total_revenue numeric(12,2) DEFAULT 0 NOT NULL,
    average_lead_score numeric(5,2),
    average_monthly_bill_usd numeric(12,2),
    solar_adoption_rate numeric(7,6),
    market_penetration numeric(7,6),
    competition_intensity numeric(5,2),
    market_maturity text,
    computed_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.nyc_market_intelligence.sold_leads IS 'sales in the ledger';
COMMENT ON COLUMN public.nyc_market_intelligence.total_revenue IS 'ledger sum of the day, USD';
COMMENT ON COLUMN public.nyc_market_intelligence.solar_adoption_rate IS 'installations / owner households, estimate';
COMMENT ON COLUMN public.nyc_market_intelligence.market_penetration IS 'our leads so far / owner households';
COMMENT ON COLUMN public.nyc_market_intelligence.competition_intensity IS '0 to 100, estimate';
CREATE TABLE public.nyc_zip_codes (
    id uuid DEFAULT uuidv7() NOT NULL,
    zip_code text NOT NULL,
    borough text NOT NULL,
    county_fips text NOT NULL,
    neighborhood text,
    kind text NOT NULL,
    is_residential boolean DEFAULT true NOT NULL,
    modzcta text,
    is_modzcta_primary boolean DEFAULT false NOT NULL,
    latitude numeric(8,5),
    longitude numeric(8,5),
    population integer,
    households integer,
    median_age numeric(4,1),
    median_household_income_usd integer,
    owner_share numeric(7,6),
    low_rise_share numeric(7,6),
    median_home_value_usd integer,
    utility text NOT NULL,
    utility_needs_review boolean DEFAULT false NOT NULL,
    average_electric_rate_usd_kwh numeric(14,6),
    peak_demand_kw numeric(10,1),
    solar_installations integer,
    solar_adoption_rate numeric(7,6),
    average_installation_cost_usd_per_watt numeric(14,6),
    average_annual_savings_usd numeric(12,2),
    installer_count integer,
    competition_intensity numeric(5,2),
    market_saturation numeric(7,6),
    market_maturity text,
    solar_potential_score numeric(5,2),
    is_high_value boolean DEFAULT false NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_nyc_zip_codes_borough CHECK ((borough = ANY (ARRAY['Manhattan'::text, 'Bronx'::text, 'Brooklyn'::text, 'Queens'::text, 'Staten Island'::text]))),
    CONSTRAINT ck_nyc_zip_codes_kind CHECK ((kind = ANY (ARRAY['standard'::text, 'po_box'::text, 'unique'::text]))),
    CONSTRAINT ck_nyc_zip_codes_market_maturity CHECK ((market_maturity = ANY (ARRAY['emerging'::text, 'growing'::text, 'mature'::text, 'saturated'::text]))),
    CONSTRAINT ck_nyc_zip_codes_owner_share_range CHECK (((owner_share >= (0)::numeric) AND (owner_share <= (1)::numeric))),
    CONSTRAINT ck_nyc_zip_codes_solar_adoption_rate_range CHECK (((solar_adoption_rate >= (0)::numeric) AND (solar_adoption_rate <= (1)::numeric))),
    CONSTRAINT ck_nyc_zip_codes_solar_potential_score_range CHECK (((solar_potential_score >= (0)::numeric) AND (solar_potential_score <= (100)::numeric))),
    CONSTRAINT ck_nyc_zip_codes_utility CHECK ((utility = ANY (ARRAY['CON_EDISON'::text, 'PSEG_LI'::text]))),
    CONSTRAINT ck_nyc_zip_codes_zip_code_format CHECK ((zip_code ~ '^[0-9]{5}$'::text))
);
COMMENT ON COLUMN public.nyc_zip_codes.kind IS 'standard, po_box, unique';
COMMENT ON COLUMN public.nyc_zip_codes.modzcta IS 'the modified ZCTA whose census figures it shares';
COMMENT ON COLUMN public.nyc_zip_codes.is_modzcta_primary IS 'the one ZIP of its MODZCTA whose counts may be summed';
COMMENT ON COLUMN public.nyc_zip_codes.median_household_income_usd IS 'interpolated from bands: estimate';
COMMENT ON COLUMN public.nyc_zip_codes.owner_share IS '1 - renting / households: estimate';
COMMENT ON COLUMN public.nyc_zip_codes.low_rise_share IS 'share of homes on lots of one to four homes';
COMMENT ON COLUMN public.nyc_zip_codes.median_home_value_usd IS 'empty until a source gives it';
COMMENT ON COLUMN public.nyc_zip_codes.utility_needs_review IS 'the utility depends on the address';
COMMENT ON COLUMN public.nyc_zip_codes.peak_demand_kw IS 'empty until a source gives it';
COMMENT ON COLUMN public.nyc_zip_codes.solar_installations IS 'estimate until measured';
COMMENT ON COLUMN public.nyc_zip_codes.solar_adoption_rate IS 'installations / owner households';
COMMENT ON COLUMN public.nyc_zip_codes.average_annual_savings_usd IS 'of a typical home: estimate';
COMMENT ON COLUMN public.nyc_zip_codes.competition_intensity IS '0 to 100';
COMMENT ON COLUMN public.nyc_zip_codes.market_maturity IS 'emerging, growing, mature, saturated';
COMMENT ON COLUMN public.nyc_zip_codes.solar_potential_score IS '0 to 100, rules/market.py';
CREATE TABLE public.one_time_links (
    id uuid DEFAULT uuidv7() NOT NULL,
    token_hash bytea NOT NULL,
    purpose text NOT NULL,
    user_ref uuid NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT ck_one_time_links_ck_one_time_links_purpose CHECK ((purpose = ANY (ARRAY['invitation'::text, 'password_reset'::text, 'first_administrator'::text])))
);
COMMENT ON COLUMN public.one_time_links.token_hash IS 'keyed hash, for equality search';
CREATE TABLE public.platform_health_checks (
    id uuid DEFAULT uuidv7() NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    platform_ref uuid NOT NULL,
    ok boolean NOT NULL,
    response_ms numeric(10,1),
    http_status integer,
    error_code text
)
PARTITION BY RANGE (checked_at);
CREATE TABLE public.platform_performance (
    id uuid DEFAULT uuidv7() NOT NULL,
    platform_ref uuid NOT NULL,
    date date NOT NULL,
    total_exports integer DEFAULT 0 NOT NULL,
    accepted_exports integer DEFAULT 0 NOT NULL,
    rejected_exports integer DEFAULT 0 NOT NULL,
    failed_exports integer DEFAULT 0 NOT NULL,
    returned_leads integer DEFAULT 0 NOT NULL,
    acceptance_rate numeric(7,6),
    error_rate numeric(7,6),
    average_response_ms numeric(10,1),
    p95_response_ms numeric(10,1),
    uptime_share numeric(7,6),
    total_revenue numeric(12,2) DEFAULT 0 NOT NULL,
    customer_satisfaction numeric(3,2),
    computed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_platform_performance_acceptance_rate_range CHECK (((acceptance_rate >= (0)::numeric) AND (acceptance_rate <= (1)::numeric))),
    CONSTRAINT ck_platform_performance_customer_satisfaction_range CHECK (((customer_satisfaction >= (1)::numeric) AND (customer_satisfaction <= (5)::numeric))),
    CONSTRAINT ck_platform_performance_error_rate_range CHECK (((error_rate >= (0)::numeric) AND (error_rate <= (1)::numeric))),
    CONSTRAINT ck_platform_performance_uptime_share_range CHECK (((uptime_share >= (0)::numeric) AND (uptime_share <= (1)::numeric)))
);
COMMENT ON COLUMN public.platform_performance.platform_ref IS 'b2b_platforms.id';
COMMENT ON COLUMN public.platform_performance.accepted_exports IS 'accepted when delivered, returned later or not';
COMMENT ON COLUMN public.platform_performance.failed_exports IS 'errors and timeouts';
COMMENT ON COLUMN public.platform_performance.returned_leads IS 'returns that happened on this day';
COMMENT ON COLUMN public.platform_performance.acceptance_rate IS 'accepted / (accepted + rejected)';
COMMENT ON COLUMN public.platform_performance.error_rate IS 'failed / all deliveries';
COMMENT ON COLUMN public.platform_performance.uptime_share IS 'health checks that succeeded';
COMMENT ON COLUMN public.platform_performance.total_revenue IS 'ledger sum of the day, USD';
COMMENT ON COLUMN public.platform_performance.customer_satisfaction IS '1 to 5, mean of what leads sold to it answered';
CREATE TABLE public.privacy_request_events (
    id uuid DEFAULT uuidv7() NOT NULL,
    request_id uuid NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    event text NOT NULL,
    actor_name text NOT NULL,
    note text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE public.privacy_requests (
    id uuid DEFAULT uuidv7() NOT NULL,
    request_number text NOT NULL,
    request_type text NOT NULL,
    source text NOT NULL,
    status text DEFAULT 'identity_unverified'::text NOT NULL,
    received_on date NOT NULL,
    acknowledge_due date NOT NULL,
    acknowledged_on date,
    due_on date NOT NULL,
    hard_stop_on date NOT NULL,
    extended_on date,
    extension_reason text,
    completed_at timestamp with time zone,
    denial_reason text,
    subject_name text,
    contact_encrypted bytea,
    contact_masked text,
    phone_hash bytea,
    email_hash bytea,
    identity_verified_at timestamp with time zone,
    identity_verified_by uuid,
    assigned_to uuid,
    submitted_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    other_hashes bytea[] DEFAULT '{}'::bytea[] NOT NULL,
    CONSTRAINT ck_privacy_requests_denial_has_reason CHECK (((status <> 'denied'::text) OR (denial_reason IS NOT NULL))),
    CONSTRAINT ck_privacy_requests_request_type CHECK ((request_type = ANY (ARRAY['access'::text, 'erasure'::text, 'portability'::text, 'correction'::text, 'consent_withdrawal'::text]))),
    CONSTRAINT ck_privacy_requests_source CHECK ((source = ANY (ARRAY['web_form'::text, 'email'::text, 'phone'::text, 'post'::text, 'agent'::text]))),
    CONSTRAINT ck_privacy_requests_status CHECK ((status = ANY (ARRAY['identity_unverified'::text, 'received'::text, 'in_progress'::text, 'on_hold'::text, 'completed'::text, 'denied'::text, 'duplicate'::text, 'cancelled'::text])))
);
COMMENT ON COLUMN public.privacy_requests.hard_stop_on IS 'last lawful day, with the extension if there is one';
COMMENT ON COLUMN public.privacy_requests.denial_reason IS 'the person will read it';
COMMENT ON COLUMN public.privacy_requests.contact_encrypted IS 'phone or email the person gave, encrypted';
COMMENT ON COLUMN public.privacy_requests.phone_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.privacy_requests.email_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.privacy_requests.other_hashes IS 'both under the other hash keys, while there are any';
CREATE TABLE public.rate_limits (
    limiter text NOT NULL,
    subject text NOT NULL,
    window_ends_at timestamp with time zone NOT NULL,
    hits integer NOT NULL
);
COMMENT ON COLUMN public.rate_limits.subject IS 'an address, a user''s or a key''s id, or ''all''';
CREATE TABLE public.retention_policies (
    id uuid DEFAULT uuidv7() NOT NULL,
    data_type text NOT NULL,
    table_name text NOT NULL,
    time_column text NOT NULL,
    retention_days integer NOT NULL,
    action text NOT NULL,
    legal_basis text NOT NULL,
    is_enabled boolean DEFAULT true NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_retention_policies_action CHECK ((action = ANY (ARRAY['anonymize'::text, 'soft_delete'::text, 'hard_delete'::text, 'drop_partition'::text]))),
    CONSTRAINT ck_retention_policies_retention_days CHECK ((retention_days > 0))
);
CREATE TABLE public.retention_runs (
    id uuid DEFAULT uuidv7() NOT NULL,
    data_type text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    cutoff timestamp with time zone NOT NULL,
    rows_affected integer DEFAULT 0 NOT NULL,
    rows_held integer DEFAULT 0 NOT NULL,
    outcome text DEFAULT 'running'::text NOT NULL,
    CONSTRAINT ck_retention_runs_outcome CHECK ((outcome = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text])))
);
COMMENT ON COLUMN public.retention_runs.rows_held IS 'kept by a legal hold';
CREATE TABLE public.revenue_metrics (
    id uuid DEFAULT uuidv7() NOT NULL,
    date date NOT NULL,
    period_type text NOT NULL,
    platform_ref uuid,
    total_leads integer DEFAULT 0 NOT NULL,
    qualified_leads integer DEFAULT 0 NOT NULL,
    exported_leads integer DEFAULT 0 NOT NULL,
    sold_leads integer DEFAULT 0 NOT NULL,
    returned_leads integer DEFAULT 0 NOT NULL,
    sales_usd numeric(12,2) DEFAULT 0 NOT NULL,
    returns_usd numeric(12,2) DEFAULT 0 NOT NULL,
    adjustments_usd numeric(12,2) DEFAULT 0 NOT NULL,
    total_revenue numeric(12,2) DEFAULT 0 NOT NULL,
    acquisition_cost_usd numeric(12,2) DEFAULT 0 NOT NULL,
    average_price_usd numeric(12,2),
    conversion_rate numeric(7,6),
    growth_rate numeric(14,6),
    computed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_revenue_metrics_period_type CHECK ((period_type = ANY (ARRAY['daily'::text, 'weekly'::text, 'monthly'::text])))
);
COMMENT ON COLUMN public.revenue_metrics.date IS 'first day of the period';
COMMENT ON COLUMN public.revenue_metrics.platform_ref IS 'b2b_platforms.id; null: all platforms';
COMMENT ON COLUMN public.revenue_metrics.qualified_leads IS 'leads that became qualified on these days';
COMMENT ON COLUMN public.revenue_metrics.exported_leads IS 'deliveries made';
COMMENT ON COLUMN public.revenue_metrics.sold_leads IS 'sales in the ledger';
COMMENT ON COLUMN public.revenue_metrics.total_revenue IS 'sales + returns + adjustments, USD';
COMMENT ON COLUMN public.revenue_metrics.acquisition_cost_usd IS 'campaign cost of these days; all platforms only';
COMMENT ON COLUMN public.revenue_metrics.conversion_rate IS 'sold / total leads';
COMMENT ON COLUMN public.revenue_metrics.growth_rate IS 'revenue against the period before, 0.1 = +10 %';
CREATE TABLE public.roles (
    id uuid DEFAULT uuidv7() NOT NULL,
    role_name text NOT NULL,
    description text NOT NULL,
    is_system boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.rollup_changes (
    rollup text NOT NULL,
    date date NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.rollup_stamps (
    rollup text NOT NULL,
    as_of timestamp with time zone NOT NULL,
    duration_ms integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.saved_views (
    id uuid DEFAULT uuidv7() NOT NULL,
    owner_id uuid NOT NULL,
    page text NOT NULL,
    view_name text NOT NULL,
    definition jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_shared boolean DEFAULT false NOT NULL,
    is_pinned boolean DEFAULT false NOT NULL,
    default_for_role text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    changed_by uuid,
    CONSTRAINT ck_saved_views_default_is_shared CHECK (((default_for_role IS NULL) OR is_shared))
);
COMMENT ON COLUMN public.saved_views.is_pinned IS 'a button above the list, for everybody who sees the view';
COMMENT ON COLUMN public.saved_views.default_for_role IS 'people of this role start with it, unless they chose another';
COMMENT ON COLUMN public.saved_views.version IS 'changed only by whoever saw this one';
COMMENT ON COLUMN public.saved_views.changed_by IS 'users.id of the last change';
CREATE TABLE public.sealed_counts (
    field text NOT NULL,
    key_version integer NOT NULL,
    value_count bigint NOT NULL
);
COMMENT ON COLUMN public.sealed_counts.field IS 'table.column';
CREATE TABLE public.security_events (
    id uuid DEFAULT uuidv7() NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    event text NOT NULL,
    severity text NOT NULL,
    user_ref uuid,
    address inet,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT ck_security_events_severity CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
)
PARTITION BY RANGE (occurred_at);
CREATE TABLE public.sign_in_attempts (
    id uuid DEFAULT uuidv7() NOT NULL,
    attempted_at timestamp with time zone DEFAULT now() NOT NULL,
    username text NOT NULL,
    user_ref uuid,
    address inet,
    outcome text NOT NULL,
    CONSTRAINT ck_sign_in_attempts_outcome CHECK ((outcome = ANY (ARRAY['success'::text, 'wrong_password'::text, 'unknown_user'::text, 'wrong_code'::text, 'blocked'::text])))
)
PARTITION BY RANGE (attempted_at);
COMMENT ON COLUMN public.sign_in_attempts.username IS 'as typed, cut at 80 characters';
COMMENT ON COLUMN public.sign_in_attempts.outcome IS 'success, wrong_password, unknown_user, wrong_code, blocked';
CREATE TABLE public.sign_in_sessions (
    id uuid DEFAULT uuidv7() NOT NULL,
    token_hash bytea NOT NULL,
    user_ref uuid NOT NULL,
    auth_epoch integer NOT NULL,
    second_factor boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_reason text,
    address inet,
    user_agent text,
    idle_minutes integer DEFAULT 60 NOT NULL,
    method text DEFAULT 'password'::text NOT NULL,
    device_ref uuid,
    confirmed_at timestamp with time zone DEFAULT now() NOT NULL,
    viewing_as text,
    CONSTRAINT ck_sign_in_sessions_idle_minutes_range CHECK ((idle_minutes >= 1)),
    CONSTRAINT ck_sign_in_sessions_method CHECK ((method = ANY (ARRAY['password'::text, 'sso'::text])))
);
COMMENT ON COLUMN public.sign_in_sessions.token_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.sign_in_sessions.auth_epoch IS 'must equal the user''s';
COMMENT ON COLUMN public.sign_in_sessions.idle_minutes IS 'ends when unused for so long';
COMMENT ON COLUMN public.sign_in_sessions.device_ref IS 'user_devices.id';
COMMENT ON COLUMN public.sign_in_sessions.confirmed_at IS 'when the person last proved who they are';
COMMENT ON COLUMN public.sign_in_sessions.viewing_as IS 'role whose view an administrator tries, read-only';
CREATE TABLE public.sign_in_tickets (
    ticket_hash bytea NOT NULL,
    nonce_hash bytea NOT NULL,
    user_ref uuid NOT NULL,
    second_factor boolean DEFAULT false NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    method text DEFAULT 'password'::text NOT NULL
);
COMMENT ON COLUMN public.sign_in_tickets.ticket_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.sign_in_tickets.nonce_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.sign_in_tickets.method IS 'goes into the session';
CREATE TABLE public.suppression_list (
    id uuid DEFAULT uuidv7() NOT NULL,
    contact_kind text NOT NULL,
    contact_hash bytea NOT NULL,
    key_version integer NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_suppression_list_contact_kind CHECK ((contact_kind = ANY (ARRAY['phone'::text, 'email'::text])))
);
COMMENT ON COLUMN public.suppression_list.contact_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.suppression_list.key_version IS 'of the hash key; old versions are kept for matching';
COMMENT ON COLUMN public.suppression_list.reason IS 'erasure, opt_out, do_not_call, litigator';
CREATE TABLE public.user_activity_logs (
    id uuid DEFAULT uuidv7() NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    user_ref uuid NOT NULL,
    page text NOT NULL,
    activity text NOT NULL,
    duration_ms integer
)
PARTITION BY RANGE (occurred_at);
CREATE TABLE public.user_devices (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_ref uuid NOT NULL,
    device_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    address inet,
    user_agent text,
    failed_attempts integer DEFAULT 0 NOT NULL,
    blocked_until timestamp with time zone
);
COMMENT ON COLUMN public.user_devices.device_hash IS 'of the opaque token in the browser''s device cookie';
COMMENT ON COLUMN public.user_devices.blocked_until IS 'back-off after failed attempts';
CREATE TABLE public.user_identities (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    last_used_at timestamp with time zone
);
CREATE TABLE public.user_permissions (
    id uuid DEFAULT uuidv7() NOT NULL,
    role_id uuid,
    user_id uuid,
    resource text NOT NULL,
    action text NOT NULL,
    is_system boolean DEFAULT false NOT NULL,
    granted_by uuid,
    granted_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    CONSTRAINT ck_user_permissions_one_holder CHECK ((num_nonnulls(role_id, user_id) = 1))
);
CREATE TABLE public.user_recovery_codes (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.user_recovery_codes.code_hash IS 'random salt and argon2id hash';
CREATE TABLE public.user_roles (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    granted_by uuid,
    granted_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    scope_boroughs text[],
    scope_platforms uuid[]
);
COMMENT ON COLUMN public.user_roles.scope_boroughs IS 'null: all';
COMMENT ON COLUMN public.user_roles.scope_platforms IS 'null: all';
CREATE TABLE public.user_sessions (
    id uuid DEFAULT uuidv7() NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    visitor_ref uuid NOT NULL,
    lead_ref uuid,
    funnel_step text NOT NULL,
    converted boolean DEFAULT false NOT NULL,
    pages_viewed integer DEFAULT 0 NOT NULL,
    engaged_seconds integer DEFAULT 0 NOT NULL,
    landing_page text,
    referrer_domain text,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    utm_term text,
    utm_content text,
    device_type text NOT NULL,
    browser text,
    operating_system text,
    country text,
    region text,
    city text,
    zip_code text,
    CONSTRAINT ck_user_sessions_device_type CHECK ((device_type = ANY (ARRAY['mobile'::text, 'desktop'::text, 'tablet'::text]))),
    CONSTRAINT ck_user_sessions_funnel_step CHECK ((funnel_step = ANY (ARRAY['visit'::text, 'calculator'::text, 'form_start'::text, 'form_submit'::text])))
)
PARTITION BY RANGE (started_at);
COMMENT ON COLUMN public.user_sessions.visitor_ref IS 'pseudonymous visitor id of the web site';
COMMENT ON COLUMN public.user_sessions.lead_ref IS 'leads.id when the visit became a lead';
COMMENT ON COLUMN public.user_sessions.funnel_step IS 'visit, calculator, form_start, form_submit';
COMMENT ON COLUMN public.user_sessions.device_type IS 'mobile, desktop, tablet';
COMMENT ON COLUMN public.user_sessions.zip_code IS 'from the form or the network address, coarse';
CREATE TABLE public.users (
    id uuid DEFAULT uuidv7() NOT NULL,
    username text NOT NULL,
    full_name text NOT NULL,
    email_encrypted bytea,
    email_hash bytea,
    email_masked text,
    status text DEFAULT 'active'::text NOT NULL,
    is_sample boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    password_hash text,
    password_changed_at timestamp with time zone,
    auth_epoch integer DEFAULT 0 NOT NULL,
    totp_secret_encrypted bytea,
    totp_confirmed_at timestamp with time zone,
    totp_last_step bigint,
    failed_attempts integer DEFAULT 0 NOT NULL,
    blocked_until timestamp with time zone,
    last_sign_in_at timestamp with time zone,
    privacy_notice_version text,
    privacy_notice_accepted_at timestamp with time zone,
    left_on date,
    retain_until date,
    anonymized_at timestamp with time zone,
    CONSTRAINT ck_users_status CHECK ((status = ANY (ARRAY['invited'::text, 'active'::text, 'disabled'::text]))),
    CONSTRAINT ck_users_username_lower CHECK ((username = lower(username)))
);
COMMENT ON COLUMN public.users.username IS 'lower case';
COMMENT ON COLUMN public.users.email_encrypted IS 'AES-256-GCM, bound to this row and column';
COMMENT ON COLUMN public.users.email_hash IS 'keyed hash, for equality search';
COMMENT ON COLUMN public.users.is_sample IS 'invented person of the local sample data';
COMMENT ON COLUMN public.users.password_hash IS 'argon2id';
COMMENT ON COLUMN public.users.auth_epoch IS 'raised to end all sessions: password, role, factor or status change';
COMMENT ON COLUMN public.users.totp_secret_encrypted IS 'AES-256-GCM, bound to this row and column';
COMMENT ON COLUMN public.users.totp_last_step IS 'last used 30 s step: each code is good once';
COMMENT ON COLUMN public.users.blocked_until IS 'back-off after failed attempts';
COMMENT ON COLUMN public.users.left_on IS 'last working day; retention counts from here';
COMMENT ON COLUMN public.users.retain_until IS 'personal data is removed after this day';
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.b2b_price_tiers
    ADD CONSTRAINT ex_b2b_price_tiers_no_overlap EXCLUDE USING gist (platform_id WITH =, lead_quality WITH =, COALESCE(borough, ''::text) WITH =, effective WITH &&);
ALTER TABLE ONLY public.nyc_electric_rates
    ADD CONSTRAINT ex_nyc_electric_rates_no_overlap EXCLUDE USING gist (utility WITH =, COALESCE(zip_code, ''::text) WITH =, rate_plan WITH =, component WITH =, season WITH =, time_of_use WITH =, tier_from_kwh WITH =, effective WITH &&);
ALTER TABLE ONLY public.nyc_incentives
    ADD CONSTRAINT ex_nyc_incentives_no_overlap EXCLUDE USING gist (incentive_code WITH =, COALESCE(zip_code, ''::text) WITH =, effective WITH &&);
ALTER TABLE ONLY public.access_requests
    ADD CONSTRAINT pk_access_requests PRIMARY KEY (id);
ALTER TABLE ONLY public.ai_analyses
    ADD CONSTRAINT pk_ai_analyses PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.ai_conversations
    ADD CONSTRAINT pk_ai_conversations PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.ai_insights
    ADD CONSTRAINT pk_ai_insights PRIMARY KEY (id);
ALTER TABLE ONLY public.ai_models
    ADD CONSTRAINT pk_ai_models PRIMARY KEY (id);
ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT pk_alert_rules PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT pk_alerts PRIMARY KEY (id);
ALTER TABLE ONLY public.api_key_addresses
    ADD CONSTRAINT pk_api_key_addresses PRIMARY KEY (key_ref, address);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT pk_api_keys PRIMARY KEY (id);
ALTER TABLE ONLY public.api_requests
    ADD CONSTRAINT pk_api_requests PRIMARY KEY (key_ref, idempotency_key);
ALTER TABLE ONLY public.app_flags
    ADD CONSTRAINT pk_app_flags PRIMARY KEY (flag);
ALTER TABLE ONLY public.assignment_rules
    ADD CONSTRAINT pk_assignment_rules PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT pk_audit_log PRIMARY KEY (id, occurred_at);
ALTER TABLE ONLY public.b2b_disputes
    ADD CONSTRAINT pk_b2b_disputes PRIMARY KEY (id);
ALTER TABLE ONLY public.b2b_lead_mappings
    ADD CONSTRAINT pk_b2b_lead_mappings PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.b2b_payments
    ADD CONSTRAINT pk_b2b_payments PRIMARY KEY (id);
ALTER TABLE ONLY public.b2b_platforms
    ADD CONSTRAINT pk_b2b_platforms PRIMARY KEY (id);
ALTER TABLE ONLY public.b2b_price_tiers
    ADD CONSTRAINT pk_b2b_price_tiers PRIMARY KEY (id);
ALTER TABLE ONLY public.b2b_revenue_transactions
    ADD CONSTRAINT pk_b2b_revenue_transactions PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.b2b_statement_lines
    ADD CONSTRAINT pk_b2b_statement_lines PRIMARY KEY (lead_id, transaction_id);
ALTER TABLE ONLY public.b2b_statements
    ADD CONSTRAINT pk_b2b_statements PRIMARY KEY (id);
ALTER TABLE ONLY public.bulk_operation_items
    ADD CONSTRAINT pk_bulk_operation_items PRIMARY KEY (lead_id, operation_id);
ALTER TABLE ONLY public.bulk_operations
    ADD CONSTRAINT pk_bulk_operations PRIMARY KEY (id);
ALTER TABLE ONLY public.callback_reminders
    ADD CONSTRAINT pk_callback_reminders PRIMARY KEY (callback_at, lead_ref);
ALTER TABLE ONLY public.campaign_costs
    ADD CONSTRAINT pk_campaign_costs PRIMARY KEY (id);
ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT pk_campaigns PRIMARY KEY (id);
ALTER TABLE ONLY public.consent_summary
    ADD CONSTRAINT pk_consent_summary PRIMARY KEY (consent_kind, consent_state);
ALTER TABLE ONLY public.consent_wording_summary
    ADD CONSTRAINT pk_consent_wording_summary PRIMARY KEY (wording_version);
ALTER TABLE ONLY public.consent_wordings
    ADD CONSTRAINT pk_consent_wordings PRIMARY KEY (id);
ALTER TABLE ONLY public.conversation_metrics
    ADD CONSTRAINT pk_conversation_metrics PRIMARY KEY (id);
ALTER TABLE ONLY public.encryption_keys
    ADD CONSTRAINT pk_encryption_keys PRIMARY KEY (sort, version);
ALTER TABLE ONLY public.error_logs
    ADD CONSTRAINT pk_error_logs PRIMARY KEY (id, occurred_at);
ALTER TABLE ONLY public.health_samples
    ADD CONSTRAINT pk_health_samples PRIMARY KEY (id, sampled_at);
ALTER TABLE ONLY public.import_batches
    ADD CONSTRAINT pk_import_batches PRIMARY KEY (id);
ALTER TABLE ONLY public.import_rejected_rows
    ADD CONSTRAINT pk_import_rejected_rows PRIMARY KEY (id);
ALTER TABLE ONLY public.inbox_messages
    ADD CONSTRAINT pk_inbox_messages PRIMARY KEY (id);
ALTER TABLE ONLY public.key_rotations
    ADD CONSTRAINT pk_key_rotations PRIMARY KEY (field, key_version);
ALTER TABLE ONLY public.lead_calls
    ADD CONSTRAINT pk_lead_calls PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.lead_consent_events
    ADD CONSTRAINT pk_lead_consent_events PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.lead_consents
    ADD CONSTRAINT pk_lead_consents PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.lead_conversations
    ADD CONSTRAINT pk_lead_conversations PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.lead_duplicate_candidates
    ADD CONSTRAINT pk_lead_duplicate_candidates PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.lead_exports
    ADD CONSTRAINT pk_lead_exports PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.lead_factor_metrics
    ADD CONSTRAINT pk_lead_factor_metrics PRIMARY KEY (id);
ALTER TABLE ONLY public.lead_idempotency_keys
    ADD CONSTRAINT pk_lead_idempotency_keys PRIMARY KEY (idempotency_key);
ALTER TABLE ONLY public.lead_notes
    ADD CONSTRAINT pk_lead_notes PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.lead_platform_ids
    ADD CONSTRAINT pk_lead_platform_ids PRIMARY KEY (platform_ref, platform_lead_id);
ALTER TABLE ONLY public.lead_quality_history
    ADD CONSTRAINT pk_lead_quality_history PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.lead_quality_metrics
    ADD CONSTRAINT pk_lead_quality_metrics PRIMARY KEY (id);
ALTER TABLE ONLY public.lead_sources
    ADD CONSTRAINT pk_lead_sources PRIMARY KEY (id);
ALTER TABLE ONLY public.lead_status_history
    ADD CONSTRAINT pk_lead_status_history PRIMARY KEY (lead_id, id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT pk_leads PRIMARY KEY (id);
ALTER TABLE ONLY public.legal_holds
    ADD CONSTRAINT pk_legal_holds PRIMARY KEY (id);
ALTER TABLE ONLY public.list_downloads
    ADD CONSTRAINT pk_list_downloads PRIMARY KEY (id);
ALTER TABLE ONLY public.list_links
    ADD CONSTRAINT pk_list_links PRIMARY KEY (id);
ALTER TABLE ONLY public.list_settings
    ADD CONSTRAINT pk_list_settings PRIMARY KEY (user_ref, page);
ALTER TABLE ONLY public.message_metrics
    ADD CONSTRAINT pk_message_metrics PRIMARY KEY (id);
ALTER TABLE ONLY public.nyc_demographics
    ADD CONSTRAINT pk_nyc_demographics PRIMARY KEY (id);
ALTER TABLE ONLY public.nyc_electric_rates
    ADD CONSTRAINT pk_nyc_electric_rates PRIMARY KEY (id);
ALTER TABLE ONLY public.nyc_figure_sources
    ADD CONSTRAINT pk_nyc_figure_sources PRIMARY KEY (id);
ALTER TABLE ONLY public.nyc_incentive_usage
    ADD CONSTRAINT pk_nyc_incentive_usage PRIMARY KEY (id);
ALTER TABLE ONLY public.nyc_incentives
    ADD CONSTRAINT pk_nyc_incentives PRIMARY KEY (id);
ALTER TABLE ONLY public.nyc_market_intelligence
    ADD CONSTRAINT pk_nyc_market_intelligence PRIMARY KEY (id);
ALTER TABLE ONLY public.nyc_zip_codes
    ADD CONSTRAINT pk_nyc_zip_codes PRIMARY KEY (id);
ALTER TABLE ONLY public.one_time_links
    ADD CONSTRAINT pk_one_time_links PRIMARY KEY (id);
ALTER TABLE ONLY public.platform_health_checks
    ADD CONSTRAINT pk_platform_health_checks PRIMARY KEY (id, checked_at);
ALTER TABLE ONLY public.platform_performance
    ADD CONSTRAINT pk_platform_performance PRIMARY KEY (id);
ALTER TABLE ONLY public.privacy_request_events
    ADD CONSTRAINT pk_privacy_request_events PRIMARY KEY (id);
ALTER TABLE ONLY public.privacy_requests
    ADD CONSTRAINT pk_privacy_requests PRIMARY KEY (id);
ALTER TABLE ONLY public.rate_limits
    ADD CONSTRAINT pk_rate_limits PRIMARY KEY (limiter, subject);
ALTER TABLE ONLY public.retention_policies
    ADD CONSTRAINT pk_retention_policies PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_runs
    ADD CONSTRAINT pk_retention_runs PRIMARY KEY (id);
ALTER TABLE ONLY public.revenue_metrics
    ADD CONSTRAINT pk_revenue_metrics PRIMARY KEY (id);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT pk_roles PRIMARY KEY (id);
ALTER TABLE ONLY public.rollup_changes
    ADD CONSTRAINT pk_rollup_changes PRIMARY KEY (rollup, date);
ALTER TABLE ONLY public.rollup_stamps
    ADD CONSTRAINT pk_rollup_stamps PRIMARY KEY (rollup);
ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT pk_saved_views PRIMARY KEY (id);
ALTER TABLE ONLY public.sealed_counts
    ADD CONSTRAINT pk_sealed_counts PRIMARY KEY (field, key_version);
ALTER TABLE ONLY public.security_events
    ADD CONSTRAINT pk_security_events PRIMARY KEY (id, occurred_at);
ALTER TABLE ONLY public.sign_in_attempts
    ADD CONSTRAINT pk_sign_in_attempts PRIMARY KEY (id, attempted_at);
ALTER TABLE ONLY public.sign_in_sessions
    ADD CONSTRAINT pk_sign_in_sessions PRIMARY KEY (id);
ALTER TABLE ONLY public.sign_in_tickets
    ADD CONSTRAINT pk_sign_in_tickets PRIMARY KEY (ticket_hash);
ALTER TABLE ONLY public.suppression_list
    ADD CONSTRAINT pk_suppression_list PRIMARY KEY (id);
ALTER TABLE ONLY public.user_activity_logs
    ADD CONSTRAINT pk_user_activity_logs PRIMARY KEY (id, occurred_at);
ALTER TABLE ONLY public.user_devices
    ADD CONSTRAINT pk_user_devices PRIMARY KEY (id);
ALTER TABLE ONLY public.user_identities
    ADD CONSTRAINT pk_user_identities PRIMARY KEY (id);
ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT pk_user_permissions PRIMARY KEY (id);
ALTER TABLE ONLY public.user_recovery_codes
    ADD CONSTRAINT pk_user_recovery_codes PRIMARY KEY (id);
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT pk_user_roles PRIMARY KEY (id);
ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT pk_user_sessions PRIMARY KEY (id, started_at);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT pk_users PRIMARY KEY (id);
ALTER TABLE ONLY public.ai_models
    ADD CONSTRAINT uq_ai_models_model_name_model_version UNIQUE (model_name, model_version);
ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT uq_alert_rules_rule_name UNIQUE (rule_name);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT uq_api_keys_key_prefix UNIQUE (key_prefix);
ALTER TABLE ONLY public.assignment_rules
    ADD CONSTRAINT uq_assignment_rules_rule_name UNIQUE (rule_name);
ALTER TABLE ONLY public.b2b_lead_mappings
    ADD CONSTRAINT uq_b2b_lead_mappings_lead_id_platform_id UNIQUE (lead_id, platform_id);
ALTER TABLE ONLY public.b2b_payments
    ADD CONSTRAINT uq_b2b_payments_idempotency_key UNIQUE (idempotency_key);
ALTER TABLE ONLY public.b2b_platforms
    ADD CONSTRAINT uq_b2b_platforms_platform_name UNIQUE (platform_name);
ALTER TABLE ONLY public.b2b_statements
    ADD CONSTRAINT uq_b2b_statements_platform_id_period_start UNIQUE (platform_id, period_start);
ALTER TABLE ONLY public.b2b_statements
    ADD CONSTRAINT uq_b2b_statements_statement_number UNIQUE (statement_number);
ALTER TABLE ONLY public.campaign_costs
    ADD CONSTRAINT uq_campaign_costs_campaign_id_date UNIQUE (campaign_id, date);
ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT uq_campaigns_source_id_campaign_name UNIQUE (source_id, campaign_name);
ALTER TABLE ONLY public.consent_wordings
    ADD CONSTRAINT uq_consent_wordings_version UNIQUE (version);
ALTER TABLE ONLY public.conversation_metrics
    ADD CONSTRAINT uq_conversation_metrics_key UNIQUE NULLS NOT DISTINCT (date, channel, outcome, drop_off_turn);
ALTER TABLE ONLY public.import_batches
    ADD CONSTRAINT uq_import_batches_file_sha256 UNIQUE (file_sha256);
ALTER TABLE ONLY public.import_rejected_rows
    ADD CONSTRAINT uq_import_rejected_rows_batch_ref_line_number UNIQUE (batch_ref, line_number);
ALTER TABLE ONLY public.lead_consents
    ADD CONSTRAINT uq_lead_consents_lead_id_consent_kind UNIQUE (lead_id, consent_kind);
ALTER TABLE ONLY public.lead_conversations
    ADD CONSTRAINT uq_lead_conversations_lead_id_session_id_turn UNIQUE (lead_id, session_id, turn);
ALTER TABLE ONLY public.lead_duplicate_candidates
    ADD CONSTRAINT uq_lead_duplicate_candidates_lead_id_older_ref UNIQUE (lead_id, older_ref);
ALTER TABLE ONLY public.lead_factor_metrics
    ADD CONSTRAINT uq_lead_factor_metrics_key UNIQUE NULLS NOT DISTINCT (date, model_version, factor);
ALTER TABLE ONLY public.lead_quality_metrics
    ADD CONSTRAINT uq_lead_quality_metrics_key UNIQUE NULLS NOT DISTINCT (date, source_ref, model_version, score_band);
ALTER TABLE ONLY public.lead_sources
    ADD CONSTRAINT uq_lead_sources_source_name UNIQUE (source_name);
ALTER TABLE ONLY public.message_metrics
    ADD CONSTRAINT uq_message_metrics_key UNIQUE NULLS NOT DISTINCT (date, sender, message_type, intent, sentiment);
ALTER TABLE ONLY public.nyc_demographics
    ADD CONSTRAINT uq_nyc_demographics_zip_code_acs_year UNIQUE (zip_code, acs_year);
ALTER TABLE ONLY public.nyc_figure_sources
    ADD CONSTRAINT uq_nyc_figure_sources_figure_zip_code UNIQUE NULLS NOT DISTINCT (figure, zip_code);
ALTER TABLE ONLY public.nyc_incentive_usage
    ADD CONSTRAINT uq_nyc_incentive_usage_incentive_code_zip_code_date UNIQUE (incentive_code, zip_code, date);
ALTER TABLE ONLY public.nyc_market_intelligence
    ADD CONSTRAINT uq_nyc_market_intelligence_zip_code_date UNIQUE (zip_code, date);
ALTER TABLE ONLY public.nyc_zip_codes
    ADD CONSTRAINT uq_nyc_zip_codes_zip_code UNIQUE (zip_code);
ALTER TABLE ONLY public.one_time_links
    ADD CONSTRAINT uq_one_time_links_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.platform_performance
    ADD CONSTRAINT uq_platform_performance_platform_ref_date UNIQUE (platform_ref, date);
ALTER TABLE ONLY public.privacy_requests
    ADD CONSTRAINT uq_privacy_requests_request_number UNIQUE (request_number);
ALTER TABLE ONLY public.retention_policies
    ADD CONSTRAINT uq_retention_policies_data_type UNIQUE (data_type);
ALTER TABLE ONLY public.revenue_metrics
    ADD CONSTRAINT uq_revenue_metrics_period_type_date_platform_ref UNIQUE NULLS NOT DISTINCT (period_type, date, platform_ref);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT uq_roles_role_name UNIQUE (role_name);
ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT uq_saved_views_owner_id_page_view_name UNIQUE (owner_id, page, view_name);
ALTER TABLE ONLY public.sign_in_sessions
    ADD CONSTRAINT uq_sign_in_sessions_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.suppression_list
    ADD CONSTRAINT uq_suppression_list_contact_kind_contact_hash UNIQUE (contact_kind, contact_hash);
ALTER TABLE ONLY public.user_devices
    ADD CONSTRAINT uq_user_devices_user_ref_device_hash UNIQUE (user_ref, device_hash);
ALTER TABLE ONLY public.user_identities
    ADD CONSTRAINT uq_user_identities_issuer_subject UNIQUE (issuer, subject);
ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT uq_user_permissions_role_id_user_id_resource_action UNIQUE NULLS NOT DISTINCT (role_id, user_id, resource, action);
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT uq_user_roles_user_id_role_id UNIQUE (user_id, role_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT uq_users_username UNIQUE (username);
CREATE INDEX idx_ai_conversation_model ON public.ai_conversations USING btree (ai_model_id, started_at);
CREATE INDEX idx_ai_conversation_started ON public.ai_conversations USING btree (started_at, outcome);
CREATE INDEX idx_analysis_lead_type ON public.ai_analyses USING btree (lead_id, analysis_type, created_at);
CREATE INDEX idx_analysis_model_created ON public.ai_analyses USING btree (ai_model_id, created_at);
CREATE INDEX idx_analysis_type_created ON public.ai_analyses USING btree (analysis_type, created_at);
CREATE INDEX idx_bulk_item_operation ON public.bulk_operation_items USING btree (operation_id, "position");
CREATE INDEX idx_consent_event_lead ON public.lead_consent_events USING btree (lead_id, occurred_at);
CREATE INDEX idx_consent_event_occurred ON public.lead_consent_events USING btree (occurred_at, consent_state);
CREATE INDEX idx_consent_event_withdrawn ON public.lead_consent_events USING btree (occurred_at) INCLUDE (channel) WHERE (consent_state = 'withdrawn'::text);
CREATE INDEX idx_consent_state_kind ON public.lead_consents USING btree (consent_state, consent_kind);
CREATE INDEX idx_conversation_content_gin ON public.lead_conversations USING gin (to_tsvector('english'::regconfig, content));
CREATE INDEX idx_conversation_created ON public.lead_conversations USING btree (created_at);
CREATE INDEX idx_conversation_type_created ON public.lead_conversations USING btree (message_type, created_at);
CREATE INDEX idx_duplicate_candidate_older ON public.lead_duplicate_candidates USING btree (older_ref);
CREATE INDEX idx_duplicate_candidate_open ON public.lead_duplicate_candidates USING btree (confidence, id) WHERE (state = 'open'::text);
CREATE INDEX idx_export_created_platform ON public.lead_exports USING btree (created_at, platform_id);
CREATE INDEX idx_export_due ON public.lead_exports USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX idx_export_id ON public.lead_exports USING btree (id);
CREATE INDEX idx_export_platform_status_created ON public.lead_exports USING btree (platform_id, status, created_at);
CREATE INDEX idx_export_status_created ON public.lead_exports USING btree (status, created_at);
CREATE INDEX idx_incentive_zip_level ON public.nyc_incentives USING btree (zip_code, level);
CREATE INDEX idx_insight_status_created ON public.ai_insights USING btree (status, created_at);
CREATE INDEX idx_lead_activity_id ON public.leads USING btree (last_activity_at, id) WHERE (is_active = true);
CREATE INDEX idx_lead_address_gin ON public.leads USING gin (to_tsvector('english'::regconfig, property_address));
CREATE INDEX idx_lead_address_key ON public.leads USING btree (address_key) WHERE (address_key IS NOT NULL);
CREATE INDEX idx_lead_assigned ON public.leads USING btree (assigned_to, status, created_at, next_callback_at) WHERE ((is_active = true) AND (assigned_to IS NOT NULL));
CREATE INDEX idx_lead_call_lead ON public.lead_calls USING btree (lead_id, created_at);
CREATE INDEX idx_lead_created_id ON public.leads USING btree (created_at, id) WHERE (is_active = true);
CREATE INDEX idx_lead_created_status ON public.leads USING btree (created_at, status) WHERE (is_active = true);
CREATE INDEX idx_lead_duplicates ON public.leads USING btree (duplicate_of) WHERE (duplicate_of IS NOT NULL);
CREATE INDEX idx_lead_email_hash ON public.leads USING btree (email_hash) WHERE (email_hash IS NOT NULL);
CREATE INDEX idx_lead_exceptions ON public.leads USING btree (created_at, id) WHERE ((is_active = false) OR has_export_error);
CREATE INDEX idx_lead_import_batch ON public.leads USING btree (import_batch_id) WHERE (import_batch_id IS NOT NULL);
CREATE INDEX idx_lead_note_lead ON public.lead_notes USING btree (lead_id, created_at);
CREATE INDEX idx_lead_phone_hash ON public.leads USING btree (phone_hash) WHERE (phone_hash IS NOT NULL);
CREATE INDEX idx_lead_qualified_zip ON public.leads USING btree (qualified_at, zip_code) WHERE ((is_active = true) AND (qualified_at IS NOT NULL));
CREATE INDEX idx_lead_quality_score ON public.leads USING btree (lead_quality, lead_score) WHERE (is_active = true);
CREATE INDEX idx_lead_revenue_id ON public.leads USING btree (total_revenue_earned, id) WHERE (is_active = true);
CREATE INDEX idx_lead_score_covering ON public.leads USING btree (lead_score, id) INCLUDE (status, lead_quality, zip_code, borough) WHERE (is_active = true);
CREATE INDEX idx_lead_search ON public.leads USING gin (full_name public.gin_trgm_ops, property_address public.gin_trgm_ops);
CREATE INDEX idx_lead_source_campaign ON public.leads USING btree (source_id, created_at, id, campaign_id) WHERE (is_active = true);
CREATE INDEX idx_lead_status_created ON public.leads USING btree (status, created_at, id) WHERE (is_active = true);
CREATE INDEX idx_lead_zip_quality ON public.leads USING btree (zip_code, lead_quality) WHERE (is_active = true);
CREATE INDEX idx_mapping_lead_platform ON public.b2b_lead_mappings USING btree (lead_id, platform_id) INCLUDE (status, revenue_usd);
CREATE INDEX idx_mapping_platform_status_created ON public.b2b_lead_mappings USING btree (platform_id, status, created_at);
CREATE INDEX idx_nyc_adoption_revenue ON public.nyc_market_intelligence USING btree (solar_adoption_rate, total_revenue);
CREATE INDEX idx_nyc_intelligence_date ON public.nyc_market_intelligence USING btree (date, borough);
CREATE INDEX idx_nyc_zip_date ON public.nyc_market_intelligence USING btree (zip_code, date);
CREATE INDEX idx_payment_received ON public.b2b_payments USING btree (received_on, platform_id);
CREATE INDEX idx_platform_acceptance_revenue ON public.platform_performance USING btree (acceptance_rate, total_revenue);
CREATE INDEX idx_platform_performance_date ON public.platform_performance USING btree (date, platform_ref);
CREATE INDEX idx_quality_history_created ON public.lead_quality_history USING btree (created_at, model_version);
CREATE INDEX idx_quality_history_lead ON public.lead_quality_history USING btree (lead_id, created_at);
CREATE INDEX idx_rate_utility_plan ON public.nyc_electric_rates USING btree (utility, rate_plan, component);
CREATE INDEX idx_request_received ON public.privacy_requests USING btree (received_on);
CREATE INDEX idx_request_status_due ON public.privacy_requests USING btree (status, due_on);
CREATE INDEX idx_revenue_date_period ON public.revenue_metrics USING btree (date, period_type);
CREATE INDEX idx_revenue_qualified_sold ON public.revenue_metrics USING btree (qualified_leads, sold_leads);
CREATE INDEX idx_statement_status_due ON public.b2b_statements USING btree (status, due_on);
CREATE INDEX idx_status_history_lead ON public.lead_status_history USING btree (lead_id, created_at);
CREATE INDEX idx_transaction_occurred_platform ON public.b2b_revenue_transactions USING btree (occurred_at, platform_id) INCLUDE (amount_usd, transaction_type);
CREATE INDEX idx_transaction_platform_occurred ON public.b2b_revenue_transactions USING btree (platform_id, occurred_at);
CREATE INDEX idx_zip_borough_income ON public.nyc_zip_codes USING btree (borough, median_household_income_usd);
CREATE INDEX idx_zip_income ON public.nyc_zip_codes USING btree (median_household_income_usd);
CREATE INDEX idx_zip_solar_potential ON public.nyc_zip_codes USING btree (solar_potential_score, borough);
CREATE INDEX ix_access_requests_open ON public.access_requests USING btree (requested_at) WHERE (decision IS NULL);
CREATE INDEX ix_alerts_opened ON public.alerts USING btree (opened_at);
CREATE INDEX ix_alerts_rule ON public.alerts USING btree (rule_ref, opened_at);
CREATE INDEX ix_api_requests_created_at ON public.api_requests USING btree (created_at);
CREATE INDEX ix_audit_log_actor ON ONLY public.audit_log USING btree (actor_user_id, occurred_at);
CREATE INDEX ix_audit_log_entity ON ONLY public.audit_log USING btree (entity_type, entity_id, occurred_at);
CREATE INDEX ix_audit_log_event ON ONLY public.audit_log USING btree (event, occurred_at);
CREATE INDEX ix_audit_log_occurred ON ONLY public.audit_log USING btree (occurred_at);
CREATE INDEX ix_b2b_disputes_statement_id ON public.b2b_disputes USING btree (statement_id);
CREATE INDEX ix_b2b_payments_statement_id ON public.b2b_payments USING btree (statement_id);
CREATE INDEX ix_b2b_statement_lines_statement_id ON public.b2b_statement_lines USING btree (statement_id);
CREATE INDEX ix_bulk_operations_off_sale ON public.bulk_operations USING btree (((arguments ->> 'survivor'::text))) WHERE took_off_sale;
CREATE INDEX ix_bulk_operations_undoes ON public.bulk_operations USING btree (undoes_ref) WHERE (undoes_ref IS NOT NULL);
CREATE INDEX ix_bulk_operations_user ON public.bulk_operations USING btree (user_ref, created_at);
CREATE INDEX ix_campaign_costs_date ON public.campaign_costs USING btree (date);
CREATE INDEX ix_campaigns_source_id ON public.campaigns USING btree (source_id);
CREATE INDEX ix_error_logs_error_id ON ONLY public.error_logs USING btree (error_id);
CREATE INDEX ix_error_logs_occurred ON ONLY public.error_logs USING btree (occurred_at);
CREATE INDEX ix_health_samples_metric ON ONLY public.health_samples USING btree (metric, node, sampled_at);
CREATE INDEX ix_import_batches_started ON public.import_batches USING btree (started_at);
CREATE INDEX ix_import_rejected_rows_delete_after ON public.import_rejected_rows USING btree (delete_after);
CREATE INDEX ix_inbox_messages_user ON public.inbox_messages USING btree (user_ref, created_at);
CREATE INDEX ix_lead_platform_ids_platform_lead_id ON public.lead_platform_ids USING btree (platform_lead_id);
CREATE INDEX ix_legal_holds_lead ON public.legal_holds USING btree (lead_ref);
CREATE INDEX ix_list_downloads_user ON public.list_downloads USING btree (user_ref, created_at);
CREATE INDEX ix_list_links_expires_at ON public.list_links USING btree (expires_at);
CREATE INDEX ix_one_time_links_user ON public.one_time_links USING btree (user_ref, created_at);
CREATE INDEX ix_platform_health_checks_platform ON ONLY public.platform_health_checks USING btree (platform_ref, checked_at);
CREATE INDEX ix_privacy_request_events_request_id ON public.privacy_request_events USING btree (request_id);
CREATE INDEX ix_rate_limits_window_ends_at ON public.rate_limits USING btree (window_ends_at);
CREATE INDEX ix_retention_runs_type ON public.retention_runs USING btree (data_type, started_at);
CREATE INDEX ix_saved_views_shared ON public.saved_views USING btree (page, view_name) WHERE is_shared;
CREATE INDEX ix_security_events_occurred ON ONLY public.security_events USING btree (occurred_at, severity);
CREATE INDEX ix_sign_in_attempts_address ON ONLY public.sign_in_attempts USING btree (address, attempted_at);
CREATE INDEX ix_sign_in_attempts_username ON ONLY public.sign_in_attempts USING btree (username, attempted_at);
CREATE INDEX ix_sign_in_sessions_expires_at ON public.sign_in_sessions USING btree (expires_at);
CREATE INDEX ix_sign_in_sessions_user_ref ON public.sign_in_sessions USING btree (user_ref);
CREATE INDEX ix_user_activity_logs_user ON ONLY public.user_activity_logs USING btree (user_ref, occurred_at);
CREATE INDEX ix_user_devices_device_hash ON public.user_devices USING btree (device_hash);
CREATE INDEX ix_user_devices_last_seen_at ON public.user_devices USING btree (last_seen_at);
CREATE INDEX ix_user_identities_user_id ON public.user_identities USING btree (user_id);
CREATE INDEX ix_user_permissions_user_id ON public.user_permissions USING btree (user_id);
CREATE INDEX ix_user_recovery_codes_user_id ON public.user_recovery_codes USING btree (user_id);
CREATE INDEX ix_user_roles_role_id ON public.user_roles USING btree (role_id);
CREATE INDEX ix_user_sessions_lead ON ONLY public.user_sessions USING btree (lead_ref);
CREATE INDEX ix_user_sessions_started ON ONLY public.user_sessions USING btree (started_at, utm_source);
CREATE UNIQUE INDEX uq_saved_views_default_for_role ON public.saved_views USING btree (page, default_for_role) WHERE (default_for_role IS NOT NULL);
CREATE UNIQUE INDEX ux_mv_daily_revenue_summary ON public.mv_daily_revenue_summary USING btree (date);
CREATE UNIQUE INDEX ux_mv_platform_performance_summary ON public.mv_platform_performance_summary USING btree (platform_name, date);
ALTER TABLE ONLY public.ai_analyses
    ADD CONSTRAINT fk_ai_analyses_ai_model_id FOREIGN KEY (ai_model_id) REFERENCES public.ai_models(id);
ALTER TABLE ONLY public.ai_analyses
    ADD CONSTRAINT fk_ai_analyses_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.ai_conversations
    ADD CONSTRAINT fk_ai_conversations_ai_model_id FOREIGN KEY (ai_model_id) REFERENCES public.ai_models(id);
ALTER TABLE ONLY public.ai_conversations
    ADD CONSTRAINT fk_ai_conversations_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT fk_api_keys_created_by FOREIGN KEY (created_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.b2b_disputes
    ADD CONSTRAINT fk_b2b_disputes_platform_id FOREIGN KEY (platform_id) REFERENCES public.b2b_platforms(id);
ALTER TABLE ONLY public.b2b_disputes
    ADD CONSTRAINT fk_b2b_disputes_statement_id FOREIGN KEY (statement_id) REFERENCES public.b2b_statements(id);
ALTER TABLE ONLY public.b2b_lead_mappings
    ADD CONSTRAINT fk_b2b_lead_mappings_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.b2b_lead_mappings
    ADD CONSTRAINT fk_b2b_lead_mappings_lead_id_export_id FOREIGN KEY (lead_id, export_id) REFERENCES public.lead_exports(lead_id, id);
ALTER TABLE ONLY public.b2b_lead_mappings
    ADD CONSTRAINT fk_b2b_lead_mappings_platform_id FOREIGN KEY (platform_id) REFERENCES public.b2b_platforms(id);
ALTER TABLE ONLY public.b2b_payments
    ADD CONSTRAINT fk_b2b_payments_platform_id FOREIGN KEY (platform_id) REFERENCES public.b2b_platforms(id);
ALTER TABLE ONLY public.b2b_payments
    ADD CONSTRAINT fk_b2b_payments_recorded_by FOREIGN KEY (recorded_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.b2b_payments
    ADD CONSTRAINT fk_b2b_payments_statement_id FOREIGN KEY (statement_id) REFERENCES public.b2b_statements(id);
ALTER TABLE ONLY public.b2b_price_tiers
    ADD CONSTRAINT fk_b2b_price_tiers_platform_id FOREIGN KEY (platform_id) REFERENCES public.b2b_platforms(id);
ALTER TABLE ONLY public.b2b_revenue_transactions
    ADD CONSTRAINT fk_b2b_revenue_transactions_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.b2b_revenue_transactions
    ADD CONSTRAINT fk_b2b_revenue_transactions_lead_id_export_id FOREIGN KEY (lead_id, export_id) REFERENCES public.lead_exports(lead_id, id);
ALTER TABLE ONLY public.b2b_revenue_transactions
    ADD CONSTRAINT fk_b2b_revenue_transactions_lead_id_offsets_id FOREIGN KEY (lead_id, offsets_id) REFERENCES public.b2b_revenue_transactions(lead_id, id);
ALTER TABLE ONLY public.b2b_revenue_transactions
    ADD CONSTRAINT fk_b2b_revenue_transactions_platform_id FOREIGN KEY (platform_id) REFERENCES public.b2b_platforms(id);
ALTER TABLE ONLY public.b2b_statement_lines
    ADD CONSTRAINT fk_b2b_statement_lines_lead_id_transaction_id FOREIGN KEY (lead_id, transaction_id) REFERENCES public.b2b_revenue_transactions(lead_id, id);
ALTER TABLE ONLY public.b2b_statement_lines
    ADD CONSTRAINT fk_b2b_statement_lines_statement_id FOREIGN KEY (statement_id) REFERENCES public.b2b_statements(id);
ALTER TABLE ONLY public.b2b_statements
    ADD CONSTRAINT fk_b2b_statements_platform_id FOREIGN KEY (platform_id) REFERENCES public.b2b_platforms(id);
ALTER TABLE ONLY public.campaign_costs
    ADD CONSTRAINT fk_campaign_costs_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);
ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT fk_campaigns_source_id FOREIGN KEY (source_id) REFERENCES public.lead_sources(id);
ALTER TABLE ONLY public.consent_wordings
    ADD CONSTRAINT fk_consent_wordings_recorded_by FOREIGN KEY (recorded_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.lead_calls
    ADD CONSTRAINT fk_lead_calls_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.lead_consent_events
    ADD CONSTRAINT fk_lead_consent_events_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.lead_consents
    ADD CONSTRAINT fk_lead_consents_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.lead_conversations
    ADD CONSTRAINT fk_lead_conversations_lead_id_session_id FOREIGN KEY (lead_id, session_id) REFERENCES public.ai_conversations(lead_id, id);
ALTER TABLE ONLY public.lead_duplicate_candidates
    ADD CONSTRAINT fk_lead_duplicate_candidates_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.lead_exports
    ADD CONSTRAINT fk_lead_exports_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.lead_exports
    ADD CONSTRAINT fk_lead_exports_platform_id FOREIGN KEY (platform_id) REFERENCES public.b2b_platforms(id);
ALTER TABLE ONLY public.lead_notes
    ADD CONSTRAINT fk_lead_notes_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.lead_quality_history
    ADD CONSTRAINT fk_lead_quality_history_ai_model_id FOREIGN KEY (ai_model_id) REFERENCES public.ai_models(id);
ALTER TABLE ONLY public.lead_quality_history
    ADD CONSTRAINT fk_lead_quality_history_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.lead_status_history
    ADD CONSTRAINT fk_lead_status_history_lead_id FOREIGN KEY (lead_id) REFERENCES public.leads(id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT fk_leads_assigned_to FOREIGN KEY (assigned_to) REFERENCES public.users(id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT fk_leads_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT fk_leads_source_id FOREIGN KEY (source_id) REFERENCES public.lead_sources(id);
ALTER TABLE ONLY public.legal_holds
    ADD CONSTRAINT fk_legal_holds_placed_by FOREIGN KEY (placed_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.nyc_demographics
    ADD CONSTRAINT fk_nyc_demographics_zip_code FOREIGN KEY (zip_code) REFERENCES public.nyc_zip_codes(zip_code);
ALTER TABLE ONLY public.nyc_electric_rates
    ADD CONSTRAINT fk_nyc_electric_rates_corrected_by FOREIGN KEY (corrected_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.privacy_request_events
    ADD CONSTRAINT fk_privacy_request_events_request_id FOREIGN KEY (request_id) REFERENCES public.privacy_requests(id);
ALTER TABLE ONLY public.privacy_requests
    ADD CONSTRAINT fk_privacy_requests_assigned_to FOREIGN KEY (assigned_to) REFERENCES public.users(id);
ALTER TABLE ONLY public.privacy_requests
    ADD CONSTRAINT fk_privacy_requests_identity_verified_by FOREIGN KEY (identity_verified_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.privacy_requests
    ADD CONSTRAINT fk_privacy_requests_submitted_by FOREIGN KEY (submitted_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT fk_saved_views_owner_id FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_identities
    ADD CONSTRAINT fk_user_identities_created_by FOREIGN KEY (created_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.user_identities
    ADD CONSTRAINT fk_user_identities_user_id FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT fk_user_permissions_granted_by FOREIGN KEY (granted_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT fk_user_permissions_role_id FOREIGN KEY (role_id) REFERENCES public.roles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_permissions
    ADD CONSTRAINT fk_user_permissions_user_id FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_recovery_codes
    ADD CONSTRAINT fk_user_recovery_codes_user_id FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT fk_user_roles_granted_by FOREIGN KEY (granted_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT fk_user_roles_role_id FOREIGN KEY (role_id) REFERENCES public.roles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT fk_user_roles_user_id FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE public.ai_analyses ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.b2b_disputes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.b2b_lead_mappings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.b2b_payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.b2b_platforms ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.b2b_price_tiers ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.b2b_revenue_transactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.b2b_statements ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bulk_operation_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_consent_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_duplicate_candidates ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_platform_ids ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_quality_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_status_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.nyc_market_intelligence ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.nyc_zip_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.platform_performance ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.revenue_metrics ENABLE ROW LEVEL SECURITY;
CREATE POLICY scoped ON public.ai_analyses FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.audit_log FOR SELECT TO aurum_scoped USING (
CASE
    WHEN (entity_type = 'lead'::text) THEN public.aurum_lead_in_scope((entity_id)::uuid)
    ELSE false
END);
CREATE POLICY scoped ON public.b2b_disputes FOR SELECT TO aurum_scoped USING (public.aurum_platform_in_scope(platform_id));
CREATE POLICY scoped ON public.b2b_lead_mappings FOR SELECT TO aurum_scoped USING (public.aurum_delivery_in_scope(lead_id, platform_id));
CREATE POLICY scoped ON public.b2b_payments FOR SELECT TO aurum_scoped USING (public.aurum_platform_in_scope(platform_id));
CREATE POLICY scoped ON public.b2b_platforms FOR SELECT TO aurum_scoped USING ((public.aurum_platform_in_scope(id) OR ((NULLIF(current_setting('app.platforms'::text, true), ''::text) IS NULL) AND (NULLIF(current_setting('app.boroughs'::text, true), ''::text) IS NOT NULL))));
CREATE POLICY scoped ON public.b2b_price_tiers FOR SELECT TO aurum_scoped USING (public.aurum_platform_in_scope(platform_id));
CREATE POLICY scoped ON public.b2b_revenue_transactions FOR SELECT TO aurum_scoped USING (public.aurum_delivery_in_scope(lead_id, platform_id));
CREATE POLICY scoped ON public.b2b_statements FOR SELECT TO aurum_scoped USING (public.aurum_platform_in_scope(platform_id));
CREATE POLICY scoped ON public.bulk_operation_items FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.lead_calls FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.lead_consent_events FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.lead_consents FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.lead_conversations FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.lead_duplicate_candidates FOR SELECT TO aurum_scoped USING ((public.aurum_lead_in_scope(lead_id) AND public.aurum_lead_in_scope(older_ref)));
CREATE POLICY scoped ON public.lead_exports FOR SELECT TO aurum_scoped USING (public.aurum_delivery_in_scope(lead_id, platform_id));
CREATE POLICY scoped ON public.lead_notes FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.lead_platform_ids FOR SELECT TO aurum_scoped USING (public.aurum_delivery_in_scope(lead_ref, platform_ref));
CREATE POLICY scoped ON public.lead_quality_history FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.lead_status_history FOR SELECT TO aurum_scoped USING (public.aurum_lead_in_scope(lead_id));
CREATE POLICY scoped ON public.leads FOR SELECT TO aurum_scoped USING ((NULLIF((borough = ANY (string_to_array(NULLIF(current_setting('app.boroughs'::text, true), ''::text), ','::text))), false) IS NOT NULL));
CREATE POLICY scoped ON public.nyc_market_intelligence FOR SELECT TO aurum_scoped USING ((borough = ANY (string_to_array(NULLIF(current_setting('app.boroughs'::text, true), ''::text), ','::text))));
CREATE POLICY scoped ON public.nyc_zip_codes FOR SELECT TO aurum_scoped USING ((borough = ANY (string_to_array(NULLIF(current_setting('app.boroughs'::text, true), ''::text), ','::text))));
CREATE POLICY scoped ON public.platform_performance FOR SELECT TO aurum_scoped USING (public.aurum_platform_in_scope(platform_ref));
CREATE POLICY scoped ON public.revenue_metrics FOR SELECT TO aurum_scoped USING (public.aurum_platform_in_scope(platform_ref));
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO aurum_app;
GRANT USAGE ON SCHEMA public TO aurum_jobs;
GRANT USAGE ON SCHEMA public TO aurum_reader;
GRANT USAGE ON SCHEMA public TO aurum_scoped;
REVOKE ALL ON FUNCTION public.aurum_delivery_in_scope(lead uuid, platform uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.aurum_delivery_in_scope(lead uuid, platform uuid) TO aurum_scoped;
REVOKE ALL ON FUNCTION public.aurum_drop_partitions(parent text, before_month date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.aurum_drop_partitions(parent text, before_month date) TO aurum_jobs;
REVOKE ALL ON FUNCTION public.aurum_family_refusals(lead uuid, OUT refuses boolean, OUT do_not_call boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.aurum_family_refusals(lead uuid, OUT refuses boolean, OUT do_not_call boolean) TO aurum_scoped;
GRANT ALL ON FUNCTION public.aurum_family_refusals(lead uuid, OUT refuses boolean, OUT do_not_call boolean) TO aurum_reader;
GRANT ALL ON FUNCTION public.aurum_family_refusals(lead uuid, OUT refuses boolean, OUT do_not_call boolean) TO aurum_app;
REVOKE ALL ON FUNCTION public.aurum_lead_in_scope(lead uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.aurum_lead_in_scope(lead uuid) TO aurum_scoped;
REVOKE ALL ON FUNCTION public.aurum_make_partitions(first_month date, last_month date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.aurum_make_partitions(first_month date, last_month date) TO aurum_jobs;
REVOKE ALL ON FUNCTION public.aurum_platform_in_scope(platform uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.aurum_platform_in_scope(platform uuid) TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.access_requests TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.access_requests TO aurum_jobs;
GRANT SELECT ON TABLE public.access_requests TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_analyses TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.ai_analyses TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(id) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(analysis_type) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(analysis_type) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(ai_model_id) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(ai_model_id) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(model_version) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(model_version) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(score) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(score) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(confidence) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(confidence) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(factors) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(factors) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(insights) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(insights) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(recommendations) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(recommendations) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(input_tokens) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(input_tokens) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(output_tokens) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(output_tokens) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(cost_usd) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(cost_usd) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT(latency_ms) ON TABLE public.ai_analyses TO aurum_reader;
GRANT SELECT(latency_ms) ON TABLE public.ai_analyses TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_conversations TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.ai_conversations TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(id) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(ai_model_id) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(channel) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(language) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(started_at) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(ended_at) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(turn_count) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(drop_off_turn) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(outcome) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(primary_intent) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(average_sentiment) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(quality_score) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(satisfaction_score) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(summary) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT(cost_usd) ON TABLE public.ai_conversations TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_insights TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.ai_insights TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(insight_type) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(category) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(title) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(description) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(recommendation) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(evidence) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(confidence) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(expected_impact_usd) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(model_ref) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(period_start) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(period_end) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(status) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(validated_by) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(validated_at) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(implemented_at) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT(outcome) ON TABLE public.ai_insights TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_models TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.ai_models TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(id) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(model_name) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(model_name) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(model_version) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(model_version) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(provider) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(provider) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(purpose) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(purpose) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(status) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(status) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(ab_group) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(ab_group) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(traffic_share) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(traffic_share) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(configuration) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(configuration) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(requests_per_minute) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(requests_per_minute) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(requests_per_day) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(requests_per_day) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(input_usd_per_1k_tokens) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(input_usd_per_1k_tokens) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(output_usd_per_1k_tokens) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(output_usd_per_1k_tokens) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(accuracy) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(accuracy) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(auc) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(auc) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(calibration_error) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(calibration_error) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(quality_checked_at) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(quality_checked_at) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(released_at) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(released_at) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT(retired_at) ON TABLE public.ai_models TO aurum_reader;
GRANT SELECT(retired_at) ON TABLE public.ai_models TO aurum_scoped;
GRANT SELECT ON TABLE public.alembic_version TO aurum_app;
GRANT SELECT ON TABLE public.alembic_version TO aurum_jobs;
GRANT SELECT ON TABLE public.alembic_version TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.alert_rules TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.alert_rules TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(rule_name) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(metric) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(comparison) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(threshold) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(severity) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(notify_roles) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(minimum_interval_minutes) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(is_enabled) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.alert_rules TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.alerts TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.alerts TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.alerts TO aurum_reader;
GRANT SELECT(rule_ref) ON TABLE public.alerts TO aurum_reader;
GRANT SELECT(opened_at) ON TABLE public.alerts TO aurum_reader;
GRANT SELECT(closed_at) ON TABLE public.alerts TO aurum_reader;
GRANT SELECT(observed) ON TABLE public.alerts TO aurum_reader;
GRANT SELECT(message) ON TABLE public.alerts TO aurum_reader;
GRANT SELECT(acknowledged_by) ON TABLE public.alerts TO aurum_reader;
GRANT SELECT(acknowledged_at) ON TABLE public.alerts TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_key_addresses TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.api_key_addresses TO aurum_jobs;
GRANT SELECT ON TABLE public.api_key_addresses TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.api_keys TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(key_name) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(key_prefix) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(scopes) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(allowed_addresses) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(rate_limit_per_minute) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(created_by) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(expires_at) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(last_used_at) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(revoked_at) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(last_used_address) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(replaces_ref) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT(platform_ref) ON TABLE public.api_keys TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_requests TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.api_requests TO aurum_jobs;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_flags TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.app_flags TO aurum_jobs;
GRANT SELECT(flag) ON TABLE public.app_flags TO aurum_reader;
GRANT SELECT(is_on) ON TABLE public.app_flags TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.app_flags TO aurum_reader;
GRANT SELECT(changed_by) ON TABLE public.app_flags TO aurum_reader;
GRANT SELECT(changed_at) ON TABLE public.app_flags TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.assignment_rules TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.assignment_rules TO aurum_jobs;
GRANT SELECT ON TABLE public.assignment_rules TO aurum_reader;
GRANT SELECT,INSERT ON TABLE public.audit_log TO aurum_app;
GRANT SELECT,INSERT,MAINTAIN ON TABLE public.audit_log TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(id) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(occurred_at) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(occurred_at) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(actor_user_id) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(actor_user_id) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(actor_name) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(actor_name) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(event) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(event) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(entity_type) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(entity_type) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(entity_id) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(entity_id) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(reason) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(details) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(details) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT(address) ON TABLE public.audit_log TO aurum_reader;
GRANT SELECT(address) ON TABLE public.audit_log TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.b2b_disputes TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.b2b_disputes TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.b2b_disputes TO aurum_reader;
GRANT SELECT(id) ON TABLE public.b2b_disputes TO aurum_scoped;
GRANT SELECT(platform_id) ON TABLE public.b2b_disputes TO aurum_reader;
GRANT SELECT(platform_id) ON TABLE public.b2b_disputes TO aurum_scoped;
GRANT SELECT(statement_id) ON TABLE public.b2b_disputes TO aurum_reader;
GRANT SELECT(statement_id) ON TABLE public.b2b_disputes TO aurum_scoped;
GRANT SELECT(opened_at) ON TABLE public.b2b_disputes TO aurum_reader;
GRANT SELECT(opened_at) ON TABLE public.b2b_disputes TO aurum_scoped;
GRANT SELECT(closed_at) ON TABLE public.b2b_disputes TO aurum_reader;
GRANT SELECT(closed_at) ON TABLE public.b2b_disputes TO aurum_scoped;
GRANT SELECT(amount_usd) ON TABLE public.b2b_disputes TO aurum_reader;
GRANT SELECT(amount_usd) ON TABLE public.b2b_disputes TO aurum_scoped;
GRANT SELECT(reason) ON TABLE public.b2b_disputes TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.b2b_disputes TO aurum_scoped;
GRANT SELECT(status) ON TABLE public.b2b_disputes TO aurum_reader;
GRANT SELECT(status) ON TABLE public.b2b_disputes TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.b2b_lead_mappings TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.b2b_lead_mappings TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(id) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(platform_id) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(platform_id) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(export_id) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(export_id) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(platform_lead_id) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(platform_lead_id) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(status) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(status) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(lead_quality) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(lead_quality) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(platform_quality_score) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(platform_quality_score) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(exclusive) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(exclusive) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(price_usd) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(price_usd) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(revenue_usd) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(revenue_usd) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(return_requested_at) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(return_requested_at) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(return_decided_at) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(return_decided_at) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT(return_reason) ON TABLE public.b2b_lead_mappings TO aurum_reader;
GRANT SELECT(return_reason) ON TABLE public.b2b_lead_mappings TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.b2b_payments TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.b2b_payments TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(id) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(platform_id) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(platform_id) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(statement_id) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(statement_id) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(amount_usd) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(amount_usd) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(method) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(method) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(reference_masked) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(reference_masked) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(received_on) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(received_on) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(recorded_by) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(recorded_by) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT(idempotency_key) ON TABLE public.b2b_payments TO aurum_reader;
GRANT SELECT(idempotency_key) ON TABLE public.b2b_payments TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.b2b_platforms TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.b2b_platforms TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(id) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(platform_name) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(platform_name) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(updated_at) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(version) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(version) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(status) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(status) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(status_reason) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(status_reason) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(status_changed_at) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(status_changed_at) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(health) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(health) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(last_success_at) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(last_success_at) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(last_error_at) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(last_error_at) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(consecutive_errors) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(consecutive_errors) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(delivery_method) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(delivery_method) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(api_base_url) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(api_base_url) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(api_version) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(api_version) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(credentials_masked) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(credentials_masked) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(timeout_ms) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(timeout_ms) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(rate_limit_per_minute) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(rate_limit_per_minute) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(max_attempts) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(max_attempts) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(exclusive) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(exclusive) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(max_buyers) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(max_buyers) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(daily_cap) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(daily_cap) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(monthly_cap) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(monthly_cap) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(accepted_boroughs) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(accepted_boroughs) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(minimum_score) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(minimum_score) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(minimum_monthly_bill_usd) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(minimum_monthly_bill_usd) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(commission_rate) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(commission_rate) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(return_window_hours) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(return_window_hours) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(return_cap_share) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(return_cap_share) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT(payment_terms_days) ON TABLE public.b2b_platforms TO aurum_reader;
GRANT SELECT(payment_terms_days) ON TABLE public.b2b_platforms TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.b2b_price_tiers TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.b2b_price_tiers TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.b2b_price_tiers TO aurum_reader;
GRANT SELECT(id) ON TABLE public.b2b_price_tiers TO aurum_scoped;
GRANT SELECT(platform_id) ON TABLE public.b2b_price_tiers TO aurum_reader;
GRANT SELECT(platform_id) ON TABLE public.b2b_price_tiers TO aurum_scoped;
GRANT SELECT(lead_quality) ON TABLE public.b2b_price_tiers TO aurum_reader;
GRANT SELECT(lead_quality) ON TABLE public.b2b_price_tiers TO aurum_scoped;
GRANT SELECT(borough) ON TABLE public.b2b_price_tiers TO aurum_reader;
GRANT SELECT(borough) ON TABLE public.b2b_price_tiers TO aurum_scoped;
GRANT SELECT(price_usd) ON TABLE public.b2b_price_tiers TO aurum_reader;
GRANT SELECT(price_usd) ON TABLE public.b2b_price_tiers TO aurum_scoped;
GRANT SELECT(effective) ON TABLE public.b2b_price_tiers TO aurum_reader;
GRANT SELECT(effective) ON TABLE public.b2b_price_tiers TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.b2b_price_tiers TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.b2b_price_tiers TO aurum_scoped;
GRANT SELECT,INSERT ON TABLE public.b2b_revenue_transactions TO aurum_app;
GRANT SELECT,INSERT,MAINTAIN ON TABLE public.b2b_revenue_transactions TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(id) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(platform_id) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(platform_id) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(export_id) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(export_id) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(offsets_id) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(offsets_id) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(transaction_type) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(transaction_type) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(occurred_at) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(occurred_at) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(gross_usd) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(gross_usd) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(commission_rate) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(commission_rate) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(amount_usd) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(amount_usd) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT(reason) ON TABLE public.b2b_revenue_transactions TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.b2b_revenue_transactions TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.b2b_statement_lines TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.b2b_statement_lines TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.b2b_statement_lines TO aurum_reader;
GRANT SELECT(transaction_id) ON TABLE public.b2b_statement_lines TO aurum_reader;
GRANT SELECT(statement_id) ON TABLE public.b2b_statement_lines TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.b2b_statements TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.b2b_statements TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(id) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(platform_id) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(platform_id) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(period_start) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(period_start) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(period_end) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(period_end) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(statement_number) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(statement_number) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(status) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(status) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(sales_usd) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(sales_usd) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(returns_usd) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(returns_usd) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(adjustments_usd) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(adjustments_usd) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(total_usd) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(total_usd) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(paid_usd) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(paid_usd) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(issued_on) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(issued_on) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(due_on) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(due_on) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT(updated_at) ON TABLE public.b2b_statements TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.b2b_statements TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bulk_operation_items TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.bulk_operation_items TO aurum_jobs;
GRANT SELECT ON TABLE public.bulk_operation_items TO aurum_reader;
GRANT SELECT ON TABLE public.bulk_operation_items TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bulk_operations TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.bulk_operations TO aurum_jobs;
GRANT SELECT ON TABLE public.bulk_operations TO aurum_reader;
GRANT SELECT ON TABLE public.bulk_operations TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.callback_reminders TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.callback_reminders TO aurum_jobs;
GRANT SELECT ON TABLE public.callback_reminders TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaign_costs TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.campaign_costs TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.campaign_costs TO aurum_reader;
GRANT SELECT(campaign_id) ON TABLE public.campaign_costs TO aurum_reader;
GRANT SELECT(date) ON TABLE public.campaign_costs TO aurum_reader;
GRANT SELECT(cost_usd) ON TABLE public.campaign_costs TO aurum_reader;
GRANT SELECT(impressions) ON TABLE public.campaign_costs TO aurum_reader;
GRANT SELECT(clicks) ON TABLE public.campaign_costs TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaigns TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.campaigns TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.campaigns TO aurum_reader;
GRANT SELECT(id) ON TABLE public.campaigns TO aurum_scoped;
GRANT SELECT(source_id) ON TABLE public.campaigns TO aurum_reader;
GRANT SELECT(source_id) ON TABLE public.campaigns TO aurum_scoped;
GRANT SELECT(campaign_name) ON TABLE public.campaigns TO aurum_reader;
GRANT SELECT(campaign_name) ON TABLE public.campaigns TO aurum_scoped;
GRANT SELECT(external_id) ON TABLE public.campaigns TO aurum_reader;
GRANT SELECT(external_id) ON TABLE public.campaigns TO aurum_scoped;
GRANT SELECT(starts_on) ON TABLE public.campaigns TO aurum_reader;
GRANT SELECT(starts_on) ON TABLE public.campaigns TO aurum_scoped;
GRANT SELECT(ends_on) ON TABLE public.campaigns TO aurum_reader;
GRANT SELECT(ends_on) ON TABLE public.campaigns TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.campaigns TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.campaigns TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.consent_summary TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.consent_summary TO aurum_jobs;
GRANT SELECT(consent_kind) ON TABLE public.consent_summary TO aurum_reader;
GRANT SELECT(consent_state) ON TABLE public.consent_summary TO aurum_reader;
GRANT SELECT(lead_count) ON TABLE public.consent_summary TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.consent_wording_summary TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.consent_wording_summary TO aurum_jobs;
GRANT SELECT ON TABLE public.consent_wording_summary TO aurum_reader;
GRANT SELECT,INSERT,DELETE ON TABLE public.consent_wordings TO aurum_app;
GRANT SELECT ON TABLE public.consent_wordings TO aurum_jobs;
GRANT SELECT ON TABLE public.consent_wordings TO aurum_reader;
GRANT SELECT ON TABLE public.consent_wordings TO aurum_scoped;
GRANT UPDATE(shown_until) ON TABLE public.consent_wordings TO aurum_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_metrics TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.conversation_metrics TO aurum_jobs;
GRANT SELECT ON TABLE public.conversation_metrics TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.encryption_keys TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.encryption_keys TO aurum_jobs;
GRANT SELECT ON TABLE public.encryption_keys TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_logs TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.error_logs TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.error_logs TO aurum_reader;
GRANT SELECT(occurred_at) ON TABLE public.error_logs TO aurum_reader;
GRANT SELECT(error_id) ON TABLE public.error_logs TO aurum_reader;
GRANT SELECT(component) ON TABLE public.error_logs TO aurum_reader;
GRANT SELECT(error_type) ON TABLE public.error_logs TO aurum_reader;
GRANT SELECT(message) ON TABLE public.error_logs TO aurum_reader;
GRANT SELECT(location) ON TABLE public.error_logs TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.error_logs TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_samples TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.health_samples TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.health_samples TO aurum_reader;
GRANT SELECT(sampled_at) ON TABLE public.health_samples TO aurum_reader;
GRANT SELECT(node) ON TABLE public.health_samples TO aurum_reader;
GRANT SELECT(metric) ON TABLE public.health_samples TO aurum_reader;
GRANT SELECT(value) ON TABLE public.health_samples TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_batches TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.import_batches TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(file_name) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(file_sha256) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(file_format) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(source_system) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(column_mapping) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(status) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(row_count) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(landed_count) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(duplicate_count) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(rejected_count) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(unsellable_count) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(next_line) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(imported_by) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(started_at) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(finished_at) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT(undone_at) ON TABLE public.import_batches TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_rejected_rows TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.import_rejected_rows TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.import_rejected_rows TO aurum_reader;
GRANT SELECT(batch_ref) ON TABLE public.import_rejected_rows TO aurum_reader;
GRANT SELECT(line_number) ON TABLE public.import_rejected_rows TO aurum_reader;
GRANT SELECT(field) ON TABLE public.import_rejected_rows TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.import_rejected_rows TO aurum_reader;
GRANT SELECT(delete_after) ON TABLE public.import_rejected_rows TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.import_rejected_rows TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inbox_messages TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.inbox_messages TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.inbox_messages TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.inbox_messages TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.inbox_messages TO aurum_reader;
GRANT SELECT(kind) ON TABLE public.inbox_messages TO aurum_reader;
GRANT SELECT(title) ON TABLE public.inbox_messages TO aurum_reader;
GRANT SELECT(body) ON TABLE public.inbox_messages TO aurum_reader;
GRANT SELECT(link) ON TABLE public.inbox_messages TO aurum_reader;
GRANT SELECT(read_at) ON TABLE public.inbox_messages TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.key_rotations TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.key_rotations TO aurum_jobs;
GRANT SELECT ON TABLE public.key_rotations TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_calls TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_calls TO aurum_jobs;
GRANT SELECT ON TABLE public.lead_calls TO aurum_reader;
GRANT SELECT ON TABLE public.lead_calls TO aurum_scoped;
GRANT SELECT,INSERT ON TABLE public.lead_consent_events TO aurum_app;
GRANT SELECT,INSERT,MAINTAIN ON TABLE public.lead_consent_events TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(id) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(occurred_at) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(occurred_at) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(consent_kind) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(consent_kind) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(consent_state) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(consent_state) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(channel) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(channel) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(certificate_provider) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(certificate_provider) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(certificate_url) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(certificate_url) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(wording_version) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(wording_version) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(page_url) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(page_url) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(ip) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(ip) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(user_agent) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(user_agent) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(recorded_by) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(recorded_by) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT(certificate_claimed_until) ON TABLE public.lead_consent_events TO aurum_reader;
GRANT SELECT(certificate_claimed_until) ON TABLE public.lead_consent_events TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_consents TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_consents TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.lead_consents TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.lead_consents TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.lead_consents TO aurum_reader;
GRANT SELECT(id) ON TABLE public.lead_consents TO aurum_scoped;
GRANT SELECT(consent_kind) ON TABLE public.lead_consents TO aurum_reader;
GRANT SELECT(consent_kind) ON TABLE public.lead_consents TO aurum_scoped;
GRANT SELECT(consent_state) ON TABLE public.lead_consents TO aurum_reader;
GRANT SELECT(consent_state) ON TABLE public.lead_consents TO aurum_scoped;
GRANT SELECT(given_at) ON TABLE public.lead_consents TO aurum_reader;
GRANT SELECT(given_at) ON TABLE public.lead_consents TO aurum_scoped;
GRANT SELECT(withdrawn_at) ON TABLE public.lead_consents TO aurum_reader;
GRANT SELECT(withdrawn_at) ON TABLE public.lead_consents TO aurum_scoped;
GRANT SELECT(expires_at) ON TABLE public.lead_consents TO aurum_reader;
GRANT SELECT(expires_at) ON TABLE public.lead_consents TO aurum_scoped;
GRANT SELECT(updated_at) ON TABLE public.lead_consents TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.lead_consents TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_conversations TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_conversations TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(id) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(session_id) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(session_id) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(turn) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(turn) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(sender) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(sender) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(message_type) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(message_type) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(content) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(content) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(intent) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(intent) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(intent_confidence) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(intent_confidence) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(sentiment) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(sentiment) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(sentiment_score) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(sentiment_score) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(entities) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(entities) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT(response_ms) ON TABLE public.lead_conversations TO aurum_reader;
GRANT SELECT(response_ms) ON TABLE public.lead_conversations TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_duplicate_candidates TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_duplicate_candidates TO aurum_jobs;
GRANT SELECT ON TABLE public.lead_duplicate_candidates TO aurum_reader;
GRANT SELECT ON TABLE public.lead_duplicate_candidates TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_exports TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_exports TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(id) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(platform_id) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(platform_id) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(status) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(status) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(attempt_count) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(attempt_count) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(next_attempt_at) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(next_attempt_at) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(sent_at) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(sent_at) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(answered_at) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(answered_at) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(response_ms) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(response_ms) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(http_status) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(http_status) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(exclusive) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(exclusive) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(price_usd) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(price_usd) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(commission_earned) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(commission_earned) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(platform_lead_id) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(platform_lead_id) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(rejection_reason) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(rejection_reason) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(error_code) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(error_code) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(error_message) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(error_message) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(payload) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(payload) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT(response_excerpt) ON TABLE public.lead_exports TO aurum_reader;
GRANT SELECT(response_excerpt) ON TABLE public.lead_exports TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_factor_metrics TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_factor_metrics TO aurum_jobs;
GRANT SELECT ON TABLE public.lead_factor_metrics TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_idempotency_keys TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_idempotency_keys TO aurum_jobs;
GRANT SELECT(idempotency_key) ON TABLE public.lead_idempotency_keys TO aurum_reader;
GRANT SELECT(lead_ref) ON TABLE public.lead_idempotency_keys TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.lead_idempotency_keys TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_notes TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_notes TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.lead_notes TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.lead_notes TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.lead_notes TO aurum_reader;
GRANT SELECT(id) ON TABLE public.lead_notes TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.lead_notes TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.lead_notes TO aurum_scoped;
GRANT SELECT(author_user_id) ON TABLE public.lead_notes TO aurum_reader;
GRANT SELECT(author_user_id) ON TABLE public.lead_notes TO aurum_scoped;
GRANT SELECT(author_name) ON TABLE public.lead_notes TO aurum_reader;
GRANT SELECT(author_name) ON TABLE public.lead_notes TO aurum_scoped;
GRANT SELECT(body) ON TABLE public.lead_notes TO aurum_reader;
GRANT SELECT(body) ON TABLE public.lead_notes TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_platform_ids TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_platform_ids TO aurum_jobs;
GRANT SELECT(platform_ref) ON TABLE public.lead_platform_ids TO aurum_reader;
GRANT SELECT(platform_ref) ON TABLE public.lead_platform_ids TO aurum_scoped;
GRANT SELECT(platform_lead_id) ON TABLE public.lead_platform_ids TO aurum_reader;
GRANT SELECT(platform_lead_id) ON TABLE public.lead_platform_ids TO aurum_scoped;
GRANT SELECT(lead_ref) ON TABLE public.lead_platform_ids TO aurum_reader;
GRANT SELECT(lead_ref) ON TABLE public.lead_platform_ids TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_quality_history TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_quality_history TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(id) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(previous_score) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(previous_score) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(new_score) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(new_score) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(score_change) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(score_change) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(previous_quality) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(previous_quality) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(new_quality) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(new_quality) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(factors) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(factors) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(reason) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(ai_model_id) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(ai_model_id) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(model_version) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(model_version) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT(scoring_improvement) ON TABLE public.lead_quality_history TO aurum_reader;
GRANT SELECT(scoring_improvement) ON TABLE public.lead_quality_history TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_quality_metrics TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_quality_metrics TO aurum_jobs;
GRANT SELECT ON TABLE public.lead_quality_metrics TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_sources TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_sources TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.lead_sources TO aurum_reader;
GRANT SELECT(id) ON TABLE public.lead_sources TO aurum_scoped;
GRANT SELECT(source_name) ON TABLE public.lead_sources TO aurum_reader;
GRANT SELECT(source_name) ON TABLE public.lead_sources TO aurum_scoped;
GRANT SELECT(channel) ON TABLE public.lead_sources TO aurum_reader;
GRANT SELECT(channel) ON TABLE public.lead_sources TO aurum_scoped;
GRANT SELECT(cost_per_lead_usd) ON TABLE public.lead_sources TO aurum_reader;
GRANT SELECT(cost_per_lead_usd) ON TABLE public.lead_sources TO aurum_scoped;
GRANT SELECT(is_active) ON TABLE public.lead_sources TO aurum_reader;
GRANT SELECT(is_active) ON TABLE public.lead_sources TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.lead_sources TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.lead_sources TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_status_history TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.lead_status_history TO aurum_jobs;
GRANT SELECT(lead_id) ON TABLE public.lead_status_history TO aurum_reader;
GRANT SELECT(lead_id) ON TABLE public.lead_status_history TO aurum_scoped;
GRANT SELECT(id) ON TABLE public.lead_status_history TO aurum_reader;
GRANT SELECT(id) ON TABLE public.lead_status_history TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.lead_status_history TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.lead_status_history TO aurum_scoped;
GRANT SELECT(from_status) ON TABLE public.lead_status_history TO aurum_reader;
GRANT SELECT(from_status) ON TABLE public.lead_status_history TO aurum_scoped;
GRANT SELECT(to_status) ON TABLE public.lead_status_history TO aurum_reader;
GRANT SELECT(to_status) ON TABLE public.lead_status_history TO aurum_scoped;
GRANT SELECT(actor_name) ON TABLE public.lead_status_history TO aurum_reader;
GRANT SELECT(actor_name) ON TABLE public.lead_status_history TO aurum_scoped;
GRANT SELECT(actor_user_id) ON TABLE public.lead_status_history TO aurum_reader;
GRANT SELECT(actor_user_id) ON TABLE public.lead_status_history TO aurum_scoped;
GRANT SELECT(reason) ON TABLE public.lead_status_history TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.lead_status_history TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leads TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.leads TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(id) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(updated_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(version) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(version) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(is_active) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(is_active) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(deleted_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(deleted_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(erased_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(erased_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(first_name) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(first_name) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(last_name) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(last_name) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(full_name) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(full_name) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(phone_hash) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(phone_hash) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(phone_masked) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(phone_masked) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(email_hash) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(email_hash) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(email_masked) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(email_masked) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(preferred_language) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(preferred_language) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(do_not_call) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(do_not_call) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(property_address) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(property_address) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(house_number) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(house_number) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(street_name) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(street_name) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(unit) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(unit) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(city) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(city) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(state) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(state) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(zip_code) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(borough) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(borough) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(address_key) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(address_key) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(bbl) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(bbl) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(property_type) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(property_type) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(ownership) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(ownership) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(roof_type) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(roof_type) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(roof_area_m2) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(roof_area_m2) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(roof_age_years) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(roof_age_years) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(utility) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(utility) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(rate_plan) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(rate_plan) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(electric_rate_usd_kwh) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(electric_rate_usd_kwh) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(monthly_bill_usd) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(monthly_bill_usd) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(annual_kwh) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(annual_kwh) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(system_kw) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(system_kw) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(annual_production_kwh) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(annual_production_kwh) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(shading) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(shading) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(solar_score) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(solar_score) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(incentives) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(incentives) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(status) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(status) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(lead_quality) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(lead_quality) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(lead_score) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(lead_score) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(ai_analysis_id) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(ai_analysis_id) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(conversation_count) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(conversation_count) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(export_count) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(export_count) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(has_export_error) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(has_export_error) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(total_revenue_earned) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(total_revenue_earned) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(duplicate_of) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(duplicate_of) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(assigned_to) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(assigned_to) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(tags) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(tags) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(next_callback_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(next_callback_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(first_contacted_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(first_contacted_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(qualified_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(qualified_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(sold_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(sold_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(last_activity_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(last_activity_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(consent_state) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(consent_state) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(sellable) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(sellable) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(consent_certificate_provider) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(consent_certificate_provider) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(consent_certificate_url) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(consent_certificate_url) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(consent_wording_version) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(consent_wording_version) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(consent_page_url) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(consent_page_url) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(consent_ip) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(consent_ip) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(consent_user_agent) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(consent_user_agent) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(consent_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(consent_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(source_id) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(source_id) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(campaign_id) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(campaign_id) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(import_batch_id) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(import_batch_id) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(utm_source) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(utm_source) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(utm_medium) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(utm_medium) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(utm_campaign) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(utm_campaign) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(utm_term) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(utm_term) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(utm_content) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(utm_content) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(last_touch_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(last_touch_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(first_utm_source) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(first_utm_source) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(first_utm_medium) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(first_utm_medium) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(first_utm_campaign) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(first_utm_campaign) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(first_utm_term) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(first_utm_term) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(first_utm_content) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(first_utm_content) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(first_touch_at) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(first_touch_at) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(gclid) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(gclid) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(fbclid) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(fbclid) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(msclkid) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(msclkid) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT(ttclid) ON TABLE public.leads TO aurum_reader;
GRANT SELECT(ttclid) ON TABLE public.leads TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.legal_holds TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.legal_holds TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.legal_holds TO aurum_reader;
GRANT SELECT(matter) ON TABLE public.legal_holds TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.legal_holds TO aurum_reader;
GRANT SELECT(lead_ref) ON TABLE public.legal_holds TO aurum_reader;
GRANT SELECT(data_type) ON TABLE public.legal_holds TO aurum_reader;
GRANT SELECT(placed_by) ON TABLE public.legal_holds TO aurum_reader;
GRANT SELECT(placed_at) ON TABLE public.legal_holds TO aurum_reader;
GRANT SELECT(released_at) ON TABLE public.legal_holds TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.list_downloads TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.list_downloads TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(file_format) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(filter) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(sort_by) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(descending) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(columns) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(in_clear) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(started_at) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(finished_at) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(row_count) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT(is_complete) ON TABLE public.list_downloads TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.list_links TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.list_links TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.list_links TO aurum_reader;
GRANT SELECT(page) ON TABLE public.list_links TO aurum_reader;
GRANT SELECT(definition) ON TABLE public.list_links TO aurum_reader;
GRANT SELECT(created_by) ON TABLE public.list_links TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.list_links TO aurum_reader;
GRANT SELECT(expires_at) ON TABLE public.list_links TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.list_settings TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.list_settings TO aurum_jobs;
GRANT SELECT ON TABLE public.list_settings TO aurum_reader;
GRANT SELECT ON TABLE public.list_settings TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.message_metrics TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.message_metrics TO aurum_jobs;
GRANT SELECT ON TABLE public.message_metrics TO aurum_reader;
GRANT SELECT ON TABLE public.mv_daily_revenue_summary TO aurum_app;
GRANT SELECT ON TABLE public.mv_daily_revenue_summary TO aurum_reader;
GRANT SELECT,MAINTAIN ON TABLE public.mv_daily_revenue_summary TO aurum_jobs;
GRANT SELECT ON TABLE public.mv_platform_performance_summary TO aurum_app;
GRANT SELECT ON TABLE public.mv_platform_performance_summary TO aurum_reader;
GRANT SELECT,MAINTAIN ON TABLE public.mv_platform_performance_summary TO aurum_jobs;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.nyc_demographics TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.nyc_demographics TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(id) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(zip_code) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(acs_year) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(acs_year) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(modzcta) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(modzcta) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(population) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(population) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(population_margin) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(population_margin) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(age_under_18) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(age_under_18) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(age_18_34) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(age_18_34) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(age_35_54) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(age_35_54) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(age_55_64) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(age_55_64) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(age_65_plus) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(age_65_plus) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(households) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(households) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(households_margin) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(households_margin) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(income_under_25k) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(income_under_25k) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(income_25k_50k) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(income_25k_50k) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(income_50k_75k) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(income_50k_75k) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(income_75k_100k) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(income_75k_100k) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(income_100k_150k) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(income_100k_150k) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(income_150k_200k) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(income_150k_200k) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(income_200k_plus) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(income_200k_plus) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(median_household_income_usd) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(median_household_income_usd) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(education_population) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(education_population) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(education_high_school) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(education_high_school) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(education_bachelor) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(education_bachelor) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(education_graduate) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(education_graduate) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(renting_households) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(renting_households) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(mortgaged_households) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(mortgaged_households) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(heating_gas) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(heating_gas) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(heating_electric) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(heating_electric) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(heating_oil) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(heating_oil) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(heating_solar) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(heating_solar) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(heating_other) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(heating_other) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(vehicles_none) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(vehicles_none) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(vehicles_one) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(vehicles_one) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(vehicles_two_plus) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(vehicles_two_plus) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(computer_households) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(computer_households) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(broadband_households) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(broadband_households) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(language_english_only) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(language_english_only) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(language_spanish) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(language_spanish) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(language_other) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(language_other) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(environmental_consciousness_score) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(environmental_consciousness_score) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT(technology_adoption_score) ON TABLE public.nyc_demographics TO aurum_reader;
GRANT SELECT(technology_adoption_score) ON TABLE public.nyc_demographics TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.nyc_electric_rates TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.nyc_electric_rates TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(id) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(utility) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(utility) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(zip_code) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(rate_plan) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(rate_plan) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(component) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(component) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(season) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(season) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(time_of_use) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(time_of_use) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(tier_from_kwh) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(tier_from_kwh) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(unit) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(unit) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(rate) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(rate) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(effective) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(effective) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(is_solar_specific) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(is_solar_specific) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(source) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(source) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(source_grade) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(source_grade) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(note) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(note) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(corrected_by) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(corrected_by) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.nyc_electric_rates TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.nyc_electric_rates TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.nyc_figure_sources TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.nyc_figure_sources TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.nyc_figure_sources TO aurum_reader;
GRANT SELECT(id) ON TABLE public.nyc_figure_sources TO aurum_scoped;
GRANT SELECT(figure) ON TABLE public.nyc_figure_sources TO aurum_reader;
GRANT SELECT(figure) ON TABLE public.nyc_figure_sources TO aurum_scoped;
GRANT SELECT(zip_code) ON TABLE public.nyc_figure_sources TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.nyc_figure_sources TO aurum_scoped;
GRANT SELECT(basis) ON TABLE public.nyc_figure_sources TO aurum_reader;
GRANT SELECT(basis) ON TABLE public.nyc_figure_sources TO aurum_scoped;
GRANT SELECT(source) ON TABLE public.nyc_figure_sources TO aurum_reader;
GRANT SELECT(source) ON TABLE public.nyc_figure_sources TO aurum_scoped;
GRANT SELECT(method) ON TABLE public.nyc_figure_sources TO aurum_reader;
GRANT SELECT(method) ON TABLE public.nyc_figure_sources TO aurum_scoped;
GRANT SELECT(as_of) ON TABLE public.nyc_figure_sources TO aurum_reader;
GRANT SELECT(as_of) ON TABLE public.nyc_figure_sources TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.nyc_incentive_usage TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.nyc_incentive_usage TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.nyc_incentive_usage TO aurum_reader;
GRANT SELECT(incentive_code) ON TABLE public.nyc_incentive_usage TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.nyc_incentive_usage TO aurum_reader;
GRANT SELECT(date) ON TABLE public.nyc_incentive_usage TO aurum_reader;
GRANT SELECT(lead_count) ON TABLE public.nyc_incentive_usage TO aurum_reader;
GRANT SELECT(estimated_value_usd) ON TABLE public.nyc_incentive_usage TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.nyc_incentives TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.nyc_incentives TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(id) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(incentive_code) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(incentive_code) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(incentive_name) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(incentive_name) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(level) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(level) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(utility) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(utility) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(zip_code) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(basis) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(basis) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(amount) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(amount) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(years) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(years) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(cap_usd) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(cap_usd) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(eligibility) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(eligibility) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(requirements) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(requirements) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(effective) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(effective) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(authority) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(authority) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(source) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(source) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT(source_grade) ON TABLE public.nyc_incentives TO aurum_reader;
GRANT SELECT(source_grade) ON TABLE public.nyc_incentives TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.nyc_market_intelligence TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.nyc_market_intelligence TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(id) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(zip_code) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(borough) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(borough) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(date) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(date) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(total_leads) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(total_leads) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(qualified_leads) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(qualified_leads) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(sold_leads) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(sold_leads) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(total_revenue) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(total_revenue) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(average_lead_score) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(average_lead_score) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(average_monthly_bill_usd) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(average_monthly_bill_usd) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(solar_adoption_rate) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(solar_adoption_rate) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(market_penetration) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(market_penetration) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(competition_intensity) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(competition_intensity) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(market_maturity) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(market_maturity) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT(computed_at) ON TABLE public.nyc_market_intelligence TO aurum_reader;
GRANT SELECT(computed_at) ON TABLE public.nyc_market_intelligence TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.nyc_zip_codes TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.nyc_zip_codes TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(id) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(zip_code) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(borough) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(borough) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(county_fips) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(county_fips) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(neighborhood) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(neighborhood) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(kind) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(kind) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(is_residential) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(is_residential) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(modzcta) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(modzcta) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(is_modzcta_primary) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(is_modzcta_primary) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(latitude) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(latitude) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(longitude) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(longitude) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(population) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(population) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(households) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(households) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(median_age) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(median_age) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(median_household_income_usd) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(median_household_income_usd) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(owner_share) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(owner_share) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(low_rise_share) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(low_rise_share) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(median_home_value_usd) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(median_home_value_usd) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(utility) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(utility) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(utility_needs_review) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(utility_needs_review) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(average_electric_rate_usd_kwh) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(average_electric_rate_usd_kwh) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(peak_demand_kw) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(peak_demand_kw) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(solar_installations) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(solar_installations) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(solar_adoption_rate) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(solar_adoption_rate) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(average_installation_cost_usd_per_watt) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(average_installation_cost_usd_per_watt) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(average_annual_savings_usd) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(average_annual_savings_usd) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(installer_count) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(installer_count) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(competition_intensity) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(competition_intensity) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(market_saturation) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(market_saturation) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(market_maturity) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(market_maturity) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(solar_potential_score) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(solar_potential_score) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(is_high_value) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(is_high_value) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT(updated_at) ON TABLE public.nyc_zip_codes TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.nyc_zip_codes TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.one_time_links TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.one_time_links TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.one_time_links TO aurum_reader;
GRANT SELECT(purpose) ON TABLE public.one_time_links TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.one_time_links TO aurum_reader;
GRANT SELECT(created_by) ON TABLE public.one_time_links TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.one_time_links TO aurum_reader;
GRANT SELECT(expires_at) ON TABLE public.one_time_links TO aurum_reader;
GRANT SELECT(used_at) ON TABLE public.one_time_links TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.platform_health_checks TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.platform_health_checks TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.platform_health_checks TO aurum_reader;
GRANT SELECT(checked_at) ON TABLE public.platform_health_checks TO aurum_reader;
GRANT SELECT(platform_ref) ON TABLE public.platform_health_checks TO aurum_reader;
GRANT SELECT(ok) ON TABLE public.platform_health_checks TO aurum_reader;
GRANT SELECT(response_ms) ON TABLE public.platform_health_checks TO aurum_reader;
GRANT SELECT(http_status) ON TABLE public.platform_health_checks TO aurum_reader;
GRANT SELECT(error_code) ON TABLE public.platform_health_checks TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.platform_performance TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.platform_performance TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(id) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(platform_ref) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(platform_ref) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(date) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(date) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(total_exports) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(total_exports) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(accepted_exports) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(accepted_exports) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(rejected_exports) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(rejected_exports) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(failed_exports) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(failed_exports) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(returned_leads) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(returned_leads) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(acceptance_rate) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(acceptance_rate) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(error_rate) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(error_rate) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(average_response_ms) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(average_response_ms) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(p95_response_ms) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(p95_response_ms) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(uptime_share) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(uptime_share) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(total_revenue) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(total_revenue) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(customer_satisfaction) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(customer_satisfaction) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT(computed_at) ON TABLE public.platform_performance TO aurum_reader;
GRANT SELECT(computed_at) ON TABLE public.platform_performance TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.privacy_request_events TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.privacy_request_events TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.privacy_request_events TO aurum_reader;
GRANT SELECT(request_id) ON TABLE public.privacy_request_events TO aurum_reader;
GRANT SELECT(occurred_at) ON TABLE public.privacy_request_events TO aurum_reader;
GRANT SELECT(event) ON TABLE public.privacy_request_events TO aurum_reader;
GRANT SELECT(actor_name) ON TABLE public.privacy_request_events TO aurum_reader;
GRANT SELECT(note) ON TABLE public.privacy_request_events TO aurum_reader;
GRANT SELECT(details) ON TABLE public.privacy_request_events TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.privacy_requests TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.privacy_requests TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(request_number) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(request_type) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(source) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(status) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(received_on) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(acknowledge_due) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(acknowledged_on) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(due_on) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(hard_stop_on) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(extended_on) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(extension_reason) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(completed_at) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(denial_reason) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(subject_name) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(contact_masked) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(phone_hash) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(email_hash) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(identity_verified_at) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(identity_verified_by) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(assigned_to) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(submitted_by) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT(other_hashes) ON TABLE public.privacy_requests TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rate_limits TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.rate_limits TO aurum_jobs;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.retention_policies TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.retention_policies TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT(data_type) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT(table_name) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT(time_column) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT(retention_days) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT(action) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT(legal_basis) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT(is_enabled) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.retention_policies TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.retention_runs TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.retention_runs TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.retention_runs TO aurum_reader;
GRANT SELECT(data_type) ON TABLE public.retention_runs TO aurum_reader;
GRANT SELECT(started_at) ON TABLE public.retention_runs TO aurum_reader;
GRANT SELECT(finished_at) ON TABLE public.retention_runs TO aurum_reader;
GRANT SELECT(cutoff) ON TABLE public.retention_runs TO aurum_reader;
GRANT SELECT(rows_affected) ON TABLE public.retention_runs TO aurum_reader;
GRANT SELECT(rows_held) ON TABLE public.retention_runs TO aurum_reader;
GRANT SELECT(outcome) ON TABLE public.retention_runs TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.revenue_metrics TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.revenue_metrics TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(id) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(date) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(date) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(period_type) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(period_type) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(platform_ref) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(platform_ref) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(total_leads) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(total_leads) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(qualified_leads) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(qualified_leads) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(exported_leads) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(exported_leads) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(sold_leads) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(sold_leads) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(returned_leads) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(returned_leads) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(sales_usd) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(sales_usd) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(returns_usd) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(returns_usd) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(adjustments_usd) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(adjustments_usd) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(total_revenue) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(total_revenue) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(acquisition_cost_usd) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(acquisition_cost_usd) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(average_price_usd) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(average_price_usd) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(conversion_rate) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(conversion_rate) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(growth_rate) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(growth_rate) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT(computed_at) ON TABLE public.revenue_metrics TO aurum_reader;
GRANT SELECT(computed_at) ON TABLE public.revenue_metrics TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.roles TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.roles TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.roles TO aurum_reader;
GRANT SELECT(role_name) ON TABLE public.roles TO aurum_reader;
GRANT SELECT(description) ON TABLE public.roles TO aurum_reader;
GRANT SELECT(is_system) ON TABLE public.roles TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.roles TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rollup_changes TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.rollup_changes TO aurum_jobs;
GRANT SELECT(rollup) ON TABLE public.rollup_changes TO aurum_reader;
GRANT SELECT(date) ON TABLE public.rollup_changes TO aurum_reader;
GRANT SELECT(changed_at) ON TABLE public.rollup_changes TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rollup_stamps TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.rollup_stamps TO aurum_jobs;
GRANT SELECT(rollup) ON TABLE public.rollup_stamps TO aurum_reader;
GRANT SELECT(rollup) ON TABLE public.rollup_stamps TO aurum_scoped;
GRANT SELECT(as_of) ON TABLE public.rollup_stamps TO aurum_reader;
GRANT SELECT(as_of) ON TABLE public.rollup_stamps TO aurum_scoped;
GRANT SELECT(duration_ms) ON TABLE public.rollup_stamps TO aurum_reader;
GRANT SELECT(duration_ms) ON TABLE public.rollup_stamps TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_views TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.saved_views TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(id) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(owner_id) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(owner_id) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(page) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(page) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(view_name) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(view_name) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(definition) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(definition) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(is_shared) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(is_shared) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(is_pinned) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(is_pinned) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(default_for_role) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(default_for_role) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(created_at) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(updated_at) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(version) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(version) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT(changed_by) ON TABLE public.saved_views TO aurum_reader;
GRANT SELECT(changed_by) ON TABLE public.saved_views TO aurum_scoped;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sealed_counts TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.sealed_counts TO aurum_jobs;
GRANT SELECT ON TABLE public.sealed_counts TO aurum_reader;
GRANT SELECT,INSERT ON TABLE public.security_events TO aurum_app;
GRANT SELECT,INSERT,MAINTAIN ON TABLE public.security_events TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.security_events TO aurum_reader;
GRANT SELECT(occurred_at) ON TABLE public.security_events TO aurum_reader;
GRANT SELECT(event) ON TABLE public.security_events TO aurum_reader;
GRANT SELECT(severity) ON TABLE public.security_events TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.security_events TO aurum_reader;
GRANT SELECT(address) ON TABLE public.security_events TO aurum_reader;
GRANT SELECT(details) ON TABLE public.security_events TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_attempts TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.sign_in_attempts TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.sign_in_attempts TO aurum_reader;
GRANT SELECT(attempted_at) ON TABLE public.sign_in_attempts TO aurum_reader;
GRANT SELECT(username) ON TABLE public.sign_in_attempts TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.sign_in_attempts TO aurum_reader;
GRANT SELECT(address) ON TABLE public.sign_in_attempts TO aurum_reader;
GRANT SELECT(outcome) ON TABLE public.sign_in_attempts TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_sessions TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.sign_in_sessions TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(auth_epoch) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(second_factor) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(last_seen_at) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(expires_at) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(revoked_at) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(revoked_reason) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(address) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(user_agent) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(idle_minutes) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(method) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(device_ref) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(confirmed_at) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT(viewing_as) ON TABLE public.sign_in_sessions TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_tickets TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.sign_in_tickets TO aurum_jobs;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.suppression_list TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.suppression_list TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.suppression_list TO aurum_reader;
GRANT SELECT(contact_kind) ON TABLE public.suppression_list TO aurum_reader;
GRANT SELECT(contact_hash) ON TABLE public.suppression_list TO aurum_reader;
GRANT SELECT(key_version) ON TABLE public.suppression_list TO aurum_reader;
GRANT SELECT(reason) ON TABLE public.suppression_list TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.suppression_list TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_activity_logs TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.user_activity_logs TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.user_activity_logs TO aurum_reader;
GRANT SELECT(occurred_at) ON TABLE public.user_activity_logs TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.user_activity_logs TO aurum_reader;
GRANT SELECT(page) ON TABLE public.user_activity_logs TO aurum_reader;
GRANT SELECT(activity) ON TABLE public.user_activity_logs TO aurum_reader;
GRANT SELECT(duration_ms) ON TABLE public.user_activity_logs TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_devices TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.user_devices TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.user_devices TO aurum_reader;
GRANT SELECT(user_ref) ON TABLE public.user_devices TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.user_devices TO aurum_reader;
GRANT SELECT(last_seen_at) ON TABLE public.user_devices TO aurum_reader;
GRANT SELECT(address) ON TABLE public.user_devices TO aurum_reader;
GRANT SELECT(user_agent) ON TABLE public.user_devices TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_identities TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.user_identities TO aurum_jobs;
GRANT SELECT ON TABLE public.user_identities TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_permissions TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.user_permissions TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT(role_id) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT(user_id) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT(resource) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT(action) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT(is_system) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT(granted_by) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT(granted_at) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT(expires_at) ON TABLE public.user_permissions TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_recovery_codes TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.user_recovery_codes TO aurum_jobs;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_roles TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.user_roles TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.user_roles TO aurum_reader;
GRANT SELECT(user_id) ON TABLE public.user_roles TO aurum_reader;
GRANT SELECT(role_id) ON TABLE public.user_roles TO aurum_reader;
GRANT SELECT(granted_by) ON TABLE public.user_roles TO aurum_reader;
GRANT SELECT(granted_at) ON TABLE public.user_roles TO aurum_reader;
GRANT SELECT(expires_at) ON TABLE public.user_roles TO aurum_reader;
GRANT SELECT(scope_boroughs) ON TABLE public.user_roles TO aurum_reader;
GRANT SELECT(scope_platforms) ON TABLE public.user_roles TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_sessions TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.user_sessions TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(started_at) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(ended_at) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(visitor_ref) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(lead_ref) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(funnel_step) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(converted) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(pages_viewed) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(engaged_seconds) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(landing_page) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(referrer_domain) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(utm_source) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(utm_medium) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(utm_campaign) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(utm_term) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(utm_content) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(device_type) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(browser) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(operating_system) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(country) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(region) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(city) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT(zip_code) ON TABLE public.user_sessions TO aurum_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO aurum_app;
GRANT SELECT,INSERT,DELETE,MAINTAIN,UPDATE ON TABLE public.users TO aurum_jobs;
GRANT SELECT(id) ON TABLE public.users TO aurum_reader;
GRANT SELECT(id) ON TABLE public.users TO aurum_scoped;
GRANT SELECT(username) ON TABLE public.users TO aurum_reader;
GRANT SELECT(full_name) ON TABLE public.users TO aurum_reader;
GRANT SELECT(full_name) ON TABLE public.users TO aurum_scoped;
GRANT SELECT(email_hash) ON TABLE public.users TO aurum_reader;
GRANT SELECT(email_masked) ON TABLE public.users TO aurum_reader;
GRANT SELECT(status) ON TABLE public.users TO aurum_reader;
GRANT SELECT(is_sample) ON TABLE public.users TO aurum_reader;
GRANT SELECT(created_at) ON TABLE public.users TO aurum_reader;
GRANT SELECT(updated_at) ON TABLE public.users TO aurum_reader;
GRANT SELECT(password_changed_at) ON TABLE public.users TO aurum_reader;
GRANT SELECT(auth_epoch) ON TABLE public.users TO aurum_reader;
GRANT SELECT(totp_confirmed_at) ON TABLE public.users TO aurum_reader;
GRANT SELECT(totp_last_step) ON TABLE public.users TO aurum_reader;
GRANT SELECT(failed_attempts) ON TABLE public.users TO aurum_reader;
GRANT SELECT(blocked_until) ON TABLE public.users TO aurum_reader;
GRANT SELECT(last_sign_in_at) ON TABLE public.users TO aurum_reader;
GRANT SELECT(privacy_notice_version) ON TABLE public.users TO aurum_reader;
GRANT SELECT(privacy_notice_accepted_at) ON TABLE public.users TO aurum_reader;
GRANT SELECT(left_on) ON TABLE public.users TO aurum_reader;
GRANT SELECT(retain_until) ON TABLE public.users TO aurum_reader;
GRANT SELECT(anonymized_at) ON TABLE public.users TO aurum_reader;
\unrestrict aurum
