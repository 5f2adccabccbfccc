import type { Executor } from '../../database/index.js'
import type { Delivery } from '../delivery/delivery.js'
import type { DeliveryState } from '../delivery/delivery-state.js'
import { COLUMNS, newestDeliveries, STATE, storedStates } from './delivery-view.js'
import { IS_ADDRESSEE } from './mail-address.js'
import type { ShownNotice } from './notification.js'

/** What a mail tells of a notice. */
export type ToldNotice = Pick<ShownNotice, 'title' | 'message' | 'relatedEntities'>

/** A mail as it lies in the database, with all that it is made of. */
export interface StoredMail extends Delivery {
  /** `null` where it tells none, or one that is gone. */
  readonly notice: ToldNotice | null
  /** Where its recipient's mails go at present; `null` where that is no user, or one who gets no mails of the tenant any more. */
  readonly address: string | null
}

export async function findMail(
  db: Executor,
  { tenantId, id }: { tenantId: string; id: string },
): Promise<StoredMail | undefined> {
  const [found] = await db.query<StoredMail>(FIND, [tenantId, id])
  return found
}

const SELECT = /* sql */ `
SELECT ${COLUMNS}, account.email AS "address",
  CASE WHEN notice.id IS NOT NULL THEN jsonb_build_object(
    'title', notice.title, 'message', notice.message, 'relatedEntities', notice.related_entities
  ) END AS "notice"`

const JOINS = /* sql */ `
LEFT JOIN linehaul.notification AS notice
  ON notice.id = delivery.notification_id AND notice.tenant_id = delivery.tenant_id
LEFT JOIN linehaul.user_account AS account
  ON account.id = CASE WHEN delivery.recipient LIKE 'user:%' THEN substr(delivery.recipient, 6)::uuid END
  AND ${IS_ADDRESSEE}`

const FIND = /* sql */ `
-- find mail: $1 tenant, $2 id
${SELECT}
FROM linehaul.delivery
${JOINS}
WHERE delivery.tenant_id = $1 AND delivery.id = $2 AND delivery.channel = 'email'`

export interface MailFilter {
  readonly tenantId: string
  readonly state?: DeliveryState | undefined
  /** `user:<id>`, or an address in any letter case: of the mail, of who it is for, or of who got it. */
  readonly recipient?: string | undefined
  readonly limit: number
  /** Those that were entered before the one of this id. */
  readonly after?: string | undefined
}

/** Newest first. */
export function listMails(
  db: Executor,
  { tenantId, state, recipient, limit, after }: MailFilter,
): Promise<StoredMail[]> {
  const page = [tenantId, storedStates(state), state ?? null, after ?? null, limit]
  return recipient === undefined ? db.query(LIST, page) : db.query(LIST_TO, [...page, recipient])
}

// The page is cut first, so that only what is on it is joined.
const list = (page: string) => /* sql */ `
${SELECT}
FROM ${page}
${JOINS}
ORDER BY delivery.id DESC`

const LIST = /* sql */ `
-- list mails: $1 tenant, $2 states in which they lie, $3 state or null, $4 before id or null, $5 limit
${list(newestDeliveries(`channel = 'email'`))}`

// Each way to a recipient has an index of its own, which an OR of them would not be led by.
const LIST_TO = /* sql */ `
-- list mails to: $1 tenant, $2 states in which they lie, $3 state or null, $4 before id or null, $5 limit, $6 recipient
${list(/* sql */ `(
  SELECT * FROM linehaul.delivery
  WHERE id = ANY (ARRAY(
      SELECT id FROM linehaul.delivery
      WHERE tenant_id = $1 AND recipient = ANY (ARRAY[$6::text] || ARRAY(
        SELECT 'user:' || account.id FROM linehaul.user_account AS account
        WHERE account.email = lower($6) AND ${IS_ADDRESSEE}
      ))
      UNION
      SELECT id FROM linehaul.delivery
      WHERE channel = 'email' AND linehaul.mail_addresses(content, answer) @> ARRAY[lower($6)]
    ))
    AND tenant_id = $1 AND channel = 'email' AND state = ANY ($2::text[])
    AND ($3::text IS NULL OR ${STATE} = $3)
    AND ($4::uuid IS NULL OR id < $4)
  ORDER BY delivery.id DESC
  LIMIT $5
) AS delivery`)}`
