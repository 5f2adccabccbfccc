import type { Fault } from './fault.js'
import { mayAskAgain, type Verdict } from './judge.js'

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
  /** Of calls that had an error for an answer. */
  readonly refused: number
  readonly rerunMs: number | null
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
  const endsOf = (fault: Fault) => ends.filter((end) => end.fault === fault)
  const rows = faults.map((fault) => rowOf(fault, verdictsOf(endsOf(fault))))
  const complaints = [
    ...ends.flatMap(({ fault, error }) =>
      error === undefined ? [] : [`${fault.name}: a round came to no end: ${String(error)}`],
    ),
    ...faults.flatMap((fault, i) => complaintsAbout(fault, rows[i] as Row, verdictsOf(endsOf(fault)))),
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

const verdictsOf = (ends: readonly RoundEnd[]) => ends.flatMap(({ verdict }) => verdict ?? [])

function rowOf(fault: Fault, verdicts: readonly Verdict[]): Row {
  const sum = (count: (verdict: Verdict) => number) => verdicts.reduce((all, one) => all + count(one), 0)
  const longest = (of: (verdict: Verdict) => number | null) =>
    verdicts.reduce<number | null>((most, one) => greater(most, of(one)), null)
  return {
    fault: fault.name,
    injected: sum(({ injected }) => injected),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    lost: sum(({ lost }) => lost.length),
    doubled: sum(({ doubled }) => doubled.length),
    torn: sum(({ torn }) => torn.length),
    reruns: sum(({ reruns }) => reruns),
    gaveUp: sum(({ gaveUp }) => gaveUp.length),
    refused: sum(({ refused }) => refused.length),
    rerunMs: longest(({ rerunMs }) => rerunMs),
    recoverMs: longest(({ recoverMs }) => recoverMs),
  }
}

function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

function complaintsAbout(fault: Fault, row: Row, verdicts: readonly Verdict[]): readonly string[] {
  const found: readonly (readonly [isWrong: boolean, what: string])[] = [
    [row.lost > 0, `${row.lost} acknowledged jobs were lost.`],
    [row.doubled > 0, `${row.doubled} jobs took effect twice through finish(tx).`],
    [row.torn > 0, `${row.torn} times something was there by half, or out of order.`],
    [
      row.gaveUp > 0 && !fault.mayGiveUp,
      `${row.gaveUp} jobs were given up, and nothing here kills three workers.`,
    ],
    [row.reruns > 0 && fault.reruns === 'none', `${row.reruns} attempts ran again, and none should.`],
    [row.reruns === 0 && fault.reruns === 'some', 'no attempt ran again, so no job was interrupted.'],
    [verdicts.length === 0, 'there was no round that came to its end.'],
  ]
  const sentences = found.flatMap(([isWrong, what]) => (isWrong ? [what] : []))
  return [...sentences, ...verdicts.flatMap((verdict) => complaintsAboutRound(fault, verdict))].map(
    (what) => `${fault.name}: ${what}`,
  )
}

/** Other rounds do not make up for it. */
function complaintsAboutRound({ atLeast }: Fault, verdict: Verdict): readonly string[] {
  const { injected, acknowledged, refused, harmed } = verdict
  const wrong = refused.filter((refusal) => !mayAskAgain(refusal)).map(({ code }) => code)
  return [
    ...(injected < atLeast ? [`a round injected it ${injected} times, and ${atLeast} are demanded.`] : []),
    ...(acknowledged === 0 ? ['a round had no job acknowledged, so it shows nothing.'] : []),
    ...(harmed.length > 0
      ? [`${harmed.length} attempts ran again, and their worker stood still for a moment only.`]
      : []),
    ...(wrong.length > 0
      ? [`${wrong.length} calls were refused with what no fault excuses: ${[...new Set(wrong)].join(', ')}.`]
      : []),
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
  ['first run again after', ({ rerunMs }) => inSeconds(rerunMs)],
  ['given up', ({ gaveUp }) => grouped(gaveUp)],
  ['recovered within', ({ recoverMs }) => inSeconds(recoverMs)],
]

const grouped = (n: number) => n.toLocaleString('en-US')

const inSeconds = (ms: number | null) => (ms === null ? '' : `${(ms / 1_000).toFixed(1)} s`)

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
