import { z } from 'zod'

import { LEVELS } from '../../instance/index.js'
import { auditIn } from '../change.js'
import { problems, type Routes } from '../route.js'

const Report = z.object({
  level: z.enum(LEVELS).describe('The worst of the findings.'),
  findings: z
    .array(
      z.object({
        check: z.string().describe('What was looked at.'),
        level: z.enum(LEVELS),
        what: z.string(),
        advice: z.string().nullable().describe('What to do; null when there is nothing to.'),
      }),
    )
    .readonly(),
})

const Step = z.object({
  part: z.string(),
  number: z.number().int(),
  name: z.string(),
  state: z
    .enum(['applied', 'waiting', 'unknown', 'changed'])
    .describe('`unknown`: of a later version. `changed`: applied with another text than this version has.'),
  appliedAt: z.date().nullable(),
})

const Backup = {
  description: 'A compressed tar, for `linehaul restore`.',
  content: { 'application/gzip': { schema: z.any().meta({ type: 'string', format: 'binary' }) } },
}

/** For those who run this Linehaul. */
export const instance: Routes = async (api, { services: { database, instance } }) => {
  const tags = ['instance']

  api.post(
    '/backups',
    {
      config: { may: 'instance.backup', keepsNoAnswer: true },
      schema: {
        tags,
        summary: 'Take a backup of the embedded database, of all tenants',
        description:
          'The answer is the backup. Nothing can be written while its files are copied. One that breaks off is not whole, which `linehaul restore` notices.',
        response: { 200: Backup, ...problems },
      },
    },
    async (request, reply) => {
      const backup = await instance.backup()
      const entry = { action: 'instance.backup', object: 'instance:all', before: null, after: null }
      await database
        .transaction((tx) => auditIn(tx, request)(entry))
        .catch((error: unknown) => {
          backup.destroy()
          throw error
        })
      return reply.type('application/gzip').send(backup)
    },
  )

  api.get(
    '/doctor',
    {
      config: { may: 'instance.diagnose' },
      schema: {
        tags,
        summary: 'Look whether all is well, and what to do if not',
        response: { 200: Report, ...problems },
      },
    },
    () => instance.diagnose(),
  )

  api.get(
    '/migrations',
    {
      config: { may: 'instance.diagnose' },
      schema: {
        tags,
        summary: 'See which migrations are applied and which wait',
        response: { 200: z.object({ items: z.array(Step).readonly() }), ...problems },
      },
    },
    async () => ({ items: await instance.steps() }),
  )
}
