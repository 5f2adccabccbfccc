import { FlowError } from '../errors.js'
import { wishOf, type Outcome } from '../attempt/outcome.js'
import type { Prepared } from '../enqueue/prepare.js'
import type { JobRequest } from '../enqueue/request.js'
import type { ClaimedJob } from '../store/claim.js'

/** A job to put in, or the id of one that is there. */
export type PlannedChild = Prepared | string

/** What a handler wants to wait for, checked and ready to be written. */
export class PlannedWait {
  constructor(readonly children: readonly PlannedChild[]) {}
}

/**
 * Checks the children in a handler's outcome, within its attempt: what is wrong with them is a failure of the attempt.
 * @throws {FlowError} JOBS_FLOW_MANY_TENANTS
 */
export function planChildren(
  outcome: Outcome,
  parent: ClaimedJob,
  prepare: (wish: JobRequest) => Prepared,
): Outcome | PlannedWait {
  const wish = wishOf(outcome)
  if (wish?.kind !== 'wait') return outcome
  return new PlannedWait(
    wish.children.map((child) => (typeof child === 'string' ? child : planChild(child, parent, prepare))),
  )
}

function planChild(child: JobRequest, parent: ClaimedJob, prepare: (wish: JobRequest) => Prepared): Prepared {
  if (child.tenantId !== parent.tenantId)
    throw new FlowError(
      'JOBS_FLOW_MANY_TENANTS',
      `A job can wait for jobs of its own tenant only: it belongs to ${parent.tenantId}, its child ${child.name} to ${child.tenantId}.`,
    )
  const inherited = parent.correlationId === null ? {} : { correlationId: parent.correlationId }
  const { row, ...prepared } = prepare({ actor: `job:${parent.id}`, ...inherited, ...child })
  return { ...prepared, row: { ...row, hasWaiters: true } }
}
