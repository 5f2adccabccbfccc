import type { Executor } from '../../database/index.js'
import { likeOf } from '../event-pattern.js'
import type { Priority } from '../notice.js'
import { SHOWN, type ShownNotice } from './notification.js'

/** A person, in one tenant. */
export interface InboxOwner {
  readonly tenantId: string
  readonly userId: string
}

/** What its owner has done about it; null: not yet. */
export interface Marks {
  readonly readAt: Date | null
  readonly dismissedAt: Date | null
  readonly acknowledgedAt: Date | null
}

export interface InboxItem extends ShownNotice, Marks {
  /** When one of the owner's screens said that it has it. */
  readonly deliveredAt: Date | null
}

export interface InboxFilter {
  readonly limit: number
  /** The id of the last one of the page before. */
  readonly after?: string | undefined
  readonly isUnread?: boolean | undefined
  readonly priority?: Priority | undefined
  /** A type, or a pattern of types. */
  readonly eventType?: string | undefined
  readonly tag?: string | undefined
  /** Default: those that are not dismissed. */
  readonly includeDismissed?: boolean | undefined
}

const COLUMNS = /* sql */ `
  ${SHOWN}, item.delivered_at AS "deliveredAt", item.read_at AS "readAt", item.dismissed_at AS "dismissedAt",
  item.acknowledged_at AS "acknowledgedAt"`

const FROM = /* sql */ `
FROM linehaul.inbox_item AS item
JOIN linehaul.notification AS notice ON notice.id = item.notification_id
WHERE item.tenant_id = $1 AND item.user_id = $2::uuid`

/** Critical ones stay until they are acknowledged. */
const isOfUse = (now: string) => /* sql */ `
  (notice.expires_at IS NULL OR notice.expires_at > ${now}
    OR (notice.priority = 'critical' AND item.acknowledged_at IS NULL))`

export function selectInbox(
  db: Executor,
  { tenantId, userId }: InboxOwner,
  filter: InboxFilter,
  now: Date,
): Promise<InboxItem[]> {
  const { after, isUnread, priority, eventType, tag, includeDismissed = false, limit } = filter
  return db.query<InboxItem>(SELECT_PAGE, [
    ...[tenantId, userId, now, after ?? null, isUnread ?? null, priority ?? null],
    ...[eventType === undefined ? null : likeOf(eventType), tag ?? null, includeDismissed, limit],
  ])
}

const SELECT_PAGE = /* sql */ `
-- select inbox: $1 tenant, $2 user, $3 now, $4 after or null, $5 is unread or null, $6 priority or null, $7 event type like or null, $8 tag or null, $9 include dismissed, $10 limit
SELECT ${COLUMNS}
${FROM}
  AND ($4::uuid IS NULL OR item.notification_id < $4)
  AND ($9 OR item.dismissed_at IS NULL)
  AND ($5::boolean IS NULL OR (item.read_at IS NULL) = $5)
  AND ($6::text IS NULL OR notice.priority = $6)
  AND ($7::text IS NULL OR notice.event_type LIKE $7)
  AND ($8::text IS NULL OR $8 = ANY (notice.tags))
  AND ${isOfUse('$3::timestamptz')}
ORDER BY item.notification_id DESC
LIMIT $10`

export async function findInboxItem(
  db: Executor,
  { tenantId, userId }: InboxOwner,
  id: string,
): Promise<InboxItem | undefined> {
  const [item] = await db.query<InboxItem>(SELECT_ONE, [tenantId, userId, id])
  return item
}

const SELECT_ONE = /* sql */ `
-- find inbox item: $1 tenant, $2 user, $3 notification
SELECT ${COLUMNS}
${FROM} AND item.notification_id = $3::uuid`

/** No more are looked at: beyond it a number would cost a walk through all of them. */
const COUNT_LIMIT = 10_000

export interface InboxCounts {
  readonly unread: number
  /** Unread ones of each priority. */
  readonly byPriority: Readonly<Record<Priority, number>>
  /** Critical ones that its owner has yet to acknowledge, read or not. */
  readonly unacknowledged: number
  /** Whether the counts stopped at 10,000, the newest: there are that many or more. */
  readonly isAtLeast: boolean
}

export async function countInbox(
  db: Executor,
  { tenantId, userId }: InboxOwner,
  now: Date,
): Promise<InboxCounts> {
  const [row] = await db.query<Counted>(COUNT, [tenantId, userId, now, COUNT_LIMIT])
  const { critical, high, medium, low, unacknowledged, looked } = row ?? NOTHING
  return {
    unread: critical + high + medium + low,
    byPriority: { critical, high, medium, low },
    unacknowledged,
    isAtLeast: Math.max(looked, unacknowledged) >= COUNT_LIMIT,
  }
}

type Counted = Record<Priority | 'unacknowledged' | 'looked', number>
const NOTHING: Counted = { critical: 0, high: 0, medium: 0, low: 0, unacknowledged: 0, looked: 0 }

const ofUse = (priority: Priority) =>
  `count(*) FILTER (WHERE notice.priority = '${priority}' AND ${isOfUse('$3::timestamptz')})::int AS "${priority}"`

// Each by an index of its own, of what is unread and of what waits. The latter is of use, whenever it expires.
const COUNT = /* sql */ `
-- count inbox: $1 tenant, $2 user, $3 now, $4 count up to
SELECT ${ofUse('critical')}, ${ofUse('high')}, ${ofUse('medium')}, ${ofUse('low')}, count(*)::int AS "looked", (
  SELECT count(*)::int
  FROM (
    SELECT FROM linehaul.inbox_item
    WHERE tenant_id = $1 AND user_id = $2::uuid AND is_critical AND acknowledged_at IS NULL AND dismissed_at IS NULL
    LIMIT $4
  ) AS waiting
) AS "unacknowledged"
FROM (
  SELECT notification_id, acknowledged_at FROM linehaul.inbox_item
  WHERE tenant_id = $1 AND user_id = $2::uuid AND read_at IS NULL AND dismissed_at IS NULL
  ORDER BY notification_id DESC
  LIMIT $4
) AS item
JOIN linehaul.notification AS notice ON notice.id = item.notification_id`
