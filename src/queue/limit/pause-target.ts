import { refuseUnstorable } from '../check-options.js'
import { InvalidOptionError, UnknownQueueError } from '../errors.js'
import { refuseUnknown } from '../refuse-unknown.js'
import type { Registry } from '../registry.js'
import type { PauseRow } from '../store/pause.js'

/** A queue, a definition, a tenant, or a tenant's part of a queue or definition. */
export type PauseTarget =
  | { readonly queue: string; readonly name?: undefined; readonly tenantId?: string | undefined }
  | { readonly name: string; readonly queue?: undefined; readonly tenantId?: string | undefined }
  | { readonly tenantId: string; readonly queue?: undefined; readonly name?: undefined }

/** All that a target may say. */
export const TARGET: Readonly<Record<'queue' | 'name' | 'tenantId', true>> = {
  queue: true,
  name: true,
  tenantId: true,
}

/**
 * What is to be paused or resumed for a target: a definition under its own name first, then under its former ones.
 * @throws {JobsError} JOBS_UNKNOWN_QUEUE, JOBS_UNKNOWN_DEFINITION, JOBS_INVALID_OPTION, JOBS_UNKNOWN_OPTION
 */
export function rowsOf(
  target: PauseTarget,
  { registry, queues }: { registry: Registry<never>; queues: readonly string[] },
): readonly PauseRow[] {
  refuseUnknown('of what is paused', target, TARGET)
  const { queue = '', name = '', tenantId = '' } = target
  if (queue === '' && name === '' && tenantId === '')
    throw new InvalidOptionError('target', 'names nothing: give a queue, a name or a tenantId')
  if (queue !== '' && name !== '')
    throw new InvalidOptionError('target', 'names a queue and a definition: pause them one by one')
  refuseUnstorable('tenantId', tenantId)
  if (queue !== '' && !queues.includes(queue)) throw new UnknownQueueError(queue, queues)
  return namesOf(registry, name).map((name) => ({ tenantId, queue, name }))
}

/** @throws {UnknownJobError} JOBS_UNKNOWN_DEFINITION */
function namesOf(registry: Registry<never>, name: string): readonly string[] {
  if (name === '') return ['']
  const job = registry.get(name)
  return [job.name, ...job.aliases]
}

/** As a person would say it. */
export function inWordsOf({ tenantId, queue, name }: PauseRow): string {
  const what = queue ? `queue ${queue}` : name
  if (!tenantId) return what
  return what ? `${what} of tenant ${tenantId}` : `tenant ${tenantId}`
}

/**
 * Refuses a word that is missing or cannot be stored.
 * @throws {InvalidOptionError} JOBS_INVALID_OPTION
 */
export function refuseUnsaid(words: Readonly<Record<string, unknown>>): void {
  for (const [option, text] of Object.entries(words)) {
    if (typeof text !== 'string' || text.trim() === '')
      throw new InvalidOptionError(option, 'is empty: say who does it, and why it is paused')
    refuseUnstorable(option, text)
  }
}
