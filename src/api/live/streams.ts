import { ACTIONS, may, userIdOf, type Action, type Caller } from '../../access/index.js'
import type { LiveEvent } from '../../events/index.js'

/** Everybody of the tenant who may. */
export const TENANT_STREAM = 'tenant'

export const streamOfJob = (jobId: string): string => `job:${jobId}`

/** The streams that a caller gets without asking. */
export function ownStreams(caller: Pick<Caller, 'actor'>): readonly string[] {
  const userId = userIdOf(caller)
  return userId === undefined ? [TENANT_STREAM] : [TENANT_STREAM, `user:${userId}`]
}

/** Who gets an event: its tenant, its stream and what it takes to see it are one room. */
export function roomOf({
  tenantId,
  stream,
  needs,
}: Pick<LiveEvent, 'tenantId' | 'stream' | 'needs'>): string {
  return JSON.stringify([tenantId, stream, needs])
}

/** Every room in which a caller gets something of a stream. */
export function roomsOf(caller: Caller, stream: string): string[] {
  const { tenantId } = caller
  return ACTIONS.filter((needs) => may(caller, needs)).map((needs) => roomOf({ tenantId, stream, needs }))
}

/** Whether a caller may see an event of a stream that is theirs to follow. */
export function maySee(caller: Caller, { needs }: Pick<LiveEvent, 'needs'>): boolean {
  return may(caller, needs as Action)
}
