-- Login roles of Aurum Solar Ops. Run once per server, by a superuser, on the primary:
--   psql -d postgres -f deploy/roles.sql        then, in the new database, deploy/database.sql
-- It may be run again at any time: roles that exist are kept and get these settings again.
-- No passwords here. Set each one by hand and keep it in your secret store: \password aurum_app
-- Rights on tables are granted by the migrations, not here.

do $$
declare
    role_name text;
begin
    foreach role_name in array array['aurum_owner', 'aurum_app', 'aurum_jobs', 'aurum_reader', 'aurum_replication']
    loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I login', role_name);
        end if;
    end loop;
    if not exists (select from pg_roles where rolname = 'aurum_scoped') then
        create role aurum_scoped nologin;
    end if;
end
$$;

-- Row-level security is for people limited to some boroughs or platforms: their reads switch to aurum_scoped. The others
-- bypass it, for it would slow everybody's searches and refuse COPY.
alter role aurum_owner login nosuperuser nocreatedb nocreaterole nobypassrls noreplication;
alter role aurum_app login nosuperuser nocreatedb nocreaterole bypassrls noreplication;
alter role aurum_jobs login nosuperuser nocreatedb nocreaterole bypassrls noreplication;
alter role aurum_reader login nosuperuser nocreatedb nocreaterole bypassrls noreplication;
alter role aurum_replication login nosuperuser nocreatedb nocreaterole nobypassrls replication;

-- Nobody signs in as this role, and nobody has its rights without switching to it.
alter role aurum_scoped nologin noinherit nosuperuser nocreatedb nocreaterole nobypassrls noreplication;
grant aurum_scoped to aurum_app, aurum_reader with inherit false, set true;

-- Owns the database and every table in it; used by migrations only.
-- A migration that waits longer than this for a lock gives up and is tried again, so readers never queue behind it.
alter role aurum_owner set lock_timeout = '5s';
alter role aurum_owner set idle_in_transaction_session_timeout = '10min';

-- The dashboard's writes on the primary. One action is short; an import sets its own limit.
alter role aurum_app set statement_timeout = '60s';
alter role aurum_app set lock_timeout = '5s';
alter role aurum_app set idle_in_transaction_session_timeout = '60s';

-- The worker: rollups, retention, partitions. Statements may be long, waiting for a lock may not.
alter role aurum_jobs set lock_timeout = '10s';
alter role aurum_jobs set idle_in_transaction_session_timeout = '5min';

-- Everything that is only looked at, on the replica. Read-only on the primary too, when it stands in.
alter role aurum_reader set default_transaction_read_only = on;
alter role aurum_reader set statement_timeout = '15s';
alter role aurum_reader set lock_timeout = '2s';
alter role aurum_reader set idle_in_transaction_session_timeout = '30s';

-- The System page shows statistics of every session. Ending sessions (pg_signal_backend) is not granted to anybody.
grant pg_monitor to aurum_app, aurum_jobs, aurum_reader;
