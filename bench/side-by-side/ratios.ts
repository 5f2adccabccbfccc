import { ratioOf } from './figures.js'
import type { Result } from './results.js'

export interface Ratio {
  readonly scenario: string
  readonly of: string
  readonly to: string
  /** Above 1: in favour of `of`, whether more or less is better. */
  readonly ratio: number
}

const OURS = ['linehaul-postgres', 'linehaul-embedded']
const RAW = 'raw-sql'

/** Of Linehaul to every peer, and of Linehaul on PostgreSQL to what raw SQL gives. */
export function ratiosOf(results: readonly Result[]): readonly Ratio[] {
  return results
    .filter(({ contender }) => OURS.includes(contender))
    .flatMap((of) =>
      results
        .filter((to) => to.scenario === of.scenario && isComparable(of.contender, to.contender))
        .map((to) => ({
          scenario: of.scenario,
          of: of.contender,
          to: to.contender,
          ratio: ratioOf(of.median, to.median, of.better),
        })),
    )
}

function isComparable(of: string, to: string): boolean {
  return !OURS.includes(to) && (to !== RAW || of === 'linehaul-postgres')
}
