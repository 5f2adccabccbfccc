import type { Gauge, LabelValues } from 'prom-client'

/** A gauge whose lines go down to 0, instead of ending, once there is nothing to count any more. */
export class Level<Label extends string> {
  readonly #known = new Map<string, LabelValues<Label>>()

  constructor(private readonly gauge: Gauge<Label>) {}

  show(values: readonly (readonly [LabelValues<Label>, number])[]): void {
    for (const [labels] of values) this.#known.set(JSON.stringify(labels), labels)
    for (const labels of this.#known.values()) this.gauge.set(labels, 0)
    for (const [labels, value] of values) this.gauge.set(labels, value)
  }

  hide(): void {
    this.gauge.reset()
  }
}
