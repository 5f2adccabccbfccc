import type { Answer } from './explain-answer.js'
import { PLACE_LIMIT, type Facts } from './explain-facts.js'
import type { LimitFact } from './explain-limits.js'
import { inWords } from '../in-words.js'
import type { PauseFact } from '../store/explain.js'
import type { JobView } from './job-view.js'

export function held({ limits, workers }: Facts): Answer {
  const full = limits.find(isFull)
  if (full) return limited(full, `${taking(full)} and no more than ${full.concurrency} may`)
  const slow = limits.filter(({ isRateFull }) => isRateFull).toSorted(latestFirst)[0]
  if (slow?.rate) {
    const why = `no more than ${slow.rate.max} may start within ${inWords(slow.rate.perMs)}`
    return limited(slow, why, slow.roomAt ? slow.roomAt.getTime() - workers.now.getTime() : undefined)
  }
  return {
    reason: 'about-to-be-admitted',
    sentence: 'It was held back, and its limits have room now: it is about to be put in line.',
    details: { limits },
    startsInMs: 0,
  }
}

function isFull({ concurrency, running, admitted }: LimitFact): boolean {
  return concurrency !== null && running + admitted >= concurrency
}

function taking({ running, admitted }: LimitFact): string {
  return admitted === 0 ? `${running} are running` : `${running} are running, ${admitted} about to,`
}

/** One of which nobody knows when it has room comes before all. */
function latestFirst(a: LimitFact, b: LimitFact): number {
  return (b.roomAt?.getTime() ?? Infinity) - (a.roomAt?.getTime() ?? Infinity) || 0
}

/** @param startsInMs when that is known: how long jobs run nobody knows, how fast they may start is said by the rate */
function limited({ isRateFull: _, ...limit }: LimitFact, why: string, startsInMs?: number): Answer {
  const { key, ahead } = limit
  const others = ahead === 0 ? '' : `, behind ${ahead} ${ahead === 1 ? 'other' : 'others'}`
  const when = startsInMs === undefined ? '' : ` It may start in about ${inWords(startsInMs)}${others}.`
  return {
    reason: 'limit-full',
    sentence: `It is held back by the limit ${key}: ${why}.${when}`,
    details: limit,
    startsInMs,
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
      sentence: `${whoLost(losses)}, and ${suspects} more that lost a worker ${suspects === 1 ? 'is' : 'are'} there.`,
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

function whoLost(losses: number): string {
  return losses === 1
    ? 'Its worker died while it had the job, so it runs in a group of such jobs, in half of the slots of a process'
    : `${losses} workers died while they had the job, so it runs as the only such one of a process`
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
