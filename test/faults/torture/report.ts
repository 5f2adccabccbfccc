import type { Fault } from './fault.js'
import type { Verdict } from './judge.js'

/** One kind of fault, over all its rounds. */
export interface Row {
  readonly fault: string
  readonly injected: number
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  readonly torn: number
  readonly reruns: number
  readonly gaveUp: number
  readonly recoverMs: number | null
}

export interface Report {
  readonly seed: number
  readonly seconds: number
  /** How long it really took, settling included. */
  readonly tookSeconds: number
  readonly rounds: number
  readonly faults: readonly Row[]
  /** What is wrong, in sentences. */
  readonly complaints: readonly string[]
  readonly ok: boolean
}

/** How a round ended: with a verdict, or not at all. */
export interface RoundEnd {
  readonly fault: Fault
  readonly verdict?: Verdict
  readonly error?: unknown
}

export function report(
  { seed, seconds, tookSeconds }: { seed: number; seconds: number; tookSeconds: number },
  faults: readonly Fault[],
  ends: readonly RoundEnd[],
): Report {
  const rows = faults.map((fault) =>
    rowOf(
      fault,
      ends.filter((end) => end.fault === fault),
    ),
  )
  const complaints = [
    ...ends.flatMap(({ fault, error }) =>
      error === undefined ? [] : [`${fault.name}: a round came to no end: ${String(error)}`],
    ),
    ...faults.flatMap((fault, i) => complaintsAbout(fault, rows[i] as Row, ends)),
  ]
  if (faults.length === 0) complaints.push('No fault was injected at all.')
  return {
    seed,
    seconds,
    tookSeconds,
    rounds: ends.length,
    faults: rows,
    complaints,
    ok: complaints.length === 0,
  }
}

function rowOf(fault: Fault, ends: readonly RoundEnd[]): Row {
  const verdicts = ends.flatMap(({ verdict }) => verdict ?? [])
  const sum = (count: (verdict: Verdict) => number) => verdicts.reduce((all, one) => all + count(one), 0)
  const recoveries = verdicts.flatMap(({ recoverMs }) => recoverMs ?? [])
  return {
    fault: fault.name,
    injected: sum(({ injected }) => injected),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    lost: sum(({ lost }) => lost.length),
    doubled: sum(({ doubled }) => doubled.length),
    torn: sum(({ torn }) => torn.length),
    reruns: sum(({ reruns }) => reruns),
    gaveUp: sum(({ gaveUp }) => gaveUp.length),
    recoverMs: recoveries.length > 0 ? Math.max(...recoveries) : null,
  }
}

function complaintsAbout({ name, atLeast }: Fault, row: Row, ends: readonly RoundEnd[]): readonly string[] {
  const rounds = ends.filter(({ fault }) => fault.name === name).length
  const enough = atLeast * Math.max(1, rounds)
  return [
    ...(row.lost > 0 ? [`${name}: ${row.lost} acknowledged jobs were lost.`] : []),
    ...(row.doubled > 0 ? [`${name}: ${row.doubled} jobs took effect twice through finish(tx).`] : []),
    ...(row.torn > 0 ? [`${name}: ${row.torn} times something was there by half, or out of order.`] : []),
    ...(row.injected < enough
      ? [`${name}: injected ${row.injected} times, and ${enough} are demanded.`]
      : []),
    ...(row.acknowledged === 0 ? [`${name}: no job was acknowledged, so nothing is shown.`] : []),
  ]
}

const COLUMNS: readonly (readonly [title: string, of: (row: Row) => string])[] = [
  ['fault', ({ fault }) => fault],
  ['injected', ({ injected }) => grouped(injected)],
  ['acknowledged', ({ acknowledged }) => grouped(acknowledged)],
  ['lost', ({ lost }) => grouped(lost)],
  ['twice', ({ doubled }) => grouped(doubled)],
  ['torn', ({ torn }) => grouped(torn)],
  ['run again', ({ reruns }) => grouped(reruns)],
  ['given up', ({ gaveUp }) => grouped(gaveUp)],
  ['recovered within', ({ recoverMs }) => (recoverMs === null ? '' : `${(recoverMs / 1_000).toFixed(1)} s`)],
]

const grouped = (n: number) => n.toLocaleString('en-US')

/** The first row has the titles. */
function cells(rows: readonly Row[]): readonly (readonly string[])[] {
  return [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, of]) => of(row)))]
}

/** For a terminal. */
export function asText({ faults }: Pick<Report, 'faults'>): string {
  const lines = cells(faults)
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)))
  const pad = (cell: string, i: number) =>
    i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
  return lines.map((line) => line.map(pad).join('  ')).join('\n')
}

/** For a page. */
export function asMarkdown({ faults }: Pick<Report, 'faults'>): string {
  const [titles = [], ...lines] = cells(faults)
  const rule = titles.map((_, i) => (i === 0 ? '---' : '--:'))
  return [titles, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')
}
