import { afterAll, beforeAll, describe, inject } from 'vitest'

import { copyTemplate } from '../../src/database/testing/test-database.js'
import { Program } from '../journeys/program.js'
import { KEY } from '../journeys/running-app.js'

/** The program as it is shipped, and the environment of a database that outlives its processes. */
export interface Killable {
  readonly program: Program
  readonly environment: NodeJS.ProcessEnv
}

/** Runs `suite` for processes that are to be killed, on each kind of database under test. */
export function onEachKillable(suite: (killable: () => Killable) => void): void {
  describe.each(inject('databaseKinds'))('on %s', (kind) => {
    let killable: Killable
    let remove: () => Promise<void>

    beforeAll(async () => {
      const template = await copyTemplate(kind)
      remove = template.remove
      const { folder, url } = template.place
      const where = folder === undefined ? { DATABASE_URL: url } : { LINEHAUL_DATA_DIR: folder }
      const environment = { ...where, LINEHAUL_API_KEY: KEY, LOG_LEVEL: 'silent' }
      killable = { program: await Program.build(), environment }
    })
    afterAll(async () => {
      await killable?.program.remove()
      await remove?.()
    })
    suite(() => killable)
  })
}
