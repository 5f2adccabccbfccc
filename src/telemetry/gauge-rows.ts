import { Gauge, type LabelValues, type Registry } from 'prom-client'

import { Level } from './level.js'

/** Something that is counted anew at each scrape. */
export interface Counted<Label extends string> {
  readonly name: `linehaul_${string}`
  readonly help: string
  readonly labels: readonly Label[]
  /** One bounded statement, or a look into memory. */
  count(): Promise<readonly (readonly [LabelValues<Label>, number])[]>
}

/** Adds a gauge of what stands somewhere. It is missing while it cannot be counted: the other metrics are worth the scrape all the same. */
export function gaugeRows<Label extends string>(
  registry: Registry,
  { name, help, labels, count }: Counted<Label>,
): void {
  const level = new Level(
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      async collect() {
        try {
          level.show(await count())
        } catch {
          level.hide()
        }
      },
    }),
  )
}
