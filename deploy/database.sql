-- What one Aurum Solar Ops database needs from a superuser. First, connected to `postgres`, after deploy/roles.sql:
--   create database aurum owner aurum_owner;
-- then, connected to the new database:
--   psql -d aurum -f deploy/database.sql        and `python -m aurum_data migrate`
-- Run it again after CREATE DATABASE ... TEMPLATE or a restore: both lose the settings of a database.

do $$
begin
    -- The business day is New York's; date casts in views and reports rest on it.
    execute format('alter database %I set timezone to %L', current_database(), 'America/New_York');
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'grant connect on database %I to aurum_owner, aurum_app, aurum_jobs, aurum_reader', current_database()
    );
end
$$;

-- Only migrations create things; the other roles get what the migrations grant.
alter schema public owner to aurum_owner;
revoke all on schema public from public;
grant usage on schema public to aurum_app, aurum_jobs, aurum_reader;

-- Not a trusted extension, so the owner could not create it. pg_trgm, btree_gist and btree_gin are; migrations create them.
create extension if not exists pg_stat_statements;

-- Row-level security lets an index serve a comparison only if it cannot leak the values of hidden rows. These compare two
-- values and say no more, but PostgreSQL does not know it: without this, searches of limited people read every lead
-- (docs/decisions/0006).
alter function pg_catalog.texticlike(text, text) leakproof;
alter function pg_catalog.numeric_lt(numeric, numeric) leakproof;
alter function pg_catalog.numeric_gt(numeric, numeric) leakproof;
