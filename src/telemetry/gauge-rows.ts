import { Gauge, type LabelValues, type Registry } from 'prom-client'

import { BriefLook, type Looking } from '../time/index.js'
import { gaugeErrors } from './gauge-errors.js'
import { Level } from './level.js'

/** Something that is counted anew at each scrape. */
export interface Counted<Label extends string> {
  readonly name: `linehaul_${string}`
  readonly help: string
  readonly labels: readonly Label[]
  /** One bounded statement, or a look into memory. */
  count(): Promise<readonly (readonly [LabelValues<Label>, number])[]>
}

/**
 * Adds a gauge of what stands somewhere. It is missing while it cannot be counted, or not soon: the other metrics are worth the
 * scrape all the same.
 */
export function gaugeRows<Label extends string>(
  registry: Registry,
  { name, help, labels, count }: Counted<Label>,
  looking: Looking,
): void {
  const errors = gaugeErrors(registry)
  const counting = new BriefLook(`count ${name}`, count, looking)
  const level: Level<Label> = new Level(
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      async collect(): Promise<void> {
        const rows = await counting.look()
        if (rows) return level.show(rows)
        errors.inc({ gauge: name })
        level.hide()
      },
    }),
  )
}
