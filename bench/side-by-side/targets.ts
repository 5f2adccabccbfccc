import { ratioOf } from './figures.js'
import type { Result } from './results.js'

/** A figure that Linehaul has to reach in the same run as what it is compared with. */
export type Target = {
  readonly scenario: string
  readonly of: string
  readonly says: string
} & (
  | { readonly to: { contender: string; scenario?: string }; readonly atLeast: number }
  | { readonly atMost: number }
)

const [POSTGRES, EMBEDDED] = ['linehaul-postgres', 'linehaul-embedded'] as const

const against = (scenario: string, of: string, contender: string, atLeast: number): Target => ({
  scenario,
  of,
  says: `${scenario}: ${of} against ${contender}`,
  to: { contender },
  atLeast,
})

const besideEmpty = (scenario: string): Target => ({
  scenario,
  of: POSTGRES,
  says: `${scenario}: against a drain from an empty start`,
  to: { contender: POSTGRES, scenario: `${scenario}-empty` },
  atLeast: 0.85,
})

export const TARGETS: readonly Target[] = [
  against('drain-100', POSTGRES, 'bullmq-redis', 3),
  against('drain-100-nothing-kept', POSTGRES, 'graphile-worker-tuned', 1.3),
  against('drain-100', POSTGRES, 'pg-boss', 4),
  against('drain-100', POSTGRES, 'bullmq-postgres', 4),
  against('drain-100', EMBEDDED, 'bullmq-redis', 0.8),
  against('enqueue-200', POSTGRES, 'bullmq-redis', 2),
  against('enqueue-serial', POSTGRES, 'bullmq-redis-aof', 1.5),
  against('pickup-same', POSTGRES, 'bullmq-redis', 1),
  against('pickup-same', EMBEDDED, 'bullmq-redis', 1),
  against('pickup-other', POSTGRES, 'bullmq-redis', 0.5),
  against('drain-100', POSTGRES, 'raw-sql', 0.75),
  against('drain-100-tenants', POSTGRES, 'raw-sql', 0.75),
  besideEmpty('drain-million-waiting'),
  besideEmpty('drain-million-scheduled'),
  { scenario: 'kill-rerun', of: POSTGRES, says: 'kill-rerun: seconds to the first re-run', atMost: 2 },
  {
    scenario: 'greedy-tenant',
    of: POSTGRES,
    says: 'greedy-tenant: batches before a small tenant runs',
    atMost: 2,
  },
]

export interface Verdict {
  readonly target: Target
  /** A ratio, or the figure itself where it has to be at most something. */
  readonly value: number
  readonly isReached: boolean
}

/** Of those targets whose cells ran. */
export function judge(results: readonly Result[], targets: readonly Target[] = TARGETS): readonly Verdict[] {
  const find = (scenario: string, contender: string) =>
    results.find((result) => result.scenario === scenario && result.contender === contender)
  return targets.flatMap((target): Verdict[] => {
    const of = find(target.scenario, target.of)
    if (!of) return []
    if ('atMost' in target) return [worst(target, of)]
    const to = find(target.to.scenario ?? target.scenario, target.to.contender)
    if (!to) return []
    const value = ratioOf(of.median, to.median, of.better)
    return [{ target, value, isReached: value >= target.atLeast }]
  })
}

/** A bound holds in every round. */
function worst(target: Target & { readonly atMost: number }, { runs }: Result): Verdict {
  const value = Math.max(...runs)
  return { target, value, isReached: value <= target.atMost }
}

/** Rounded away from the bound's good side: 0.745 does not look as if it had reached 0.75. */
export function valueText({ target, value }: Verdict): string {
  const round = 'atMost' in target ? Math.ceil : Math.floor
  return (round(value * 100) / 100).toFixed(2)
}

/** Those of which a cell did not run, or failed. */
export function unjudged(results: readonly Result[]): readonly Target[] {
  const judged = judge(results).map(({ target }) => target)
  return TARGETS.filter((target) => !judged.includes(target))
}
