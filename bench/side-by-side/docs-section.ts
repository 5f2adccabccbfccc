import { ratiosOf } from './ratios.js'
import { figureText } from './report.js'
import type { Result } from './results.js'
import type { RunRecord } from './run-record.js'
import type { Scenario } from './scenario.js'
import { valueText, type Verdict } from './targets.js'

export const BEGIN = '<!-- written by npm run bench: begin -->'
export const END = '<!-- written by npm run bench: end -->'

/** A picture of one scenario. */
export interface Chart {
  readonly scenario: string
  readonly title: string
  /** Beside docs/benchmarks.md. */
  readonly file: string
}

/** Those that say most in a picture. */
const CHARTED = [
  'enqueue-serial',
  'enqueue-200',
  'drain-100',
  'drain-100-nothing-kept',
  'pickup-same',
  'pickup-other',
]

export function chartsOf(results: readonly Result[], scenarios: readonly Scenario[]): readonly Chart[] {
  return scenarios
    .filter(({ name }) => CHARTED.includes(name) && results.some(({ scenario }) => scenario === name))
    .map(({ name, says, figures }) => ({
      scenario: name,
      title: `${name}: ${says}, in ${figures[0]?.unit}, ${figures[0]?.better} is better`,
      file: `charts/${name}.svg`,
    }))
}

/** What stands between the two marks of docs/benchmarks.md. */
export function docsSection(
  record: RunRecord,
  results: readonly Result[],
  verdicts: readonly Verdict[],
  scenarios: readonly Scenario[],
): string {
  const groups = distinct(scenarios.map(({ group }) => group))
  const charts = chartsOf(results, scenarios)
  return [
    `Medians of a ${record.run} run on ${record.at.slice(0, 10)}, which took ${Math.round(record.tookSeconds / 60)} minutes; in brackets the lowest and the highest round.`,
    ...groups.flatMap((group) => groupSection(group, results, scenarios, charts)),
    '### Ratios',
    'Above 1: in favour of Linehaul, whether more or less is better.',
    ...ratioTables(results),
    ...noteLines(results),
    '### Targets',
    table(['', 'at least', 'reached'], verdicts.map(targetRow)),
    '### Versions, settings and durability',
    [...record.machine, ...record.servers].map((line) => `- ${line}`).join('\n'),
    table(
      ['contender', 'version', 'settings', 'durability'],
      record.contenders.map(({ name, version, settings, durability }) => [
        name,
        version,
        settings,
        durability,
      ]),
    ),
    ...absentLines(record),
    '### Who takes no part, and why',
    leftOutLines(record, scenarios).join('\n'),
  ].join('\n\n')
}

/** @throws when the marks are not there */
export function replaceSection(page: string, section: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has to have the lines ${BEGIN} and ${END}`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${section}\n\n${page.slice(to)}`
}

function groupSection(
  group: string,
  results: readonly Result[],
  scenarios: readonly Scenario[],
  charts: readonly Chart[],
): readonly string[] {
  const inGroup = scenarios.filter((scenario) => scenario.group === group)
  const figures = inGroup
    .flatMap((scenario) => scenario.figures)
    .filter(({ name }) => results.some(({ scenario }) => scenario === name))
  if (figures.length === 0) return []
  const contenders = distinct(results.map(({ contender }) => contender))
  const cellOf = (scenario: string, contender: string) =>
    cell(results.find((one) => one.scenario === scenario && one.contender === contender))
  const rows = contenders
    .map((contender) => [contender, ...figures.map(({ name }) => cellOf(name, contender))])
    .filter((row) => row.slice(1).some((text) => text !== ''))
  return [
    `### ${group}`,
    inGroup.map(({ name, says }) => `- \`${name}\`: ${says}`).join('\n'),
    table(['', ...figures.map(({ name, unit }) => `\`${name}\`, ${unit}`)], rows),
    ...charts
      .filter(({ scenario }) => inGroup.some(({ name }) => name === scenario))
      .map(({ title, file }) => `![${title}](${file})`),
  ]
}

function cell(result: Result | undefined): string {
  if (!result) return ''
  const { median, runs } = result
  const range = `${figureText(Math.min(...runs))}–${figureText(Math.max(...runs))}`
  return runs.length > 1 ? `${figureText(median)} (${range})` : figureText(median)
}

function targetRow(verdict: Verdict): readonly string[] {
  const { target, isReached } = verdict
  const bound = 'atMost' in target ? `at most ${target.atMost}` : `${target.atLeast} x`
  return [target.says, bound, `${valueText(verdict)}${isReached ? '' : ' (missed)'}`]
}

/** A table for Linehaul on each database, with a column for each of those it is compared with. */
function ratioTables(results: readonly Result[]): readonly string[] {
  const ratios = ratiosOf(results)
  return distinct(ratios.map(({ of }) => of)).map((of) => {
    const own = ratios.filter((ratio) => ratio.of === of)
    const peers = distinct(own.map(({ to }) => to))
    const rows = distinct(own.map(({ scenario }) => scenario)).map((scenario) => {
      const of = (peer: string) => own.find((one) => one.scenario === scenario && one.to === peer)
      return [`\`${scenario}\``, ...peers.map((peer) => of(peer)?.ratio.toFixed(2) ?? '')]
    })
    return table([`${of} to`, ...peers], rows)
  })
}

function noteLines(results: readonly Result[]): readonly string[] {
  const noted = results.filter(({ notes }) => notes.length > 0)
  if (noted.length === 0) return []
  const lines = distinct(noted.map(({ scenario }) => scenario)).map((scenario) => {
    const cut = noted.filter((one) => one.scenario === scenario).map(({ contender }) => contender)
    return `- \`${scenario}\`: ${cut.join(', ')}`
  })
  return [
    'Cut off in at least one round, their rate being that of what they did until then:',
    lines.join('\n'),
  ]
}

/** One line for each reason of each contender. */
function leftOutLines({ contenders }: RunRecord, scenarios: readonly Scenario[]): readonly string[] {
  return contenders.flatMap(({ name, leftOut }) => {
    const reasons = scenarios.flatMap((scenario) => {
      const isAsked = !scenario.only || scenario.only.contenders.includes(name)
      const why = leftOut[scenario.name] ?? (isAsked ? undefined : scenario.only?.because)
      return why ? [{ why, scenario: scenario.name }] : []
    })
    return distinct(reasons.map(({ why }) => why)).map((why) => {
      const where = reasons.filter((one) => one.why === why).map(({ scenario }) => `\`${scenario}\``)
      return `- ${name}, in ${where.join(', ')}: ${why}`
    })
  })
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)]
}

function absentLines({ absent }: RunRecord): readonly string[] {
  const lines = Object.entries(absent).map(([name, why]) => `- left out: ${name}, for ${why}`)
  return lines.length > 0 ? [lines.join('\n')] : []
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
