import { listSteps, type Database, type MigrationSet, type StepStatus } from '../database/index.js'
import { countOpenAlerts, LEASE_MS } from '../queue/index.js'
import { BriefLook, type Looking } from '../time/index.js'
import { findLeaderSilence } from './store/job-facts.js'

/** How one thing is; `unknown`: it could not be looked at. */
export type Standing = 'ok' | 'failing' | 'unknown'

/** Whether requests can be served, and whether jobs are looked after. */
export interface Readiness {
  /** `not ready`: send no requests here. `degraded`: requests are served, and somebody should look. */
  readonly status: 'ok' | 'degraded' | 'not ready'
  readonly checks: {
    /** It answers, within two seconds. */
    readonly database: Standing
    /** Every step of the schema that this version knows is applied as it knows it. */
    readonly migrations: Standing
    /** A process leads: what is due comes into line, and lost jobs are found. */
    readonly leader: Standing
    /** No queue has an open alert `oldest-waiting` or `no-worker`. */
    readonly oldestWaiting: Standing
  }
}

type Facts = ReadinessFacts | Pick<ReadinessFacts, 'steps'>

interface ReadinessFacts {
  readonly steps: readonly StepStatus[]
  /** Since when the leader has been silent; `undefined`: nobody leads. */
  readonly leaderSilentMs: number | undefined
  /** Open alerts of jobs that wait too long. */
  readonly waitingTooLong: number
}

/**
 * @returns what looks, as of when it is called. It never rejects: what cannot be looked at is a standing of its own, and why is
 * told to `onError`.
 */
export function readinessOf(
  database: Database,
  schema: readonly MigrationSet[],
  looking: Looking,
): () => Promise<Readiness> {
  // On a server not by the connections that handlers may hold all of, which is no reason to send requests elsewhere. An
  // embedded database has one for everything, where a statement that takes long holds up the look as it does requests.
  const look = new BriefLook('look whether ready', () => gather(database.background(), schema), looking)
  return async () => judgeReadiness(await look.look())
}

async function gather(database: Database, schema: readonly MigrationSet[]): Promise<Facts> {
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

/** @param facts `undefined`: the database does not answer, or not in time */
export function judgeReadiness(facts: Facts | undefined): Readiness {
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
