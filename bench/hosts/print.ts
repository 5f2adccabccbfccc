import type { Stretch } from './measure.js'
import { quantile } from './quantile.js'

const DRAIN_COLUMNS = [
  'hosts',
  'one way',
  'job',
  'drained/s',
  'claimed/s',
  'finished/s',
  'claims/s',
  'jobs a claim',
  'empty',
  'claim p50',
  'claim p95',
  'claim in server',
  'finish in server',
  'read/claimed',
  'tx/s',
  'WAL B/job',
  'db CPU/job',
  'conns',
  'cores db',
  'hosts',
  'proxy',
  'others',
  'sessions',
]

export function printDrainHead(): void {
  console.log(`| ${DRAIN_COLUMNS.join(' | ')} |`)
  console.log(`|${' --- |'.repeat(DRAIN_COLUMNS.length)}`)
}

export interface DrainCell {
  readonly delayMs: number
  readonly jobMs: number
  /** A second, by what is left. */
  readonly drained: number
  /** The backlog was used up before the end. */
  readonly ranDry: boolean
  readonly stretch: Stretch
}

export function printDrain({ delayMs, jobMs, drained, ranDry, stretch }: DrainCell): void {
  const { counters: c, cpu, seen, seconds } = stretch
  const cells = [
    stretch.hosts,
    `${delayMs} ms`,
    `${jobMs} ms`,
    `${whole(drained)}${ranDry ? ' (ran dry)' : ''}`,
    whole(c.claimed / seconds),
    whole(c.finished / seconds),
    whole(c.claims / seconds),
    short(c.claimed / c.claims),
    `${whole((100 * seen.emptyClaims) / seen.claimMs.length)} %`,
    `${short(quantile(seen.claimMs, 0.5))} ms`,
    `${short(quantile(seen.claimMs, 0.95))} ms`,
    `${short(c.claimMs / c.claims)} ms`,
    `${short(c.finishMs / c.finishes)} ms`,
    short(c.readyRead / c.claimed),
    whole(c.transactions / seconds),
    whole(c.walBytes / c.finished),
    `${short((1_000 * cpu.database * seconds) / c.finished)} ms`,
    connectionsOf(stretch),
    ...coresOf(cpu),
    sessionsOf(stretch),
  ]
  console.log(`| ${cells.join(' | ')} |`)
  printErrors(stretch)
}

/** What it costs that nothing is to be done, or very little. */
export function printQuiet(what: string, stretch: Stretch): void {
  const { counters, cpu, seconds, seen } = stretch
  const [database, hosts, proxy, others] = coresOf(cpu)
  console.log(
    `${what}: ${whole(counters.transactions / seconds)} tx/s, ${whole(counters.claims / seconds)} claims/s ` +
      `(${whole(counters.claimed / seconds)} jobs), claim p50 ${short(quantile(seen.claimMs, 0.5))} ms p95 ` +
      `${short(quantile(seen.claimMs, 0.95))} ms, ${connectionsOf(stretch)} connections; cores: database ${database}, ` +
      `hosts ${hosts}, proxy ${proxy}, others ${others}; sessions: ${sessionsOf(stretch)}`,
  )
  printErrors(stretch)
}

function printErrors({ seen }: Stretch): void {
  for (const [what, n] of Object.entries(seen.errors)) console.log(`  ${n} times ${what}`)
}

function connectionsOf({ sessions }: Stretch): string {
  return whole([...sessions.values()].reduce((sum, n) => sum + n, 0))
}

function coresOf({ database, hosts, proxy, machine }: Stretch['cpu']): readonly string[] {
  return [database, hosts, proxy, Math.max(0, machine - database - hosts - proxy)].map((n) => n.toFixed(2))
}

/** The busy ones; those that run may be waiting for a core. */
function sessionsOf({ sessions }: Stretch): string {
  const busy = [...sessions].filter(([doing, n]) => doing !== 'idle' && n >= 0.05).slice(0, 6)
  return busy.map(([doing, n]) => `${doing} ${n.toFixed(1)}`).join(', ') || 'none busy'
}

const whole = (n: number): string => Math.round(n).toLocaleString('en')
const short = (n: number): string => (n >= 100 ? whole(n) : n.toPrecision(2).replace(/\.0$/, ''))
