import type { Database } from '../database/index.js'

/**
 * Remembers what a migrated database begins with, so that {@link emptyAgain} can bring it back to that.
 * @returns what its schema looks like
 */
export async function rememberBeginning(database: Database): Promise<string> {
  await database.transaction((tx) => tx.script(KEEP))
  return shapeOf(database)
}

/**
 * Leaves what it began with, and drops what others have made in it: a tenth of the computing that a new one takes.
 * @param shape what its schema looked like then
 * @returns false when that has been changed in a way that cannot be undone: do not use it again
 */
export async function emptyAgain(database: Database, shape: string): Promise<boolean> {
  await database.transaction((tx) => tx.script(EMPTY))
  return (await shapeOf(database)) === shape
}

async function shapeOf(database: Database): Promise<string> {
  const [row] = await database.query<{ shape: string }>(SHAPE)
  return row?.shape ?? ''
}

const KEEP = /* sql */ `
-- keep what a migrated database begins with
CREATE SCHEMA kept;
CREATE TABLE kept.relation AS
  SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'linehaul'::regnamespace AND relkind IN ('r', 'p');
CREATE TABLE kept.sequence AS
  SELECT schemaname::text AS schema, sequencename::text AS name, coalesce(last_value, start_value) AS value,
         last_value IS NOT NULL AS is_called
  FROM pg_sequences;
DO $$
DECLARE one record;
BEGIN
  FOR one IN
    SELECT relname FROM pg_class
    WHERE relnamespace = 'linehaul'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
  LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE linehaul.%I', 'rows_' || one.relname, one.relname);
  END LOOP;
END $$`

const EMPTY = /* sql */ `
-- leave what a migrated database begins with
RESET ALL;
SET LOCAL session_replication_role = replica;
DO $$
DECLARE one record; list text;
BEGIN
  FOR one IN
    SELECT nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'linehaul', 'kept')
  LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', one.nspname);
  END LOOP;
  CREATE SCHEMA public;
  FOR one IN
    SELECT relname FROM pg_class
    WHERE relnamespace = 'linehaul'::regnamespace AND relkind IN ('r', 'p') AND relname NOT IN (SELECT name FROM kept.relation)
  LOOP
    EXECUTE format('DROP TABLE IF EXISTS linehaul.%I CASCADE', one.relname);
  END LOOP;
  SELECT string_agg(format('linehaul.%I', relname), ', ') INTO list
  FROM pg_class
  WHERE relnamespace = 'linehaul'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0;
  IF list IS NOT NULL THEN EXECUTE 'TRUNCATE ' || list || ' CASCADE'; END IF;
  FOR one IN SELECT substr(relname, 6) AS name FROM pg_class
    WHERE relnamespace = 'kept'::regnamespace AND relkind = 'r' AND relname LIKE 'rows\\_%'
  LOOP
    IF to_regclass(format('linehaul.%I', one.name)) IS NOT NULL THEN
      EXECUTE format('INSERT INTO linehaul.%I OVERRIDING SYSTEM VALUE TABLE kept.%I', one.name, 'rows_' || one.name);
    END IF;
  END LOOP;
  PERFORM setval(format('%I.%I', schema, name)::regclass, value, is_called)
  FROM kept.sequence WHERE to_regclass(format('%I.%I', schema, name)) IS NOT NULL;
  DELETE FROM pg_statistic USING pg_class
  WHERE pg_class.oid = starelid AND relnamespace = 'linehaul'::regnamespace;
END $$`

const SHAPE = /* sql */ `
-- the shape of the schema
WITH relation AS (
  SELECT oid, relname, relkind, reloptions FROM pg_class
  WHERE relnamespace IN ('linehaul'::regnamespace, 'public'::regnamespace)
)
SELECT md5(string_agg(line, ',' ORDER BY line)) AS "shape" FROM (
  SELECT concat_ws(' ', 'relation', relname, relkind, reloptions) AS line FROM relation
  UNION ALL
  SELECT concat_ws(' ', 'column', relname, attname, atttypid, atttypmod, attnotnull, pg_get_expr(adbin, adrelid))
  FROM relation
  JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  UNION ALL
  SELECT concat_ws(' ', 'constraint', relname, conname, pg_get_constraintdef(pg_constraint.oid))
  FROM relation JOIN pg_constraint ON conrelid = relation.oid
  UNION ALL
  SELECT concat_ws(' ', 'trigger', relname, tgname, tgenabled)
  FROM relation JOIN pg_trigger ON tgrelid = relation.oid AND NOT tgisinternal
  UNION ALL
  SELECT concat_ws(' ', 'function', proname, md5(prosrc))
  FROM pg_proc WHERE pronamespace IN ('linehaul'::regnamespace, 'public'::regnamespace)
  UNION ALL
  SELECT concat_ws(' ', 'role', rolname, rolsuper, rolcanlogin) FROM pg_roles
  UNION ALL
  SELECT concat_ws(' ', 'setting', setdatabase, setrole, setconfig) FROM pg_db_role_setting
) AS lines`
