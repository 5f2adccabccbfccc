import { z } from 'zod'

import { readNdjson, type ImportRow } from '../../domain/freight/index.js'
import { wrongPointersOf } from '../../queue/index.js'
import type { Asking } from '../audited.js'
import { enqueue } from '../enqueue.js'
import { toProblem, type Problem } from '../problem.js'
import { problems, type Routes } from '../route.js'
import { NewJob } from '../schemas/new-job.js'
import type { Services } from '../services.js'
import { answerLines, UPLOAD_LIMIT, Uploads } from '../uploads.js'

const TYPE = 'application/x-ndjson'

/** So many lines are put in together, and answered then. */
const AT_ONCE = 500

/** What became of one line. */
interface LineAnswer {
  /** Of the input; they count from 1. */
  readonly line: number
  readonly jobId?: string
  /** False: there was such a job already. */
  readonly isNew?: boolean
  /** Why it made no job. */
  readonly error?: Pick<Problem, 'code' | 'detail' | 'errors'>
}

export const jobBulk: Routes = async (api, { services }) => {
  const uploads = new Uploads(api, [TYPE])

  api.post(
    '/jobs/bulk',
    {
      config: { may: 'jobs.create', streams: true, keepsNoAnswer: true },
      bodyLimit: UPLOAD_LIMIT,
      schema: {
        tags: ['jobs'],
        summary: 'Create many jobs',
        description:
          'NDJSON, each line as for one job. Answers while it reads, one line for each: its job, which is safe then, or why there is none.',
        consumes: [TYPE],
        body: z.any().describe('One job on each line.'),
        response: {
          200: { description: 'One answer on each line', content: { [TYPE]: { schema: z.any() } } },
          ...problems,
        },
      },
    },
    (request, reply) => {
      const rows = readNdjson(uploads.read(request.body))
      return answerLines(reply, enqueueAll(services, rows, request))
    },
  )
}

async function* enqueueAll(
  services: Services,
  rows: AsyncIterable<ImportRow>,
  request: Asking,
): AsyncGenerator<LineAnswer> {
  let gathered: ImportRow[] = []
  for await (const row of rows) {
    gathered.push(row)
    if (gathered.length < AT_ONCE) continue
    yield* await Promise.all(gathered.map((one) => enqueueLine(services, one, request)))
    gathered = []
  }
  yield* await Promise.all(gathered.map((one) => enqueueLine(services, one, request)))
}

/** Calls made at the same time are one statement. */
async function enqueueLine(services: Services, row: ImportRow, request: Asking): Promise<LineAnswer> {
  const { line } = row
  if ('error' in row) return { line, error: { code: 'API_INVALID_INPUT', detail: row.error } }
  const wish = NewJob.safeParse(row.value)
  if (!wish.success) return { line, error: notAJob(wish.error) }
  try {
    const { job, isNew } = await enqueue(services, wish.data, request)
    return { line, jobId: job.id, isNew }
  } catch (error) {
    const { code, detail, errors } = toProblem(error, request.id)
    return { line, error: { code, detail, ...(errors && { errors }) } }
  }
}

function notAJob(error: z.ZodError): LineAnswer['error'] {
  const errors = [...wrongPointersOf(error)]
  const detail = errors.map(({ field, message }) => `${field || 'it'} ${message}`).join('; ')
  return { code: 'API_INVALID_INPUT', detail, errors }
}
