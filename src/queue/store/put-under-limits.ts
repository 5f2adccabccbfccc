import type { Executor } from '../../database/index.js'

/** All jobs of this name count against the limit with this key. */
export interface Limited {
  readonly name: string
  readonly key: string
}

/** Holds up to `most` waiting jobs that do not count against the limit of their name yet: from then on they do. @returns how many */
export async function holdUnlimited(
  db: Executor,
  limited: readonly Limited[],
  most: number,
): Promise<number> {
  return (await db.query(HOLD, parametersOf(limited, most))).length
}

/** The same for jobs in other states, which stay in them: what runs takes up the room that it has. */
export async function limitOthers(db: Executor, limited: readonly Limited[], most: number): Promise<number> {
  return (await db.query(LIMIT, parametersOf(limited, most))).length
}

function parametersOf(limited: readonly Limited[], most: number): readonly unknown[] {
  return [limited.map(({ name }) => name), limited.map(({ key }) => key), most]
}

// The condition on the state stands in the text, so that what waits is found by its own index.
const unlimited = (isMeant: string) => /* sql */ `
WITH unlimited AS MATERIALIZED (
  SELECT id, key
  FROM linehaul.job JOIN unnest($1::text[], $2::text[]) AS limited (name, key) USING (name)
  WHERE ${isMeant} AND (limit_keys IS NULL OR key <> ALL (limit_keys))
  LIMIT $3
  FOR NO KEY UPDATE OF job SKIP LOCKED
)`

const HOLD = /* sql */ `
-- hold unlimited: $1 names, $2 keys, $3 most
${unlimited("state = 'waiting'")}
UPDATE linehaul.job SET state = 'held', limit_keys = array_append(limit_keys, key)
FROM unlimited WHERE job.id = unlimited.id
RETURNING 1`

const LIMIT = /* sql */ `
-- limit others: $1 names, $2 keys, $3 most
${unlimited("state <> 'waiting'")}
UPDATE linehaul.job SET limit_keys = array_append(limit_keys, key)
FROM unlimited WHERE job.id = unlimited.id
RETURNING 1`
