import { beforeAll, afterAll, describe, inject } from 'vitest'

import { makeApiKey } from '../../src/access/index.js'
import type { App } from '../../src/cli/app.js'
import { untilIdle } from '../../src/cli/until-idle.js'
import { readConfig } from '../../src/config.js'
import { copyTemplate } from '../../src/database/testing/test-database.js'
import { openApp } from '../../src/main.js'
import { Caller } from './caller.js'
import { ISSUER_HOST } from './local-issuer.js'

export const KEY = 'a-key-for-the-tests-only'

/** A whole Linehaul, serving on a free port, and somebody who calls it. */
export interface Running {
  readonly app: App
  readonly url: string
  readonly caller: Caller
}

/** Runs `suite` against a whole Linehaul on each kind of database under test. */
export function onEachRunningApp(
  suite: (running: () => Running) => void,
  environment: NodeJS.ProcessEnv = {},
): void {
  for (const kind of inject('databaseKinds')) {
    describe(`on ${kind}`, () => {
      let running: Running
      let remove: () => Promise<void>
      beforeAll(async () => {
        const template = await copyTemplate(kind)
        remove = template.remove
        const { folder, url } = template.place
        running = await start({
          ...(folder === undefined ? { DATABASE_URL: url } : { LINEHAUL_DATA_DIR: folder }),
          ...environment,
        })
      })
      afterAll(async () => {
        await running?.app.close()
        await remove?.()
      })
      suite(() => running)
    })
  }
}

/** Starts a whole Linehaul; whoever does closes it. */
export async function start(environment: NodeJS.ProcessEnv): Promise<Running> {
  const config = readConfig({
    LINEHAUL_API_KEY: KEY,
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    LOG_LEVEL: 'silent',
    OUTGOING_ALLOW: ISSUER_HOST,
    FREIGHT_ANALYSIS_DEBOUNCE: '50ms',
    FREIGHT_ANALYSIS_DEBOUNCE_AT_MOST: '1s',
    ...environment,
  })
  const app = await openApp(config)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  await app.work()
  return { app, url, caller: new Caller(url, KEY) }
}

/** Resolves once no analysis is open any more. */
export function untilAnalysed(app: App): Promise<void> {
  return untilIdle(app, 'default', 'pattern')
}

/** Resolves once no mail and no webhook is left to be sent. */
export function untilSent(app: App): Promise<void> {
  return untilNone(
    app,
    `SELECT count(*)::int AS count FROM linehaul.job
     WHERE name IN ('email:send', 'notifications.send-mail', 'notifications.send-webhook')`,
  )
}

/** Resolves once everybody was told what there is to tell. */
export function untilTold(app: App): Promise<void> {
  return untilNone(app, 'SELECT count(*)::int AS count FROM linehaul.notification WHERE recipients IS NULL')
}

/** Looks after each attempt that ends here. @param count answers how many are left */
async function untilNone({ engine, database }: App, count: string): Promise<void> {
  for (;;) {
    const ended = engine.signals.next('attempt.ended')
    const [left] = await database.query<{ count: number }>(count)
    if (left?.count === 0) return
    await ended
  }
}

/** Somebody who calls with the key of another, new tenant. */
export async function aStranger(running: Running, tenantId: string): Promise<Caller> {
  return new Caller(running.url, await aStrangersKey(running, tenantId))
}

export async function aStrangersKey({ app }: Running, tenantId: string): Promise<string> {
  await app.database.query('INSERT INTO linehaul.tenant (id, name) VALUES ($1, $1)', [tenantId])
  return (await makeApiKey(app.database, { tenantId, name: 'first', role: 'admin' })) ?? ''
}
