import { PermanentError } from '../../queue/index.js'
import type { Ending } from '../delivery/delivery.js'
import { SmtpError } from './smtp-error.js'
import type { SmtpAnswer, SmtpReply } from './smtp-reply.js'

/** How an attempt to send a mail ended, with what the server has said to all of them so far. */
export interface MailEnding extends Ending {
  readonly answer?: SmtpAnswer
}

interface Circumstances {
  /** What earlier attempts were answered, where the server took the mail for some. */
  readonly before: SmtpAnswer | undefined
  /** Whether no attempt comes after this one. */
  readonly isLast: boolean
}

/** What is left: nobody gets a mail twice because others did not get it, and whom the server refused is not asked for again. */
export function leftOf(all: readonly string[], before: SmtpAnswer | undefined): readonly string[] {
  const done = new Set([...(before?.accepted ?? []), ...(before?.rejected ?? [])])
  return all.filter((address) => !done.has(address))
}

/** Of a mail that was taken: those whom the server put off are left for the next attempt. */
export function endingOfReply(reply: SmtpReply, { before, isLast }: Circumstances): MailEnding {
  const answer = {
    accepted: [...(before?.accepted ?? []), ...reply.accepted],
    rejected: [...(before?.rejected ?? []), ...reply.rejected, ...(isLast ? reply.putOff : [])],
    response: reply.response,
  }
  if (reply.putOff.length === 0) return { state: 'sent', answer }
  const error = `The mail server put off ${reply.putOff.join(', ')}, and took the mail for all others: ${reply.why}`
  return { state: isLast ? 'sent' : 'pending', error, answer }
}

/** Of one that was not. Where it was taken for some before, it was sent, and has failed for those who were left. */
export function endingOfFailure(
  failure: unknown,
  { before, isLast, left }: Circumstances & { left: readonly string[] },
): MailEnding {
  const error = failure instanceof Error ? failure.message : String(failure)
  const state = stateAfter(failure, isLast)
  if (!before) return { state, error }
  if (state !== 'failed') return { state, error, answer: before }
  return { state: 'sent', error, answer: { ...before, rejected: [...before.rejected, ...left] } }
}

function stateAfter(failure: unknown, isLast: boolean): Ending['state'] {
  if (failure instanceof SmtpError && failure.judgement === 'in-doubt') return 'in-doubt'
  const isOver =
    failure instanceof PermanentError || (failure instanceof SmtpError && failure.judgement === 'never')
  return isOver || isLast ? 'failed' : 'pending'
}
