import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'

import { copyTemplate } from '../../src/database/testing/test-database.js'
import { Program } from '../journeys/program.js'
import { KEY } from '../journeys/running-app.js'
import { Wire } from './wire.js'

if (!inject('databaseKinds').includes('server'))
  console.log('Skipped: test/faults/stop-on-silence needs a server at TEST_DATABASE_URL.')

/** The grace of `serve`, and what the silence may cost besides. */
const patient = { timeout: 90_000 }

describe.runIf(inject('databaseKinds').includes('server'))('while the database is silent', () => {
  let program: Program
  let wire: Wire
  let environment: NodeJS.ProcessEnv
  let remove: () => Promise<void>

  beforeEach(async () => {
    program = await Program.build()
    const copy = await copyTemplate('server')
    const way = await Wire.to(copy.place.url ?? '')
    ;[wire, remove] = [way.wire, copy.remove]
    environment = { DATABASE_URL: way.url, LINEHAUL_API_KEY: KEY }
  })
  afterEach(async () => {
    await program.remove()
    wire.close()
    await remove()
  })

  test('a server that is told to stop does', patient, async () => {
    const server = await program.serve(environment)
    // When a key was used is written down at the stop.
    await fetch(`${server.url}/api/v1/jobs`, { headers: { authorization: `Bearer ${KEY}` } })
    await wire.fallSilentAt('-- find relay standing')
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, signal: null })
  })

  test('a worker that is told to stop does', patient, async () => {
    const ended = await program.interrupt(
      ['work', '--grace', '1s'],
      environment,
      async ({ stdout }) => {
        await new Promise<void>((begun) =>
          stdout?.on('data', (said) => String(said).includes('Press Ctrl-C') && begun()),
        )
        await wire.fallSilentAt('-- claim')
      },
      'SIGTERM',
    )
    expect(ended).toMatchObject({ code: 0, signal: null })
  })
})
