import { listSteps, type Database, type MigrationSet, type StepStatus } from '../database/index.js'
import { countOpenAlerts, LEASE_MS } from '../queue/index.js'
import { findLeaderSilence } from './store/job-facts.js'

/** How one thing is; `unknown`: it could not be looked at. */
export type Standing = 'ok' | 'failing' | 'unknown'

/** Whether requests can be served, and whether jobs are looked after. */
export interface Readiness {
  /** `not ready`: send no requests here. `degraded`: requests are served, and somebody should look. */
  readonly status: 'ok' | 'degraded' | 'not ready'
  readonly checks: {
    /** It answers. */
    readonly database: Standing
    /** Every step of the schema that this version knows is applied as it knows it. */
    readonly migrations: Standing
    /** A process leads: what is due comes into line, and lost jobs are found. */
    readonly leader: Standing
    /** No queue has an open alert `oldest-waiting` or `no-worker`. */
    readonly oldestWaiting: Standing
  }
}

interface ReadinessFacts {
  readonly steps: readonly StepStatus[]
  /** Since when the leader has been silent; `undefined`: nobody leads. */
  readonly leaderSilentMs: number | undefined
  /** Open alerts of jobs that wait too long. */
  readonly waitingTooLong: number
}

/** As of now. Never rejects: what cannot be looked at is a standing of its own. */
export async function lookWhetherReady(
  database: Database,
  schema: readonly MigrationSet[],
): Promise<Readiness> {
  // Connections of its own: handlers that hold all others are no reason to send requests elsewhere.
  return judgeReadiness(await gather(database.background(), schema).catch(() => undefined))
}

async function gather(
  database: Database,
  schema: readonly MigrationSet[],
): Promise<ReadinessFacts | Pick<ReadinessFacts, 'steps'>> {
  const steps = await listSteps(database, schema)
  if (!areApplied(steps)) return { steps }
  return {
    steps,
    leaderSilentMs: await findLeaderSilence(database),
    waitingTooLong: await countWaitingTooLong(database),
  }
}

async function countWaitingTooLong(database: Database): Promise<number> {
  const alerts = await countOpenAlerts(database)
  return alerts.filter(({ kind }) => kind === 'oldest-waiting' || kind === 'no-worker').length
}

/** What a newer version has applied besides does not matter: this one goes on while it is replaced. */
function areApplied(steps: readonly StepStatus[]): boolean {
  return steps.every(({ state }) => state === 'applied' || state === 'unknown')
}

/** A leader says each second that it leads; on an embedded database it is known by its heartbeats. */
const LEADER_SILENT_MS = 2 * LEASE_MS

/** @param facts `undefined`: the database does not answer */
export function judgeReadiness(facts: ReadinessFacts | Pick<ReadinessFacts, 'steps'> | undefined): Readiness {
  const unknown = { leader: 'unknown', oldestWaiting: 'unknown' } as const
  if (!facts)
    return { status: 'not ready', checks: { database: 'failing', migrations: 'unknown', ...unknown } }
  if (!('waitingTooLong' in facts))
    return { status: 'not ready', checks: { database: 'ok', migrations: 'failing', ...unknown } }
  const leads = (facts.leaderSilentMs ?? Infinity) <= LEADER_SILENT_MS
  const isLate = facts.waitingTooLong > 0
  return {
    status: leads && !isLate ? 'ok' : 'degraded',
    checks: {
      database: 'ok',
      migrations: 'ok',
      leader: leads ? 'ok' : 'failing',
      // Alerts are the leader's to raise: without one none is news.
      oldestWaiting: standingOf(isLate, leads),
    },
  }
}

function standingOf(isLate: boolean, leads: boolean): Standing {
  if (isLate) return 'failing'
  return leads ? 'ok' : 'unknown'
}
