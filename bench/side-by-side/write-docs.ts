import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { format, resolveConfig } from 'prettier'

import { chartsOf, docsSection, replaceSection } from './docs-section.js'
import type { Outcome, Result } from './results.js'
import type { RunRecord } from './run-record.js'
import { SCENARIOS } from './scenarios.js'
import { judge } from './targets.js'

/** Draws one figure of all its contenders as an SVG. */
export type DrawChart = (title: string, results: readonly Result[]) => string

const PAGE = 'docs/benchmarks.md'

/** Writes the part of the page that a run knows, and its charts. @returns the files that it wrote */
export async function writeDocs(record: RunRecord, { results }: Outcome, draw: DrawChart): Promise<string[]> {
  const charts = chartsOf(results, SCENARIOS)
  const files = charts.map(({ file }) => path.join(path.dirname(PAGE), file))
  for (const [i, { scenario, title }] of charts.entries()) {
    const file = files[i] as string
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(
      file,
      draw(
        title,
        results.filter((one) => one.scenario === scenario),
      ),
    )
  }
  const section = docsSection(record, results, judge(results), SCENARIOS)
  const page = replaceSection(await readFile(PAGE, 'utf8'), section)
  await writeFile(PAGE, await format(page, { ...(await resolveConfig(PAGE)), parser: 'markdown' }))
  return [PAGE, ...files]
}
