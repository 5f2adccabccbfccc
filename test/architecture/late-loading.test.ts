import { beforeAll, expect, test } from 'vitest'

import type { Report } from '../../src/instance/index.js'
import { Program } from '../journeys/program.js'

let program: Program
beforeAll(async () => void (program = await Program.build()))

const dataUrl = (script: string) => `data:text/javascript,${encodeURIComponent(script)}`

/** Refuses to load what takes a tenth of a second each, and most commands never use. */
const WITHOUT = dataUrl(`
export function resolve(specifier, context, next) {
  if (/^(nodemailer|undici)(\\/|$)/.test(specifier)) throw new Error(specifier + ' is loaded')
  return next(specifier, context)
}`)
const NODE_OPTIONS = `--import=${dataUrl(`
import { register } from 'node:module'
register(${JSON.stringify(WITHOUT)})`)}`

/** Loads everything that is built from, and finds no database. */
const doctor = (environment: NodeJS.ProcessEnv = {}) =>
  program.run(['doctor', '--json'], {
    ...{ NODE_OPTIONS, DATABASE_URL: 'postgres://me@127.0.0.1:1/nowhere' },
    ...environment,
  })

test('a command that sends nothing loads neither what sends mails nor what calls webhooks', async () => {
  const { output, errors } = await doctor()
  expect(errors).toBe('')
  expect((JSON.parse(output) as Report).findings).toContainEqual(
    expect.objectContaining({ check: 'database' }),
  )
})

test('one that asks the mail server loads what sends mails', async () => {
  const { errors } = await doctor({ SMTP_HOST: '127.0.0.1', SMTP_PORT: '1', MAIL_FROM: 'me@example.com' })
  expect(errors).toContain('nodemailer/lib/smtp-connection is loaded')
})
