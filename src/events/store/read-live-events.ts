import type { Executor } from '../../database/index.js'
import type { NumberedEvent } from '../live-event.js'

const COLUMNS = /* sql */ `
tenant_id AS "tenantId", stream, type, data, needs, number::float8 AS "number", position::float8 AS "position", at`

/** Of all streams, in order. */
export function listAfterPosition(
  db: Executor,
  position: number,
  limit: number,
): Promise<readonly NumberedEvent[]> {
  return db.query<NumberedEvent>(AFTER_POSITION, [position, limit], { prepared: true })
}

const AFTER_POSITION = /* sql */ `
-- list after position: $1 position, $2 limit
SELECT ${COLUMNS} FROM linehaul.live_event WHERE position > $1::bigint ORDER BY live_event.position LIMIT $2`

/** A part of one stream, in order. */
export interface StreamPart {
  readonly tenantId: string
  readonly stream: string
  /** Only greater numbers. */
  readonly after: number
  /** Only up to where a reader of all streams stands. */
  readonly position: number
  readonly limit: number
}

export function listOfStream(
  db: Executor,
  { tenantId, stream, after, position, limit }: StreamPart,
): Promise<readonly NumberedEvent[]> {
  return db.query<NumberedEvent>(OF_STREAM, [tenantId, stream, after, position, limit])
}

const OF_STREAM = /* sql */ `
-- list of stream: $1 tenant, $2 stream, $3 after, $4 up to position, $5 limit
SELECT ${COLUMNS} FROM linehaul.live_event
WHERE tenant_id = $1 AND stream = $2 AND number > $3::bigint AND position <= $4::bigint
ORDER BY live_event.number
LIMIT $5`

/** The last number that each of some streams had had when events were numbered up to `position`; 0 before the first. */
export async function readLastNumbers(
  db: Executor,
  tenantId: string,
  streams: readonly string[],
  position: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ stream: string; number: number }>(LAST_NUMBERS, [tenantId, streams, position])
  return new Map(rows.map(({ stream, number }) => [stream, number]))
}

const LAST_NUMBERS = /* sql */ `
-- read last numbers: $1 tenant, $2 streams, $3 up to position
SELECT wanted.stream, coalesce(known.last_number, 0)::float8 - (
  SELECT count(*) FROM linehaul.live_event
  WHERE tenant_id = $1 AND stream = wanted.stream AND number IS NOT NULL AND position > $3::bigint
)::float8 AS "number"
FROM unnest($2::text[]) AS wanted (stream)
LEFT JOIN linehaul.live_stream AS known ON known.tenant_id = $1 AND known.stream = wanted.stream`
