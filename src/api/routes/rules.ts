import { z } from 'zod'

import { PageQuery, pageOf, readPage } from '../page.js'
import { problems, type Routes } from '../route.js'
import { Instant, Text } from '../schemas/plain.js'
import {
  Declared,
  Effective,
  NamePattern,
  Rule,
  RuleFilter,
  RuleId,
  toDeclared,
  toEffective,
  toRule,
  toUpcoming,
  Upcoming,
} from '../schemas/rule.js'

const config = { may: 'rules.read' } as const

/** How far ahead changes are told, unless somebody asks for more. */
const AHEAD_MS = 30 * 86_400_000

const Drafts = z
  .stringbool()
  .default(false)
  .describe('`true`: as if every draft were activated now. Default `false`.')

export const rules: Routes = async (api, { services }) => {
  const tags = ['rules']
  const read = (
    tenantId: string,
    { limit, cursor, ...filter }: z.output<typeof PageQuery> & z.output<typeof RuleFilter>,
  ) =>
    readPage(
      { limit, cursor },
      z.string().regex(/^\d{1,18}$/),
      ({ seq }: { seq: string }) => seq,
      async (part) => {
        const found = await services.rules.list(tenantId, { ...filter, ...part })
        const now = await services.rules.now()
        return found.map((rule) => ({ ...toRule(rule, now), seq: rule.seq }))
      },
    )

  api.get(
    '/rules',
    {
      config,
      schema: {
        tags,
        summary: 'List rules: your own and those for all tenants, the newest first',
        querystring: PageQuery.extend(RuleFilter.shape),
        response: { 200: pageOf(Rule), ...problems },
      },
    },
    ({ query, caller }) => read(caller.tenantId, query),
  )

  api.get(
    '/rules/history',
    {
      config,
      schema: {
        tags,
        summary: 'All that was ever set for one name, the newest first',
        querystring: PageQuery.extend({ name: Text }),
        response: { 200: pageOf(Rule), ...problems },
      },
    },
    ({ query, caller }) => read(caller.tenantId, query),
  )

  api.get(
    '/rules/declared',
    {
      config,
      schema: {
        tags,
        summary: 'All that can be set, with what it takes',
        response: { 200: z.object({ items: z.array(Declared) }), ...problems },
      },
    },
    async () => ({ items: services.rules.declared().map(toDeclared) }),
  )

  api.get(
    '/rules/effective',
    {
      config,
      schema: {
        tags,
        summary: 'What holds for your tenant at one instant, which rule won, and why',
        description:
          'Of a past instant: what held then; where no rule did, the environment and the defaults of now are told.',
        querystring: z.strictObject({
          name: NamePattern.optional(),
          at: Instant.optional().describe('Default: now.'),
          drafts: Drafts,
        }),
        response: { 200: z.object({ items: z.array(Effective) }), ...problems },
      },
    },
    async ({ query: { name, at, drafts }, caller }) => {
      const found = await services.rules.effective(caller.tenantId, { name, at, withDrafts: drafts })
      const now = await services.rules.now()
      return { items: found.map((resolution) => toEffective(resolution, now)) }
    },
  )

  api.get(
    '/rules/upcoming',
    {
      config,
      schema: {
        tags,
        summary: 'What will change by itself, as windows begin and end, in order of time',
        description:
          'At each instant another rule takes over, or none holds any more; the value may be the same.',
        querystring: PageQuery.extend({
          name: NamePattern.optional(),
          from: Instant.optional().describe('After this instant. Default: now.'),
          until: Instant.optional().describe('Up to this one. Default: 30 days after `from`.'),
          drafts: Drafts,
        }),
        response: { 200: pageOf(Upcoming), ...problems },
      },
    },
    async ({ query: { limit, cursor, name, drafts, ...between }, caller }) => {
      const now = await services.rules.now()
      const from = between.from ?? now
      const until = between.until ?? new Date(from.getTime() + AHEAD_MS)
      const asked = { name, from, until, withDrafts: drafts }
      return readPage(
        { limit, cursor },
        z.object({ atMs: z.int(), name: z.string() }),
        ({ at, rule_name: changed }: z.output<typeof Upcoming>) => ({ atMs: at.getTime(), name: changed }),
        async (part) =>
          (await services.rules.changes(caller.tenantId, { ...asked, ...part })).map((change) =>
            toUpcoming(change, now),
          ),
      )
    },
  )

  api.get(
    '/rules/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Look at one rule',
        params: RuleId,
        response: { 200: Rule, ...problems },
      },
    },
    async ({ params, caller }) =>
      toRule(await services.rules.get(caller.tenantId, params.id), await services.rules.now()),
  )
}
