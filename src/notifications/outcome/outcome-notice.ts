import { userIdOf } from '../../access/index.js'
import type { JobOutcome, Json } from '../../queue/index.js'
import type { Notice, Target } from '../notice.js'
import { fill } from './fill.js'
import { JobNotify } from './notify-on.js'

/** A result may be a mebibyte of JSON: whoever wants all of it looks at the job. */
const RESULT_LENGTH = 1_000

/** What of an outcome a notice is made of. */
export type ToldOutcome = Omit<JobOutcome, 'definition'> & {
  readonly definition: Pick<JobOutcome['definition'], 'name' | 'notify'>
}

/** What somebody is told of how a job ended; `undefined` when there is nobody to tell. */
export function outcomeNotice(outcome: ToldOutcome): Notice | undefined {
  const { definition, jobId, tenantId, state, attempt, subject, error, endId, correlationId } = outcome
  const { notify } = definition
  if (!(notify instanceof JobNotify)) return undefined
  const target = targetOf(notify, outcome)
  if (!target) return undefined
  const { eventType, tags = ['job', definition.name] } = notify
  return {
    ...{ tenantId, target, eventType, tags, jobId, source: 'jobs' },
    // By the end and not by the job alone: one that is replayed ends again, and that is news.
    cause: `job:${jobId}:${state}:${endId}`,
    priority: state === 'done' ? notify.priority : notify.failurePriority,
    title: titleOf(notify, state),
    message: messageOf(notify, outcome),
    data: { job: definition.name, state, attempt, subject, errorCode: error?.code ?? null },
    relatedEntities: [{ type: 'job', id: jobId, name: definition.name, url: `/api/v1/jobs/${jobId}` }],
    ...(state === 'dead' && { actions: [retry(jobId)] }),
    ...(correlationId !== null && { correlationId }),
  }
}

function targetOf({ to }: JobNotify, { actor, state }: ToldOutcome): Target | undefined {
  if (to) return to
  const userId = actor === null ? undefined : userIdOf({ actor })
  const others: Target | null = state === 'dead' ? { kind: 'role', role: 'admin' } : null
  // Whoever has left meanwhile is not told any more, and that their job has failed is not lost with them.
  return userId === undefined ? (others ?? undefined) : { kind: 'user', userId, orElse: others }
}

function titleOf({ titleTemplate, useCustomTitle }: JobNotify, state: JobOutcome['state']): string {
  if (useCustomTitle) return titleTemplate
  return `${titleTemplate} ${state === 'done' ? 'Completed' : 'Failed'}`
}

function messageOf(notify: JobNotify, { jobId, state, result, error }: ToldOutcome): string {
  const said = error?.message ?? (result === null ? '' : notify.inWords(JSON.parse(result) as Json))
  const words = said.length > RESULT_LENGTH ? `${said.slice(0, RESULT_LENGTH)}…` : said
  if (notify.useCustomMessage) return fill(notify.messageTemplate, [words])
  const how = state === 'done' ? 'completed successfully' : 'failed'
  // Without a result nothing follows the colon.
  return fill(notify.messageTemplate, [jobId, how, words]).replace(/:\s*$/, '')
}

function retry(jobId: string): NonNullable<Notice['actions']>[number] {
  return { id: 'retry', label: 'Retry', endpoint: `/api/v1/jobs/${jobId}/retry`, method: 'POST' }
}
