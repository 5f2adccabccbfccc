import type { FastifyReply, FastifyRequest } from 'fastify'

import { changeOf, creationOf } from '../audited.js'
import type { Changes } from '../change.js'
import { problems, type Routes } from '../route.js'
import { NewRule, Rule, RuleId, toNewRule, toRule } from '../schemas/rule.js'

const config = { may: 'rules.manage' } as const

export const ruleChanges: Routes = async (api, { changes }) => {
  const tags = ['rules']

  api.post(
    '/rules',
    {
      config,
      schema: {
        tags,
        summary: 'Give a setting another value, from now on or in a window',
        description:
          'In force within a second on every process. Nothing is overwritten: revoke it, and what it had beaten holds again.',
        body: NewRule.meta({ examples: [EXAMPLE] }),
        response: { 201: Rule, ...problems },
      },
    },
    (request, reply) =>
      changes.make(
        request,
        reply,
        async ({ rules }, audit) => {
          const made = await rules.create(request.caller, toNewRule(request.body))
          await audit(creationOf('rule', made))
          void reply.header('location', `/api/v1/rules/${made.id}`)
          return toRule(made, await rules.now())
        },
        { status: 201 },
      ),
  )

  api.post(
    '/rules/:id/activate',
    {
      config,
      schema: {
        tags,
        summary: 'Let a draft take force, now or when its window begins',
        params: RuleId,
        response: { 200: Rule, ...problems },
      },
    },
    (request, reply) => decide(changes, request, reply, 'activate'),
  )

  api.post(
    '/rules/:id/revoke',
    {
      config,
      schema: {
        tags,
        summary: 'Take a rule back; what it had beaten holds again',
        params: RuleId,
        response: { 200: Rule, ...problems },
      },
    },
    (request, reply) => decide(changes, request, reply, 'revoke'),
  )
}

const EXAMPLE = {
  rule_name: 'freight.pattern.min_frequency',
  rule_value: '2',
  rule_category: 'season',
  effective_from: '2026-11-25T08:00:00Z',
  effective_until: '2026-12-24T18:00:00Z',
  status: 'active' as const,
}

/** Changes the state of the rule that the path names, and writes it down. */
function decide(
  changes: Changes,
  request: FastifyRequest & { params: { id: string } },
  reply: FastifyReply,
  verb: 'activate' | 'revoke',
) {
  const { caller, params } = request
  return changes.make(request, reply, async ({ rules }, audit) => {
    const { before, after } = await rules[verb](caller, params.id)
    await audit(changeOf('rule', verb, before, after))
    return toRule(after, await rules.now())
  })
}
