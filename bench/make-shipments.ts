import { realpathSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { readScms } from '../src/domain/freight/sample/read-scms.js'
import type { SampleShipment } from '../src/domain/freight/sample/sample-shipment.js'

const DAY_MS = 86_400_000
const SPREAD_DAYS = 365

export interface MakeOptions {
  readonly sample: readonly SampleShipment[]
  /** Default 1,000,000. */
  readonly count?: number
  /** At least 0, less than 1. Equal sequences make equal shipments: pass `seededRandom(seed)`. */
  readonly random: () => number
  readonly now: Date
}

/**
 * Makes `count` shipments by going round `sample`. Each round has customers, and so lanes, of its own. The days
 * are spread evenly over the last 365, that of `now` included, as midnights in UTC.
 */
export async function* makeShipments({
  sample,
  count = 1_000_000,
  random,
  now,
}: MakeOptions): AsyncGenerator<SampleShipment> {
  const todayMs = Math.floor(now.getTime() / DAY_MS) * DAY_MS
  for (let index = 0; index < count; index++) {
    const original = sample[index % sample.length]
    if (!original) return // an empty sample makes nothing
    const round = Math.floor(index / sample.length) + 1
    const daysAgo = Math.floor(random() * SPREAD_DAYS)
    yield copy(original, round, new Date(todayMs - daysAgo * DAY_MS).toISOString())
  }
}

function copy(original: SampleShipment, round: number, day: string): SampleShipment {
  return {
    ...original,
    id: `${original.id}-${round}`,
    customer: `${original.customer}-${round}`,
    shippedAt: day,
    deliveredAt: day,
    attributes: {}, // those of the original are dates of long ago
  }
}

/** Numbers that look random, at least 0 and less than 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `node make-shipments.js [--count N] [--seed S]`: NDJSON on the standard output. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
  })
  const shipments = makeShipments({
    sample: await readScms(),
    count: toWholeNumber('--count', values.count),
    random: seededRandom(toWholeNumber('--seed', values.seed)),
    now: new Date(),
  })
  await pipeline(Readable.from(toNdjson(shipments)), process.stdout)
}

async function* toNdjson(shipments: AsyncIterable<SampleShipment>): AsyncGenerator<string> {
  for await (const shipment of shipments) yield `${JSON.stringify(shipment)}\n`
}

function toWholeNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a whole number, not "${text}".`)
  return Number(text)
}

/** A reader such as `head` may close the pipe when it has enough. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}

const isProgram =
  process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href
if (isProgram) {
  await main().catch((error: unknown) => {
    if (isClosedPipe(error)) return
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
}
