import type { Middleware } from '../queue/index.js'
import { withLogFields } from './log-fields.js'

/** Has each line of the log that an attempt writes say of which job it is, which attempt, and whose. */
export const logAttempts: Middleware = (attempt, next) =>
  withLogFields(() => {
    const { jobId, name: job, queue, number, tenantId, actor, correlationId } = attempt
    return {
      ...{ jobId, job, queue, attempt: number, tenantId },
      ...(actor !== null && { actor }),
      ...(correlationId !== null && { correlationId }),
    }
  }, next)
