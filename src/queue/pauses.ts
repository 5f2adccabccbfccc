import type { Database } from '../database/index.js'
import type { Clock } from '../time/index.js'
import { InvalidOptionError, NotPausedError, UnknownQueueError } from './errors.js'
import type { Registry } from './registry.js'
import { deletePauses, insertPauses, listPauses, type PauseRow, type StandingPause } from './store/pause.js'

/** A queue, a definition, a tenant, or a tenant's part of a queue or definition. */
export type PauseTarget =
  | { readonly queue: string; readonly name?: undefined; readonly tenantId?: string | undefined }
  | { readonly name: string; readonly queue?: undefined; readonly tenantId?: string | undefined }
  | { readonly tenantId: string; readonly queue?: undefined; readonly name?: undefined }

export interface Pause {
  /** Not given: of all tenants. */
  readonly tenantId?: string
  readonly queue?: string
  readonly name?: string
  readonly by: string
  readonly reason: string
  readonly at: Date
}

export interface PausesOptions {
  database: Database
  registry: Registry<never>
  /** Every queue there is. */
  queues: readonly string[]
  clock: Clock
  on: { paused(): void; resumed(): void }
}

/** Says what is not to run at present. It holds in every process from the next claim on; what runs already goes on. */
export class Pauses {
  constructor(private readonly options: PausesOptions) {}

  /**
   * Who paused first stays, with the reason given then: whoever pauses again learns of it.
   * @returns the pause that stands now, and whether it is this one
   * @throws {JobsError} JOBS_UNKNOWN_QUEUE, JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_OPTION
   */
  async pause(
    target: PauseTarget,
    { by, reason }: { by: string; reason: string },
  ): Promise<{ pause: Pause; isNew: boolean }> {
    const rows = this.#rowsOf(target)
    for (const [option, text] of Object.entries({ by, reason }))
      if (text.trim() === '') throw new InvalidOptionError(option, 'is empty: say who pauses, and why')
    const { database, clock, on } = this.options
    const isNew = (await insertPauses(database, rows, { by, reason, now: clock.statementTime() })) > 0
    if (isNew) on.paused()
    const standing = (await listPauses(database)).find((row) => rows.some((own) => isSame(own, row)))
    // Resumed by somebody at this very moment.
    if (!standing) return this.pause(target, { by, reason })
    return { pause: toPause(standing), isNew }
  }

  /** @throws {JobsError} JOBS_NOT_PAUSED, JOBS_UNKNOWN_QUEUE, JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_OPTION */
  async resume(target: PauseTarget): Promise<void> {
    const rows = this.#rowsOf(target)
    const resumed = await deletePauses(this.options.database, rows)
    if (resumed > 0) return this.options.on.resumed()
    const [row] = rows
    throw new NotPausedError(
      row ? nameOf(row) : '',
      (await this.list()).map((pause) => nameOf(toRow(pause))),
    )
  }

  /** The oldest first. */
  async list(): Promise<readonly Pause[]> {
    const rows = await listPauses(this.options.database)
    // A definition is paused under its former names as well, and listed once.
    return rows.filter(({ name }) => (this.options.registry.find(name)?.name ?? name) === name).map(toPause)
  }

  #rowsOf(target: PauseTarget): readonly PauseRow[] {
    const { queue = '', name = '', tenantId = '' } = target
    if (queue === '' && name === '' && tenantId === '')
      throw new InvalidOptionError('target', 'names nothing: give a queue, a name or a tenantId')
    if (queue !== '' && name !== '')
      throw new InvalidOptionError('target', 'names a queue and a definition: pause them one by one')
    if (queue !== '' && !this.options.queues.includes(queue))
      throw new UnknownQueueError(queue, this.options.queues)
    if (name === '') return [{ tenantId, queue, name }]
    const job = this.options.registry.get(name)
    return [job.name, ...job.aliases].map((name) => ({ tenantId, queue, name }))
  }
}

/** The pause that keeps a tenant's jobs of a queue from running; one of the whole queue comes first. */
export function pauseOf(
  queue: string,
  tenantId: string,
  pauses: readonly StandingPause[],
): StandingPause | undefined {
  const wide = pauses.find((pause) => pause.queue === queue && pause.tenantId === '')
  const own = pauses.filter((pause) => pause.tenantId === tenantId && pause.name === '')
  return wide ?? own.find((pause) => pause.queue === '' || pause.queue === queue)
}

function isSame(a: PauseRow, b: PauseRow): boolean {
  return a.tenantId === b.tenantId && a.queue === b.queue && a.name === b.name
}

function toPause({ tenantId, queue, name, by, reason, at }: StandingPause): Pause {
  return { ...(tenantId && { tenantId }), ...(queue && { queue }), ...(name && { name }), by, reason, at }
}

function toRow({ tenantId = '', queue = '', name = '' }: Pause): PauseRow {
  return { tenantId, queue, name }
}

/** As a person would say it. */
function nameOf({ tenantId, queue, name }: PauseRow): string {
  const what = queue ? `queue ${queue}` : name
  if (!tenantId) return what
  return what ? `${what} of tenant ${tenantId}` : `tenant ${tenantId}`
}
