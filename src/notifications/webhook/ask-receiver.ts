import type { Clock } from '../../time/index.js'
import type { ClaimedDelivery } from '../delivery/delivery.js'
import { judgeAnswer, type WebhookVerdict } from './judge-answer.js'
import { signatureHeaders } from './signature.js'

/** Asks addresses that people gave. */
export type Fetch = (
  url: string,
  request: {
    method: string
    headers: Record<string, string>
    body: string
    redirect: 'manual'
    answerBody: 'ignored'
    signal: AbortSignal
  },
) => Promise<Response>

export interface Reply {
  readonly verdict: WebhookVerdict
  /** For people. */
  readonly what: string
  readonly status?: number
}

interface Asking {
  readonly fetch: Fetch
  readonly clock: Clock
  /** Each signs. */
  readonly secrets: readonly string[]
  readonly signal: AbortSignal
}

/** Tells a receiver what is to be delivered. @throws why its attempt was stopped, unless that took too long */
export async function askReceiver(
  url: string,
  { id, content }: Pick<ClaimedDelivery, 'id' | 'content'>,
  { fetch, clock, secrets, signal }: Asking,
): Promise<Reply> {
  signal.throwIfAborted() // nobody was asked
  const body = bodyOf(content)
  const signed = signatureHeaders({ id, body, at: clock.now() }, secrets)
  const headers = { ...signed, 'content-type': 'application/json', 'user-agent': 'Linehaul-Webhooks' }
  const how = { method: 'POST', redirect: 'manual', answerBody: 'ignored' } as const
  try {
    const { status, headers: answered } = await fetch(url, { ...how, headers, body, signal })
    const verdict = judgeAnswer(status, answered.get('retry-after'), clock.now())
    return { verdict, what: `The receiver answered ${status}.`, status }
  } catch (error) {
    if (isTimeout(signal)) return failedBecause(TOO_LATE)
    signal.throwIfAborted() // a shutdown, or a cancel: not the receiver's fault
    return failedBecause(error instanceof Error ? error.message : String(error))
  }
}

/** The same bytes in every attempt, whatever order the database keeps fields in. */
function bodyOf(content: unknown): string {
  const { type, timestamp, data } = content as Record<string, unknown>
  return JSON.stringify({ type, timestamp, data })
}

const TOO_LATE = 'The receiver had not answered when the time-out of the job was over.'

function isTimeout({ reason }: AbortSignal): boolean {
  return (reason as { code?: string } | undefined)?.code === 'JOBS_STOPPED_BY_TIMEOUT'
}

function failedBecause(what: string): Reply {
  return { verdict: { kind: 'again', retryAfterMs: undefined }, what }
}
