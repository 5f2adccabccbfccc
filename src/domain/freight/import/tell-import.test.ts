import { expect, test } from 'vitest'

import { DatabaseUnavailableError } from '../../../database/index.js'
import { FaultyDatabase } from '../../../database/testing/faulty-database.js'
import { onEachDatabase } from '../../../database/testing/test-database.js'
import { FakeClock } from '../../../time/testing/fake-clock.js'
import type { ImportReport } from './import-shipments.js'
import { tellImport } from './tell-import.js'

onEachDatabase((real) => {
  test('an import whose end no screen can be told has ended all the same, and the failure is reported', async () => {
    const database = new FaultyDatabase(real())
    const told: unknown[] = []
    const done = { kind: 'done', lines: 1, created: 1, existing: 0, rejected: 0 } as ImportReport
    async function* reports() {
      yield done
    }
    database.failNext(/^\s*-- insert live events/)
    const passedOn = tellImport(reports(), {
      ...{ database, clock: new FakeClock(), tenantId: 'default' },
      onError: (...failure) => told.push(failure),
    })
    const all: ImportReport[] = []
    for await (const report of passedOn) all.push(report)
    expect(all).toEqual([done])
    expect(told).toEqual([[expect.any(DatabaseUnavailableError), 'tell how an import ended']])
  })
})
