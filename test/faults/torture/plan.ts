import type { Fault } from './fault.js'
import { Random } from './random.js'

/** One round of a fault. */
export interface Round {
  readonly fault: Fault
  /** What its times and victims are drawn from. */
  readonly seed: number
}

/** How many rounds go on at a time: most of a round is waiting. */
export const LANES = 5

/**
 * The rounds of a run, in the order in which they begin: each fault once, those that take longest first, then as many as
 * there is time for, in an order by chance. The same seed gives the same plan.
 */
export function plan(faults: readonly Fault[], seconds: number, seed: number): readonly Round[] {
  const random = new Random(seed)
  const rounds = random.shuffle(faults).sort((a, b) => b.seconds - a.seconds)
  for (let left = seconds * LANES - lengthOf(rounds); faults.length > 0;) {
    const again = random.shuffle(faults)
    const length = lengthOf(again)
    if (length > left) break
    rounds.push(...again)
    left -= length
  }
  return rounds.map((fault) => ({ fault, seed: random.fork() }))
}

/**
 * Whether one more round may begin, after so many: each kind of fault has its first one however long it takes, and none begins
 * once the time is up. On a slow machine a plan of 30 minutes would take 45.
 */
export function mayBegin(begun: number, kinds: number, passedMs: number, seconds: number): boolean {
  return begun < kinds || passedMs < seconds * 1_000
}

const lengthOf = (faults: readonly Fault[]) => faults.reduce((sum, { seconds }) => sum + seconds, 0)
