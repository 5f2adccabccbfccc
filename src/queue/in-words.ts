const UNITS = [
  { ms: 86_400_000, one: 'day' },
  { ms: 3_600_000, one: 'hour' },
  { ms: 60_000, one: 'minute' },
  { ms: 1_000, one: 'second' },
] as const

/** A length of time for people: `3 minutes`. In the largest unit of which there are two, rounded. */
export function inWords(ms: number): string {
  const unit = UNITS.find((unit) => ms >= 2 * unit.ms) ?? UNITS.at(-1) ?? { ms: 1_000, one: 'second' }
  const count = Math.round(ms / unit.ms)
  if (count < 1) return 'less than a second'
  return `${count} ${unit.one}${count === 1 ? '' : 's'}`
}
