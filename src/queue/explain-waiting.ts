import type { Answer } from './explain-answer.js'
import { PLACE_LIMIT, type Facts, type LimitFact } from './explain-facts.js'
import { inWords } from './in-words.js'
import type { PauseFact } from './store/explain.js'
import type { JobView } from './store/find.js'

export function held({ limits }: Facts): Answer {
  const full = limits.find(({ concurrency, running }) => concurrency !== null && running >= concurrency)
  const slow = limits.find(({ rate }) => rate !== null)
  if (full) return limited(full, `${full.running} are running and no more than ${full.concurrency} may`)
  if (slow?.rate)
    return limited(slow, `no more than ${slow.rate.max} may start within ${inWords(slow.rate.perMs)}`)
  return {
    reason: 'about-to-be-admitted',
    sentence: 'It was held back, and its limits have room now: it is about to be put in line.',
    details: { limits },
    startsInMs: 0,
  }
}

function limited(limit: LimitFact, why: string): Answer {
  return {
    reason: 'limit-full',
    sentence: `It is held back by the limit ${limit.key}: ${why}.`,
    details: { ...limit },
  }
}

/** What keeps every job like it from running, whatever its place in line. */
export function obstacle({ queue, name }: JobView, { pauses, isKnown, workers }: Facts): Answer | undefined {
  const [pause] = pauses
  if (pause) {
    const since = inWords(workers.now.getTime() - pause.pausedAt.getTime())
    return {
      reason: 'paused',
      sentence: ended(`${whatIs(pause)} was paused ${since} ago by ${pause.pausedBy}: ${pause.reason}`),
      details: { ...pause },
    }
  }
  if (!isKnown)
    return {
      reason: 'unknown-definition',
      sentence: `No worker knows a job "${name}": it waits for one of a version that does. If it was retired, cancel it.`,
      details: { name },
    }
  if (workers.serving === 0)
    return {
      reason: 'no-worker',
      sentence: `No live worker serves the queue ${queue}. Start one: linehaul work --queues ${queue}`,
      details: { queue },
    }
  return undefined
}

function whatIs({ tenantId, queue, name }: PauseFact): string {
  if (!name && !queue) return `The tenant ${tenantId}`
  const part = name ? `The definition ${name}` : `The queue ${queue}`
  return tenantId ? `${part} of tenant ${tenantId}` : part
}

export function inLine({ queue, losses }: JobView, { ahead, perSecond }: Facts): Answer {
  const { own = 0, others = 0, suspects = 0 } = ahead ?? {}
  if (losses > 0 && suspects > 0)
    return {
      reason: 'suspect',
      sentence: `Its worker died while running it, so it runs as the only such job of a process, and ${suspects} more like it ${suspects === 1 ? 'is' : 'are'} there.`,
      details: { losses, suspects },
    }
  const behind = Math.min(own + others, PLACE_LIMIT)
  const isAtLeast = own + others > PLACE_LIMIT
  const startsInMs = startsIn(behind, perSecond)
  const details = {
    queue,
    behind,
    isAtLeast,
    ownAhead: own,
    othersAhead: others,
    perSecond: perSecond || null,
  }
  return { reason: 'in-line', sentence: lineSentence(details, startsInMs), details, startsInMs }
}

/** `undefined` when nothing was measured. */
function startsIn(behind: number, perSecond: number): number | undefined {
  if (behind === 0) return 0
  return perSecond > 0 ? (1_000 * behind) / perSecond : undefined
}

function lineSentence(
  line: { queue: string; behind: number; isAtLeast: boolean; ownAhead: number; perSecond: number | null },
  startsInMs: number | undefined,
): string {
  const { queue, behind, isAtLeast, ownAhead, perSecond } = line
  if (behind === 0) return `It is the next of the queue ${queue}, and starts with the next free slot.`
  const many = `${isAtLeast ? 'more than ' : ''}${behind} ${behind === 1 ? 'job' : 'jobs'}`
  const place = `It waits in the queue ${queue} behind ${many}, ${ownAhead} of them of its own tenant`
  if (perSecond === null || startsInMs === undefined)
    return `${place}. How fast they go was not measured lately, so nothing tells when it starts.`
  const about = isAtLeast ? 'not before' : 'in about'
  return `${place}. ${perSecond.toPrecision(2)} of the queue end in a second, so it starts ${about} ${inWords(startsInMs)}${isAtLeast ? ' from now' : ''}.`
}

/** As a sentence: with a full stop, unless a message brought its own. */
export function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
