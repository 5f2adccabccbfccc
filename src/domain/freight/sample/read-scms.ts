import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import { parse } from 'csv-parse'

import type { SampleShipment } from './sample-shipment.js'
import { fieldsOf, type ScmsLine } from './scms-line.js'
import { toShipments } from './to-shipments.js'

/** The package's own folder, found by its name: right from `src/`, from `dist/` and from a compiled bench. */
const PACKAGE = dirname(createRequire(import.meta.url).resolve('linehaul/package.json'))

/** The delivery history that comes with the package: 7,030 shipments from 2006 to 2015. */
const SCMS_FILE = join(PACKAGE, 'examples/scms-shipments/SCMS_Delivery_History_Dataset.csv.gz')

/**
 * The shipments of a gzipped SCMS delivery history, in order of delivery, with their dates as they were.
 *
 * @param file default: the one that comes with the package.
 * @throws {MissingColumnsError} SAMPLE_MISSING_COLUMNS when the file holds some other table; the errors of
 *   `node:fs`, `node:zlib` or `csv-parse` when it cannot be read, is not gzip or is not CSV.
 */
export async function readScms(file = SCMS_FILE): Promise<readonly SampleShipment[]> {
  const lines: ScmsLine[] = []
  await pipeline(createReadStream(file), createGunzip(), parseLines(), async (parsed) => {
    for await (const line of parsed) lines.push(line)
  })
  return toShipments(lines)
}

/** The file separates its lines by bare carriage returns; `csv-parse` finds that out from the header. */
function parseLines() {
  return parse<ScmsLine>({ bom: true, columns: fieldsOf })
}
