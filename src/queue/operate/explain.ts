import type { Answer, Reason } from './explain-answer.js'
import { NAMED, type Facts } from './explain-facts.js'
import { ended, held, inLine, obstacle } from './explain-waiting.js'
import { inWords } from '../in-words.js'
import type { JobView } from './job-view.js'
import type { AttemptEntry } from '../store/find.js'

/** One answer to "why does it not run, and when will it?" */
export interface Explanation {
  readonly jobId: string
  readonly state: JobView['state']
  readonly reason: Reason
  readonly sentence: string
  /** What the sentence says, for programs; which fields there are depends on the reason. */
  readonly details: Readonly<Record<string, unknown>>
  /** `null`: it has started, never will by itself, or nothing tells when. */
  readonly estimatedStartAt: Date | null
}

export function explain(job: JobView, facts: Facts): Explanation {
  const { startsInMs, ...answer } = answerFor(job, facts)
  const estimatedStartAt =
    startsInMs === undefined ? null : new Date(facts.workers.now.getTime() + startsInMs)
  return { jobId: job.id, state: job.state, ...answer, estimatedStartAt }
}

function answerFor(job: JobView, facts: Facts): Answer {
  switch (job.state) {
    case 'done':
    case 'cancelled':
    case 'dead':
      return finished(job, job.state)
    case 'running':
      return running(job, facts)
    case 'scheduled':
      return alsoKeptBy(obstacle(job, facts), scheduled(job, facts))
    case 'blocked':
      return alsoKeptBy(obstacle(job, facts), blocked(facts))
    case 'held':
      return obstacle(job, facts) ?? held(facts)
    case 'waiting':
      return obstacle(job, facts) ?? inLine(job, facts)
  }
}

function finished({ attempt, error, finishedAt }: JobView, state: 'done' | 'cancelled' | 'dead'): Answer {
  const why = error ? `: ${error.message}` : ''
  const sentences = {
    done: `It is done, with its attempt ${attempt}.`,
    cancelled: ended(`It was cancelled${why}`),
    dead: ended(`It is dead after ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}${why}`),
  }
  return { reason: state, sentence: sentences[state], details: { finishedAt, attempt, error } }
}

function running(
  { attempt, maxAttempts, claimedAt, cancelRequestedAt }: JobView,
  { workers }: Facts,
): Answer {
  const { workerId, host, pid } = workers
  const where = host === null ? 'a worker that is gone' : `${host}, process ${pid}`
  const since = claimedAt ? inWords(workers.now.getTime() - claimedAt.getTime()) : 'a moment'
  const asked = cancelRequestedAt ? ' It was asked to stop.' : ''
  return {
    reason: 'running',
    sentence: `It has been running for ${since} on ${where}: attempt ${attempt} of ${maxAttempts}.${asked}`,
    details: { attempt, maxAttempts, claimedAt, workerId, host, pid, cancelRequestedAt },
  }
}

function scheduled(job: JobView, { workers }: Facts): Answer {
  const last = job.attempts.at(-1)
  const startsInMs = job.runAt.getTime() - workers.now.getTime()
  const when =
    startsInMs > 0 ? `It is due in ${inWords(startsInMs)}` : 'It is due, and about to be put in line'
  const reason = reasonAfter(last, job.attempt)
  const why = {
    retry: `to try again: attempt ${job.attempt} of ${job.maxAttempts} failed${last?.error ? ` with "${last.error.message}"` : ''}`,
    snoozed: 'as its last attempt asked for',
    delayed: 'as it was asked for',
  }[reason]
  return {
    reason,
    sentence: ended(`${when}, ${why}`),
    details: {
      runAt: job.runAt,
      attempt: job.attempt,
      maxAttempts: job.maxAttempts,
      lastAttempt: last ?? null,
    },
    startsInMs: Math.max(0, startsInMs),
  }
}

/** A newer request that takes a retry's place is no retry: it has no attempts. */
function reasonAfter(last: AttemptEntry | undefined, attempt: number): 'retry' | 'snoozed' | 'delayed' {
  if (last?.ended === 'snoozed') return 'snoozed'
  return attempt > 0 && (last?.ended === 'failed' || last?.ended === 'lost') ? 'retry' : 'delayed'
}

function blocked({ awaited }: Facts): Answer {
  const named = awaited.slice(0, NAMED)
  const list = named.map(({ id, name, state }) => (name ? `${name} ${id} (${state})` : id)).join(', ')
  const more = awaited.length > named.length ? ', and more' : ''
  return {
    reason: 'waits-for-jobs',
    sentence: list ? `It waits for other jobs to end: ${list}${more}.` : 'All that it waited for has ended.',
    details: { waitsFor: named, hasMore: awaited.length > named.length },
  }
}

/** A job whose time has not come has that as its reason, and hears of the rest. */
function alsoKeptBy(other: Answer | undefined, answer: Answer): Answer {
  if (!other) return answer
  const { reason, sentence, details } = answer
  return {
    reason,
    sentence: `${sentence} Besides: ${lower(other.sentence)}`,
    details: { ...details, also: other },
  }
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}
