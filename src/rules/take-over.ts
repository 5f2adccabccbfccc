import { holdsAt, type Span } from './stored-rule.js'

/** From `atMs` on another one of some spans is the first that holds, or none is. */
export interface TakeOver {
  readonly atMs: number
  /** Its place among the spans; `undefined`: none holds. */
  readonly first: number | undefined
}

/**
 * When another one becomes the first that holds, in order of time, after one instant and up to another. Each bound is looked at
 * once, and none beyond what is asked for: thousands may lie over each other.
 * @param spans the strongest first
 */
export function* takeOvers(spans: readonly Span[], within: Span): Generator<TakeOver> {
  const bounds = boundsOf(spans, within)
  const holding = spans.flatMap((span, place) => (holdsAt(span, within.fromMs) ? [place] : []))
  let [first] = holding
  for (const [index, { atMs, place }] of bounds.entries()) {
    toggle(holding, place)
    if (bounds[index + 1]?.atMs === atMs || holding[0] === first) continue
    first = holding[0]
    yield { atMs, first }
  }
}

function boundsOf(spans: readonly Span[], within: Span): { atMs: number; place: number }[] {
  return spans
    .flatMap(({ fromMs, untilMs }, place) =>
      fromMs < untilMs ? [fromMs, untilMs].map((atMs) => ({ atMs, place })) : [],
    )
    .filter(({ atMs }) => atMs > within.fromMs && atMs <= within.untilMs)
    .sort((a, b) => a.atMs - b.atMs)
}

/** Takes `place` out of the sorted `places`, or puts it in: what holds ends next, and what does not begins. */
function toggle(places: number[], place: number): void {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((places[middle] as number) < place) low = middle + 1
    else high = middle
  }
  if (places[low] === place) places.splice(low, 1)
  else places.splice(low, 0, place)
}
