import type { Database, Executor } from '../database.js'

interface Plan {
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
}

/** Made once for any values, as of statements that are `prepared`; or for the values at hand, as of all others. */
type PlanKind = 'generic' | 'custom'

/**
 * How many pages of 8 kB the statements of `run` read. Unlike a time, this is the same on a busy machine.
 */
export async function pagesReadBy(
  database: Database,
  run: (db: Executor) => Promise<unknown>,
  plan?: PlanKind,
): Promise<number> {
  const plans = (await plansOf(database, run, plan)).map((text) => JSON.parse(text) as Plan)
  return plans.reduce((pages, plan) => pages + plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], 0)
}

/**
 * The plans of the statements of `run`, as JSON text. They take effect, and answer with no rows.
 */
export async function plansOf(
  database: Database,
  run: (db: Executor) => Promise<unknown>,
  plan: PlanKind = 'generic',
): Promise<readonly string[]> {
  const plans: string[] = []
  await database.transaction(async (tx) => {
    await tx.query(`SET LOCAL plan_cache_mode = force_${plan}_plan`)
    const explaining: Executor = {
      query: async (sql, parameters = []) => {
        await tx.script(`PREPARE explained AS ${sql}`)
        const [explained] = await tx.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained (${parameters.map(literal).join(', ')})`,
        )
        await tx.script('DEALLOCATE explained')
        plans.push(JSON.stringify(explained?.['QUERY PLAN'][0].Plan))
        return []
      },
    }
    await run(explaining)
  })
  return plans
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  return `'${textOf(value).replaceAll("'", "''")}'`
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map((one) => JSON.stringify(one)).join(',')}}`
  return value instanceof Date ? value.toISOString() : String(value)
}
