import type { Database } from '../../../database/index.js'
import { publish, syncCompleted, syncFailed, type LiveEvent } from '../../../events/index.js'
import type { Clock } from '../../../time/index.js'
import type { ImportReport } from './import-shipments.js'

export interface TellOptions {
  readonly database: Database
  readonly clock: Clock
  readonly tenantId: string
  /** Hears that screens could not be told. */
  onError(error: unknown, where: string): void
}

/** Passes the reports of an import on, and tells the tenant's screens how it ended. */
export async function* tellImport(
  reports: AsyncIterable<ImportReport>,
  { database, clock, tenantId, onError }: TellOptions,
): AsyncGenerator<ImportReport> {
  const startedMs = clock.monotonicMs()
  const sync = () => ({
    ...{ tenantId, type: 'shipments', needs: 'shipments.read' },
    ...{ durationMs: clock.monotonicMs() - startedMs, at: clock.now() },
  })
  let through = 0
  let ended: LiveEvent | undefined
  try {
    for await (const report of reports) {
      if (report.kind === 'committed') through = report.throughLine
      if (report.kind === 'done') {
        const { lines, created, existing, rejected } = report
        ended = syncCompleted(sync(), { lines, created, existing, rejected })
      }
      yield report
    }
  } finally {
    ended ??= syncFailed(sync(), `The import was cut short. All lines up to ${through} are safe.`)
    // What was taken in stays so, and why an import failed matters more, whether or not screens can be told.
    await publish(database, [ended]).catch((error: unknown) => onError(error, 'tell how an import ended'))
  }
}
