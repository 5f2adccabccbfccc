import type { Readable } from 'node:stream'

import { z } from 'zod'

import { readCsv, readNdjson, type ChunkCounts, type ImportRow } from '../../domain/freight/index.js'
import type { Transaction } from '../../database/index.js'
import { causeOf } from '../audited.js'
import { auditIn } from '../change.js'
import { UnsupportedTypeError } from '../errors.js'
import { problems, type Routes } from '../route.js'
import { answerLines, UPLOAD_LIMIT, Uploads } from '../uploads.js'

const READERS: Readonly<Record<string, (source: Readable) => AsyncIterable<ImportRow>>> = {
  'application/x-ndjson': readNdjson,
  'text/csv': readCsv,
}

export const shipmentImport: Routes = async (api, { services: { freight } }) => {
  const uploads = new Uploads(api, Object.keys(READERS))

  api.post(
    '/shipments/import',
    {
      config: { may: 'shipments.write', streams: true, keepsNoAnswer: true },
      bodyLimit: UPLOAD_LIMIT,
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
      if (!read) throw new UnsupportedTypeError(Object.keys(READERS))
      const { tenantId } = caller
      // Each chunk commits by itself, together with what it says here.
      const note = (tx: Transaction, counts: ChunkCounts) =>
        auditIn(
          tx,
          request,
        )({ action: 'shipments.import', object: `import:${request.id}`, before: null, after: counts })
      const reports = freight.importShipments(tenantId, read(uploads.read(body)), {
        cause: causeOf(request),
        note,
      })
      return answerLines(reply, reports)
    },
  )
}
