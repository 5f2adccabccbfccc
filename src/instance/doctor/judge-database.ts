import { OLDEST_VERSION, type StepStatus } from '../../database/index.js'
import type { TableFacts } from '../store/database-facts.js'
import type { ClockFacts, DatabaseFacts } from './facts.js'
import { alarm, fine, warn, type Finding } from './finding.js'
import { bytesInWords, spanInWords } from './in-words.js'

export function judgeServer({ server: { version, major, bytes } }: DatabaseFacts): Finding {
  const what = `PostgreSQL ${version} answers, and holds ${bytesInWords(bytes)}.`
  if (major >= OLDEST_VERSION) return fine('database', what)
  return alarm('database', `${what} It is too old.`, `Upgrade it to PostgreSQL ${OLDEST_VERSION} or later.`)
}

/** Tokens end, and are looked at, by this machine's clock; jobs are due by the database's. */
const SKEW_MS = 2_000
const WILD_SKEW_MS = 60_000

export function judgeClock({ clock: { aheadMs, withinMs } }: Pick<DatabaseFacts, 'clock'>): Finding {
  const atLeastMs = Math.max(0, Math.abs(aheadMs) - withinMs)
  const what = describeSkew({ aheadMs, withinMs })
  const advice = 'Let both machines set their clocks by NTP.'
  if (atLeastMs >= WILD_SKEW_MS) return alarm('clock', what, advice)
  if (atLeastMs >= SKEW_MS) return warn('clock', what, advice)
  return fine('clock', what)
}

function describeSkew({ aheadMs, withinMs }: ClockFacts): string {
  const within = Math.max(1, Math.ceil(withinMs))
  if (Math.abs(aheadMs) <= within)
    return `The database's clock and this machine's agree, as far as ${spanInWords(within)} tell.`
  const direction = aheadMs > 0 ? 'ahead of' : 'behind'
  return `The database's clock is ${spanInWords(Math.abs(aheadMs))} ${direction} this machine's, give or take ${spanInWords(within)}.`
}

export function judgeSchema({ steps }: Pick<DatabaseFacts, 'steps'>): Finding {
  const of = (state: StepStatus['state']) => steps.filter((step) => step.state === state)
  const [unknown, changed, waiting] = [of('unknown'), of('changed'), of('waiting')]
  if (unknown.length > 0)
    return alarm(
      'schema',
      `The database has ${names(unknown)}, which this version does not know.`,
      'Start the version that migrated it, or a later one.',
    )
  if (changed.length > 0)
    return alarm(
      'schema',
      `${names(changed)} was applied with another text than this version has.`,
      'Start the version that applied it; a released migration is never changed.',
    )
  if (waiting.length > 0)
    return alarm(
      'schema',
      `${waiting.length} of ${steps.length} migrations ${waiting.length === 1 ? 'waits' : 'wait'}: ${names(waiting)}.`,
      'Take a backup, then run `linehaul migrate`.',
    )
  return fine('schema', `All ${steps.length} migrations are applied.`)
}

function names(steps: readonly StepStatus[]): string {
  const [first, ...others] = steps
  if (!first) return ''
  return `${first.part}/${first.number}-${first.name}${others.length > 0 ? ` and ${others.length} more` : ''}`
}

export function judgePooler({ sessions }: Pick<DatabaseFacts, 'sessions'>): Finding | undefined {
  if (sessions.length === 0) return undefined
  if (new Set(sessions).size === sessions.length)
    return fine('pooler', 'Connections have sessions of their own.')
  return alarm(
    'pooler',
    'Several connections share one session of the server: there is a pooler in transaction mode between.',
    'Give DATABASE_URL the address of the server itself, or of a pooler in session mode: the engine does not work through this one.',
  )
}

/** Autovacuum of the job tables begins at 2 %; this is what it should never come to. */
const MANY_DEAD_ROWS = 100_000

export function judgeBloat({ tables }: Pick<DatabaseFacts, 'tables'>): Finding {
  const bloated = tables.filter(isBloated)
  const [worst] = bloated
  if (!worst) return fine('bloat', 'No table holds many dead rows.')
  return warn(
    'bloat',
    `linehaul.${worst.table} holds ${worst.deadRows} dead rows beside ${worst.liveRows} live ones (${bytesInWords(worst.bytes)})${bloated.length > 1 ? `, and ${bloated.length - 1} more ${bloated.length === 2 ? 'table is' : 'tables are'} like it` : ''}.`,
    `Look for a transaction that stays open and for autovacuum being off, then run \`VACUUM (ANALYZE) linehaul.${worst.table}\`.`,
  )
}

function isBloated({ deadRows, liveRows }: TableFacts): boolean {
  return deadRows > MANY_DEAD_ROWS && deadRows > liveRows
}

const LONG_TRANSACTION_MS = 3_600_000

export function judgeTransactions({ oldest }: Pick<DatabaseFacts, 'oldest'>): Finding | undefined {
  if (!oldest || oldest.ageMs < LONG_TRANSACTION_MS) return undefined
  const program = oldest.program === '' ? 'a program without a name' : oldest.program
  return warn(
    'transactions',
    `A transaction of ${program} (process ${oldest.pid} of the server) has been open for ${spanInWords(oldest.ageMs)}: no dead row since then can be freed.`,
    `End that program, or its session with the function pg_terminate_backend.`,
  )
}
