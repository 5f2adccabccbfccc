import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { InvalidOptionError, NotPausedError } from '../errors.js'
import { inWordsOf, refuseUnsaid, rowsOf, TARGET, type PauseTarget } from './pause-target.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'
import { deletePauses, insertPauses, listPauses, type PauseRow, type StandingPause } from '../store/pause.js'
import { listPauseHistory } from '../store/pause-history.js'

export interface Pause {
  /** Not given: of all tenants. */
  readonly tenantId?: string
  readonly queue?: string
  readonly name?: string
  readonly by: string
  readonly reason: string
  readonly at: Date
}

/** A pause, standing or over. */
export interface PastPause extends Pause {
  /** `null`: it stands. */
  readonly resumed: { readonly by: string; readonly at: Date } | null
}

/** Which pauses are meant; everything given must hold. */
export interface PauseFilter {
  readonly queue?: string
  /** A definition's name or alias. */
  readonly name?: string
  readonly tenantId?: string
  /** At most this many. Default 100; 1 to 1,000. */
  readonly limit?: number
}

export interface PausesOptions {
  database: Database
  registry: Registry<never>
  /** Every queue there is. */
  queues: readonly string[]
  clock: Clock
  on: { paused(): void; resumed(): void }
}

const MOST_LISTED = 1_000

/** Says what is not to run at present. It holds in every process from the next claim on; what runs already goes on. */
export class Pauses {
  constructor(private readonly options: PausesOptions) {}

  /**
   * Who paused first stays, with the reason given then: whoever pauses again learns of it.
   * @returns the pause that stands now, and whether it is this one
   * @throws {JobsError} JOBS_UNKNOWN_QUEUE, JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_OPTION, JOBS_UNKNOWN_OPTION
   */
  async pause(
    target: PauseTarget,
    { by, reason, ...others }: { by: string; reason: string },
  ): Promise<{ pause: Pause; isNew: boolean }> {
    const rows = rowsOf(target, this.options)
    refuseUnknown('when pausing', others, { by: true, reason: true })
    refuseUnsaid({ by, reason })
    const { database, clock, on } = this.options
    const isNew = (await insertPauses(database, rows, { by, reason, now: clock.statementTime() })) > 0
    if (isNew) on.paused()
    const standing = (await listPauses(database)).find((row) => rows.some((own) => isSame(own, row)))
    // Resumed by somebody at this very moment.
    if (!standing) return this.pause(target, { by, reason })
    return { pause: toPause(standing), isNew }
  }

  /**
   * Ends a pause; who did it is kept with it. Another may stand still: {@link of}.
   * @returns the pause that is over
   * @throws {JobsError} JOBS_NOT_PAUSED, JOBS_UNKNOWN_QUEUE, JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_OPTION,
   *   JOBS_UNKNOWN_OPTION
   */
  async resume(target: PauseTarget, { by, ...others }: { by: string }): Promise<Pause> {
    const rows = rowsOf(target, this.options)
    refuseUnknown('when resuming', others, { by: true })
    refuseUnsaid({ by })
    const { database, clock, on } = this.options
    const [ended] = await deletePauses(database, rows, { by, now: clock.statementTime() })
    const [row] = rows
    if (ended) {
      on.resumed()
      return toPause({ ...ended, ...row })
    }
    throw new NotPausedError(
      row ? inWordsOf(row) : '',
      (await this.list()).map((pause) => inWordsOf(toRow(pause))),
    )
  }

  /** What keeps a tenant's jobs of a queue from running; `undefined`: no pause does. */
  async of(queue: string, tenantId: string): Promise<Pause | undefined> {
    const pause = pauseOf(queue, tenantId, await listPauses(this.options.database))
    return pause && toPause(pause)
  }

  /** The oldest first. */
  async list(): Promise<readonly Pause[]> {
    const rows = await listPauses(this.options.database)
    const former = this.#formerNames()
    return rows.filter(({ name }) => !former.includes(name)).map(toPause)
  }

  /**
   * Who paused what, and who resumed it: those that stand and those that ended in the last 400 days, the newest first.
   * @throws {JobsError} JOBS_INVALID_OPTION, JOBS_UNKNOWN_OPTION
   */
  async history(filter: PauseFilter = {}): Promise<readonly PastPause[]> {
    refuseUnknown('of a history of pauses', filter, { ...TARGET, limit: true })
    const { queue, name, tenantId, limit = 100 } = filter
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED)
      throw new InvalidOptionError('limit', `is ${limit}, not a whole number from 1 to ${MOST_LISTED}`)
    const names = name === undefined ? undefined : this.options.registry.namesOf(name)
    const former = this.#formerNames()
    const rows = await listPauseHistory(this.options.database, { tenantId, queue, names, former, limit })
    return rows.map(({ resumedBy, resumedAt, ...row }) => ({
      ...toPause(row),
      resumed: resumedBy !== null && resumedAt ? { by: resumedBy, at: resumedAt } : null,
    }))
  }

  /** A definition is paused under its former names as well, and listed once. */
  #formerNames(): readonly string[] {
    return this.options.registry.jobs.flatMap(({ aliases }) => aliases)
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
