/** Of what is measured: whether more of it is better, or less. */
export type Better = 'more' | 'less'

export function medianOf(runs: readonly number[]): number {
  return quantileOf(runs, 0.5)
}

/** Between the two nearest of them, by how near it lies to each. */
export function quantileOf(runs: readonly number[], quantile: number): number {
  const sorted = [...runs].sort((a, b) => a - b)
  const at = (sorted.length - 1) * quantile
  const [below = Number.NaN, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return below + (above - below) * (at - Math.floor(at))
}

/** How many times as good `of` is as `to`: above 1 is in favour of `of`. */
export function ratioOf(of: number, to: number, better: Better): number {
  return better === 'more' ? of / to : to / of
}
