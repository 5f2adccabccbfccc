import type { Executor } from '../../database/index.js'
import { MOST } from './job-facts.js'

export interface MailFacts {
  /** There was no mail server to send them by. */
  readonly kept: number
  /** Nobody knows whether the mail server took them. */
  readonly inDoubt: number
  /** Of those that were written down lately. */
  readonly sent: number
  readonly failed: number
}

/** @param latelyMs how far back those are counted that were sent or failed */
export async function countMails(db: Executor, latelyMs: number): Promise<MailFacts> {
  const [unsettled] = await db.query<Pick<MailFacts, 'kept' | 'inDoubt'>>(COUNT_UNSETTLED, [MOST])
  const [ended] = await db.query<Pick<MailFacts, 'sent' | 'failed'>>(COUNT_ENDED, [latelyMs, MOST])
  return { kept: 0, inDoubt: 0, sent: 0, failed: 0, ...unsettled, ...ended }
}

// What an attempt was sending that is over is in doubt, whether somebody has noticed yet or not.
const COUNT_UNSETTLED = /* sql */ `
-- count unsettled mails: $1 limit of each
SELECT (SELECT count(*)::int FROM (
          SELECT FROM linehaul.delivery WHERE state = 'kept' AND channel = 'email' LIMIT $1
        ) AS kept) AS "kept",
       (SELECT count(*)::int FROM (
          SELECT FROM linehaul.delivery
          WHERE state IN ('kept', 'sending', 'in-doubt') AND channel = 'email'
            AND (state = 'in-doubt' OR state = 'sending' AND NOT EXISTS (
              SELECT FROM linehaul.job
              WHERE job.id = delivery.job_id AND job.state = 'running' AND job.attempt = delivery.job_attempt
            ))
          LIMIT $1
        ) AS doubtful) AS "inDoubt"`

const COUNT_ENDED = /* sql */ `
-- count ended mails: $1 how far back in ms, $2 a tenth of how many deliveries are looked at, the newest first
SELECT count(*) FILTER (WHERE state = 'sent')::int AS "sent", count(*) FILTER (WHERE state = 'failed')::int AS "failed"
FROM (
  SELECT channel, state FROM linehaul.delivery
  WHERE created_at > now() - $1::float8 * interval '1 ms'
  ORDER BY created_at DESC
  LIMIT 10 * $2::int
) AS lately
WHERE channel = 'email'`

export interface WebhookFacts {
  readonly total: number
  /** Those that were disabled by themselves, and for how long nothing has arrived at the first of them. */
  readonly disabled: number
  readonly disabledMs: number
  /** Those that are tried, where nothing has arrived for long; and for how long at the first of them. */
  readonly failing: number
  readonly failingMs: number
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
       coalesce(max(ms) FILTER (WHERE is_disabled), 0) AS "disabledMs",
       count(*) FILTER (WHERE is_enabled AND ms > $1)::int AS "failing",
       coalesce(max(ms) FILTER (WHERE is_enabled AND ms > $1), 0) AS "failingMs"
FROM (
  SELECT is_enabled, disabled_because IS NOT NULL AS is_disabled,
         1000 * extract(epoch FROM now() - failing_since)::float8 AS ms
  FROM linehaul.webhook
  LIMIT $2
) AS looked`
