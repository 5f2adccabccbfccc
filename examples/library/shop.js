// A small shop: its own table, and jobs that are enqueued in the transaction of its own rows.
import { defineJob, exponential, PermanentError, request } from 'linehaul/queue'

/** An order by its id. Anything with a `parse` that throws will do; zod is what most take. */
const order = {
  /** @param {any} input */
  parse(input) {
    if (typeof input?.orderId !== 'string') throw new Error('orderId is missing')
    return { orderId: /** @type {string} */ (input.orderId) }
  },
}

/**
 * What the shop's jobs need from the world.
 * @typedef {object} Shop
 * @property {import('linehaul/database').Database} database
 * @property {(text: string) => Promise<void>} sendMail
 * @property {(requests: import('linehaul/queue').JobRequest[]) => Promise<unknown>} enqueueMany
 */

/** Tells the customer. A mail server that is away is tried again after 10 s, 20 s, 40 s …; an order that is gone is not. */
export const confirmOrder = defineJob({
  name: 'shop.confirm-order',
  queue: 'mail',
  payload: order,
  maxAttempts: 4,
  backoff: exponential({ base: '10s', jitter: 'none' }),
  timeout: '30s',
  subject: ({ orderId }) => `order:${orderId}`,
  async run({ orderId }, /** @type {Shop} */ { database, sendMail }) {
    const [found] = await database.query(
      'SELECT customer, total_cents AS "totalCents" FROM orders WHERE id = $1',
      [orderId],
    )
    if (!found) throw new PermanentError(`There is no order ${orderId}.`)
    await sendMail(`${found.customer}: thank you for order ${orderId}.`)
    return { mailed: found.customer }
  },
})

/** Counts what is sold. However many orders come in, it runs once: 30 s after the last, at most 5 min after the first. */
export const countSales = defineJob({
  name: 'shop.count-sales',
  queue: 'default',
  payload: { parse: () => ({}) },
  uniqueKey: () => 'all',
  async run(_, /** @type {Shop} */ { database }) {
    const [sales] = await database.query(
      'SELECT count(*)::int AS orders, coalesce(sum(total_cents), 0)::int AS "totalCents" FROM orders',
    )
    return sales
  },
})

/** Every night at 02:00 in the shop's own time zone: one mail for each order that is still open. */
export const remindOpen = defineJob({
  name: 'shop.remind-open',
  queue: 'default',
  payload: { parse: () => ({}) },
  schedules: [{ name: 'nightly', cron: '0 2 * * *', timeZone: 'tenant', payload: () => ({}) }],
  async run(_, /** @type {Shop} */ { database, enqueueMany }, { tenantId }) {
    const open = await database.query('SELECT id FROM orders WHERE NOT paid ORDER BY id')
    await enqueueMany(open.map(({ id }) => request(confirmOrder, { orderId: id }, { tenantId })))
    return { reminded: open.length }
  },
})

export const jobs = [confirmOrder, countSales, remindOpen]

/** @param {import('linehaul/database').Database} database */
export async function createTables(database) {
  await database.query(`CREATE TABLE IF NOT EXISTS orders (
    id text PRIMARY KEY,
    customer text NOT NULL,
    total_cents integer NOT NULL,
    paid boolean NOT NULL DEFAULT false
  )`)
}

/**
 * Stores an order with the jobs that follow from it: all of that, or nothing.
 * @param {{ database: import('linehaul/database').Database, enqueue: import('linehaul/queue').Client['enqueue'] }} on
 * @param {{ id: string, customer: string, totalCents: number }} order
 */
export async function placeOrder({ database, enqueue }, { id, customer, totalCents }) {
  await database.transaction(async (tx) => {
    await tx.query('INSERT INTO orders (id, customer, total_cents) VALUES ($1, $2, $3)', [
      id,
      customer,
      totalCents,
    ])
    const by = { tenantId: 'default', tx }
    await enqueue(confirmOrder, { orderId: id }, by)
    await enqueue(countSales, {}, { ...by, onClash: { debounce: '30s', atMost: '5m' } })
  })
}
