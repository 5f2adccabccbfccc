import { Readable } from 'node:stream'

import { z } from 'zod'

import {
  readCsv,
  readNdjson,
  type ChunkCounts,
  type ImportReport,
  type ImportRow,
} from '../../domain/freight/index.js'
import type { Transaction } from '../../database/index.js'
import { causeOf } from '../audited.js'
import { auditIn } from '../change.js'
import { UnsupportedTypeError } from '../errors.js'
import { problems, type Routes } from '../route.js'

const READERS: Readonly<Record<string, (source: Readable) => AsyncIterable<ImportRow>>> = {
  'application/x-ndjson': readNdjson,
  'text/csv': readCsv,
}

/** Large enough for any file: it is read as it comes and never held as a whole. */
const BODY_LIMIT = 64 * 1024 ** 3

export const shipmentImport: Routes = async (api, { services: { freight } }) => {
  const uploads = new Set<Readable>()
  // Chunks that were answered are safe; the client sends the rest again once the server is back.
  api.addHook('preClose', async () => uploads.forEach((upload) => upload.destroy()))
  for (const type of Object.keys(READERS)) {
    api.addContentTypeParser(type, (_request, payload, done) => done(null, payload))
  }

  api.post(
    '/shipments/import',
    {
      config: { may: 'shipments.write', streams: true },
      bodyLimit: BODY_LIMIT,
      schema: {
        tags: ['shipments'],
        summary: 'Take in many shipments',
        description:
          'NDJSON, or CSV with a header line. Answers while it reads, one JSON line at a time: `committed` tells the last input line that is safe, `rejected` a line that was not taken and why, `done` the totals. Without `done` the import was cut short: send the lines after the last `committed` one again. A line whose id is there already is left as it is; one without an id is a new shipment each time.',
        consumes: Object.keys(READERS),
        body: z.any().describe('One shipment on each line.'),
        response: {
          200: {
            description: 'One report on each line',
            content: { 'application/x-ndjson': { schema: z.any() } },
          },
          ...problems,
        },
      },
    },
    (request, reply) => {
      const { body, headers, caller } = request
      const read = READERS[headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '']
      if (!(body instanceof Readable) || !read) throw new UnsupportedTypeError(Object.keys(READERS))
      uploads.add(body)
      body.once('close', () => uploads.delete(body))
      const { tenantId } = caller
      // Each chunk commits by itself, together with what it says here.
      const note = (tx: Transaction, counts: ChunkCounts) =>
        auditIn(
          tx,
          request,
        )({ action: 'shipments.import', object: `import:${request.id}`, before: null, after: counts })
      const reports = freight.importShipments(tenantId, read(chunksOf(body)), {
        cause: causeOf(request),
        note,
      })
      return reply
        .type('application/x-ndjson')
        .serializer(String)
        .send(Readable.from(linesOf(reports)))
    },
  )
}

/** A reader that gives up lets go of these, not of the body itself: the connection is still needed for the answer. */
function chunksOf(body: Readable): Readable {
  return Readable.from(body.iterator({ destroyOnReturn: false }))
}

async function* linesOf(reports: AsyncIterable<ImportReport>): AsyncGenerator<string> {
  for await (const report of reports) yield `${JSON.stringify(report)}\n`
}
