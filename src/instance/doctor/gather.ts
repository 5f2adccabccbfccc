import { statfs } from 'node:fs/promises'
import path from 'node:path'

import { countSecretsByKey, type Keyring } from '../../access/index.js'
import { listSteps, type Database, type Executor, type MigrationSet } from '../../database/index.js'
import { countDepth, LEASE_MS } from '../../queue/index.js'
import type { Clock } from '../../time/index.js'
import { countMails, countWebhooks } from '../store/channel-facts.js'
import { findUnreadable } from '../find-unreadable.js'
import {
  findOldestTransaction,
  getDatabaseTime,
  getServerFacts,
  listSessions,
  listTables,
} from '../store/database-facts.js'
import {
  countDead,
  countForsaken,
  countHeld,
  countOrphans,
  findLeaderSilence,
  listLate,
  listStops,
  listWorkers,
  MOST,
} from '../store/job-facts.js'
import type {
  ClockFacts,
  DatabaseFacts,
  DiskFacts,
  Facts,
  Fault,
  JobFacts,
  MailServerFacts,
  RuleFacts,
  Setup,
} from './facts.js'
import { isFault, isSet } from './facts.js'
import { FAILING_LONG_MS, LATELY_MS } from './judge-channels.js'
import { FORSAKEN_LONG_MS, HELD_LONG_MS, LATE_MS } from './judge-jobs.js'

/** A mail server that is configured. */
export interface MailServer {
  readonly address: string
  /** Why it would take no mail from here; `undefined`: it would. Asks it, until `signal` is aborted. */
  findObstacle(signal: AbortSignal): Promise<string | undefined>
}

/** What is looked at that other parts know of. */
export interface Looks {
  readonly mailServer: MailServer | undefined
  /** Which settings have rules that change nothing, of the `most` newest. */
  findMisfits(db: Executor, most: number): Promise<RuleFacts>
}

export interface Patient extends Looks {
  /** Where it could not be opened: why. */
  readonly database: Database | Fault
  readonly schema: readonly MigrationSet[]
  readonly setup: Setup
  readonly keyring: Keyring
  readonly clock: Clock
}

/** Looks at everything and changes nothing. What cannot be looked at is a fact of its own. */
export async function gather(patient: Patient): Promise<Facts> {
  const { database, schema, setup, clock } = patient
  const disk = setup.dataDir === undefined ? undefined : await orFault(lookAtDisk(setup.dataDir))
  const around = { setup, disk, mailServer: await lookAtMailServer(patient) }
  if (isFault(database)) return { ...around, database, jobs: undefined }
  const facts = await orFault(lookAtDatabase(database, schema, clock))
  const isKnown = !isFault(facts) && facts.steps.every(({ state }) => state === 'applied')
  const jobs = isKnown ? await orFault(lookAtJobs(database, patient)) : undefined
  return { ...around, database: facts, jobs }
}

async function orFault<Found>(looking: Promise<Found>): Promise<Found | Fault> {
  try {
    return await looking
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

/** A folder that is not there yet will be on the disk of the one that it is to be in. */
async function lookAtDisk(folder: string): Promise<DiskFacts> {
  const above = path.dirname(path.resolve(folder))
  const found = await statfs(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || above === folder) throw error
  })
  return found ? { freeBytes: found.bavail * found.bsize } : lookAtDisk(above)
}

/** Somebody waits for the answer: what takes longer than this is out of order. */
const MAIL_SERVER_MS = 5_000

async function lookAtMailServer({ mailServer, clock }: Patient): Promise<MailServerFacts | undefined> {
  if (mailServer === undefined) return undefined
  const patience = new AbortController()
  const cancel = clock.after(MAIL_SERVER_MS, () => patience.abort())
  try {
    return { address: mailServer.address, obstacle: await mailServer.findObstacle(patience.signal) }
  } finally {
    cancel()
  }
}

async function lookAtDatabase(
  database: Database,
  schema: readonly MigrationSet[],
  clock: Clock,
): Promise<DatabaseFacts> {
  return {
    server: await getServerFacts(database), // connects, so that the next question is a short one
    clock: await compareClocks(database, clock),
    steps: await listSteps(database, schema),
    tables: await listTables(database),
    oldest: await findOldestTransaction(database),
    sessions: database.kind === 'server' ? await listSessions(database) : [],
  }
}

async function compareClocks(database: Database, clock: Clock): Promise<ClockFacts> {
  const [before, at, after] = [clock.now(), await getDatabaseTime(database), clock.now()]
  const withinMs = (after.getTime() - before.getTime()) / 2
  return { aheadMs: at.getTime() - (before.getTime() + withinMs), withinMs }
}

async function lookAtJobs(database: Database, { keyring, setup, findMisfits }: Patient): Promise<JobFacts> {
  return {
    workers: await listWorkers(database),
    leaderSilentMs: await findLeaderSilence(database),
    depths: await countDepth(database, { most: MOST, now: null }),
    orphans: await countOrphans(database, 2 * LEASE_MS),
    held: await countHeld(database, HELD_LONG_MS),
    forsaken: await countForsaken(database, FORSAKEN_LONG_MS),
    mails: await countMails(database, { latelyMs: LATELY_MS, most: MOST }),
    webhooks: await countWebhooks(database, FAILING_LONG_MS),
    misfits: await findMisfits(database, MOST),
    dead: await countDead(database),
    stops: await listStops(database),
    late: await listLate(database, LATE_MS),
    secrets: await countSecretsByKey(database, keyring),
    unreadable: await findUnreadable(database, keyring, { signsTokens: !isSet(setup, 'JWT_SECRET') }),
  }
}
