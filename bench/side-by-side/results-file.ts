import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { ratiosOf, type Ratio } from './ratios.js'
import type { Outcome, Result } from './results.js'

export interface PublicResults {
  readonly results: readonly Pick<Result, 'scenario' | 'contender' | 'median' | 'unit' | 'runs'>[]
  readonly ratios: readonly Ratio[]
}

/** What `--json` writes, and nothing else. */
export function publicResults({ results }: Pick<Outcome, 'results'>): PublicResults {
  return {
    results: results.map(({ scenario, contender, median, unit, runs }) => ({
      scenario,
      contender,
      median,
      unit,
      runs,
    })),
    ratios: ratiosOf(results),
  }
}

export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true })
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`)
}
