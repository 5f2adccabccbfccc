import type { FastifyReply, FastifyRequest } from 'fastify'

import { isAtLeast, type Caller } from '../access/index.js'
import type { BulkAnswer, BulkRequest, JobView, Operator } from '../queue/index.js'
import { changeOf } from './audited.js'
import type { Changes } from './change.js'
import { toJob } from './schemas/job.js'
import type { Services } from './services.js'

type WithId = FastifyRequest & { params: { id: string } }

/** The engine's own jobs are an owner's to change. */
function operatorFor({ engine }: Services, { role }: Caller): Operator {
  return isAtLeast(role, 'owner') ? engine.operator.asOwner : engine.operator
}

/** Does one thing to the job that the path names, and writes it down. */
export function changeJob(
  changes: Changes,
  request: WithId,
  reply: FastifyReply,
  verb: string,
  act: (on: Operator, caller: Caller, id: string) => Promise<JobView>,
) {
  const { caller, params } = request
  return changes.make(request, reply, async (inside, audit) => {
    const on = operatorFor(inside, caller)
    const before = await on.get(caller.tenantId, params.id)
    const after = await act(on, caller, params.id)
    await audit(changeOf('job', verb, told(before), told(after)))
    return toJob(after)
  })
}

/** What people change of a job; what its handler made of it is not theirs. */
function told({ id, state, payload, runAt, attempt, cancelRequestedAt, error }: JobView) {
  return { id, state, payload, runAt, attempt, cancelRequestedAt, error }
}

/** Has a job do one thing to all jobs that match. */
export function changeJobs(
  changes: Changes,
  request: FastifyRequest,
  reply: FastifyReply,
  wish: Omit<BulkRequest, 'actor'>,
): Promise<BulkAnswer> {
  const { tenantId, actor } = request.caller
  return changes.make(
    request,
    reply,
    async ({ engine: { operator } }, audit) => {
      const answer = await operator.bulk(tenantId, { ...wish, actor })
      const { action, filter, to, reason } = wish
      const after = { action, filter, to, reason, ...answer }
      const object = `job:${answer.jobId}`
      if (answer.jobId !== null) await audit({ action: `jobs.${action}`, object, before: null, after })
      return answer
    },
    { status: 202 },
  )
}
