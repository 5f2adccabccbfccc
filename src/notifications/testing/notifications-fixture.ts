import { newId, type Database } from '../../database/index.js'
import type { AnyJob, JobRequest } from '../../queue/index.js'
import { runJob } from '../../testing/run-job.js'
import { FakeClock } from '../../time/testing/fake-clock.js'
import { createNotifications, type Notifications } from '../create-notifications.js'
import type { Notice } from '../notice.js'
import { ringInbox } from '../ring-inbox.job.js'
import { sendDigest } from '../send-digest.job.js'
import { spreadNotice } from '../spread-notice.job.js'

/** What this part runs by itself. */
export const OWN_JOBS: readonly AnyJob<Notifications>[] = [spreadNotice, ringInbox, sendDigest]

/** As a worker would; mails stay where they are. @throws what the job is dead of, or would be retried for */
async function runHere(
  needs: Notifications,
  { name, payload, tenantId, runAt }: JobRequest,
): Promise<unknown> {
  const job = OWN_JOBS.find((one) => one.name === name)
  if (!job) return undefined
  const { state, result, error } = await runJob<unknown, Notifications>(job, payload, needs, {
    tenantId,
    ...(runAt && { runAt }),
  })
  if (state !== 'done') throw Object.assign(new Error(error?.message), { code: error?.code })
  return result
}

/** Notifications for a tenant of its own, so that tests on one database do not see each other. */
export interface Fixture {
  readonly tenantId: string
  readonly clock: FakeClock
  readonly notifications: Notifications
  /** What was asked to run and has not been taken by {@link Fixture.runDue}, in order. */
  readonly requests: JobRequest[]
  /** A member. @returns the id */
  aUser(user?: { role?: string; isOwner?: boolean; isDisabled?: boolean; tenantId?: string }): Promise<string>
  notice(notice?: Partial<Notice>): Notice
  /** Tells it, and everybody whom it is for. @returns how many that were */
  tell(notice?: Partial<Notice>): Promise<number>
  /** Runs the notifications' own jobs that are due by now. */
  runDue(): Promise<void>
  /** Streams on which live events of a type were published, in order. */
  streamsOf(type: string): Promise<string[]>
  mails(): Promise<{ recipient: string; dueAt: Date; content: { subject: string; text: string } | null }[]>
}

export async function aNotifications(
  database: Database,
  { now = '2026-06-30T12:00:00Z', timeZone = 'UTC' } = {},
): Promise<Fixture> {
  const tenantId = `tenant-${newId()}`
  await insertTenant(database, tenantId, timeZone)
  const clock = new FakeClock(now)
  const requests: JobRequest[] = []
  const notifications = createNotifications({
    database,
    clock,
    enqueue: async (wishes) => void requests.push(...wishes),
  })
  const notice = (parts: Partial<Notice> = {}): Notice => ({
    tenantId,
    cause: `test:${newId()}`,
    eventType: 'test.happened',
    priority: 'medium',
    target: { kind: 'tenant' },
    title: 'It happened',
    message: 'It has happened.',
    source: 'test',
    ...parts,
  })
  const run = (wish: JobRequest): Promise<unknown> => runHere(notifications, wish)
  return {
    tenantId,
    clock,
    notifications,
    requests,
    notice,
    aUser: (user) => insertUser(database, { tenantId, ...user }),
    async tell(parts) {
      await database.transaction((tx) => notifications.notify(tx, notice(parts)))
      const { recipients } = (await run(requests.pop() as JobRequest)) as { recipients: number }
      return recipients
    },
    async runDue() {
      const isDue = ({ runAt }: JobRequest) => runAt === undefined || runAt <= clock.now()
      const due = requests.filter(isDue)
      requests.splice(0, requests.length, ...requests.filter((wish) => !isDue(wish)))
      for (const wish of due) await run(wish)
    },
    async streamsOf(type) {
      const rows = await database.query<{ stream: string }>(
        'SELECT stream FROM linehaul.live_event WHERE tenant_id = $1 AND type = $2 ORDER BY id',
        [tenantId, type],
      )
      return rows.map(({ stream }) => stream)
    },
    mails: () =>
      database.query(
        `SELECT recipient, due_at AS "dueAt", content FROM linehaul.delivery
         WHERE tenant_id = $1 AND channel = 'email' ORDER BY id`,
        [tenantId],
      ),
  }
}

async function insertTenant(db: Database, id: string, timeZone: string): Promise<void> {
  await db.query('INSERT INTO linehaul.tenant (id, name, time_zone) VALUES ($1, $1, $2)', [id, timeZone])
}

interface SomeUser {
  tenantId: string
  role?: string
  isOwner?: boolean
  isDisabled?: boolean
}

async function insertUser(
  db: Database,
  { tenantId, role = 'viewer', isOwner = false, isDisabled = false }: SomeUser,
): Promise<string> {
  const id = newId()
  await db.query(
    `INSERT INTO linehaul.user_account (id, email, name, password_hash, is_owner, disabled_at)
     VALUES ($1::uuid, $2, 'Somebody', '', $3, CASE WHEN $4 THEN now() END)`,
    [id, `${id}@example.com`, isOwner, isDisabled],
  )
  await db.query('INSERT INTO linehaul.membership (tenant_id, user_id, role) VALUES ($1, $2::uuid, $3)', [
    tenantId,
    id,
    role,
  ])
  return id
}
