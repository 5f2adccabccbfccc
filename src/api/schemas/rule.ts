import { z } from 'zod'

import { describeType, phaseOf, RULE_STATUSES } from '../../rules/index.js'
import type {
  AnyRule,
  Contender,
  NewRule as WantedRule,
  Resolution,
  RuleChange,
  StoredRule,
} from '../../rules/index.js'
import { Instant, Text } from './plain.js'

/** A declared name, or several: `*` stands for anything. */
export const NamePattern = Text.describe('A name; `*` stands for anything, as in `freight.*`. Default: all.')

const Value = z.unknown().describe('As its declared type; text that reads like it is converted.')

export const RuleId = z.strictObject({ id: z.uuid() })

/** Which rules a list has. */
export const RuleFilter = z.object({
  name: NamePattern.optional(),
  category: Text.optional(),
  status: z.enum(RULE_STATUSES).optional(),
  scope: z.enum(['tenant', 'instance']).optional().describe('Only your own, or only those for all tenants.'),
  at: Instant.optional().describe('Only those whose window holds this instant, beaten or not; no drafts.'),
})

/** As the rules are written that are made elsewhere. */
export const NewRule = z
  .strictObject({
    rule_name: Text.describe('`GET /rules/declared` lists those there are.'),
    rule_value: Value,
    rule_category: Text.optional().describe('To find it by. Default: the name up to its last dot.'),
    effective_from: Instant.optional().describe('From this instant on. Default: now.'),
    effective_until: Instant.nullish().describe('Up to this instant, which is not in it. Default: for good.'),
    status: z.enum(['active', 'draft']).default('active').describe('A draft holds once it is activated.'),
    scope: z
      .enum(['tenant', 'instance'])
      .optional()
      .describe('`instance`: for all tenants; owners only. Default: as declared, which mostly is `tenant`.'),
  })
  .refine(({ rule_value: value }) => value !== undefined, { path: ['rule_value'], message: 'is missing' })

export const Rule = z.object({
  id: z.string(),
  rule_name: z.string(),
  rule_value: z.unknown(),
  rule_category: z.string(),
  effective_from: z.date(),
  effective_until: z.date().nullable().describe('The first instant at which it does not hold any more.'),
  status: z.enum(RULE_STATUSES),
  scope: z.enum(['tenant', 'instance']).describe('`instance`: for all tenants.'),
  phase: z
    .enum(['draft', 'upcoming', 'in-force', 'over', 'revoked'])
    .describe('Where it stands now. One that is in force may be beaten by another.'),
  author: z.string(),
  created_at: z.date(),
  activated_at: z.date().nullable(),
  activated_by: z.string().nullable(),
  revoked_at: z.date().nullable(),
  revoked_by: z.string().nullable(),
})

const Source = z.enum(['tenant', 'global', 'environment', 'default'])

const Beaten = z.object({
  rule_value: z.unknown(),
  source: Source,
  rule_id: z.string().nullable(),
  why: z.string().describe('Why it does not hold.'),
})

export const Effective = z.object({
  rule_name: z.string(),
  rule_value: z.unknown(),
  source: Source.describe('Where the value comes from: `global` is a rule for all tenants.'),
  rule: Rule.nullable().describe('The rule that wins; null where none is in force.'),
  why: z.string().describe('Why it holds.'),
  beaten: z.array(Beaten).describe('What would hold without it, the strongest first; of rules 20 at most.'),
})

export const Upcoming = z.object({
  at: z.date(),
  rule_name: z.string(),
  before: Effective,
  after: Effective,
})

export const Declared = z.object({
  rule_name: z.string(),
  description: z.string(),
  takes: z.string().describe('The type and range of its value, in words.'),
  unit: z.string().nullable().describe('What a number counts.'),
  default: z.unknown(),
  scope: z.enum(['tenant', 'instance']).describe('`instance`: one value for all tenants.'),
  variable: z.string().describe('What sets it in the environment, for all tenants.'),
})

export function toNewRule(body: z.output<typeof NewRule>): WantedRule {
  return {
    name: body.rule_name,
    value: body.rule_value,
    category: body.rule_category,
    effectiveFrom: body.effective_from,
    effectiveUntil: body.effective_until,
    status: body.status,
    scope: body.scope,
  }
}

export function toRule(rule: StoredRule, now: Date): z.output<typeof Rule> {
  return {
    id: rule.id,
    rule_name: rule.name,
    rule_value: rule.value,
    rule_category: rule.category,
    effective_from: rule.effectiveFrom,
    effective_until: rule.effectiveUntil,
    status: rule.status,
    scope: rule.tenantId === null ? 'instance' : 'tenant',
    phase: phaseOf(rule, now),
    author: rule.author,
    created_at: rule.createdAt,
    activated_at: rule.activatedAt,
    activated_by: rule.activatedBy,
    revoked_at: rule.revokedAt,
    revoked_by: rule.revokedBy,
  }
}

export function toEffective(
  { name, value, source, rule, why, beaten }: Resolution,
  now: Date,
): z.output<typeof Effective> {
  return {
    ...{ rule_name: name, rule_value: value, source, why },
    rule: rule && toRule(rule, now),
    beaten: beaten.map(toBeaten),
  }
}

function toBeaten({ value, source, rule, why }: Contender): z.output<typeof Beaten> {
  return { rule_value: value, source, rule_id: rule?.id ?? null, why }
}

export function toUpcoming({ name, at, before, after }: RuleChange, now: Date): z.output<typeof Upcoming> {
  return { at, rule_name: name, before: toEffective(before, now), after: toEffective(after, now) }
}

export function toDeclared(rule: AnyRule): z.output<typeof Declared> {
  const { name, description, unit, default: otherwise, scope, variable } = rule
  return {
    ...{ rule_name: name, description, takes: describeType(rule), unit, default: otherwise },
    ...{ scope, variable },
  }
}
