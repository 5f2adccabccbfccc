import { z } from 'zod'

import type { JobFilter, Operator } from '../queue/index.js'
import { readPage, type PageQuery } from './page.js'
import { toJob } from './schemas/job.js'

/** One page of the jobs of a tenant that match, newest first. */
export function readJobs(
  operator: Operator,
  tenantId: string,
  page: z.output<typeof PageQuery>,
  filter: JobFilter,
): Promise<{ items: ReturnType<typeof toJob>[]; nextCursor: string | null }> {
  return readPage(
    page,
    z.uuid(),
    ({ id }: { id: string }) => id,
    async (part) => (await operator.list(tenantId, { ...filter, ...part })).map(toJob),
  )
}
