import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { judge, type Verdict } from './judge.js'
import { LANES, mayBegin, type Round } from './plan.js'
import { Random } from './random.js'
import type { RoundEnd } from './report.js'
import { World, type Ground } from './world.js'

export interface Torture {
  readonly rounds: readonly Round[]
  readonly ground: Ground
  /** After which no more rounds begin, but for the first of each kind. */
  readonly seconds: number
  /** Each round gets one in it. */
  readonly folder: string
  readonly signal: AbortSignal
  say(line: string): void
}

/** Goes through the rounds, a few at a time. */
export async function torture(on: Torture): Promise<readonly RoundEnd[]> {
  const ends: RoundEnd[] = []
  const left = on.rounds.map((round, i) => ({ ...round, name: `${i + 1}-${round.fault.name}` }))
  const kinds = new Set(on.rounds.map(({ fault }) => fault)).size
  const startedMs = Date.now()
  const next = () => {
    const begun = on.rounds.length - left.length
    const may = !on.signal.aborted && mayBegin(begun, kinds, Date.now() - startedMs, on.seconds)
    return may ? left.shift() : undefined
  }
  const lane = async () => {
    for (let round = next(); round; round = next()) ends.push(await go(round, on))
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return ends
}

/** Beyond the time that a round of the fault takes. */
const DEADLINE_AFTER_MS = 180_000

async function go({ fault, seed, name }: Round & { name: string }, on: Torture): Promise<RoundEnd> {
  const folder = path.join(on.folder, name)
  await mkdir(folder)
  const round = new AbortController()
  const deadlineMs = fault.seconds * 1_000 + DEADLINE_AFTER_MS
  const late = setTimeout(() => round.abort(new Error(`not over after ${deadlineMs / 1_000} s`)), deadlineMs)
  const signal = AbortSignal.any([on.signal, round.signal])
  const world = new World(on.ground, folder, new Random(seed), signal, (reason) => round.abort(reason))
  const startedMs = Date.now()
  try {
    const verdict = judge(await Promise.race([fault.run(world), rejectAtAbort(signal)]))
    await explain(verdict, world)
    on.say(`${name}: ${sentenceOf(verdict)}, ${Math.round((Date.now() - startedMs) / 1_000)} s`)
    return { fault, verdict }
  } catch (thrown) {
    const error: unknown = signal.aborted ? signal.reason : thrown
    on.say(`${name}: came to no end: ${String(error)}`)
    return { fault, error }
  } finally {
    clearTimeout(late)
    round.abort() // whatever still waits for something
    await world.end()
  }
}

function rejectAtAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** What the engine says of the jobs that went wrong, beside what everyone saw. */
async function explain(verdict: Verdict, world: World): Promise<void> {
  const { lost, doubled, gaveUp, harmed, torn } = verdict
  const ids = [...lost, ...doubled, ...gaveUp, ...harmed]
  if (ids.length + torn.length === 0) return
  const jobs = await world.explain(ids)
  await writeFile(path.join(world.folder, 'why.json'), JSON.stringify({ ...verdict, jobs }, null, 2))
}

function sentenceOf({ injected, acknowledged, lost, doubled, torn }: Verdict): string {
  const wrong = [...lost.map((id) => `lost ${id}`), ...doubled.map((id) => `twice ${id}`), ...torn]
  const found = wrong.length === 0 ? 'all well' : wrong.slice(0, 5).join('; ')
  return `${injected} injected, ${acknowledged} acknowledged, ${found}`
}
