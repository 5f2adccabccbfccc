import type { Database, QueryOptions } from '../../src/database/index.js'

/** The same database; tells how long each claim took as its worker sees it, and how many jobs it got. */
export function timingClaims(database: Database, onClaim: (tookMs: number, jobs: number) => void): Database {
  return new Proxy(database, {
    get(target, property) {
      if (property === 'background')
        return (...pace: Parameters<Database['background']>) => timed(target.background(...pace), onClaim)
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const known = new WeakMap<Database, Database>()

/** Always the same one for the same database, as `background` promises. */
function timed(database: Database, onClaim: (tookMs: number, jobs: number) => void): Database {
  const before = known.get(database)
  if (before) return before
  const query = async <Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions) => {
    if (!sql.startsWith('\n-- claim:')) return database.query<Row>(sql, parameters, options)
    const startedMs = performance.now()
    const rows = await database.query<Row>(sql, parameters, options)
    onClaim(performance.now() - startedMs, rows.length)
    return rows
  }
  const timing = new Proxy(database, {
    get(target, property) {
      if (property === 'query') return query
      if (property === 'background') return () => timing
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  known.set(database, timing)
  return timing
}
