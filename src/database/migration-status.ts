import type { Executor } from './database.js'
import { checksumOf, listApplied, type MigrationSet, type RecordedMigration } from './migrate.js'

/** One step of the schema, and what has become of it in a database. */
export interface StepStatus {
  readonly part: string
  readonly number: number
  readonly name: string
  /** `unknown`: of a later version. `changed`: applied with another text than this version has. */
  readonly state: 'applied' | 'waiting' | 'unknown' | 'changed'
  readonly appliedAt: Date | null
}

/** Every step that this version or the database knows, in the order in which they are applied; changes nothing. */
export async function listSteps(db: Executor, sets: readonly MigrationSet[]): Promise<readonly StepStatus[]> {
  return statusOf(sets, await listApplied(db))
}

/** The same from what was applied. */
export function statusOf(
  sets: readonly MigrationSet[],
  applied: readonly RecordedMigration[],
): readonly StepStatus[] {
  const left = new Map(applied.map((row) => [`${row.part}/${row.number}`, row]))
  const known = sets.flatMap(({ part, migrations }) =>
    migrations.map((migration): StepStatus => {
      const { number, name } = migration
      const row = left.get(`${part}/${number}`)
      left.delete(`${part}/${number}`)
      if (!row) return { part, number, name, state: 'waiting', appliedAt: null }
      const state = row.checksum === checksumOf(migration) ? 'applied' : 'changed'
      return { part, number, name, state, appliedAt: row.appliedAt }
    }),
  )
  const unknown = [...left.values()].map(({ part, number, name, appliedAt }) => {
    return { part, number, name, state: 'unknown' as const, appliedAt }
  })
  return [...known, ...unknown]
}
