import type { Executor } from '../../database/index.js'
import { MOST } from './job-facts.js'

/** Each tenant told is the one that has most of them; `''`: there is none. */
export interface MailFacts {
  /** There was no mail server to send them by. */
  readonly kept: number
  readonly keptTenantId: string
  /** Nobody knows whether the mail server took them. */
  readonly inDoubt: number
  readonly inDoubtTenantId: string
  /** Of those that were written down lately. */
  readonly sent: number
  readonly failed: number
  readonly failedTenantId: string
}

/**
 * @param latelyMs how far back those are counted that were sent or failed
 * @param most more are not counted of what is kept or in doubt; of what was sent or failed ten times as many are, the newest
 */
export async function countMails(
  db: Executor,
  { latelyMs, most }: { latelyMs: number; most: number },
): Promise<MailFacts> {
  const [unsettled] = await db.query<Unsettled>(COUNT_UNSETTLED, [most])
  const [ended] = await db.query<Ended>(COUNT_ENDED, [latelyMs, 10 * most])
  return { ...(unsettled as Unsettled), ...(ended as Ended) }
}

type Ended = Pick<MailFacts, 'sent' | 'failed' | 'failedTenantId'>
type Unsettled = Omit<MailFacts, keyof Ended>

// What an attempt was sending that is over is in doubt, whether somebody has noticed yet or not.
const COUNT_UNSETTLED = /* sql */ `
-- count unsettled mails: $1 limit of each
SELECT kept.count AS "kept", kept.tenant_id AS "keptTenantId", doubtful.count AS "inDoubt", doubtful.tenant_id AS "inDoubtTenantId"
FROM (
  SELECT count(*)::int AS count, coalesce(mode() WITHIN GROUP (ORDER BY tenant_id), '') AS tenant_id
  FROM (
    SELECT tenant_id FROM linehaul.delivery WHERE state = 'kept' AND channel = 'email' LIMIT $1
  ) AS looked
) AS kept, (
  SELECT count(*)::int AS count, coalesce(mode() WITHIN GROUP (ORDER BY tenant_id), '') AS tenant_id
  FROM (
    SELECT tenant_id FROM linehaul.delivery
    WHERE state IN ('kept', 'sending', 'in-doubt') AND channel = 'email'
      AND (state = 'in-doubt' OR state = 'sending' AND NOT EXISTS (
        SELECT FROM linehaul.job
        WHERE job.id = delivery.job_id AND job.state = 'running' AND job.attempt = delivery.job_attempt
      ))
    LIMIT $1
  ) AS looked
) AS doubtful`

// Mails alone, before the limit: webhooks have so many deliveries that no mail would be among the newest.
const COUNT_ENDED = /* sql */ `
-- count ended mails: $1 how far back in ms, $2 how many are looked at, the newest first
SELECT count(*) FILTER (WHERE state = 'sent')::int AS "sent",
       count(*) FILTER (WHERE state = 'failed')::int AS "failed",
       coalesce(mode() WITHIN GROUP (ORDER BY tenant_id) FILTER (WHERE state = 'failed'), '') AS "failedTenantId"
FROM (
  SELECT tenant_id, state FROM linehaul.delivery
  WHERE channel = 'email' AND created_at > now() - $1::float8 * interval '1 ms'
  ORDER BY created_at DESC
  LIMIT $2
) AS lately`

/** Each tenant told is that of the first one; `''`: there is none. */
export interface WebhookFacts {
  readonly total: number
  /** Those that were disabled by themselves, and why the first of them was. */
  readonly disabled: number
  readonly disabledBecause: string
  readonly disabledTenantId: string
  /** Those that are tried, where the last event has not arrived. */
  readonly unsteady: number
  /** Those that are tried, where nothing has arrived for long; and for how long at the first of them. */
  readonly failing: number
  readonly failingMs: number
  readonly failingTenantId: string
}

/** @param longMs for how long nothing has to have arrived to count as failing */
export async function countWebhooks(db: Executor, longMs: number): Promise<WebhookFacts> {
  const [facts] = await db.query<WebhookFacts>(COUNT_WEBHOOKS, [longMs, MOST])
  return facts as WebhookFacts
}

const COUNT_WEBHOOKS = /* sql */ `
-- count webhooks: $1 failing for longer than this many ms, $2 limit
SELECT count(*)::int AS "total",
       count(*) FILTER (WHERE is_disabled)::int AS "disabled",
       coalesce((array_agg(disabled_because ORDER BY ms DESC NULLS LAST, id) FILTER (WHERE is_disabled))[1], '') AS "disabledBecause",
       coalesce((array_agg(tenant_id ORDER BY ms DESC NULLS LAST, id) FILTER (WHERE is_disabled))[1], '') AS "disabledTenantId",
       count(*) FILTER (WHERE is_enabled AND ms IS NOT NULL)::int AS "unsteady",
       count(*) FILTER (WHERE is_failing)::int AS "failing",
       coalesce(max(ms) FILTER (WHERE is_failing), 0) AS "failingMs",
       coalesce((array_agg(tenant_id ORDER BY ms DESC) FILTER (WHERE is_failing))[1], '') AS "failingTenantId"
FROM (
  SELECT id, tenant_id, ms, is_enabled, disabled_because, disabled_because IS NOT NULL AS is_disabled, is_enabled AND ms > $1 AS is_failing
  FROM linehaul.webhook, LATERAL (SELECT 1000 * extract(epoch FROM now() - failing_since)::float8 AS ms) AS silence
  LIMIT $2
) AS looked`
