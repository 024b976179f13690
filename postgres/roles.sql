-- One role for each program, with the rights that it needs and no others. Run it in the database of the relay, before the first
-- `migrate` or on an existing installation, which it hands over to the roles:
--   psql --dbname relay --set ON_ERROR_STOP=1 --single-transaction --file postgres/roles.sql
-- as a superuser, or as the owner of the database with CREATEROLE. Running it again changes nothing. The roles get passwords and
-- their rights to tables afterwards: docs/connections.md.
--
--   relay_migrator   owns schema relay; for `migrate`. It creates projections in the name of relay_projector.
--   relay_projector  owns the projections, because it creates and drops them and their partitions while it runs
--   relay_gateway    reads projections, and reads and writes schema relay
--   relay_analyst    reads what docs/analytics.md names; people and programs that analyse are its members
DO $$
DECLARE
  name text;
  item record;
BEGIN
  FOREACH name IN ARRAY ARRAY['relay_migrator', 'relay_projector', 'relay_gateway', 'relay_analyst'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I %s', name, CASE name WHEN 'relay_analyst' THEN 'NOLOGIN' ELSE 'LOGIN' END);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
  END LOOP;

  -- The relay finds by this right that the database has these roles.
  EXECUTE format('GRANT CREATE ON DATABASE %I TO relay_projector', current_database());
  GRANT relay_projector TO relay_migrator;

  -- Who is no superuser must be a member of the new owner to give something away.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    GRANT relay_migrator TO CURRENT_USER;
  END IF;

  CREATE SCHEMA IF NOT EXISTS relay AUTHORIZATION relay_migrator;

  FOR item IN
    SELECT n.nspname AS schema, CASE n.nspname WHEN 'relay' THEN 'relay_migrator' ELSE 'relay_projector' END AS owner
    FROM pg_namespace n
    WHERE n.nspname = 'relay' OR n.nspname ~ '^projection_v[0-9]+$'
  LOOP
    EXECUTE format('ALTER SCHEMA %I OWNER TO %I', item.schema, item.owner);
    FOR name IN
      SELECT c.relname FROM pg_class c
      WHERE c.relnamespace = item.schema::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
    LOOP
      EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', item.schema, name, item.owner);
    END LOOP;
  END LOOP;
END
$$;
