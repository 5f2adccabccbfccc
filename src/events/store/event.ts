import type { Executor } from '../../database/index.js'
import type { RecordedEvent } from '../event.js'

export async function insertEvents(db: Executor, events: readonly RecordedEvent[]): Promise<void> {
  await db.query(INSERT, [
    events.map(({ id }) => id),
    events.map(({ tenantId }) => tenantId),
    events.map(({ type }) => type),
    events.map(({ subject }) => subject),
    events.map(({ data }) => JSON.stringify(data)),
    events.map(({ actor }) => actor ?? null),
    events.map(({ correlationId }) => correlationId ?? null),
  ])
}

const INSERT = /* sql */ `
-- insert events: $1 ids, $2 tenants, $3 types, $4 subjects, $5 data, $6 actors, $7 correlation ids
INSERT INTO linehaul.event (id, tenant_id, type, subject, data, actor, correlation_id)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[])`
