import type { Failure, Outcome, Result } from './results.js'
import type { CellReport } from './run-benchmark.js'
import { ratiosOf, type Ratio } from './ratios.js'
import { judge, valueText, type Verdict } from './targets.js'

/** One line for each cell, as it ends. */
export function cellLine({ scenario, contender, number, total, outcome, isCounted }: CellReport): string {
  const place = `[${String(number).padStart(String(total).length)}/${total}]`
  if (outcome instanceof Error) return `${place} ${scenario.name} ${contender}: FAILED, ${outcome.message}`
  const figures = scenario.figures.flatMap(({ name, unit }) => {
    const value = outcome.figures[name]
    return value === undefined ? [] : [`${figureText(value)} ${unit}`]
  })
  const notes = [...(isCounted ? [] : ['to warm up']), ...(outcome.note ? [outcome.note] : [])]
  return `${place} ${scenario.name} ${contender}: ${figures.join(', ')}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`
}

/** Everything that a run found, in words. */
export function reportText({ results, failures }: Outcome): string {
  const parts = [
    'Medians',
    ...results.map(resultLine),
    '',
    'Ratios (above 1: in favour of the first)',
    ...ratiosOf(results).map(ratioLine),
    '',
    'Targets',
    ...targetLines(judge(results)),
    ...failureLines(failures),
  ]
  return parts.join('\n')
}

function resultLine({ scenario, contender, median, unit, runs, notes }: Result): string {
  const range = `${figureText(Math.min(...runs))} to ${figureText(Math.max(...runs))}`
  const note = notes.length > 0 ? `  (${notes.join('; ')})` : ''
  return `  ${scenario.padEnd(28)} ${contender.padEnd(22)} ${figureText(median).padStart(10)} ${unit.padEnd(8)} ${range}${note}`
}

function ratioLine({ scenario, of, to, ratio }: Ratio): string {
  return `  ${scenario.padEnd(28)} ${of.padEnd(18)} to ${to.padEnd(22)} ${ratio.toFixed(2)}`
}

export function targetLines(verdicts: readonly Verdict[]): string[] {
  if (verdicts.length === 0) return ['  none of their cells ran']
  return verdicts.map((verdict) => {
    const { target, isReached } = verdict
    const bound = 'atMost' in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`
    return `  ${isReached ? 'reached' : 'MISSED '} ${valueText(verdict).padStart(7)}, ${bound}: ${target.says}`
  })
}

function failureLines(failures: readonly Failure[]): string[] {
  if (failures.length === 0) return []
  return [
    '',
    'FAILED: no figure counts of these',
    ...failures.map(({ scenario, contender, message }) => `  ${scenario} ${contender}: ${message}`),
  ]
}

/** Three digits that say something, and thousands set apart. */
export function figureText(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}
