import type { FastifyRequest } from 'fastify'

import type { AuditEntry } from '../access/index.js'

type What = Pick<AuditEntry, 'action' | 'object' | 'before' | 'after'>

/** What the audit trail tells of something new. */
export function creationOf(kind: string, after: { readonly id: string }): What {
  return { action: `${kind}.create`, object: `${kind}:${after.id}`, before: null, after }
}

/** What it tells of a change: only the fields that differ, as they were and as they are. */
export function changeOf(kind: string, verb: string, before: { readonly id: string }, after: object): What {
  const was = before as unknown as Record<string, unknown>
  const is = after as Record<string, unknown>
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]),
  )
  const only = (whole: Record<string, unknown>) =>
    Object.fromEntries(changed.map((field) => [field, whole[field] ?? null]))
  return { action: `${kind}.${verb}`, object: `${kind}:${before.id}`, before: only(was), after: only(is) }
}

/** What it tells of something that is gone. */
export function removalOf(kind: string, before: { readonly id: string }): What {
  return { action: `${kind}.delete`, object: `${kind}:${before.id}`, before, after: null }
}

/** Who caused what follows from a request, as jobs and events keep it. */
export function causeOf({ caller, id }: FastifyRequest): { actor: string; correlationId: string } {
  return { actor: caller.actor, correlationId: id }
}

/** The same for a job, which keeps the caller's business unit besides. */
export function jobCauseOf({ caller, id }: Asking): JobCause {
  const { tenantId, actor, businessUnitId } = caller
  return {
    tenantId,
    actor,
    correlationId: id,
    ...(businessUnitId !== null && { context: { businessUnitId } }),
  }
}

/** What of a request tells who asks. */
export type Asking = Pick<FastifyRequest, 'caller' | 'id'>

export interface JobCause {
  readonly tenantId: string
  readonly actor: string
  readonly correlationId: string
  readonly context?: Readonly<Record<string, string>>
}
