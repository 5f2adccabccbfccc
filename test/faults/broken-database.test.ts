import { once } from 'node:events'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { copyTemplate } from '../../src/database/testing/test-database.js'
import { Program } from '../journeys/program.js'

/** Ends, on SIGUSR2, every thread that the process has started: as a crash inside PostgreSQL does. */
const MORTAL = `
import module from 'node:module'
import threads from 'node:worker_threads'
if (threads.isMainThread) {
  threads.Worker = class extends threads.Worker {
    constructor(...options) {
      super(...options)
      process.once('SIGUSR2', () => this.terminate())
    }
  }
  module.syncBuiltinESMExports()
}`

let program: Program
beforeAll(async () => {
  program = await Program.build()
})
afterAll(() => program?.remove())

test.each([['serve'], ['work']])(
  '%s ends with code 1 and a sentence once its embedded database has',
  async (command) => {
    const { place, remove } = await copyTemplate('embedded')
    const environment = {
      LINEHAUL_DATA_DIR: place.folder,
      LOG_LEVEL: 'silent',
      PORT: '0',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(MORTAL)}`,
    }
    const { code, errors } = await program.interrupt(
      [command],
      environment,
      async (child) => {
        for (let said = ''; !said.includes('Press Ctrl-C');)
          said += String(((await once(child.stdout ?? process.stdout, 'data')) as [Buffer])[0])
      },
      'SIGUSR2',
    )
    expect(code).toBe(1)
    expect(errors.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^The embedded database in .* has ended\. .*Start the process again/),
    ])
    expect(await program.run(['migrate'], { LINEHAUL_DATA_DIR: place.folder })).toMatchObject({ code: 0 })
    await remove()
  },
  60_000,
)
